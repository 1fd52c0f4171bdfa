"""A MIDI effect hosted by minihost: notes in, notes out."""

from __future__ import annotations

import numpy as np

from hostkit.devices.device import Feed, Setup
from hostkit.devices.minihost.loading import Loaded, MidiEvent
from hostkit.devices.minihost.play import RunningPlugin, Streamed
from hostkit.devices.plugins.settings import bring_to
from hostkit.devices.spec import PluginSpec
from hostkit.errors import DeviceError
from hostkit.midi.channels import channel_message
from hostkit.midi.events import SampleEvents
from hostkit.midi.messages import Messages


class NoteEffect:
    """A stream of notes through a plug-in, on the grid of its buffer.

    As of a device's sound, less may be given at first; what is given is in time with what came in,
    whatever latency the plug-in reports.
    """

    def __init__(self, spec: PluginSpec, setup: Setup) -> None:
        """Raises DeviceError for a plug-in that cannot be loaded, or gives no notes."""
        plugin = Loaded(
            spec.path,
            spec.name,
            spec.class_id,
            setup.sample_rate,
            spec.buffer_frames,
            2,
            shares_file=spec.shares_file,
        )
        if not plugin.is_midi_effect:
            raise DeviceError(f"{spec.name} is no MIDI effect", cure="name it under effects")
        automation, self.warnings = bring_to(plugin, spec)
        self._plugin = plugin
        running = RunningPlugin(plugin, automation)
        self._stream = Streamed(spec, (running,), setup)
        self._waiting: list[MidiEvent] = []
        self._given = 0

    def play(self, frames: int, events: SampleEvents) -> tuple[int, SampleEvents]:
        """How many frames are ready after `frames` more came in, and the notes in them.

        Raises DeviceError as `Streamed.play` does.
        """
        self._stream.play(Feed(frames, events))
        self._waiting += self._stream.taken_notes()
        ready = max(self._stream.played - self._plugin.latency, self._given)
        here = self._given + self._plugin.latency
        now = [event for event in self._waiting if event[0] < ready + self._plugin.latency]
        self._waiting = self._waiting[len(now) :]
        samples = np.array([max(event[0] - here, 0) for event in now], dtype=np.int64)
        count, self._given = ready - self._given, ready
        messages = [channel_message(*event[1:]) for event in now]
        return count, SampleEvents(samples, Messages.of(messages))
