"""What somebody names is a regular file of bounded size, or is refused without waiting."""

from __future__ import annotations

import json
import os
import signal
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hostkit.audio.files.reader import open_audio
from hostkit.audio.files.wav_reader import read_header, read_int_samples
from hostkit.delivery.manifest.read import read_manifest
from hostkit.delivery.profiles.load import load_profile
from hostkit.ducking.phrase_file import read_phrases
from hostkit.errors import HostkitError, RequestError
from hostkit.ground.named_file import TooLarge, is_file, open_named, read_json, read_named
from hostkit.library.exchange.pack import read_pack
from hostkit.library.exchange.vstpreset import read_vstpreset
from hostkit.library.sessions.lock import read_lock
from hostkit.midi.reading.file import read_midi
from hostkit.plan.environment import Environment
from hostkit.session.load import load_session


def _lock(path: Path) -> object:
    path.with_name("cue.yaml.lock").symlink_to(path)
    return read_lock(path.with_name("cue.yaml"))


READERS: dict[str, Callable[[Path], object]] = {
    "session": load_session,
    "profile": lambda path: load_profile(str(path)),
    "lock": _lock,
    "midi": read_midi,
    "phrases": read_phrases,
    "vstpreset": read_vstpreset,
    "pack": read_pack,
    "wav": read_header,
    "dialogue": open_audio,
    "soundfont, state, impulse response": Environment().sha256,
}


@pytest.fixture(autouse=True)
def _ten_seconds() -> Iterator[None]:
    """What waits or reads for ever is ended."""
    signal.alarm(10)
    yield
    signal.alarm(0)


@pytest.mark.parametrize("read", READERS.values(), ids=READERS.keys())
class TestNoFile:
    def test_a_device_without_end_is_refused(self, read, tmp_path: Path) -> None:
        path = tmp_path / "x.yaml"
        path.symlink_to("/dev/zero")
        with pytest.raises(HostkitError, match="it is a device, not a file"):
            read(path)

    def test_a_pipe_that_nobody_writes_to_is_refused(self, read, tmp_path: Path) -> None:
        path = tmp_path / "x.yaml"
        os.mkfifo(path)
        with pytest.raises(HostkitError, match="it is a pipe, not a file"):
            read(path)

    def test_a_file_that_is_not_there_is_told_with_its_cure(self, read, tmp_path: Path) -> None:
        (tmp_path / "cue.yaml").touch()
        with pytest.raises(HostkitError, match=r"no such file; (did you mean|it is a link to) "):
            read(tmp_path / "cues.yaml")

    def test_a_link_that_leads_nowhere_is_told_as_one(self, read, tmp_path: Path) -> None:
        (tmp_path / "x.yaml").symlink_to("gone.yaml")
        with pytest.raises(HostkitError, match=r"no such file; it is a link to .*: bring that"):
            read(tmp_path / "x.yaml")

    def test_a_folder_is_refused(self, read, tmp_path: Path) -> None:
        path = tmp_path / "x.yaml"
        path.mkdir()
        with pytest.raises(HostkitError, match="it is a folder, not a file"):
            read(path)


def test_a_manifest_that_is_a_device_is_no_manifest(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").symlink_to("/dev/zero")
    assert read_manifest(tmp_path) is None


@pytest.mark.parametrize("name", ["a\0b.mid", "\ud800.mid", "x" * 5000, "x" * 300])
def test_names_that_no_file_can_have(name: str, tmp_path: Path) -> None:
    assert not is_file(tmp_path / name)
    with pytest.raises(OSError, match=r"name|Name"):
        open_named(tmp_path / name)


def test_a_file_is_bounded_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 1000)
    assert read_named(path, 1000) == b"x" * 1000
    with pytest.raises(TooLarge, match="it is larger than 999 bytes"):
        read_named(path, 999)


