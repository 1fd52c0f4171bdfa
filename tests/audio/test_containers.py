"""FLAC files, and choosing between containers."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from needed import needed

from hostkit.audio.files.bwf import BextLoudness, Bwf, LoopPoints
from hostkit.audio.files.containers import open_writer, read_int_samples
from hostkit.audio.files.flac import FlacWriter
from hostkit.audio.formats import FLOAT32, PCM16, PCM24, SampleFormat
from hostkit.audio.layout import MONO, STEREO, layout_of
from hostkit.audio.quantise import IntSamples, quantise
from hostkit.errors import RequestError, StorageError


def some_samples(form: SampleFormat, channels: int = 2) -> IntSamples:
    random = np.random.default_rng(channels)
    samples = random.integers(form.lowest, form.highest, (channels, 5_000), dtype=np.int32)
    samples[0, :2] = form.lowest, form.highest
    return samples


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "A.FLAC"])
@pytest.mark.parametrize("form", [PCM16, PCM24], ids=lambda form: form.name)
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_samples_and_checksum_survive_every_container(
    tmp_path: Path, name: str, form: SampleFormat, channels: int
) -> None:
    samples, path = some_samples(form, channels), tmp_path / name
    with open_writer(path, 48_000, layout_of(channels), form, Bwf(description="1m02")) as writer:
        writer.write_int_samples(samples[:, :1_234])
        writer.write_int_samples(samples[:, 1_234:])
        writer.set_loudness(BextLoudness(-23, 5, -1, -20, -21))
    assert writer.frames == 5_000
    sha = hashlib.sha256()
    back = np.concatenate(list(read_int_samples(path, block_frames=999, hasher=sha)), axis=1)
    assert np.array_equal(back, samples)
    assert sha.hexdigest() == hashlib.sha256(path.read_bytes()).hexdigest()
    assert soundfile.info(path).subtype == form.subtype


def test_flac_quantises_like_wav(tmp_path: Path) -> None:
    audio = np.random.default_rng(3).standard_normal((2, 3_000)).astype(np.float32)
    with FlacWriter(tmp_path / "a.flac", 44_100, STEREO, PCM16) as writer:
        writer.write(audio[:, :1_001])
        writer.write(audio[:, 1_001:])
    expected = quantise(audio, PCM16)
    (samples,) = read_int_samples(tmp_path / "a.flac")
    assert np.array_equal(samples, expected.samples)
    assert writer.clipped_samples == expected.clipped_samples > 0


def test_the_same_input_makes_the_same_flac_and_its_tags(tmp_path: Path) -> None:
    about = Bwf(description="1m02 v3", time_reference=172_972_800)
    for name in ("one.flac", "two.flac"):
        with FlacWriter(tmp_path / name, 48_000, STEREO, PCM24, about) as writer:
            writer.write_int_samples(some_samples(PCM24))
    assert (tmp_path / "one.flac").read_bytes() == (tmp_path / "two.flac").read_bytes()
    with soundfile.SoundFile(tmp_path / "one.flac") as file:
        assert (file.title, file.comment) == ("1m02 v3", "time_reference=172972800")


def test_flac_tells_its_loop_and_keeps_its_samples(tmp_path: Path) -> None:
    samples, path = some_samples(PCM24), tmp_path / "a.flac"
    about = Bwf(description="1m02" + " " * 60 + "x", time_reference=7, loop=LoopPoints(12, 5_000))
    with FlacWriter(path, 48_000, STEREO, PCM24, about) as writer:
        writer.write_int_samples(samples)
    raw = path.read_bytes()
    for tag in (b"LOOPSTART=12", b"LOOPLENGTH=4988"):
        assert raw.count(struct.pack("<I", len(tag)) + tag) == 1
    with soundfile.SoundFile(path) as file:
        assert (file.title, file.comment) == (about.description, "time_reference=7")
    assert np.array_equal(np.concatenate([*read_int_samples(path)], axis=1), samples)


def test_another_reader_finds_the_loop_in_flac(tmp_path: Path) -> None:
    needed(shutil.which("ffprobe"), "ffprobe", "it comes with ffmpeg")
    path = tmp_path / "a.flac"
    with FlacWriter(path, 48_000, MONO, PCM16, Bwf(loop=LoopPoints(0, 5_000))) as writer:
        writer.write_int_samples(some_samples(PCM16, 1))
    shown = ["ffprobe", "-v", "error", "-show_entries", "format_tags", "-of", "json", str(path)]
    done = subprocess.run(shown, capture_output=True, text=True, check=True)
    tags = json.loads(done.stdout)["format"]["tags"]
    assert (tags["LOOPSTART"], tags["LOOPLENGTH"]) == ("0", "5000")


def test_an_error_leaves_no_flac(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with (
        pytest.raises(StorageError, match="disk is full"),
        FlacWriter(tmp_path / "a.flac", 48_000, STEREO, PCM24) as writer,
    ):
        writer.write_int_samples(some_samples(PCM24))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("form", "channels"), [(FLOAT32, 2), (PCM24, 9)])
def test_what_flac_cannot_hold_is_refused(
    tmp_path: Path, form: SampleFormat, channels: int
) -> None:
    with pytest.raises(RequestError, match="up to 8 channels"):
        open_writer(tmp_path / "a.flac", 48_000, layout_of(channels), form)


def test_an_unknown_ending_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"\.wav, \.flac"):
        open_writer(tmp_path / "a.mp3", 48_000, STEREO, PCM24)


def test_other_files_have_no_samples(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.aiff", np.zeros((9, 2)), 48_000, subtype="PCM_24")
    with pytest.raises(RequestError, match="is no WAV or FLAC"):
        list(read_int_samples(tmp_path / "a.aiff"))
    (tmp_path / "a.flac").write_bytes(b"fLaC broken")
    with pytest.raises(RequestError, match=r"a\.flac: cannot be read"):
        list(read_int_samples(tmp_path / "a.flac"))
