"""Any audio file as a stream of blocks."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from hostkit.audio.files.bwf import chunk
from hostkit.audio.files.reader import AudioFile, AudioSource, no_audio, open_audio
from hostkit.errors import RequestError

FILES = [
    ("a.wav", "PCM_16"),
    ("a.wav", "PCM_24"),
    ("a.wav", "PCM_32"),
    ("a.wav", "PCM_U8"),
    ("a.wav", "FLOAT"),
    ("a.wav", "DOUBLE"),
    ("a.flac", "PCM_24"),
    ("a.aiff", "PCM_24"),
    ("a.ogg", "VORBIS"),
    ("a.mp3", "MPEG_LAYER_III"),
]


def read(source: AudioSource, block_frames: int = 1_000) -> np.ndarray:
    blocks = list(source.blocks(block_frames))
    assert all(block.shape[1] == block_frames for block in blocks[:-1])
    assert all(block.dtype == np.float32 and block.flags.c_contiguous for block in blocks)
    return np.concatenate(blocks, axis=1)


@pytest.mark.parametrize("rate", [48_000, 44_100])
@pytest.mark.parametrize(
    ("name", "subtype"),
    [("a.wav", "PCM_16"), ("a.wav", "PCM_24"), ("a.wav", "FLOAT"), ("a.flac", "PCM_24")],
)
def test_channels_are_picked_from_any_frame_on(
    tmp_path: Path, name: str, subtype: str, rate: int
) -> None:
    """The same samples as of the whole file, in the order in which they are asked for."""
    path = tmp_path / name
    audio = np.random.default_rng(0).uniform(-0.9, 0.9, (4_321, 6))
    soundfile.write(path, audio, 48_000, subtype=subtype)
    source = open_audio(path, sample_rate=rate)
    whole = np.concatenate(list(source.blocks(1_000, 1_234)), axis=1)
    for heard in ([4], [5, 0], [2, 2]):
        picked = np.concatenate(list(source.blocks(1_000, 1_234, heard)), axis=1)
        assert np.array_equal(picked, whole[heard])


@pytest.mark.parametrize(("name", "subtype"), FILES)
def test_every_format_reads_as_libsndfile_reads_it(tmp_path: Path, name: str, subtype: str) -> None:
    path = tmp_path / name
    audio = np.random.default_rng(0).uniform(-0.9, 0.9, (4_321, 2))
    soundfile.write(path, audio, 48_000, subtype=subtype)
    file = open_audio(path)
    expected, _ = soundfile.read(path, dtype="float32")
    assert (file.sample_rate, file.channels, file.frames) == (48_000, 2, expected.shape[0])
    assert np.array_equal(read(file), expected.T)
    assert np.array_equal(read(file), expected.T)  # a source can be read again


def test_a_sample_that_is_no_level_is_named(tmp_path: Path) -> None:
    audio = np.zeros((5_000, 2), dtype=np.float32)
    audio[4_000, 1] = np.nan
    soundfile.write(tmp_path / "a.wav", audio, 48_000, subtype="FLOAT")
    with pytest.raises(RequestError, match=r"a\.wav: sample 4000 of channel 2 is nan"):
        read(open_audio(tmp_path / "a.wav"))


@pytest.mark.parametrize("name", ["a.mp3", "a.flac"])
def test_a_file_that_breaks_off_is_no_shorter_one(tmp_path: Path, name: str) -> None:
    """Nor one that goes on with what was read before, as soundfile's own blocks do."""
    path = tmp_path / name
    audio = np.random.default_rng(0).uniform(-0.9, 0.9, (96_000, 2))
    soundfile.write(path, audio, 48_000)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    heard = []
    with pytest.raises(RequestError, match=rf"{name}: is damaged after (0\.\d|1\.0) of 2\.0 s"):
        heard.extend(open_audio(path).blocks(1_000))
    blocks = {block.tobytes() for block in heard}
    assert 30 < len(blocks) == len(heard) < 60


