"""The only place where pedalboard loads a VST3 or AU, and that touches its private names.

pedalboard's public constructor asks every parameter for its text 1001 times. DPF plug-ins
have 2080 parameters for MIDI controllers, so that Kars takes 14 s to load. The scan
happens while `VST3Plugin.__init__` sets the initial parameters, on an object of its own
making, so a subclass cannot turn it off: `quick_load` replaces that one method while it
loads. What is used besides is listed in `PRIVATE_NAMES`; a test checks that they exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pedalboard
from pedalboard import _pedalboard as private  # see the module's docstring

from hostkit.audio.block import Audio
from hostkit.devices.description import BUFFER_FRAMES
from hostkit.devices.plugins.factory import CAN_READ, plugin_names, show_only
from hostkit.devices.plugins.handles import RawParam, is_for_users
from hostkit.devices.plugins.scanning.folders import plugin_format
from hostkit.errors import DeviceError, Fault

PRIVATE_NAMES = (
    "_PythonExternalPluginMixin.__set_initial_parameter_values__",
    "VST3Plugin._parameters",
    "VST3Plugin._reload_type",
    "normalize_python_parameter_name",
    "strip_common_float_suffixes",
)

CANNOT_BE_HOSTED = "cannot be hosted"
"""How a refusal begins that no repair will change."""


class HostedPlugin(Protocol):
    """What hostkit uses of pedalboard's `VST3Plugin` and `AudioUnitPlugin`."""

    @property
    def preset_data(self) -> bytes: ...
    @property
    def raw_state(self) -> bytes: ...
    @property
    def name(self) -> str: ...
    @property
    def manufacturer_name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def is_instrument(self) -> bool: ...
    @property
    def reported_latency_samples(self) -> int: ...
    def reset(self) -> None: ...
    def process(self, *args: Any, **kwargs: Any) -> Audio: ...


def _plugin_class(path: Path) -> Any:
    kind = plugin_format(path)
    if kind == "LV2":
        raise DeviceError("pedalboard hosts no LV2", cure="take out host: pedalboard", file=path)
    cls = getattr(pedalboard, {"VST3": "VST3Plugin", "AU": "AudioUnitPlugin"}[kind], None)
    if cls is None:
        raise DeviceError("Audio Units run on macOS only", cure="use the VST3 version", file=path)
    return cls


@contextmanager
def _no_parameter_scan() -> Iterator[None]:
    mixin: Any = private._PythonExternalPluginMixin
    scan = mixin.__set_initial_parameter_values__
    mixin.__set_initial_parameter_values__ = lambda _plugin, _values: None
    try:
        yield
    finally:
        mixin.__set_initial_parameter_values__ = scan


def quick_load(path: Path, plugin_name: str, *, shares_file: bool = False) -> HostedPlugin:
    """One instance in the state the plug-in starts in.

    `plugin_name` chooses within a file that holds several (`shares_file`), none of the others
    being made. Raises DeviceError when the file is missing or cannot be loaded. The first
    thread to load one must load them all.
    """
    cls = _plugin_class(path)
    if shares_file and CAN_READ and plugin_format(path) == "VST3":
        show_only(path, plugin_name)
    with _no_parameter_scan():
        try:
            plugin: HostedPlugin = cls(
                str(path), plugin_name=plugin_name or None, initialization_timeout=0
            )
        except (ImportError, ValueError, RuntimeError) as error:
            why = _layout_refused(str(error)) or Fault(f"cannot be loaded: {error}")
            raise DeviceError(*why.of(plugin_name or path.stem)) from error
    _kept.setdefault(path, plugin)
    return plugin


_kept: dict[Path, HostedPlugin] = {}
"""One of each file, for as long as the process lives: a library that one host leaves is closed
for the other host, too, and some fall over when they are unloaded."""


_MAIN_BUS = re.compile(r"expects (\d+) input channels and (\d+) output channels")


def _layout_refused(said: str) -> Fault | None:
    """Why a plug-in cannot be hosted, where pedalboard says that it is for its channels."""
    bus = _MAIN_BUS.search(said)
    if bus is None or (bus[1] == bus[2] and int(bus[1]) in (1, 2)):
        return None
    return Fault(
        f"{CANNOT_BE_HOSTED}: its main channels are {bus[1]} in, {bus[2]} out; hostkit takes mono "
        "and stereo, the same in and out"
    )


