"""Documents for programs: what `--json` prints, one a command, errors as objects."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from hostkit.cli.show.lines import tell
from hostkit.errors import HostkitError, Problem

FORMAT = 1
"""Raised when a field goes or changes its meaning; new fields may come at any time."""

_printed: list[bool] = []


def printed() -> bool:
    """Whether this process has printed its document."""
    return bool(_printed)


def print_document(document: Mapping[str, Any]) -> None:
    """One JSON document on standard output, with its format number first."""
    _printed.append(True)
    json.dump({"format": FORMAT, **document}, sys.stdout, indent=2, ensure_ascii=False)
    print()


def tell_result(document: Mapping[str, Any], lines: Iterable[str], *, as_json: bool) -> None:
    """What came of a command, for programs or in lines."""
    if as_json:
        print_document(document)
        return
    for line in lines:
        tell(line)


def error_document(error: HostkitError) -> dict[str, Any]:
    """The document of a command that could not give its own."""
    return {"exit_code": error.exit_code, "problems": problem_objects(error)}


def problem_objects(error: HostkitError | None) -> list[dict[str, Any]]:
    """Every problem of an error as an object; none for no error."""
    return [problem_object(problem) for problem in error.problems] if error else []


def problem_object(problem: Problem) -> dict[str, Any]:
    """What is not known, such as the line of what concerns a whole file, is null."""
    return {
        "file": problem.file or None,
        "line": problem.line or None,
        "column": problem.column or None,
        "message": problem.message,
        "cure": problem.cure or None,
    }
