"""What is known of a plug-in without loading it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

ParamValue: TypeAlias = float | int | bool | str
ParamType: TypeAlias = Literal["number", "switch", "choice", "text"]
PluginFormat: TypeAlias = Literal["VST3", "AU", "LV2"]
Kind: TypeAlias = Literal["instrument", "effect"]

BUFFER_FRAMES = 512
"""The block size a plug-in sees, unless it loses notes in it; part of a print's identity."""


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
    `latency_frames` is at 48 kHz with default settings. `shares_file`: its file holds other
    plug-ins, too. `buffer_frames` is the block it is played in; `remarks` is what the scan heard.
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
    remarks: tuple[str, ...] = ()

    @property
    def layout(self) -> str:
        """Its channels in words: `mono`, `stereo`, or both."""
        return ", ".join({1: "mono", 2: "stereo"}[count] for count in self.channels)

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
        fields["params"] = tuple(
            ParamDescription(**{**param, "choices": tuple(param["choices"])})
            for param in fields["params"]
        )
        return cls(**fields)
