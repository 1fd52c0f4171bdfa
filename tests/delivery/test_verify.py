"""Proof: sums, faults named, and what `verify` finds in anybody's folder."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hostkit.audio.checks import SignalFacts
from hostkit.audio.files.wav import WavWriter
from hostkit.audio.formats import PCM24
from hostkit.audio.layout import STEREO
from hostkit.audio.loudness.meter import Loudness
from hostkit.audio.measures import Clipping, Measures
from hostkit.delivery.certificate.certificate import Certificate
from hostkit.delivery.certificate.findings import Finding, Proven, worst
from hostkit.delivery.certificate.residual import check_residuals
from hostkit.delivery.certificate.sums import NullTest
from hostkit.delivery.folder.inside import deliveries
from hostkit.delivery.limits import Measured
from hostkit.delivery.verifying.verify import verify
from hostkit.errors import RequestError
from hostkit.jobs.executors import LocalExecutor
from hostkit.pipeline import Rendered

Deliver = Callable[..., Rendered]
RATE = 48_000


def findings(certificate: Certificate) -> dict[str, str]:
    """The first failed check of each file."""
    failed = [f for f in certificate.findings if f.verdict == "fail"]
    return {f.path: f"{f.check}: {f.text}" for f in reversed(failed)}


def write(path: Path, audio: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with WavWriter(path, RATE, STEREO, PCM24) as writer:
        writer.write(np.ascontiguousarray(audio, dtype=np.float32))


@pytest.fixture
def stems() -> list[np.ndarray]:
    """Three stems of a second, noise of different levels, in whole 24-bit steps."""
    random = np.random.default_rng(7)
    return [
        np.rint(random.uniform(-level, level, (2, RATE)) * 2**23) / 2**23
        for level in (0.2, 0.1, 0.05)
    ]


def test_a_delivery_as_it_left(cue: Path, delivered: Deliver, executor: LocalExecutor):
    made = delivered(cue)
    certificate = verify(made.folder, executor)
    assert certificate.verdict == "pass"
    proved = {proof.name: proof.test.residual_dbfs for proof in certificate.sums}
    assert proved == dict.fromkeys(("full", "loud_bass"), -np.inf) | {"underscore": -np.inf}
    written = json.loads((made.folder / "certificate.json").read_text())
    assert written["verdict"] == "pass"
    assert written["sha256"]["mixes/full.wav"] == certificate.hashes["mixes/full.wav"]
    readable = (made.folder / "certificate.md").read_text()
    assert "| full | bass, lead | digital silence | pass |" in readable


def test_a_pop_is_no_music_and_mixes_that_cannot_be_tested_are_named(
    cue: Path, delivered: Deliver, executor: LocalExecutor
):
    """Of film-score's four mixes one has stems of its own, which it does not deliver."""
    text = cue.read_text().replace(
        "{tone: {gain: 0.1}}, midi: {track: b}", "{tone: {gain: 1.0e-9}}, midi: {track: b}"
    )
    cue.write_text(
        text.replace(
            "underscore: {}, loud_bass: {gain_db: {bass: 3}, stems: true}",
            "loud_bass: {gain_db: {bass: 3}}",
        )
    )
    made = delivered(cue, "film-score")
    certificate = verify(made.folder, executor)
    for checked in (made.certificate, certificate):
        (lead,) = (file for file in checked.files if file.name == "lead")
        silent = [(f.path, f.verdict) for f in checked.findings if f.check == "silence"]
        assert silent == [(lead.path, "warn")]
    assert lead.measures.signal.peaks == (0, 0)
    assert lead.measures.loudness.sample_peak_dbfs == pytest.approx(-20 - 20 * np.log10(2), abs=0.1)
    noted = {f.path: f.text for f in certificate.findings if f.verdict == "note"}
    (mix,) = (file.path for file in certificate.files if file.name == "loud_bass")
    assert "stems of its own were not delivered" in noted[mix]
    tested = {proof.name for proof in certificate.sums}
    assert tested == {file.name for file in certificate.files if file.kind == "mix"} - {"loud_bass"}


