"""From a MIDI file on disk to a session file beside it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from hostkit.audio.files.whole_file import whole_file
from hostkit.errors import RequestError
from hostkit.ground.file_names import is_reserved
from hostkit.midi.reading.file import read_midi
from hostkit.midi.soundfont_presets import presets_of
from hostkit.session.load import validate
from hostkit.session.schema import LINE, place_schema
from hostkit.session.starting.parts import parts_of
from hostkit.session.starting.text import Title, starting_session
from hostkit.session.yaml_tree import parse_yaml

SUFFIX = ".yaml"


@dataclass(frozen=True)
class Started:
    """A session that was written; `repairs` are what had to be repaired in the MIDI file.

    Of `unrecognised` tracks nothing told the sound.
    """

    path: Path
    tracks: int
    stems: int
    repairs: tuple[str, ...]
    unrecognised: int = 0


def start_session(
    score: Path,
    out: Path | None = None,
    *,
    force: bool = False,
    font: Path | None = None,
    write: bool = True,
) -> Started:
    """Writes a session for the MIDI file `score`, to `out` or beside it.

    `font` is what `soundfont: gm` plays: variations that it has are used. What stands at
    `out` stays, unless `force`; without `write` nothing is written. Raises RequestError or
    StorageError.
    """
    out = score.with_suffix(SUFFIX) if out is None else out
    file = read_midi(score)
    _refuse_to_harm(score, out, force)
    parts = parts_of(file, presets_of(font) if font else ())
    text = starting_session(file, parts, _relative(score, out), Title.of(score.stem))
    session = validate(parse_yaml(text, str(out)))
    if write:
        with whole_file(out) as written:
            written.write((LINE + text).encode("utf-8"))
        place_schema(out)
    stems = {session.stem_of(track) for track in session.tracks}
    return Started(
        out,
        len(session.tracks),
        len(stems),
        tuple(str(m) for m in file.repairs),
        sum(not part.recognised for part in parts),
    )


def _refuse_to_harm(score: Path, out: Path, force: bool) -> None:
    if is_reserved(out.name):
        raise RequestError(
            f"{out.name!r} cannot be a file's name on Windows",
            cure="choose another with -o",
            file=out,
        )
    if out.is_dir():
        raise RequestError(
            "this is a folder", cure=f"give a file: -o {out / score.stem}{SUFFIX}", file=out
        )
    if not out.exists():
        return
    if out.samefile(score):
        raise RequestError(
            "that is the MIDI file itself", cure="give the session another name", file=out
        )
    if not force:
        raise RequestError(
            "there is such a file already",
            cure="choose another name with -o, or write over it with --force",
            file=out,
        )


def _relative(score: Path, out: Path) -> str:
    """The MIDI file as seen from the session's folder, with slashes on every system."""
    try:
        name = Path(os.path.relpath(score.resolve(), out.resolve().parent)).as_posix()
    except ValueError:  # another drive
        name = score.resolve().as_posix()
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        raise RequestError(
            f"{score!r}: its name is not text that a session can hold", cure="rename it"
        ) from None
    return name
