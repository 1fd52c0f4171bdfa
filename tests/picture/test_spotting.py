"""Spotting lists of every kind: read as programs write them, and read back as they are written."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import opentimelineio as otio
import pytest

from hostkit.errors import InvalidInput, RequestError
from hostkit.picture.spotting.formats import FORMATS, read_list, writing, written_names
from hostkit.picture.spotting.marker import Given, Outgoing, OutgoingHit, SpottingList
from hostkit.timebase.framerate import FrameRate
from hostkit.timebase.picture import PictureStart
from hostkit.timebase.position import BarBeat
from hostkit.timebase.tempo_map import TempoMap, TempoMark
from hostkit.timebase.timecode import TimecodeLabel


@pytest.fixture
def read(tmp_path: Path):
    def of(
        content: str | bytes, rate: object = None, name: str | None = None
    ) -> tuple[str, SpottingList]:
        file = tmp_path / "list"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        given = Given(FrameRate.parse(rate) if rate is not None else None)
        found, markers = read_list(file, given, name)
        return found.name, markers

    return of


def places(found: SpottingList) -> list[tuple[str, str]]:
    return [(str(marker), marker.name) for marker in found.markers]


PROTOOLS = """\
SESSION NAME:\tReel 3
SAMPLE RATE:\t48000.000000
BIT DEPTH:\t24-bit
SESSION START TIMECODE:\t01:00:00:00
TIMECODE FORMAT:\t23.976 Frame


