"""What a client asks of a delivery's files, and a file as it was measured against that."""

from __future__ import annotations

from dataclasses import dataclass

from hostkit.audio.measures import Clipping, Measures


@dataclass(frozen=True)
class Limits:
    """What the client asks of levels, and how many stems; None asks nothing.

    `loudness_of` names mixes.
    """

    true_peak_dbtp: float | None = None
    integrated_lufs: float | None = None
    tolerance_lu: float = 0.5
    loudness_of: tuple[str, ...] = ()
    least_stems: int | None = None
    most_stems: int | None = None

    def asks_loudness_of(self, file: Measured) -> bool:
        """Whether a file has a target of loudness."""
        asked = self.integrated_lufs is not None and file.name in self.loudness_of
        return asked and file.kind == "mix"


NO_LIMITS = Limits()


@dataclass(frozen=True)
class Measured:
    """A file as it was found, by the path it has in the delivery.

    `clipping` is None where only the file is known, not how it was made. What goes round, or is
    somebody else's, need not end (`must_end`); what is `faded` ends at an exact length. A float
    file has no ceiling.
    """

    path: str
    kind: str
    name: str
    form: str
    sample_rate: int
    time_reference: int | None
    measures: Measures
    clipping: Clipping | None
    must_end: bool = False
    faded: bool = False
    is_float: bool = False

    @property
    def clipped_samples(self) -> int:
        """How many are known to be clipped."""
        return self.clipping.samples if self.clipping else 0
