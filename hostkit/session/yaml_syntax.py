"""Text that is not YAML: what the parser says of it, in words that help whoever wrote it."""

from __future__ import annotations

import re
import sys

from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from hostkit.errors import Problem
from hostkit.session.suggest import MIXES

_LONG_ESCAPE = re.compile(r"\\U([0-9A-Fa-f]{8})")
ANOTHER_FILE = "is it the right file?"
"""The cure where all of a file is wrong: most likely another was meant."""
_CLOSE = "look for a colon, quote, bracket or indent that is missing there or above"

_SYNTAX = {
    r"character '\\t'": ("a tab stands where only spaces may", "indent with spaces, not tabs"),
    r"found character '": (
        "a text cannot start with this character",
        'put the text in quotes: "…"',
    ),
    r"parsing a block mapping.* found '-'|parsing a block collection": (
        "a list and a map are mixed",
        "write all lines with '- ', or all as key: value",
    ),
    r"parsing a block mapping": (
        "the line does not stand in line with those above",
        "give the keys of one map the same indentation; a value in [ ] or { } takes no lines below",
    ),
    r"could not find expected ':'": (
        "the line above has no colon",
        "write key: value",
    ),
    r"mapping values are not allowed": (
        "a second colon, or a line that is indented too far",
        "put text with a colon in quotes; give the keys of one map the same indentation",
    ),
    r"parsing a flow": (
        "a bracket is not closed, or a comma is missing",
        "close every [ with ] and every { with }",
    ),
    r"quoted scalar": ("a quote is not closed", "close it, with the sign that it began with"),
    r"undefined alias": ("a text cannot start with *", 'put the text in quotes: "*…"'),
    r"another document": ("a second document begins (---)", "keep one document to a file"),
}
"""What the parser's words most likely mean, and the cure; the first that is found counts."""


def syntax_problem(error: MarkedYAMLError, file: str, text: str) -> Problem:
    """What is wrong in the `text` of a file that the parser refused, and where."""
    mark = error.problem_mark or error.context_mark
    what = " ".join(str(part) for part in (error.context, error.problem) if part)
    likely = (fault for words, fault in _SYNTAX.items() if re.search(words, what))
    message, cure = next(likely, (what, _CLOSE))
    if "parsing a block" in what and mark is not None and _inside(text, mark.line) == "mixes":
        message, cure = MIXES
    if mark is None:
        return Problem(file, 0, 0, f"is not YAML: {message}", ANOTHER_FILE)
    return Problem(file, mark.line + 1, mark.column + 1, f"is not YAML here: {message}", cure)


def character_problem(error: ReaderError, file: str, text: str) -> Problem:
    """A character that no YAML has, and where."""
    wrong = f"no text holds the character U+{ord(text[error.position]):04X}"
    return _at(text, error.position, file, wrong, "take it out")


def escape_problem(file: str, text: str) -> Problem | None:
    """An escape of a character past the last one; None where there is none."""
    for escape in _LONG_ESCAPE.finditer(text):
        if int(escape[1], 16) > sys.maxunicode:
            wrong = f"{escape[0]} is no character"
            return _at(text, escape.start(), file, wrong, "the last one is \\U0010FFFF")
    return None


def _at(text: str, position: int, file: str, wrong: str, cure: str) -> Problem:
    before = text[:position].split("\n")
    return Problem(file, len(before), len(before[-1]) + 1, f"is not YAML here: {wrong}", cure)


def _inside(text: str, line: int) -> str:
    """The key of the whole document that a line, counted from 0, stands below."""
    above = reversed(text.splitlines()[:line])
    keys = (found[1] for written in above if (found := re.match(r"(\w+)\s*:", written)))
    return next(keys, "")