M A R K E R S  L I S T I N G
"""


def row(*cells: str) -> str:
    """A padded row of the list of markers; a name is as wide as Pro Tools makes it."""
    widths = (4, 13, 18, 9, 33, *(12,) * (len(cells) - 6), 0)
    return "\t".join(f"{cell:{width}}" for cell, width in zip(cells, widths, strict=True)) + "\n"


HEAD = ("#", "LOCATION", "TIME REFERENCE", "UNITS", "NAME")
OLD, NEW = row(*HEAD, "COMMENTS"), row(*HEAD, "TRACK NAME", "TRACK TYPE", "COMMENTS")


@pytest.mark.parametrize("location", ["01:00:05:00", "0:05.005", "3|3| 010", "7+08", "240240"])
def test_protools_counts_samples_whatever_is_shown(read, location: str):
    old = row("1", location, "240240", "Samples", "door", "slam")
    new = row("2", location, "240240", "Samples", "lamp", "Markers 1", "Ruler", "lit")
    for head, line, name, note in ((OLD, old, "door", "slam"), (NEW, new, "lamp", "lit")):
        kind, found = read(PROTOOLS + head + line)
        assert (kind, places(found)) == ("protools", [("01:00:05:00", name)])
        assert found.markers[0].note == note
        assert str(found.frame_rate) == "23.976"


def test_a_marker_without_a_name_gets_one(read):
    _, found = read(PROTOOLS + OLD + row("1", "01:00:05:00", "240240", "Samples", "", ""))
    assert places(found) == [("01:00:05:00", "marker")]


def test_protools_between_frames_with_tabs_and_lines_in_names(read):
    rows = (
        row("1", "01:00:00:00", "1001", "Samples", "New\tTab", "words")
        + row("2", "01:00:00:00", "0", "Samples", "Two\nlines", "")
        + "3   \tno\n"
        + row("4", "01:00:01:00.50", "58|4| 735", "Ticks", "by its location", "")
    )
    _, found = read(PROTOOLS + OLD + rows)
    assert places(found) == [
        ("01:00:00:00.5", "New Tab"),
        ("01:00:00:00", "Two lines"),
        ("01:00:01:00.5", "by its location"),
    ]
    assert [(row.line, row.text) for row in found.skipped] == [(13, "3   \tno")]


def test_protools_of_another_rate_is_refused(read):
    with pytest.raises(InvalidInput, match=r"list:5:1: it says 23.976 Frame, not 25"):
        read(PROTOOLS + OLD, rate=25)


AVID = (
    "Ann\t01:00:01:07\tV1\tred\tVFX - fade in, tilt\t1\n"
    "Ann\t01:00:01:30\tV1\tgreen\tb\t1\t\tGreen\n"
)


@pytest.mark.parametrize("separator", ["\t", ","])
def test_avids_text_has_no_head(read, separator: str):
    text = AVID.replace(", ", " ").replace("\t", separator)
    kind, found = read(text, rate=24)
    assert (kind, places(found)) == ("avid", [("01:00:01:07", "VFX - fade in tilt")])
    assert [(row.line, str(row.why).partition(";")[0]) for row in found.skipped] == [
        (2, "01:00:01:30 has frame 30")
    ]


@pytest.mark.parametrize("doubled", [False, True])
@pytest.mark.parametrize("codec", ["utf-16", "utf-8", "utf-16-le", "utf-16-be"])
def test_premieres_table(read, doubled: bool, codec: str):
    text = (
        "Marker Name\tDescription\tIn\tOut\tDuration\tMarker Type\t\n"
        "Tür\tslams\t00;01;00;02\t00;01;00;02\t00;00;00;00\tComment\t\n"
        "\tonly words\t00;01;01;00\t00;01;01;00\t00;00;00;00\tChapter\t\n"
    )
    text = text.replace("\t", "\t\t") if doubled else text
    kind, found = read(text.encode(codec), rate=29.97)
    assert (kind, places(found)) == (
        "premiere",
        [("00:01:00;02", "Tür"), ("00:01:01;00", "only words")],
    )
    assert found.markers[0].note == "slams"


TABLES = {
    "cubase": ("ID;Position;Description\n1;5. 1. 1.  0;in\n2;6.2.3.60;out\n", ["5|1", "6|2.625"]),
    "clock": ("Name,Start\na,0:05.250\nb,1:02:03\n", ["5.25s", "3723s"]),
    "seconds": ('"Time (s)";Label\n"12,5";a\n80;b\n', ["12.5s", "80s"]),
    "bars": ("bar|beat,name\n9|2.5,a\n", ["9|2.5"]),
    "reaper": ("#,Name,Start,End,Length\nM1,a,9.1.00,,\nM2,b,9.2.50,,\n", ["9|1", "9|2.5"]),
    "rate": ("tc_in,fps,note\n01:00:00:24,25,a\n", ["01:00:00:24"]),
    "preamble": ('Reel 3\n\nTC,Comment\n01:00:00:10,"a\nb"\n', ["01:00:00:10"]),
}


@pytest.mark.parametrize("table", TABLES)
def test_tables_go_by_the_names_of_their_columns(read, table: str):
    text, expected = TABLES[table]
    kind, found = read(text, rate=None if table == "rate" else 25)
    assert kind == ("cubase" if table == "cubase" else "csv")
    assert [place for place, _ in places(found)] == expected
    assert not found.skipped


def test_malformed_rows_of_a_table_are_shown_and_the_rest_arrives(read):
    text = 'timecode,name\n01:00:00:10,a\nlater,b\n,c\n01:00:00:12,"never closed\n01:00:00:13,d\n'
    _, found = read(text, rate=24)
    assert places(found) == [
        ("01:00:00:10", "a"),
        ("01:00:00:12", '"never closed'),
        ("01:00:00:13", "d"),
    ]
    assert [(row.line, row.text, row.why.message) for row in found.skipped] == [
        (3, "later,b", "'later' is no place"),
        (4, ",c", "the row has no place"),
    ]


FCPXML = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE fcpxml>
<fcpxml version="1.10">
<resources><format id="r1" frameDuration="1001/24000s"/><asset id="a" start="10s"/></resources>
<library><event><project><sequence format="r1" tcStart="86486400/24000s" tcFormat="NDF"><spine>
<asset-clip ref="a" offset="86486400/24000s" start="86486400/24000s" duration="240240/24000s">
 <marker start="86510424/24000s" duration="1001/24000s" value="door slam" note="loud"/>
 <chapter-marker start="86486400/24000s" value="top"/>
 <marker start="90000s" value="far away"/>
 <title lane="1" offset="86534448/24000s" start="3600s" duration="5s">
  <marker start="3600s" value="on a title"/></title>
 <spine lane="1" offset="86606520/24000s"><clip offset="1001/24000s" start="0s" duration="1s">
  <marker start="1001/24000s" value="in a storyline"/></clip></spine>
</asset-clip>
<transition offset="86716630/24000s" duration="1s">
 <marker start="3600s" value="dissolve"/></transition>
<asset-clip ref="a" offset="86726640/24000s" duration="240240/24000s">
 <marker start="10s" value="by its asset"/></asset-clip>
<audition offset="86966880/24000s"><clip start="0s" duration="1s"/>
 <clip start="0s" duration="1s"><marker start="0s" value="not picked"/></clip></audition>
</spine></sequence></project></event></library></fcpxml>
"""


def test_markers_of_fcpxml_are_in_the_time_of_their_clips(read):
    kind, found = read(FCPXML)
    assert kind == "fcpxml"
    assert places(found) == [
        ("01:00:00:00", "top"),
        ("01:00:01:00", "door slam"),
        ("01:00:02:00", "on a title"),
        ("01:00:05:02", "in a storyline"),
        ("01:00:09:14", "dissolve"),
        ("01:00:10:00", "by its asset"),
    ]
    assert [(row.line, row.text, row.why.message[:20]) for row in found.skipped] == [
        (9, "far away", "it lies outside of w"),
        (20, "not picked", "it is in a clip that"),
    ]


