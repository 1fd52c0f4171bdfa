"""DAWprojects as programs write them, and as they should not be: the rest arrives, all is told."""

from __future__ import annotations

import zipfile
from fractions import Fraction

import pytest
from made_projects import MASTER, clip, clips, lanes, notes, packed, project, track, volume

from hostkit.errors import RequestError
from hostkit.exchange.dawproject.reading import read_dawproject

F = Fraction
LEAD = MASTER + track("lead", "Lead")
PLAYED = lanes("lead", clips(clip(notes((0, 1, 60)), time=0, duration=4)))
AUDIO = '<Audio channels="2" sampleRate="48000" duration="10"><File path="a.wav"/></Audio>'


def read(tmp_path, xml, files=None):
    return read_dawproject(packed(tmp_path / "p.dawproject", xml, files))


def track_of(project_, name):
    return next(one for one in project_.tracks if one.name == name)


def heard(project_, name="Lead"):
    return [(note.at, note.length, note.key) for note in track_of(project_, name).notes]


def test_loops_aliases_and_units_are_laid_flat(tmp_path):
    played = notes((0, 0.5, 60), (1, 5, 62)).replace("<Notes>", '<Notes id="n">')
    looped = clip(played, time=4, duration=5, playStart=1, loopStart=0, loopEnd=2)
    alias = clip("", time=20, duration=2, reference="n")
    seconds = clips(
        clip(notes((0, 1, 64)), time=15, duration=2, contentTimeUnit="beats"),
        attributes='timeUnit="seconds"',
    )
    made = read(tmp_path, project(LEAD, lanes("lead", clips(looped, alias), seconds)))
    assert heard(made) == [
        (F(4), F(1), 62),  # from playStart to the end of the loop
        (F(5), F(1, 2), 60),
        (F(6), F(1), 62),
        (F(7), F(1, 2), 60),
        (F(8), F(1), 62),
        (F(20), F(1, 2), 60),
        (F(21), F(1), 62),
        (F(30), F(1), 64),  # 15 s at 120 bpm
    ]


def test_tempo_in_seconds_and_without_attributes(tmp_path):
    points = (
        '<TempoAutomation timeUnit="seconds" unit="bpm"><Target parameter="tempo"/>'
        '<RealPoint time="2" value="120"/><RealPoint time="0" value="60" interpolation="linear"/>'
        "</TempoAutomation>"
    )
    made = read(tmp_path, project(LEAD, PLAYED, beside=points))
    assert [(t.at, t.bpm, t.ramps) for t in made.tempos] == [(0, 60, True), (3, 120, False)]
    empty = '<TempoAutomation><Target parameter="tempo"/></TempoAutomation>'
    bare = read(tmp_path, project(LEAD, PLAYED, transport="<Tempo/><TimeSignature/>", beside=empty))
    assert (bare.tempos, bare.meters) == ((), ())


def test_audio_in_beats_plays_at_its_own_speed_and_warps_are_told(tmp_path):
    raw = clip(AUDIO, time=2, duration=4, contentTimeUnit="seconds", playStart=1)
    straight = (
        f'<Warps contentTimeUnit="seconds" timeUnit="beats">{AUDIO}<Warp time="0" contentTime="0"/>'
        '<Warp time="20" contentTime="10"/></Warps>'
    )
    faster = straight.replace('time="20"', 'time="10"')
    nested = clip(clips(clip(straight, time=0, duration=4)), time=10, duration=4, fadeInTime=-0.5)
    xml = project(
        MASTER + track("vox", "Vox"),
        lanes("vox", clips(raw, nested, clip(faster, time=20, duration=2))),
    )
    one, two, three = track_of(read(tmp_path, xml, {"a.wav": b"x"}), "Vox").clips
    assert (one.at, one.length_seconds, one.start_seconds, one.rate) == (2, 2, 1, 1)
    assert (two.at, two.length_seconds, two.rate) == (10, 2, 1)
    assert two.crossfade_seconds == 0  # nothing of the file lies before its start
    assert three.rate == pytest.approx(2)


