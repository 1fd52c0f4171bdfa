"""The session files of a folder, so that a folder can be named where sessions are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from hostkit.errors import HostkitError, RequestError
from hostkit.ground.named_file import open_named
from hostkit.ground.places import real_path

SUFFIXES = (".yaml", ".yml")
_START_BYTES = 4096


def session_files(paths: Iterable[Path]) -> list[Path]:
    """The files named, and the sessions in the folders named, each once.

    Raises RequestError for a folder without sessions.
    """
    sessions: list[Path] = []
    for path in paths:
        inside = sessions_in(path) if path.is_dir() else [path]
        if not inside:
            raise RequestError(
                "there are no sessions (*.yaml with hostkit: 1) in this folder",
                cure="name a session file; hostkit init makes one of a MIDI file, or of recordings",
                file=path,
            )
        sessions += inside
    return list(dict.fromkeys(sessions))


def sessions_in(folder: Path) -> list[Path]:
    """The sessions directly in a folder, by name."""
    files = (path for path in folder.iterdir() if path.suffix in SUFFIXES)
    return sorted(path for path in files if begins_as_session(path))


def begins_as_session(path: Path) -> bool:
    """Whether a YAML file begins as sessions do, rather than presets or profiles."""
    try:
        with open_named(path) as file:
            start = file.read(_START_BYTES)
    except OSError:
        return False
    return any(line.startswith(b"hostkit:") for line in start.splitlines()) or (
        start.lstrip().startswith(b"{") and b"hostkit" in start
    )


def bases_among(sessions: Sequence[Path]) -> dict[Path, list[Path]]:
    """Those of several sessions that are no cues: others of them extend it, and it has no music.

    With each, the sessions that extend it. What cannot be read is no base; who plans it says why.
    """
    if len(sessions) < 2:
        return {}
    by_file = {real_path(session): session for session in sessions}
    extended_by: dict[Path, list[Path]] = {}
    for session in sessions:
        named = _base_of(session)
        base = by_file.get(named) if named else None
        if base is not None and base != session:
            extended_by.setdefault(base, []).append(session)
    bases = (session for session in sessions if session in extended_by)
    return {base: extended_by[base] for base in bases if not _has_music(base)}


def themes_among(files: Sequence[Path]) -> dict[Path, Path]:
    """Those of several files that are no sessions: others of them have their themes there.

    With each, the first session that does.
    """
    others = {real_path(file): file for file in files if not begins_as_session(file)}
    named = {
        themes: session
        for session in (reversed(files) if others else ())
        if (themes := _named_by(session, "themes")) is not None
    }
    return {file: named[found] for found, file in others.items() if found in named}


def _base_of(session: Path) -> Path | None:
    """The file that a session extends."""
    return _named_by(session, "extends")


def _named_by(session: Path, key: str) -> Path | None:
    """The file that a key of a session names, told without parsing the rest of it."""
    from hostkit.session.text import read_text
    from hostkit.session.yaml_tree import parse_yaml

    try:
        text = read_text(session)
        if not text.lstrip().startswith("{"):
            text = next((line for line in text.splitlines() if line.startswith(f"{key}:")), "")
        if key not in text:
            return None
        name: str = parse_yaml(text, str(session)).data[key]
        return real_path(session.parent / name)
    except (HostkitError, KeyError, TypeError, OSError, ValueError):  # no name, or no path
        return None


def _has_music(session: Path) -> bool:
    """Whether a session has a score, or names a MIDI file, for a track or all, or audio."""
    from hostkit.session.extends import read_tree

    try:
        data = read_tree(session)[0].data
    except HostkitError:
        return True
    return _has_score(data) or any(
        isinstance(source, str) or "file" in source for source in _sources(data)
    )


def _has_score(session: Any) -> bool:
    tracks = session.get("tracks") if isinstance(session, dict) else None
    listed = tracks.values() if isinstance(tracks, dict) else ()
    return any(isinstance(track, dict) and track.get("score") for track in listed)


def _sources(session: Any) -> Iterator[Any]:
    """What stands at every `midi:` and `audio:` of a session, of whatever shape the rest is."""
    tracks = session.get("tracks") if isinstance(session, dict) else None
    for around in (session, *(tracks.values() if isinstance(tracks, dict) else ())):
        source = around.get("midi") if isinstance(around, dict) else None
        if isinstance(source, (str, dict)):
            yield source
        regions = around.get("audio") if isinstance(around, dict) else None
        listed = regions if isinstance(regions, list) else ()
        yield from (region for region in listed if isinstance(region, dict))
