"""The checks a delivered file has to pass, as a table, and what they find."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from hostkit.audio.checks import CLOSING_FADE_MS
from hostkit.delivery.certificate.sums import NullTest, Verdict
from hostkit.delivery.gain import Gain
from hostkit.delivery.headroom import Headroom, headroom_of
from hostkit.delivery.limits import Limits, Measured
from hostkit.delivery.profiles.stem_count import stem_count_fault
from hostkit.ground.counted import counted
from hostkit.ground.levels import gain_to_db

DC_WARN, DC_FAIL = 0.003, 0.02
"""Mean of a channel: −50 and −34 dBFS. Samples of low strings have −57."""

PHASE_WARN = -0.2
"""Wide rooms come out a little under 0; what is under this was turned over somewhere."""


END_FAIL_DBFS = -72.0
"""What is louder than this in the last 10 ms is chopped, and clicks."""
FADE_FAIL_DBFS = -50.0
"""What is louder than this where the closing fade begins is heard to be faded."""
RUNG_OUT_MID_FADE_DBFS = END_FAIL_DBFS - 12
"""Half-way through the fade, which takes 12 dB there: quieter sounds ended by themselves."""


@dataclass(frozen=True)
class Finding:
    """What one check found in one file, in words. A note is worth knowing, and no fault."""

    path: str
    check: str
    verdict: Verdict | Literal["note"]
    text: str


BY_ITSELF = "made by itself; no stem holds it"
"""What is said of a mix as the click is, in place of its stems."""


@dataclass(frozen=True)
class Proven:
    """A mix, the stems it should be the sum of, and whether it is; none of one made by itself.

    `tracks` sound in those stems; those of `without` are not to sound in the mix.
    """

    name: str
    path: str
    stems: tuple[str, ...]
    test: NullTest
    tracks: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


def check_files(
    files: Iterable[Measured], limits: Limits, gain: Gain | None = None
) -> tuple[Finding, ...]:
    """All findings worth telling: a check that passes says nothing.

    `gain` is what the delivery has now, where that is known: cures go by it.
    """
    known = tuple(files)
    room = headroom_of(known, limits, gain)
    single = [
        found
        for file in known
        for found in (
            *(f for check in LEVEL_CHECKS for f in check(file, limits, room)),
            *(f for check in CHECKS for f in check(file)),
        )
    ]
    return (*single, *_unequal(known))


def check_sums(
    proofs: Iterable[Proven], files: Iterable[Measured], sample_rate: int
) -> tuple[Finding, ...]:
    """A finding for each mix that is not the sum of its stems, naming the stem at fault."""
    clipped = {file.path: file.clipped_samples for file in files}
    return tuple(
        Finding(proof.path, "sum of stems", proof.test.verdict, text)
        for proof in proofs
        if proof.test.verdict != "pass"
        and (text := _difference(proof, clipped.get(proof.path, 0), sample_rate))
    )


def check_stem_count(
    stems: Sequence[str], limits: Limits, profile: str | None
) -> tuple[Finding, ...]:
    """A finding where the client counts on more or fewer stems of the full mix."""
    fault = stem_count_fault(profile or "the profile", stems, limits.least_stems, limits.most_stems)
    return (Finding("stems", "number of stems", "fail", str(fault)),) if fault else ()


def worst(findings: Iterable[Finding]) -> Verdict:
    """The verdict on it all."""
    found = {finding.verdict for finding in findings}
    return "fail" if "fail" in found else "warn" if "warn" in found else "pass"


def _clipped(file: Measured, limits: Limits, room: Headroom) -> Iterator[Finding]:
    """Clipping fails where a client's peak limit shows that nobody wants it."""
    verdict: Verdict = "fail" if limits.true_peak_dbtp is not None else "warn"
    clipping, signal = file.clipping, file.measures.signal
    if clipping is None:
        # A file that goes over full scale is not clipped at it.
        if signal.full_scale_samples and max(signal.peaks) <= 1.0:
            touching = counted(signal.full_scale_samples, "sample")
            text = f"{touching} at full scale: it may be clipped"
            yield Finding(file.path, "clipped", "warn", text)
    elif clipping.samples:
        peak = f", highest peak {gain_to_db(clipping.peak):+.1f} dBFS" if clipping.peak else ""
        lost = counted(clipping.samples, "sample")
        text = f"{lost} clipped{peak}; {room.cure(-clipping.lower_db)}"
        yield Finding(file.path, "clipped", verdict, text)
    elif clipping.lower_db:
        text = f"a stem in it was clipped; {room.cure(-clipping.lower_db)}"
        yield Finding(file.path, "clipped", verdict, text)


def _true_peak(file: Measured, limits: Limits, room: Headroom) -> Iterator[Finding]:
    limit, peak = limits.true_peak_dbtp, file.measures.loudness.true_peak_dbtp
    if limit is not None and peak > limit:
        text = f"{peak:.1f} dBTP, over the limit of {limit:g}; {room.cure(limit - peak)}"
        yield Finding(file.path, "true peak", "fail", text)