def names_in_file(path: Path) -> tuple[str, ...]:
    """Names of the plug-ins in a file; most files hold one. Raises DeviceError."""
    if CAN_READ and plugin_format(path) == "VST3":
        return plugin_names(path)
    try:
        return tuple(_plugin_class(path).get_plugin_names_for_file(str(path)))
    except (ImportError, RuntimeError) as error:
        raise DeviceError(str(error), file=path) from error


def renew(plugin: HostedPlugin) -> None:
    """Replace the instance by a fresh one, keeping its state and parameters.

    pedalboard pushes random noise through an effect while it loads, to learn whether
    `reset` clears it, and believes what it hears for the audio only: an envelope or a
    filter may still remember the noise. A fresh instance has heard nothing.
    """
    _set(plugin, "_reload_type", pedalboard.ExternalPluginReloadType.PersistsAudioOnReset)
    plugin.reset()


def load_preset_data(plugin: HostedPlugin, data: bytes) -> None:
    """Give a plug-in the content of a .vstpreset. Raises RuntimeError when it refuses."""
    _set(plugin, "preset_data", data)


def load_raw_state(plugin: HostedPlugin, data: bytes) -> None:
    """Give a plug-in what `raw_state` of another gave."""
    _set(plugin, "raw_state", data)


def _set(plugin: HostedPlugin, attribute: str, value: object) -> None:
    # A plain assignment would first scan all parameters for one of that name.
    object.__setattr__(plugin, attribute, value)


def supports_channels(
    plugin: HostedPlugin, channels: int, sample_rate: int, buffer_frames: int = BUFFER_FRAMES
) -> bool:
    """Whether the main output (and, of an effect, input) can have that many channels.

    It is prepared for blocks of `buffer_frames`: longer ones would prepare it again.

    An effect hears a block of silence: renew it after asking. A plug-in that refuses a
    number after it took another is left unprepared, and pedalboard does not notice: it
    would play silence from then on.
    """
    try:
        if plugin.is_instrument:
            # No time at all: the channels are set up, and nothing is played.
            plugin.process([], 0.0, sample_rate, channels, buffer_frames, False)
        else:
            quiet = np.zeros((channels, buffer_frames), dtype=np.float32)
            plugin.process(quiet, sample_rate, buffer_frames, False)
    except ValueError:
        return False
    return True


def first_supported(
    plugin: HostedPlugin,
    choice: tuple[int, ...],
    sample_rate: int,
    buffer_frames: int = BUFFER_FRAMES,
) -> int:
    """The first of some numbers of channels that a plug-in takes, with it ready for that.

    Raises DeviceError when it takes none of them.
    """
    for channels in choice:
        if supports_channels(plugin, channels, sample_rate, buffer_frames):
            return channels
    raise DeviceError(f"{plugin.name}: its main bus is neither mono nor stereo")


def raw_params(plugin: HostedPlugin) -> list[RawParam]:
    """Handles of the parameters that are the user's business."""
    return [one for one in _handles(plugin) if is_for_users(one.name, one.label)]


def number_of(plugin: HostedPlugin, param: RawParam) -> int:
    """Which of all its parameters one is, from 0, as every host counts them."""
    return [one.name for one in _handles(plugin)].index(param.name)


def _handles(plugin: HostedPlugin) -> list[RawParam]:
    handles: list[RawParam] = plugin._parameters  # type: ignore[attr-defined]  # private, see PRIVATE_NAMES
    return handles


def python_name(text: str) -> str:
    """The name pedalboard makes of a parameter's: lower case, underscores.

    >>> python_name("Dry/Wet %"), python_name("Threshold dB")
    ('dry_wet', 'threshold_db')
    """
    return str(private.normalize_python_parameter_name(text))


def number_in(text: str) -> float | None:
    """The number a parameter's text stands for, without its unit; None for other text.

    >>> number_in("-24.0 dB"), number_in("1.5 kHz"), number_in("Triangle")
    (-24.0, 1500.0, None)
    """
    try:
        value = float(private.strip_common_float_suffixes(text))
    except ValueError:
        return None
    return None if value != value else value  # "nan" names no number
