"""Makes .fxp, .fxb and .aupreset files, as hosts of VST2s and Audio Units write them."""

from __future__ import annotations

import plistlib
import struct
from collections.abc import Sequence


def program(plugin_id: bytes, content: bytes | Sequence[float], size: int | None = None) -> bytes:
    """A .fxp of a chunk, or of values of parameters. `size` is what is said after 'CcnK'."""
    if isinstance(content, bytes):
        kind, count, rest = b"FPCh", 1, struct.pack(">i", len(content)) + content
    else:
        kind, count, rest = b"FxCk", len(content), struct.pack(f">{len(content)}f", *content)
    body = struct.pack(">4si4sii28s", kind, 1, plugin_id, 1, count, b"Init") + rest
    return struct.pack(">4si", b"CcnK", len(body) if size is None else size) + body


def bank(plugin_id: bytes, content: bytes | Sequence[bytes], current: int = 0) -> bytes:
    """A .fxb of a chunk, or of programs, `current` being the current one."""
    if isinstance(content, bytes):
        kind, count, rest = b"FBCh", 1, struct.pack(">i", len(content)) + content
    else:
        kind, count, rest = b"FxBk", len(content), b"".join(content)
    head = struct.pack(">4si4siii124s", kind, 2, plugin_id, 1, count, current, b"")
    return struct.pack(">4si", b"CcnK", len(head + rest)) + head + rest


def aupreset(
    subtype: bytes, manufacturer: bytes, *, binary: bool = False, **content: object
) -> bytes:
    """An .aupreset of an instrument."""
    codes = {"type": b"aumu", "subtype": subtype, "manufacturer": manufacturer}
    numbers = {key: int.from_bytes(code, "big") for key, code in codes.items()}
    kind = plistlib.FMT_BINARY if binary else plistlib.FMT_XML
    return plistlib.dumps({**numbers, "name": "Init", "version": 0, **content}, fmt=kind)
