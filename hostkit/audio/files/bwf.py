"""Broadcast Wave metadata: bext, iXML, cue points with labels, loop points; tags in iXML.

bext: EBU Tech 3285 v2. iXML: specification 3.01 (gallery.co.uk/ixml). Cue, LIST adtl and smpl:
Microsoft RIFF (1991, and its update of 1994). This module turns the frozen `Bwf` into chunks;
`bwf_reader` is the way back. `tags.riff` has the chunks that carry nothing but tags.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from fractions import Fraction
from html import escape

from anyascii import anyascii

from hostkit.audio.tags.tags import NO_TAGS, Tags

BEXT_STRUCT = struct.Struct("<256s32s32s10s8sQH64s5h180x")
"""The fixed 602 bytes of bext v2, up to CodingHistory."""

_MIDDLE_C, _FORWARD, _FOR_EVER = 60, 0, 0
NO_LOUDNESS = 0x7FFF  # EBU Tech 3285 v2 §2.4: the field carries no value


@dataclass(frozen=True)
class BextLoudness:
    """The five loudness fields of bext v2; −inf is written as "no value"."""

    integrated_lufs: float
    loudness_range_lu: float
    true_peak_dbtp: float
    max_momentary_lufs: float
    max_short_term_lufs: float


@dataclass(frozen=True, order=True)
class CueMarker:
    """A labelled point, in frames from the start of the file."""

    frame: int
    label: str


@dataclass(frozen=True)
class LoopPoints:
    """What a sampler or game engine repeats for ever: frames start ≤ n < stop."""

    start: int
    stop: int


@dataclass(frozen=True)
class Bwf:
    """What a Broadcast Wave file says about itself.

    `time_reference` is the first sample, in samples since midnight. `origination_date`
    (yyyy-mm-dd) and `origination_time` (hh:mm:ss) stay blank unless given: the same input
    must make the same file. `frame_rate` is exact (24000/1001). `take` is the version.
    """

    description: str = ""
    originator: str = "hostkit"
    originator_reference: str = ""
    origination_date: str = ""
    origination_time: str = ""
    time_reference: int = 0
    coding_history: str = ""
    loudness: BextLoudness | None = None
    project: str = ""
    scene: str = ""
    take: str = ""
    note: str = ""
    frame_rate: Fraction | None = None
    drop_frame: bool = False
    track_names: tuple[str, ...] = ()
    markers: tuple[CueMarker, ...] = ()
    loop: LoopPoints | None = None
    tags: Tags = NO_TAGS

    def __post_init__(self) -> None:
        if not 0 <= self.time_reference < 2**64:
            raise ValueError(f"time reference {self.time_reference} lies before midnight")
        for marker in self.markers:
            if not 0 <= marker.frame < 2**32:
                raise ValueError(
                    f"marker {marker.label!r}: frame {marker.frame} needs more than 32 bits"
                )


def chunk(name: bytes, payload: bytes) -> bytes:
    r"""A RIFF chunk: name, size, payload, and a zero byte after an odd payload.

    >>> chunk(b"abcd", b"xyz")
    b'abcd\x03\x00\x00\x00xyz\x00'
    """
    return name + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) % 2)


def bext_payload(bwf: Bwf) -> bytes:
    """The bext v2 chunk: 602 bytes and the coding history; long texts are cut to their fields."""
    fixed = BEXT_STRUCT.pack(
        _text(bwf.description, 256),
        _text(bwf.originator, 32),
        _text(bwf.originator_reference, 32),
        _text(bwf.origination_date, 10),
        _text(bwf.origination_time, 8),
        bwf.time_reference,
        2,  # version
        b"",  # UMID
        *_loudness_fields(bwf.loudness),
    )
    return _even(fixed + _text(bwf.coding_history, 65_536), b"\0")


def ixml_payload(bwf: Bwf, sample_rate: int, bits: int) -> bytes:
    """The iXML document, UTF-8, with the time stamp as two 32-bit halves as it demands."""
    speed = [
        _element("FILE_SAMPLE_RATE", sample_rate),
        _element("AUDIO_BIT_DEPTH", bits),
        _element("TIMESTAMP_SAMPLE_RATE", sample_rate),
        _element("TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI", bwf.time_reference >> 32),
        _element("TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO", bwf.time_reference & 0xFFFF_FFFF),
    ]
    if bwf.frame_rate is not None:
        rate = f"{bwf.frame_rate.numerator}/{bwf.frame_rate.denominator}"
        speed += [
            _element("MASTER_SPEED", rate),
            _element("CURRENT_SPEED", rate),
            _element("TIMECODE_RATE", rate),
            _element("TIMECODE_FLAG", "DF" if bwf.drop_frame else "NDF"),
        ]
    tracks = [_element("TRACK_COUNT", len(bwf.track_names))] + [
        _group(
            "TRACK",
            [
                _element("CHANNEL_INDEX", index),
                _element("INTERLEAVE_INDEX", index),
                _element("NAME", name),
            ],
        )
        for index, name in enumerate(bwf.track_names, start=1)
    ]
    body = [
        _element("IXML_VERSION", "3.01"),
        _element("PROJECT", bwf.project),
        _element("SCENE", bwf.scene),
        _element("TAKE", bwf.take),
        _element("NOTE", bwf.note),
        _group("SPEED", speed),
        _group("TRACK_LIST", tracks),
    ]
    if aswg := [_element(name, value) for name, value in bwf.tags.named("aswg")]:
        body.append(_group("ASWG", [_element("contentType", "music"), *aswg]))
    document = '<?xml version="1.0" encoding="UTF-8"?>\n' + _group("BWFXML", body)
    return _even(document.encode("utf-8"), b"\n")


def cue_payload(markers: tuple[CueMarker, ...]) -> bytes:
    """The `cue ` chunk: ids count from 1 in the order of the markers."""
    points = b"".join(
        struct.pack("<II4sIII", number, marker.frame, b"data", 0, 0, marker.frame)
        for number, marker in enumerate(markers, start=1)
    )
    return struct.pack("<I", len(markers)) + points


def label_payload(markers: tuple[CueMarker, ...]) -> bytes:
    """The `LIST adtl` chunk that names the cue points; UTF-8, zero-terminated."""
    return b"adtl" + b"".join(
        chunk(b"labl", struct.pack("<I", number) + marker.label.encode("utf-8") + b"\0")
        for number, marker in enumerate(markers, start=1)
    )


def sampler_payload(loop: LoopPoints, sample_rate: int) -> bytes:
    """The `smpl` chunk with one forward loop; its last frame is played, so `stop` is not."""
    head = struct.pack("<9I", 0, 0, round(1e9 / sample_rate), _MIDDLE_C, 0, 0, 0, 1, 0)
    return head + struct.pack("<6I", 0, _FORWARD, loop.start, loop.stop - 1, 0, _FOR_EVER)


def _even(payload: bytes, filler: bytes) -> bytes:
    """Of even length: libsndfile 1.2 loses its way in RF64 after an odd chunk's pad byte."""
    return payload + filler * (len(payload) % 2)


def _loudness_fields(loudness: BextLoudness | None) -> list[int]:
    if loudness is None:
        return [NO_LOUDNESS] * 5
    values = (
        loudness.integrated_lufs,
        loudness.loudness_range_lu,
        loudness.true_peak_dbtp,
        loudness.max_momentary_lufs,
        loudness.max_short_term_lufs,
    )
    return [round(value * 100) if math.isfinite(value) else NO_LOUDNESS for value in values]


def _text(text: str, limit: int) -> bytes:
    """ASCII, as Tech 3285 demands (readers do refuse more); iXML carries the full text.

    >>> _text("Straße nach Ærø – „Größe“", 80)
    b'Strasse nach Aero - "Grosse"'
    """
    return anyascii(text).encode("ascii", "replace")[:limit]


def _element(name: str, value: object) -> str:
    # XML 1.0 §2.2 has no way to write control characters, not even escaped
    legal = "".join(c for c in str(value) if c >= " " or c in "\t\n")
    return f"<{name}>{escape(legal, quote=False)}</{name}>\n"


def _group(name: str, elements: list[str]) -> str:
    return f"<{name}>\n{''.join(elements)}</{name}>\n"
