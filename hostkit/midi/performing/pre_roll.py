"""Events that fall before the music begins.

What is played earlier than written, a late legato at 1|1 or a key switch before the first note,
would begin before sample 0. It keeps its time: its instrument begins to play so much earlier,
and what it sounds before sample 0 is not kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hostkit.midi.events import SampleEvents
from hostkit.midi.messages import Messages


@dataclass(frozen=True, eq=False)
class PreRolled:
    """Events counted from `pre_roll_frames` before 1|1."""

    events: SampleEvents
    pre_roll_frames: int


def pre_rolled(samples: NDArray[np.int64], messages: Messages) -> PreRolled:
    r"""Messages in time order, counted from 1|1 (below 0: earlier), with the pre-roll they take.

    Where no note is early there is none: what only sets something is heard just as well at 0.

    >>> made = pre_rolled(np.array([-48, 0]), Messages.of([b"\x90<@", b"\x80<@"]))
    >>> made.events.samples.tolist(), made.pre_roll_frames
    ([0, 48], 48)
    """
    begins = messages.are(lambda message: message[0] & 0xF0 == 0x90 and message[2] > 0)
    if not (begins & (samples < 0)).any():
        return PreRolled(SampleEvents(np.maximum(samples, 0), messages), 0)
    frames = -int(samples[0])
    return PreRolled(SampleEvents(samples + frames, messages), frames)
