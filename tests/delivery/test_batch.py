"""`hostkit mixes`, `verify` and `status` from outside: many sessions, one of them broken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import Ran, hostkit, sums
from scores import write_session

from hostkit.delivery.folder.inside import music_files

SESSION = """\
cue: {name}
title: Cue {name}
tail: {{for_ms: 100}}
tracks:
  low: {{instrument: {{tone: {{gain: 0.1}}}}, midi: {{track: a}}, stem: bass, tags: [bass]}}
  high: {{instrument: {{tone: {{gain: 0.1}}}}, midi: {{track: b}}, stem: lead, tags: [melody]}}
mixes: [full, underscore, no_bass]
"""
NOTES = {"a": [(0, 2, 45)], "b": [(0, 2, 69)]}


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def sessions(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "sessions"
    folder.mkdir()
    return [
        write_session(folder / f"{name}.yaml", SESSION.format(name=name), **NOTES)
        for name in ("m01", "m02")
    ]


def mixes(sessions: list[Path], cache: Path, *more: object) -> Ran:
    return hostkit("mixes", *sessions, *more, cache=cache)


def test_one_command_many_sessions(sessions: list[Path], cache: Path, tmp_path: Path):
    out = tmp_path / "out"
    ran = mixes(sessions, cache, "-o", out, "-j", 2)
    assert ran.code == 0, ran.err
    assert "2 of 2 sessions delivered" in ran.out
    for name in ("m01", "m02"):
        paths = {path for path in sums(out / name) if path.endswith(".wav")}
        assert paths == {
            "stems/bass.wav", "stems/lead.wav",
            "mixes/full.wav", "mixes/underscore.wav", "mixes/no_bass.wav",
        }  # fmt: skip
    before = {p: p.stat().st_mtime_ns for p in out.rglob("*.wav")}
    again = mixes(sessions, cache, "-o", out, "--json")
    reports = json.loads(again.out)["sessions"]
    assert [report["written"] for report in reports] == [[], []]
    assert before == {p: p.stat().st_mtime_ns for p in out.rglob("*.wav")}


def test_one_broken_session_stops_no_other(sessions: list[Path], cache: Path, tmp_path: Path):
    broken = sessions[0].with_name("broken.yaml")
    broken.write_text("hostkit: 1\ntracks: {a: {instrument: {soundfnt: gm}}}\n")
    ran = mixes([broken, *sessions], cache, "-o", tmp_path / "out", "--json")
    assert ran.code == 1
    reports = json.loads(ran.out)["sessions"]
    assert [report["status"] for report in reports] == ["failed", "done", "done"]
    assert "broken.yaml:2" in reports[0]["error"]
    assert "broken.yaml:2" in ran.err
    told = mixes([broken, sessions[0]], cache, "-o", tmp_path / "out")
    assert "1 of 2 sessions delivered" in told.out
    assert (told.out + told.err).count("broken.yaml:2") == 1  # why it failed is told once


def test_two_sessions_for_one_folder_are_refused(sessions: list[Path], cache: Path, tmp_path: Path):
    twin = tmp_path / "other" / "M01.yaml"
    twin.parent.mkdir()
    twin.write_text(sessions[0].read_text())
    ran = mixes([sessions[0], twin], cache, "-o", tmp_path / "out")
    assert ran.code == 2
    assert "would both be delivered to" in ran.err


def test_render_takes_mixes_by_name(sessions: list[Path], cache: Path, tmp_path: Path):
    out = tmp_path / "out"
    ran = hostkit("render", sessions[0], "-o", out, "--mix", "no_bass", cache=cache)
    assert ran.code == 0, ran.err
    assert {p.stem for p in (out / "mixes").glob("*")} == {"full", "no_bass"}


def test_verify_from_outside(sessions: list[Path], cache: Path, tmp_path: Path):
    out = tmp_path / "out"
    mixes(sessions[:1], cache, "-o", out)
    out /= "m01"
    ran = hostkit("verify", out, cache=cache)
    assert ran.code == 0, ran.err
    assert "full is the sum of bass, lead: exactly" in ran.out
    (out / "stems/bass.wav").rename(out / "stems/base.wav")
    ran = hostkit("verify", out, "--json", cache=cache)
    assert ran.code == 1
    told = json.loads(ran.out)
    assert told["verdict"] == "fail"
    assert {f["path"] for f in told["findings"] if f["verdict"] == "fail"} == {"stems/bass.wav"}


def test_the_board_says_what_is_there_stale_and_missing(
    sessions: list[Path], cache: Path, tmp_path: Path
):
    out = tmp_path / "out"
    mixes(sessions, cache, "-o", out)
    (out / "m02/mixes/no_bass.wav").unlink()
    text = (
        sessions[0]
        .read_text()
        .replace("{tone: {gain: 0.1}}, midi: {track: b}", "{tone: {}}, midi: {track: b}")
    )
    sessions[0].write_text(text)
    ran = hostkit("status", sessions[0].parent, "-o", out, "--json", cache=cache)
    assert ran.code == 0, ran.err
    one, two = json.loads(ran.out)["sessions"]
    states = {file["name"]: (file["state"], file["reason"]) for file in one["files"]}
    changed = ("stale", "high: instrument changed")
    assert states == {
        "bass": ("exists", ""), "lead": changed, "full": changed,
        "underscore": ("exists", ""), "no_bass": changed,
    }  # fmt: skip
    missing = [f["name"] for f in two["files"] if f["state"] == "missing"]
    assert missing == ["no_bass"]
    board = hostkit("status", sessions[0].parent, "-o", out, cache=cache).out
    assert "6 exists, 3 stale, 1 missing" in board
    assert "lead, full, no_bass: stale, high: instrument changed" in board


def test_check_by_profile(sessions: list[Path], cache: Path):
    ran = hostkit("check", sessions[0], "--profile", "film-score", cache=cache)
    assert ran.code == 2
    assert "the profile film-score needs picture" in ran.err
    ran = hostkit("check", sessions[0], "--profile", "production-library", cache=cache)
    assert ran.code == 0, ran.err
    assert "lacks: mix no_drums: no_drums needs drums" in ran.out
    assert "lacks: mix cut_30: " in ran.out


KINDS = (
    "full, instrumental, underscore, no_drums, drums_only, drums_and_bass, no_bass, no_vocals, "
    "bed, melody_only"
)

SOUNDING_AFTER_SECONDS = {"lighthouse": 40, "night-train": 30, "kitchen-light": 30}
"""The examples that need no plug-in, and when each of their tags has been heard."""


def test_all_standard_kinds_of_the_example_sessions(cache: Path, tmp_path: Path):
    """The first seconds of those that need no plug-in: what is asked for is there, or told.

    They are rendered at 16 kHz, which costs a third.
    """
    examples = Path(__file__).parents[2] / "sessions"
    profile = tmp_path / "all-kinds.yaml"
    profile.write_text(f"hostkit_profile: 1\nmixes: [{KINDS}]\nsession_mixes: false\n")
    sessions = []
    for name, seconds in SOUNDING_AFTER_SECONDS.items():
        session = tmp_path / f"{name}.yaml"
        session.write_text(
            f"hostkit: 1\nextends: {examples / name}.yaml\nlength: {seconds}s\nsample_rate: 16000\n"
        )
        sessions.append(session)
    arguments = ("--profile", profile, "-o", tmp_path / "out", "--json")
    ran = mixes(sessions, cache, *arguments)
    assert ran.code == 0, ran.err
    for report, seconds in zip(ran.json["sessions"], SOUNDING_AFTER_SECONDS.values(), strict=True):
        wanted = set(KINDS.split(", "))
        assert set(report["mixes"]) == wanted - set(report["left_out"])
        for mix in report["mixes"].values():
            assert mix["null_residual_dbfs"] is None, "not digital silence"
            assert mix["frames"] == seconds * 16_000
    again = mixes(sessions, cache, *arguments)
    assert [report["written"] for report in again.json["sessions"]] == [[], [], []]


def test_two_stems_for_six_fail_check_and_delivery(
    sessions: list[Path], cache: Path, tmp_path: Path
):
    own = tmp_path / "six.yaml"
    own.write_text("hostkit_profile: 1\nstems: {count: 6}\n")
    said = "has 6 stems; the session makes 2 (bass, lead); name more stems on the tracks"
    checked = hostkit("check", sessions[0], "--profile", own, cache=cache)
    assert (checked.code, said in checked.out) == (1, True)
    out = tmp_path / "out"
    made = mixes(sessions[:1], cache, "--profile", own, "-o", out)
    assert made.code == 1
    assert f"number of stems: {own} {said}" in made.err
    (certificate,) = out.rglob("certificate.json")
    again = hostkit("verify", certificate.parent, cache=cache)
    assert (again.code, said in again.err) == (1, True)


def test_another_trim_is_told_as_another_level(sessions: list[Path], cache: Path, tmp_path: Path):
    """By `render`, which makes the stems again; `status` goes by the delivery, or by its own."""
    session, out = sessions[0], tmp_path / "out"
    assert hostkit("render", session, "-o", out, cache=cache).code == 0
    again = hostkit("render", session, "-o", out, "--trim", -2.5, cache=cache)
    assert "rendered in" in again.err
    assert again.err.count("(its level changed from 0 to -2.5 dB)") == 2
    assert music_files([out], tmp_path / "dx.wav") == [
        out / "stems/bass.wav",
        out / "stems/lead.wav",
    ]
    told = hostkit("status", session, "-o", out, cache=cache).out
    assert "held against --trim -2.5" in told
    assert "3 exists, 0 stale" in told
    told = hostkit("status", session, "-o", out, "--trim", 0, cache=cache).out
    assert "bass, lead, full: stale, its level changed from -2.5 to 0 dB" in told