@pytest.mark.parametrize("raw", [b"", b"hello", b"RIFF\x24\0\0\0WAVEfmt "])
def test_a_file_that_is_no_audio_is_refused(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(raw)
    with pytest.raises(RequestError, match=r"a\.wav: is not readable audio.*give a WAV"):
        open_audio(path)


def test_a_name_that_says_raw_samples(tmp_path: Path) -> None:
    """libsndfile would have to be told their rate; a WAV of that name is read."""
    path = tmp_path / "a.RAW"
    path.write_bytes(bytes(100))
    with pytest.raises(RequestError, match=r"a\.RAW: is audio without a header, .*; export it as"):
        open_audio(path)
    soundfile.write(path, np.full(100, 0.5), 48_000, format="WAV", subtype="PCM_16")
    assert open_audio(path).frames == 100


@pytest.mark.parametrize("name", [b"M\xfcller.flac", b"M\xfcller.mp3"])
def test_a_name_that_is_not_utf_8(tmp_path: Path, name: bytes) -> None:
    """As an archive of another system leaves it; a folder may be called so, too."""
    made = tmp_path / f"a{name[-5:].decode()}"
    soundfile.write(made, np.full(5_000, 0.5), 48_000)
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    try:
        made.rename(path)
    except OSError:
        pytest.skip("this disk takes no such name")  # macOS and Windows know letters only
    assert read(open_audio(path)).shape == (1, open_audio(path).frames)
    path.write_bytes(b"no audio")
    with pytest.raises(RequestError, match=r"is not readable audio \((?!Error opening)"):
        open_audio(path)


def test_a_note_of_git_lfs(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n")
    with pytest.raises(RequestError, match=r"a\.flac: is only a note of Git LFS .*git lfs pull"):
        open_audio(path)


@pytest.mark.parametrize(("name", "kind"), [("a.flac", "PCM_16"), ("a.wav", "FLOAT")])
def test_whether_a_file_breaks_off_is_seen_at_its_end(tmp_path: Path, name: str, kind: str) -> None:
    path = tmp_path / name
    audio = np.random.default_rng(0).uniform(-0.9, 0.9, 48_000)
    soundfile.write(path, audio, 48_000, subtype=kind)
    AudioFile(path).check_end()
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(RequestError, match=r"breaks off before its end|is cut short"):
        AudioFile(path).check_end()


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"none\.wav: there is no such file"):
        open_audio(tmp_path / "none.wav")


@pytest.mark.parametrize("rate", [44_100, 96_000, 22_050])
def test_resampling_keeps_time_and_level(tmp_path: Path, rate: int) -> None:
    """A 997 Hz sine stays the same sine, sample for sample, away from the ends."""
    path = tmp_path / "a.wav"
    time = np.arange(48_000) / 48_000
    sine = 0.5 * np.sin(2 * np.pi * 997 * time)
    soundfile.write(path, np.stack([sine, -sine], axis=1), 48_000, subtype="FLOAT")
    source = open_audio(path, sample_rate=rate)
    audio = read(source)
    assert (source.sample_rate, source.frames, audio.shape) == (rate, rate, (2, rate))
    expected = 0.5 * np.sin(2 * np.pi * 997 * np.arange(rate) / rate)
    inside = slice(rate // 10, -rate // 10)
    assert np.abs(audio[0] - expected)[inside].max() < 2e-6
    assert np.array_equal(audio[1], -audio[0])


def test_the_same_rate_is_not_touched(tmp_path: Path) -> None:
    audio = np.random.default_rng(0).uniform(-0.9, 0.9, 500).astype(np.float32)
    soundfile.write(tmp_path / "a.wav", audio, 48_000, subtype="FLOAT")
    assert np.array_equal(read(open_audio(tmp_path / "a.wav", sample_rate=48_000))[0], audio)


def test_a_flac_that_was_written_into_a_pipe(tmp_path: Path) -> None:
    """It does not say how long it is, and libsndfile cannot move in it."""
    path = tmp_path / "a.flac"
    audio = np.random.default_rng(0).uniform(-0.9, 0.9, (150_001, 2))
    soundfile.write(path, audio, 48_000, subtype="PCM_24")
    expected, _ = soundfile.read(path, dtype="float32")
    raw = bytearray(path.read_bytes())
    raw[21] &= 0xF0  # the number of frames: 36 bits of STREAMINFO
    raw[22:26] = bytes(4)
    path.write_bytes(raw)
    file = open_audio(path)
    assert file.frames == 150_001
    assert np.array_equal(read(file), expected.T)
    part = np.concatenate(list(file.blocks(1_000, start=100_002)), axis=1)
    assert np.array_equal(part, expected.T[:, 100_002:])
    path.write_bytes(raw[: len(raw) // 2])
    with pytest.raises(RequestError, match=r"a\.flac: is not readable audio .*lost sync"):
        open_audio(path)


def frame_bytes(frame: bytes) -> int:
    """How long a frame of MPEG-1 layer III is, by its header."""
    rates = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
    kbps, rate = rates[frame[2] >> 4], (44_100, 48_000, 32_000)[frame[2] >> 2 & 3]
    return 144_000 * kbps // rate + (frame[2] >> 1 & 1)


def test_an_mp3_without_a_header_says_neither_its_length_nor_its_start(tmp_path: Path) -> None:
    """Its encoder's padding is what it begins with then; a tag before it is no header."""
    path = tmp_path / "a.mp3"
    rate, at = 48_000, 30_000
    audio = np.zeros((rate, 2))
    audio[at:] = 0.4 * np.sin(2 * np.pi * 440 * np.arange(rate - at) / rate)[:, np.newaxis]
    soundfile.write(path, audio, rate)
    whole = path.read_bytes()
    file = open_audio(path)
    assert (file.frames, file.says_its_start) == (rate, True)
    begins = int(np.argmax(np.abs(read(file)[0]) > 0.1))
    tag = b"ID3\x03\0\0\0\0\x01\x00" + bytes(128)
    path.write_bytes(tag + whole)
    assert (open_audio(path).frames, open_audio(path).says_its_start) == (rate, True)
    for before in (b"", tag):
        path.write_bytes(before + whole[frame_bytes(whole) :])
        bare = open_audio(path)
        heard = read(bare)
        assert bare.frames == heard.shape[1] > rate
        assert not bare.says_its_start
        assert int(np.argmax(np.abs(heard[0]) > 0.1)) - begins == pytest.approx(1_105, abs=2)


def test_an_mp3_in_a_wav_is_read_to_its_end(tmp_path: Path) -> None:
    """Its header counts what libsndfile does not decode."""
    soundfile.write(tmp_path / "a.mp3", np.zeros((48_000, 2)), 48_000)
    mp3 = (tmp_path / "a.mp3").read_bytes()
    shape = struct.pack("<HHIIHHHHIHHH", 0x55, 2, 48_000, 16_000, 1, 0, 12, 1, 2, 1_152, 1, 0)
    chunks = chunk(b"fmt ", shape) + chunk(b"fact", struct.pack("<I", 48_000)) + chunk(b"data", mp3)
    path = tmp_path / "a.wav"
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks)
    file = open_audio(path)
    assert file.frames == read(file).shape[1] > 0
    assert not file.says_its_start


def test_a_recording_that_broke_off_is_not_called_empty(tmp_path: Path) -> None:
    """A recorder writes the size when it stops; of floats, libsndfile believes the header."""
    path = tmp_path / "a take.wav"
    soundfile.write(path, np.zeros((20_000, 1)), 48_000, subtype="FLOAT")
    assert no_audio(open_audio(path)) is None
    raw = path.read_bytes()
    place = raw.index(b"data") + 4
    path.write_bytes(raw[:place] + bytes(4) + raw[place + 4 :])
    assert str(no_audio(open_audio(path))) == (
        "says that it is empty, and is 0.1 MB long: its recording broke off; mend its header: "
        "sox --ignore-length 'a take.wav' mended.wav"
    )
