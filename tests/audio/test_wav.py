"""The WAV writer: read back by soundfile, wavinfo and our own reader."""

from __future__ import annotations

import errno
import hashlib
import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile
import wavinfo

from hostkit.audio.files.bwf import BextLoudness, Bwf, CueMarker, LoopPoints
from hostkit.audio.files.wav import WavWriter
from hostkit.audio.files.wav_reader import read_header, read_int_samples
from hostkit.audio.files.whole_file import storage_error
from hostkit.audio.formats import FLOAT32, FORMATS, PCM16, PCM24, SampleFormat
from hostkit.audio.layout import MONO, STEREO, layout_of
from hostkit.audio.quantise import IntSamples, quantise
from hostkit.errors import StorageError

ABOUT = Bwf(
    description="1m02 The Lighthouse v3",
    originator_reference="1m02",
    origination_date="2024-05-01",
    origination_time="12:00:00",
    time_reference=172_972_800,
    coding_history="A=PCM,F=48000,W=24,M=stereo,T=hostkit",
    project="The Lighthouse",
    scene="1m02",
    take="3",
    note="<loud> & clear",
    frame_rate=Fraction(24_000, 1001),
    track_names=("L", "R"),
    markers=(CueMarker(0, "intro"), CueMarker(700, "Tür schlägt zu")),
    loop=LoopPoints(100, 900),
)

FORMS = pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.name)


def some_samples(form: SampleFormat, channels: int, frames: int) -> IntSamples:
    """Random ones with the extremes among them; for floats in multiples of 128, as they hold."""
    random = np.random.default_rng(channels * 1_000 + frames)
    samples = random.integers(
        form.lowest, form.highest, (channels, frames), dtype=np.int32, endpoint=True
    )
    samples[0, :2] = form.lowest, form.highest
    return samples // 128 * 128 if form.is_float else samples


def written(
    path: Path, form: SampleFormat, samples: IntSamples, about: Bwf | None = None, **more: int
):
    with WavWriter(path, 48_000, layout_of(samples.shape[0]), form, about, **more) as writer:
        for start in range(0, samples.shape[1], 333):
            writer.write_int_samples(samples[:, start : start + 333])
    return path


@FORMS
@pytest.mark.parametrize("channels", [1, 2, 6, 7])
@pytest.mark.parametrize("rf64_above", [2**32 - 1, 0], ids=["riff", "rf64"])
@pytest.mark.parametrize("about", [None, ABOUT], ids=["bare", "bwf"])
def test_samples_arrive_exactly(
    tmp_path: Path, form: SampleFormat, channels: int, rf64_above: int, about: Bwf | None
) -> None:
    samples = some_samples(form, channels, 1_001)  # odd: the data chunk needs its pad byte
    path = written(tmp_path / "a.wav", form, samples, about, rf64_above_bytes=rf64_above)
    info = soundfile.info(path)
    assert (info.frames, info.channels, info.subtype) == (1_001, channels, form.subtype)
    assert (info.format == "RF64") == (rf64_above == 0)
    audio, _ = soundfile.read(path, dtype="float64", always_2d=True)
    assert np.array_equal(audio.T * form.full_scale, samples)
    ours = np.concatenate(list(read_int_samples(path, block_frames=100)), axis=1)
    assert np.array_equal(ours, samples)
    assert path.stat().st_size % 2 == 0


@pytest.mark.parametrize("rf64_above", [2**32 - 1, 0], ids=["riff", "rf64"])
def test_metadata_read_by_wavinfo(tmp_path: Path, rf64_above: int) -> None:
    samples = some_samples(PCM24, 2, 1_001)
    path = written(tmp_path / "a.wav", PCM24, samples, ABOUT, rf64_above_bytes=rf64_above)
    info = wavinfo.WavInfoReader(str(path))
    assert info.bext is not None
    assert info.bext.version == 2
    assert info.bext.time_reference == 172_972_800
    assert info.bext.description == ABOUT.description
    assert info.bext.originator == "hostkit"
    assert info.bext.originator_date == "2024-05-01"
    assert info.bext.coding_history == ABOUT.coding_history
    assert info.ixml is not None
    assert (info.ixml.project, info.ixml.scene, info.ixml.take) == ("The Lighthouse", "1m02", "3")
    assert [track.name for track in info.ixml.track_list] == ["L", "R"]
    assert info.cues is not None
    assert [frame for _, frame in info.cues.each_cue()] == [0, 700]
    assert info.cues.label_and_note(1)[0] == "intro"
    assert info.data is not None
    assert info.data.frame_count == 1_001


@FORMS
@pytest.mark.parametrize("rf64_above", [2**32 - 1, 0], ids=["riff", "rf64"])
def test_metadata_read_by_ourselves_is_what_was_given(
    tmp_path: Path, form: SampleFormat, rf64_above: int
) -> None:
    samples = some_samples(form, 2, 50)
    header = read_header(
        written(tmp_path / "a.wav", form, samples, ABOUT, rf64_above_bytes=rf64_above)
    )
    assert header.metadata == ABOUT
    assert (header.sample_rate, header.channels, header.frames) == (48_000, 2, 50)
    assert header.sample_format == form


