"""`hostkit render` from outside: what it writes, what it keeps, what it promises."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import soundfile
from commands import Ran, hostkit, sums
from scores import QUARTER_FRAMES, RATE, tone, write_score, write_session

TWO_STEMS = """\
tail: {for_ms: 100}
tracks:
  low: {instrument: {tone: {channels: 1, gain: 0.25}}, midi: {track: a}, stem: bass, gain_db: -6}
  high: {instrument: {tone: {gain: 0.25}}, midi: {track: b}, stem: lead, pan: 1}
"""
NOTES = {"a": [(0, 2, 57)], "b": [(1, 1, 69), (2, 1, 76)]}


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return write_session(tmp_path / "cue.yaml", TWO_STEMS, **NOTES)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def render(session: Path, cache: Path, *more: object, **env: str) -> Ran:
    ran = hostkit("render", session, *more, cache=cache, **env)
    assert ran.code == 0, ran.err
    return ran


def manifest_of(session: Path) -> dict:
    return json.loads((session.parent / "renders" / session.stem / "manifest.json").read_text())


def read(session: Path, path: str) -> np.ndarray:
    """Integer codes as another library reads them, shape (channels, frames)."""
    file = session.parent / "renders" / session.stem / path
    data, rate = soundfile.read(file, dtype="int32", always_2d=True)
    assert rate == RATE
    return data.T


def test_the_audio_is_what_the_notes_say(session: Path, cache: Path):
    render(session, cache)
    frames = manifest_of(session)["frames"]
    assert frames == 3 * QUARTER_FRAMES + RATE // 10
    expected = np.zeros((2, frames), dtype=np.float64)
    gain = 10 ** (-6 / 20)
    expected[:, : 2 * QUARTER_FRAMES] += gain * tone(2 * QUARTER_FRAMES, 57, 0.25)
    codes = read(session, "stems/bass.wav") / 2**31
    np.testing.assert_allclose(codes, expected, atol=2**-23)
    right = np.zeros(frames)
    right[QUARTER_FRAMES : 2 * QUARTER_FRAMES] = tone(QUARTER_FRAMES, 69, 0.25)
    right[2 * QUARTER_FRAMES : 3 * QUARTER_FRAMES] = tone(QUARTER_FRAMES, 76, 0.25)
    lead = read(session, "stems/lead.wav") / 2**31
    np.testing.assert_allclose(lead[1], math.sqrt(2) * right, atol=2**-22)
    assert np.abs(lead[0]).max() < 2**-23


def test_a_certificate_that_fails_makes_the_exit_code_1(session: Path, cache: Path):
    """In one's own work, too: here the notes come after the end."""
    session.write_text(session.read_text().replace("tail: {for_ms: 100}", "length: 2|1"))
    silent = {name: [(9, 1, 69)] for name in NOTES}
    write_score(session.parent / "cue.mid", silent)
    ran = hostkit("render", session, cache=cache)
    assert ran.code == 1
    assert "mixes/full.wav: silence: holds nothing but silence" in ran.err
    assert "certificate: fail" in ran.out.splitlines()[-1]


def test_the_stems_sum_to_the_mix_exactly(session: Path, cache: Path):
    render(session, cache)
    stems = read(session, "stems/bass.wav") + read(session, "stems/lead.wav")
    np.testing.assert_array_equal(stems, read(session, "mixes/full.wav"))


def test_the_manifest_tells_what_is_on_disk(session: Path, cache: Path):
    render(session, cache)
    manifest = manifest_of(session)
    folder = session.parent / "renders" / "cue"
    on_disk = sums(folder)
    for entry in (*manifest["stems"].values(), *manifest["mixes"].values()):
        assert on_disk[entry["path"]] == entry["sha256"]
        info = soundfile.info(folder / entry["path"])
        assert (info.frames, info.channels) == (manifest["frames"], entry["channels"])
        assert info.subtype == "PCM_24"
        assert entry["clipped_samples"] == 0
    assert set(manifest["stems"]) == {"bass", "lead"}
    full = manifest["mixes"]["full"]
    assert full["stems"] == ["bass", "lead"]
    assert (full["null"], full["null_residual_dbfs"]) == ("pass", None)
    peak = np.abs(read(session, "mixes/full.wav")).max() / 2**31
    assert full["true_peak_dbtp"] >= 20 * math.log10(peak) - 0.01
    low = manifest["tracks"]["low"]
    assert (low["status"], low["reason"], low["device"]) == (
        "rendered",
        "not rendered before",
        "tone",
    )


def test_a_second_render_renders_nothing(session: Path, cache: Path):
    render(session, cache)
    folder = session.parent / "renders" / "cue"
    before = sums(folder)
    times = {name: (folder / name).stat().st_mtime_ns for name in before}
    ran = render(session, cache)
    assert "rendered" not in ran.err
    assert sums(folder) == before
    assert {name: (folder / name).stat().st_mtime_ns for name in before} == times


@pytest.mark.parametrize(
    ("old", "new", "track", "reason"),
    [
        ("gain: 0.25}}, midi: {track: b}", "gain: 0.2}}, midi: {track: b}", "high", "instrument"),
        ("midi: {track: b}", "midi: {track: a}", "high", "notes"),
        ("stem: lead", "effects: [{gain: {gain_db: -1}}], stem: lead", "high", "effects"),
    ],
)
def test_only_what_changed_is_rendered_and_says_why(
    session: Path, cache: Path, old: str, new: str, track: str, reason: str
):
    render(session, cache)
    text = session.read_text()
    assert old in text
    session.write_text(text.replace(old, new))
    render(session, cache)
    tracks = manifest_of(session)["tracks"]
    assert (tracks[track]["status"], tracks[track]["reason"]) == ("rendered", f"{reason} changed")
    assert tracks["low"]["status"] == "cached"


