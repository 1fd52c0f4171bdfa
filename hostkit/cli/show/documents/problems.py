"""Problems, as every document of `--json` lists them."""

from __future__ import annotations

PROBLEM = {
    "problems[].file": "the file it is about, as it was named; null for the command line",
    "problems[].line": "from 1; null where it is the whole file",
    "problems[].column": "from 1; null where it is the whole file",
    "problems[].message": "what is wrong, and why",
    "problems[].cure": "what would be right, or what to do; null where nobody knows",
}
"""One thing that is wrong, wherever a document has `problems`."""

ERROR = {
    "exit_code": "1 the work failed, 2 the request or the session is wrong, 130 cancelled",
    **PROBLEM,
}
"""The document of a command that could not give its own, also for a wrong command line."""


def inside(prefix: str, fields: dict[str, str]) -> dict[str, str]:
    """The fields of what lies under a path."""
    return {f"{prefix}.{path}": meaning for path, meaning in fields.items()}
