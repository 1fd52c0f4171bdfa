"""A mix without something holds none of it: shown on the files, and by what they are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hostkit.delivery.certificate.findings import Finding, Proven
from hostkit.delivery.certificate.sums import Verdict
from hostkit.ground.levels import gain_to_db


def check_exclusions(proofs: Iterable[Proven]) -> tuple[Finding, ...]:
    """A finding for each mix that holds what its name or its recipe says it is without.

    A mix that is the sum of its stems to the bit holds what they hold, and those were made
    of known tracks. What a mix has beside its stems was compared with the stems left out.
    """
    return tuple(
        Finding(proof.path, "exclusion", "fail", text) for proof in proofs for text in _held(proof)
    )


def exclusion_verdict(proof: Proven) -> Verdict:
    """Whether a mix is shown to hold nothing of what it is without."""
    return "fail" if any(_held(proof)) else proof.test.verdict


def _held(proof: Proven) -> Iterator[str]:
    wrong = [track for track in proof.tracks if track in proof.without]
    if wrong:
        yield (
            f"holds {', '.join(wrong)}, which a mix named {proof.name} is without; take that out "
            "of its recipe, or give it another name"
        )
    for stem, gain in proof.test.held.items():
        yield (
            f"holds the stem {stem} at {gain_to_db(abs(gain)):+.1f} dB, which it is to be "
            "without; render it again"
        )
