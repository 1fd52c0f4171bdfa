"""The SoundFont host: FluidSynth, float output, one core, repeatable to the bit."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from hostkit.audio.block import Audio
from hostkit.errors import DeviceError
from hostkit.midi.events import SampleEvents
from hostkit.plan.devices import SoundFontSpec
from hostkit.plugins import fluidsynth

CHANNELS = 16
DRUM_CHANNEL = 9
DRUM_BANK = 128
GAIN = 0.5
"""FluidSynth's own default of 0.2 leaves a single section near −40 dBFS."""

SETTINGS: dict[str, float | int] = {
    "synth.gain": GAIN,
    "synth.cpu-cores": 1,  # with two, two runs differ
    "synth.reverb.active": 0,  # space is the buses' business
    "synth.chorus.active": 0,
    "synth.polyphony": 512,
    "synth.dynamic-sample-loading": 1,  # only the programs that are played
}


class SoundFontInstrument:
    """One FluidSynth with one SoundFont.

    With a program given, all 16 channels play it and program changes in the MIDI are
    left out. FluidSynth starts what happens on the next of its 64-frame buffers, so an
    onset is up to 63 frames (1.3 ms at 48 kHz) after its event and never before it.
    """

    channels = 2
    warnings: tuple[str, ...] = ()

    def __init__(self, spec: SoundFontSpec, sample_rate: int) -> None:
        self._lib = library = fluidsynth.load()
        self._spec = spec
        settings = library.new_fluid_settings()
        library.fluid_settings_setnum(settings, b"synth.sample-rate", float(sample_rate))
        for name, value in SETTINGS.items():
            if isinstance(value, float):
                library.fluid_settings_setnum(settings, name.encode(), value)
            else:
                library.fluid_settings_setint(settings, name.encode(), value)
        self._synth = library.new_fluid_synth(settings)
        path = str(spec.soundfont.path)
        font = library.fluid_synth_sfload(self._synth, path.encode(), 1)
        if font < 0:
            raise DeviceError(f"{path} cannot be loaded as a SoundFont; is it a whole .sf2 file?")
        if spec.program is not None:
            self._select(font, spec.bank or 0, spec.program)

    def _select(self, font: int, bank: int, program: int) -> None:
        for channel in range(CHANNELS):
            chosen = self._lib.fluid_synth_program_select(self._synth, channel, font, bank, program)
            if chosen != 0:
                raise DeviceError(
                    f"{self._spec.name} has no program {program} in bank {bank}; "
                    "choose one it has (General MIDI: 0–127 in bank 0, drum kits in bank 128)"
                )

    def render(self, frames: int, events: SampleEvents) -> Audio:
        """The next `frames` frames, shape (2, frames)."""
        out = np.empty((frames, 2), dtype=np.float32)
        done = 0
        for sample, message in zip(events.samples.tolist(), events.messages, strict=True):
            if sample > done:
                self._write(out, done, sample)
                done = sample
            self._send(message)
        self._write(out, done, frames)
        return np.ascontiguousarray(out.T)

    def _write(self, out: Any, start: int, stop: int) -> None:
        if stop == start:
            return
        at = out.ctypes.data + start * 8
        pointer = ctypes.c_void_p(at)
        self._lib.fluid_synth_write_float(self._synth, stop - start, pointer, 0, 2, pointer, 1, 2)

    def _send(self, message: bytes) -> None:
        kind, channel = message[0] & 0xF0, message[0] & 0x0F
        library, synth = self._lib, self._synth
        if kind == 0x90 and message[2] > 0:
            library.fluid_synth_noteon(synth, channel, message[1], message[2])
        elif kind in (0x80, 0x90):
            library.fluid_synth_noteoff(synth, channel, message[1])
        elif kind == 0xB0:
            library.fluid_synth_cc(synth, channel, message[1], message[2])
        elif kind == 0xE0:
            library.fluid_synth_pitch_bend(synth, channel, message[1] | message[2] << 7)
        elif kind == 0xC0 and self._spec.program is None:
            library.fluid_synth_program_change(synth, channel, message[1])
        elif kind == 0xD0:
            library.fluid_synth_channel_pressure(synth, channel, message[1])
        elif kind == 0xA0:
            library.fluid_synth_key_pressure(synth, channel, message[1], message[2])
