"""Tags in a WAV file: the LIST INFO chunk, and codes in an axml chunk (EBU Tech 3352).

INFO knows no encoding; texts are UTF-8, as ffmpeg and today's editors write and read them. What it
has no name for stands in its comment, and, for programs, in iXML (`bwf.ixml_payload`) and axml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from xml.etree import ElementTree

from hostkit.audio.files.bwf import chunk
from hostkit.audio.tags.tags import NAMES, Tags

SOFTWARE = ("ISFT", "hostkit")
_COMMENT = "ICMT"
_CODES = {
    "isrc": ("ISRC", "International Standard Recording Code"),
    "iswc": ("ISWC", "International Standard Musical Work Code"),
}
_MAX_TEXT = 4_096
_MAX_TAGS = 100


def info_payload(tags: Tags) -> bytes:
    """The `LIST INFO` chunk; each text ends in a zero byte and is padded to even length."""
    named = dict(tags.named("info"))
    facts = [f"{word} {value}" for word, value in tags.unnamed_in_info]
    if comment := "; ".join(filter(None, (named.pop(_COMMENT, ""), *facts))):
        named[_COMMENT] = comment
    texts = (*named.items(), SOFTWARE)
    return b"INFO" + b"".join(chunk(name.encode(), _ended(text)) for name, text in texts)


def axml_payload(tags: Tags) -> bytes:
    """The codes of recording and work as EBUCore identifiers; empty where there are none."""
    found = [
        f'<identifier typeLabel="GUID" typeDefinition="Globally Unique Identifier" '
        f'formatLabel="{label}" formatDefinition="{name}">'
        f"<dc:identifier>{label}:{escape(getattr(tags, field))}</dc:identifier></identifier>"
        for field, (label, name) in _CODES.items()
        if getattr(tags, field)
    ]
    if not found:
        return b""
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ebuCoreMain xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns="urn:ebu:metadata-schema:ebuCore_2012">'
        f"<coreMetadata>{''.join(found)}</coreMetadata></ebuCoreMain>\n"
    ).encode()
    return document + b"\n" * (len(document) % 2)


def parse_tags(chunks: Mapping[bytes, bytes], aswg: Iterable[tuple[str, str]]) -> Tags:
    """The tags in chunks by their names, and in the ASWG part of iXML, which is believed first."""
    found = _codes(chunks.get(b"axml", b""))
    found |= _known("info", _texts(chunks.get(b"LISTINFO", b"")))
    found |= _known("aswg", aswg)
    return Tags(**found)


def _known(kind: str, texts: Iterable[tuple[str, str]]) -> dict[str, str]:
    fields = {getattr(called, kind): field for field, called in NAMES.items()}
    return {fields[name]: text[:_MAX_TEXT] for name, text in texts if text and name in fields}


def _texts(payload: bytes) -> Iterable[tuple[str, str]]:
    place = 4
    for _ in range(_MAX_TAGS):
        if place + 8 > len(payload):
            return
        size = int.from_bytes(payload[place + 4 : place + 8], "little")
        text = payload[place + 8 : place + 8 + size].split(b"\0", 1)[0]
        yield payload[place : place + 4].decode("latin-1"), text.decode("utf-8", "replace")
        place += 8 + size + size % 2


def _codes(payload: bytes) -> dict[str, str]:
    if not payload or b"<!" in payload:  # no entities, as in iXML
        return {}
    try:
        root = ElementTree.fromstring(payload.rstrip(b"\0 \r\n"))
    except (ElementTree.ParseError, ValueError, LookupError):
        return {}
    texts = [one.text or "" for one in root.iter("{http://purl.org/dc/elements/1.1/}identifier")]
    codes = (re.fullmatch(r"(ISRC|ISWC):(\S{1,20})", text.strip()) for text in texts[:_MAX_TAGS])
    return {code[1].lower(): code[2] for code in codes if code}


def _ended(text: str) -> bytes:
    r"""Of even length, like the whole chunk: see `bwf.chunk`.

    >>> _ended("1m02"), _ended("1m2")
    (b'1m02\x00\x00', b'1m2\x00')
    """
    plain = text.replace("\0", " ").encode("utf-8") + b"\0"
    return plain + b"\0" * (len(plain) % 2)
