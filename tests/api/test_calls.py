"""hostkit as a library: plain calls, frozen values, documented errors, quick to import."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from scores import write_score

import hostkit

RATE = 48_000

SESSION = """\
hostkit: 1
midi: scale.mid
length: 1s
tracks:
  low: {midi: {track: low}, instrument: {soundfont: gm, program: 0}, stem: keys}
  high: {midi: {track: high}, instrument: {soundfont: gm, program: 48}, stem: strings}
mixes:
  bed: {mute: [strings]}
"""


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOSTKIT_CACHE", str(tmp_path / "cache"))
    write_score(tmp_path / "scale.mid", {"low": [(0, 1, 60)], "high": [(0, 1, 72)]})
    path = tmp_path / "cue.yaml"
    path.write_text(SESSION)
    return path


def test_importing_hostkit_loads_nothing_else():
    loads = "import sys, hostkit; print([m for m in sys.modules if m.startswith('hostkit.')])"
    done = subprocess.run([sys.executable, "-c", loads], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_is_there_and_plan_stays_a_call():
    from hostkit.plan.mixes.kinds import KINDS  # loads the package of that name

    assert KINDS
    assert sorted(hostkit._HOME_OF) == list(hostkit.__all__)
    for name in hostkit.__all__:
        assert callable(getattr(hostkit, name)), name


def test_a_render_gives_a_frozen_value_and_tells_its_progress(session: Path):
    events: list[hostkit.Event] = []
    done = hostkit.render(
        str(session), out=str(session.parent / "out"), mixes=["bed"], jobs=2, progress=events.append
    )
    assert done.folder == session.parent / "out"
    audio = {file.stem: soundfile.read(file)[0] for file in done.files if file.suffix == ".wav"}
    assert set(audio) == {"keys", "strings", "full", "bed"}
    np.testing.assert_array_equal(audio["full"], audio["keys"] + audio["strings"])
    np.testing.assert_array_equal(audio["bed"], audio["keys"])
    assert done.manifest.frames == RATE == len(audio["full"])
    assert done.warnings == tuple(done.manifest.warnings)
    with pytest.raises(dataclasses.FrozenInstanceError):
        done.folder = session  # type: ignore[misc]  # mypy refuses it too: it is frozen
    rendered = {event.name for event in events if event.status == "rendered"}
    assert rendered >= {"low", "high", "keys", "strings"}
    expected = {(event.kind, event.name) for event in events if event.status == "expected"}
    ended = {"rendered", "cached", "done"}
    assert {(e.kind, e.name) for e in events if e.status in ended} == expected
    assert ("proof", "mix full") in expected
    assert events[0].status == "expected"
    assert hostkit.verify(done.folder).verdict == done.certificate.verdict
    meter = hostkit.loudness(done.folder / "mixes" / "full.wav").loudness
    peak_dbfs = 20 * np.log10(np.abs(audio["full"]).max())
    assert meter.sample_peak_dbfs == pytest.approx(peak_dbfs, abs=1e-6)


def test_a_quick_listen_is_the_tracks_named_between_two_places(session: Path):
    """To the sample what a render writes of them, but for the fades where it is cut."""
    done = hostkit.render(session, out=session.parent / "out")
    before = {file: file.read_bytes() for file in done.files}
    events: list[hostkit.Event] = []
    heard = hostkit.preview(
        session,
        solo="keys",
        start="0.25s",
        end="0.75s",
        out=session.parent / "out",
        progress=events.append,
    )
    assert heard.path.parent == session.parent / "out" / "preview"
    assert (heard.start, heard.end, heard.seconds) == (RATE // 4, 3 * RATE // 4, 0.5)
    audio, _ = soundfile.read(heard.path)
    keys, _ = soundfile.read(session.parent / "out" / "stems" / "keys.wav")
    fade = 5 * RATE // 1000
    np.testing.assert_array_equal(audio[fade:-fade], keys[heard.start + fade : heard.end - fade])
    peak_dbfs = heard.written.measures.loudness.sample_peak_dbfs
    assert peak_dbfs == pytest.approx(20 * np.log10(np.abs(audio).max()), abs=1e-6)
    assert {event.name for event in events if event.status == "cached"} >= {"low"}
    assert all(file.read_bytes() == written for file, written in before.items())
    with pytest.raises(dataclasses.FrozenInstanceError):
        heard.start = 0  # type: ignore[misc]  # mypy refuses it too: it is frozen
    with pytest.raises(hostkit.HostkitError, match="did you mean 'strings'"):
        hostkit.preview(session, mute=["strigns"])
    with pytest.raises(hostkit.HostkitError, match=r"^end 0:00 does not lie after"):
        hostkit.preview(session, end="0:00")
    with pytest.raises(hostkit.HostkitError, match=r"^trim_db 300 is no such level"):
        hostkit.plan(session, trim_db=300)


def test_a_review_page_is_written_beside_its_delivery(session: Path):
    done = hostkit.render(session, out=session.parent / "out")
    events: list[hostkit.Event] = []
    page = hostkit.review(done.folder, progress=events.append)
    assert (page.path, page.apart) == (session.parent / "out-review.html", False)
    assert page.size_bytes == page.path.stat().st_size
    assert {e.name for e in events if e.status == "done"} == {"full.wav", "keys.wav", "strings.wav"}
    assert {e.seconds for e in events if e.status == "expected"} == {1.0}
    apart = hostkit.review([done.folder], out=session.parent / "two.html", max_mb=0.1)
    assert (apart.path, apart.apart) == (session.parent / "two" / "index.html", True)
    assert apart.size_bytes > page.path.stat().st_size / 10
    with pytest.raises(hostkit.RequestError, match="there is no delivery to review"):
        hostkit.review([])


def test_all_problems_of_a_session_are_returned_by_check_and_raised_by_render(session: Path):
    text = SESSION.replace("stem: keys", "stme: keys") + "tial: {}\n"
    session.write_text(text)
    lines = text.splitlines()
    problems = hostkit.check(session)
    assert [(p.line, p.column, p.cure) for p in problems] == [
        (5, lines[4].index("stme") + 1, "did you mean 'stem'?"),
        (9, 1, "did you mean 'tail'?"),
    ]
    with pytest.raises(hostkit.InvalidInput) as refused:
        hostkit.render(session)
    assert refused.value.problems == problems
    assert not (session.parent / "renders").exists()


def test_the_root_of_the_disk_is_no_place_for_a_delivery(session: Path):
    """All other folders would lie in it, and be refused from then on."""
    with pytest.raises(hostkit.HostkitError, match="is the root of the disk"):
        hostkit.render(session, "/")


def test_one_broken_session_of_several_stops_no_other(session: Path):
    broken = session.with_name("broken.yaml")
    broken.write_text("hostkit: 1\n")
    with pytest.raises(hostkit.BatchFailed) as failed:
        hostkit.mixes([session, broken])
    (rendered,) = failed.value.rendered
    assert rendered.folder == session.parent / "renders" / "cue"
    assert set(rendered.manifest.mixes) == {"full", "bed"}
    assert list(failed.value.errors) == [broken]


def test_duck_reaches_its_target_and_leaves_its_inputs(tmp_path: Path):
    random = np.random.default_rng(7)
    speech = random.normal(0, 0.1, (6 * RATE, 1)).astype(np.float32)
    speech[: 2 * RATE] = speech[4 * RATE :] = 0
    music = random.normal(0, 0.05, (6 * RATE, 2)).astype(np.float32)
    soundfile.write(tmp_path / "dx.wav", speech, RATE, "PCM_24")
    soundfile.write(tmp_path / "mx.wav", music, RATE, "PCM_24")
    (tmp_path / "phrases.csv").write_text("onset_seconds,offset_seconds\n2,4\n")
    before = (tmp_path / "mx.wav").read_bytes()
    report = hostkit.duck(
        tmp_path / "mx.wav",
        tmp_path / "dx.wav",
        settings=hostkit.DuckSettings(target_lu=10),
        phrases=tmp_path / "phrases.csv",
    )
    assert len(report.result.phrases) == 1
    assert report.result.phrases[0].difference_after_lu == pytest.approx(10, abs=0.5)
    assert (tmp_path / "mx.wav").read_bytes() == before
    with pytest.raises(hostkit.RequestError, match="no music"):
        hostkit.duck([], tmp_path / "dx.wav")
