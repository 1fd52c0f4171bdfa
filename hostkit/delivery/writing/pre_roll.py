"""What comes before the music in a file: pre-roll, and the pop for lining up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from hostkit.audio.formats import SampleFormat
from hostkit.audio.quantise import IntSamples
from hostkit.ground.counted import counted
from hostkit.ground.levels import db_to_gain
from hostkit.picture.cueing.click_sound import ClickOnset, ClickSound
from hostkit.plan.nodes.click import ClickPlan
from hostkit.plan.plan import FULL, WHOLE, Plan
from hostkit.timebase.picture import frames_per_second
from hostkit.timebase.sampling import sample_of

if TYPE_CHECKING:  # what reads sessions is slow to import, and not needed where files are written
    from hostkit.delivery.profiles.order import Order


@dataclass(frozen=True)
class PopPlan:
    """A tone of `frames` from frame `at`; `gain` is its amplitude in one stem."""

    at: int
    frames: int
    hz: float
    gain: float

    def int_samples(self, sample_rate: int, kind: SampleFormat) -> IntSamples:
        """The tone in one stem, int32 `(frames,)`: every channel has it."""
        phase = 2 * np.pi * self.hz / sample_rate * np.arange(self.frames)
        tone: IntSamples = np.rint(np.sin(phase) * self.gain * kind.full_scale).astype(np.int32)
        return tone


@dataclass(frozen=True)
class PreRoll:
    """Silence of `frames` before the music, with a pop in it or none.

    The file of a click has its count-in there: clicks on frames of the file.
    """

    frames: int = 0
    pop: PopPlan | None = None
    count_in: tuple[ClickOnset, ...] = ()
    click_dbfs: float = 0.0

    def int_samples(
        self, start: int, count: int, sample_rate: int, kind: SampleFormat
    ) -> IntSamples:
        """Frames `start` to `start + count` of the pre-roll in each channel of a stem."""
        block = np.zeros(count, dtype=np.int32)
        if self.pop is not None:
            tone = self.pop.int_samples(sample_rate, kind)
            first, last = max(start, self.pop.at), min(start + count, self.pop.at + self.pop.frames)
            if first < last:
                cut = tone[first - self.pop.at : last - self.pop.at]
                block[first - start : last - start] = cut
        if self.count_in:
            sound = ClickSound(self.click_dbfs, sample_rate, kind.full_scale)
            block += sound.block(self.count_in, start, count)
        return block

    def bars_with_room(self, plan: ClickPlan) -> tuple[tuple[ClickOnset, ...], ...]:
        """Those of a click's count-in that begin in it."""
        return tuple(bar for bar in plan.count_in if bar[0].frame + self.frames >= 0)

    def with_count_in(self, plan: ClickPlan) -> PreRoll:
        """With those bars of a click's count-in that have room in it."""
        clicks = (
            ClickOnset(one.frame + self.frames, one.kind)
            for bar in self.bars_with_room(plan)
            for one in bar
        )
        return replace(self, count_in=tuple(clicks), click_dbfs=plan.level_dbfs)


NO_PRE_ROLL = PreRoll()


def count_ins_cut_short(whole: Plan, order: Order) -> Iterator[str]:
    """What to say of clicks whose count-in has no room before 1|1."""
    pre_roll = pre_roll_of(whole, order)
    for mix in whole.mixes:
        for name in mix.stems:
            plan = whole.stems_by_name[name].plan
            if not isinstance(plan, ClickPlan):
                continue
            lacking = len(plan.count_in) - len(pre_roll.bars_with_room(plan))
            if lacking:
                yield (
                    f"mix {mix.name!r}: {counted(lacking, 'bar')} of its count-in would lie before "
                    "the files begin; hostkit click writes all of it, a profile's pre_roll_s "
                    "makes room"
                )


def pre_roll_for(form: Plan, order: Order, stems: tuple[str, ...]) -> PreRoll:
    """The pre-roll of the file that is the sum of these stems of a form."""
    pre_roll = pre_roll_of(form, order)
    for name in stems:
        plan = form.stems_by_name[name].plan
        if isinstance(plan, ClickPlan) and pre_roll.frames:
            pre_roll = pre_roll.with_count_in(plan)
    return pre_roll


def pre_roll_of(form: Plan, order: Order) -> PreRoll:
    """The pre-roll of a form's files: of the whole form what the profile says, else none.

    The pop is one picture frame long (24 fps without a picture), and each stem of the full
    mix has an equal share of it.
    """
    profile, rate = order.profile, order.session.sample_rate
    if form.form.name != WHOLE or not profile.pre_roll_s:
        return NO_PRE_ROLL
    frames = sample_of(Fraction(repr(profile.pre_roll_s)), rate)
    if profile.pop is None:
        return PreRoll(frames)
    stems = next(len(mix.stems) for mix in form.mixes if mix.name == FULL)
    pop = PopPlan(
        at=frames - sample_of(Fraction(repr(profile.pop.before_s)), rate),
        frames=sample_of(1 / frames_per_second(form.tempo_map.picture), rate),
        hz=profile.pop.hz,
        gain=db_to_gain(profile.pop.level_dbfs) / max(1, stems),
    )
    return PreRoll(frames, pop)
