"""Projects that are damaged, foreign or huge: each fault is told, and the rest arrives."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from hostkit.errors import RequestError
from hostkit.exchange.project import Project
from hostkit.exchange.reaper.chunks import vst3_lines
from hostkit.exchange.reaper.reading.project import read_reaper
from hostkit.library.exchange.vstpreset import parse_vstpreset, write_vstpreset

CLASS_ID = "2046504473616C636B654E4400000000"
NOTES = "HASDATA 1 96 QN\nE 0 90 3c 60\nE 96 80 3c 00\nE 0 b0 7b 00\n"
ITEM = f"<ITEM\nPOSITION 0\nLENGTH 2\n<SOURCE MIDI\n{NOTES}>\n>\n"


def read(folder: Path, inside: str | bytes) -> Project:
    path = folder / "song.rpp"
    data = inside if isinstance(inside, bytes) else f"<REAPER_PROJECT 0.1\n{inside}\n>\n".encode()
    path.write_bytes(data)
    return read_reaper(path)


def said(project: Project) -> list[str]:
    return [str(loss) for loss in project.losses]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is empty"),
        (b"PK\x03\x04zip", "it is no REAPER project"),
        (b"<TRACK\n>", "it does not begin with <REAPER_PROJECT"),
        (b"<REAPER_PROJECT\n" + b"<A\n" * 100, "more than 64 deep in each other"),
    ],
)
def test_what_is_no_project_is_refused(tmp_path, data, why):
    with pytest.raises(RequestError, match=why):
        read(tmp_path, data)


def test_a_missing_project_is_told_with_the_one_that_is_like_it(tmp_path):
    (tmp_path / "song.rpp").write_bytes(b"")
    with pytest.raises(RequestError, match=r"there is no such file; did you mean .*song\.rpp"):
        read_reaper(tmp_path / "sung.rpp")


def test_what_breaks_off_is_told_and_what_is_there_arrives(tmp_path):
    whole = f"<REAPER_PROJECT 0.1\n<TRACK\nNAME one\n{ITEM}>\n<TRACK\nNAME two\n{ITEM}>\n>\n"
    project = read(tmp_path, whole[: whole.rindex("E 96")].encode())
    assert [len(track.notes) for track in project.tracks] == [1, 1, 0]
    assert said(project) == [
        "it breaks off: 4 blocks without an end (REAPER_PROJECT, TRACK, ITEM, SOURCE)"
    ]


def state_block(lines: list[str], name: str = "Kars") -> str:
    head = f'<VST "VST3i: {name} (falkTX)" {name}.vst3 0 "" 0{{{CLASS_ID}}} ""'
    return "\n".join((head, *lines, ">"))


def good_state(data: bytes) -> list[str]:
    return list(vst3_lines(parse_vstpreset(write_vstpreset(CLASS_ID, {"Comp": data}))))


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["this is no base64"], "its state is no base64"),
        ([base64.b64encode(b"nothing like it").decode()], "does not begin as one does"),
        (good_state(b"x" * 500)[:3], "its state breaks off"),
        (["//////7///8="], "its state breaks off"),
    ],
)
def test_a_state_that_cannot_be_read_is_told_and_the_device_stays(tmp_path, lines, why):
    track = f"<TRACK\nNAME a\n<FXCHAIN\n{state_block(lines)}\n>\n{ITEM}>"
    project = read(tmp_path, track)
    (device,) = project.tracks[0].devices
    assert (device.name, device.state) == ("Kars", b"")
    assert why in said(project)[0]
    assert said(project)[0].startswith("a: the state of Kars cannot be read")
    assert len(project.tracks[0].notes) == 1


def test_missing_media_circles_and_other_letters_are_told(tmp_path):
    clip = '<ITEM\nPOSITION 1\nLENGTH 2\n<SOURCE WAVE\nFILE "C:\\\\x\\\\gone.wav"\n>\n>\n'
    one = f"<TRACK\nNAME größe\nAUXRECV 1 0 1 0 0\n{clip}>\n"
    two = "<TRACK\nNAME b\nAUXRECV 0 0 1 0 0\nAUXRECV 1 0 1 0 0\nAUXRECV 7 0 1 0 0\n>\n"
    text = f"<REAPER_PROJECT 0.1\n{one}{two}>\n"
    project = read(tmp_path, text.encode("cp1252"))
    assert said(project) == [
        "its text is no UTF-8, and read as cp1252",
        "b: a receive from a track that is not there is left out",
        "b: its send to größe goes round in a circle",
        "b: its send to b goes round in a circle",
    ]
    assert project.tracks[0].clips[0].media.file is None
    assert [[send.to for send in track.sends] for track in project.tracks] == [["1"], [], []]


def test_files_outside_of_the_folder_are_not_followed(tmp_path):
    (tmp_path / "out.wav").write_bytes(b"")
    inside = tmp_path / "song"
    inside.mkdir()
    for name in ("../out.wav", str(tmp_path / "out.wav"), "/dev/zero", "a\0b.wav"):
        item = f'<ITEM\nPOSITION 0\nLENGTH 1\n<SOURCE WAVE\nFILE "{name}"\n>\n>\n'
        project = read(inside, f"<TRACK\nNAME a\n{item}>")
        assert project.tracks[0].clips[0].media.file is None


def test_three_hundred_tracks_and_ten_megabytes_of_state_arrive(tmp_path):
    state = bytes(range(256)) * 140
    block = state_block(good_state(state))
    tracks = "".join(f"<TRACK\nNAME track {n}\n<FXCHAIN\n{block}\n>\n{ITEM}>\n" for n in range(300))
    project = read(tmp_path, tracks)
    assert said(project) == []
    assert len(project.tracks) == 301
    states = [parse_vstpreset(t.devices[0].state).chunks["Comp"] for t in project.tracks[:-1]]
    assert sum(map(len, states)) > 10**7
    assert set(states) == {state}


def test_loops_without_end_are_cut_short(tmp_path):
    item = ITEM.replace("LENGTH 2", "LENGTH 80000\nLOOP 1").replace("E 96 80", "E 1 80")
    project = read(tmp_path, f"<TRACK\nNAME a\n{item * 3}>")
    assert 10_000 <= len(project.tracks[0].notes) <= 600_000