def test_loudness_known_after_the_last_sample_lands_in_bext(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with WavWriter(path, 48_000, STEREO, PCM24, ABOUT) as writer:
        writer.write_int_samples(some_samples(PCM24, 2, 50))
        writer.set_loudness(BextLoudness(-23.04, 5.5, -1.25, -18.0, float("-inf")))
    bext = wavinfo.WavInfoReader(str(path)).bext
    assert bext is not None
    assert bext.loudness_value == pytest.approx(-23.04)
    assert bext.loudness_range == pytest.approx(5.5)
    assert bext.max_true_peak == pytest.approx(-1.25)
    assert bext.max_momentary_loudness == pytest.approx(-18.0)
    about = read_header(path).metadata
    assert about is not None
    assert about.loudness == BextLoudness(-23.04, 5.5, -1.25, -18.0, float("-inf"))


def test_the_same_input_makes_the_same_file(tmp_path: Path) -> None:
    samples = some_samples(PCM24, 2, 1_000)
    one = written(tmp_path / "one.wav", PCM24, samples, ABOUT)
    with WavWriter(tmp_path / "two.wav", 48_000, STEREO, PCM24, ABOUT) as writer:
        writer.write_int_samples(samples)
    assert one.read_bytes() == (tmp_path / "two.wav").read_bytes()


def test_writing_audio_quantises_it_and_counts_what_clips(tmp_path: Path) -> None:
    audio = np.random.default_rng(3).standard_normal((2, 1_000)).astype(np.float32)
    with WavWriter(tmp_path / "a.wav", 44_100, STEREO, PCM16) as writer:
        for start in range(0, 1_000, 77):
            writer.write(audio[:, start : start + 77])
    expected = quantise(audio, PCM16)
    (samples,) = read_int_samples(tmp_path / "a.wav")
    assert np.array_equal(samples, expected.samples)
    assert writer.clipped_samples == expected.clipped_samples > 0
    assert writer.frames == 1_000


def test_floats_are_kept_as_they_are(tmp_path: Path) -> None:
    audio = np.random.default_rng(3).standard_normal((2, 1_000)).astype(np.float32) * 9
    with WavWriter(tmp_path / "a.wav", 44_100, STEREO, FLOAT32) as writer:
        writer.write(audio)
    assert np.array_equal(soundfile.read(tmp_path / "a.wav", dtype="float32")[0].T, audio)


def test_a_file_without_samples_is_still_a_file(tmp_path: Path) -> None:
    with WavWriter(tmp_path / "a.wav", 48_000, STEREO, PCM24, ABOUT):
        pass
    assert soundfile.info(tmp_path / "a.wav").frames == 0
    assert list(read_int_samples(tmp_path / "a.wav")) == []


def test_one_pass_gives_samples_and_checksum(tmp_path: Path) -> None:
    path = written(tmp_path / "a.wav", PCM24, some_samples(PCM24, 1, 1_001))
    sha = hashlib.sha256()
    for _ in read_int_samples(path, block_frames=100, hasher=sha):
        pass
    assert sha.hexdigest() == hashlib.sha256(path.read_bytes()).hexdigest()


def test_samples_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(ValueError, match="saturate"),
        WavWriter(tmp_path / "a.wav", 48_000, MONO, PCM24) as writer,
    ):
        writer.write_int_samples(np.array([[2**23]], dtype=np.int32))


def test_an_error_leaves_nothing_and_the_old_file_untouched(tmp_path: Path) -> None:
    path = written(tmp_path / "a.wav", PCM24, some_samples(PCM24, 2, 100))
    before = path.read_bytes()

    def interrupted() -> None:
        with WavWriter(path, 48_000, STEREO, PCM24) as writer:
            writer.write_int_samples(some_samples(PCM24, 2, 50))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_a_storage_error_with_a_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match=r"a\.wav: .*disk is full; free some space"):
        written(tmp_path / "a.wav", PCM24, some_samples(PCM24, 2, 100))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_does_not_exist_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="create it first"):
        written(tmp_path / "no" / "a.wav", PCM24, some_samples(PCM24, 2, 100))


def test_a_folder_in_the_file_s_place_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "a.wav").mkdir()
    with pytest.raises(StorageError, match="there is a folder of that name"):
        written(tmp_path / "a.wav", PCM24, some_samples(PCM24, 2, 100))
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.wav"]


@pytest.mark.parametrize(
    ("number", "cure"),
    [
        (errno.EACCES, "change its permissions"),
        (errno.EROFS, "read-only"),
        (errno.ENAMETOOLONG, "shorten it"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_every_refusal_says_what_to_do(number: int, cure: str) -> None:
    assert cure in str(storage_error(Path("a.wav"), OSError(number, os.strerror(number))))


def test_metadata_that_no_field_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="before midnight"):
        Bwf(time_reference=-1)
    with pytest.raises(ValueError, match="32 bits"):
        Bwf(markers=(CueMarker(2**32, "late"),))
