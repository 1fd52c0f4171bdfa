"""The themes of cues: shown, as a document, and written out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

from hostkit.audio.files.whole_file import whole_file
from hostkit.cli.show.document import print_document
from hostkit.cli.show.lines import tell
from hostkit.cli.show.table import print_table
from hostkit.cli.work.picture.timing import timed_session
from hostkit.errors import BadValue, InvalidInput
from hostkit.ground.counted import counted
from hostkit.midi.write import TrackEvents, write_midi
from hostkit.plan.scoring.scores import read_scores
from hostkit.plan.scoring.usage import (
    CueThemes,
    ThemeUse,
    cue_themes,
    in_order_of_the_film,
    since_last,
)
from hostkit.themes.notation.writing import lilypond_of
from hostkit.themes.phrase import MusicPhrase
from hostkit.themes.similarity import similarity
from hostkit.themes.sounding import TICKS, score_parts
from hostkit.timebase.tempo_map import TempoMap

MAX_COMPARED = 200
"""So many themes are compared, each with each; a film has a few dozen."""
_ALIKE = 0.7
"""Themes that are told as alike on a terminal."""
_HEADS = ("theme", "cue", "at", "track", "played by", "changed", "not heard for")


def cues_of(sessions: Sequence[Path]) -> list[CueThemes]:
    """The themes of every session. Raises InvalidInput with all that is wrong in any of them."""
    cues: list[CueThemes] = []
    wrong: list[InvalidInput] = []
    for path in sessions:
        try:
            loaded, tempo_map = timed_session(path)
            read_scores(loaded, tempo_map).checked()
            cues.append(cue_themes(loaded, tempo_map, str(path)))
        except InvalidInput as error:
            wrong.append(error)
        except BadValue as error:
            wrong.append(InvalidInput([loaded.problem((), *error.fault)]))
    if wrong:
        raise InvalidInput(problem for error in wrong for problem in error.problems)
    return cues


def themes_in(cues: Iterable[CueThemes]) -> dict[str, MusicPhrase]:
    """The themes of all cues by name; where two cues differ in one, it is that of the first."""
    themes: dict[str, MusicPhrase] = {}
    for cue in cues:
        themes = {**cue.themes, **themes}
    return dict(sorted(themes.items()))


def document(cues: Sequence[CueThemes]) -> dict[str, Any]:
    """What `--json` prints."""
    themes = themes_in(cues)
    uses = in_order_of_the_film(cues)
    silent = since_last(uses)
    alike = _similarities(themes)
    quoting = {use.session for use in uses}
    return {
        "themes": [
            {
                "name": name,
                "notes": lilypond_of(phrase),
                "count": len(phrase.notes),
                "key": str(phrase.key) if phrase.key else None,
                "uses": [
                    _use(use, gap)
                    for use, gap in zip(uses, silent, strict=True)
                    if use.theme == name
                ],
                "absent": [
                    cue.session for cue in cues if all(use.theme != name for use in cue.uses)
                ],
                "similar": [
                    {"name": other, "similarity": likeness}
                    for (one, other), likeness in alike.items()
                    if one == name
                ],
            }
            for name, phrase in themes.items()
        ],
        "without_themes": [cue.session for cue in cues if cue.session not in quoting],
    }


def _use(use: ThemeUse, gap: float | None) -> dict[str, Any]:
    return {
        "session": use.session,
        "track": use.track,
        "at": use.at,
        "transform": dict(use.changes),
        "played_by": list(use.voices),
        "seconds": round(float(use.seconds), 6),
        "lasts_seconds": round(float(use.end_seconds - use.seconds), 6),
        "silent_before_seconds": gap,
    }


def _similarities(themes: Mapping[str, MusicPhrase]) -> dict[tuple[str, str], float]:
    """Of each two themes, both ways round."""
    found: dict[tuple[str, str], float] = {}
    for (one, phrase), (other, second) in combinations(list(themes.items())[:MAX_COMPARED], 2):
        found[one, other] = found[other, one] = similarity(phrase, second)
    return found


def show(cues: Sequence[CueThemes], *, as_json: bool) -> None:
    """Prints where themes are, which cues have none, and which are alike."""
    made = document(cues)
    if as_json:
        print_document(made)
        return
    themes = made["themes"]
    rows = [_cells(theme["name"], use) for theme in themes for use in theme["uses"]]
    if rows:
        print_table(_HEADS, rows)
    for theme in themes:
        if not theme["uses"]:
            tell(f"{theme['name']}: no cue quotes it")
        elif theme["absent"]:
            tell(f"{theme['name']}: not in {', '.join(theme['absent'])}")
    for session in made["without_themes"]:
        tell(f"{session}: quotes no theme")
    for theme in themes:
        for other in theme["similar"]:
            if other["similarity"] >= _ALIKE and theme["name"] < other["name"]:
                percent = round(100 * other["similarity"])
                tell(f"{theme['name']} and {other['name']} are {percent} % alike")
    if not themes:
        tell("no themes: write some in themes:, or take one with hostkit themes take")


def _cells(name: str, use: Mapping[str, Any]) -> tuple[str, ...]:
    changes = ", ".join(f"{key} {_said(value)}" for key, value in use["transform"].items())
    gap = use["silent_before_seconds"]
    return (
        name,
        Path(use["session"]).stem,
        use["at"],
        use["track"],
        ", ".join(use["played_by"]),
        changes or "as written",
        "" if gap is None else f"{gap:.1f} s",
    )


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{key} {_said(one)}" for key, one in value.items())
    if isinstance(value, list):
        return " ".join(map(_said, value))
    return "yes" if value is True else str(value)


def write_lilypond(path: Path, cues: Sequence[CueThemes]) -> str:
    r"""Each theme as a variable of LilyPond's; gives what was written, in words."""
    themes = themes_in(cues)
    lines = [r'\version "2.24.0"']
    for number, (name, phrase) in enumerate(themes.items(), start=1):
        key = f"  % in {phrase.key}" if phrase.key else ""
        letters = "".join(sign for sign in name if sign.isalpha() and sign.isascii())
        lines.append(
            f"% {name}{key}\n{letters or 'theme'}{_letters(number)} = {{ {lilypond_of(phrase)} }}"
        )
    with whole_file(path) as file:
        file.write("\n".join((*lines, "")).encode())
    return f"{path}: {counted(len(themes), 'theme')} (LilyPond)"


def _letters(number: int) -> str:
    """A number in letters: a variable of LilyPond's has no digits."""
    return "".join(chr(ord("A") + int(digit)) for digit in str(number))


def write_themes_midi(path: Path, cues: Sequence[CueThemes]) -> str:
    """Each theme as a track, all from 1|1; gives what was written, in words."""
    themes = themes_in(cues)
    tracks = [TrackEvents(name, _events(name, phrase)) for name, phrase in themes.items()]
    write_midi(path, TempoMap(), tracks, name=path.stem)
    return f"{path}: {counted(len(themes), 'theme')} (MIDI)"


def _events(name: str, phrase: MusicPhrase) -> list[tuple[Fraction, bytes]]:
    return [
        (Fraction(tick, TICKS.count), message)
        for part in score_parts(name, [(Fraction(0), phrase)])
        for tick, message in zip(part.track.ticks.tolist(), part.track.messages, strict=True)
    ]
