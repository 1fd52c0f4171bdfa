"""A tempo map and its hits in lines: tables, and a small curve."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from hostkit.cli.show.lines import tell
from hostkit.cli.show.table import print_table
from hostkit.cli.work.picture.timing import bar_beat_cell
from hostkit.ground.counted import counted
from hostkit.picture.landing import HitOutcome, LandedHit
from hostkit.picture.solver.constant import ConstantTempo, frame_click
from hostkit.picture.solver.steepness import steepest

if TYPE_CHECKING:
    from hostkit.cli.work.picture.tempo import ShownTempo, SolvedTempo, TimedSession
    from hostkit.picture.solver.steepness import TempoChange
    from hostkit.timebase.tempo_map import TempoMap

_BLOCKS = "▁▂▃▄▅▆▇█"
_NARROWEST, _WIDEST = 16, 72
MOST_ROWS = 24
MOST_TEMPI = 5
"""Constant tempi that are printed; `--json` has all."""


def print_hits(found: TimedSession, hits: Sequence[LandedHit]) -> None:
    """A line for each hit: when it is, where the music lands, how far off that is."""
    heads = ("hit", "at", "lands on", "frames off", "")
    rows = [
        (one.hit.name, found.at(one.hit), str(one.landing), frames(one.frames_off), _word(one))
        for one in hits
    ]
    print_table(heads, rows, numbers={"frames off"})


def _word(one: LandedHit) -> str:
    return f"{one.outcome}{'' if one.hit.weight else ', weighs nothing'}"


def frames(off: float) -> str:
    """Frames late (+) or early (−).

    >>> frames(0.314), frames(-2.0), frames(0.001)
    ('+0.31', '−2.00', '0.00')
    """
    rounded = round(off, 2)
    return f"{rounded:+.2f}".replace("-", "−") if rounded else "0.00"


def curve(tempo_map: TempoMap, end: Fraction, hits: Sequence[LandedHit]) -> Iterator[str]:
    """The tempo as a row of blocks over time, and a mark at each hit."""
    seconds = tempo_map.seconds_at(end)
    width = max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size().columns - 24))
    times = [seconds * (2 * n + 1) / (2 * width) for n in range(width)]
    tempi = [tempo_map.tempo_at(tempo_map.beats_at_seconds(time)) for time in times]
    low, high = min(tempi), max(tempi)
    step = (high - low) / (len(_BLOCKS) - 1) if _differ(low, high) else high
    blocks = "".join(_BLOCKS[round((bpm - low) / step)] for bpm in tempi)
    yield f"tempo  {blocks}  {_span(low, high)} bpm"
    marks = [" "] * width
    for one in hits:
        place = min(width - 1, int(one.hit.seconds / seconds * width)) if seconds else 0
        marks[place] = "^" if one.outcome is HitOutcome.CAUGHT else "x"
    if hits:
        yield f"hits   {''.join(marks)}".rstrip()


def _span(low: float, high: float) -> str:
    return f"{low:.1f}–{high:.1f}" if _differ(low, high) else f"{low:.1f}"


def _differ(low: float, high: float) -> bool:
    """Whether two tempi are two as they are printed."""
    return round(low, 1) != round(high, 1)


def print_solved(solved: SolvedTempo) -> None:
    """Everything that is to be known of a solution, but the points themselves."""
    solution, shown = solved.solution, solved.shown
    print_hits(shown.timed, shown.hits)
    print()
    print_brief(shown, summary(solved))
    for one, why in solved.reasons:
        tell(f"{one.hit.name!r} is {one.outcome}: {why}")
    for helps in solved.helps:
        tell(f"{helps.what} would catch {helps.caught} of {len(shown.hits)}: {helps.written}")
    print()
    print_constant(solution.constant[:MOST_TEMPI], shown.timed.frame_seconds)


def print_shown(shown: ShownTempo) -> None:
    """A session's own map: its tempi, its hits, and where it jumps."""
    rows = _tempo_rows(shown.tempo_map)
    print_table(("at", "seconds", "bpm", "meter"), rows[:MOST_ROWS], numbers={"seconds"})
    if len(rows) > MOST_ROWS:
        print(f"… and {len(rows) - MOST_ROWS} more; --json has all")
    print()
    if shown.hits:
        print_hits(shown.timed, shown.hits)
        print()
    print_brief(shown, facts(shown))


