"""Saving what a plug-in holds: its state, every parameter, and what the state loses."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from hostkit.audio.block import Audio
from hostkit.audition.state.editor import show_editor
from hostkit.audition.state.instance import Instance
from hostkit.devices.plugins.probing import param_handles
from hostkit.devices.plugins.scanning.folders import plugin_format
from hostkit.devices.spec import ContentFile, PluginSpec
from hostkit.jobs.isolate import Report, Watch, run_isolated
from hostkit.library.exchange.vstpreset import with_info
from hostkit.library.model import Saved, SavedParam

TRIES = ("restored", "as saved", "without its state")
"""What is tried of a captured plug-in, one after the other; not all of it is always needed."""

LOST = 1e-4
"""Of a parameter's whole range: a state that is further off has lost it."""


@dataclass(frozen=True)
class CaptureJob:
    """A plug-in as it is to be set, and whether its editor is then opened."""

    spec: PluginSpec
    version: str
    editor: bool = False
    about: tuple[tuple[str, str], ...] = ()
    """Attributes of the .vstpreset's Info chunk."""


@dataclass(frozen=True)
class Captured:
    """What is to be kept of a plug-in: its state as .vstpreset where it needs one.

    `faithful` tells that a fresh instance, so restored, sounds the same to the last bit.
    `file` is the state in any case (None for an Audio Unit).
    """

    state: bytes | None
    saved: Saved
    faithful: bool
    file: bytes | None


@dataclass(frozen=True, eq=False)
class Taken:
    """What a plug-in held and how it sounded, as its process saw it."""

    values: dict[str, SavedParam]
    default: dict[str, float]
    state: bytes | None
    sounds: Audio


@dataclass(frozen=True)
class AgainJob:
    """A plug-in to be restored in a fresh process."""

    spec: PluginSpec
    state: bytes | None
    raw: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, eq=False)
class Again:
    """What a restored plug-in holds, and how it sounds."""

    values: dict[str, float]
    sounds: Audio


def capture(job: CaptureJob, told: Callable[[str], None] = lambda _try: None) -> Captured:
    """Sets a plug-in, shows its editor if asked to, and saves what it then holds.

    Kept of the parameters are those that differ from the plug-in's default, and those that
    its state does not bring back to the last bit. Then it is tried: where state and
    parameters together sound other than the plug-in did, and the parameters alone do not,
    the state is left out. Each try has a process of its own, because instances of some
    plug-ins change each other's sound. `told` hears of each of TRIES as it begins. Raises
    DeviceError.
    """
    taken = run_isolated(_take, job, Watch())
    state = taken.state
    told(TRIES[0])
    held = _again(job.spec, state, ()).values if state is not None else {}
    params = {
        key: value.model_copy(update={"in_state": abs(held.get(key, 2.0) - value.raw) <= LOST})
        for key, value in taken.values.items()
        if value.raw != taken.default[key] or (held and value.raw != _short(held[key]))
    }
    saved = Saved(version=job.version, params=params)
    raw = tuple((key, value.raw) for key, value in sorted(params.items()))
    for chosen in (state, None) if state is not None else (None,):
        told(TRIES[1] if chosen is state else TRIES[2])
        if np.array_equal(taken.sounds, _again(job.spec, chosen, raw).sounds):
            return Captured(chosen, saved, True, state)
    return Captured(state, saved, False, state)


def _again(spec: PluginSpec, state: bytes | None, raw: tuple[tuple[str, float], ...]) -> Again:
    return run_isolated(_restore, AgainJob(spec, state, raw), Watch())


def _take(job: CaptureJob, report: Report) -> Taken:
    """The task of the worker in which the plug-in is dialled."""
    report(0, at=job.spec.name)
    instance = Instance.fresh(job.spec)
    plugin = instance.plugin
    instance.settle()
    if job.editor:
        show_editor(plugin, report)
        instance.settle()
    handles = param_handles(plugin)
    values = {
        key: SavedParam(raw=_short(handle.raw_value), shows=handle.string_value[:200])
        for key, handle in handles.items()
        if handle.is_automatable  # meters and the like are not
    }
    default = {key: _short(handle.default_raw_value) for key, handle in handles.items()}
    is_vst3 = plugin_format(job.spec.path) == "VST3"
    state = with_info(plugin.preset_data, dict(job.about)) if is_vst3 else None
    return Taken(values, default, state, instance.probe())


def _restore(job: AgainJob, report: Report) -> Again:
    """The task of a worker in which the plug-in is restored as a render would."""
    report(0, at=job.spec.name)
    with tempfile.TemporaryDirectory(prefix="hostkit-") as folder:
        content = None
        if job.state is not None:
            path = Path(folder, "state.vstpreset")
            path.write_bytes(job.state)
            content = ContentFile(path, hashlib.sha256(job.state).hexdigest())
        instance = Instance.fresh(replace(job.spec, params=(), state=content, raw=job.raw))
    instance.settle()
    values = {key: handle.raw_value for key, handle in param_handles(instance.plugin).items()}
    return Again(values, instance.probe())


def _short(raw: float) -> float:
    """The fewest digits that give the same 32-bit float."""
    return float(str(np.float32(min(max(raw, 0.0), 1.0))))
