"""Side-chains: which track's print, or what dialogue, each side-chained device hears."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from hostkit.devices.spec import EffectSpec, PluginSpec, Sidechain
from hostkit.plan.found import Found, Gathering
from hostkit.session.load import LoadedSession
from hostkit.session.model.devices import Effect, Plugin, PresetUse
from hostkit.session.model.session import Session, Track
from hostkit.session.yaml_tree import Path as KeyPath

DIALOGUE = "dialogue"


def key_order(loaded: LoadedSession) -> Found[tuple[str, ...]]:
    """The tracks, each after those that it is side-chained by; else as they stand.

    Unknown tracks, and tracks side-chained by each other, are problems at their places.
    """
    session, told = loaded.session, Gathering(loaded)
    keys: dict[str, dict[str, KeyPath]] = {}
    for name, track in session.tracks.items():
        written = dict(_written_of(track, ("tracks", name)))
        keys[name] = {key: at for at, key in written.items() if key in session.tracks}
        for at, key in written.items():
            told.take(_check(loaded, key, at))
    for bus, its in session.buses.items():
        for at, key in _written(its.effects, ("buses", bus, "effects")):
            told.take(_check(loaded, key, at))
    order: list[str] = []
    while len(order) < len(keys):
        free = [n for n in keys if n not in order and all(key in order for key in keys[n])]
        if not free:
            circle = _circle(keys, next(name for name in keys if name not in order), order)
            at = keys[circle[0]][circle[1]]
            if circle[0] == circle[1]:
                told.fault(
                    at, f"{circle[0]} is side-chained by itself", cure="key it by another track"
                )
                return told.with_value(tuple(keys))
            told.fault(
                at,
                f"these tracks are side-chained by each other: {' ← '.join(circle)}",
                cure="take one of the side-chains out, or key by a track that has none",
            )
            return told.with_value(tuple(keys))
        order += free
    return told.with_value(tuple(order))


def is_keyed_by_dialogue(loaded: LoadedSession) -> bool:
    """Whether a track or bus has an effect that the dialogue keys."""
    return DIALOGUE in keys_in(loaded.session) - loaded.session.tracks.keys()


def keys_in(session: Session) -> set[str]:
    """What anything in a session is side-chained by: tracks, or the dialogue, by name."""
    keys = {key for track in session.tracks.values() for _, key in _written_of(track, ())}
    return keys | {key for bus in session.buses.values() for _, key in _written(bus.effects, ())}


def _written_of(track: Track, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """A preset that is a track's instrument may bring effects, too."""
    if isinstance(track.instrument, PresetUse) and track.instrument.sidechain is not None:
        yield (*path, "instrument", "sidechain"), track.instrument.sidechain
    yield from _written(track.effects, (*path, "effects"))


def _written(effects: Iterable[Effect], path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    for index, effect in enumerate(effects):
        if isinstance(effect, Plugin | PresetUse) and effect.sidechain is not None:
            yield (*path, index, "sidechain"), effect.sidechain


def _check(loaded: LoadedSession, key: str, at: KeyPath) -> Found[None]:
    """Whether there is what a device is to be side-chained from."""
    session, told = loaded.session, Gathering(loaded)
    if key not in session.tracks and key != DIALOGUE:
        told.unknown(at, "track", key, (*session.tracks, DIALOGUE))
    elif key not in session.tracks and session.dialogue is None:
        told.fault(at, "there is no dialogue to key by", cure="add dialogue: {file: FILE}")
    return told.with_value(None)


def _circle(keys: Mapping[str, Mapping[str, KeyPath]], start: str, done: list[str]) -> list[str]:
    """A way along the keys that comes back to where it began."""
    way = [start]
    while True:
        following = next(key for key in keys[way[-1]] if key not in done)
        if following in way:
            return [*way[way.index(following) :], following]
        way.append(following)


def keyed(
    effects: tuple[EffectSpec, ...], prints: Mapping[str, str], dialogue: Sidechain | None
) -> tuple[EffectSpec, ...]:
    """The effects with their keys: prints by fingerprint, by the names of their tracks."""
    return tuple(_keyed(effect, prints, dialogue) for effect in effects)


def _keyed(effect: EffectSpec, prints: Mapping[str, str], dialogue: Sidechain | None) -> EffectSpec:
    if not isinstance(effect, PluginSpec) or effect.sidechain is None:
        return effect
    name = effect.sidechain.name
    if name in prints:
        return replace(effect, sidechain=Sidechain(name, prints[name]))
    return replace(effect, sidechain=dialogue if name == DIALOGUE else effect.sidechain)
