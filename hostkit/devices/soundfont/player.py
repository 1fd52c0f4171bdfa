"""The SoundFont host: FluidSynth, float output, one core, repeatable to the bit."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from hostkit.audio.block import Audio
from hostkit.audio.layout import STEREO
from hostkit.devices.device import MAIN, Feed, Setup
from hostkit.devices.soundfont import library as fluidsynth
from hostkit.devices.soundfont.decoded import playable
from hostkit.devices.spec import SoundFontSpec
from hostkit.errors import DeviceError
from hostkit.midi.channels import MOST_PORTS, channel_of
from hostkit.midi.controllers import BANK_MSB
from hostkit.midi.drums import DRUM_BANK, MELODIC_BANK, is_drum_channel
from hostkit.midi.general import DRUM_KITS_BANK
from hostkit.midi.soundfont_presets import lacks, presets_of, what_it_has

CHANNELS = MOST_PORTS * 16
"""Sixteen on each port; more cost nothing until they play."""
_DRUMS, _MELODIC = 1, 0
GAIN = 0.5
"""FluidSynth's own default of 0.2 leaves a single section near −40 dBFS."""

SETTINGS: dict[str, float | int] = {
    "synth.gain": GAIN,
    "synth.cpu-cores": 1,  # with two, two runs differ
    "synth.reverb.active": 0,  # space is the buses' business
    "synth.chorus.active": 0,
    "synth.midi-channels": CHANNELS,
    "synth.polyphony": 512,
    "synth.dynamic-sample-loading": 1,  # only the programs that are played
}


class SoundFontInstrument:
    """One FluidSynth with one SoundFont.

    With a program given, all channels play it and program changes in the MIDI are left out.
    Else the MIDI chooses, and bank 120 of General MIDI level 2 makes drums of any channel;
    `warnings` tell which sounds the font did not have.

    FluidSynth starts what happens on the next of its 64-frame buffers, so an onset is up to
    63 frames (1.3 ms at 48 kHz) after its event and never before it.
    """

    def __init__(self, spec: SoundFontSpec, setup: Setup) -> None:
        setup.expect(spec.name)
        self.outputs = {MAIN: STEREO}
        self._lib = library = fluidsynth.load()
        self._spec = spec
        settings = library.new_fluid_settings()
        library.fluid_settings_setnum(settings, b"synth.sample-rate", float(setup.sample_rate))
        for name, value in SETTINGS.items():
            if isinstance(value, float):
                library.fluid_settings_setnum(settings, name.encode(), value)
            else:
                library.fluid_settings_setint(settings, name.encode(), value)
        self._synth = library.new_fluid_synth(settings)
        path = str(playable(spec.soundfont, setup.alive))
        font = library.fluid_synth_sfload(self._synth, path.encode(), 1)
        if font < 0:
            raise DeviceError(
                "cannot be loaded as a SoundFont",
                cure="is it a whole .sf2 file?",
                file=spec.soundfont.path,
            )
        self._presets = presets_of(spec.soundfont.path)
        self._drums = {channel: is_drum_channel(channel) for channel in range(CHANNELS)}
        self._banks: dict[int, int] = {}
        self._missing: dict[str, None] = {}
        self._told = set[int]()
        for channel in range(CHANNELS):
            if spec.program is not None:
                self._select(channel, font, spec.bank or 0, spec.program)
            elif is_drum_channel(channel):
                library.fluid_synth_set_channel_type(self._synth, channel, _DRUMS)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the MIDI asked for and the font does not have."""
        return tuple(self._missing)

    def _select(self, channel: int, font: int, bank: int, program: int) -> None:
        chosen = self._lib.fluid_synth_program_select(self._synth, channel, font, bank, program)
        if chosen != 0:
            has = what_it_has(self._presets, bank) if self._presets else "choose one it has"
            raise DeviceError(
                f"{self._spec.name} has no program {program} in bank {bank}", cure=has
            )

    def play(self, feed: Feed) -> dict[str, Audio]:
        """All frames that are asked for, in stereo."""
        frames, events = feed.frames, feed.events
        out = np.empty((frames, 2), dtype=np.float32)
        done = 0
        for sample, message in zip(events.samples.tolist(), events.messages, strict=True):
            if sample > done:
                self._write(out, done, sample)
                done = sample
            self._send(message)
        self._write(out, done, frames)
        return {MAIN: np.ascontiguousarray(out.T)}

    def _write(self, out: Any, start: int, stop: int) -> None:
        if stop == start:
            return
        at = out.ctypes.data + start * 8
        pointer = ctypes.c_void_p(at)
        self._lib.fluid_synth_write_float(self._synth, stop - start, pointer, 0, 2, pointer, 1, 2)

    def _send(self, message: bytes) -> None:
        kind, channel = message[0] & 0xF0, channel_of(message)
        library, synth = self._lib, self._synth
        if kind == 0x90 and message[2] > 0:
            if channel not in self._told and self._spec.program is None:
                self._tell_missing(channel, 0)  # nothing was chosen: the first sound plays
            library.fluid_synth_noteon(synth, channel, message[1], message[2])
        elif kind in (0x80, 0x90):
            library.fluid_synth_noteoff(synth, channel, message[1])
        elif kind == 0xB0:
            if message[1] == BANK_MSB and self._spec.program is None:
                self._choose_bank(channel, message[2])
            else:
                library.fluid_synth_cc(synth, channel, message[1], message[2])
        elif kind == 0xE0:
            library.fluid_synth_pitch_bend(synth, channel, message[1] | message[2] << 7)
        elif kind == 0xC0 and self._spec.program is None:
            self._tell_missing(channel, message[1])
            library.fluid_synth_program_change(synth, channel, message[1])
        elif kind == 0xD0:
            library.fluid_synth_channel_pressure(synth, channel, message[1])
        elif kind == 0xA0:
            library.fluid_synth_key_pressure(synth, channel, message[1], message[2])

    def _choose_bank(self, channel: int, bank: int) -> None:
        """Bank select: those of General MIDI level 2 say whether a channel plays drums."""
        drums = {DRUM_BANK: True, MELODIC_BANK: False}.get(bank, self._drums[channel])
        if drums != self._drums[channel]:
            self._drums[channel] = drums
            kind = _DRUMS if drums else _MELODIC
            self._lib.fluid_synth_set_channel_type(self._synth, channel, kind)
            self._lib.fluid_synth_bank_select(self._synth, channel, DRUM_KITS_BANK if drums else 0)
        elif not drums:
            self._lib.fluid_synth_cc(self._synth, channel, BANK_MSB, bank % MELODIC_BANK)
            self._banks[channel] = bank % MELODIC_BANK

    def _tell_missing(self, channel: int, program: int) -> None:
        """Notes what the font lacks; FluidSynth plays the program of bank 0, else the first."""
        self._told.add(channel)
        drums = self._drums[channel]
        bank = DRUM_KITS_BANK if drums else self._banks.get(channel, 0)
        missing = lacks(self._presets, bank, program, self._spec.name)
        if missing is None:
            return
        has = {(preset.bank, preset.program): preset for preset in self._presets}
        stands_in = ((bank, 0),) if drums else ((0, program), (0, 0))
        used = next((has[place] for place in stands_in if place in has), None)
        instead = f"{used} plays instead" if used else "its notes are silent"
        where = f"channel {channel % 16 + 1}: "
        self._missing.setdefault(where + f"{missing}; {instead}")
