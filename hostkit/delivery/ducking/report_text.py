"""What a pass did, for people: duck_report.md, and the lines of a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from hostkit.delivery.ducking.report import DuckReport, inside
from hostkit.ducking.result import TOLERANCE_LU, DuckResult, PhraseResult, Status
from hostkit.errors import Fault
from hostkit.ground.clock import counter
from hostkit.ground.levels import tenths_up

_MARKS = {Status.PASS: "pass", Status.FAIL: "**FAIL**", Status.PROTECTED: "protected"}
_MONO = {"both": "too", "centre": "from the centre alone, 3 LU softer"}


def report_text(report: DuckReport, folder: Path) -> str:
    """The readable report, in Markdown that also reads well as plain text."""
    return "\n".join([*_summary(report, folder), "", *_table(report), "", *_remarks(report)]) + "\n"


def _summary(report: DuckReport, folder: Path) -> Iterator[str]:
    result = report.result
    settings = result.plan.settings
    yield f"# {report.title}"
    yield ""
    yield (f"**{result.in_words}** (within {TOLERANCE_LU:g} LU), measured on the files as written.")
    yield ""
    yield f"- Mode {settings.mode}, at most {settings.max_depth_db:g} dB down."
    yield (
        f"- Steepest slope {result.max_slope_db_per_s:.1f} dB/s "
        f"(limit {settings.slope_db_per_s:g})."
    )
    yield (
        f"- Music softer by {result.loss_in_speech_lu:.1f} LU under speech and by "
        f"{result.loss_outside_lu:.1f} LU elsewhere (attack, hold and release; beyond these "
        "every sample is the original's)."
    )
    yield f"- Aligned by {report.aligned_by}."
    heard = _MONO[settings.dialogue_channel]
    yield f"- Mono music is heard from both sides; mono dialogue {heard}."
    for file in report.files:
        weight = "" if file.weight == 1.0 else f" (weight {file.weight:g})"
        original = f"; unducked: {file.original}" if file.original else ""
        yield f"- {inside(file.path, folder)}{weight}{original}"


def phrase_table(report: DuckReport) -> tuple[list[str], list[list[str]]]:
    """The heads, and a row for each phrase."""
    heads = [
        "phrase",
        "from",
        "to",
        "speech LUFS",
        "before LU",
        "after LU",
        "worst 3 s",
        "gain dB",
        "slope dB/s",
    ]
    heads += ["STOI", "ESTOI"] if report.scores else []
    heads += ["result"]
    rows = [
        _row(number, phrase, report) for number, phrase in enumerate(report.result.phrases, start=1)
    ]
    return heads, rows


def _table(report: DuckReport) -> Iterator[str]:
    heads, rows = phrase_table(report)
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    yield _line(heads, widths)
    yield "|" + "|".join("-" * (width + 1) + ":" for width in widths) + "|"
    for row in rows:
        yield _line(row, widths)


def _row(number: int, phrase: PhraseResult, report: DuckReport) -> list[str]:
    spoken = phrase.spoken
    gains = " / ".join(f"{gain:.1f}" for gain in phrase.gain_db)
    row = [
        str(number),
        counter(spoken.phrase.onset_seconds),
        counter(spoken.phrase.offset_seconds),
        f"{spoken.speech_lufs:.1f}",
        _difference(phrase.difference_before_lu),
        _difference(phrase.difference_after_lu),
        _difference(phrase.worst.difference_after_lu),
        gains,
        f"{phrase.slope_db_per_s:.1f}",
    ]
    if report.scores:
        scores = report.scores[number - 1]
        row.append(_change(scores.stoi_before, scores.stoi_after))
        row.append(_change(scores.estoi_before, scores.estoi_after))
    return [*row, _MARKS[phrase.status]]


def _remarks(report: DuckReport) -> Iterator[str]:
    result = report.result
    for number, phrase in enumerate(result.phrases, start=1):
        if phrase.status is Status.FAIL:
            yield f"- {_failure(number, phrase, result)}"
        elif phrase.status is Status.PROTECTED:
            yield (
                f"- Phrase {number} reaches {phrase.worst.difference_after_lu:.1f} LU: a protected "
                "hit or rise keeps its level there."
            )
    if result.plan.curves.splits:
        yield "- Gains are those of the rest of the spectrum / the speech band (300 Hz to 4 kHz)."
    if not report.scores:
        yield "- STOI and ESTOI were not asked for (--intelligibility; intelligibility: true)."
    for warning in report.warnings:
        yield f"- Warning: {warning}"


def report_lines(report: DuckReport) -> Iterator[str]:
    """What a terminal shows below its phrases."""
    result = report.result
    yield (
        f"{result.in_words}; steepest slope "
        f"{result.max_slope_db_per_s:.1f} dB/s; aligned by {report.aligned_by}"
    )
    for warning in report.warnings:
        yield f"warning: {warning}"


def failures(report: DuckReport) -> list[Fault]:
    """One line for each phrase that misses its target."""
    return [
        _failure(number, phrase, report.result)
        for number, phrase in enumerate(report.result.phrases, start=1)
        if phrase.status is Status.FAIL
    ]


def _failure(number: int, phrase: PhraseResult, result: DuckResult) -> Fault:
    """Why a phrase missed its target, and what would help."""
    settings = result.plan.settings
    onset = counter(phrase.spoken.phrase.onset_seconds)
    said = (
        f"Phrase {number} ({onset}) reaches {phrase.worst.difference_after_lu:.1f} of "
        f"{settings.target_lu:g} LU"
    )
    if phrase.worst.span != phrase.spoken.phrase:
        said += f" in the 3 s from {counter(phrase.worst.span.onset_seconds)}"
    if phrase.needed_db is None:
        return Fault(f"{said}; the curve is held up there.")
    if math.isinf(phrase.needed_db):
        return Fault(f"{said}; no depth would do, since the stems of weight 0 alone are too loud.")
    needed_db = tenths_up(phrase.needed_db)
    lower_db = needed_db - settings.max_depth_db
    return Fault(
        f"{said}: max_depth_db is {settings.max_depth_db:g}",
        cure=f"allow {needed_db:g}, or lower the music by {lower_db:.1f} dB.",
    )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (f" {cell:>{width}} " for cell, width in zip(cells, widths, strict=True))
    return "|" + "|".join(padded) + "|"


def _change(before: float | None, after: float | None) -> str:
    return "–" if before is None or after is None else f"{before:.2f} → {after:.2f}"


def _difference(lu: float) -> str:
    return f"{lu:.1f}" if math.isfinite(lu) else "∞"
