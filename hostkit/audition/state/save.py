"""New presets from plug-ins and tracks, with the state beside them where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from hostkit.audition.state.along import taken_along
from hostkit.audition.state.capture import Captured
from hostkit.devices.description import PluginDescription
from hostkit.errors import Fault, RequestError
from hostkit.library.changes import Changes, Commit
from hostkit.library.exchange.vstpreset import SUFFIX
from hostkit.library.folders import Library
from hostkit.library.load import file_keys
from hostkit.library.model import Preset, PresetPlugin
from hostkit.library.write import write_preset
from hostkit.session.load import LoadedSession, validate_as
from hostkit.session.model.devices import Plugin, PresetUse
from hostkit.session.model.session import Track
from hostkit.session.suggest import did_you_mean
from hostkit.session.yaml_tree import Place, Tree


@dataclass(frozen=True)
class About:
    """What is said of a preset that is made."""

    description: str = ""
    category: str | None = None
    tags: tuple[str, ...] = ()
    author: str = ""

    def fields(self) -> dict[str, Any]:
        fields = {
            "description": self.description,
            "category": self.category,
            "tags": list(self.tags),
            "author": self.author,
        }
        return {key: value for key, value in fields.items() if value}


def save_captured(
    name: str,
    library: Library,
    plugin: PluginDescription,
    captured: Captured,
    about: About,
    *,
    force: bool = False,
    commit: Commit = Changes.commit,
) -> Path:
    """Writes a captured plug-in as a preset and its state. Raises RequestError."""
    path = library.path_of(name)
    state = path.with_name(path.name.removesuffix(".yaml") + SUFFIX)
    device: dict[str, Any] = {"plugin": plugin.name}
    changes = Changes(f"save {name}")
    if captured.state is not None:
        device["state"] = state.name
        changes.put(state, captured.state, force=force)
    device["saved"] = captured.saved.model_dump(exclude_defaults=True)
    devices = {"instrument": device} if plugin.kind == "instrument" else {"effects": [device]}
    preset = _preset(path, {**about.fields(), **devices})
    changes.put(path, write_preset(preset).encode(), force=force)
    commit(changes)
    return path


def save_track(
    name: str,
    library: Library,
    loaded: LoadedSession,
    track_name: str,
    about: About,
    *,
    force: bool = False,
    commit: Commit = Changes.commit,
) -> Path:
    """Writes a track's instrument and effects as a preset, with the files they read.

    An SFZ comes with its samples. A track that plays a preset becomes one that builds on it.
    Raises RequestError, and InvalidInput for what is wrong in an SFZ.
    """
    track = _track(loaded, track_name)
    path = library.path_of(name)
    changes = Changes(f"save {name}")
    data = {**about.fields(), **_devices(track, track_name)}
    data["suggest"] = {"stem": loaded.session.stem_of(track_name), "tags": list(track.tags)}
    named: dict[Path, Path] = {}
    for _, around, key in file_keys(data):
        source = loaded.resolve(around[key])
        target = named.get(source) or _free(path, source.suffix, set(named.values()))
        named[source], around[key] = target, target.name
    for source, target in named.items():
        for place, content in taken_along(source, loaded.path.parent, target):
            changes.put(place, content, force=force)
    changes.put(path, write_preset(_preset(path, data)).encode(), force=force)
    commit(changes)
    return path


def _track(loaded: LoadedSession, name: str) -> Track:
    """A track with an instrument. Raises RequestError."""
    tracks = loaded.session.tracks
    if name not in tracks:
        raise RequestError(
            f"has no track {name!r}", cure=did_you_mean(name, tracks), file=loaded.path
        )
    track = tracks[name]
    if track.output is not None:
        raise RequestError(
            f"track {name!r} is an output of {track.output.of}, which has the instrument",
            cure=f"name {track.output.of}",
        )
    if track.instrument is None:
        raise RequestError(
            f"track {name!r} plays recorded audio, so it has no instrument to keep",
            cure="name a track with one",
        )
    return track


def _devices(track: Track, name: str) -> dict[str, Any]:
    """The keys of a preset that say what a track plays. Raises RequestError."""
    data: dict[str, Any] = {}
    instrument = track.instrument
    if isinstance(instrument, str):
        data["extends"] = instrument
    elif isinstance(instrument, PresetUse):
        data["extends"] = instrument.preset
        data |= _overrides(instrument)
    elif instrument is not None:
        data["instrument"] = instrument.model_dump(exclude_defaults=True)
    effects = [_effect(effect) for effect in track.effects]
    if effects and "extends" in data:
        raise RequestError(
            f"track {name!r} has effects of its own after those of the preset {data['extends']!r}",
            cure="write them into a copy of that preset",
        )
    return {**data, "effects": effects} if effects else data


def _overrides(use: PresetUse) -> dict[str, Any]:
    """Parameters of the instrument; what sets an effect otherwise has no short form."""
    if dotted := [key for key in use.params if "." in key]:
        raise RequestError(
            f"the track sets {', '.join(dotted)} of effects in the preset {use.preset!r} otherwise",
            cure="write that into a copy of the preset",
        )
    plain = dict(use.params)
    font = {key: plain.pop(key) for key in ("program", "bank") if key in plain}
    if font:
        return {"instrument": font}
    return {"instrument": {"params": plain}} if plain else {}


def _effect(effect: Any) -> Any:
    if isinstance(effect, (str, PresetUse)):
        name = effect if isinstance(effect, str) else effect.preset
        raise RequestError(
            f"the effects name the preset {name!r}, which a preset cannot",
            cure="write its effects out",
        )
    # What keys it is a track of this session; it is written where the preset is used.
    return effect.model_dump(exclude_defaults=isinstance(effect, Plugin), exclude={"sidechain"})


def _preset(path: Path, data: dict[str, Any]) -> Preset:
    """The model of a preset to be written. Raises InvalidInput."""
    tree = Tree({"preset": 1, **data}, {}, {(): Place(str(path), 0, 0)})
    return validate_as(Preset, tree, Fault(""))


def _free(preset: Path, suffix: str, taken: set[Path]) -> Path:
    """A file beside a preset that is called like it; of several of one kind with a number."""
    stem = preset.name.removesuffix(".yaml")
    names = (f"{stem}{'' if number == 1 else f'-{number}'}{suffix}" for number in count(1))
    return next(path for name in names if (path := preset.with_name(name)) not in taken)


def left_to_say(track: Track, name: str) -> tuple[str, ...]:
    """What of a track is not in its preset, but has to be written where that is used."""
    keyed = [one for one in track.effects if isinstance(one, Plugin) and one.sidechain]
    return tuple(
        f"{one.plugin} was side-chained by {one.sidechain}: that is written where the preset is "
        f"used, {{preset: {name}, sidechain: {one.sidechain}}}"
        for one in keyed
    )


def exported_plugin(preset: Preset, name: str) -> PresetPlugin:
    """The plug-in whose state a preset exports as. Raises RequestError when there is none."""
    plugins = [device for device in preset.devices if isinstance(device, PresetPlugin)]
    if preset.instrument is not None:
        plugins = [preset.instrument] if isinstance(preset.instrument, PresetPlugin) else []
    if len(plugins) != 1:
        lacking = "its instrument is no plug-in" if preset.instrument else "it has no plug-in"
        there = "it has several plug-ins" if plugins else lacking
        raise RequestError(
            f"preset {name!r}: {there}; a .vstpreset holds the state of one VST3 plug-in"
        )
    return plugins[0]