def print_brief(shown: ShownTempo, said: str) -> None:
    """The curve, what it comes to, and what to beware of."""
    for line in curve(shown.tempo_map, shown.end, shown.hits):
        print(line)
    tell(said)
    for warning in (*shown.warnings, *_jumps(shown)):
        tell(f"  warning: {warning}")


def _jumps(shown: ShownTempo) -> Iterator[str]:
    """A line for each jump; beats after each other that do not keep the limit are one."""
    runs: list[list[TempoChange]] = []
    for change in shown.jumps:
        if runs and change.beat == runs[-1][-1].beat + 1:
            runs[-1].append(change)
        else:
            runs.append([change])
    for run in runs[:MOST_ROWS]:
        most = f"{max(change.percent for change in run):.1f} %"
        if len(run) == 1:
            yield f"the tempo jumps by {most} at {run[0].at}: over 2 % a beat is heard"
        else:
            where = f"from {run[0].at} to {run[-1].at}"
            yield f"the tempo changes by up to {most} a beat {where}: over 2 % is heard"
    if len(runs) > MOST_ROWS:
        yield f"… and at {len(runs) - MOST_ROWS} more places"


def summary(solved: SolvedTempo) -> str:
    """`8 of 8 hits caught; …`."""
    odd = solved.solution.odd_bars
    return facts(solved.shown) + (f"; {counted(odd, 'odd bar')}" if odd else "")


def facts(shown: ShownTempo) -> str:
    """How many hits are caught, and the largest change."""
    caught = sum(one.outcome is HitOutcome.CAUGHT for one in shown.hits)
    hits = f"{caught} of {counted(len(shown.hits), 'hit')} caught; " if shown.hits else ""
    change = steepest(shown.tempo_map, shown.end)
    return f"{hits}tempo changes by at most {change:.2f} % a beat"


def _tempo_rows(tempo_map: TempoMap) -> list[tuple[str, str, str, str]]:
    """Where the tempo, its slope or the meter changes."""
    meters = {c.beats: f"{c.numerator}/{c.denominator}" for c in tempo_map.meters.changes}
    segments = {segment.beats: segment for segment in tempo_map.segments}
    rows = []
    for beats in sorted({*meters, *segments}):
        bpm = f"{tempo_map.tempo_at(beats):.3f}".rstrip("0").rstrip(".")
        if (segment := segments.get(beats)) is not None and segment.ramp is not None:
            bpm += f" → {segment.ramp.end_bpm:.3f}".rstrip("0").rstrip(".")
        seconds = f"{float(tempo_map.seconds_at(beats)):.3f}"
        rows.append(
            (bar_beat_cell(tempo_map.bar_beat_at(beats)), seconds, bpm, meters.get(beats, ""))
        )
    return rows


def print_constant(tempi: Sequence[ConstantTempo], frame_seconds: Fraction) -> None:
    """The best tempi without a change; their click is in frames and eighths to a beat."""
    heads = ("constant tempo", "click", "caught", "near", "missed", "important", "frames off")
    rows = [
        (
            f"{one.bpm:g}",
            click(one.bpm, frame_seconds),
            str(one.caught),
            str(one.near),
            str(one.missed),
            f"{one.important_caught} of {one.important}" if one.important else "",
            f"{one.mean_frames_off:.1f}",
        )
        for one in tempi
    ]
    print_table(heads, rows, numbers=set(heads) - {"constant tempo"})


def click(bpm: float, frame_seconds: Fraction) -> str:
    """A tempo as a frame click: frames and eighths to a beat, `~` before what is only near.

    >>> click(120, Fraction(1, 24)), click(100, Fraction(1, 24))
    ('12-0', '~14-3')
    """
    whole, eighths, exact = frame_click(bpm, frame_seconds)
    return f"{'' if exact else '~'}{whole}-{eighths}"
