"""Saving what a plug-in holds: its state, every parameter, and what the state loses."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np

from hostkit.audition.state.settle import settle
from hostkit.engine.isolate import Report
from hostkit.engine.pedalboard_params import set_up
from hostkit.errors import DeviceError, RequestError
from hostkit.library.exchange.vstpreset import with_info
from hostkit.library.model import Saved, SavedParam
from hostkit.plan.devices import PluginSpec
from hostkit.plugins.loading import HostedPlugin, load_preset_data, plugin_format, quick_load
from hostkit.plugins.probing import param_handles

LOST = 1e-4
"""Of a parameter's whole range: a state that is further off has lost it."""
HEARTBEAT_SECONDS = 1.0


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
    """The state as .vstpreset (None for an Audio Unit), and what was saved with it."""

    state: bytes | None
    saved: Saved


def capture(job: CaptureJob, report: Report) -> Captured:
    """Sets a plug-in, shows its editor if asked to, and saves it: the task of a worker.

    Kept of the parameters are those that differ from the plug-in's default, and those that
    its state does not bring back to the last bit. Raises DeviceError.
    """
    report(0, at=job.spec.name)
    plugin = quick_load(job.spec.path, job.spec.name)
    default = {k: _short(h.default_raw_value) for k, h in param_handles(plugin).items()}
    set_up(plugin, job.spec)
    settle(plugin)
    if job.editor:
        _show_editor(plugin, report)
        settle(plugin)
    values = _values(plugin)
    if plugin_format(job.spec.path) == "AU":
        return Captured(None, Saved(version=job.version, params=values))
    state = plugin.preset_data
    restored = _restored(job.spec, state)
    params = {
        key: value.model_copy(update={"in_state": abs(restored[key] - value.raw) <= LOST})
        for key, value in values.items()
        if value.raw != default.get(key) or value.raw != _short(restored[key])
    }
    return Captured(with_info(state, dict(job.about)), Saved(version=job.version, params=params))


def _values(plugin: HostedPlugin) -> dict[str, SavedParam]:
    """Every parameter that can be set; meters and the like cannot be automated."""
    return {
        key: SavedParam(raw=_short(handle.raw_value), shows=handle.string_value[:200])
        for key, handle in param_handles(plugin).items()
        if handle.is_automatable
    }


def _short(raw: float) -> float:
    """The fewest digits that give the same 32-bit float."""
    return float(str(np.float32(min(max(raw, 0.0), 1.0))))


def _restored(spec: PluginSpec, state: bytes) -> dict[str, float]:
    """What a fresh instance holds after loading the state."""
    fresh = quick_load(spec.path, spec.name)
    try:
        load_preset_data(fresh, state)
    except RuntimeError as error:
        raise DeviceError(f"{spec.name} refuses the state it has just given: {error}") from error
    settle(fresh)
    return {key: handle.raw_value for key, handle in param_handles(fresh).items()}


def display_problem() -> str | None:
    """Why no editor can be shown here; None when one can."""
    if sys.platform in ("win32", "darwin") or os.environ.get("DISPLAY"):
        return None
    return (
        "there is no display to show the editor on; set parameters with --set instead, "
        "or run it where there is one"
    )


def require_display() -> None:
    """Raises RequestError where no editor can be shown."""
    if problem := display_problem():
        raise RequestError(problem)


def _show_editor(plugin: HostedPlugin, report: Report) -> None:
    """Returns when the user closes the window; an open editor is not a hung plug-in."""
    closed = threading.Event()

    def beat() -> None:
        while not closed.wait(HEARTBEAT_SECONDS):
            report(0)

    heart = threading.Thread(target=beat, daemon=True)
    heart.start()
    editor: Any = plugin
    try:
        editor.show_editor()
    except (RuntimeError, ValueError) as error:
        raise DeviceError(f"{plugin.name}: its editor cannot be shown: {error}") from error
    finally:
        closed.set()
        heart.join()
