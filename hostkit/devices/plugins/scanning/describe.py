"""Loads the plug-ins of files and prints what they are: the program of the scan's workers.

    python -m hostkit.devices.plugins.scanning.describe

is asked by lines of JSON, `[file, first]`, and answers with a JSON object a line, as things become
known: `names` of all plug-ins in the file, then of each from number `first` on `at` (it is being
loaded), any number of `alive`, and `plugin` (its description) or `refused`; `end` when all is said.
`file` says why a file is none, `host` why no plug-in can be hosted at all; `ended` is the exit
status of the process that described the file. That is one of its own because a plug-in that crashes
takes its process along, and one that hangs can only be killed; the scan asks once more for those
behind it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hostkit.devices.description import PluginDescription
from hostkit.devices.plugins.scanning.folders import binary_of
from hostkit.errors import DeviceError

if TYPE_CHECKING:
    from hostkit.audio.block import Audio
    from hostkit.devices.minihost.describing import PluginPlace
    from hostkit.devices.plugins.loading import HostedPlugin
    from hostkit.devices.plugins.scanning.hearing import Note

_SAMPLE_RATE = 48_000
FORKS = sys.platform == "linux"
"""Whether a process that has imported the hosts goes on to describe file after file, in forks."""

Say = Callable[..., None]


def describe_file(path: Path, first: int, say: Say) -> None:
    """Says all there is to say of a file's plug-ins. Never raises for them."""
    try:
        from hostkit.devices.minihost.describing import PluginPlace, names_of_lv2
        from hostkit.devices.plugins.loading import names_in_file
    except ImportError as error:
        say(host=str(error))
        return
    is_lv2 = path.suffix.lower() == ".lv2"
    try:
        names = names_of_lv2(path) if is_lv2 else names_in_file(path)
        if not names:
            raise DeviceError("holds no plug-in")
        content = _content_hash(binary_of(path))
    except (DeviceError, OSError) as error:
        say(file=str(error))
        return
    say(names=names)
    for index, name in enumerate(names[first:], first):
        say(at=index)
        place = PluginPlace(path, name, "", len(names) > 1)
        try:
            if is_lv2:
                describe_in_minihost(place, content, say)
            else:
                _describe_in_both(place, content, say)
        except DeviceError as error:
            say(refused=str(error).removeprefix(f"{name}: "))
    say(end=True)


def _describe_in_both(place: PluginPlace, content: str, say: Say) -> None:
    """By pedalboard; what minihost sees besides comes after, should it fall over."""
    from hostkit.devices.minihost.describing import look

    try:
        found = _describe(place.path, place.name, content, place.shares_file, say)
    except DeviceError as refused:
        try:
            describe_in_minihost(place, content, say)
        except DeviceError:
            raise refused from None
        return
    say(plugin=found.as_json())
    try:
        heard = look(replace(place, class_id=found.class_id))
    except DeviceError:
        return  # no minihost here, or one that cannot host it
    say(heard=asdict(heard))


def describe_in_minihost(place: PluginPlace, content: str, say: Say) -> None:
    """What is heard of an instrument comes after, should it fall over. Raises DeviceError."""
    from hostkit.devices.minihost.describing import Instrument, described
    from hostkit.devices.plugins.scanning.hearing import listen

    found = described(place, content)
    say(plugin=found.as_json())
    if found.kind == "instrument":
        say(
            heard=asdict(listen(partial(Instrument, place), _SAMPLE_RATE, partial(say, alive=True)))
        )


