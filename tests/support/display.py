"""A display without a screen (Xvfb), and closing the window that a program shows on it."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def find_server() -> str | None:
    return shutil.which("Xvfb")


@contextmanager
def display() -> Iterator[str]:
    """The name of a new display, such as ":7"."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as numbers:
            yield f":{numbers.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


class _ClientMessage(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("padding", ctypes.c_long * 12),
    )


CLIENT_MESSAGE = 33

_ErrorHandler = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


@_ErrorHandler
def _goes_on(_display: int | None, _error: int | None) -> int:
    """A window may be gone when it is asked to close; Xlib would end the whole process for that."""
    return 0


def close_windows(name: str, still_wanted: Callable[[], bool]) -> int:
    """Asks every window on a display to close, as a window manager would, until none is wanted.

    Returns how many were there at most.
    """
    x = ctypes.CDLL("libX11.so.6")
    x.XOpenDisplay.restype = ctypes.c_void_p
    x.XDefaultRootWindow.restype = ctypes.c_ulong
    x.XInternAtom.restype = ctypes.c_ulong
    connection = ctypes.c_void_p(x.XOpenDisplay(name.encode()))
    assert connection
    x.XSetErrorHandler(_goes_on)
    root = ctypes.c_ulong(x.XDefaultRootWindow(connection))
    protocols = x.XInternAtom(connection, b"WM_PROTOCOLS", 0)
    delete = x.XInternAtom(connection, b"WM_DELETE_WINDOW", 0)
    most = 0
    while still_wanted():
        parent, top = ctypes.c_ulong(), ctypes.c_ulong()
        children, count = ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint()
        x.XQueryTree(
            connection,
            root,
            ctypes.byref(top),
            ctypes.byref(parent),
            ctypes.byref(children),
            ctypes.byref(count),
        )
        windows = [children[index] for index in range(count.value)]
        most = max(most, len(windows))
        for window in windows:
            message = _ClientMessage(type=CLIENT_MESSAGE, window=window, format=32)
            message.message_type, message.data[0] = protocols, delete
            x.XSendEvent(connection, ctypes.c_ulong(window), 0, 0, ctypes.byref(message))
        x.XFlush(connection)
        time.sleep(0.2)
    x.XCloseDisplay(connection)
    return most
