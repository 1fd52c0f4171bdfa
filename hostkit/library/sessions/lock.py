"""The lock of a session: what its presets and plug-ins were when it sounded right.

`hostkit lock cue.yaml` writes `cue.yaml.lock`. What differs from it later has
drifted; a file that was edited on purpose is locked again.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic import Field
from ruamel.yaml import YAML

from hostkit.errors import Fault, HostkitError, RequestError
from hostkit.library.load import LoadedPreset
from hostkit.library.sessions.lock_file import has_lock, lock_path
from hostkit.library.sessions.parts import HASH_DIGITS, content_parts
from hostkit.library.sessions.usage import preset_names, session_devices
from hostkit.session.load import LoadedSession, validate_as
from hostkit.session.model.fields import YamlMap
from hostkit.session.text import read_text
from hostkit.session.yaml_tree import parse_yaml

_PART_WORDS = {"instrument": "instrument", "effects": "effects", "gain_db": "level"}


class Version(Protocol):
    """What tells one build of a plug-in from another."""

    @property
    def version(self) -> str: ...
    @property
    def identity(self) -> str: ...


class LockEnvironment(Protocol):
    """What is looked up on this machine (`hostkit.plan.environment`)."""

    def preset(self, name: str, folder: Path) -> LoadedPreset: ...
    def find_plugin(self, name: str) -> Version: ...
    def sha256(self, path: Path) -> str: ...
    def default_soundfont(self) -> Path: ...


class LockedPlugin(YamlMap):
    """A plug-in as it was when the session was locked."""

    version: str
    identity: str


class Lock(YamlMap):
    """`presets` has a hash for each part of a preset; `soundfont` is the default's."""

    hostkit_lock: Literal[1]
    presets: dict[str, dict[str, str]] = Field(default={}, max_length=10_000)
    plugins: dict[str, LockedPlugin] = Field(default={}, max_length=10_000)
    soundfont: str | None = None


def make_lock(loaded: LoadedSession, environment: LockEnvironment) -> Lock:
    """The state of all that the session uses. Raises RequestError for what is missing."""
    folder = loaded.path.parent
    presets = {name: environment.preset(name, folder) for name in _used_presets(loaded)}
    used = _used_plugins(loaded, presets.values())
    plugins = {name: environment.find_plugin(name) for name in used}
    return Lock(
        hostkit_lock=1,
        presets={name: content_parts(found, environment.sha256) for name, found in presets.items()},
        plugins={
            name: LockedPlugin(version=found.version, identity=found.identity)
            for name, found in plugins.items()
        },
        soundfont=_soundfont(environment),
    )


def write_lock(lock: Lock) -> str:
    """Text that `read_lock` reads; a line for each thing, in order, for a readable diff."""
    yaml: Any = YAML(typ="safe", pure=True)  # its attributes are typed by their defaults
    yaml.default_flow_style = None
    yaml.width = 200
    yaml.sort_base_mapping_type_on_output = False
    stream = io.StringIO()
    yaml.dump(lock.model_dump(mode="json"), stream)
    return stream.getvalue()


def read_lock(session: Path) -> Lock | None:
    """The lock of a session; None where there is none. Raises InvalidInput."""
    if not has_lock(session):
        return None
    path = lock_path(session)
    tree = parse_yaml(read_text(path), str(path))
    return validate_as(Lock, tree, Fault("a lock is a map of keys", "begin with hostkit_lock: 1"))


def drift(loaded: LoadedSession, lock: Lock, environment: LockEnvironment) -> list[str]:
    """What of a session differs from its lock, a sentence each; [] when nothing does."""
    found: list[str] = []
    presets: dict[str, LoadedPreset] = {}
    for name in _used_presets(loaded):
        try:
            presets[name] = environment.preset(name, loaded.path.parent)
        except HostkitError as error:
            found.append(f"preset {name!r} was locked, and cannot be used now: {error}")
            continue
        found += _preset_drift(name, lock, content_parts(presets[name], environment.sha256))
    for name in _used_plugins(loaded, presets.values()):
        try:
            found += _plugin_drift(name, lock, environment.find_plugin(name))
        except HostkitError as error:
            found.append(f"plug-in {name} was locked, and cannot be used now: {error}")
    try:
        if lock.soundfont not in (None, _soundfont(environment)):
            found.append("the default SoundFont is another than the locked one")
    except RequestError as error:
        found.append(f"the default SoundFont was locked, and cannot be read now: {error}")
    return found


def _preset_drift(name: str, lock: Lock, now: dict[str, str]) -> list[str]:
    before = lock.presets.get(name)
    if before is None:
        return [f"preset {name!r} is not in the lock"]
    parts = [word for key, word in _PART_WORDS.items() if before.get(key) != now.get(key)]
    return [f"preset {name!r}: its {' and '.join(parts)} changed"] if parts else []


def _plugin_drift(name: str, lock: Lock, now: Version) -> list[str]:
    before = lock.plugins.get(name)
    if before is None:
        return [f"plug-in {name} is not in the lock"]
    if before.version != now.version:
        return [f"plug-in {name} is version {now.version}, and {before.version} was locked"]
    if before.identity != now.identity:
        return [f"plug-in {name} is another build of version {now.version} than was locked"]
    return []


def _used_presets(loaded: LoadedSession) -> list[str]:
    return sorted({name for _, name in preset_names(loaded.tree.data)})


def _used_plugins(loaded: LoadedSession, presets: Iterable[LoadedPreset]) -> list[str]:
    direct = {
        device["plugin"]
        for _, device in session_devices(loaded.tree.data)
        if isinstance(device, dict) and isinstance(device.get("plugin"), str)
    }
    return sorted(direct | {name for found in presets for name in found.preset.plugins})


def _soundfont(environment: LockEnvironment) -> str:
    return environment.sha256(environment.default_soundfont())[:HASH_DIGITS]
