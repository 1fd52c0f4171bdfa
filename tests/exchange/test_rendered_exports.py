"""Prints and stems as audio tracks, and the curve of a ducked mix: muted, or empty."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile
from commands import hostkit
from scores import QUARTER_FRAMES, RATE, tone, write_session
from takes import noise, write_take

from hostkit.exchange.project import Project, ProjectTrack
from hostkit.exchange.reaper.reading.project import read_reaper

SESSION = """\
dialogue: {file: dx.wav, at: 1|1}
mixes: {full: {}, under_dx: {duck: true}}
tracks:
  a: {instrument: {tone: {gain: 0.25}}, midi: {track: a}, stem: tones, gain_db: -6}
  b: {instrument: {tone: {gain: 0.125, channels: 1}}, midi: {track: b}, stem: tones, pan: 0.5}
"""
QUARTERS = 6


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ducked")
    silence, speech = np.zeros(RATE), np.random.default_rng(1).normal(0, 0.1, RATE)
    soundfile.write(folder / "dx.wav", np.concatenate([silence, speech, silence]), RATE, "PCM_24")
    notes = {"a": [(0, QUARTERS, 60)], "b": [(0, QUARTERS, 67)]}
    return write_session(folder / "cue.yaml", SESSION, **notes)


@pytest.fixture(scope="module")
def project(session: Path) -> Project:
    out = session.with_name("out.rpp")
    done = hostkit("export", session, "-o", out, "--audio", "prints", cache=cache())
    assert done.code == 0, done.err
    return read_reaper(out)


def cache() -> Path:
    return Path(os.environ["HOSTKIT_CACHE"])


def named(project: Project, name: str) -> ProjectTrack:
    return next(track for track in project.tracks if track.name == name)


def test_prints_are_muted_tracks_with_what_the_track_sounds(project, session):
    made = named(project, "a print")
    assert (made.muted, made.devices, made.notes) == (True, (), ())
    assert made.volume_db == pytest.approx(-6)
    assert named(project, "b print").pan == 0.5
    (clip,) = made.clips
    assert clip.media.file == session.with_name("out-audio") / "a.wav"
    sound, rate = soundfile.read(clip.media.file, dtype="float32")
    frames = QUARTERS * QUARTER_FRAMES
    assert rate == RATE
    assert np.abs(sound[:frames, 0] - tone(frames, 60, 0.25)).max() < 1e-6
    assert not sound[frames:].any()
    assert soundfile.info(session.with_name("out-audio") / "b.wav").channels == 1


def test_the_print_of_a_recorded_track_is_what_its_take_holds(tmp_path):
    """Stems read such a take themselves: there is nothing of the track in the store."""
    takes = {"solo": noise(2 * RATE, 1), "pair": noise(RATE, 2, seed=2)}
    for name, take in takes.items():
        write_take(tmp_path / f"{name}.wav", take)
    text = (
        "length: 3s\ntracks:\n"
        "  solo: {audio: [{file: solo.wav, at: 1|1}], gain_db: -6}\n"
        "  pair: {audio: [{file: pair.wav, at: 0.5s}], pan: 1}\n"
    )
    out = tmp_path / "out.rpp"
    session = write_session(tmp_path / "cue.yaml", text)
    done = hostkit("export", session, "-o", out, "--audio", "prints", cache=cache())
    assert done.code == 0, done.err
    for name, start in (("solo", 0), ("pair", RATE // 2)):
        (clip,) = named(read_reaper(out), f"{name} print").clips
        sound, _ = soundfile.read(clip.media.file, dtype="float32", always_2d=True)
        wanted = np.zeros((len(takes[name]), 3 * RATE), dtype=np.float32)
        wanted[:, start : start + takes[name].shape[1]] = takes[name]
        assert np.array_equal(sound.T, wanted)


def test_the_curve_of_a_ducked_mix_is_an_empty_tracks_volume(project):
    ducking, dialogue = named(project, "ducking"), named(project, "dialogue")
    seconds = [float(project.tempo_map.seconds_at(p.at)) for p in ducking.volume_automation]
    gain = np.interp([0, 1.5], seconds, [p.value for p in ducking.volume_automation])
    assert gain[0] == 1
    assert 0.05 < gain[1] < 0.9
    assert (ducking.notes, ducking.clips, ducking.muted) == ((), (), False)
    assert dialogue.muted
    assert dialogue.clips[0].media.said == "dx.wav"


def test_stems_are_added_up_to_the_mix(session, tmp_path):
    out = tmp_path / "out.dawproject"
    done = hostkit("export", session, "-o", out, "--audio", "stems", "--json", cache=cache())
    assert done.code == 0, done.err
    assert done.json["clips"] == 2  # the stem, and the dialogue
    sound, _ = soundfile.read(tmp_path / "out-audio" / "tones.wav")
    assert 0.1 < np.abs(sound).max() < 0.5


def test_audio_is_refused_where_it_cannot_be_and_replaces_nothing(session, tmp_path):
    midi = hostkit("export", session, "--to", "midi", "--audio", "stems", cache=cache())
    assert midi.code == 2
    assert "a MIDI file holds no audio; leave --audio out" in midi.err
    (tmp_path / "x-audio").mkdir()
    typed = ("-o", tmp_path / "x.rpp", "--audio", "stems")
    there = hostkit("export", session, *typed, cache=cache())
    assert there.code == 2
    assert "x-audio: is there already; --force replaces it" in there.err
    assert not (tmp_path / "x.rpp").exists()
