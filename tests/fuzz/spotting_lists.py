"""Spotting lists of every kind, small and valid, of hits 1 s apart at 23.976 frames a second."""

from __future__ import annotations

from hostkit.picture.spotting.formats import FORMATS
from hostkit.picture.spotting.marker import Outgoing, OutgoingHit
from hostkit.timebase.framerate import FrameRate
from hostkit.timebase.picture import PictureStart
from hostkit.timebase.tempo_map import TempoMap
from hostkit.timebase.timecode import TimecodeLabel, label_seconds

AS_OTHERS_WRITE = (
    b"""TITLE: REEL
FCM: NON-DROP FRAME
000001  A012 C003 TAKE 2  AA/V  D  024  10:00:00:00 10:00:01:12 01:00:10:00 01:00:12:00
M2   A012 C003 TAKE 2   012.0   10:00:00:00
* FROM CLIP NAME:  12-3
*LOC: 01:00:10:14 RED     door
*    slams
2 frames late |C:ResolveColorRed |M:Marker 3 |D:1
* Ann\t01:00:11:00\tV1\tred\ttable\t1
""",
    b"""SESSION NAME:\tx
SAMPLE RATE:\t48000.000000
SESSION START TIMECODE:\t01:00:10:00.00
TIMECODE FORMAT:\t23.976 Frame

M A R K E R S  L I S T I N G
#   \tLOCATION     \tTIME REFERENCE    \tUNITS    \tNAME\tTRACK NAME\tTRACK TYPE\tCOMMENTS
1   \t3|1| 010     \t48048             \tSamples  \tdoor\tslams      \tMarkers\tRuler\tloud
2   \t0:02.500     \t58|4| 735        \tTicks    \tlamp\tMarkers\tRuler\t
""",
    b'Name;Start;fps;Color\n"a; b";01:00:12:05.50;23.976;red\nlamp;0:02.5;;\nend;3.2.1.0;;\n',
    b"""<?xml version="1.0"?><fcpxml version="1.10"><resources>
<format id="r1" frameDuration="1001/24000s"/><asset id="a" start="10s"/></resources>
<project><sequence format="r1" tcStart="3613610/1000s" tcFormat="NDF"><spine>
<asset-clip ref="a" offset="3613610/1000s" duration="20s"><conform-rate srcFrameRate="25"/>
<marker start="11s" duration="1001/24000s" value="door"/>
<spine lane="1" offset="12s"><clip offset="0s" start="0s" duration="1s">
<chapter-marker start="1001/24000s" value="lamp"/></clip></spine></asset-clip>
<audition><clip/><clip/></audition></spine></sequence></project></fcpxml>""",
)

RECUTS = [
    b"""TITLE: REEL
FCM: NON-DROP FRAME
001  A001  V  C  10:00:00:00 10:00:01:00 01:00:10:00 01:00:11:00
002  B002  V  C  11:00:00:00 11:00:01:12 01:00:11:00 01:00:12:12
* SOURCE FILE: SH010_v003.mov
003  BL    V  C  00:00:00:00 00:00:00:12 01:00:12:12 01:00:13:00
""",
    b"""TITLE: REEL
001  B002  V  D  012  11:00:00:06 11:00:01:12 01:00:10:00 01:00:11:06
M2   B002  048.0  11:00:00:06
002  BL    V  C  00:00:00:00 00:00:00:12 01:00:11:06 01:00:11:18
003  A001  V  C  10:00:00:00 10:00:02:00 01:00:11:18 01:00:13:18
""",
]
"""A reel before a recut and after it, at 23.976 frames a second."""


def lists() -> list[bytes]:
    """One as hostkit writes each kind, and a few as others do."""
    rate, start = FrameRate.parse(23.976), TimecodeLabel(1, 0, 10, 0)
    tempo_map = TempoMap(picture=PictureStart(rate, start))
    marks = []
    for number in range(3):
        seconds = label_seconds(TimecodeLabel(0, 0, number, 0), rate)
        beats = tempo_map.beats_at_seconds(seconds)
        marks.append(OutgoingHit(f"hit {number}", seconds, beats, tempo_map.bar_beat_at(beats)))
    hits = Outgoing("Reel", tuple(marks), tempo_map, 48_000)
    return [*(one.write(hits) for one in FORMATS if one.write), *AS_OTHERS_WRITE]
