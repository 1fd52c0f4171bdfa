"""A session and its time: what commands about positions, hits and tempo begin and end with."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from hostkit.errors import BadValue, InvalidInput
from hostkit.picture.hits import MOST_HOURS, hit_points
from hostkit.plan.build import main_tempo_map
from hostkit.plan.music.extent import written_end
from hostkit.plan.music.midi_files import MidiFiles
from hostkit.session.load import LoadedSession, load_session
from hostkit.timebase.forms import Forms
from hostkit.timebase.position import BarBeat
from hostkit.timebase.tempo_map import TempoMap

HEADS = ("bar|beat", "timecode", "seconds", "sample")
_PLACES = 9
"""Of beats and seconds that have no end as decimals; a ten-thousandth of a sample."""
_SHOWN_PLACES = 4


def timed_session(path: Path) -> tuple[LoadedSession, TempoMap]:
    """A session, and the tempo map of its own or of its MIDI file. Raises RequestError."""
    loaded = load_session(path)
    return loaded, main_tempo_map(loaded, MidiFiles(loaded)).value


def session_end(loaded: LoadedSession, tempo_map: TempoMap) -> Fraction:
    """Seconds from 1|1 to where it is over. Raises InvalidInput for places that are none.

    So it does past MOST_HOURS: a slip in the hour of a hit would be gigabytes of click.
    """
    hit_points(loaded, tempo_map)  # tells of all that have no place
    try:
        end = written_end(loaded, MidiFiles(loaded), tempo_map)
    except BadValue as error:
        raise InvalidInput([loaded.problem((), *error.fault)]) from None
    if end > MOST_HOURS * 3600:
        said = f"it goes on for {float(end / 3600):.1f} hours, and at most {MOST_HOURS} are taken"
        raise InvalidInput([loaded.problem((), said, "correct its last hit, section or length")])
    return end


def form_object(forms: Forms) -> dict[str, str | float | int | None]:
    """A moment in every form, as it stands in documents."""
    return {
        "bar_beat": f"{forms.bar_beat.bar}|{_decimal(forms.bar_beat.beat, _PLACES)}",
        "timecode": str(forms.timecode) if forms.timecode is not None else None,
        "seconds": float(_decimal(forms.seconds, _PLACES)),
        "sample": forms.sample,
    }


def form_cells(forms: Forms) -> list[str]:
    """A moment in every form, as it stands under HEADS, to the fourth decimal."""
    return [
        bar_beat_cell(forms.bar_beat),
        str(forms.timecode or ""),
        _decimal(forms.seconds, _SHOWN_PLACES),
        str(forms.sample),
    ]


def bar_beat_cell(place: BarBeat) -> str:
    """Bar and beat, to the fourth decimal."""
    return f"{place.bar}|{_decimal(place.beat, _SHOWN_PLACES)}"


def _decimal(number: Fraction, places: int) -> str:
    """At most so many decimals, and none that are 0.

    >>> _decimal(Fraction(5, 2), 4), _decimal(Fraction(1, 3), 4), _decimal(Fraction(40), 4)
    ('2.5', '0.3333', '40')
    """
    whole, part = divmod(round(number * 10**places), 10**places)
    return f"{whole}.{part:0{places}}".rstrip("0").rstrip(".")