def _loudness(file: Measured, limits: Limits, room: Headroom) -> Iterator[Finding]:
    target, measured = limits.integrated_lufs, file.measures.loudness.integrated_lufs
    if target is None or not limits.asks_loudness_of(file):
        return
    if abs(measured - target) > limits.tolerance_lu:
        heard = math.isfinite(measured)
        cure = room.cure(target - measured) if heard else "nothing is heard in it"
        text = f"{measured:.1f} LUFS, not {target:g} ±{limits.tolerance_lu:g}; {cure}"
        yield Finding(file.path, "loudness", "fail", text)


def _dc_offset(file: Measured) -> Iterator[Finding]:
    offset = max((abs(value) for value in file.measures.signal.dc_offsets), default=0.0)
    if offset > DC_WARN:
        text = f"a DC offset of {gain_to_db(offset):.0f} dBFS; add a high-pass filter"
        yield Finding(file.path, "DC", "fail" if offset > DC_FAIL else "warn", text)


def _silence(file: Measured) -> Iterator[Finding]:
    silent = file.measures.signal.silent_channels
    if len(silent) == file.measures.channels:
        verdict: Verdict = "fail" if file.kind == "mix" else "warn"
        yield Finding(file.path, "silence", verdict, "holds nothing but silence")
    elif silent:
        names = ", ".join(str(channel + 1) for channel in silent)
        yield Finding(file.path, "silence", "warn", f"channel {names} is silent")


def _phase(file: Measured) -> Iterator[Finding]:
    correlation = file.measures.signal.phase_correlation
    if correlation is not None and correlation < PHASE_WARN:
        text = f"phase correlation {correlation:.2f}: it loses level in mono"
        yield Finding(file.path, "phase", "warn", text)


def _ending(file: Measured) -> Iterator[Finding]:
    end_dbfs = gain_to_db(file.measures.signal.end_peak)
    if file.must_end and end_dbfs > END_FAIL_DBFS:
        text = (
            f"still sounds at {end_dbfs:.1f} dBFS in its last 10 ms; "
            "give it more length, or a longer tail"
        )
        yield Finding(file.path, "ending", "fail", text)


def _closing_fade(file: Measured) -> Iterator[Finding]:
    """A fade that is heard. A dry sound that ends by itself meanwhile is none.

    Where the session's own `length` ends the music is its author's wish, which is noted.
    """
    fade_dbfs = gain_to_db(file.measures.signal.fade_peak)
    by_itself = gain_to_db(file.measures.signal.mid_fade_peak) <= RUNG_OUT_MID_FADE_DBFS
    if file.faded and fade_dbfs > FADE_FAIL_DBFS and not by_itself:
        text = (
            f"still sounds at {fade_dbfs:.1f} dBFS {CLOSING_FADE_MS} ms before its end, so its "
            f"fade is heard (over {FADE_FAIL_DBFS:g}); "
            "give it more length, or end it with another section"
        )
        yield Finding(file.path, "ending", "fail", text)


LEVEL_CHECKS: tuple[Callable[[Measured, Limits, Headroom], Iterator[Finding]], ...] = (
    _clipped,
    _true_peak,
    _loudness,
)
CHECKS: tuple[Callable[[Measured], Iterator[Finding]], ...] = (
    _dc_offset,
    _silence,
    _phase,
    _ending,
    _closing_fade,
)


def _unequal(files: tuple[Measured, ...]) -> Iterator[Finding]:
    """What sets a file apart from most of its form: length, start, rate, channels."""
    aspects: tuple[tuple[str, str, Callable[[Measured], int | None]], ...] = (
        ("length", "samples", lambda file: file.measures.frames),
        ("start", "samples after midnight", lambda file: file.time_reference),
        ("sample rate", "Hz", lambda file: file.sample_rate),
        ("channels", "channels", lambda file: file.measures.channels),
    )
    for form in dict.fromkeys(file.form for file in files):
        together = [file for file in files if file.form == form]
        for check, unit, aspect in aspects:
            values = [value for file in together if (value := aspect(file)) is not None]
            usual = max(values, key=values.count, default=None)
            for file in together:
                if (value := aspect(file)) not in (None, usual):
                    text = f"{value} {unit}, the others have {usual}"
                    yield Finding(file.path, check, "fail", text)


def _difference(proof: Proven, clipped: int, sample_rate: int) -> str:
    test = proof.test
    text = f"differs from the sum of its stems by up to {test.residual_dbfs:.0f} dBFS"
    if test.first_frame is not None and test.last_frame is not None:
        first, last = test.first_frame / sample_rate, test.last_frame / sample_rate
        text += f", between {first:.2f} and {last:.2f} s"
    if clipped:
        return f"{text}: {counted(clipped, 'sample')} of it clipped; lower it as said there"
    if test.at_fault is None:
        return f"{text}; no single stem explains it"
    if test.at_fault_gain is None:
        return f"{text}; {test.at_fault} is at fault"
    if test.at_fault_gain < 0.001:
        return f"{text}; {test.at_fault} is at fault: the mix does not have it there"
    change = 20 * math.log10(test.at_fault_gain)
    return f"{text}; {test.at_fault} is at fault: the mix has it {change:+.1f} dB"
