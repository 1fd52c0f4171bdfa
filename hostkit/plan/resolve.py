"""Devices as written to devices as they will be run: found, identified, checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hostkit.errors import Problem, RequestError
from hostkit.plan.devices import (
    BuiltinSpec,
    ContentFile,
    EffectSpec,
    InstrumentSpec,
    Lane,
    ParamValue,
    PluginSpec,
    SoundFontSpec,
    ToneSpec,
)
from hostkit.plan.surroundings import Surroundings
from hostkit.plugins.checking import check_builtin, check_builtin_lane, check_lane, check_params
from hostkit.plugins.description import PluginDescription
from hostkit.session.devices import Builtin, Effect, Instrument, Plugin, PresetUse, SoundFont, Tone
from hostkit.session.load import LoadedSession
from hostkit.session.suggest import did_you_mean
from hostkit.session.yaml_tree import Path as KeyPath
from hostkit.timebase.tempo_map import TempoMap

HOST_BPM = 120
"""What pedalboard tells every plug-in, always (its issues 158 and 295)."""


@dataclass
class Resolver:
    """Turns written devices into specs, noting every problem at its place."""

    loaded: LoadedSession
    surroundings: Surroundings
    tempo_map: TempoMap
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def instrument(
        self, written: Instrument, path: KeyPath
    ) -> tuple[InstrumentSpec, tuple[EffectSpec, ...]] | None:
        """The instrument and the effects that its preset brings; None after a problem."""
        try:
            if isinstance(written, (str, PresetUse)):
                return self._preset_instrument(written, path)
            if isinstance(written, SoundFont):
                return self._soundfont(written, self.loaded.path.parent), ()
            if isinstance(written, Tone):
                return ToneSpec(written.tone.channels, written.tone.gain), ()
            return self._plugin(written, "instrument", path, self.loaded.path.parent), ()
        except RequestError as error:
            self.fault(path, str(error))
            return None

    def effects(self, written: Sequence[Effect], path: KeyPath) -> tuple[EffectSpec, ...]:
        """The effects in order; those with problems are left out after noting them."""
        specs: list[EffectSpec] = []
        for index, effect in enumerate(written):
            at = (*path, index)
            try:
                specs += self._effect(effect, at, self.loaded.path.parent)
            except RequestError as error:
                self.fault(at, str(error))
        return tuple(specs)

    def fault(self, path: KeyPath, message: str) -> None:
        self.problems.append(self.loaded.problem(path, message))

    def unknown(self, path: KeyPath, kind: str, name: str, known: Iterable[str]) -> None:
        """Notes a name that nothing has."""
        self.fault(path, f"there is no {kind} {name!r}{did_you_mean(name, known)}")

    def check_lane(self, device: InstrumentSpec | EffectSpec, lane: Lane, path: KeyPath) -> None:
        """Notes an automated parameter that is unknown, or points out of its range."""
        for problem in self._lane_problems(device, lane):
            self.fault(path, problem)

    def _lane_problems(self, device: InstrumentSpec | EffectSpec, lane: Lane) -> list[str]:
        if isinstance(device, PluginSpec):
            return check_lane(self.surroundings.find_plugin(device.name), lane.target, lane.points)
        if isinstance(device, BuiltinSpec):
            return check_builtin_lane(device.name, lane.target, lane.points)
        return []

    def _effect(self, written: Effect, path: KeyPath, folder: Path) -> tuple[EffectSpec, ...]:
        if isinstance(written, (str, PresetUse)):
            return self._preset_effects(written, path)
        if isinstance(written, Plugin):
            return (self._plugin(written, "effect", path, folder),)
        return (self._builtin(written, path, folder),)

    def _soundfont(self, written: SoundFont, folder: Path) -> SoundFontSpec:
        if written.soundfont == "gm":
            path = self.surroundings.default_soundfont()
        else:
            path = folder / written.soundfont
        return SoundFontSpec(self._content(path), written.program, written.bank)

    def _builtin(self, written: Builtin, path: KeyPath, folder: Path) -> BuiltinSpec:
        files = []
        for problem in check_builtin(written.name, written.params):
            self.fault(path, problem)
        params = dict(written.params)
        if isinstance(file := params.pop("impulse_response_filename", None), str):
            files.append(("impulse_response_filename", self._content(folder / file)))
        return BuiltinSpec(written.name, _sorted(params), files=tuple(files))

    def _plugin(self, written: Plugin, kind: str, path: KeyPath, folder: Path) -> PluginSpec:
        found: PluginDescription = self.surroundings.find_plugin(written.plugin)
        if found.kind != kind:
            article = {"instrument": "an instrument", "effect": "an effect"}
            where = {
                "instrument": "a track's instrument",
                "effect": "effects, buses and the master",
            }
            raise RequestError(
                f"{found.name} is {article[found.kind]}, not {article[kind]}; "
                f"it belongs in {where[found.kind]}"
            )
        for problem in check_params(found, written.params):
            self.fault((*path, "params"), problem)
        if found.tempo_synced and any(s.bpm != HOST_BPM for s in self.tempo_map.segments):
            self.warnings.append(
                f"{found.name} looks tempo-synced, but plug-ins are told {HOST_BPM} bpm whatever "
                "the session's tempo; set its times in ms or Hz where it has them"
            )
        state = self._content(folder / written.state) if written.state else None
        return PluginSpec(found.name, found.path, found.identity, _sorted(written.params), state)

    def _content(self, path: Path) -> ContentFile:
        return ContentFile(path, self.surroundings.sha256(path))

    def _preset_instrument(
        self, written: str | PresetUse, path: KeyPath
    ) -> tuple[InstrumentSpec, tuple[EffectSpec, ...]]:
        raise RequestError(f"there is no preset {_preset_name(written)!r}")

    def _preset_effects(self, written: str | PresetUse, path: KeyPath) -> tuple[EffectSpec, ...]:
        raise RequestError(f"there is no preset {_preset_name(written)!r}")


def _preset_name(written: str | PresetUse) -> str:
    return written if isinstance(written, str) else written.preset


def _sorted(params: dict[str, ParamValue]) -> tuple[tuple[str, ParamValue], ...]:
    return tuple(sorted(params.items()))