def test_a_groups_master_is_the_group_and_the_end_of_the_chain_is_the_master(tmp_path):
    inner = track("gm", "Band Master", volume(0.5), role="master") + track(
        "lead", "Lead", to="gm-channel"
    )
    group = f'<Track id="g" name="Band" contentType="tracks">{inner}</Track>'
    made = read(tmp_path, project(group + MASTER, PLAYED))
    assert [(t.name, t.role, t.folder) for t in made.tracks] == [
        ("Band", "folder", ""),
        ("Lead", "regular", "g"),
        ("Master", "master", ""),
    ]
    assert track_of(made, "Band").volume_db == pytest.approx(-6.02, abs=0.01)
    assert track_of(made, "Lead").output == "g"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda xml: xml[: xml.index("</Arrangement>")], "breaks off (line 1: no element found)"),
        (lambda xml: xml.replace('name="Lead"', 'name="Flöte"').encode("cp1252"), "not in UTF-8"),
        (lambda xml: xml.replace('n="master-channel', 'n="lead-channel'), "goes in a circle"),
        (lambda xml: xml.replace('key="60"', 'key="200"'), "a note without time, length or key"),
        (lambda xml: xml.replace('value="120"', 'value="NaN"'), "a tempo that is no number"),
    ],
)
def test_what_is_damaged_is_told_and_the_rest_is_there(tmp_path, change, said):
    made = read(tmp_path, change(project(LEAD, PLAYED)))
    assert said in " ".join(map(str, made.losses))
    assert len(made.tracks) == 2


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        ('<!DOCTYPE p [<!ENTITY a "aaaa">]><Project>&a;</Project>', "declares a document type"),
        ("<Project>" + "<Track>" * 200, "nested more than 64 deep"),
        ("<Song/>", "of the kind 'Song'"),
        ("no XML", "it is no XML"),
    ],
)
def test_what_is_no_project_is_refused(tmp_path, xml, said):
    with pytest.raises(RequestError, match=said):
        read(tmp_path, xml)


def test_archives_that_are_none_or_bombs_are_refused(tmp_path, monkeypatch):
    path = packed(tmp_path / "p.dawproject", project(LEAD, PLAYED))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(RequestError, match="this is no ZIP, as a DAWproject is, or it breaks off"):
        read_dawproject(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.json", "{}")
    with pytest.raises(RequestError, match="a draft of DAWproject from 2020"):
        read_dawproject(path)
    monkeypatch.setattr("hostkit.exchange.dawproject.reading.MAX_BYTES", 10**6)
    with pytest.raises(RequestError, match="larger than 1 MB when it is unpacked"):
        read(tmp_path, project(LEAD, PLAYED) + " " * 10**7)


def test_files_outside_are_not_followed(tmp_path):
    (tmp_path / "secret.wav").write_bytes(b"x")
    inside = tmp_path / "song"
    inside.mkdir()
    (inside / "beside.wav").write_bytes(b"x")
    both = [
        clip(AUDIO.replace('path="a.wav"', f'external="true" path="{path}"'), time=at, duration=1)
        for at, path in enumerate(("../secret.wav", "/home/ada/song/beside.wav"))
    ]
    xml = project(MASTER + track("vox", "Vox"), lanes("vox", clips(*both)))
    made = read_dawproject(packed(inside / "p.dawproject", xml))
    assert [c.media.file for c in track_of(made, "Vox").clips] == [None, inside / "beside.wav"]


def test_what_some_programs_write_their_own_way_is_read(tmp_path):
    """A prefix for tags, a tempo as text, MIDI velocities, tracks as destinations, addresses."""
    transport = '<Tempo>90.0</Tempo><TimeSignature nominator="3" denominator="4"/>'
    xml = project(LEAD, PLAYED, transport=transport)
    for written, otherwise in (
        ("<Project", '<daw:Project xmlns:daw="x"'),
        ("</Project", "</daw:Project"),
        ('vel="0.8"', 'vel="100"'),
    ):
        xml = xml.replace(written, otherwise)
    made = read(tmp_path, xml)
    assert [float(tempo.bpm) for tempo in made.tempos] == [90]
    assert [meter.numerator for meter in made.meters] == [3]
    assert [note.velocity for note in track_of(made, "Lead").notes] == [100]
    assert made.losses == ()


def test_ids_of_tracks_and_addresses_of_files_are_followed(tmp_path):
    xml = project(
        MASTER
        + '<Track id="v" name="Vox"><Channel destination="fx"><Sends>'
        + '<Send destination="fx"/></Sends></Channel></Track>'
        + '<Track id="fx" name="Verb"><Channel id="c" role="effect"/></Track>',
        lanes("v", clips(clip(AUDIO.replace("a.wav", "my%20take.wav"), time=0, duration=4))),
    )
    made = read(tmp_path, xml, {"my take.wav": b"RIFF"})
    vox = track_of(made, "Vox")
    assert (vox.output, [send.to for send in vox.sends]) == ("fx", ["fx"])
    assert vox.clips[0].media.member == "my take.wav"


def test_a_project_without_a_tempo_or_with_automation_of_nothing_says_so(tmp_path):
    nothing = '<Points><RealPoint time="0" value="1"/></Points>'
    made = read(tmp_path, project(LEAD, PLAYED, transport="", beside=nothing))
    assert [str(loss) for loss in made.losses] == [
        "it does not say its tempo, so 120 bpm it is",
        "automation that names no parameter is left out",
    ]
