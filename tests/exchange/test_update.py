"""`init --update`: a newer project's notes and clips, and nothing else of it."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile
from commands import hostkit
from made_projects import MASTER, clip, clips, lanes, notes, packed, project, track

from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment
from hostkit.session.load import load_session

TONE = (
    '<Devices><BuiltinDevice deviceName="tone" deviceRole="instrument" deviceVendor="hostkit" '
    'deviceID="hostkit:tone"/></Devices>'
)


def take(seconds, seed=0):
    written = io.BytesIO()
    noise = np.random.default_rng(seed).normal(0, 0.1, (48_000 * seconds, 1))
    soundfile.write(written, noise, 48_000, format="WAV")
    return written.getvalue()


def version(path, played, *, start=0, more="", seed=0):
    """A project with a track `Lead` that plays `played`, a take, and perhaps more tracks."""
    tracks = MASTER + track("lead", "Lead", TONE) + track("vox", "Vox", content="audio")
    audio = (
        '<Audio channels="1" sampleRate="48000" duration="2"><File path="audio/vox.wav"/></Audio>'
    )
    arranged = lanes("lead", clips(clip(notes(*played), time=0, duration=16)))
    arranged += lanes("vox", clips(clip(audio, time=start, duration=2, contentTimeUnit="seconds")))
    if more:
        tracks += track("pad", "Pad", TONE)
        arranged += lanes("pad", clips(clip(notes(*more), time=0, duration=16)))
    return packed(path, project(tracks, arranged), {"audio/vox.wav": take(2, seed)})


@pytest.fixture
def edited(tmp_path):
    """A session that was begun from a first version, and edited by hand."""
    first = version(tmp_path / "song.dawproject", [(0, 1, 60), (4, 1, 62)])
    assert hostkit("init", first, cache=tmp_path / "c").code == 0
    session = tmp_path / "song.yaml"
    text = session.read_text()
    text = text.replace("  Lead:", "  lead guitar:   # the hero").replace(
        "gain_db: 0", "gain_db: -5"
    )
    text = text.replace(
        "mixes: [full, no_vocals]", "mixes: {full: {}, bed: {mute: Vox}}   # for the editor"
    )
    session.write_text(text)
    return session


def lead_keys(session):
    events = plan_session(session, Environment()).whole.tracks
    score = next(t for t in events if t.name == "lead guitar").plan.source.score
    return [m[1] for m in score.events().messages if m[0] & 0xF0 == 0x90]


def test_notes_clips_and_new_tracks_come_in_and_what_was_edited_stays(tmp_path, edited):
    before = edited.read_text()
    newer = version(
        tmp_path / "v2.dawproject", [(0, 1, 60), (8, 1, 65)], start=4, more=[(0, 4, 48)]
    )
    dry = hostkit("init", newer, "--update", edited, "--dry-run", cache=tmp_path / "c")
    assert edited.read_text() == before
    done = hostkit("init", newer, "--update", edited, cache=tmp_path / "c")
    assert done.code == 0, done.err
    for out in (dry.out, done.out):
        assert "~ lead guitar: 1 note new, 1 note gone, in bars 2-3" in out
        assert "~ Vox: 1 region new, 1 region gone" in out
        assert "+ Pad:" in out
    after = edited.read_text()
    gone = [line for line in before.splitlines() if line not in after]
    assert ["audio:" in line for line in gone] == [True]
    session = load_session(edited).session
    assert str(session.tracks["Vox"].audio[0].at) == "2|1"
    assert session.tracks["lead guitar"].gain_db == -5
    assert list(session.tracks) == ["lead guitar", "Vox", "Pad"]
    assert lead_keys(edited) == [60, 65]
    for name in ("song.yaml", "song-files/notes.mid"):
        (tmp_path / f"{name}.bak").replace(tmp_path / name)  # as it says
    assert edited.read_text() == before
    assert lead_keys(edited) == [60, 62]


def test_what_is_not_in_the_project_any_more_stays_and_nothing_new_writes_nothing(tmp_path, edited):
    before = edited.read_bytes()
    same = tmp_path / "song.dawproject"
    out = hostkit("init", same, "--update", edited, "--json", cache=tmp_path / "c").json
    assert {c["state"] for c in out["changes"]} == {"same"}
    assert edited.read_bytes() == before
    assert not list(tmp_path.glob("*.bak"))
    other = packed(
        tmp_path / "v3.dawproject",
        project(
            MASTER + track("pad", "Pad", TONE),
            lanes("pad", clips(clip(notes((0, 1, 40)), time=0, duration=4))),
        ),
    )
    done = hostkit("init", other, "--update", edited, cache=tmp_path / "c")
    assert "- lead guitar: Lead is not in the project; it keeps its notes" in done.out
    assert "- Vox: it is not in the project; it keeps its recordings" in done.out
    assert lead_keys(edited) == [60, 62]


def test_another_recording_under_the_same_name_is_told_and_the_old_one_kept(tmp_path, edited):
    newer = version(tmp_path / "v2.dawproject", [(0, 1, 60), (4, 1, 62)], seed=1)
    done = hostkit("init", newer, "--update", edited, cache=tmp_path / "c")
    assert "~ Vox: another recording in the same file" in done.out
    takes = tmp_path / "song-files" / "takes"
    assert (takes / "vox.wav").read_bytes() == take(2, 1)
    assert (takes / "vox.wav.bak").read_bytes() == take(2, 0)


def test_what_cannot_be_updated_from_is_refused(tmp_path, edited):
    midi = tmp_path / "song-files" / "notes.mid"
    refused = hostkit("init", midi, "--update", edited, cache=tmp_path / "c")
    assert refused.code == 2
    assert "from a DAW's project, which ends in .dawproject or .rpp" in refused.err
    project_ = tmp_path / "song.dawproject"
    out = hostkit("init", project_, "--update", edited, "-o", "x.yaml", cache=tmp_path / "c")
    assert out.code == 2
    assert "leave -o out" in out.err


def test_a_score_keeps_its_notes_and_a_take_that_is_elsewhere_is_the_same(tmp_path):
    (tmp_path / "vox.wav").write_bytes(take(1))
    session = tmp_path / "s.yaml"
    session.write_text(
        "hostkit: 1\ntempo: [{at: 1|1, bpm: 60}]\ntracks:\n"
        "  lead: {instrument: {tone: {}}, score: [{at: 1, notes: \"c'4 d' e'\"}]}\n"
        "  vox: {audio: [{file: vox.wav, at: 1|2}]}\n"
    )
    before = session.read_text()
    project_file = tmp_path / "P.dawproject"
    assert hostkit("export", session, "-o", project_file, cache=tmp_path / "c").code == 0
    done = hostkit("init", project_file, "--update", session, "--json", cache=tmp_path / "c").json
    assert [(one["track"], one["state"]) for one in done["changes"]] == [("vox", "same")]
    assert done["warnings"] == ["lead plays a score: its notes stay"]
    assert session.read_text() == before
    session.write_text(before.replace("1|2", "1|3"))
    done = hostkit("init", project_file, "--update", session, cache=tmp_path / "c")
    assert "~ vox: 1 region new, 1 region gone" in done.out
    assert "midi:" not in session.read_text()
    assert not (tmp_path / "s-files" / "notes.mid").exists()