def test_tampered_truncated_renamed_and_missing_files_are_named(
    cue: Path, delivered: Deliver, executor: LocalExecutor
):
    folder = delivered(cue).folder
    bass = bytearray((folder / "stems/bass.wav").read_bytes())
    bass[-1000] ^= 1
    (folder / "stems/bass.wav").write_bytes(bass)
    lead = (folder / "stems/lead.wav").read_bytes()
    (folder / "stems/lead.wav").write_bytes(lead[:-600])
    (folder / "mixes/full.wav").rename(folder / "mixes/Final FINAL.wav")
    (folder / "mixes/underscore.wav").unlink()
    told = findings(verify(folder, executor))
    assert told["stems/bass.wav"].startswith("altered")
    assert "100 samples" not in told["stems/lead.wav"]
    assert told["stems/lead.wav"].startswith("truncated: is cut short")
    assert told["mixes/full.wav"] == "renamed: is now mixes/Final FINAL.wav; give it its name back"
    assert told["mixes/underscore.wav"].startswith("missing")
    assert set(told) == {
        "stems/bass.wav", "stems/lead.wav", "mixes/full.wav", "mixes/underscore.wav"
    }  # fmt: skip


def test_an_altered_manifest_or_document_is_found(
    cue: Path, delivered: Deliver, executor: LocalExecutor
):
    folder = delivered(cue, "film-score").folder
    (sheet,) = (folder / "documents").glob("*.csv")
    sheet.write_text(sheet.read_text().replace("100", "50"))
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"frames"', '"frames" '))
    told = findings(verify(folder, executor))
    assert told["manifest.json"].startswith("altered")
    assert told[f"documents/{sheet.name}"].startswith("altered")
    (folder / "certificate.json").unlink()
    assert "certificate.json" in findings(verify(folder, executor))


def test_a_folder_of_somebody_else_without_names_to_go_by(
    tmp_path: Path, stems: list[np.ndarray], executor: LocalExecutor
):
    for name, audio in zip(("gtr", "pno", "vox", "song"), [*stems, sum(stems)], strict=True):
        write(tmp_path / f"{name}.wav", audio)
    certificate = verify(tmp_path, executor)
    (proof,) = certificate.sums
    assert (proof.name, proof.stems) == ("song", ("gtr", "pno", "vox"))
    assert proof.test.residual_dbfs == -np.inf
    assert certificate.verdict == "pass"


def test_alternative_mixes_are_recognised(
    tmp_path: Path, stems: list[np.ndarray], executor: LocalExecutor
):
    for name, audio in zip(("a", "b", "c"), stems, strict=True):
        write(tmp_path / "Stems" / f"{name}.wav", audio)
    write(tmp_path / "Song Full.wav", sum(stems))
    write(tmp_path / "Song no b.wav", stems[0] + stems[2])
    sums = {proof.name: proof.stems for proof in verify(tmp_path, executor).sums}
    assert sums == {"Song Full": ("a", "b", "c"), "Song no b": ("a", "c")}


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (lambda stem: stem * 0.5, "the mix has it +6.0 dB"),
        (lambda stem: stem * (np.arange(RATE) < RATE // 2), "between 0.50 and 1.00 s"),
    ],
)
def test_the_stem_at_fault_is_named(
    tmp_path: Path,
    stems: list[np.ndarray],
    executor: LocalExecutor,
    fault: Callable[[np.ndarray], np.ndarray],
    said: str,
):
    write(tmp_path / "mix.wav", sum(stems))
    wrong = [stems[0], fault(stems[1]), stems[2]]
    for name, audio in zip(("gtr", "pno", "vox"), wrong, strict=True):
        write(tmp_path / "stems" / f"{name}.wav", audio)
    told = findings(verify(tmp_path, executor))["mix.wav"]
    assert said in told
    if "dB" in said:
        assert "pno is at fault" in told


