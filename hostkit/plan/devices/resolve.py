"""Devices as written to devices as they will be run: found, identified, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from hostkit.devices.checking import check_builtin, check_builtin_lane, check_lane
from hostkit.devices.own import OWN
from hostkit.devices.own_instruments import SPECS
from hostkit.devices.spec import (
    BuiltinSpec,
    EffectSpec,
    InstrumentSpec,
    Lane,
    PluginSpec,
)
from hostkit.errors import Fault, InvalidInput, RequestError
from hostkit.ground.places import FilesBeside
from hostkit.plan.devices.missing import AS_IF_NOTHING, absence
from hostkit.plan.devices.plugin import Plugins, in_order
from hostkit.plan.devices.sounds import sfz_spec, soundfont_spec
from hostkit.plan.environment import Environment
from hostkit.plan.found import Found, Gathering
from hostkit.session.load import LoadedSession
from hostkit.session.model.devices import (
    Builtin,
    Effect,
    Instrument,
    Plugin,
    PresetUse,
    Sfz,
    SoundFont,
    StandaloneInstrument,
    key_of,
)
from hostkit.session.yaml_tree import Path as KeyPath
from hostkit.timebase.tempo_map import TempoMap

if TYPE_CHECKING:  # sessions without presets need nothing of the library
    from hostkit.library.use import UsedPreset

Played: TypeAlias = tuple[InstrumentSpec, tuple[EffectSpec, ...]]
"""An instrument, and the effects that its preset brings."""


@dataclass(frozen=True)
class Resolver:
    """Turns written devices into specs, every problem at its place.

    Tracks take `other_outputs` of an instrument than its main one, or not.
    """

    loaded: LoadedSession
    environment: Environment
    tempo_map: TempoMap
    other_outputs: bool = False

    @property
    def _plugins(self) -> Plugins:
        return Plugins(self.loaded, self.environment, self.tempo_map, self.other_outputs)

    def instrument(self, written: Instrument, path: KeyPath) -> Found[Played | None]:
        """The instrument and the effects that its preset brings; None after a problem."""
        if isinstance(written, (str, PresetUse)):
            return self._preset_instrument(written, path)
        told = Gathering(self.loaded)
        spec = told.take(self._instrument(written, path))
        return told.with_value((spec, ()) if spec is not None else None)

    def effects(self, written: Sequence[Effect], path: KeyPath) -> Found[tuple[EffectSpec, ...]]:
        """The effects in order, without those that cannot be had."""
        told = Gathering(self.loaded)
        folder = self.loaded.path.parent
        found = (self._effect(e, (*path, index), folder) for index, e in enumerate(written))
        return told.with_value(tuple(spec for each in found for spec in told.take(each) or ()))

    def midi_effects(
        self, written: Sequence[Plugin], path: KeyPath
    ) -> Found[tuple[PluginSpec, ...]]:
        """What notes go through before an instrument, without those that cannot be had."""
        told, folder = Gathering(self.loaded), self.loaded.path.parent
        specs = [
            told.take(self._plugins.spec(each, "midi effect", (*path, index), folder))
            for index, each in enumerate(written)
        ]
        return told.with_value(tuple(spec for spec in specs if spec is not None))

    def lane_problems(
        self, device: InstrumentSpec | EffectSpec, lane: Lane, path: KeyPath
    ) -> Found[None]:
        """An automated parameter that is unknown, or points out of its range."""
        told = Gathering(self.loaded)
        for fault in self._lane_faults(device, lane):
            told.fault(path, *fault)
        return told.with_value(None)

    def _lane_faults(self, device: InstrumentSpec | EffectSpec, lane: Lane) -> list[Fault]:
        if isinstance(device, PluginSpec):
            found = self.environment.plugin_of(device)
            faults = check_lane(found, lane.target, lane.points)
            return [fault.of(device.title) for fault in faults] if found.format == "LV2" else faults
        if isinstance(device, BuiltinSpec):
            return check_builtin_lane(device.name, lane.target, lane.points)
        return []

    def _instrument(
        self,
        written: Plugin | StandaloneInstrument,
        path: KeyPath,
        preset: FilesBeside | None = None,
    ) -> Found[InstrumentSpec | None]:
        """An instrument of the session, or of a `preset` that has its files beside it."""
        told = Gathering(self.loaded)
        key = str(key_of(written))
        beside = preset or self.loaded.files_beside((*path, key))
        spec: InstrumentSpec | None = None
        if isinstance(written, Plugin):
            missing = absence(written, "instrument", path, self.environment)
            if missing is not None and not isinstance(missing.stand_in, str):
                told.warn(missing.said)
                return told.with_value(
                    told.take(self._instrument(missing.stand_in, (*path, "stand_in"), preset))
                )
            spec = told.take(self._plugins.spec(written, "instrument", path, beside.folder))
        elif isinstance(written, Sfz):
            with told.placing(path):
                spec = told.take(sfz_spec(written, beside, self.environment))
        elif isinstance(written, SoundFont):
            with told.placing(path):
                spec = soundfont_spec(written, beside, self.environment)
        else:
            spec = SPECS[key].of(written)
        return told.with_value(spec)

    def _effect(
        self, written: Effect, path: KeyPath, folder: Path
    ) -> Found[tuple[EffectSpec, ...] | None]:
        """One effect, or those of a preset; None after a problem that leaves none."""
        if isinstance(written, (str, PresetUse)):
            return self._preset_effects(written, path)
        told = Gathering(self.loaded)
        spec: EffectSpec | None
        if isinstance(written, Plugin):
            missing = absence(written, "effect", path, self.environment)
            if missing is not None and missing.stand_in == "nothing":
                told.warn(missing.said)
                return told.with_value(told.take(self._effect(AS_IF_NOTHING, path, folder)))
            spec = told.take(self._plugins.spec(written, "effect", path, folder))
        else:
            spec = told.take(self._builtin(written, path, folder))
        return told.with_value((spec,) if spec is not None else None)

    def _builtin(self, written: Builtin, path: KeyPath, folder: Path) -> Found[BuiltinSpec | None]:
        told = Gathering(self.loaded)
        for fault in check_builtin(written.name, written.params):
            told.fault(path, *fault)
        spec = None
        with told.placing(path):
            params, files = dict(written.params), []
            if isinstance(file := params.pop("impulse_response_filename", None), str):
                files.append(("impulse_response_filename", self.environment.content(folder / file)))
            host = "" if written.name in OWN else self.environment.plugin_host()
            spec = BuiltinSpec(written.name, in_order(params), files=tuple(files), host=host)
        return told.with_value(spec)

    def _preset_instrument(self, written: str | PresetUse, path: KeyPath) -> Found[Played | None]:
        told = Gathering(self.loaded)
        used = told.take(self._preset(written, path))
        if used is None:
            return told.with_value(None)
        return told.with_value(
            told.take(self._used_instrument(used, path), inside=f"preset {used.loaded.name!r}")
        )

    def _preset_effects(
        self, written: str | PresetUse, path: KeyPath
    ) -> Found[tuple[EffectSpec, ...] | None]:
        told = Gathering(self.loaded)
        used = told.take(self._preset(written, path))
        if used is None:
            return told.with_value(None)
        found = self._used_effects(used, path)
        if used.instrument is not None:
            wrong = Gathering(self.loaded)
            wrong.fault(path, "it is an instrument", cure="name it as a track's instrument")
            found = wrong.with_value(None)
        return told.with_value(told.take(found, inside=f"preset {used.loaded.name!r}"))

    def _used_instrument(self, used: UsedPreset, path: KeyPath) -> Found[Played | None]:
        told = Gathering(self.loaded)
        if used.instrument is None:
            told.fault(
                path,
                "it is a chain of effects",
                cure="name it under effects, and choose an instrument to play the notes",
            )
            return told.with_value(None)
        beside = FilesBeside(used.loaded.path.parent, used.loaded.folders, "its library")
        instrument = told.take(self._instrument(used.instrument, path, beside))
        effects = told.take(self._used_effects(used, path)) if instrument is not None else None
        if instrument is None or effects is None:
            return told.with_value(None)
        return told.with_value((replace(instrument, preset=used.loaded.name), effects))

    def _used_effects(
        self, used: UsedPreset, path: KeyPath
    ) -> Found[tuple[EffectSpec, ...] | None]:
        """None after the first that cannot be had."""
        told = Gathering(self.loaded)
        specs: tuple[EffectSpec, ...] = ()
        for effect in used.effects:
            made = told.take(self._effect(effect, path, used.loaded.path.parent))
            if made is None:
                return told.with_value(None)
            specs += tuple(replace(spec, preset=used.loaded.name) for spec in made)
        return told.with_value(specs)

    def _preset(self, written: str | PresetUse, path: KeyPath) -> Found[UsedPreset | None]:
        """The preset that is meant, with what is set of it here."""
        from hostkit.library.use import use_preset
        from hostkit.plan.devices.keyed_preset import keyed_preset

        told = Gathering(self.loaded)
        name, params = (
            (written, {}) if isinstance(written, str) else (written.preset, written.params)
        )
        used = None
        with told.placing(path):
            try:
                loaded = self.environment.preset(name, self.loaded.path.parent)
            except InvalidInput as error:
                here = f"preset {name!r} cannot be used: correct its file"
                raise InvalidInput([*error.problems, self.loaded.problem(path, here)]) from None
            try:
                used = use_preset(loaded, params)
            except RequestError as error:
                raise RequestError(*error.fault.of(f"preset {name!r}")) from None
        if used is not None and isinstance(written, PresetUse) and written.sidechain:
            with told.placing((*path, "sidechain")):
                used = keyed_preset(used, written.sidechain, self.environment)
        return told.with_value(used)