def test_a_clip_of_25_frames_on_a_timeline_of_24_keeps_its_frames(read):
    clip = (
        '<fcpxml><resources><format id="f" frameDuration="1/24s"/></resources><project>'
        '<sequence format="f" tcStart="0s"><spine><clip offset="0s" start="0s" duration="100s">'
        '{conform}<marker start="72s" value="m"/></clip></spine></sequence></project></fcpxml>'
    )
    scaled = clip.format(conform='<conform-rate srcFrameRate="25"/>')
    off = clip.format(conform='<conform-rate scaleEnabled="0" srcFrameRate="25"/>')
    assert places(read(scaled)[1]) == [("00:01:15:00", "m")]  # frame 1800 of either rate
    assert places(read(off)[1]) == [("00:01:12:00", "m")]


def test_entities_and_broken_xml_are_refused(read):
    bomb = '<!DOCTYPE fcpxml [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><fcpxml>&b;</fcpxml>'
    with pytest.raises(InvalidInput, match="it declares entities"):
        read(bomb)
    with pytest.raises(InvalidInput, match=r"list:2:1: is not XML here: not well-formed"):
        read("<fcpxml>\n<spine <</fcpxml>")
    with pytest.raises(InvalidInput, match="cannot be decoded: unknown encoding: UUF-8"):
        read('<?xml version="1.0" encoding="UUF-8"?><fcpxml/>')
    with pytest.raises(InvalidInput, match="more elements than a film"):
        read("<fcpxml>" + "<spine>" * 500)


def outgoing(rate: str, drop: bool) -> Outgoing:
    frame_rate = FrameRate.parse(rate)
    picture = PictureStart(frame_rate, TimecodeLabel(1, 0, 42, 11, drop))
    points = [TempoMark(BarBeat(1), Fraction(93), ramp_to=Fraction(120), until=BarBeat(40))]
    tempo_map = TempoMap.build(points, picture)
    marks = []
    for frame, name in ((0, "top"), (613, 'the "door", slams'), (1800, "lamp <lit> & Tür")):
        seconds = frame / frame_rate.frames_per_second
        beats = tempo_map.beats_at_seconds(seconds)
        marks.append(OutgoingHit(name, seconds, beats, tempo_map.bar_beat_at(beats)))
    return Outgoing("Reel 3", tuple(marks), tempo_map, 48_000)


@pytest.mark.parametrize("name", written_names())
@pytest.mark.parametrize(
    ("rate", "drop"), [("23.976", False), ("25", False), ("29.97", True), ("59.94", True)]
)
def test_what_is_written_reads_back(read, name: str, rate: str, drop: bool):
    hits = outgoing(rate, drop)
    write = next(one.write for one in FORMATS if one.name == name)
    assert write is not None
    needs_rate = name in ("edl", "avid", "premiere", "midi")
    kind, found = read(write(hits), rate if needs_rate else None)
    assert kind == name
    assert places(found) == [(str(hits.label(mark)), mark.name) for mark in hits.marks]
    assert not found.skipped
    assert str(found.frame_rate) == rate


def test_the_list_is_an_edl_to_opentimelineio():
    hits = outgoing("25", drop=False)
    write = next(one.write for one in FORMATS if one.name == "edl")
    assert write is not None
    timeline = otio.adapters.read_from_string(write(hits).decode(), "cmx_3600", rate=25)
    (clip,) = timeline.tracks[0]
    found = [(marker.marked_range.start_time.value, marker.name) for marker in clip.markers]
    first = (60 * 60 + 42) * 25 + 11
    assert found == [
        (first, "top"),
        (first + 613, 'the "door", slams'),
        (first + 1800, "lamp <lit> & Tür"),
    ]


def test_formats_by_name_and_ending(tmp_path: Path):
    assert writing(Path("a.EDL"), None).name == "edl"
    assert writing(Path("a.txt"), "protools").name == "protools"
    for path, name, said in (
        ("a.xyz", None, "no format ends so; name it: --format midi|fcpxml"),
        ("a.csv", "cubase", "cubase is read, not written"),
        ("a.csv", "word", "there is no format 'word'; there are midi, fcpxml"),
    ):
        with pytest.raises(RequestError) as caught:
            writing(Path(path), name)
        assert said in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"<REAPER_PROJECT 0.1", "is a REAPER project, not a spotting list; export its markers"),
        (b"PK\x03\x04rest", "is a ZIP archive, as DAWprojects are"),
        (b'{"start": 1}', "is JSON"),
        (b'<?xml version="1.0"?><xmeml version="5">', "the XML of Final Cut 7"),
        (b"once upon a time\n", "is no spotting list that hostkit knows; known are"),
        (b"timecode,name\n01:00:00:00,a\n", "this table does not say its frame rate"),
        (b"TITLE: x\n", "an EDL does not say its frame rate"),
        (AVID.encode(), "Avid's marker text does not say its frame rate"),
    ],
)
def test_what_is_no_list_or_has_no_rate_is_refused(read, content: bytes, said: str):
    with pytest.raises(InvalidInput) as caught:
        read(content)
    assert said in str(caught.value)
