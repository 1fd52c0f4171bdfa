"""Devices as written to devices as they will be run: found, identified, checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from hostkit.devices.checking import check_builtin, check_builtin_lane, check_lane, check_params
from hostkit.devices.description import BUFFER_FRAMES, PluginDescription
from hostkit.devices.own import OWN
from hostkit.devices.own_instruments import SPECS
from hostkit.devices.spec import (
    BuiltinSpec,
    ContentFile,
    EffectSpec,
    InstrumentSpec,
    Lane,
    ParamValue,
    PluginSpec,
    SoundFontSpec,
)
from hostkit.errors import Fault, InvalidInput, RequestError
from hostkit.library.exchange.vstpreset import read_vstpreset
from hostkit.library.model import PresetPlugin
from hostkit.library.use import UsedPreset, use_preset
from hostkit.midi.soundfont_presets import lacks, presets_of
from hostkit.plan.environment import Environment
from hostkit.plan.found import Found, Gathering
from hostkit.plan.hosting import Hosting, hosting_of, not_followed
from hostkit.session.load import LoadedSession
from hostkit.session.model.devices import (
    Builtin,
    Effect,
    Instrument,
    Plugin,
    PresetUse,
    SoundFont,
    StandaloneInstrument,
)
from hostkit.session.yaml_tree import Path as KeyPath
from hostkit.timebase.tempo_map import TempoMap

HOST_BPM = 120
"""What pedalboard tells every plug-in, always (its issues 158 and 295)."""


_ARTICLE = {"instrument": "an instrument", "effect": "an effect"}
_WHERE = {"instrument": "a track's instrument", "effect": "effects, buses and the master"}
RawParams: TypeAlias = tuple[tuple[str, float], ...]
Played: TypeAlias = tuple[InstrumentSpec, tuple[EffectSpec, ...]]
"""An instrument, and the effects that its preset brings."""


@dataclass(frozen=True)
class Resolver:
    """Turns written devices into specs, every problem at its place."""

    loaded: LoadedSession
    environment: Environment
    tempo_map: TempoMap

    def instrument(self, written: Instrument, path: KeyPath) -> Found[Played | None]:
        """The instrument and the effects that its preset brings; None after a problem."""
        if isinstance(written, (str, PresetUse)):
            return self._preset_instrument(written, path)
        told = Gathering(self.loaded)
        spec = told.take(self._instrument(written, path, self.loaded.path.parent))
        return told.with_value((spec, ()) if spec is not None else None)

    def effects(self, written: Sequence[Effect], path: KeyPath) -> Found[tuple[EffectSpec, ...]]:
        """The effects in order, without those that cannot be had."""
        told = Gathering(self.loaded)
        folder = self.loaded.path.parent
        found = (self._effect(e, (*path, index), folder) for index, e in enumerate(written))
        return told.with_value(tuple(spec for each in found for spec in told.take(each) or ()))

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
            return check_lane(self.environment.plugin_of(device), lane.target, lane.points)
        if isinstance(device, BuiltinSpec):
            return check_builtin_lane(device.name, lane.target, lane.points)
        return []

    def _instrument(
        self, written: Plugin | StandaloneInstrument, path: KeyPath, folder: Path
    ) -> Found[InstrumentSpec | None]:
        told = Gathering(self.loaded)
        spec: InstrumentSpec | None = None
        if isinstance(written, Plugin):
            spec = told.take(self._plugin(written, "instrument", path, folder))
        elif isinstance(written, SoundFont):
            with told.placing(path):
                spec = self._soundfont(written, folder)
        else:
            spec = SPECS[type(written)].of(written)
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
            spec = told.take(self._plugin(written, "effect", path, folder))
        else:
            spec = told.take(self._builtin(written, path, folder))
        return told.with_value((spec,) if spec is not None else None)

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

    def _builtin(self, written: Builtin, path: KeyPath, folder: Path) -> Found[BuiltinSpec | None]:
        told = Gathering(self.loaded)
        for fault in check_builtin(written.name, written.params):
            told.fault(path, *fault)
        spec = None
        with told.placing(path):
            params, files = dict(written.params), []
            if isinstance(file := params.pop("impulse_response_filename", None), str):
                files.append(("impulse_response_filename", self._content(folder / file)))
            host = "" if written.name in OWN else self.environment.plugin_host()
            spec = BuiltinSpec(written.name, _sorted(params), files=tuple(files), host=host)
        return told.with_value(spec)

    def _plugin(
        self, written: Plugin, kind: str, path: KeyPath, folder: Path
    ) -> Found[PluginSpec | None]:
        told = Gathering(self.loaded)
        spec = None
        with told.placing(path):
            found = self._of_kind(kind, written)
            hosting = hosting_of(found, written, self.environment.hosts())
            told.warn(*self._remarks(found, written, hosting))
            for fault in check_params(found, written.params):
                told.fault((*path, "params"), *fault)
            state = self._state(found, folder / written.state) if written.state else None
            raw: RawParams = ()
            if isinstance(written, PresetPlugin):
                told.warn(*_since_saved(found, written))
                raw = _raw(found, written)
            spec = replace(
                PluginSpec.of(found),
                params=_sorted(written.params),
                state=state,
                raw=raw,
                host=hosting.host,
                host_why=hosting.why,
                follows_transport=hosting.follows,
            )
        return told.with_value(spec)

    def _of_kind(self, kind: str, written: Plugin) -> PluginDescription:
        found = self.environment.find_plugin(written.plugin, written.vendor)
        if found.kind != kind:
            raise RequestError(
                f"{found.name} is {_ARTICLE[found.kind]}, not {_ARTICLE[kind]}",
                cure=f"it belongs in {_WHERE[found.kind]}",
            )
        return found

    def _remarks(
        self, found: PluginDescription, written: Plugin, hosting: Hosting
    ) -> Iterator[str]:
        """What is good to know of a plug-in here."""
        if written.vendor is None and (others := self.environment.namesakes(found)):
            listed = " and ".join(f"{p.vendor} ({p.path})" for p in others)
            yield (
                f"there is a plug-in {found.name} by {found.vendor} ({found.path}) and by "
                f"{listed}; the first is used; say which with vendor: {found.vendor}"
            )
        if found.buffer_frames != BUFFER_FRAMES:
            yield f"{found.name} {'; '.join(found.remarks)}"
        if any(segment.bpm != HOST_BPM for segment in self.tempo_map.segments):
            said = not_followed(found, written, hosting, HOST_BPM)
            if said is not None:
                yield str(said)

    def _state(self, plugin: PluginDescription, path: Path) -> ContentFile:
        content = self._content(path)
        saved_by = read_vstpreset(path)
        if plugin.class_id and saved_by.class_id != plugin.class_id.upper():
            name = saved_by.plugin or f"the plug-in with class id {saved_by.class_id}"
            raise RequestError(
                f"{path.name} is a state of {name}, not of {plugin.name}",
                cure=f"save one of {plugin.name}",
            )
        return content

    def _content(self, path: Path) -> ContentFile:
        return ContentFile(path, self.environment.sha256(path))

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
        folder = used.loaded.path.parent
        instrument = told.take(self._instrument(used.instrument, path, folder))
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
        return told.with_value(used)


def _sorted(params: dict[str, ParamValue]) -> tuple[tuple[str, ParamValue], ...]:
    return tuple(sorted(params.items()))


def _since_saved(plugin: PluginDescription, written: PresetPlugin) -> Iterator[str]:
    """What may be other than it was when the preset was saved."""
    saved = written.saved
    if saved is None:
        return
    if saved.version != plugin.version:
        yield (
            f"{plugin.name} is version {plugin.version} here, and {saved.version or 'unknown'} "
            "when the preset was saved; listen, and save it again if it sounds right"
        )
    known = {param.key for param in plugin.params}
    if gone := [key for key in saved.params if key not in known]:
        yield f"{plugin.name} no longer has {', '.join(gone)}, which was saved"


def _raw(plugin: PluginDescription, written: PresetPlugin) -> RawParams:
    """The saved values to set again after the state: all, or those that it loses.

    Another version may count its values otherwise, so there the state is believed.
    """
    saved = written.saved
    if saved is None:
        return ()
    same_version = saved.version == plugin.version
    known = {param.key for param in plugin.params}
    return tuple(
        (key, value.raw)
        for key, value in sorted(saved.params.items())
        if key in known
        and key not in written.params
        and (same_version or not written.state or not value.in_state)
    )
