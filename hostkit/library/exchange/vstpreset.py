"""The .vstpreset file: read, checked and written without any plug-in.

Layout (Steinberg, VST 3 SDK, "Preset Format"), little endian: 'VST3', int32 version,
32 hexadecimal digits of the class id, int64 offset of the chunk list; at the offset
'List', int32 count, and per chunk its name of 4 bytes, int64 offset, int64 size. Chunks
are 'Comp' (the processor's state), 'Cont' (the editor's) and 'Info' (XML about the preset).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from hostkit.errors import BadValue, RequestError
from hostkit.ground.named_file import cure_of_missing, read_named

SUFFIX = ".vstpreset"
MAX_BYTES = 256_000_000
MAX_CHUNKS = 128
MAX_INFO_BYTES = 1_000_000

_OTHER_FORMATS = (
    (re.compile(rb"CcnK"), "a program or bank of a VST2 (.fxp, .fxb)"),
    (
        re.compile(rb"bplist|<\?xml[^>]{0,100}>\s{0,9}<!DOCTYPE plist"),
        "a property list, as the .aupreset of an Audio Unit is",
    ),
)
"""How they begin, and what they are."""

_HEAD = struct.Struct("<4si32sq")
_LIST = struct.Struct("<4si")
_ENTRY = struct.Struct("<4sqq")
_CLASS_ID = re.compile(rb"[0-9A-Fa-f]{32}")
_ATTRIBUTE = re.compile(r"<Attribute\s([^<>]*?)/?>", re.IGNORECASE)
_PAIR = re.compile(r"""([A-Za-z]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}


@dataclass(frozen=True)
class VstPreset:
    """A preset file taken apart. `info` has the attributes of its XML, '' where it has none."""

    class_id: str
    chunks: Mapping[str, bytes]
    info: Mapping[str, str]

    @property
    def name(self) -> str:
        return self.info.get("Name", "")

    @property
    def plugin(self) -> str:
        return self.info.get("PlugInName", "")

    @property
    def vendor(self) -> str:
        return self.info.get("PlugInVendor", "")

    @property
    def category(self) -> str:
        """Of the sound where the file says it, else of the plug-in: Instrument|Synth."""
        musical = self.info.get("MusicalCategory", "")
        return musical or self.info.get("PlugInCategory", "")


def read_vstpreset(path: Path) -> VstPreset:
    """Raises RequestError that says what is wrong with the file."""
    try:
        data = read_named(path, MAX_BYTES)
    except FileNotFoundError:
        raise RequestError("there is no such file", cure=cure_of_missing(path), file=path) from None
    except OSError as error:
        raise RequestError(f"cannot be read: {error.strerror}", file=path) from None
    try:
        return parse_vstpreset(data)
    except BadValue as error:
        raise RequestError(*error.fault.of(path)) from None


def parse_vstpreset(data: bytes) -> VstPreset:
    """Raises BadValue that says what is wrong with the bytes."""
    if data[:4] != b"VST3":
        for beginning, kind in _OTHER_FORMATS:
            if beginning.match(data):
                cure = "name it as the state: of its plug-in, in a session or preset"
                raise BadValue(f"is not a .vstpreset but {kind}", cure=cure)
        raise BadValue("is not a .vstpreset: it does not begin with 'VST3'")
    if len(data) < _HEAD.size:
        raise BadValue("breaks off in its header", cure="export it again")
    _, version, class_id, list_offset = _HEAD.unpack_from(data)
    if version < 1:
        raise BadValue(f"has version {version}, which the format does not have")
    if not _CLASS_ID.fullmatch(class_id):
        raise BadValue("names no class id, so its plug-in cannot be known")
    chunks = _chunks(data, list_offset)
    if not chunks.get("Comp"):
        raise BadValue("holds no state of the plug-in (no 'Comp' chunk)")
    return VstPreset(class_id.decode().upper(), chunks, _info(chunks.get("Info", b"")))


def _chunks(data: bytes, list_offset: int) -> dict[str, bytes]:
    if not _HEAD.size <= list_offset <= len(data) - _LIST.size:
        raise BadValue("breaks off before its list of chunks", cure="export it again")
    mark, count = _LIST.unpack_from(data, list_offset)
    if mark != b"List" or not 0 <= count <= MAX_CHUNKS:
        raise BadValue("has no list of chunks where its header says; it is damaged")
    first = list_offset + _LIST.size
    if first + count * _ENTRY.size > len(data):
        raise BadValue("breaks off in its list of chunks", cure="export it again")
    chunks: dict[str, bytes] = {}
    for index in range(count):
        name, offset, size = _ENTRY.unpack_from(data, first + index * _ENTRY.size)
        if offset < _HEAD.size or size < 0 or offset + size > len(data):
            raise BadValue(f"has a chunk that lies outside the file ({name!r}); it is damaged")
        chunks.setdefault(name.decode("latin-1"), data[offset : offset + size])
    return chunks


def _info(xml: bytes) -> dict[str, str]:
    """The attributes of the Info chunk. Only these are looked for: no XML parser to attack."""
    text = xml[:MAX_INFO_BYTES].decode("utf-8-sig", errors="replace")
    found: dict[str, str] = {}
    for body in _ATTRIBUTE.findall(text):
        pairs = {key.lower(): plain or quoted for key, plain, quoted in _PAIR.findall(body)}
        if name := pairs.get("id"):
            found.setdefault(name, _unescaped(pairs.get("value", ""))[:200])
    return found


def _unescaped(text: str) -> str:
    for entity, character in _ENTITIES.items():
        text = text.replace(entity, character)
    return "".join(character for character in text if character.isprintable()).strip()


def with_info(data: bytes, info: Mapping[str, str]) -> bytes:
    """The same preset with an Info chunk of these attributes. Raises ValueError."""
    preset = parse_vstpreset(data)
    attributes = "".join(
        f'\t<Attribute id="{escape(key)}" value="{escape(value)}" type="string" flags=""/>\r\n'
        for key, value in {"MediaType": "VstPreset", **info}.items()
        if value
    )
    xml = f'<?xml version="1.0" encoding="utf-8"?>\r\n<MetaInfo>\r\n{attributes}</MetaInfo>\r\n'
    return write_vstpreset(preset.class_id, {**preset.chunks, "Info": xml.encode()})


def write_vstpreset(class_id: str, chunks: Mapping[str, bytes]) -> bytes:
    """A .vstpreset's bytes.

    >>> parse_vstpreset(write_vstpreset("0" * 32, {"Comp": b"state"})).chunks["Comp"]
    b'state'
    """
    body, entries = b"", b""
    for name, content in chunks.items():
        entries += _ENTRY.pack(name.encode("latin-1"), _HEAD.size + len(body), len(content))
        body += content
    head = _HEAD.pack(b"VST3", 1, class_id.encode(), _HEAD.size + len(body))
    return head + body + _LIST.pack(b"List", len(chunks)) + entries
