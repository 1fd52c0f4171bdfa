"""`init` for a folder of stems or takes: where each file lies, and that the mix is their sum."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile
from scores import RATE
from takes import noise, write_take

import hostkit
from hostkit.audio.block import Audio
from hostkit.audio.files.bwf import Bwf
from hostkit.audio.files.wav import WavWriter
from hostkit.audio.formats import PCM24
from hostkit.audio.layout import MONO, STEREO
from hostkit.errors import RequestError
from hostkit.session.load import load_session
from hostkit.session.model.session import Session
from hostkit.session.starting.start import Started, start_session

HOUR = 3600


def stamped(path: Path, steps: Audio, seconds: Fraction, rate: Fraction | None = None) -> None:
    """A Broadcast Wave of integer samples (channels, frames), which begins at that time of day."""
    path.parent.mkdir(exist_ok=True)
    metadata = Bwf(time_reference=int(seconds * RATE), frame_rate=rate)
    layout = STEREO if len(steps) == 2 else MONO
    with WavWriter(path, RATE, layout, PCM24, metadata) as file:
        file.write_int_samples(steps)


def steps(seed: int, frames: int = RATE // 2) -> np.ndarray:
    return np.rint(noise(frames, seed=seed) * 2**21).astype(np.int32)


def begun(folder: Path) -> tuple[Session, Started]:
    started = start_session(folder)
    assert hostkit.check(started.path) == ()
    return load_session(started.path).session, started


def test_stems_lie_by_their_stamps_and_sum_to_the_mix(tmp_path: Path):
    """24-bit noise, one of them 0.25 s later: the mix is their sum as numbers."""
    late = Fraction(1, 4)
    brass, strings, room = steps(1), steps(2), steps(3)
    rate = Fraction(30_000, 1001)
    stamped(tmp_path / "3m1 takes/3m1_Brass.wav", brass, HOUR + late, rate)
    stamped(tmp_path / "3m1 takes/3m1_Solo Vln.wav", strings, Fraction(HOUR), rate)
    write_take(tmp_path / "3m1 takes/3m1_room_2.flac", room.astype(np.float32) / 2**23)
    session, started = begun(tmp_path / "3m1 takes")
    assert started.path == tmp_path / "3m1 takes.yaml"
    assert (started.tracks, started.stems, started.unrecognised) == (3, 3, 1)
    assert (session.cue, session.title, session.sample_rate) == ("3m1", "Takes", RATE)
    names = [(name, track.stem, track.tags) for name, track in session.tracks.items()]
    assert names == [
        ("Brass", "brass", []),
        ("room_2", None, []),
        ("Solo Vln", "strings", ["melody"]),
    ]
    done = hostkit.render(started.path)
    mix, _ = soundfile.read(done.folder / "mixes/full.wav", dtype="int32", always_2d=True)
    # The start is a frame of timecode: the one that 01:00:00 of the clock lies in.
    into_frame = round((HOUR * rate % 1) / rate * RATE)
    wanted = np.zeros((2, mix.shape[0]), dtype=np.int64)
    for audio, start in ((strings, into_frame), (brass, into_frame + RATE // 4), (room, 0)):
        wanted[:, start : start + audio.shape[1]] += audio
    assert np.array_equal(mix.T >> 8, wanted)


def test_without_a_frame_rate_files_keep_their_distance(tmp_path: Path):
    stamped(tmp_path / "a/kick.wav", steps(1), Fraction(HOUR))
    stamped(tmp_path / "a/snare.wav", steps(2), HOUR + Fraction(3, 2))
    write_take(tmp_path / "a/click.aiff", noise(100, 1))
    session, _ = begun(tmp_path / "a")
    places = {name: str(track.audio[0].at) for name, track in session.tracks.items()}
    assert places == {"kick": "0s", "snare": "1.5s", "click": "1|1"}
    assert {track.stem for track in session.tracks.values()} == {"percussion", None}
    assert session.picture is None


def test_the_time_of_day_places_nothing(tmp_path: Path):
    stamped(tmp_path / "a/vln_t1.wav", steps(1), Fraction(10 * HOUR), Fraction(25))
    stamped(tmp_path / "a/vln_t2.wav", steps(2), Fraction(12 * HOUR), Fraction(25))
    session, started = begun(tmp_path / "a")
    assert {str(track.audio[0].at) for track in session.tracks.values()} == {"1|1"}
    assert started.warnings == (
        "time stamps lie more than an hour apart, so all files begin at 1|1",
    )


def test_what_files_are_called_and_what_they_hold(tmp_path: Path):
    folder = tmp_path / "takes"
    for side in "LR":
        write_take(folder / f"harp.{side}.wav", noise(100, 1))
    write_take(folder / "Perc 10.wav", noise(100))
    write_take(folder / "Perc 2.WAV", noise(100), format="WAV")
    write_take(folder / "弦.wav", noise(100, 6))
    write_take(folder / "old.wav", noise(100), 44_100)
    write_take(folder / "empty.wav", noise(0))
    (folder / "broken.wav").write_bytes(b"RIFF....WAVE")
    (folder / "._old.wav").write_bytes(b"what a Mac leaves")
    (folder / "outside.wav").symlink_to(write_take(tmp_path / "out.wav", noise(100)))
    for name in ("b side/one.caf", "b side/two.flac", ".trash/three.wav"):
        write_take(folder / name, noise(100))
    (folder / "papers").mkdir()
    session, started = begun(folder)
    assert list(session.tracks) == ["harp.L", "harp.R", "old", "Perc 2", "Perc 10", "take 6"]
    assert [session.tracks[f"harp.{side}"].pan for side in "LR"] == [-1, 1]
    assert session.tracks["take 6"].audio[0].channels == [1, 2]
    broken, *others = started.warnings
    assert broken.startswith("broken.wav is left out: ")
    assert others == [
        "empty.wav is left out: it holds no audio, only a header",
        "outside.wav is left out: it is a link out of the folder",
        "the folder b side in it is left out, with 2 recordings: name it by itself, or move them "
        "up",
        "old.wav will be converted from 44100 to 48000 Hz",
        "弦.wav has 6 channels; the first two are played",
    ]


@pytest.mark.parametrize(
    ("source", "out", "message"),
    [
        ("none", None, "there is no audio in this folder (WAV,"),
        ("deep", None, "there is no audio in this folder, but in disc 1 in it"),
        ("takes/a.wav", None, "this is audio; a session is begun from a folder of it"),
        ("a.SF2", None, "this is an instrument; a session is begun from a MIDI file"),
        ("takes", "elsewhere/cue.yaml", "recordings have to lie in the folder of their session"),
        ("takes", "takes", "this is a folder"),
        ("damaged", None, "no audio in this folder can be read: a.wav is left out: "),
    ],
)
def test_what_cannot_be_begun(tmp_path: Path, source: str, out: str | None, message: str):
    for name in ("none", "elsewhere", "damaged"):
        (tmp_path / name).mkdir()
    write_take(tmp_path / "takes/a.wav", noise(100))
    (tmp_path / "deep").mkdir()
    write_take(tmp_path / "deep/disc 1/a.wav", noise(100))
    (tmp_path / "damaged/a.wav").write_bytes(b"not audio")
    with pytest.raises(RequestError) as caught:
        start_session(tmp_path / source, tmp_path / out if out else None)
    (problem,) = caught.value.problems
    assert problem.message.startswith(message)
    assert problem.file
    assert problem.cure
