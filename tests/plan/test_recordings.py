"""What is wrong with recorded regions is told at its place, with the cure."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
from scores import RATE, write_session
from takes import noise, write_take

import hostkit
from hostkit.audio.files.bwf import Bwf
from hostkit.audio.files.reader import AudioFile
from hostkit.audio.files.wav import WavWriter
from hostkit.audio.formats import PCM24
from hostkit.audio.layout import MONO
from hostkit.errors import InvalidInput
from hostkit.pipeline import plan_session
from hostkit.plan import environment
from hostkit.plan.environment import Environment

HEAD = "tempo: [{at: 1|1, bpm: 120}]\n"
PICTURE = HEAD + "picture: {frame_rate: 25, start: 01:00:00:00}\n"


def planned(folder: Path, regions: str, head: str = HEAD):
    text = f"{head}tracks: {{t: {{audio: [{regions}]}}}}"
    return plan_session(write_session(folder / "cue.yaml", text), Environment()).whole


@pytest.fixture(scope="module")
def takes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("session")
    write_take(folder / "a.wav", noise(RATE))
    write_take(folder / "six.wav", noise(480, 6))
    write_take(folder.parent / "outside.wav", noise(480))
    (folder / "text.wav").write_text("no audio")
    (folder / "folder.wav").mkdir()
    for name, seconds in (("late.wav", 3602), ("early.wav", 3599)):
        stamp = Bwf(time_reference=seconds * RATE)
        with WavWriter(folder / name, RATE, MONO, PCM24, stamp) as writer:
            writer.write(np.ones((1, 2 * RATE), dtype=np.int32))
    return folder


@pytest.mark.parametrize(
    ("regions", "place", "message"),
    [
        ("{file: b.wav, at: 1|1}", "file", "there is no such file; did you mean"),
        ("{file: text.wav, at: 1|1}", "file", "is not readable audio"),
        ("{file: folder.wav, at: 1|1}", "file", "it is a folder, not a file"),
        ("{file: ../outside.wav, at: 1|1}", "file", "lies outside of the session's folder; put it"),
        ("{file: /dev/zero, at: 1|1}", "file", "lies outside of the session's folder"),
        ("{file: six.wav, at: 1|1}", "file", "six.wav has 6 channels; say which are heard"),
        ("{file: a.wav, at: 1|1, channels: [3]}", "file", "no channel 3; its channels are 1 to 2"),
        ("{file: a.wav, at: 1|1, to: 2s}", "to: ", "2s lies past the end of a.wav, which is 1s"),
        ("{file: a.wav, at: 1|1, from: 1s}", "from: ", "nothing is left of a.wav"),
        ("{file: a.wav, at: 1|1, from: 2|1}", "from: ", "is a time from its start; write 2.5s"),
        ("{file: a.wav}", "{", "there is none; say where it begins with at: 9|1"),
        ("{file: a.wav, at: 1|1, fade_in_ms: 2000}", "{", "its fades are longer"),
        (
            "{file: a.wav, at: 1|1}, {file: a.wav, at: 1|2}",
            "{file: a.wav, at: 1|2",
            "a.wav begins 500 ms before the end of a.wav; write crossfade_ms: 500, or end",
        ),
        (
            "{file: a.wav, at: 1|1}, {file: a.wav, at: 1|3, crossfade_ms: 30}",
            "{file: a.wav, at: 1|3",
            "a.wav has 0 ms left from there on",
        ),
        (
            "{file: a.wav, at: 1|1}, {file: a.wav, at: 3|1, crossfade_ms: 30}",
            "{file: a.wav, at: 3|1",
            "nothing to crossfade from; write fade_in_ms:",
        ),
        ("{file: a.wav, at: 1|1, form: 2s}", "form", "unknown key 'form'; did you mean 'from'?"),
    ],
)
def test_what_is_wrong_stands_at_its_place(takes: Path, regions: str, place: str, message: str):
    with pytest.raises(InvalidInput) as caught:
        planned(takes, regions)
    (problem,) = caught.value.problems
    line = (takes / "cue.yaml").read_text().splitlines()[problem.line - 1]
    value = line[problem.column - 1 :]
    assert message in str(problem)
    if place.startswith("{") or place == "form":
        assert value.startswith(place)
    else:
        assert line[: problem.column - 1].rstrip().endswith(place.strip().rstrip(":") + ":")


def test_a_time_stamp_places_a_region(takes: Path):
    source = planned(takes, "{file: late.wav, from: 0.5s}", PICTURE).tracks[0].plan.source
    assert [region.start for region in source.regions] == [RATE * 5 // 2]


def test_a_time_stamp_before_the_music_is_an_error_until_it_is_cut(takes: Path):
    with pytest.raises(InvalidInput, match="begins 1s before the start of the music; begin 1s"):
        planned(takes, "{file: early.wav}", PICTURE)
    source = planned(takes, "{file: early.wav, from: 1s}", PICTURE).tracks[0].plan.source
    assert [region.start for region in source.regions] == [0]


def test_what_begins_after_the_length_is_told(takes: Path):
    """A region that begins where the length ends is late; one that begins before it is cut off."""
    regions = "{file: a.wav, at: 1s}, {file: six.wav, channels: [1], at: 2s}, {file: a.wav, at: 9s}"
    whole = planned(takes, regions, HEAD + "length: 2s\n")
    assert [text for text in whole.warnings if "length" in text] == [
        "length: 2s ends the music before six.wav of t, a.wav of t; if that is not meant, give it "
        "more length"
    ]


MOCKUP = "tracks: {{{}t: {{instrument: {{tone: {{}}}}, midi: {{track: t}}, live: [{}]}}}}"
OTHER = "o: {instrument: {tone: {}}, midi: {track: t}}, "


def over_a_mockup(folder: Path, regions: str, other: str = ""):
    text = HEAD + MOCKUP.format(other, regions)
    session = write_session(folder / "cue.yaml", text, t=[(0, 8, 60)])
    return plan_session(session, Environment()).whole


def test_a_mockup_that_is_back_for_a_moment_is_told(takes: Path):
    """At 120 bpm 1|3 is at 1 s: the first region ends 0.05 s before it."""
    gap = "{file: a.wav, at: 1|1, from: 0s, to: 0.95s}, {file: a.wav, at: 1|3}"
    (told,) = over_a_mockup(takes, gap).warnings
    assert told == (
        "t: the mock-up is back for 50 ms before a.wav at 1|3; let the region before it play up "
        "to there, with to: 1s"
    )
    for meets in (gap.replace("0.95s", "1s"), gap.replace("0.95s", "0.8s")):  # as it is meant
        assert over_a_mockup(takes, meets).warnings == ()
    for no_more, ms in (
        ("{file: a.wav, at: 0.01s}, {file: a.wav, at: 1.02s}", 10),
        (gap.replace("at: 1|3", "at: 1|3, crossfade_ms: 10"), 50),  # and 10 ms to fade over
    ):
        (told,) = over_a_mockup(takes, no_more).warnings
        assert f"back for {ms} ms before a.wav at " in told
        assert told.endswith("; move one of them")


def test_a_take_that_runs_on_after_the_music_is_told(tmp_path: Path):
    """All else ends at 4 s; so does the mock-up, which was kept for another mix."""
    write_take(tmp_path / "long.wav", noise(30 * RATE))
    (told,) = over_a_mockup(tmp_path, "{file: long.wav, at: 1|1}", OTHER).warnings
    assert told == (
        "long.wav of t plays up to 0:30, all other tracks by 0:04; if that is not meant, end it "
        "earlier with to:, or end the session with length: 0:04"
    )
    short = "{file: long.wav, at: 1|1, to: 23s}"
    assert over_a_mockup(tmp_path, short, OTHER).warnings == ()


def test_a_track_has_one_source(takes: Path):
    text = HEAD + "tracks: {t: {instrument: {tone: {}}, audio: [{file: a.wav, at: 1|1}]}}"
    with pytest.raises(InvalidInput, match="audio: stands in place of an instrument"):
        plan_session(write_session(takes / "cue.yaml", text), Environment())


def test_only_what_has_players_can_be_without(takes: Path):
    text = HEAD + "tracks: {t: {audio: [{file: a.wav, at: 1|1}]}}\nmixes: {m: {live: false}}"
    with pytest.raises(InvalidInput, match="no track in it has live: players over a mock-up"):
        plan_session(write_session(takes / "cue.yaml", text), Environment())


def test_check_reads_recordings_to_the_end_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What is wrong in the middle stands at its place; what is fine is not read again."""
    broken = noise(2 * RATE)
    broken[1, RATE] = np.inf
    write_take(tmp_path / "inf.wav", broken, subtype="FLOAT")
    write_take(tmp_path / "good.wav", noise(2 * RATE), subtype="FLOAT")
    text = HEAD + "tracks:\n  t:\n    audio:\n      - {file: %s, at: 1|1}\n"
    bad = write_session(tmp_path / "bad.yaml", text % "inf.wav")
    (problem,) = hostkit.check(bad)
    assert (problem.line, problem.column) == (7, 16)
    assert problem.message.endswith("inf.wav: sample 48000 of channel 2 is inf, not a level")
    good = write_session(tmp_path / "good.yaml", text % "good.wav")
    assert hostkit.check(good) == ()
    monkeypatch.setattr(AudioFile, "blocks", None)
    assert hostkit.check(good) == ()
    with pytest.raises(TypeError):  # another stretch was not read yet
        hostkit.check(write_session(tmp_path / "good.yaml", text % "good.wav, from: 1s"))


def test_files_are_read_beside_each_other_and_once(takes: Path, monkeypatch: pytest.MonkeyPatch):
    """Each waits for the other, so one after the other would never end."""
    both, read = Barrier(2, timeout=60), []

    def sha256(path: Path) -> str:
        both.wait()
        read.append(path.name)
        return hashlib.sha256(path.read_bytes()).hexdigest()

    monkeypatch.setattr(environment, "_sha256", sha256)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    regions = (
        "{file: a.wav, at: 1|1}, {file: six.wav, at: 2|1, channels: [1]}, {file: a.wav, at: 3|1}"
    )
    source = planned(takes, regions).tracks[0].plan.source
    assert sorted(read) == ["a.wav", "six.wav"]
    for region in source.regions:
        content = region.recording.content
        assert content.sha256 == hashlib.sha256(content.path.read_bytes()).hexdigest()
