"""A plug-in's own editor, where there is a display to show it on."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from typing import Any

from hostkit.devices.plugins.loading import HostedPlugin
from hostkit.errors import DeviceError, Fault, RequestError
from hostkit.jobs.isolate import Report

HEARTBEAT_SECONDS = 1.0
X_LIBRARY = "libX11.so.6"


def display_problem() -> Fault | None:
    """Why no editor can be shown here; None when one can."""
    if sys.platform in ("win32", "darwin") or os.environ.get("DISPLAY"):
        return None
    return Fault(
        "there is no display to show the editor on",
        cure="set parameters with --set instead, or run it where there is one",
    )


def require_display() -> None:
    """Raises RequestError where no editor can be shown."""
    if problem := display_problem():
        raise RequestError(*problem)


def show_editor(plugin: HostedPlugin, report: Report) -> None:
    """Returns when the user closes the window; an open editor is not a hung plug-in."""
    closed = threading.Event()

    def beat() -> None:
        while not closed.wait(HEARTBEAT_SECONDS):
            report(0)

    _survive_x_errors()
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


_HANDLER = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


_IGNORE = _HANDLER(lambda _display, _event: 0)
"""Kept here for as long as Xlib may call it."""


def _survive_x_errors() -> None:
    """Keeps Xlib from ending the process over a window that is gone (pedalboard issue 444)."""
    if sys.platform != "linux":
        return
    try:
        ctypes.CDLL(X_LIBRARY).XSetErrorHandler(_IGNORE)
    except (OSError, AttributeError):
        return  # no X here: whatever shows the editor does without
