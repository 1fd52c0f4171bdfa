"""The factory of a VST3 file: which plug-ins it holds, read without making one of them.

pedalboard's host makes every plug-in of a file to find one by its name. In a bundle of many
a single one that crashes would lose all the others. So in a process that is to load one
plug-in of many, `show_only` hides the others from the host: it reads the factory through
the VST3 interfaces (IPluginFactory 1 to 3; Steinberg's VST 3 API, "Plug-in factory") and puts
another table of functions before it. Linux and Windows; on macOS a bundle is entered with an
object of the system, and all is left as it is.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hostkit.devices.plugins.scanning.folders import binary_of
from hostkit.errors import DeviceError

CAN_READ = sys.platform in ("linux", "win32")

_AUDIO = b"Audio Module Class"
_OK = 0
_MOST_CLASSES = 10_000
_BEFORE = 2
"""Words before a table of functions that C++ keeps for itself (offset and type)."""

_Query = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
_Count = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p)
_Info = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_int32, ctypes.c_void_p)

_COUNT_AT, _INFO_AT = 4, 5


@dataclass(frozen=True)
class _Interface:
    """One version of the factory: its id, how many functions, which of them tell of a class."""

    words: tuple[int, int, int, int]
    functions: int
    infos: tuple[int, ...]

    @property
    def iid(self) -> bytes:
        """As it lies in memory: on Windows the first half is that of a COM id."""
        if sys.platform == "win32":
            first = self.words[0].to_bytes(4, "little")
            second = self.words[1]
            halves = (second >> 16).to_bytes(2, "little") + (second & 0xFFFF).to_bytes(2, "little")
            return first + halves + b"".join(w.to_bytes(4, "big") for w in self.words[2:])
        return b"".join(word.to_bytes(4, "big") for word in self.words)


_INTERFACES = (
    _Interface((0x7A4D811C, 0x52114A1F, 0xAED9D2EE, 0x0B43BF9F), 7, (5,)),
    _Interface((0x0007B650, 0xF24B4C0B, 0xA464EDB9, 0xF00B2ABB), 8, (5, 7)),
    _Interface((0x4555A2AB, 0xC1234E57, 0x9B122910, 0x36878931), 10, (5, 7, 8)),
)


class _ClassInfo(ctypes.Structure):
    _fields_ = (
        ("class_id", ctypes.c_ubyte * 16),
        ("cardinality", ctypes.c_int32),
        ("category", ctypes.c_char * 32),
        ("name", ctypes.c_char * 64),
    )


def plugin_names(path: Path) -> tuple[str, ...]:
    """The plug-ins of a VST3 file, in its order; none of them is made.

    Runs the file's own code: call it in a process that may crash. Raises DeviceError with
    what the system's loader says.
    """
    return tuple(name for name, audio in _classes(_open(path)[0]) if audio)


def show_only(path: Path, name: str) -> None:
    """From here on, until it is called again, the file holds no other plug-in than `name`.

    Raises DeviceError.
    """
    if path not in _shown:
        factory, library = _open(path)
        shown = _Shown(library, _classes(factory), [])
        changed: set[int] = set()
        for interface in reversed(_INTERFACES):  # the longest table first: one object may be all
            found = ctypes.c_void_p()
            query = _function(factory, 0, _Query)
            answer = query(factory, interface.iid, ctypes.byref(found))
            if answer == _OK and found.value and found.value not in changed:
                changed.add(found.value)
                shown.kept.append(_replace_table(found.value, interface, shown.indices))
        _shown[path] = shown
    shown = _shown[path]
    shown.indices[:] = [
        index for index, (each, audio) in enumerate(shown.classes) if not audio or each == name
    ]


@dataclass(frozen=True)
class _Shown:
    """What a file's factory shows; `kept` is what the host has pointers to."""

    library: ctypes.CDLL
    classes: list[tuple[str, bool]]
    indices: list[int]
    kept: list[Any] = field(default_factory=list)


_shown: dict[Path, _Shown] = {}
"""By file, for as long as the process lives: its library cannot be opened as new again."""


def _open(path: Path) -> tuple[int, ctypes.CDLL]:
    binary = binary_of(path)
    try:
        library = ctypes.CDLL(str(binary))
    except OSError as error:
        raise DeviceError(f"cannot be loaded: {error}") from error
    enter = getattr(library, "InitDll" if sys.platform == "win32" else "ModuleEntry", None)
    if enter is not None:
        enter.restype = ctypes.c_bool
        arguments = () if sys.platform == "win32" else (ctypes.c_void_p(library._handle),)
        enter(*arguments)
    make = getattr(library, "GetPluginFactory", None)
    if make is None:
        raise DeviceError(f"is no VST3: {binary} has no GetPluginFactory")
    make.restype = ctypes.c_void_p
    factory = make()
    if not factory:
        raise DeviceError("holds no plug-in")
    return int(factory), library


def _classes(factory: int) -> list[tuple[str, bool]]:
    """Every class of a factory: its name, and whether it makes or changes sound."""
    count = min(_function(factory, _COUNT_AT, _Count)(factory), _MOST_CLASSES)
    tell = _function(factory, _INFO_AT, _Info)
    found = []
    for index in range(count):
        info = _ClassInfo()
        if tell(factory, index, ctypes.byref(info)) == _OK:
            found.append((info.name.decode("utf-8", "replace"), info.category == _AUDIO))
        else:
            found.append(("", False))
    return found


def _function(pointer: int, index: int, kind: Callable[[int], Any]) -> Any:
    """A function of an object's table."""
    table = ctypes.c_void_p.from_address(pointer).value or 0
    address = ctypes.c_void_p.from_address(table + index * ctypes.sizeof(ctypes.c_void_p)).value
    return kind(address or 0)


def _replace_table(pointer: int, interface: _Interface, seen: list[int]) -> Any:
    """Gives an object a table in which only the classes in `seen` can be seen."""
    word = ctypes.sizeof(ctypes.c_void_p)
    size = _BEFORE + interface.functions
    old = ctypes.c_void_p.from_address(pointer).value or 0
    table = (ctypes.c_void_p * size)()
    ctypes.memmove(table, old - _BEFORE * word, size * word)

    def told_by(index: int) -> Any:
        tell = _function(pointer, index, _Info)
        return _Info(
            lambda self, which, out: tell(self, seen[which], out) if 0 <= which < len(seen) else -1
        )

    replacements: dict[int, Any] = {_COUNT_AT: _Count(lambda _self: len(seen))}
    replacements |= {index: told_by(index) for index in interface.infos}
    for index, function in replacements.items():
        table[_BEFORE + index] = ctypes.cast(function, ctypes.c_void_p).value
    ctypes.c_void_p.from_address(pointer).value = ctypes.addressof(table) + _BEFORE * word
    return table, replacements
