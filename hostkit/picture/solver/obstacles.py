"""What stands in the way of hits that are missed, and what would help."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hostkit.errors import BadValue
from hostkit.ground.counted import counted
from hostkit.picture.beat import Beat
from hostkit.picture.landing import HitOutcome, LandedHit
from hostkit.picture.solver.solve import Solution, solve
from hostkit.picture.solver.wishes import Wishes, usual_meters

if TYPE_CHECKING:
    from hostkit.picture.hits import HitPoint
    from hostkit.picture.solver.kept import KeptSpan

Asked = tuple[tuple["HitPoint", ...], Wishes]
MOST_HITS = 30
_MOST_PERCENT = 10
"""Of change per beat: more is no tempo any longer."""


@dataclass(frozen=True)
class Concession:
    """One thing to let go of, in words and as it is written, and how many hits are caught then."""

    what: str
    written: str
    caught: int


def reasons(solution: Solution) -> Iterator[tuple[LandedHit, str]]:
    """Why each hit that matters is missed, in words."""
    hits = [one for one in solution.hits if one.hit.weight > 0]
    for number, one in enumerate(hits):
        if one.outcome is not HitOutcome.CAUGHT:
            others = [*hits[max(0, number - 1) : number], *hits[number + 1 : number + 2]]
            before = [h for h in hits[:number] if h.outcome is HitOutcome.CAUGHT][-1:]
            yield (
                one,
                _too_near(one, others, solution.wishes)
                or _reason(one, before[0] if before else None, solution.wishes),
            )


def _too_near(one: LandedHit, others: Sequence[LandedHit], wishes: Wishes) -> str:
    """What to say where a hit beside it is so near that no two places can meet both."""
    frame = float(wishes.frame_seconds)
    for other in others:
        apart = abs(float(other.hit.seconds - one.hit.seconds))
        downbeats = one.hit.land_on == other.hit.land_on == "downbeat"
        shortest = _shortest_bar(wishes) if downbeats else _shortest_step(wishes, one, other)
        give = max(
            one.hit.early_frames + other.hit.late_frames,
            one.hit.late_frames + other.hit.early_frames,
        )
        if apart + give * frame < shortest:
            what = "downbeats" if downbeats else "beats"
            return (
                f"it is {apart / frame:.3g} frames from {other.hit.name!r}; "
                f"no two {what} of the range are so near, so one of them is given up"
            )
    return ""


def _shortest_bar(wishes: Wishes) -> float:
    return min(240 * n / d for n, d in wishes.meters) / wishes.high_bpm


def _shortest_step(wishes: Wishes, *pair: LandedHit) -> float:
    beat = Beat.of(wishes.meters[0])
    parts = beat.parts if any(one.hit.land_on == "any" for one in pair) else 1
    return 60 * float(beat.quarters) / parts / wishes.high_bpm


def _reason(one: LandedHit, before: LandedHit | None, wishes: Wishes) -> str:
    """By the tempi that would lead there from the hit before it, or from the start."""
    start = before.lands_at_seconds if before else 0
    gap = float(one.hit.seconds - start)
    on_bar = before is None or before.landing.beat == 1
    bars = on_bar and one.hit.land_on == "downbeat" and len(wishes.meters) == 1
    numerator, denominator = wishes.meters[0]
    unit = 4 * numerator / denominator if bars else float(Beat.of(wishes.meters[0]).quarters)
    few = max(1, int(gap * wishes.low_bpm / 60 / unit))
    tempi = {count: 60 * unit * count / gap for count in (few, few + 1)}
    word = "bar" if bars else "beat"
    origin = repr(before.hit.name) if before else "the start"
    give = (one.hit.early_frames + one.hit.late_frames) * float(wishes.frame_seconds) / gap
    if gap > 0 and all(
        not wishes.low_bpm * (1 - give) <= bpm <= wishes.high_bpm * (1 + give)
        for bpm in tempi.values()
    ):
        said = ", ".join(f"{counted(n, word)} at {bpm:.1f} bpm" for n, bpm in tempi.items())
        return f"it is {gap:.2f} s after {origin}: {said}; neither is in the range"
    return (
        f"from {origin} ({gap:.2f} s) and on to what follows, the tempo would have to leave the "
        f"range or change by more than {100 * wishes.max_change:g} % a beat"
    )


def what_helps(
    solution: Solution, hits: Sequence[HitPoint], kept: Sequence[KeptSpan] = ()
) -> tuple[Concession, ...]:
    """What catches more, tried one at a time and each as little as it takes; the best first.

    Nothing is tried for more than MOST_HITS hits, which would take long.
    """
    if len(hits) > MOST_HITS:
        return ()
    asked = tuple(hits), solution.wishes
    now = solution.caught_weight
    found = []
    for kind in _RELAXED:
        best = None
        for what, written, relaxed in kind(asked):
            try:
                tried = solve(*relaxed, kept)
            except BadValue:
                continue
            if tried.caught_weight > (best[0] if best else now) + 1e-9:
                caught = sum(one.outcome is HitOutcome.CAUGHT for one in tried.hits)
                best = tried.caught_weight, Concession(what, written, caught)
            if not tried.missed:
                break
        if best is not None:
            found.append(best)
    return tuple(helps for _, helps in sorted(found, key=lambda pair: -pair[0]))


_Tries = Iterator[tuple[str, str, Asked]]


def _wider_range(asked: Asked) -> _Tries:
    hits, wishes = asked
    for part in (0.05, 0.1, 0.2):
        low, high = round(wishes.low_bpm * (1 - part)), round(wishes.high_bpm * (1 + part))
        wider = replace(wishes, low_bpm=max(5.0, low), high_bpm=min(999.0, high))
        yield "a wider range", f"--bpm {wider.low_bpm:g}-{wider.high_bpm:g}", (hits, wider)


def _more_change(asked: Asked) -> _Tries:
    hits, wishes = asked
    for times in (1.5, 2, 3):
        percent = min(100 * wishes.max_change * times, _MOST_PERCENT)
        more = replace(wishes, max_change=percent / 100)
        yield "more change per beat", f"--max-change {percent:g}", (hits, more)


def _more_meters(asked: Asked) -> _Tries:
    hits, wishes = asked
    meters = usual_meters(wishes.meters[0])
    if not set(meters) <= set(wishes.meters):
        written = ",".join(f"{n}/{d}" for n, d in meters)
        yield "odd bars", f"--meters {written}", (hits, replace(wishes, meters=meters))


def _beats(asked: Asked) -> _Tries:
    hits, wishes = asked
    if any(hit.land_on == "downbeat" for hit in hits):
        eased = tuple(
            replace(hit, land_on="beat") if hit.land_on == "downbeat" else hit for hit in hits
        )
        yield "any beat, not downbeats alone", "--land-on beat", (eased, wishes)


def _tolerance(asked: Asked) -> _Tries:
    hits, wishes = asked
    for frames in (1, 2, 4):
        eased = tuple(
            replace(h, early_frames=h.early_frames + frames, late_frames=h.late_frames + frames)
            for h in hits
        )
        written = f"tolerance_frames {counted(frames, 'frame')} wider on both sides"
        yield "a looser tolerance", written, (eased, wishes)


_RELAXED: tuple[Callable[[Asked], _Tries], ...] = (
    _more_meters,
    _beats,
    _more_change,
    _wider_range,
    _tolerance,
)
"""What can be let go of; each gives less and less of it back."""
