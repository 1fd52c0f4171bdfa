"""The SoundFont host: what the contract suite does not ask."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fonts import renumbered

from hostkit.devices.device import MAIN, Feed, Setup
from hostkit.devices.soundfont import library as fluidsynth
from hostkit.devices.soundfont.embedded import embedded_soundfont
from hostkit.devices.soundfont.player import SoundFontInstrument
from hostkit.devices.spec import ContentFile, SoundFontSpec
from hostkit.errors import DeviceError
from hostkit.midi.events import SampleEvents

RATE = 48_000
BUFFER = 64


def play(messages: list[tuple[int, bytes]], program: int | None = None, frames: int = RATE):
    spec = SoundFontSpec(ContentFile(embedded_soundfont(), "x"), program)
    events = SampleEvents(
        np.array([sample for sample, _ in messages], dtype=np.int64),
        tuple(message for _, message in messages),
    )
    return SoundFontInstrument(spec, Setup(RATE)).play(Feed(frames, events))[MAIN]


def on(key: int, velocity: int = 100, channel: int = 0) -> bytes:
    return bytes([0x90 | channel, key, velocity])


@pytest.mark.parametrize("sample", [0, 1, 63, 64, 1000, 12_345])
def test_an_onset_is_at_most_one_buffer_late_and_never_early(sample: int):
    audio = play([(sample, on(60, 127))], program=115)  # a woodblock: it starts at once
    heard = np.flatnonzero(np.abs(audio).max(axis=0) > 1e-4)
    assert sample <= heard[0] < sample + BUFFER + 48  # the sample's own first millisecond


def test_a_program_is_kept_against_the_files_own():
    change = bytes([0xC0, 40])
    np.testing.assert_array_equal(
        play([(0, change), (10, on(60))], program=0), play([(10, on(60))], program=0)
    )


def test_without_a_program_the_files_own_count():
    change = bytes([0xC0, 40])
    np.testing.assert_array_equal(
        play([(0, change), (10, on(60))]), play([(10, on(60))], program=40)
    )


@pytest.mark.parametrize(
    ("message", "ratio_db"),
    [(bytes([0xB0, 7, 50]), -12.0), (bytes([0xB0, 11, 64]), -12.0)],
)
def test_controllers_change_the_level(message: bytes, ratio_db: float):
    """General MIDI: level goes as 40·log10(value/127); the volume at rest is 100."""
    loud = play([(0, on(60))], program=48)
    soft = play([(0, message), (0, on(60))], program=48)
    change = 20 * np.log10(np.abs(soft).max() / np.abs(loud).max())
    expected = 40 * np.log10(message[2] / (100 if message[1] == 7 else 127))
    assert change == pytest.approx(expected, abs=0.5)
    assert expected == pytest.approx(ratio_db, abs=0.3)


def test_pitch_bend_moves_the_pitch():
    """Two semitones up by default: the spectrum's peak moves by 2^(2/12)."""

    def peak_hz(messages: list[tuple[int, bytes]]) -> float:
        spectrum = np.abs(np.fft.rfft(play(messages, program=80)[0] * np.hanning(RATE)))
        return float(spectrum[100:2000].argmax() + 100)

    bent = peak_hz([(0, bytes([0xE0, 127, 127])), (0, on(69))])
    assert bent / peak_hz([(0, on(69))]) == pytest.approx(2 ** (2 / 12), abs=0.005)


def test_sustain_holds_the_note():
    pedal, off = bytes([0xB0, 64, 127]), bytes([0x80, 60, 0])
    held = play([(0, pedal), (0, on(60)), (1000, off)], program=48, frames=2 * RATE)
    let_go = play([(0, on(60)), (1000, off)], program=48, frames=2 * RATE)
    assert np.abs(held[:, RATE:]).max() > 100 * np.abs(let_go[:, RATE:]).max()


def test_a_missing_program_says_what_there_is():
    spec = SoundFontSpec(ContentFile(embedded_soundfont(), "x"), 5, 77)
    with pytest.raises(DeviceError, match=r"no program 5 in bank 77; it has 0–127 in bank 0, 0, 8"):
        SoundFontInstrument(spec, Setup(RATE))


def test_a_font_without_what_the_midi_asks_for_says_what_plays_instead(tmp_path: Path):
    """Strings are moved to bank 9: the piano plays, as FluidSynth has it, and that is said."""
    font = tmp_path / "odd.sf2"
    font.write_bytes(renumbered(embedded_soundfont(), {(0, 48): (9, 120)}))
    instrument = SoundFontInstrument(SoundFontSpec(ContentFile(font, "x")), Setup(RATE))
    events = SampleEvents(np.array([0, 10]), (bytes([0xC0, 48]), on(60)))
    out = instrument.play(Feed(RATE, events))[MAIN]
    np.testing.assert_array_equal(out, play([(10, on(60))], program=0))
    (told,) = instrument.warnings
    assert told.startswith("channel 1: odd.sf2 has no program 48 in bank 0; it has 0–47, 49–127")
    assert told.endswith("0 (Piano 1) plays instead")


def test_bank_120_makes_drums_of_any_channel():
    kit = [(0, bytes([0xBA, 0, 120])), (0, bytes([0xCA, 0])), (10, on(36, channel=10))]
    melodic = [(0, bytes([0xB9, 0, 121])), (0, bytes([0xC9, 0])), (10, on(36, channel=9))]
    np.testing.assert_array_equal(play(kit), play([(10, on(36, channel=9))]))
    np.testing.assert_array_equal(play(melodic), play([(10, on(36))]))


def test_ports_are_heard_side_by_side():
    trumpet = [(0, bytes([0xC0, 56, 1])), (10, on(67) + bytes([1]))]
    strings = [(0, bytes([0xC0, 48])), (10, on(60))]
    both = play([trumpet[0], strings[0], trumpet[1], strings[1]])
    np.testing.assert_allclose(both, play(trumpet) + play(strings), atol=1e-5)


def test_a_file_that_is_no_soundfont(tmp_path: Path):
    (tmp_path / "a.sf2").write_bytes(b"RIFF....")
    with pytest.raises(DeviceError, match="cannot be loaded as a SoundFont"):
        SoundFontInstrument(SoundFontSpec(ContentFile(tmp_path / "a.sf2", "x")), Setup(RATE))


@pytest.mark.parametrize(
    ("put", "why"),
    [(lambda path: path.write_text("not a library"), ""), (os.mkfifo, "it is a pipe, not a file")],
    ids=["text", "pipe"],
)
def test_a_library_that_cannot_be_loaded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, put: Callable[[Path], object], why: str
):
    put(tmp_path / "lib.so")
    monkeypatch.setenv("HOSTKIT_FLUIDSYNTH", str(tmp_path / "lib.so"))
    fluidsynth.load.cache_clear()
    try:
        with pytest.raises(DeviceError, match=f"{why}.*HOSTKIT_FLUIDSYNTH"):
            fluidsynth.load()
    finally:
        fluidsynth.load.cache_clear()
