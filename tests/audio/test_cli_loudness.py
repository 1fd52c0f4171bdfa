"""`hostkit loudness`: one JSON document, a table, and broken files reported each."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from hostkit.audio.files.wav import WavWriter
from hostkit.audio.formats import PCM24
from hostkit.audio.layout import MONO, STEREO
from hostkit.cli.commands.loudness import loudness
from hostkit.errors import RequestError


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    """Five seconds of 1 kHz at −23 dBFS on both channels, which read −23 LUFS."""
    wave = 10 ** (-23 / 20) * np.sin(2 * np.pi * 1_000 * np.arange(240_000) / 48_000)
    with WavWriter(tmp_path / "tone.wav", 48_000, STEREO, PCM24) as writer:
        writer.write(np.stack([wave, wave]).astype(np.float32))
    return tmp_path / "tone.wav"


@pytest.fixture
def nothing(tmp_path: Path) -> Path:
    with WavWriter(tmp_path / "nothing.wav", 48_000, MONO, PCM24) as writer:
        writer.write_int_samples(np.zeros((1, 48_000), dtype=np.int32))
    return tmp_path / "nothing.wav"


def test_json_has_every_measure_and_null_for_silence(
    tone: Path, nothing: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loudness([tone, nothing], json=True)
    first, second = json.loads(capsys.readouterr().out)["files"]
    assert first["path"] == str(tone)
    assert first["integrated_lufs"] == pytest.approx(-23, abs=0.1)
    assert first["max_momentary_lufs"] == pytest.approx(-23, abs=0.1)
    assert first["max_short_term_lufs"] == pytest.approx(-23, abs=0.1)
    assert first["loudness_range_lu"] == pytest.approx(0, abs=0.1)
    assert first["true_peak_dbtp"] == pytest.approx(-23, abs=0.1)
    assert first["sample_peak_dbfs"] == pytest.approx(-23, abs=0.1)
    assert first["duration_s"] == 5.0
    assert (first["sample_rate"], first["channels"]) == (48_000, 2)
    assert second["integrated_lufs"] is second["true_peak_dbtp"] is None


def test_the_table_has_a_line_per_file(
    tone: Path, nothing: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loudness([tone, nothing])
    title, first, second = capsys.readouterr().out.splitlines()
    assert title.split()[0] == "LUFS"
    assert first.split() == ["-23.0", "-23.0", "-23.0", "0.0", "-23.0", "-23.0", "5.0", str(tone)]
    assert second.split()[0] == "-inf"


def test_every_broken_file_is_reported_and_the_others_measured(
    tone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no audio")
    with pytest.raises(RequestError) as refusal:
        loudness([text, tone, tmp_path / "none.wav"], json=True)
    assert refusal.value.exit_code == 2
    first, second = str(refusal.value).splitlines()
    assert first.startswith(f"{text}: is not readable audio")
    assert second.startswith(f"{tmp_path / 'none.wav'}: there is no such file")
    assert [file["path"] for file in json.loads(capsys.readouterr().out)["files"]] == [str(tone)]