def _describe(
    path: Path, name: str, content: str, shares_file: bool, say: Say
) -> PluginDescription:
    from hostkit.devices.plugins.loading import (
        CANNOT_BE_HOSTED,
        quick_load,
        supports_channels,
    )
    from hostkit.devices.plugins.probing import describe_param, param_handles
    from hostkit.devices.plugins.scanning.folders import plugin_format
    from hostkit.devices.plugins.scanning.hearing import HeardPlaying, listen

    load: Callable[[], HostedPlugin] = partial(quick_load, path, name, shares_file=shares_file)
    plugin = load()
    params = tuple(describe_param(handle, key) for key, handle in param_handles(plugin).items())
    class_id = _class_id(plugin, path)
    file_format = plugin_format(path)
    # Last, as an effect hears a block of silence; latency counts once it is prepared.
    channels = tuple(count for count in (1, 2) if supports_channels(plugin, count, _SAMPLE_RATE))
    if not channels:
        raise DeviceError(f"{CANNOT_BE_HOSTED}: its channels are neither mono nor stereo")
    heard = HeardPlaying()
    if plugin.is_instrument:
        heard = listen(partial(_Instrument, load), _SAMPLE_RATE, lambda: say(alive=True))
    return PluginDescription(
        name=name,
        path=path,
        format=file_format,
        kind="instrument" if plugin.is_instrument else "effect",
        vendor=plugin.manufacturer_name,
        version=plugin.version,
        category=plugin.category,
        identity=f"{file_format}:{class_id or name}:{plugin.version}:{content[:16]}",
        class_id=class_id,
        channels=channels,
        latency_frames=plugin.reported_latency_samples,
        params=params,
        shares_file=shares_file,
        buffer_frames=heard.buffer_frames,
        warm_up_s=heard.warm_up_s,
        remarks=heard.remarks,
    )


class _Instrument:
    """A fresh instance in pedalboard, to be listened to."""

    def __init__(self, load: Callable[[], HostedPlugin]) -> None:
        from hostkit.devices.plugins.loading import first_supported

        self._plugin = load()
        self._channels = first_supported(self._plugin, (2, 1), _SAMPLE_RATE)

    def play(self, notes: Sequence[Note], frames: int, buffer_frames: int) -> Audio:
        events = [(bytes(note), (at + 0.5) / _SAMPLE_RATE) for at, note in notes]
        seconds = (frames + 0.5) / _SAMPLE_RATE
        return self._plugin.process(
            events, seconds, _SAMPLE_RATE, self._channels, buffer_frames, False
        )


def _class_id(plugin: Any, path: Path) -> str:
    from hostkit.devices.plugins.scanning.folders import plugin_format

    if plugin_format(path) == "AU":
        return ""
    try:
        return str(plugin.preset_data[8:40].decode("ascii"))
    except (RuntimeError, UnicodeDecodeError):
        return ""


def _content_hash(binary: Path) -> str:
    with binary.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sayer() -> Say:
    """Speaks on the real standard output, and keeps what plug-ins print away from it."""
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    quiet = os.open(os.devnull, os.O_RDWR)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)

    def say(**what: object) -> None:
        json.dump(what, answer)
        answer.write("\n")
        answer.flush()

    return say


def _import_hosts() -> None:
    """All that a plug-in takes, once for all files; what cannot be imported is told for each."""
    with suppress(ImportError, DeviceError):
        from hostkit.devices.minihost.loading import minihost

        minihost()


def _in_a_fork(path: Path, first: int, say: Say) -> None:
    """Describes a file in a process of its own, and says what became of that."""
    child = os.fork()
    if not child:
        os.dup2(2, 0)  # its questions are not the plug-in's business
        _describe_and_end(path, first, say)
    _, status = os.waitpid(child, 0)
    say()  # ends the line that it died in
    say(ended=os.waitstatus_to_exitcode(status))


def _describe_and_end(path: Path, first: int, say: Say) -> None:
    try:
        describe_file(path, first, say)
        os._exit(0)  # plug-ins that crash while they are unloaded have been described all the same
    finally:
        os._exit(1)


def main() -> None:
    """The worker, from its first question to its end."""
    say = _sayer()
    if FORKS:
        _import_hosts()
    say(ready=True)
    for line in sys.stdin:
        path, first = json.loads(line)
        (_in_a_fork if FORKS else _describe_and_end)(Path(path), int(first), say)
    os._exit(0)


if __name__ == "__main__":
    main()
