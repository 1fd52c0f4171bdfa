"""Broadcast Wave metadata, read: the chunks of any program's file become a `Bwf`.

Nothing here raises for bad contents: what cannot be understood is left at its default.
Sizes were limited by who read the chunks; counts and texts are limited here.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from fractions import Fraction
from xml.etree import ElementTree

from hostkit.audio.files.bwf import (
    BEXT_STRUCT,
    NO_LOUDNESS,
    BextLoudness,
    Bwf,
    CueMarker,
    LoopPoints,
)
from hostkit.audio.tags.riff import parse_tags

_MAX_MARKERS = 10_000
_MAX_TEXT = 4_096
_MAX_TRACKS = 1_024


def parse_bwf(chunks: Mapping[bytes, bytes]) -> Bwf:
    """The metadata in the chunks named `bext`, `iXML`, `axml`, `cue `, `smpl` and `LIST`.

    `LIST` is the one with labels, `LISTINFO` the one with tags.

    >>> parse_bwf({b"iXML": b"<BWFXML><SCENE>1m02</SCENE></BWFXML>"}).scene
    '1m02'
    """
    fields: dict[str, object] = {"originator": ""}
    root = _ixml_root(chunks.get(b"iXML", b""))
    fields |= _ixml(root) if root is not None else {}
    fields |= _bext(chunks.get(b"bext", b""))
    fields["markers"] = _markers(chunks.get(b"cue ", b""), chunks.get(b"LIST", b""))
    fields["loop"] = _loop(chunks.get(b"smpl", b""))
    aswg = () if root is None else root.findall("ASWG/*")[:_MAX_TRACKS]
    fields["tags"] = parse_tags(chunks, ((one.tag, _element(one, ".")) for one in aswg))
    return Bwf(**fields)  # type: ignore[arg-type]  # keys are Bwf's own, written below


def _bext(payload: bytes) -> dict[str, object]:
    if len(payload) < BEXT_STRUCT.size:
        return {}
    fixed = BEXT_STRUCT.unpack(payload[: BEXT_STRUCT.size])
    version, loudness = fixed[6], fixed[8:13]
    return {
        "description": _text(fixed[0]),
        "originator": _text(fixed[1]),
        "originator_reference": _text(fixed[2]),
        "origination_date": _text(fixed[3]),
        "origination_time": _text(fixed[4]),
        "time_reference": fixed[5],
        "coding_history": _text(payload[BEXT_STRUCT.size :]),
        "loudness": _loudness(loudness) if version >= 2 else None,
    }


def _loudness(hundredths: tuple[int, ...]) -> BextLoudness | None:
    if all(value == NO_LOUDNESS for value in hundredths):
        return None
    return BextLoudness(
        *(float("-inf") if value == NO_LOUDNESS else value / 100 for value in hundredths)
    )


def _ixml_root(payload: bytes) -> ElementTree.Element | None:
    # Entities are never needed and can be bombs, so a document that defines any is refused.
    if not payload or b"<!" in payload:
        return None
    try:
        return ElementTree.fromstring(payload.rstrip(b"\0 \r\n"))
    except (ElementTree.ParseError, ValueError, LookupError):
        return None


def _ixml(root: ElementTree.Element) -> dict[str, object]:
    fields: dict[str, object] = {
        name.lower(): _element(root, name) for name in ("PROJECT", "SCENE", "TAKE", "NOTE")
    }
    high = _element(root, "SPEED/TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI")
    low = _element(root, "SPEED/TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO")
    if _is_number(high) and _is_number(low):
        fields["time_reference"] = (int(high) << 32) + int(low)
    rate = re.fullmatch(r"(\d{1,9})/(0*[1-9]\d{0,8})", _element(root, "SPEED/TIMECODE_RATE"))
    fields["frame_rate"] = Fraction(int(rate[1]), int(rate[2])) if rate else None
    fields["drop_frame"] = _element(root, "SPEED/TIMECODE_FLAG") == "DF"
    tracks = root.findall("TRACK_LIST/TRACK")[:_MAX_TRACKS]
    fields["track_names"] = tuple(_element(track, "NAME") for track in tracks)
    return fields


def _loop(payload: bytes) -> LoopPoints | None:
    """The first loop of a sampler's chunk: 36 bytes of head, 24 for each loop."""
    if len(payload) < 60 or not struct.unpack_from("<I", payload, 28)[0]:
        return None
    start, last = struct.unpack_from("<II", payload, 44)
    return LoopPoints(start, last + 1) if start <= last else None


def _markers(cue: bytes, labels: bytes) -> tuple[CueMarker, ...]:
    if len(cue) < 4:
        return ()
    named = _labels(labels)
    points = cue[4 : 4 + 24 * min(struct.unpack("<I", cue[:4])[0], _MAX_MARKERS)]
    return tuple(
        CueMarker(frame, named.get(number, ""))
        for number, frame in struct.iter_unpack("<I16xI", points[: len(points) // 24 * 24])
    )


def _labels(payload: bytes) -> dict[int, str]:
    """The `labl` texts of a LIST adtl payload, by cue id."""
    named: dict[int, str] = {}
    place = 4
    while place + 12 <= len(payload) and len(named) < _MAX_MARKERS:
        name, size, number = struct.unpack("<4sII", payload[place : place + 12])
        if name == b"labl":
            named.setdefault(number, _text(payload[place + 12 : place + 8 + size]))
        place += 8 + size + size % 2
    return named


def _element(parent: ElementTree.Element, path: str) -> str:
    return (parent.findtext(path) or "").strip()[:_MAX_TEXT]


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,10}", text) is not None


def _text(raw: bytes) -> str:
    """A zero-terminated text; UTF-8 if it is, else Latin-1, which always is."""
    plain = raw.split(b"\0", 1)[0][:_MAX_TEXT]
    try:
        return plain.decode("utf-8")
    except UnicodeDecodeError:
        return plain.decode("latin-1")
