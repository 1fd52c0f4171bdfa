"""The .fxp and .fxb files of VST2: a program or a bank, read without any plug-in.

Layout (Steinberg, VST 2.4 SDK, `vstfxstore.h`), big endian. A program: 'CcnK', size, 'FxCk' or
'FPCh', version, the plug-in's id, its version, number of parameters, name in 28 bytes; then a
float for each parameter (FxCk), or a size and what the plug-in packed itself (FPCh). A bank:
'CcnK', size, 'FxBk' or 'FBCh', version, id, plug-in's version, number of programs, the current
one, 124 bytes for later; then its programs (FxBk), or a size and a chunk (FBCh). The sizes after
'CcnK' are believed by nobody, and 0 in files of some plug-ins.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import Any

from hostkit.errors import BadValue

MAX_PARAMETERS = 100_000
MAX_PROGRAMS = 1024

_HEAD = struct.Struct(">4si4si4sii")
_NAME_BYTES = 28
_BANK_BYTES = 128  # the current program, and room for later versions
_SIZE = struct.Struct(">i")
_ROUNDING = 1e-4
_WITH_CURRENT_PROGRAM = 2


@dataclass(frozen=True)
class Vst2State:
    """What one holds of the plug-in with an id of four characters.

    Either `values`, of its parameters in their order, from 0 to 1; or a `chunk` that only the
    plug-in can read: of a program, or of a whole bank. Of a bank of programs it is the current one.
    """

    plugin_id: bytes
    values: tuple[float, ...] = ()
    chunk: bytes = b""
    name: str = ""


def parse_fxp(data: bytes) -> Vst2State:
    """Raises BadValue that says what is wrong with the bytes."""
    kind, plugin_id, count, at = _head(data, 0)
    if kind == b"FBCh":
        return Vst2State(plugin_id, chunk=_chunk(data, at + _BANK_BYTES))
    if kind != b"FxBk":
        return _program(data, 0)[0]
    if not 0 < count <= MAX_PROGRAMS:
        raise BadValue(f"is a bank of {count} programs; it is damaged", cure="export it again")
    current = _unpacked(_SIZE, data, at)[0] if _version(data) >= _WITH_CURRENT_PROGRAM else 0
    at += _BANK_BYTES
    for _ in range(min(max(current, 0), count - 1)):
        _, at = _program(data, at)
    return _program(data, at)[0]


def bank_of(state: Vst2State) -> bytes:
    """A bank with the state's chunk, as a VST3 that stands in for a VST2 is given it by its host.

    The header 'VstW' before it (8 bytes more: version 1, not bypassed) is Steinberg's, and read by
    the VST 3 SDK (`vst2persistence.cpp`) and by JUCE.
    """
    later = bytes(_BANK_BYTES)
    body = _HEAD.pack(b"CcnK", 0, b"FBCh", _WITH_CURRENT_PROGRAM, state.plugin_id, 1, 1)[8:]
    body += later + _SIZE.pack(len(state.chunk)) + state.chunk
    return struct.pack(">4siii", b"VstW", 8, 1, 0) + b"CcnK" + _SIZE.pack(len(body)) + body


def _head(data: bytes, at: int) -> tuple[bytes, bytes, int, int]:
    """Kind, plug-in's id, number of parameters or programs, and where the rest begins."""
    magic, _, kind, _, plugin_id, _, count = _unpacked(_HEAD, data, at)
    if magic != b"CcnK" or kind not in (b"FxCk", b"FPCh", b"FxBk", b"FBCh"):
        raise BadValue("is no program or bank of a VST2; it is damaged", cure="export it again")
    return kind, plugin_id, count, at + _HEAD.size


def _version(data: bytes) -> int:
    return int(_HEAD.unpack_from(data)[3])


def _program(data: bytes, at: int) -> tuple[Vst2State, int]:
    """A program of either kind, and where it ends."""
    kind, plugin_id, count, at = _head(data, at)
    name = data[at : at + _NAME_BYTES].partition(b"\0")[0].decode("latin-1")
    at += _NAME_BYTES
    if kind == b"FPCh":
        chunk = _chunk(data, at)
        return Vst2State(plugin_id, chunk=chunk, name=name), at + _SIZE.size + len(chunk)
    if kind != b"FxCk" or not 0 < count <= MAX_PARAMETERS:
        raise BadValue("holds no parameters; it is damaged", cure="export it again")
    values = _unpacked(struct.Struct(f">{count}f"), data, at)
    if not all(math.isfinite(v) and -_ROUNDING <= v <= 1 + _ROUNDING for v in values):
        raise BadValue("holds a value that is not from 0 to 1; it is damaged")
    within = tuple(min(max(value, 0.0), 1.0) for value in values)
    return Vst2State(plugin_id, values=within, name=name), at + 4 * count


def _chunk(data: bytes, at: int) -> bytes:
    """What stands after its size."""
    (size,) = _unpacked(_SIZE, data, at)
    chunk = data[at + _SIZE.size : at + _SIZE.size + max(size, 0)]
    if size <= 0 or len(chunk) < size:
        raise _broken_off()
    return chunk


def _unpacked(what: struct.Struct, data: bytes, at: int) -> tuple[Any, ...]:
    if at + what.size > len(data):
        raise _broken_off()
    return what.unpack_from(data, at)


def _broken_off() -> BadValue:
    return BadValue("breaks off before its end", cure="export it again")
