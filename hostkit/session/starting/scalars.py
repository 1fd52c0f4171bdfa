"""Text as a scalar of YAML."""

from __future__ import annotations

import json
import re

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.+&()/-]*(?: [A-Za-z0-9_.+&()/-]+)*", re.ASCII)
_NOT_TEXT = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def scalar(text: str) -> str:
    """Text as YAML reads it back: plain where that is sure, else in double quotes.

    >>> print(scalar("The Lighthouse"), scalar("12"), scalar("No"), scalar("a: b"))
    The Lighthouse "12" "No" "a: b"
    """
    if _PLAIN.fullmatch(text) and text.casefold() not in _NOT_TEXT:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in quoted)
