"""States of plug-ins as a REAPER project keeps them: lines of base64.

Three parts, each encoded by itself: a head (what the plug-in is wired to, and how long its data
is), the data, and for VSTs a foot with names. Of a VST3 the data is its component's state, then
its controller's, each with its length before it. All numbers are little endian.
"""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Iterable, Iterator

from hostkit.errors import BadValue
from hostkit.library.exchange.aupreset import parse_aupreset
from hostkit.library.exchange.vstpreset import VstPreset, write_vstpreset

MAX_STATE_BYTES = 128_000_000
MOST_CHANNELS = 1024

_MARKS = (0xFEED5EEE, 0xFEED5EEF)
_AU_ID = 1001
_VALUES_FOLLOW = struct.pack("<II", 0xDEADBEEF, 0xDEADF00D)
"""Before values of parameters, where a VST2 keeps no data of its own."""
_WIRES = struct.pack("<I2QI2Q", 2, 1, 2, 2, 1, 2)
"""Two channels in, two out, each to the one of its number."""
_FOOT = b"\0\0\x10\0\0\0"
_LINE_BYTES = 96
"""Of data in a line of 128 characters."""
_SIZED = struct.Struct("<II")
_PLISTS = (b"bplist", b"<?xml", b"<plist")


def vstpreset_of(lines: Iterable[str], class_id: str) -> bytes:
    """The .vstpreset of a VST3 with that class id. Raises BadValue for a damaged chunk."""
    data = _vst_data(_decoded(lines))
    component, rest = _sized(data)
    controller = b""
    if len(rest) >= _SIZED.size:
        controller, _ = _sized(rest)
    if not component:
        raise BadValue("it holds no state")
    chunks = {"Comp": component, "Cont": controller}
    return write_vstpreset(class_id, {name: data for name, data in chunks.items() if data})


def aupreset_of(lines: Iterable[str]) -> bytes:
    """The .aupreset of an Audio Unit. Raises BadValue for a damaged chunk."""
    data = _decoded(lines)
    starts = [at for mark in _PLISTS if (at := data.find(mark)) >= 0]
    if not starts:
        raise BadValue("it holds no property list")
    preset = data[min(starts) :]
    parse_aupreset(preset)
    return preset


def vst3_lines(preset: VstPreset) -> Iterator[str]:
    """A VST3's state as a project keeps it."""
    component, controller = preset.chunks["Comp"], preset.chunks.get("Cont", b"")
    data = b"".join(
        (
            _SIZED.pack(len(component), 1),
            component,
            _SIZED.pack(len(controller), 0),
            controller,
        )
    )
    head = struct.pack("<II", 0, _MARKS[0]) + _WIRES + struct.pack("<III", len(data), 1, 0x100000)
    for part in (head, data, _FOOT):
        yield from _encoded(part)


def au_lines(preset: bytes) -> Iterator[str]:
    """An Audio Unit's state as a project keeps it."""
    head = struct.pack("<II", _AU_ID, 0) + _WIRES + struct.pack("<I", len(preset))
    for part in (head, preset):
        yield from _encoded(part)


def _encoded(part: bytes) -> Iterator[str]:
    for start in range(0, len(part), _LINE_BYTES):
        yield base64.b64encode(part[start : start + _LINE_BYTES]).decode()


def _decoded(lines: Iterable[str]) -> bytes:
    """Each line by itself, for padding may stand in any of them. Raises BadValue."""
    parts, size = [], 0
    for line in lines:
        try:
            parts.append(base64.b64decode(line, validate=True))
        except (binascii.Error, ValueError):
            raise BadValue("its state is no base64") from None
        size += len(parts[-1])
        if size > MAX_STATE_BYTES:
            raise BadValue(f"its state is larger than {MAX_STATE_BYTES // 10**6} MB")
    return b"".join(parts)


def _vst_data(chunk: bytes) -> bytes:
    """What lies between head and foot. Raises BadValue."""
    try:
        _, mark, inputs = struct.unpack_from("<III", chunk)
        if mark not in _MARKS or inputs > MOST_CHANNELS:
            raise BadValue("its state does not begin as one does")
        at = 12 + 8 * inputs
        (outputs,) = struct.unpack_from("<I", chunk, at)
        if outputs > MOST_CHANNELS:
            raise BadValue("its state does not begin as one does")
        at += 4 + 8 * outputs
        size, _, _ = struct.unpack_from("<III", chunk, at)
    except struct.error:
        raise BadValue("its state breaks off") from None
    data = chunk[at + 12 : at + 12 + size]
    if len(data) < size:
        raise BadValue("its state breaks off")
    return data


def _sized(data: bytes) -> tuple[bytes, bytes]:
    """What has its length before it, and what follows. Raises BadValue."""
    if len(data) < _SIZED.size:
        raise BadValue("its state breaks off")
    length, _ = _SIZED.unpack_from(data)
    end = _SIZED.size + length
    if end > len(data):
        raise BadValue("its state breaks off")
    return data[_SIZED.size : end], data[end:]


def fxp_of(lines: Iterable[str]) -> bytes:
    """The .fxp of a VST2. Raises BadValue for a damaged chunk."""
    chunk = _decoded(lines)
    data = _vst_data(chunk)
    plugin_id, mark = struct.unpack_from("<II", chunk)
    if mark == _MARKS[0]:
        body, kind, count = struct.pack(">I", len(data)) + data, b"FPCh", 0
    else:
        values = data.removeprefix(_VALUES_FOLLOW)
        count = len(values) // 4
        numbers = struct.unpack(f"<{count}f", values[: 4 * count])
        body, kind = struct.pack(f">{count}f", *numbers), b"FxCk"
    rest = struct.pack(">4s4I28s", kind, 1, plugin_id, 1, count, b"") + body
    return b"CcnK" + struct.pack(">I", len(rest)) + rest
