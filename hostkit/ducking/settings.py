"""What a ducking pass is asked for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from hostkit.devices.spec import UNHEARD
from hostkit.errors import Fault, InvalidInput, Problem

LISTENERS_LU = {"expert": 10.0, "general": 14.0, "ambience": 15.0}
"""Speech over background that listeners want (Torcoli et al., JAES 67(12), 2019)."""

HIT_BEFORE_SECONDS = 0.05
HIT_AFTER_SECONDS = 0.5
"""What a marked hit protects: its attack, and as much of its ring as makes it a hit."""

DIALOGUE_CHANNELS = ("both", "centre")
"""How mono dialogue is heard: from left and right alike, or from one loudspeaker."""

VADS = ("energy", "neural", "both")


@dataclass(frozen=True)
class Mode:
    """How the depth is shared between the speech band and the rest of the spectrum.

    The rest is lowered by `rest_share` of the band's depth, and by at most `band_more_db`
    less than the band.
    """

    name: str
    rest_share: float
    band_more_db: float

    @property
    def splits(self) -> bool:
        return self.rest_share < 1.0

    def depths(self, drive_db: float, max_depth_db: float) -> tuple[float, float]:
        """Depth of the (rest, speech band) in dB ≥ 0 at a drive in 0…`max_drive_db`.

        The band stops at `max_depth_db`; more drive then lowers the rest until it is there
        too, so every mode reaches what broadband reaches.

        >>> MODES["speech_band"].depths(10.0, 18.0), MODES["speech_band"].depths(30.0, 18.0)
        ((0.0, 10.0), (18.0, 18.0))
        """
        rest = max(self.rest_share * drive_db, drive_db - self.band_more_db)
        return min(rest, max_depth_db), min(drive_db, max_depth_db)

    def max_drive_db(self, max_depth_db: float) -> float:
        """The drive at which rest and band both are at `max_depth_db`."""
        if not self.splits:
            return max_depth_db
        of_share = max_depth_db / self.rest_share if self.rest_share else math.inf
        return min(of_share, max_depth_db + self.band_more_db)


MODES = {
    row.name: row
    for row in (
        Mode("broadband", rest_share=1.0, band_more_db=0.0),
        Mode("speech_band", rest_share=0.0, band_more_db=12.0),
        Mode("both", rest_share=0.5, band_more_db=6.0),
    )
}


@dataclass(frozen=True, order=True)
class ProtectedSpan:
    """A stretch of music that keeps its full level: seconds from the start of the music."""

    start_seconds: float
    end_seconds: float
    name: str = field(default="", metadata=UNHEARD)

    @classmethod
    def of_hit(cls, seconds: float, name: str = "") -> ProtectedSpan:
        """What a marked hit protects.

        >>> ProtectedSpan.of_hit(2.0, "door")
        ProtectedSpan(start_seconds=1.95, end_seconds=2.5, name='door')
        """
        return cls(seconds - HIT_BEFORE_SECONDS, seconds + HIT_AFTER_SECONDS, name)


@dataclass(frozen=True)
class DuckSettings:
    """Frozen settings of one pass; `checked` says what is wrong with them.

    `target_lu` is the loudness of the speech over that of the music, BS.1770, in every 3 s
    of each phrase. Mono music is heard from left and right alike, and so is mono dialogue,
    3 LU louder than from one loudspeaker, unless `dialogue_channel` is `centre`.
    The music is down at every onset: it starts `lookahead_ms` before, or
    earlier where `attack_ms` or `slope_db_per_s` need more time. After the offset it stays
    down for `hold_ms`, and pauses shorter than that do not end a phrase. `weights` maps
    stem names to how much of the depth, in dB, a stem takes (1 where none is given).
    """

    target_lu: float = 12.0
    max_depth_db: float = 18.0
    mode: str = "broadband"
    attack_ms: float = 300.0
    release_ms: float = 600.0
    hold_ms: float = 800.0
    lookahead_ms: float = 300.0
    slope_db_per_s: float = 30.0
    weights: tuple[tuple[str, float], ...] = ()
    protect: tuple[ProtectedSpan, ...] = ()
    vad: str = "energy"
    dialogue_channel: str = "both"

    @property
    def shape(self) -> Mode:
        return MODES[self.mode]

    def weight(self, stem: str) -> float:
        return dict(self.weights).get(stem, 1.0)

    def checked(self, stems: Iterable[str] = (), place: str = "duck") -> DuckSettings:
        """The settings themselves; InvalidInput with every problem where there are some.

        `stems` are the names that weights may use.
        """
        if faults := list(self.faults(tuple(stems))):
            raise InvalidInput(Problem(place, 0, 0, *fault) for _, fault in faults)
        return self

    def faults(self, stems: tuple[str, ...] = ()) -> Iterator[tuple[str, Fault]]:
        """What is wrong: the setting, and what of it."""
        yield from _out_of_range(self)
        yield from _unknown_words(self)
        yield from _bad_weights(dict(self.weights), stems)
        yield from _bad_spans(self.protect)


_RANGES = {
    "target_lu": (0.0, 40.0, "12 is a good start; WCAG asks for 20"),
    "max_depth_db": (0.0, 60.0, "18 leaves the music audible"),
    "attack_ms": (10.0, 10_000.0, "300 is a good start"),
    "release_ms": (10.0, 10_000.0, "600 is a good start"),
    "hold_ms": (0.0, 20_000.0, "800 bridges breaths and pauses"),
    "lookahead_ms": (0.0, 10_000.0, "300 is a good start"),
    "slope_db_per_s": (1.0, 1000.0, "above 30 the movement is heard as pumping"),
}


def _out_of_range(settings: DuckSettings) -> Iterator[tuple[str, Fault]]:
    for name, (lowest, highest, hint) in _RANGES.items():
        value = getattr(settings, name)
        if not lowest <= value <= highest:  # also refuses NaN
            cure = f"it goes from {lowest:g} to {highest:g} ({hint})"
            yield name, Fault(f"{name} is {value:g}", cure)


def _unknown_words(settings: DuckSettings) -> Iterator[tuple[str, Fault]]:
    words = {"mode": tuple(MODES), "vad": VADS, "dialogue_channel": DIALOGUE_CHANNELS}
    for name, known in words.items():
        value = getattr(settings, name)
        if value not in known:
            yield name, Fault(f"there is no {name} {value!r}", f"there are {', '.join(known)}")


def _bad_weights(
    weights: Mapping[str, float], stems: tuple[str, ...]
) -> Iterator[tuple[str, Fault]]:
    known = ", ".join(stems)
    for name, weight in weights.items():
        if stems and name not in stems:
            message = f"weights names {name!r}, which is not a stem here"
            yield "weights", Fault(message, f"there are {known}")
        if not 0.0 <= weight <= 1.0:
            cure = "it goes from 0 (never ducked) to 1"
            yield "weights", Fault(f"the weight of {name!r} is {weight:g}", cure)
    if stems and all(weights.get(stem, 1.0) == 0.0 for stem in stems):
        message = "every stem has weight 0, so nothing would be ducked"
        yield "weights", Fault(message, cure="give one a weight above 0")


def _bad_spans(spans: tuple[ProtectedSpan, ...]) -> Iterator[tuple[str, Fault]]:
    for span in spans:
        if not (math.isfinite(span.start_seconds) and span.start_seconds < span.end_seconds):
            message = (
                f"the protected span {span.name or 'without a name'} runs from "
                f"{span.start_seconds:g} s to {span.end_seconds:g} s"
            )
            yield "protect", Fault(message, cure="it has to end after it starts")
