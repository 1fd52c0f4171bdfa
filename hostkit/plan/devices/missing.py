"""A plug-in that is not installed, and what stands in for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hostkit.errors import RequestError
from hostkit.plan.environment import Environment
from hostkit.session.model.devices import Builtin, Plugin, Sfz, SoundFont
from hostkit.session.yaml_tree import Path as KeyPath

AS_IF_NOTHING = Builtin(name="gain", params={"gain_db": 0})
"""An effect that changes no sample, so that those behind it keep their numbers."""


@dataclass(frozen=True)
class Absence:
    """What stands in for a plug-in that is missing; `said` names the nearest that is there."""

    stand_in: SoundFont | Sfz | Literal["nothing"]
    said: str


def absence(written: Plugin, kind: str, path: KeyPath, environment: Environment) -> Absence | None:
    """What plays in place of a plug-in; None where it is here, or nothing stands in for it."""
    if written.stand_in is None:
        return None
    try:
        environment.find_plugin(written.plugin, written.vendor, written.format)
    except RequestError:
        pass
    else:
        return None
    stand_in = written.stand_in
    name = stand_in if isinstance(stand_in, str) else _name_of(stand_in)
    nearest = environment.nearest_plugin(written.plugin, kind)
    there = f"; the nearest {kind} that is installed is {nearest}" if nearest else ""
    place = ".".join(map(str, path))
    said = f"{place}: there is no plug-in '{written.plugin}' here, {name} stands in for it{there}"
    return Absence(stand_in, said)


def _name_of(sound: SoundFont | Sfz) -> str:
    if isinstance(sound, Sfz):
        return sound.sfz
    program = "" if sound.program is None else f" program {sound.program}"
    return f"{sound.soundfont}{program}"
