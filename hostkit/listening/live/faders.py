"""Faders that were moved on a page, written back into the session file: shown first, then done."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from hostkit.errors import RequestError
from hostkit.session.editing import edit_file, flow, with_value_at
from hostkit.session.load import LoadedSession
from hostkit.session.text import read_text

LOWEST_DB, HIGHEST_DB = -144.0, 24.0
_FADER = "gain_db"


@dataclass(frozen=True)
class FaderChange:
    """What would become of a session file: `diff` to look at, `of` names the text it is of."""

    diff: str
    of: str


def planned_change(loaded: LoadedSession, moved_db: Mapping[str, float]) -> FaderChange:
    """By how many dB each track's fader was moved, as a change of the file.

    Raises RequestError for tracks that there are not, and for faders that are automated.
    """
    before = read_text(loaded.path)
    after = _changed(loaded, moved_db, before)
    name = loaded.path.name
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), name, name, n=1
    )
    shown = "".join(line if line.endswith("\n") else line + "\n" for line in lines)
    return FaderChange(shown, _name_of(before))


def write_change(loaded: LoadedSession, moved_db: Mapping[str, float], of: str) -> None:
    """Writes it, every other byte kept. Raises RequestError where the file is another by now."""

    def change(text: str) -> str:
        if _name_of(text) != of:
            raise RequestError(
                "was saved since the change was shown", cure="look again", file=loaded.path
            )
        return _changed(loaded, moved_db, text)

    edit_file(loaded.path, change)


def _changed(loaded: LoadedSession, moved_db: Mapping[str, float], text: str) -> str:
    tracks = loaded.session.tracks
    for name, decibels in moved_db.items():
        if name not in tracks:
            raise RequestError(f"there is no track {name!r}", cure="load the page again")
        if _FADER in tracks[name].automation:
            raise RequestError(
                f"the fader of {name} is automated", cure="change its automation by hand"
            )
        gain = min(max(tracks[name].gain_db + decibels, LOWEST_DB), HIGHEST_DB)
        rounded = round(gain, 1)
        written = flow(int(rounded) if rounded.is_integer() else rounded)
        text = with_value_at(text, ("tracks", name, _FADER), written, str(loaded.path))
    return text


def _name_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
