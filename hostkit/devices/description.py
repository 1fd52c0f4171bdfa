"""What is known of a plug-in without loading it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

ParamValue: TypeAlias = float | int | bool | str
ParamType: TypeAlias = Literal["number", "switch", "choice", "text"]
PluginFormat: TypeAlias = Literal["VST3", "AU", "LV2"]
Kind: TypeAlias = Literal["instrument", "effect", "midi effect"]
KeyHearing: TypeAlias = Literal["", "heard", "ignored"]

_CHANNELS = {1: "mono", 2: "stereo"}
BUFFER_FRAMES = 512
"""The block size a plug-in sees, unless it loses notes in it; part of a print's identity."""
LONGEST_BUFFER_FRAMES = 4096
"""Whole blocks of any size fit into it: all are powers of two."""


MAIN = "main"
"""The input that an effect changes, and the output that every device has."""


def output_names(given: Sequence[str]) -> tuple[str, ...]:
    """What outputs are called by what a plug-in calls them, MAIN first; no name comes twice.

    One without a name of its own is told by its number, counted from the main one.

    >>> output_names(["Stereo Out", "Snare", "", "Snare", "main"])
    ('main', 'Snare', 'output 3', 'Snare 4', 'main 5')
    """
    names = [MAIN] if given else []
    known = {MAIN}
    for number, name in enumerate(given[1:], 2):
        called = " ".join(name.split()) or f"output {number}"
        while called.casefold() in known:
            called = f"{called} {number}"
        known.add(called.casefold())
        names.append(called)
    return tuple(names)


@dataclass(frozen=True)
class PluginBus:
    """One of a plug-in's inputs or outputs."""

    name: str
    channels: int


@dataclass(frozen=True)
class ParamDescription:
    """One parameter, in the user's units.

    `key` is pedalboard's name for it and is what sessions say; `label` is the plug-in's
    own. A number has `minimum` and `maximum` (None: no limit is known), a choice has
    `choices`, a switch is true or false, and text is what the plug-in itself shows for a
    value ("C#3"): only a loaded plug-in can tell whether it knows it.
    """

    key: str
    label: str
    default: ParamValue
    type: ParamType = "text"
    minimum: float | None = None
    maximum: float | None = None
    units: str = ""
    choices: tuple[str, ...] = ()
    automatable: bool = True

    @property
    def short_key(self) -> str:
        """The key without its unit: `threshold` for `threshold_db`."""
        unit = "_" + "".join(c for c in self.units.lower() if c.isascii() and c.isalnum())
        return self.key.removesuffix(unit) if len(unit) > 1 else self.key


@dataclass(frozen=True)
class PluginDescription:
    """One plug-in as found by a scan.

    `identity` names the plug-in and its version for fingerprints: format, class id,
    version, and the start of the SHA-256 of its binary. `class_id` is the 32 hexadecimal
    digits that a .vstpreset carries, or '' where there is none. `channels` are those of
    the main output (and, of an effect, input) that it supports, of 1 and 2.
    `inputs` and `outputs` are its buses, as minihost sees them: main first, then a key, or further
    outputs; empty where there is no minihost. `key` says what the scan heard of its side-chain,
    with the parameter `key_switch` at `key_switch_value`; `hosts` can host it.
    `latency_frames` is at 48 kHz with default settings. `shares_file`: its file holds other
    plug-ins, too. `buffer_frames` is the block it is played in; `warm_up_s` is how long it has to
    be given after loading until it sounds; `remarks` is what the scan heard.
    """

    name: str
    path: Path
    format: PluginFormat
    kind: Kind
    vendor: str
    version: str
    category: str
    identity: str
    class_id: str
    channels: tuple[int, ...]
    latency_frames: int
    params: tuple[ParamDescription, ...]
    shares_file: bool = False
    buffer_frames: int = BUFFER_FRAMES
    warm_up_s: float = 0.0
    remarks: tuple[str, ...] = ()
    inputs: tuple[PluginBus, ...] = ()
    outputs: tuple[PluginBus, ...] = ()
    key: KeyHearing = ""
    key_switch: str = ""
    key_switch_value: ParamValue = True
    hosts: tuple[str, ...] = ("pedalboard", "minihost")

    @property
    def layout(self) -> str:
        """Its channels in words: `mono`, `stereo, side-chain`, `mono to stereo`, `3 outputs`."""
        if any(self.channels):
            words = [_CHANNELS.get(count, f"{count} channels") for count in self.channels]
        elif self.inputs and self.outputs:
            both = (self.inputs[0].channels, self.outputs[0].channels)
            words = [" to ".join(_CHANNELS.get(count, str(count)) for count in both)]
        else:
            words = ["notes"]
        if self.key:
            words.append("side-chain" if self.key == "heard" else "side-chain (ignored)")
        if len(self.outputs) > 1:
            words.append(f"{len(self.outputs)} outputs")
        return ", ".join(words)

    @property
    def output_names(self) -> tuple[str, ...]:
        """What its outputs are called in a session, the main one first."""
        return output_names([bus.name for bus in self.outputs])

    @property
    def tempo_synced(self) -> bool:
        """Whether its parameters' names speak of tempo: a guess."""
        words = {word for param in self.params for word in param.key.split("_")}
        return bool(words & {"sync", "tempo", "bpm", "synced", "temposync"})

    def as_json(self) -> dict[str, Any]:
        """Only JSON types; `from_json` reads it back."""
        return {
            **asdict(self),
            "path": str(self.path),
            "channels": list(self.channels),
            "remarks": list(self.remarks),
            "hosts": list(self.hosts),
            "inputs": [asdict(bus) for bus in self.inputs],
            "outputs": [asdict(bus) for bus in self.outputs],
            "params": [{**asdict(p), "choices": list(p.choices)} for p in self.params],
            "tempo_synced": self.tempo_synced,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> PluginDescription:
        """Raises KeyError or TypeError on data that `as_json` did not make."""
        fields = {k: v for k, v in data.items() if k != "tempo_synced"}
        fields["path"] = Path(fields["path"])
        fields["channels"] = tuple(fields["channels"])
        fields["remarks"] = tuple(fields["remarks"])
        fields["hosts"] = tuple(fields["hosts"])
        for way in ("inputs", "outputs"):
            fields[way] = tuple(PluginBus(**bus) for bus in fields[way])
        fields["params"] = tuple(
            ParamDescription(**{**param, "choices": tuple(param["choices"])})
            for param in fields["params"]
        )
        return cls(**fields)