def test_what_is_wrong_with_single_files(
    tmp_path: Path, stems: list[np.ndarray], executor: LocalExecutor
):
    write(tmp_path / "stems/short.wav", stems[0][:, :-1])
    write(tmp_path / "stems/dc.wav", stems[1] + 0.05)
    write(tmp_path / "stems/left.wav", stems[2] * np.array([[1], [0]]))
    write(tmp_path / "stems/wide.wav", np.stack((stems[0][0], -stems[0][0])))
    certificate = verify(tmp_path, executor)
    told = {(f.path, f.check): f for f in certificate.findings}
    assert told["stems/short.wav", "length"].text == "47999 samples, the others have 48000"
    assert "-26 dBFS" in told["stems/dc.wav", "DC"].text
    assert told["stems/left.wav", "silence"].text == "channel 2 is silent"
    assert "correlation -1.00" in told["stems/wide.wav", "phase"].text
    assert certificate.verdict == "fail"


def test_peaks_over_the_limit_fail_the_certificate(cue: Path, tmp_path: Path, delivered: Deliver):
    own = tmp_path / "own.yaml"
    own.write_text("hostkit_profile: 1\ntrue_peak_dbtp: -20\n")
    made = delivered(cue, str(own))
    told = findings(made.certificate)
    assert "over the limit of -20" in told["mixes/full.wav"]
    assert made.certificate.verdict == "fail"


def test_a_loudness_that_was_asked_for(cue: Path, tmp_path: Path, delivered: Deliver):
    own = tmp_path / "own.yaml"
    own.write_text("hostkit_profile: 1\nloudness: {integrated_lufs: -40, of: [full]}\n")
    told = findings(delivered(cue, str(own)).certificate)
    assert set(told) == {"mixes/full.wav"}
    assert "lower by 21.9 dB: gain_db: -21.9 in the session" in told["mixes/full.wav"]


def test_a_file_stands_for_its_delivery(cue: Path, delivered: Deliver, tmp_path: Path):
    folder = delivered(cue).folder
    named = [folder / "mixes" / "full.wav", folder / "manifest.json", folder]
    assert deliveries(named) == [folder]
    (tmp_path / "alone").mkdir()
    write(tmp_path / "alone" / "x.wav", np.zeros((2, 100)))
    assert deliveries([tmp_path / "alone" / "x.wav"]) == [tmp_path / "alone"]


def test_folders_that_cannot_be_verified(tmp_path: Path, executor: LocalExecutor):
    with pytest.raises(RequestError, match="no audio in it"):
        verify(tmp_path, executor)
    with pytest.raises(RequestError, match="is no folder"):
        verify(tmp_path / "nothing", executor)


def test_a_damaged_manifest_leaves_the_rest_to_be_checked(
    cue: Path, delivered: Deliver, executor: LocalExecutor, tmp_path: Path
):
    folder = tmp_path / "copy"
    shutil.copytree(delivered(cue).folder, folder)
    (folder / "manifest.json").write_text("{")
    certificate = verify(folder, executor)
    assert "is damaged" in findings(certificate)["manifest.json"]
    assert {proof.name for proof in certificate.sums} >= {"full"}


def test_a_residual_stem_is_named_by_its_level_against_the_mix():
    """A note over −20 dB, a warning over −6 dB; it fails nothing."""

    def found(residual_lufs: float) -> list[tuple[str, str]]:
        files = [measured("stem", "glue@tv", residual_lufs), measured("mix", "tv", -20.0)]
        proof = Proven("tv", "mixes/tv.wav", ("strings", "glue@tv"), NullTest(-math.inf))
        return [(f.verdict, f.text.partition(":")[0]) for f in check_residuals([proof], files)]

    assert found(-math.inf) == []
    assert found(-40.1) == []
    assert found(-39.0) == [("note", "glue is -19.0 dB against the mix")]
    assert found(-25.0) == [("warn", "glue is -5.0 dB against the mix")]
    assert found(-13.5) == [("warn", "glue is +6.5 dB against the mix")]
    assert worst([Finding("", "", "note", "")]) == "pass"


def measured(kind: str, name: str, lufs: float) -> Measured:
    loudness = Loudness(lufs, lufs, lufs, 0.0, -1.0, -1.0)
    signal = SignalFacts(RATE, (0.5, 0.5), (0.0, 0.0), 0, 1.0)
    path = f"{kind}s/{name}.wav"
    return Measured(path, kind, name, "whole", RATE, 0, Measures(loudness, signal), Clipping())
