"""A project as a DAWproject: it fits the published schema, and reads back as it was."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import soundfile
from dawproject_schema import schema
from lxml import etree

from hostkit.exchange.dawproject.reading import read_dawproject
from hostkit.exchange.dawproject.writing.project import write_dawproject
from hostkit.exchange.project import (
    AudioClip,
    CurvePoint,
    DeviceParameter,
    Media,
    NoteExpression,
    Project,
    ProjectController,
    ProjectDevice,
    ProjectMarker,
    ProjectNote,
    ProjectSend,
    ProjectTrack,
)
from hostkit.exchange.tempo import ProjectMeter, ProjectTempo

RATE = 48_000
F = Fraction


@pytest.fixture(scope="module")
def rules():
    return etree.XMLSchema(etree.fromstring(schema()))


@pytest.fixture(scope="module")
def rich(tmp_path_factory):
    """Everything that a project can hold, once."""
    folder = tmp_path_factory.mktemp("rich")
    soundfile.write(folder / "take.wav", np.zeros((RATE * 4, 2)), RATE)
    media = Media("take.wav", folder / "take.wav")
    bend = NoteExpression("transpose", (CurvePoint(F(0), 0.0, True), CurvePoint(F(1), 1.0)))
    synth = ProjectDevice(
        "Synth <1>",
        "vst3",
        "instrument",
        "0123456789ABCDEF0123456789ABCDEF",
        "A & B",
        b"VST3 state",
        ".vstpreset",
        (DeviceParameter("Cutoff", 0.25, 7, "normalized", (CurvePoint(F(2), 0.5, True),)),),
    )
    reverb = ProjectDevice(
        "reverb",
        "hostkit",
        "effect",
        "reverb",
        "hostkit",
        parameters=(DeviceParameter("room_size", 0.8), DeviceParameter("mode", "LPF12")),
        enabled=False,
    )
    lead = ProjectTrack(
        "lead",
        'Lead "1" \x01',
        folder="band",
        notes=(
            ProjectNote(F(0), F(1, 3), 60, 100, 3, expressions=(bend,)),
            ProjectNote(F(1, 480), F(2), 61, 1, release_velocity=0),
        ),
        controllers=(
            ProjectController("cc", (CurvePoint(F(0), 0, True), CurvePoint(F(4), 127)), 1, 3),
            ProjectController("pitch bend", (CurvePoint(F(1), -8192), CurvePoint(F(2), 8191))),
            ProjectController("program", (CurvePoint(F(0), 48),)),
            ProjectController("poly pressure", (CurvePoint(F(1), 64),), 60),
        ),
        devices=(synth, reverb),
        sends=(ProjectSend("hall", -6.0, True, 0.5, True, (CurvePoint(F(0), 1.0),)),),
        volume_db=-3.0,
        pan=-0.25,
        volume_automation=(CurvePoint(F(0), 0.0, True), CurvePoint(F(8), 1.0)),
        pan_automation=(CurvePoint(F(0), -1.0), CurvePoint(F(1), 1.0)),
        colour="#a2eabf",
        comment="loud",
    )
    take = ProjectTrack(
        "take",
        "Take",
        clips=(
            AudioClip(media, F(2), F(1), F(1, 2), -6.0, 0.1, 0.2, name="one"),
            AudioClip(media, F(15, 4), F(2), F(1), crossfade_seconds=0.125),
        ),
        muted=True,
    )
    tracks = (
        ProjectTrack("band", "Band", "folder", volume_db=-1.0),
        lead,
        take,
        ProjectTrack("hall", "Hall", "bus", devices=(replace(reverb, enabled=True),)),
        ProjectTrack("out", "Out", "master", volume_db=-2.0),
    )
    project = Project(
        "rich",
        tempos=(ProjectTempo(F(0), F(120), True), ProjectTempo(F(16), F(90))),
        meters=(ProjectMeter(F(0), 3, 4), ProjectMeter(F(12), 7, 8)),
        markers=(ProjectMarker(F(0), "Intro", F(12)), ProjectMarker(F(12), "B & C")),
        tracks=tracks,
        title="Rich",
    )
    path = folder / "rich.dawproject"
    with path.open("wb") as file:
        losses = write_dawproject(project, folder, file)
    return project, path, losses


def test_it_fits_the_schema(rich, rules):
    _, path, losses = rich
    with zipfile.ZipFile(path) as archive:
        document = etree.fromstring(archive.read("project.xml"))
    rules.assertValid(document)
    assert losses == ()
    assert document.find(".//Notes/..").tag == "Clip"  # wrapped once
    assert document.find(".//Clip/Clip/Notes") is None
    document.find(".//Note").attrib.pop("key")
    assert not rules.validate(document)  # it would tell


def test_it_reads_back_as_it_was(rich):
    project, path, _ = rich
    back = read_dawproject(path)
    assert (back.tempos, back.meters, back.losses) == (project.tempos, project.meters, ())
    assert [(m.at, m.name) for m in back.markers] == [(m.at, m.name) for m in project.markers]
    band, lead, take, hall, out = back.tracks
    was = project.tracks[1]
    assert lead.notes == was.notes
    for one, other in zip(lead.controllers, was.controllers, strict=True):
        assert (one.kind, one.number, one.channel) == (other.kind, other.number, other.channel)
        assert [p.at for p in one.points] == [p.at for p in other.points]
        np.testing.assert_allclose(
            [p.value for p in one.points], [p.value for p in other.points], atol=1e-9
        )
    assert lead.devices[0] == was.devices[0]
    assert lead.devices[1].identity == "reverb"
    assert not lead.devices[1].enabled
    assert [p.value for p in lead.devices[1].parameters] == [0.8, "LPF12"]
    assert lead.volume_automation == was.volume_automation
    assert lead.pan_automation == was.pan_automation
    assert lead.sends[0].automation == was.sends[0].automation
    assert (lead.sends[0].pre_fader, lead.sends[0].to) == (True, hall.id)
    np.testing.assert_allclose(
        [lead.volume_db, lead.pan, lead.sends[0].level_db, lead.sends[0].pan, out.volume_db],
        [-3.0, -0.25, -6.0, 0.5, -2.0],
        atol=1e-6,
    )
    assert (lead.colour, lead.comment, lead.name) == ("#a2eabf", "loud", 'Lead "1"')
    assert (band.role, hall.role, out.role, lead.folder) == ("folder", "bus", "master", band.id)
    assert take.muted
    for clip, before in zip(take.clips, project.tracks[2].clips, strict=True):
        assert float(clip.at) == pytest.approx(float(before.at), abs=1e-8)
        assert float(clip.start_seconds) == pytest.approx(float(before.start_seconds), abs=1e-8)
        assert float(clip.length_seconds) == pytest.approx(float(before.length_seconds), abs=1e-8)
        assert clip.crossfade_seconds == pytest.approx(before.crossfade_seconds, abs=1e-8)
        assert clip.gain_db == pytest.approx(before.gain_db, abs=1e-6)
        assert clip.rate == 1
    assert take.clips[0].fade_out_seconds == pytest.approx(0.2)


def test_the_same_project_is_the_same_file(rich):
    project, path, _ = rich
    again = io.BytesIO()
    write_dawproject(project, path.parent, again)
    assert again.getvalue() == path.read_bytes()
    with zipfile.ZipFile(again) as archive:
        assert "audio/take.wav" in archive.namelist()
        assert archive.read("plugins/001.vstpreset") == b"VST3 state"
