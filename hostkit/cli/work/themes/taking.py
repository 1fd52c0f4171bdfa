"""`hostkit themes take`: a theme out of a MIDI file, into a session or a file of themes."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

from hostkit.audio.files.whole_file import whole_file
from hostkit.cli.show.document import print_document
from hostkit.errors import BadValue, RequestError
from hostkit.ground.named_file import what_is_at
from hostkit.midi.midi_file import TicksPerQuarter
from hostkit.midi.performing.select import select
from hostkit.midi.reading.file import read_midi
from hostkit.midi.tempo import tempo_map_of
from hostkit.session.editing import edit_file, flow
from hostkit.session.reading.theme_added import with_theme
from hostkit.session.starting.scalars import scalar
from hostkit.themes.from_midi import phrase_from
from hostkit.themes.keys import MusicKey
from hostkit.themes.notation.writing import lilypond_of
from hostkit.timebase.position import BarBeat
from hostkit.timebase.tempo_map import TempoMap

_BARS = re.compile(r"\s*(\d{1,5})\s*(?:[-–]\s*(\d{1,5}))?\s*")
_NAME = re.compile(r"[^\s/\\].{0,63}")


def take_theme(
    midi: Path,
    track: str | None,
    bars: str,
    name: str,
    key: str | None,
    into: Path | None,
    *,
    as_json: bool,
    quiet: bool,
    write: bool,
) -> None:
    """Prints the theme, or writes it `into` a file. Raises RequestError, InvalidInput."""
    if not _NAME.fullmatch(name):
        raise RequestError(f"--as {name!r} is no name for a theme", cure="write a word: --as ada")
    try:
        in_key = None if key is None else MusicKey.parse(key)
    except BadValue as error:
        raise RequestError(*error.fault.of("--key")) from None
    file = read_midi(midi)
    if not isinstance(file.division, TicksPerQuarter):
        raise RequestError(
            "is in real time, without bars", cure="export it with a tempo", file=midi
        )
    wanted = int(track) if track is not None and track.isdecimal() else track
    tempo_map = tempo_map_of(file)
    begin, end = _span(bars, tempo_map)
    chosen = select(file, wanted, None)
    phrase = phrase_from(chosen, file.division.count, begin, end, in_key)
    if not phrase.notes:
        raise RequestError(f"there are no notes in bars {bars}", cure="name others", file=midi)
    meter = tempo_map.meters.at(begin)
    theme = {"key": str(in_key)} if in_key else {}
    theme |= {
        "meter": f"{meter.numerator}/{meter.denominator}",
        "notes": lilypond_of(phrase, meter.quarters_a_bar),
    }
    line = f"{scalar(name)}: {flow(theme)}"
    new = into is not None and not what_is_at(into)
    if into is not None and write:
        if new:
            with whole_file(into) as made:
                made.write(f"{line}\n".encode())
        else:
            edit_file(into, lambda text: with_theme(text, name, theme, str(into)))
    if as_json:
        written = str(into) if into is not None else None
        print_document({"name": name, **{"key": None, **theme}, "into": written})
    elif into is None:
        print(line)
    elif not quiet:
        would = "" if write else "would be "
        done = f"{would}made, " if new else f"{would}written, " if would else ""
        print(f"{into}: {done}theme {name}: {theme['notes']}")


def _span(bars: str, tempo_map: TempoMap) -> tuple[Fraction, Fraction]:
    """Quarter notes from the first of the bars to the end of the last."""
    match = _BARS.fullmatch(bars)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 1 <= first <= last:
        raise RequestError(f"--bars {bars!r} are no bars", cure="write --bars 5-8, or --bars 5")
    meters = tempo_map.meters
    return meters.beats_at(BarBeat(first)), meters.beats_at(BarBeat(last + 1))
