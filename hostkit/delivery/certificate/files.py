"""A certificate's two files: JSON for machines, a page of Markdown for readers."""

from __future__ import annotations

import json
import math

from hostkit import __version__
from hostkit.delivery.certificate.certificate import Certificate
from hostkit.delivery.certificate.exclusion import exclusion_verdict
from hostkit.delivery.certificate.findings import BY_ITSELF
from hostkit.delivery.certificate.sums import NullTest
from hostkit.delivery.folder.incoming import Folder
from hostkit.delivery.limits import Measured
from hostkit.ground.counted import counted
from hostkit.ground.markdown import table_cell

CERTIFICATE, READABLE = "certificate.json", "certificate.md"


def write_certificate(certificate: Certificate, folder: Folder) -> dict[str, str]:
    """Puts certificate.json and certificate.md into the delivery; gives their hashes.

    Raises StorageError.
    """
    text = json.dumps(certificate.as_json(), indent=2, ensure_ascii=False) + "\n"
    contents = {CERTIFICATE: text, READABLE: readable(certificate)}
    return {name: folder.put(name, content.encode()) for name, content in contents.items()}


def readable(certificate: Certificate) -> str:
    """The certificate as a page of Markdown."""
    profile = f", {certificate.profile}" if certificate.profile else ""
    lines = [f"# Certificate: {certificate.title}{profile}", "", _summary(certificate), ""]
    if certificate.findings:
        lines += ["| verdict | file | check | finding |", "|---|---|---|---|"]
        lines += [
            f"| {f.verdict} | {table_cell(f.path)} | {f.check} | {table_cell(f.text)} |"
            for f in certificate.findings
        ]
        lines.append("")
    lines += ["## Mixes are the sum of their stems", "", "| mix | stems | residual | |"]
    lines.append("|---|---|---|---|")
    lines += [
        f"| {table_cell(proof.name)} | {table_cell(', '.join(proof.stems) or BY_ITSELF)} | "
        f"{_residual(proof.test)} | {proof.test.verdict} |"
        for proof in certificate.sums
    ]
    if any(proof.without for proof in certificate.sums):
        lines += ["", "## What mixes are without", "", "| mix | tracks | |", "|---|---|---|"]
        lines += [
            f"| {table_cell(p.name)} | {table_cell(', '.join(p.without))} "
            f"| {exclusion_verdict(p)} |"
            for p in certificate.sums
            if p.without
        ]
    lines += ["", "## Files", ""]
    lines += [
        "| file | length, samples | starts at sample | LUFS | LU range | dBTP | clipped | phase |"
    ]
    lines.append("|---|---|---|---|---|---|---|---|")
    lines += [_file_row(file) for file in certificate.files]
    if certificate.previews:
        lines += ["", "## Previews", "", "Lossy copies, to listen to: nothing sums with them."]
        lines += ["", "| file | of | codec | kbit/s | samples, decoded |", "|---|---|---|---|---|"]
        lines += [
            f"| {table_cell(one.path)} | {table_cell(one.of)} | {one.codec} | {one.kbps} "
            f"| {one.frames} at {one.sample_rate} Hz |"
            for one in certificate.previews
        ]
    lines += ["", "## SHA-256", "", "```"]
    lines += [f"{found}  {path}" for path, found in sorted(certificate.hashes.items())]
    return "\n".join([*lines, "```", "", f"hostkit {__version__}; hostkit verify repeats it.", ""])


def _summary(certificate: Certificate) -> str:
    fails = sum(finding.verdict == "fail" for finding in certificate.findings)
    warnings = sum(finding.verdict == "warn" for finding in certificate.findings)
    others = f"{fails} failed, {counted(warnings, 'warning')}"
    what = f"{counted(len(certificate.files), 'file')}, {counted(len(certificate.sums), 'mix')}"
    if not certificate.findings:
        return f"**Pass.** {what}; nothing was found."
    return f"**{certificate.verdict.capitalize()}.** {what}; {others}."


def _file_row(file: Measured) -> str:
    loudness, phase = file.measures.loudness, file.measures.signal.phase_correlation
    cells = (
        table_cell(file.path),
        str(file.measures.frames),
        "" if file.time_reference is None else str(file.time_reference),
        _level(loudness.integrated_lufs),
        _level(loudness.loudness_range_lu),
        _level(loudness.true_peak_dbtp),
        "?" if file.clipping is None else str(file.clipping.samples),
        "" if phase is None else f"{phase:.2f}",
    )
    return f"| {' | '.join(cells)} |"


def _residual(test: NullTest) -> str:
    exact = not math.isfinite(test.residual_dbfs)
    return "digital silence" if exact else f"{test.residual_dbfs:.0f} dBFS"


def _level(value: float) -> str:
    return f"{value:.1f}" if math.isfinite(value) else "−∞"
