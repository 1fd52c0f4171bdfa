"""Devices as written to devices as they will be run: found, identified, checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from hostkit.devices.checking import check_builtin, check_builtin_lane, check_lane, check_params
from hostkit.devices.description import BUFFER_FRAMES, PluginDescription
from hostkit.devices.own import OWN
from hostkit.devices.spec import (
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
from hostkit.errors import Fault, InvalidInput, Problem, RequestError
from hostkit.library.exchange.vstpreset import read_vstpreset
from hostkit.library.model import PresetPlugin
from hostkit.library.use import UsedPreset, use_preset
from hostkit.midi.soundfont_presets import lacks, presets_of
from hostkit.plan.environment import Environment
from hostkit.session.devices import Builtin, Effect, Instrument, Plugin, PresetUse, SoundFont, Tone
from hostkit.session.load import LoadedSession
from hostkit.session.suggest import MOST_SUGGESTED, did_you_mean
from hostkit.session.yaml_tree import Path as KeyPath
from hostkit.timebase.tempo_map import TempoMap

HOST_BPM = 120
"""What pedalboard tells every plug-in, always (its issues 158 and 295)."""


@dataclass
class Resolver:
    """Turns written devices into specs, noting every problem at its place."""

    loaded: LoadedSession
    environment: Environment
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
            return self._instrument(written, path, self.loaded.path.parent), ()
        except RequestError as error:
            self.fault(path, *error.fault)
            return None

    def effects(self, written: Sequence[Effect], path: KeyPath) -> tuple[EffectSpec, ...]:
        """The effects in order; those with problems are left out after noting them."""
        specs: list[EffectSpec] = []
        for index, effect in enumerate(written):
            at = (*path, index)
            try:
                specs += self._effect(effect, at, self.loaded.path.parent)
            except RequestError as error:
                self.fault(at, *error.fault)
        return tuple(specs)

    def fault(self, path: KeyPath, message: str, cure: str = "") -> None:
        self.problems.append(self.loaded.problem(path, message, cure))

    def unknown(self, path: KeyPath, kind: str, name: str, known: Iterable[str]) -> None:
        """Notes a name that nothing has."""
        hint = did_you_mean(name, known) if len(self.problems) < MOST_SUGGESTED else ""
        self.fault(path, f"there is no {kind} {name!r}", hint)

    def check_lane(self, device: InstrumentSpec | EffectSpec, lane: Lane, path: KeyPath) -> None:
        """Notes an automated parameter that is unknown, or points out of its range."""
        for problem in self._lane_problems(device, lane):
            self.fault(path, *problem)

    def _lane_problems(self, device: InstrumentSpec | EffectSpec, lane: Lane) -> list[Fault]:
        if isinstance(device, PluginSpec):
            return check_lane(self.environment.find_plugin(device.name), lane.target, lane.points)
        if isinstance(device, BuiltinSpec):
            return check_builtin_lane(device.name, lane.target, lane.points)
        return []

    def _instrument(
        self, written: SoundFont | Tone | Plugin, path: KeyPath, folder: Path
    ) -> InstrumentSpec:
        if isinstance(written, SoundFont):
            return self._soundfont(written, folder)
        if isinstance(written, Tone):
            return ToneSpec(written.tone.channels, written.tone.gain)
        return self._plugin(written, "instrument", path, folder)

    def _effect(self, written: Effect, path: KeyPath, folder: Path) -> tuple[EffectSpec, ...]:
        if isinstance(written, (str, PresetUse)):
            return self._preset_effects(written, path)
        if isinstance(written, Plugin):
            return (self._plugin(written, "effect", path, folder),)
        return (self._builtin(written, path, folder),)

    def _soundfont(self, written: SoundFont, folder: Path) -> SoundFontSpec:
        if written.soundfont == "gm":
            path = self.environment.default_soundfont()
        else:
            path = folder / written.soundfont
        content, host = self._content(path), self.environment.soundfont_host()
        if written.program is not None:
            lacking = lacks(presets_of(path), written.bank or 0, written.program, path.name)
            if lacking:
                raise RequestError(*lacking)
        return SoundFontSpec(content, written.program, written.bank, host)

    def _builtin(self, written: Builtin, path: KeyPath, folder: Path) -> BuiltinSpec:
        files = []
        for problem in check_builtin(written.name, written.params):
            self.fault(path, *problem)
        params = dict(written.params)
        if isinstance(file := params.pop("impulse_response_filename", None), str):
            files.append(("impulse_response_filename", self._content(folder / file)))
        host = "" if written.name in OWN else self.environment.plugin_host()
        return BuiltinSpec(written.name, _sorted(params), files=tuple(files), host=host)

    def _plugin(self, written: Plugin, kind: str, path: KeyPath, folder: Path) -> PluginSpec:
        found = self.environment.find_plugin(written.plugin, written.vendor)
        if found.kind != kind:
            article = {"instrument": "an instrument", "effect": "an effect"}
            where = {
                "instrument": "a track's instrument",
                "effect": "effects, buses and the master",
            }
            raise RequestError(
                f"{found.name} is {article[found.kind]}, not {article[kind]}",
                cure=f"it belongs in {where[found.kind]}",
            )
        if written.vendor is None and (others := self.environment.namesakes(found)):
            listed = " and ".join(f"{p.vendor} ({p.path})" for p in others)
            self.warnings.append(
                f"there is a plug-in {found.name} by {found.vendor} ({found.path}) and by "
                f"{listed}; the first is used; say which with vendor: {found.vendor}"
            )
        if found.buffer_frames != BUFFER_FRAMES:
            self.warnings.append(f"{found.name} {'; '.join(found.remarks)}")
        for problem in check_params(found, written.params):
            self.fault((*path, "params"), *problem)
        if found.tempo_synced and any(s.bpm != HOST_BPM for s in self.tempo_map.segments):
            self.warnings.append(
                f"{found.name} looks tempo-synced, but plug-ins are told {HOST_BPM} bpm whatever "
                "the session's tempo; set its times in ms or Hz where it has them"
            )
        state = self._state(found, folder / written.state) if written.state else None
        raw = self._raw(found, written) if isinstance(written, PresetPlugin) else ()
        return replace(
            PluginSpec.of(found),
            params=_sorted(written.params),
            state=state,
            raw=raw,
            host=self.environment.plugin_host(),
        )

    def _state(self, plugin: PluginDescription, path: Path) -> ContentFile:
        content = self._content(path)
        saved_by = read_vstpreset(path)
        if plugin.class_id and saved_by.class_id != plugin.class_id.upper():
            name = saved_by.plugin or f"the plug-in with class id {saved_by.class_id}"
            raise RequestError(f"{path.name} is a state of {name}, not of {plugin.name}")
        return content

    def _raw(
        self, plugin: PluginDescription, written: PresetPlugin
    ) -> tuple[tuple[str, float], ...]:
        """The saved values to set again after the state: all, or those that it loses.

        Another version may count its values otherwise, so there the state is believed.
        """
        saved = written.saved
        if saved is None:
            return ()
        same_version = saved.version == plugin.version
        if not same_version:
            self.warnings.append(
                f"{plugin.name} is version {plugin.version} here, and {saved.version or 'unknown'} "
                "when the preset was saved; listen, and save it again if it sounds right"
            )
        known = {param.key for param in plugin.params}
        if gone := [key for key in saved.params if key not in known]:
            self.warnings.append(f"{plugin.name} no longer has {', '.join(gone)}, which was saved")
        return tuple(
            (key, value.raw)
            for key, value in sorted(saved.params.items())
            if key in known
            and key not in written.params
            and (same_version or not written.state or not value.in_state)
        )

    def _content(self, path: Path) -> ContentFile:
        return ContentFile(path, self.environment.sha256(path))

    def _preset_instrument(
        self, written: str | PresetUse, path: KeyPath
    ) -> tuple[InstrumentSpec, tuple[EffectSpec, ...]]:
        with self._preset(written) as used:
            if used.instrument is None:
                raise RequestError(
                    "it is a chain of effects",
                    cure="name it under effects, and choose an instrument to play the notes",
                )
            instrument = self._instrument(used.instrument, path, used.loaded.path.parent)
            return replace(instrument, preset=used.loaded.name), self._used_effects(used, path)

    def _preset_effects(self, written: str | PresetUse, path: KeyPath) -> tuple[EffectSpec, ...]:
        with self._preset(written) as used:
            if used.instrument is not None:
                raise RequestError("it is an instrument", cure="name it as a track's instrument")
            return self._used_effects(used, path)

    def _used_effects(self, used: UsedPreset, path: KeyPath) -> tuple[EffectSpec, ...]:
        folder = used.loaded.path.parent
        specs = (spec for effect in used.effects for spec in self._effect(effect, path, folder))
        return tuple(replace(spec, preset=used.loaded.name) for spec in specs)

    @contextmanager
    def _preset(self, written: str | PresetUse) -> Iterator[UsedPreset]:
        """The preset that is meant; what is found wrong meanwhile is said to be in it."""
        name, params = (
            (written, {}) if isinstance(written, str) else (written.preset, written.params)
        )
        try:
            loaded = self.environment.preset(name, self.loaded.path.parent)
        except InvalidInput as error:
            self.problems += error.problems
            raise RequestError(f"preset {name!r} cannot be used: correct its file") from None
        problems, warnings = len(self.problems), len(self.warnings)
        try:
            yield use_preset(loaded, params)
        except RequestError as error:
            raise RequestError(*error.fault.of(f"preset {name!r}")) from None
        finally:
            self.problems[problems:] = [
                replace(problem, message=f"preset {name!r}: {problem.message}")
                for problem in self.problems[problems:]
            ]
            self.warnings[warnings:] = [
                f"preset {name!r}: {warning}" for warning in self.warnings[warnings:]
            ]


def _sorted(params: dict[str, ParamValue]) -> tuple[tuple[str, ParamValue], ...]:
    return tuple(sorted(params.items()))
