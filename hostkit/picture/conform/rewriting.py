"""A session's text after a recut: its timecode and positions changed, everything else as it was."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from hostkit.picture.conform.cue import Conformed, ConformedCue
from hostkit.session.editing import flow, with_key, with_values
from hostkit.session.load import LoadedSession
from hostkit.session.yaml_tree import Path as KeyPath

_START: KeyPath = ("picture", "start")
_WHOLE = frozenset({"picture", "tempo", "length", "sections", "hits"})
"""Keys that are written anew as a whole where they stand in a session that is extended."""


def with_conformed(text: str, cue: ConformedCue, loaded: LoadedSession) -> str:
    """The text of a session's file after a recut.

    A hit that is lost, or no longer in the cue, gets weight 0 and no rise: it stays to be looked
    at, and no tempo is bent for it. What a session extends stays as it is; keys of it that change
    are written into this one. Raises RequestError where the file cannot be changed.
    """
    file = str(loaded.path)
    values: dict[KeyPath, Any] = {_START: str(cue.new_start)}
    values |= {place.place.path: place.written for place in _changed(cue)}
    values |= {(*hit.place.path[:2], "weight"): 0 for hit in cue.hits if hit.new is None}
    data = copy.deepcopy(loaded.tree.data)
    for path, value in values.items():
        _set(data, path, value)
    for hit in cue.hits:
        if hit.new is None:
            data["hits"][hit.place.path[1]].pop("rise_from", None)
    own: dict[KeyPath, str] = {}
    inherited: set[str] = set()
    for path, value in values.items():
        key = str(path[0])
        if loaded.tree.place(path).file != file:
            inherited.add(key)
        elif path[-1] == "weight":
            own[path[:-1]] = flow(_at(data, path[:-1]))
        else:
            own.setdefault(path, flow(value))
    own = {path: value for path, value in own.items() if not _is_inside(path, own)}
    if own:
        text = with_values(text, own, file)
    for key in sorted(inherited & _WHOLE):
        value = data[key]
        text = with_key(text, key, list(map(flow, value)) if isinstance(value, list)
                        else flow(value), file)  # fmt: skip
    return text


def left_in_base(cue: ConformedCue, loaded: LoadedSession) -> list[Conformed]:
    """Places that should move, and stand where the new session cannot change them."""
    file = str(loaded.path)
    return [
        place
        for place in cue.others
        if place.old != place.written
        and place.place.path[0] not in _WHOLE
        and loaded.tree.place(place.place.path).file != file
    ]


def _changed(cue: ConformedCue) -> Iterable[Conformed]:
    every = (*cue.hits, *cue.sections, *cue.others)
    return (place for place in every if place.old != place.written)


def _at(data: Any, path: KeyPath) -> Any:
    for step in path:
        data = data[step]
    return data


def _set(data: Any, path: KeyPath, value: Any) -> None:
    _at(data, path[:-1])[path[-1]] = value


def _is_inside(path: KeyPath, others: Iterable[KeyPath]) -> bool:
    return any(path[: len(other)] == other for other in others if len(other) < len(path))
