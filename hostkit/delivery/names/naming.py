"""File names from templates: `{cue}_{title}_v{version:02}_{part}_{rate}k{depth}b`.

A template is somebody's text. It can name the fields below and say how they are written, and
leave out what is in `[brackets]` where the session lacks a field of it; nothing else. Whatever a
field holds, it cannot leave its place in the path.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from anyascii import anyascii

from hostkit.errors import Fault, RequestError
from hostkit.ground.file_names import is_reserved, safe_name
from hostkit.session.suggest import did_you_mean

FIELDS = {
    "project": "the production",
    "library": "the library",
    "album": "the album",
    "cue": "the cue's number, 1m02",
    "title": "the cue's title",
    "version": "the session's version",
    "session": "the session file's name",
    "kind": "stem, mix, document or preview",
    "part": "the mix; of a stem its code, or its name where it has none",
    "mix": "the mix; of a stem the mix it belongs to",
    "rate": "sample rate in kHz, 48 or 44.1",
    "depth": "bits of a sample",
    "tempo": "bpm at the start, rounded; of a loop its mean; or bpm of the credits",
    "key": "the key of the credits: Dm, F#m, Bb",
    "meter": "meter at the start, 4-4",
    "bars": "length in bars, rounded up",
    "length": "length in seconds, rounded up",
}

MAX_NAME_BYTES = 255
_PLAIN = " ._+&#()-"
_MAX_TEMPLATE = 500
_MAX_FOLDERS = 4
_FIELD = re.compile(r"\{([a-z]+)(?::([^{}]*))?\}")
_MAYBE = re.compile(r"\[([^\[\]]*)\]")
_WIDTH = re.compile(r"0?([1-9])")
_QUOTES = re.compile("[„“”‟«»‚‘’‛‹›]")
_ENDINGS: Mapping[str, Callable[[str], str]] = {
    "": str,
    "upper": str.upper,
    "lower": str.lower,
    "camel": lambda text: "".join(word[:1].upper() + word[1:] for word in text.split()),
}


class NamingError(RequestError):
    """A name that cannot be made, or made twice."""


@dataclass(frozen=True)
class Spelling:
    """How texts become parts of file names: what stands for a space, and ASCII or not."""

    space: str = "_"
    ascii_only: bool = True

    def clean(self, text: str) -> str:
        """Only what every file system takes; separators and control characters go.

        >>> Spelling().clean("Café: Act 1/2 ")
        'Cafe-_Act_1-2'
        >>> Spelling().clean("Straße nach Ærø – „Größe“"), Spelling().clean("Łódź, Москва")
        ('Strasse_nach_Aero_-_Grosse', 'Lodz-_Moskva')
        """
        plain = unicodedata.normalize("NFC", text)
        if self.ascii_only:
            plain = anyascii(_QUOTES.sub("", plain))
        kept = "".join(c if c.isalnum() or c in _PLAIN else "-" for c in plain)
        return self.space.join(kept.strip(" .-").split())


@dataclass(frozen=True)
class Template:
    """A checked template. Raises NamingError with what is wrong with `text`."""

    text: str
    spelling: Spelling = Spelling()

    def __post_init__(self) -> None:
        plain = _MAYBE.sub(r"\1", self.text)
        literal = _FIELD.sub("", plain)
        if len(self.text) > _MAX_TEMPLATE or "{" in literal or "}" in literal:
            raise NamingError(f"{self.text[:80]!r} is no template", cure="write fields as {part}")
        if bad := {c for c in literal if not (c.isalnum() or c in _PLAIN or c == "/")}:
            shown = " ".join(sorted(bad))
            raise NamingError(f"{self.text!r}: file names cannot have {shown}", cure="leave it out")
        folders = _MAYBE.sub("", self.text).split("/")
        if len(folders) > _MAX_FOLDERS or any(part.strip(" .") == "" for part in folders):
            raise NamingError(
                f"{self.text!r} leaves the folder, or goes deeper than {_MAX_FOLDERS} levels",
                cure="write folder/name with plain names",
            )
        if any(is_reserved(_FIELD.sub("x", part)) for part in plain.split("/")):
            raise NamingError(
                f"{self.text!r}: Windows has no file or folder of that name",
                cure="take no device's name (CON, AUX, NUL …), and no dot or space at the end",
            )
        for maybe in _MAYBE.findall(self.text):
            if "/" in maybe or not _FIELD.search(maybe):
                raise NamingError(
                    f"[{maybe}] in {self.text!r} is left out where its field is missing",
                    cure="put a field into the brackets, and no /",
                )
        for field, ending in _FIELD.findall(self.text):
            if field not in FIELDS:
                raise NamingError(
                    f"{{{field}}} in {self.text!r} is no field",
                    cure=f"{did_you_mean(field, FIELDS)}; there are {', '.join(FIELDS)}",
                )
            if ending not in _ENDINGS and not _WIDTH.fullmatch(ending):
                raise NamingError(
                    f"{{{field}:{ending}}} in {self.text!r}: after the colon goes a width, as in "
                    "02, or upper, lower or camel"
                )

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields it uses, each once, in their order."""
        return tuple(dict.fromkeys(field for field, _ in _FIELD.findall(self.text)))

    def fill(self, values: Mapping[str, str | int | None]) -> str:
        """The path below the delivery's folder, without ending.

        Raises NamingError where a value is missing, or nothing of it can stand in a name.

        >>> Template("{cue}_v{version:02}/{part:upper}").fill(
        ...     {"cue": "1m02", "version": 3, "part": "full"})
        '1m02_v03/FULL'
        >>> Template("{part}[_{key}]").fill({"part": "bed"})
        'bed'
        """

        def given(found: re.Match[str]) -> str:
            fields = (field for field, _ in _FIELD.findall(found[1]))
            return found[1] if all(values.get(field) for field in fields) else ""

        def put(found: re.Match[str]) -> str:
            return self._written(found[1], found[2] or "", values.get(found[1]))

        path = _FIELD.sub(put, _MAYBE.sub(given, self.text))
        return "/".join(_component(name) for name in path.split("/"))

    def _written(self, field: str, ending: str, value: str | int | None) -> str:
        if value is None or value == "":
            raise NamingError(
                f"names here need the {field} ({FIELDS[field]}); the session has none",
                cure="add it there",
            )
        if width := _WIDTH.fullmatch(ending):
            return self.spelling.clean(str(value).rjust(int(width[1]), "0"))
        text = self.spelling.clean(_ENDINGS[ending](str(value)))
        if not text:
            raise NamingError(
                f"nothing of the {field} {str(value)[:80]!r} can stand in a file name of plain "
                "letters",
                cure="set ascii: false in the profile, or write it in Latin letters",
            )
        return text


def collisions(paths: Iterable[tuple[str, str]]) -> list[Fault]:
    """What is wrong with (what, path) pairs that many disks take for one file.

    >>> print(*collisions([("stem a", "x/A.wav"), ("mix A", "x/a.wav")]))
    stem a and mix A would both be x/a.wav; on many disks capitals do not count
    """
    taken: dict[str, tuple[str, str]] = {}
    problems = []
    for what, path in paths:
        folded = unicodedata.normalize("NFC", path).casefold()
        first, known = taken.setdefault(folded, (what, path))
        if first == what:
            continue
        cure = (
            "tell them apart with another field in names"
            if known == path
            else "on many disks capitals do not count"
        )
        problems.append(Fault(f"{first} and {what} would both be {path}", cure))
    return problems


def _component(name: str) -> str:
    name = name.strip(" .")
    if not name:
        raise NamingError("a name came out empty", cure="add a field to the template")
    if len(name.encode()) > MAX_NAME_BYTES - len(".flac"):
        raise NamingError(
            f"{name[:60]}… is longer than file names may be", cure="shorten the title"
        )
    return safe_name(name)
