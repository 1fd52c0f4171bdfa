"""`hostkit conform` at work: sessions laid over a recut, and what came of each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hostkit.audio.files.whole_file import whole_file
from hostkit.cli.show.document import print_document, problem_objects
from hostkit.cli.show.lines import tell, tell_error
from hostkit.cli.take.target import expect_free
from hostkit.cli.work.picture.recut import (
    cue_document,
    print_cue,
    print_reel,
    ranges_document,
    to_review,
)
from hostkit.cli.work.picture.timing import timed_session
from hostkit.errors import BadValue, HostkitError, InvalidInput, RequestError
from hostkit.ground.counted import counted
from hostkit.ground.places import real_path
from hostkit.picture.conform.cue import ConformedCue, conform_cue
from hostkit.picture.conform.lists import read_recut
from hostkit.picture.conform.recut import Recut
from hostkit.picture.conform.rewriting import with_conformed
from hostkit.picture.hits import hit_points
from hostkit.picture.spotted import given_by
from hostkit.picture.spotting.marker import Given
from hostkit.plan.music.ending import music_end
from hostkit.plan.music.midi_files import MidiFiles
from hostkit.session.extends import named_files
from hostkit.session.load import LoadedSession
from hostkit.session.text import read_text
from hostkit.timebase.tempo_map import TempoMap


@dataclass(frozen=True)
class ConformOptions:
    """What `conform` was asked for."""

    old: Path
    new: Path
    out: Path | None = None
    force: bool = False
    json: bool = False
    quiet: bool = False
    write: bool = True

    def out_of(self, session: Path) -> Path:
        """The new session's file."""
        return self.out or session.with_name(f"{session.stem}-conformed{session.suffix}")


@dataclass(frozen=True)
class Done:
    """One session after the recut; `out` is its new file."""

    session: Path
    out: Path
    recut: Recut
    cue: ConformedCue
    tempo_map: TempoMap
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Failed:
    """One of several sessions to which the recut could not be applied."""

    session: Path
    error: HostkitError


def conform_sessions(sessions: list[Path], options: ConformOptions) -> int:
    """Writes a new session beside each, and says what the recut does. Gives the exit code.

    Of one session, raises what is wrong with it: RequestError, StorageError.
    """
    if options.out is not None and len(sessions) > 1:
        raise RequestError(
            f"-o names one file, and there are {len(sessions)} sessions",
            cure="leave -o out: each new session is written beside the old one",
        )
    if len(sessions) > 1:
        sessions = _not_made_before(sessions, options)
    lists: dict[Given, tuple[Recut, list[str]]] = {}
    results: list[Done | Failed] = []
    for session in sessions:
        try:
            results.append(_conformed(session, options, lists))
        except HostkitError as error:
            if len(sessions) == 1:
                raise
            results.append(Failed(session, error))
    if options.json:
        print_document(_document(results))
    else:
        _print(results, [one for _, found in lists.values() for one in found], options)
    failed = [one.error.exit_code for one in results if isinstance(one, Failed)]
    return (max(failed) if len(failed) == len(results) else 1) if failed else 0


def _not_made_before(sessions: list[Path], options: ConformOptions) -> list[Path]:
    """Without what this has made of others of them: a recut is not applied twice."""
    made = {options.out_of(session): session for session in sessions}
    for session in filter(made.get, sessions):
        tell_error(f"left out {session}: it is {made[session]} after a recut")
    return [session for session in sessions if session not in made]


def _conformed(
    session: Path, options: ConformOptions, lists: dict[Given, tuple[Recut, list[str]]]
) -> Done:
    loaded, tempo_map = timed_session(session)
    out = options.out_of(session)
    _check_out(loaded, out, options)
    if tempo_map.picture is None:
        raise RequestError(
            "the session has no picture, so a recut does nothing to it",
            cure="say in the session picture: {frame_rate: 24, start: 01:00:00:00}",
            file=session,
        )
    given = given_by(loaded, Given())
    if given not in lists:
        lists[given] = read_recut(options.old, options.new, given)
    recut, said = lists[given]
    try:
        end = music_end(loaded, MidiFiles(loaded), tempo_map)
        cue = conform_cue(loaded, tempo_map, end, recut)
    except BadValue as error:
        raise RequestError(*error.fault.of(session)) from None
    text = with_conformed(read_text(session), cue, loaded)
    warnings = [*said, *to_review(cue, loaded)]
    if options.write:
        with whole_file(out) as file:
            file.write(text.encode())
        warnings += _wrong_with(out)
    return Done(session, out, recut, cue, tempo_map, tuple(warnings))


def _check_out(loaded: LoadedSession, out: Path, options: ConformOptions) -> None:
    """Raises RequestError where the new session cannot be there."""
    if out.exists() and any(out.samefile(file) for file in loaded.files):
        raise RequestError(
            "is the old session, which stays as it is",
            cure=f"name another file: -o {options.out_of(loaded.path).name}"
            if options.out is None
            else "name another file with -o",
            file=out,
        )
    expect_free(out, force=options.force)
    elsewhere = real_path(out.parent) != real_path(loaded.path.parent)
    if elsewhere and (len(loaded.files) > 1 or any(named_files(loaded.tree.data))):
        beside = loaded.path.with_name(out.name)
        raise RequestError(
            f"would not find the files that {loaded.path} names, for it is in another folder",
            cure=f"write it beside the old session: -o {beside}",
            file=out,
        )


def _wrong_with(out: Path) -> list[str]:
    """What the new session has that does not go together any more, to be mended by hand."""
    try:
        loaded, tempo_map = timed_session(out)
        hit_points(loaded, tempo_map)
        for section in loaded.session.sections:
            tempo_map.seconds_of(section.at)
    except InvalidInput as error:
        return [f"{problem} (to be mended by hand)" for problem in error.problems]
    except BadValue as error:
        return [f"{out}: {error} (to be mended by hand)"]
    return []


def _document(results: list[Done | Failed]) -> dict[str, object]:
    if len(results) == 1 and isinstance(results[0], Done):
        return _entry(results[0])
    return {
        "sessions": [
            _entry(one)
            if isinstance(one, Done)
            else {"session": str(one.session), "problems": problem_objects(one.error)}
            for one in results
        ]
    }


def _entry(done: Done) -> dict[str, object]:
    return {
        "session": str(done.session),
        "file": str(done.out),
        **cue_document(done.cue, done.recut),
        "ranges": ranges_document(done.recut),
        "warnings": list(done.warnings),
    }


def _print(results: list[Done | Failed], said: list[str], options: ConformOptions) -> None:
    done = [one for one in results if isinstance(one, Done)]
    if done and not options.quiet:
        print_reel(done[0].recut)
    for warning in dict.fromkeys(said):
        tell(f"warning: {warning}")
    for one in results:
        if isinstance(one, Failed):
            tell_error(str(one.error))
            continue
        if not options.quiet:
            tell("")
            print_cue(one.cue, one.recut)
        for warning in one.warnings:
            if warning not in said:
                tell(f"warning: {warning}")
        tell(f"{one.out}: {_came_of(one.cue, write=options.write)}")


def _came_of(cue: ConformedCue, *, write: bool) -> str:
    states = [hit.state if hit.new is not None else "lost" for hit in cue.hits]
    counts = [f"{states.count(state)} {state}" for state in ("kept", "moved", "ambiguous", "lost")]
    hits = f", {counted(len(states), 'hit')}: {', '.join(counts)}" if states else ""
    done = "written" if write else "would be written"
    return f"{done}, starts at {cue.new_start}{hits}"
