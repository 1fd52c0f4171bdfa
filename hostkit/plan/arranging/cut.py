"""Cut-downs to an exact length: where to end, and how much faster or slower to play.

The form ends on a bar line of its last section. Its last note ends at least 0.2 s before
the end of the file, and at most 1.5 s before it or a second after it has rung out. Endings
that ring out come before complete ones; then 1.3 s or more are preferred. What is missing
the tempo gives, within its limit. Where no ending rings out, the last notes end earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from hostkit.errors import Fault
from hostkit.plan.arranging.music import ImpossibleForm, Music, Stretch
from hostkit.plan.arranging.pieces import Arrangement, Piece
from hostkit.session.model.mixes import MOST_TEMPO_LIMIT_PERCENT

SHORTEST_REST_SECONDS = Fraction(1, 5)
LONGEST_REST_SECONDS = Fraction(3, 2)
GOOD_REST_SECONDS = Fraction(13, 10)
"""How long before the end the last note ends: at least, at most, and at least for comfort."""
LONGEST_SILENCE_SECONDS = Fraction(1)
"""At most so long nothing is heard at the end of what has rung out later than that."""
MOST_RINGING = Fraction(2, 5)
"""How much of a length is left to ringing on: a fade ends what rings longer."""
WORTH_SHORTENING_SECONDS = Fraction(1, 20)
"""What lacks less of ringing out is left as it is written."""
_ROOM_STEP_SECONDS = Fraction(1, 4)
_SPEED_STEPS = 10**6


@dataclass(frozen=True)
class Ending:
    """A form that fits: how it is arranged, and when its last note ends, in seconds.

    Some part ends up to `early_seconds` before it is written to.
    """

    sections: tuple[str, ...]
    arrangement: Arrangement
    seconds: Fraction
    early_seconds: Fraction = Fraction(0)

    @property
    def tempo_change_percent(self) -> float:
        return float((self.arrangement.speed - 1) * 100)


@dataclass(frozen=True)
class _Candidate:
    """A form at its own tempo that ends on `line`; its last note ends after `seconds`.

    It rings on for `rings` seconds, which faster or slower playing does not change.
    """

    sections: tuple[Stretch, ...]
    line: Fraction
    seconds: Fraction
    rings: Fraction

    @property
    def complete(self) -> bool:
        """Whether the last section is played to its end."""
        return self.line == self.sections[-1].stop

    @property
    def pieces(self) -> tuple[Piece, ...]:
        *before, last = self.sections
        return (*(section.piece for section in before), Piece(last.start, self.line))

    @property
    def good_rest(self) -> Fraction:
        """How long before the end the last note should end."""
        return max(GOOD_REST_SECONDS, self.rings)

    @property
    def longest_rest(self) -> Fraction:
        return max(LONGEST_REST_SECONDS, self.rings + LONGEST_SILENCE_SECONDS)

    def speed(self, rest: Fraction, length: Fraction) -> Fraction:
        """The speed at which the last note ends `rest` before the end."""
        return self.seconds / (length - rest)


def fit(
    music: Music, forms: Iterable[Sequence[Stretch]], length: Fraction, limit: Fraction
) -> Ending:
    """The best ending that any of the forms has in `length` seconds.

    `limit` is how much faster or slower the tempo may be, 0.02 for 2 %. Endings that have
    room to ring out come first, then complete ones, then later ones. Raises ArrangeError that says
    how near it came, and what would do it.
    """
    candidates = [c for form in forms for c in _candidates(music, form, length)]
    fitting = [(c, s) for c in candidates if (s := _best_speed(c, length, limit)) is not None]
    if not fitting:
        raise ImpossibleForm(("length",), *_how_near(music, candidates, length, limit))
    chosen, speed = min(fitting, key=lambda pair: _rank(pair[0], pair[1], length))
    arrangement = music.arrangement(chosen.pieces, speed)
    names = tuple(section.name for section in chosen.sections)
    return Ending(names, *rung_out(music, arrangement, length))


def rung_out(
    music: Music, arrangement: Arrangement, length: Fraction
) -> tuple[Arrangement, Fraction, Fraction]:
    """An arrangement that has rung out by `length`, as far as earlier ends of its last notes do it.

    With it, when its last note ends, and by how much any part ends earlier than written, in
    seconds.
    """
    written = last_note_ends(music, arrangement)
    *before, last = arrangement.pieces
    lacking = written + music.rings_on(last) - length
    if lacking < WORTH_SHORTENING_SECONDS:
        return arrangement, written, Fraction(0)
    shorter = music.released(last, lacking, arrangement.speed)
    arrangement = replace(arrangement, pieces=(*before, shorter))
    early = music.ends_earlier(last, shorter) / arrangement.speed
    return arrangement, last_note_ends(music, arrangement), early


def last_note_ends(music: Music, arrangement: Arrangement) -> Fraction:
    """When the last note of the last piece ends, in seconds of the form."""
    place = arrangement.placed[-1]
    stop = music.last_stop(place.piece)
    assert stop is not None, "it was chosen for its notes"
    return arrangement.seconds_in(place, music.tempo_map.seconds_at(stop))


def shortened(phrases: Sequence[Stretch]) -> Iterator[tuple[Stretch, ...]]:
    """The whole form, then every form that leaves out sections in its middle."""
    yield tuple(phrases)
    for kept in range(1, len(phrases)):
        for resumed in range(kept + 1, len(phrases)):
            yield (*phrases[:kept], *phrases[resumed:])


def _candidates(music: Music, form: Sequence[Stretch], length: Fraction) -> Iterator[_Candidate]:
    *before, last = form
    arrangement = music.arrangement([*(section.piece for section in before), last.piece])
    place = arrangement.placed[-1]
    for line in music.bar_lines(last.start, last.stop):
        # Where the last section goes on from the one before, they are one piece.
        piece = Piece(place.piece.start, line)
        content = music.last_stop(piece)
        if line == last.start or content is None or content <= last.start:
            continue
        at = arrangement.seconds_in(place, music.tempo_map.seconds_at(content))
        rings = min(music.rings_on(piece), length * MOST_RINGING)
        yield _Candidate(tuple(form), line, at, rings)


def _best_speed(candidate: _Candidate, length: Fraction, limit: Fraction) -> Fraction | None:
    """The speed nearest to 1 that leaves a good rest; else the one that leaves the most."""
    if length <= LONGEST_REST_SECONDS:
        return None
    slowest = max(candidate.speed(SHORTEST_REST_SECONDS, length), 1 - limit)
    fastest = min(candidate.speed(candidate.longest_rest, length), 1 + limit)
    if slowest > fastest:
        return None
    good = candidate.speed(candidate.good_rest, length)
    wanted = fastest if good > fastest else min(max(Fraction(1), good, slowest), fastest)
    rounded = Fraction(round(wanted * _SPEED_STEPS), _SPEED_STEPS)
    return min(max(rounded, slowest), fastest)


def _rank(candidate: _Candidate, speed: Fraction, length: Fraction) -> tuple[object, ...]:
    rest = length - candidate.seconds / speed + Fraction(1, 1000)
    lacking = max(candidate.rings - rest, Fraction(0)) // _ROOM_STEP_SECONDS
    cramped = rest < candidate.good_rest
    return (lacking, not candidate.complete, cramped, abs(speed - 1), -candidate.line)


def _how_near(
    music: Music, candidates: Sequence[_Candidate], length: Fraction, limit: Fraction
) -> Fault:
    wanted = f"{_seconds(length)} cannot be had"
    if length <= LONGEST_REST_SECONDS:
        return Fault(wanted, f"a cut-down is longer than {float(LONGEST_REST_SECONDS):g}s")
    if not candidates:
        return Fault(
            f"{wanted}: the last section plays no note up to a bar line",
            cure="choose another to end with",
        )
    needed = {c: _needed(c, length) for c in candidates}
    nearest = min(candidates, key=lambda c: abs(needed[c] - 1))
    change = float(needed[nearest] - 1) * 100
    bar = music.tempo_map.bar_beat_at(nearest.line).bar
    where = f"on the bar line of bar {bar}, the end of {nearest.sections[-1].name!r}"
    if not nearest.complete:
        where = f"on the bar line of bar {bar} in {nearest.sections[-1].name!r}"
    natural = nearest.seconds + nearest.good_rest
    enough = -(-abs(change) * 10 // 1) / 10
    may = enough <= MOST_TEMPO_LIMIT_PERCENT
    allow = f"allow tempo_limit_percent: {enough:g}, " if may else ""
    return Fault(
        f"{wanted} with the tempo changed by at most {float(limit) * 100:g} %: the nearest "
        f"ending, {where}, needs {change:+.1f} %",
        cure=f"{allow}ask for length: {_seconds(natural)}, or choose other sections",
    )


def _needed(candidate: _Candidate, length: Fraction) -> Fraction:
    """The speed nearest to 1 that would do."""
    slowest = candidate.speed(SHORTEST_REST_SECONDS, length)
    fastest = candidate.speed(candidate.longest_rest, length)
    return min(max(Fraction(1), slowest), fastest)


def _seconds(seconds: Fraction) -> str:
    return f"{round(float(seconds), 1):g}s"
