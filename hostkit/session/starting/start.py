"""From a MIDI file or a folder of recordings to a session file beside it."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass, replace
from pathlib import Path

from hostkit.audio.files.whole_file import whole_file
from hostkit.errors import RequestError
from hostkit.ground.file_names import is_reserved
from hostkit.ground.places import real_path
from hostkit.midi.reading.file import AGAIN, read_midi
from hostkit.midi.reading.repair import repairs_in_words
from hostkit.midi.soundfont_presets import presets_of
from hostkit.session.load import validate
from hostkit.session.model.devices import SOUND_ENDINGS
from hostkit.session.schema import LINE, place_schema
from hostkit.session.starting.articulated import articulated_parts
from hostkit.session.starting.parts import parts_of
from hostkit.session.starting.recorded.takes import is_recording, takes_in
from hostkit.session.starting.recorded.text import takes_session
from hostkit.session.starting.text import Title, no_sound, starting_session
from hostkit.session.yaml_tree import parse_yaml

SUFFIX = ".yaml"
_MIDI_ENDINGS = (".mid", ".midi", ".kar", ".smf", ".rmi")
_TAKEN = "name a MIDI file, a .dawproject, a REAPER project (.rpp) or a folder of audio files"


@dataclass(frozen=True)
class Started:
    """A session that was written; `repairs` are what had to be repaired in the MIDI file.

    Of `unrecognised` tracks nothing told the sound; `said` says so in words. `warnings` are what
    is good to know, the repairs too.
    """

    path: Path
    tracks: int
    stems: int
    repairs: tuple[str, ...] = ()
    unrecognised: int = 0
    said: str = ""
    warnings: tuple[str, ...] = ()


def start_session(
    source: Path,
    out: Path | None = None,
    *,
    force: bool = False,
    font: Path | None = None,
    write: bool = True,
) -> Started:
    """Writes a session for `source`, a MIDI file or a folder of recordings, to `out` or beside it.

    `font` is what `soundfont: gm` plays: variations that it has are used. What stands at
    `out` stays, unless `force`; without `write` nothing is written. Raises RequestError or
    StorageError.
    """
    out = place_for(source) if out is None else out
    begin = _from_folder if source.is_dir() else _from_score
    text, started = begin(source, out, force, font)
    session = validate(parse_yaml(text, str(out)))
    if write:
        with whole_file(out) as written:
            written.write((LINE + text).encode("utf-8"))
        place_schema(out)
    stems = {session.stem_of(track) for track in session.tracks}
    return replace(started, tracks=len(session.tracks), stems=len(stems))


def _from_score(score: Path, out: Path, force: bool, font: Path | None) -> tuple[str, Started]:
    """The text of a session for a MIDI file, and what is to be said of it."""
    if is_recording(score):
        raise RequestError(
            "this is audio; a session is begun from a folder of it, or from a MIDI file",
            cure=f"name the folder: hostkit init {shlex.quote(str(score.parent))}",
            file=score,
        )
    if sound := SOUND_ENDINGS.get(score.suffix.lower()):
        raise RequestError(
            "this is an instrument; a session is begun from a MIDI file, or from a folder of audio",
            cure=f"name it in a session: instrument: {{{sound}: {score.name}}}",
            file=score,
        )
    file = read_midi(score, cure=AGAIN if score.suffix.lower() in _MIDI_ENDINGS else _TAKEN)
    refuse_to_harm(score, out, force)
    parts = articulated_parts(parts_of(file, presets_of(font) if font else ()))
    text = starting_session(file, parts, _relative(score, out), Title.of(score.stem))
    repairs = tuple(str(repair) for repair in file.repairs)
    lost = sum(not part.recognised for part in parts)
    said = no_sound(lost, len(parts)) if lost else ""
    warnings = repairs_in_words(score.name, (*file.repairs, *file.not_followed))
    return text, Started(
        path=out,
        tracks=0,
        stems=0,
        repairs=repairs,
        unrecognised=lost,
        said=said,
        warnings=warnings,
    )


def _from_folder(folder: Path, out: Path, force: bool, _: object) -> tuple[str, Started]:
    """The text of a session for a folder of recordings, and what is to be said of it."""
    takes = takes_in(folder)
    refuse_to_harm(folder, out, force)
    if not real_path(folder).is_relative_to(real_path(out).parent):
        raise RequestError(
            "recordings have to lie in the folder of their session, or below",
            cure=f"write it beside them: -o {shlex.quote(str(place_for(folder)))}",
            file=out,
        )
    begun = takes_session(takes, _relative(folder, out), Title.of(real_path(folder).name))
    return begun.text, Started(
        out, 0, 0, unrecognised=begun.unrecognised, said=begun.said, warnings=begun.warnings
    )


def place_for(source: Path) -> Path:
    """Where a session for it goes by itself; that of the folder one stands in goes into it."""
    if not source.is_dir():
        return source.with_suffix(SUFFIX)
    name = f"{real_path(source).name or 'session'}{SUFFIX}"
    return source.parent / name if source.name not in ("", "..") else source / name


def refuse_to_harm(source: Path, out: Path, force: bool) -> None:
    """Raises RequestError where `out` is no place for a session, or somebody's already."""
    if is_reserved(out.name):
        raise RequestError(
            f"{out.name!r} cannot be a file's name on Windows",
            cure="choose another with -o",
            file=out,
        )
    if out.is_dir():
        raise RequestError(
            "this is a folder", cure=f"give a file: -o {out / source.stem}{SUFFIX}", file=out
        )
    if not out.exists():
        return
    if out.samefile(source):
        raise RequestError(
            "that is the MIDI file itself", cure="give the session another name", file=out
        )
    if not force:
        raise RequestError(
            "there is such a file already",
            cure="choose another name with -o, or write over it with --force",
            file=out,
        )


def _relative(source: Path, out: Path) -> str:
    """The source as seen from the session's folder, with slashes on every system."""
    try:
        name = Path(os.path.relpath(real_path(source), real_path(out).parent)).as_posix()
    except ValueError:  # another drive
        name = real_path(source).as_posix()
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        raise RequestError(
            f"{source!r}: its name is not text that a session can hold", cure="rename it"
        ) from None
    return name
