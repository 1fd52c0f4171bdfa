"""The residual stem against its mix: the louder it is, the less the other stems are alone."""

from __future__ import annotations

import math
from collections.abc import Iterable

from hostkit.delivery.certificate.findings import Finding, Proven
from hostkit.delivery.limits import Measured
from hostkit.plan.plan import RESIDUAL

NOTE_OVER_DB, WARN_OVER_DB = -20.0, -6.0
"""Loudness of the residual stem less that of the mix: from where on it is worth a word."""


def residual_db(proof: Proven, files: Iterable[Measured]) -> float | None:
    """How much louder a mix's residual stem is than the mix, in LU; None where it has none.

    −∞ where the residual stem is too quiet to have a loudness.
    """
    found = {(file.kind, file.name): file.measures.loudness.integrated_lufs for file in files}
    names = (stem for stem in proof.stems if stem.partition("@")[0] == RESIDUAL)
    residual, mix = found.get(("stem", next(names, ""))), found.get(("mix", proof.name))
    if residual is None or mix is None or not math.isfinite(mix):
        return None
    return residual - mix


def check_residuals(proofs: Iterable[Proven], files: Iterable[Measured]) -> tuple[Finding, ...]:
    """A finding for each mix whose residual stem is more than a little of it."""
    known = tuple(files)
    levels = [(proof, residual_db(proof, known)) for proof in proofs]
    return tuple(
        Finding(
            proof.path,
            "residual stem",
            "warn" if level > WARN_OVER_DB else "note",
            f"{RESIDUAL} is {level:+.1f} dB against the mix: the other stems are not the mix "
            "without it; use a milder master, or bus_compressor, which is shared out to the stems",
        )
        for proof, level in levels
        if level is not None and level > NOTE_OVER_DB
    )