def wav(sample_rate: int = 48_000, channels: int = 1, samples: bytes = bytes(36)) -> bytes:
    """A float WAV of 80 bytes."""
    frame = 4 * channels & 0xFFFF
    fmt = struct.pack("<HHIIHH", 3, channels, sample_rate, 0, frame, 32)
    chunks = b"fmt " + struct.pack("<I", 16) + fmt + b"data" + struct.pack("<I", len(samples))
    body = b"WAVE" + chunks + samples
    return b"RIFF" + struct.pack("<I", len(body)) + body


def aiff(sample_rate_exponent: int) -> bytes:
    """An AIFF of eight 16-bit samples at 2 to that power Hz (an 80-bit float)."""
    rate = struct.pack(">HQ", 16383 + sample_rate_exponent, 1 << 63)
    comm = b"COMM" + struct.pack(">IhIh", 18, 1, 8, 16) + rate
    ssnd = b"SSND" + struct.pack(">III", 8 + 16, 0, 0) + bytes(16)
    body = b"AIFF" + comm + ssnd
    return b"FORM" + struct.pack(">I", len(body)) + body


@pytest.mark.parametrize("rate", [1, 999, 768_001, 2**31 - 1, 2**31, 2**32 - 1])
def test_a_wav_that_claims_an_absurd_rate_is_refused(rate: int, tmp_path: Path) -> None:
    path = tmp_path / "dx.wav"
    path.write_bytes(wav(sample_rate=rate))
    with pytest.raises(RequestError, match=f"claims a sample rate of {rate} Hz"):
        open_audio(path, sample_rate=48_000)


def test_an_aiff_that_claims_an_absurd_rate_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dx.aiff"
    path.write_bytes(aiff(30))  # libsndfile itself takes no more than 800 MHz for true
    with pytest.raises(RequestError, match="claims a sample rate of 800000000 Hz"):
        open_audio(path, sample_rate=48_000)
    path.write_bytes(aiff(14))
    assert open_audio(path, sample_rate=48_000).frames == 23  # 8 samples at 16,384 Hz, 23.4


def test_a_wav_that_claims_too_many_channels_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dx.wav"
    path.write_bytes(wav(channels=4000))
    with pytest.raises(RequestError, match="claims 4000 channels"):
        open_audio(path)


@pytest.mark.parametrize(
    ("value", "said"), [(float("nan"), "nan"), (float("inf"), "inf"), (-3e38, "-3")]
)
def test_what_is_no_level_is_told_by_file_channel_and_sample(
    value: float, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "dx.wav"
    samples = [0.5, -0.5, 0.25, value, 0.0, 1.5]  # two channels, three frames
    path.write_bytes(wav(channels=2, samples=struct.pack("<6f", *samples)))
    told = rf"dx\.wav: sample 1 of channel 2 is {said}.*, not a level"
    with pytest.raises(RequestError, match=told):
        list(read_int_samples(path, block_frames=1))
    if value != -3e38:  # as floats, any level will do
        with pytest.raises(RequestError, match=told):
            list(open_audio(path).blocks(1))


@pytest.mark.parametrize(
    ("text", "is_text"),
    [
        (r'{"path": "a\u0000b"}', False),
        (r'{"path": "a\\\u0000b"}', False),
        (r'{"path": "a\ud800"}', False),
        (r'{"\udc00": 1}', False),
        (r'{"path": "\ud83c\udfbb"}', True),  # a violin, as json.dumps writes it
        (r'{"path": "a\\u0000"}', True),  # a backslash and what is behind it
    ],
)
def test_json_with_what_no_name_can_have_is_refused(
    tmp_path: Path, text: str, is_text: bool
) -> None:
    file = tmp_path / "manifest.json"
    file.write_text(text)
    if is_text:
        assert read_json(file, 1_000) == json.loads(text)
    else:
        with pytest.raises(ValueError, match=r"NUL|surrogates"):
            read_json(file, 1_000)