def test_a_fader_renders_no_track(session: Path, cache: Path):
    render(session, cache)
    session.write_text(session.read_text().replace("gain_db: -6", "gain_db: -7"))
    ran = render(session, cache)
    assert all(track["status"] == "cached" for track in manifest_of(session)["tracks"].values())
    assert "stem  bass: rendered" in ran.err
    assert "stem  lead: cached" in ran.err


def test_two_renders_from_empty_caches_are_alike_to_the_bit(session: Path, tmp_path: Path):
    files = []
    for number in (1, 2):
        render(session, tmp_path / f"cache{number}", "-o", tmp_path / f"out{number}")
        found = sums(tmp_path / f"out{number}")
        files.append({name: value for name, value in found.items() if name.endswith(".wav")})
    assert files[0] == files[1]
    assert len(files[0]) == 3


def test_no_cache_leaves_none(session: Path, cache: Path):
    render(session, cache, "--no-cache")
    assert manifest_of(session)["mixes"]["full"]["null"] == "pass"
    assert not (cache / "prints").exists()


@pytest.mark.parametrize(
    ("name", "subtype"), [("pcm16", "PCM_16"), ("pcm24", "PCM_24"), ("float32", "FLOAT")]
)
def test_every_sample_format_sums(session: Path, cache: Path, name: str, subtype: str):
    session.write_text(session.read_text() + f"deliver: {{format: {name}}}\n")
    render(session, cache)
    folder = session.parent / "renders" / "cue"
    assert soundfile.info(folder / "mixes/full.wav").subtype == subtype
    full = manifest_of(session)["mixes"]["full"]
    assert (full["null"], full["null_residual_dbfs"]) == ("pass", None)


def test_a_fixed_length_is_exact(session: Path, cache: Path):
    session.write_text(session.read_text() + "length: 1.25s\n")
    render(session, cache)
    assert manifest_of(session)["frames"] == RATE * 5 // 4


def test_a_stem_that_is_gone_leaves_no_file_behind(session: Path, cache: Path):
    render(session, cache)
    session.write_text(session.read_text().replace("stem: lead", "stem: bass"))
    render(session, cache)
    stems = session.parent / "renders" / "cue" / "stems"
    assert [path.name for path in stems.iterdir()] == ["bass.wav"]


def test_json_is_one_document_and_nothing_else(session: Path, cache: Path):
    ran = render(session, cache, "--json")
    (report,) = ran.json["sessions"]
    assert report["mixes"]["full"]["null"] == "pass"
    assert ran.err == ""


def test_several_sessions_each_get_a_folder(session: Path, cache: Path, tmp_path: Path):
    other = write_session(tmp_path / "other.yaml", TWO_STEMS, **NOTES)
    out = tmp_path / "out"
    render(session, cache, other, "-o", out)
    assert (out / "cue" / "manifest.json").exists()
    assert (out / "other" / "mixes" / "full.wav").exists()


def test_one_broken_session_does_not_stop_the_others(session: Path, cache: Path, tmp_path: Path):
    broken = tmp_path / "broken.yaml"
    broken.write_text("hostkit: 1\ntracks: {v: {instrument: nothing/here}}\n")
    ran = hostkit("render", broken, session, "-o", tmp_path / "out", cache=cache)
    assert ran.code == 1  # some failed, some did not
    assert "broken.yaml:2:26" in ran.err
    assert (tmp_path / "out" / "cue" / "manifest.json").exists()


def test_clipping_is_counted_and_fails_the_quality_check(session: Path, cache: Path):
    session.write_text(session.read_text().replace("gain_db: -6", "gain_db: 24"))
    ran = hostkit("render", session, cache=cache)
    assert ran.code == 1
    assert "clipped" in ran.err
    assert manifest_of(session)["stems"]["bass"]["clipped_samples"] > 1000


def test_a_locked_session_refuses_what_drifted(session: Path, cache: Path):
    library = session.parent / "presets"
    library.mkdir()
    preset = library / "beep.yaml"
    preset.write_text("preset: 1\ninstrument: {tone: {gain: 0.25}}\n")
    text = session.read_text()
    session.write_text(text.replace("{tone: {channels: 1, gain: 0.25}}", "beep"))
    assert hostkit("render", session, "--locked", cache=cache).code == 2
    assert hostkit("preset", "lock", session, cache=cache).code == 0
    render(session, cache, "--locked")
    preset.write_text("preset: 1\ninstrument: {tone: {gain: 0.125}}\n")
    ran = hostkit("render", session, "--locked", cache=cache)
    assert ran.code == 2
    assert "preset 'beep': its instrument changed" in ran.err
    assert "drifted from its lock: preset 'beep'" in render(session, cache).out


def test_a_render_keeps_the_mixes_of_the_folder_up_to_date(session: Path, cache: Path):
    session.write_text(session.read_text() + "mixes: {full: {}, low_only: {only: [low]}}\n")
    assert hostkit("mixes", session, cache=cache).code == 0
    before = manifest_of(session)["mixes"]["low_only"]["sha256"]
    session.write_text(session.read_text().replace("gain_db: -6", "gain_db: -7"))
    render(session, cache)
    assert manifest_of(session)["mixes"]["low_only"]["sha256"] != before
    assert manifest_of(session)["mixes"]["low_only"]["null"] == "pass"
