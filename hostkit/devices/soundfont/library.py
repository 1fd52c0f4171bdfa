"""The FluidSynth library: found, loaded with ctypes, and its few functions declared.

Looked for in this order: `HOSTKIT_FLUIDSYNTH` (a path), the system's library, the copy
inside the pygame-ce wheel (found through its metadata; pygame itself is not imported).
ctypes rather than pyfluidsynth, because that opens an audio driver's settings and has no
float output; the functions used here have been stable since FluidSynth 2.0.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path

from hostkit.errors import DeviceError
from hostkit.ground.named_file import what_is_at

_POINTER, _INT, _TEXT = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p

FUNCTIONS: dict[str, tuple[type | None, tuple[type, ...]]] = {
    "new_fluid_settings": (_POINTER, ()),
    "delete_fluid_settings": (None, (_POINTER,)),
    "fluid_settings_setnum": (_INT, (_POINTER, _TEXT, ctypes.c_double)),
    "fluid_settings_setint": (_INT, (_POINTER, _TEXT, _INT)),
    "new_fluid_synth": (_POINTER, (_POINTER,)),
    "delete_fluid_synth": (None, (_POINTER,)),
    "fluid_synth_sfload": (_INT, (_POINTER, _TEXT, _INT)),
    "fluid_synth_program_select": (_INT, (_POINTER, _INT, _INT, _INT, _INT)),
    "fluid_synth_noteon": (_INT, (_POINTER, _INT, _INT, _INT)),
    "fluid_synth_noteoff": (_INT, (_POINTER, _INT, _INT)),
    "fluid_synth_cc": (_INT, (_POINTER, _INT, _INT, _INT)),
    "fluid_synth_pitch_bend": (_INT, (_POINTER, _INT, _INT)),
    "fluid_synth_program_change": (_INT, (_POINTER, _INT, _INT)),
    "fluid_synth_bank_select": (_INT, (_POINTER, _INT, _INT)),
    "fluid_synth_set_channel_type": (_INT, (_POINTER, _INT, _INT)),
    "fluid_synth_channel_pressure": (_INT, (_POINTER, _INT, _INT)),
    "fluid_synth_key_pressure": (_INT, (_POINTER, _INT, _INT, _INT)),
    "fluid_synth_write_float": (
        _INT,
        (_POINTER, _INT, _POINTER, _INT, _INT, _POINTER, _INT, _INT),
    ),
    "fluid_set_log_function": (_POINTER, (_INT, _POINTER, _POINTER)),
    "fluid_version_str": (_TEXT, ()),
}

CURE = (
    "install it (apt install libfluidsynth3, brew install fluid-synth, or on Windows the "
    "release of the FluidSynth project) or set HOSTKIT_FLUIDSYNTH to the library's path"
)


_LINUX_NAMES = ("libfluidsynth.so.3", "libfluidsynth.so.2")


def library_path() -> str | None:
    """The library that would be loaded, as a path or a name for the system's loader."""
    return os.environ.get("HOSTKIT_FLUIDSYNTH") or _on_the_system() or _in_pygame_wheel()


def _on_the_system() -> str | None:
    """Its name. On Linux the loader is asked; `find_library` would start ldconfig, gcc and ld."""
    if not sys.platform.startswith("linux"):
        return ctypes.util.find_library("fluidsynth")
    for name in _LINUX_NAMES:
        with suppress(OSError):  # not there
            ctypes.CDLL(name)
            return name
    return None


def _in_pygame_wheel() -> str | None:
    """Its path, from the wheel's list of files as text: 800 objects for them take 30 ms."""
    try:
        wheel = metadata.distribution("pygame-ce")
    except metadata.PackageNotFoundError:
        return None
    listed = (line.partition(",")[0] for line in (wheel.read_text("RECORD") or "").splitlines())
    found = (path for path in listed if "fluidsynth" in path.rpartition("/")[2])
    return next((str(wheel.locate_file(path)) for path in found if ".py" not in path), None)


@cache
def load() -> ctypes.CDLL:
    """The library with its functions' types set. Raises DeviceError with the cure."""
    path = library_path()
    if path is None:
        raise DeviceError("FluidSynth, which plays SoundFonts, is not installed", cure=CURE)
    try:
        kind = "" if Path(path).name == path else what_is_at(Path(path))  # a name is looked up
        if kind not in ("", "a file"):  # a pipe would keep the loader for ever
            raise OSError(f"it is {kind}, not a file")
        library = ctypes.CDLL(path)
        for name, (result, arguments) in FUNCTIONS.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise DeviceError(
            f"FluidSynth could not be loaded from {path}: {error}", cure=CURE
        ) from None
    for level in range(5):
        library.fluid_set_log_function(level, None, None)
    return library


def version() -> str:
    """Of the library, as it says itself: a print depends on it."""
    text = load().fluid_version_str()
    return str(text.decode())
