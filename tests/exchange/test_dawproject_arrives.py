"""A DAWproject becomes a session that plays."""

from __future__ import annotations

import numpy as np
import pytest
from made_projects import MASTER, clip, clips, lanes, notes, packed, project, track, volume

from hostkit.exchange.arriving.start import start_any
from hostkit.midi.reading.file import read_midi
from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment
from hostkit.session.load import load_session

HALL = track(
    "hall",
    "Hall",
    '<Devices><Device deviceName="Space" deviceRole="audioFX" deviceVendor="hostkit" '
    'deviceID="hostkit:reverb"><Parameters><RealParameter unit="linear" name="room_size" '
    'value="0.5"/></Parameters></Device></Devices>',
    role="effect",
)
SEND = (
    '<Sends><Send type="{}" destination="hall-channel"><Volume unit="linear" value="0.5"/></Send>'
    "</Sends>"
)

PLAYED = clip(notes((0, 1, 60)), time=0, duration=4)


def arrived(tmp_path, xml, files=None):
    made = start_any(packed(tmp_path / "song.dawproject", xml, files))
    plan_session(made.started.path, Environment())  # it can be rendered
    return load_session(made.started.path).session, made


def test_notes_faders_groups_and_sends(tmp_path):
    """The group at −6.02 dB is in its track's fader, and off the sends, which were before it."""
    keys = track(
        "keys",
        "Keys",
        volume(0.5),
        role="submix",
        content="tracks",
        children=track("ep", "E-Piano", volume(0.8), SEND.format("post"), to="keys-channel"),
    )
    pad = track("pad", "Pad", volume(0.25), SEND.format("pre"))
    xml = project(
        MASTER + HALL + keys + pad,
        lanes("ep", clips(clip(notes((1, 0.5, 60), (0, 0.333333, 64)), time=4, duration=4)))
        + lanes("pad", clips(clip(notes((0, 4, 48)), time=0, duration=2))),
    )
    session, made = arrived(tmp_path, xml)
    assert session.tracks["E-Piano"].stem == "Keys"
    assert session.tracks["E-Piano"].gain_db == pytest.approx(20 * np.log10(0.4), abs=1e-5)
    assert session.tracks["E-Piano"].sends["Hall"] == pytest.approx(0.0, abs=1e-5)
    assert session.tracks["Pad"].sends["Hall"] == pytest.approx(20 * np.log10(2), abs=1e-5)
    assert session.buses["Hall"].effects[0].name == "reverb"
    file = read_midi(made.started.path.parent / "song-files" / "notes.mid")
    ticks = file.division.count
    events = {t.name: list(zip(t.ticks.tolist(), t.messages, strict=True)) for t in file.tracks}
    assert events["E-Piano"] == [
        (4 * ticks, b"\x90\x40\x66"),
        (4 * ticks + ticks // 3, b"\x80\x40\x40"),
        (5 * ticks, b"\x90\x3c\x66"),
        (5 * ticks + ticks // 2, b"\x80\x3c\x40"),
    ]
    assert events["Pad"][-1] == (2 * ticks, b"\x80\x30\x40")  # cut where its clip ends


def test_a_plugin_that_is_not_here_has_a_stand_in_that_check_names(tmp_path, monkeypatch):
    monkeypatch.setattr("hostkit.devices.plugins.scanning.find.plugin_folders", lambda _: ())
    xml = project(
        MASTER
        + track(
            "bass",
            "Bass",
            '<Devices><Vst3Plugin deviceName="No Such Synth" deviceRole="instrument"/>'
            '<Vst3Plugin deviceName="No Such EQ" deviceRole="audioFX"/></Devices>',
        ),
        lanes("bass", clips(clip(notes((0, 1, 40)), time=0, duration=4))),
    )
    session, made = arrived(tmp_path, xml)
    assert session.tracks["Bass"].effects[0].stand_in == "nothing"
    planned = plan_session(made.started.path, Environment())
    assert [w for w in planned.warnings if "No Such Synth' here, gm program 33 stands in" in w]
    assert [w for w in planned.warnings if "No Such EQ' here, nothing stands in" in w]
    assert any("No Such Synth is not installed here" in loss.what for loss in made.losses)


def test_devices_that_stay_behind_are_told_and_leave_no_empty_list(tmp_path):
    devices = (
        '<Devices><Vst3Plugin deviceName="Arp" deviceRole="noteFX"/>'
        '<BuiltinDevice deviceName="Sampler" deviceRole="instrument"/></Devices>'
    )
    xml = project(MASTER + track("keys", "Keys", devices), lanes("keys", clips(PLAYED)))
    session, made = arrived(tmp_path, xml)
    assert [str(loss) for loss in made.losses if "installed" not in loss.what] == [
        "Keys: Arp, which changed the notes, is left out",
        "Keys: Sampler is a device of its program, and there is none like it",
        "Keys: its instrument does not come along; a sound of General MIDI for now",
    ]
    assert "effects" not in session.tracks["Keys"].model_fields_set
