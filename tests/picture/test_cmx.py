"""Edit decision lists: events and markers in the shapes that programs give them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from hostkit.errors import InvalidInput
from hostkit.picture.spotting.cmx import is_cmx, read_edl, read_edl_file
from hostkit.picture.spotting.edl import Edl
from hostkit.picture.spotting.marker import Given, Refused
from hostkit.timebase.framerate import FrameRate

R24 = Given(FrameRate.parse(24))


def edl(*lines: str, rate: object = 24) -> Edl:
    return read_edl("\n".join(lines), Given(FrameRate.parse(rate)))


def places(made: Edl) -> list[tuple[str, str]]:
    return [(str(marker), marker.name) for marker in made.markers]


CUT = "001  A001     V     C        00:00:10:00 00:00:12:00 01:00:00:00 01:00:02:00"


def test_an_event_is_frames_from_midnight_with_what_is_said_below_it():
    made = edl(
        "TITLE: REEL 1",
        "FCM: NON-DROP FRAME",
        "000001  A012 C003 TAKE 2  AA/V  C  10:00:00:00 10:00:01:12 01:00:00:00 01:00:03:00",
        "M2   A012 C003 TAKE 2   012.0   10:00:00:00",
        "* FROM CLIP NAME:  12-3 TAKE 2",
        "* SOURCE FILE: A012C003.MOV",
    )
    (event,) = made.events
    assert (made.title, made.drop) == ("REEL 1", False)
    assert (event.number, event.reel, event.track) == ("000001", "A012 C003 TAKE 2", "AA/V")
    assert (event.source_in, event.source_out) == (864_000, 864_036)
    assert (event.record_in, event.record_out, event.frames) == (86_400, 86_472, 72)
    assert (event.speed, event.clip_name) == (Fraction(1, 2), "12-3 TAKE 2")
    assert event.source_file == "A012C003.MOV"


def test_sides_of_a_dissolve_have_their_own_clips():
    made = edl(
        "003  A001     V     C        00:00:10:00 00:00:10:00 01:00:02:00 01:00:02:00",
        "003  B002     V     D    024 00:00:20:00 00:00:23:00 01:00:02:00 01:00:05:00",
        "* FROM CLIP NAME:  out",
        "* TO CLIP NAME:  in",
        "* SOURCE FILE: ONE",
        "* SOURCE FILE: TWO",
        "004  C003     V     K B      00:00:20:00 00:00:23:00 01:00:05:00 01:00:08:00",
        "005  BL       NONE  W001 012 00:00:00:00 00:00:01:00 01:00:08:00 01:00:09:00",
    )
    shown = [(e.clip_name, e.source_file, e.transition, e.transition_frames) for e in made.events]
    assert shown[:2] == [("out", "ONE", "C", 0), ("in", "TWO", "D", 24)]
    assert [e.transition for e in made.events[2:]] == ["KB", "W001"]


LOCATORS = {
    "with a colour": ("* LOC: 01:00:01:14 RED     door slams", ("01:00:01:14", "door slams")),
    "with tabs": ("* LOC:\t01:00:01:14\tRED\tdoor slams", ("01:00:01:14", "door slams")),
    "without a space": ("*LOC: 01:00:01:14 YELLOW  door", ("01:00:01:14", "door")),
    "without a colour": ("* LOC: 01:00:01:14 red-hot iron", ("01:00:01:14", "red-hot iron")),
    "without a name": ("* LOC: 01:00:01:14 BLUE", ("01:00:01:14", "blue")),
    "without hours": ("* LOC: 59:52:05 GREEN lamp", ("00:59:52:05", "lamp")),
    "with one digit of hours": ("* LOC: 1:01:06:16 GREEN lamp", ("01:01:06:16", "lamp")),
    "gone on with": (
        "* LOC: 01:00:01:14 RED     door\n*          slams twice\n* ASC_SAT 0.9",
        ("01:00:01:14", "door slams twice"),
    ),
    "Resolve's": (
        "001  001  V  C  01:00:18:06 01:00:18:07 01:00:18:06 01:00:18:07\n"
        " |C:ResolveColorRed |M:door slam |D:1",
        ("01:00:18:06", "door slam"),
    ),
    "Resolve's with a note alone": (
        "001  001  V  C  01:00:18:06 01:00:18:07 01:00:18:06 01:00:18:07\n"
        "2 frames late |C:ResolveColorRed |M:Marker 3 |D:1",
        ("01:00:18:06", "2 frames late"),
    ),
    "Resolve's over two lines": (
        "001  001  V  C  01:00:18:06 01:00:18:07 01:00:18:06 01:00:18:07\n"
        "he turns\nto us |C:ResolveColorRed |M:turn |D:1",
        ("01:00:18:06", "turn"),
    ),
    "Avid's table, by spaces": (
        "* Ann    01:00:03:00   V1   red   door, wide   1",
        ("01:00:03:00", "door, wide"),
    ),
    "Avid's table": ("* Ed\t01:00:03:00\tV1\tred\tdoor, wide\t1", ("01:00:03:00", "door, wide")),
}


@pytest.mark.parametrize("shape", LOCATORS)
@pytest.mark.parametrize("before", [(), (CUT,)], ids=["first", "below an event"])
def test_markers_in_all_their_shapes(shape: str, before: tuple[str, ...]):
    lines, marker = LOCATORS[shape]
    made = edl(*before, lines)
    assert places(made) == [marker]
    assert not made.skipped


def test_a_row_that_cannot_be_read_is_shown_and_the_rest_arrives():
    made = edl(
        CUT,
        "* LOC: 01:00:00:25 RED illegal",
        "* LOC: RED nowhere",
        "002  A001     V     C        00:00:10:00 00:00:12:00 01:00:02:00",
        "003  A001     V     C        00:00:10:00 00:00:12:00 01:00:05:00 01:00:02:00",
        "* LOC: 01:00:01:00 RED there",
    )
    assert len(made.events) == 1
    assert places(made) == [("01:00:01:00", "there")]
    assert [(row.line, row.why.message.partition(":")[0]) for row in made.skipped] == [
        (2, "01"),
        (3, "its locator has no timecode"),
        (4, "it is no whole event"),
        (5, "its record out, 01"),
    ]
    assert str(made.skipped[0].why) == "01:00:00:25 has frame 25; at 24 frames go from 00 to 23"


def test_drop_frame_is_said_once_or_by_every_label():
    cut = "001  A  V  C  00:00:00;00 00:00:01;00 01:00:00;00 01:00:01;00"
    said = edl("FCM: DROP FRAME", cut.replace(";", ":"), "* LOC: 01:01:00:02 RED a", rate=29.97)
    shown = edl(cut, "* LOC: 01:01:00;02 RED a", rate=29.97)
    assert places(said) == places(shown) == [("01:01:00;02", "a")]
    assert said.drop
    assert shown.drop
    assert said.events[0].record_in == shown.events[0].record_in == 107_892


def test_a_list_that_does_not_say_counts_as_the_session_it_is_for():
    text = "* LOC: 01:01:00:02 RED a"
    rate = FrameRate.parse(29.97)
    assert places(read_edl(text, Given(rate, drop=True))) == [("01:01:00;02", "a")]
    assert places(read_edl(text, Given(rate))) == [("01:01:00:02", "a")]
    said = read_edl(f"FCM: NON-DROP FRAME\n{text}", Given(rate, drop=True))
    assert places(said) == [("01:01:00:02", "a")]


def test_a_list_past_midnight():
    (event,) = edl("001  A  V  C  00:00:00:00 00:00:02:00 23:59:59:00 00:00:01:00").events
    assert event.frames == 48


def test_what_contradicts_the_frame_rate_or_has_none_is_refused():
    with pytest.raises(Refused, match="does not say its frame rate; say it: --frame-rate"):
        read_edl(CUT, Given())
    with pytest.raises(Refused, match="says drop frame, which 24 does not have") as caught:
        edl("TITLE: x", "FCM: DROP FRAME", CUT)
    assert caught.value.line == 2


def test_files_in_any_encoding_and_line_ends(tmp_path: Path):
    lines = f"TITLE: Größe\r{CUT}\r* LOC: 01:00:01:00 RED Tür schlägt\r"
    for codec in ("utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"):
        (tmp_path / "reel.edl").write_bytes(lines.encode(codec))
        made = read_edl_file(tmp_path / "reel.edl", R24)
        assert (made.title, places(made)) == ("Größe", [("01:00:01:00", "Tür schlägt")])


def test_what_is_no_such_list_is_refused(tmp_path: Path):
    for data in (b"", b"hello\n", b"MThd\0\0\0\6", b"\0" * 99):
        (tmp_path / "reel.edl").write_bytes(data)
        with pytest.raises(InvalidInput, match="is not an edit decision list"):
            read_edl_file(tmp_path / "reel.edl", R24)
    assert not is_cmx("1 2 3 4 5 6 7\n")
