"""The only place that touches minihost: a plug-in loaded, and what it has.

minihost opens whatever channels a plug-in has, not those that it was asked for, and leaves
what does not fit unwritten without a word; so all is read back here, and blocks are made to
measure (`Loaded.process`).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hostkit.audio.block import Audio
from hostkit.devices.description import PluginBus
from hostkit.devices.minihost.lv2_alone import alone
from hostkit.devices.minihost.lv2_bundle import path_to_open
from hostkit.devices.minihost.lv2_ports import AudioInputs, audio_inputs
from hostkit.devices.plugins.factory import CAN_READ, show_only
from hostkit.devices.plugins.handles import RawParam, is_for_users
from hostkit.devices.plugins.probing import by_key
from hostkit.devices.plugins.scanning.folders import plugin_format
from hostkit.errors import DeviceError
from hostkit.timebase.transport import STILL, Moment

MidiEvent = tuple[int, int, int, int]
"""The frame in a block, status and two bytes of data."""

INSTALL = "install minihost: pip install minihost==0.11.0 (it has no wheels for Linux on ARM, musl)"


def minihost() -> Any:
    """The library. Raises DeviceError where it is not installed, or cannot be loaded."""
    # Else a change of latency arrives some 20 ms late, by a thread of the library's own.
    os.environ["MINIHOST_MESSAGE_THREAD"] = "0"
    try:
        import minihost as library
    except ImportError as error:
        raise DeviceError(f"minihost cannot be loaded: {error}", cure=INSTALL) from error
    return library


def pump_messages() -> None:
    """Hands out the messages that wait in its queue, in the thread that loads plug-ins."""
    minihost()._core._message_thread_poll()  # private, and pinned with the version


class Loaded:
    """One instance, prepared at a rate for blocks of `buffer_frames` or less.

    `inputs` and `outputs` are its buses, the main one first. The key of an LV2 may be some channels
    of what its host takes for the main input.
    """

    def __init__(
        self,
        path: Path,
        name: str,
        class_id: str,
        sample_rate: int,
        buffer_frames: int,
        channels: int,
        *,
        shares_file: bool = False,
        key_channels: int = 0,
    ) -> None:
        """Asks for `channels` in and out. Raises DeviceError when it cannot be loaded."""
        if shares_file and CAN_READ and plugin_format(path) == "VST3":
            show_only(path, name)
        shape = (sample_rate, buffer_frames, channels, channels)
        is_lv2 = plugin_format(path) == "LV2"
        file, ports = path_to_open(path), AudioInputs()
        if is_lv2:
            bundle = alone(path, name) if shares_file else path  # the texts of 200 take seconds
            ports = audio_inputs(bundle, name)
            if ports.key_comes_first:
                raise DeviceError(f"{name}: {_KEY_FIRST}", cure="choose another")
            if shares_file or ports.untold_main:
                file = str(alone(path, name))
        try:
            try:
                plugin = minihost().Plugin(file, *shape, key_channels)
            except RuntimeError as error:
                if not is_lv2 or TAKEN_FOR_ANOTHER not in str(error):
                    raise
                plugin = minihost().Plugin(str(alone(path, name)), *shape, key_channels)
            plugin.non_realtime = True
        except (RuntimeError, ValueError, TypeError) as error:
            raise DeviceError(f"{name}: cannot be loaded: {error}") from error
        self.class_id = class_id
        self._plugin = plugin
        self.inputs = _buses(plugin, True)
        self.outputs = _buses(plugin, False)
        self._key_rows = self._key_in_main(ports) if is_lv2 else []
        if self._key_rows:
            main = PluginBus("", self.main_in - len(self._key_rows))
            self.inputs = (main, PluginBus("key", len(self._key_rows)))
        self._key_is_fed = plugin.sidechain_channels > 0
        self._blocks: dict[int, Audio] = {}
        self.stand_still()

    def _key_in_main(self, ports: AudioInputs) -> list[int]:
        """The channels of its main input that are its key, as its text says.

        Where that says nothing of a key they are those that its main output does not have.
        """
        if ports.key_rows and len(ports.key_rows) < self.main_in:
            return [*ports.key_rows]
        told = any(port.is_key for port in ports.ports)
        return [] if told or not self.main_out else [*range(self.main_out, self.main_in)]

    @property
    def main_in(self) -> int:
        """Channels of the main input; 0 of an instrument."""
        return self.inputs[0].channels if self.inputs else 0

    @property
    def main_out(self) -> int:
        return self.outputs[0].channels if self.outputs else 0

    @property
    def key_channels(self) -> int:
        """Channels of its side-chain as they can be fed now."""
        if self._key_rows:
            return len(self._key_rows)
        return int(self._plugin.sidechain_channels)

    @property
    def takes_notes(self) -> bool:
        """Whether notes reach it: of one that takes sound, too, it may be an instrument."""
        return bool(self._plugin.accepts_midi)

    @property
    def is_midi_effect(self) -> bool:
        """Whether it takes notes and gives notes, and has no sound."""
        return bool(self._plugin.produces_midi) and not self.outputs

    @property
    def latency(self) -> int:
        """In samples, as it reports now."""
        return int(self._plugin.latency_samples)

    def handles(self) -> Mapping[str, RawParam]:
        """Its parameters by the key that pedalboard would have for them."""
        found = (Parameter(self._plugin, i) for i in range(self._plugin.num_params))
        return by_key(param for param in found if is_for_users(param.name, param.label))

    def take_preset(self, data: bytes) -> None:
        """Takes the content of a .vstpreset. Raises RuntimeError when it refuses."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "state.vstpreset"
            file.write_bytes(data)
            try:
                minihost().load_vstpreset(str(file), self._plugin)
            except ValueError as error:
                raise RuntimeError(str(error)) from error

    @property
    def own_state(self) -> bytes:
        return bytes(self._plugin.get_state())

    def take_own_state(self, data: bytes) -> None:
        self._plugin.set_state(data)

    def stand_still(self) -> None:
        """What pedalboard tells every plug-in: 120 bpm in 4/4, at 1|1, not playing."""
        self.tell(STILL.at(0, 1))

    def tell(self, now: Moment) -> None:
        """Where the music is at the first frame of the next block."""
        self._plugin.set_transport(
            now.bpm, now.numerator, now.denominator, now.frame, now.quarters, now.playing
        )

    def process(
        self, main: Audio, key: Audio | None, events: Sequence[MidiEvent], frames: int
    ) -> tuple[Audio, list[MidiEvent]]:
        """All outputs for a block, one under the other, and the notes that it gives.

        The block belongs to this instance, until the next call. `main` and `key` have the
        channels of its inputs. Raises RuntimeError.
        """
        out = self._blocks.get(frames)
        if out is None:
            total = sum(bus.channels for bus in self.outputs)
            out = self._blocks[frames] = np.empty((total, frames), dtype=np.float32)
        out.fill(np.nan)  # what is left unwritten is noticed
        if key is not None and self._key_rows:
            both = np.empty((len(main) + len(key), frames), dtype=np.float32)
            both[self._key_rows] = key
            both[[row for row in range(len(both)) if row not in self._key_rows]] = main
            main = both
        main = np.ascontiguousarray(main)
        if key is not None and self._key_is_fed:
            made = self._plugin.process_sidechain_midi(
                main, out, np.ascontiguousarray(key), events, _MOST_EVENTS
            )
        else:
            made = self._plugin.process_midi(main, out, events, _MOST_EVENTS)
        return out, made


_MOST_EVENTS = 4096
TAKEN_FOR_ANOTHER = "No compatible plugin types"
"""What minihost says of an LV2 that is installed elsewhere, too, under the same URI."""
_KEY_FIRST = (
    "cannot be hosted: its key is in a port group and what that keys in none, so that minihost "
    "takes the key for its main input"
)


def _buses(plugin: Any, is_input: bool) -> tuple[PluginBus, ...]:
    count = plugin.num_input_buses if is_input else plugin.num_output_buses
    found = (plugin.get_bus_info(is_input, index) for index in range(count))
    return tuple(PluginBus(str(info["name"]), int(info["num_channels"])) for info in found)


class Parameter:
    """minihost's handle of one parameter, as `RawParam` says."""

    def __init__(self, plugin: Any, index: int) -> None:
        self._plugin, self._index = plugin, index
        info = plugin.get_param_info(index)
        self.name = str(info["name"])
        self.label = str(info["label"])
        self.default_raw_value = float(info["default_value"])
        self.num_steps = int(info["num_steps"])
        self.is_automatable = bool(info["is_automatable"])

    @property
    def raw_value(self) -> float:
        return float(self._plugin.get_param(self._index))

    @raw_value.setter
    def raw_value(self, raw: float) -> None:
        self._plugin.set_param(self._index, min(max(raw, 0.0), 1.0))

    @property
    def string_value(self) -> str:
        return self.get_text_for_raw_value(self.raw_value)

    def get_text_for_raw_value(self, raw_value: float) -> str:
        return str(self._plugin.param_to_text(self._index, raw_value))

    def get_raw_value_for_text(self, string_value: str) -> float:
        return float(self._plugin.param_from_text(self._index, string_value))
