"""What delivered files hold: samples, timecode, names, markers; and when they are written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from scores import QUARTER_FRAMES, RATE, tone, write_session
from wavinfo import WavInfoReader

from hostkit.delivery.board import board
from hostkit.delivery.manifest.read import read_manifest
from hostkit.delivery.verifying.verify import verify
from hostkit.errors import RequestError, StorageError
from hostkit.jobs.executors import LocalExecutor
from hostkit.pipeline import Rendered, order_session, plan_order
from hostkit.plan.environment import Environment
from hostkit.render.outcome import Resources

Deliver = Callable[..., Rendered]
HOUR_AT_23976 = 172_972_800
FRAME_AT_23976 = 2002


def int_samples(path: Path) -> np.ndarray:
    data, rate = soundfile.read(path, dtype="int32", always_2d=True)
    assert rate == RATE
    return data.T >> 8


def edited(session: Path, old: str, new: str) -> None:
    text = session.read_text()
    assert old in text
    session.write_text(text.replace(old, new))


def stamps(folder: Path) -> dict[str, int]:
    return {str(p.relative_to(folder)): p.stat().st_mtime_ns for p in folder.rglob("*.wav")}


def test_the_plain_layout(cue: Path, delivered: Deliver):
    made = delivered(cue)
    paths = {str(path.relative_to(made.folder)) for path in made.folder.rglob("*.wav")}
    assert paths == {
        "stems/bass.wav",
        "stems/lead.wav",
        "stems/loud_bass/bass.wav",
        "mixes/full.wav",
        "mixes/underscore.wav",
        "mixes/loud_bass.wav",
    }
    assert made.manifest.mixes["loud_bass"].stems == ("bass@loud_bass", "lead")


def test_timecode_names_and_markers_are_in_every_file(cue: Path, delivered: Deliver):
    made = delivered(cue)
    for entry in made.manifest.files:
        info = WavInfoReader(str(made.folder / entry.path))
        assert info.bext.time_reference == HOUR_AT_23976
        assert info.bext.version == 2
        loudness = entry.measures.loudness
        assert info.bext.loudness_value == pytest.approx(loudness.integrated_lufs, abs=0.006)
        assert info.bext.max_true_peak == pytest.approx(loudness.true_peak_dbtp, abs=0.006)
        assert info.ixml.project == "Coast"
        assert info.ixml.scene == "1m02"
        assert info.ixml.take == "3"
        assert info.ixml.raw_xml.findtext("./SPEED/TIMECODE_RATE") == "24000/1001"
        cues = {info.cues.label_and_note(c.name)[0]: c.sample_offset for c in info.cues.cues}
        assert cues == {"intro": 0, "end": 2 * RATE, "door slams": 5 * RATE // 2}
    bass = WavInfoReader(str(made.folder / "stems/bass.wav"))
    assert bass.ixml.raw_xml.findtext("./NOTE") == "The Lighthouse: Part 1/2: BAS"
    names = [t.name for t in bass.ixml.track_list]
    assert names == ["BAS L", "BAS R"]


def test_pre_roll_and_pop(cue: Path, delivered: Deliver):
    made = delivered(cue, "film-score")
    plain = delivered(cue)
    entry = made.manifest.mixes["full"].file
    assert entry.path == "mixes/1m02_The_Lighthouse-_Part_1-2_v03_full_48k24b.wav"
    assert entry.time_reference == HOUR_AT_23976 - 8 * RATE
    assert made.manifest.frames == plain.manifest.frames + 8 * RATE
    full = int_samples(made.folder / entry.path)
    pop = full[:, 6 * RATE : 6 * RATE + FRAME_AT_23976]
    assert not full[:, : 6 * RATE].any()
    assert not full[:, 6 * RATE + FRAME_AT_23976 : 8 * RATE].any()
    expected = 10 ** (-20 / 20) * np.sin(2 * np.pi * 1000 / RATE * np.arange(FRAME_AT_23976))
    np.testing.assert_allclose(pop[0] / 2**23, expected, atol=2 / 2**23)
    stems = [int_samples(made.folder / stem.file.path) for stem in made.manifest.stems.values()]
    np.testing.assert_array_equal(stems[0] + stems[1], full)
    music = full[0, 8 * RATE : 8 * RATE + 4 * QUARTER_FRAMES] / 2**23
    wanted = tone(4 * QUARTER_FRAMES, 45, 0.1) + tone(4 * QUARTER_FRAMES, 69, 0.1)
    np.testing.assert_allclose(music, wanted, atol=2 / 2**23)


def test_a_pre_roll_before_midnight_counts_from_the_midnight_before(cue: Path, delivered: Deliver):
    edited(cue, "01:00:00:00", "00:00:00:00")
    made = delivered(cue, "film-score")
    assert made.manifest.mixes["full"].file.time_reference == 24 * HOUR_AT_23976 - 8 * RATE


def test_a_second_run_writes_nothing_new(cue: Path, delivered: Deliver):
    first = delivered(cue)
    before = stamps(first.folder)
    second = delivered(cue)
    assert len(first.written) == 6
    assert second.written == ()
    assert stamps(first.folder) == before
    assert second.certificate.verdict == "pass"


def test_a_new_title_writes_files_and_renders_nothing(cue: Path, delivered: Deliver):
    first = delivered(cue)
    full = int_samples(first.folder / "mixes/full.wav")
    edited(cue, "version: 3", "version: 4")
    second = delivered(cue)
    assert set(second.written) == {entry.path for entry in first.manifest.files}
    assert {track.status for track in second.manifest.tracks.values()} == {"cached"}
    info = WavInfoReader(str(first.folder / "mixes/full.wav"))
    assert info.ixml.take == "4"
    np.testing.assert_array_equal(int_samples(first.folder / "mixes/full.wav"), full)


def test_files_of_another_name_go_which_is_said(cue: Path, delivered: Deliver):
    first = delivered(cue, "film-score")
    assert first.gone == ()
    edited(cue, "version: 3", "version: 4")
    second = delivered(cue, "film-score")
    assert set(second.gone) == set(first.manifest.hashes) - set(second.manifest.hashes)
    assert set(second.gone) >= {entry.path for entry in first.manifest.files}
    kept = second.folder / second.manifest.files[0].path
    kept.write_bytes(kept.read_bytes() + b"x")  # altered, so it is somebody's now
    edited(cue, "version: 4", "version: 5")
    third = delivered(cue, "film-score")
    assert kept.exists()
    assert set(third.gone) == set(second.manifest.hashes) - set(third.manifest.hashes) - {
        second.manifest.files[0].path
    }


def test_a_fader_that_was_moved_is_what_the_board_says(cue: Path, delivered: Deliver):
    first = delivered(cue)
    read = read_manifest(first.folder)
    assert read is not None
    assert read.faders == first.manifest.faders
    edited(cue, "stem: bass", "stem: bass, gain_db: -2")
    order = order_session(cue, Environment())
    cells = board(plan_order(order, Environment()), order, first.folder)
    stale = {cell.name: cell.reason for cell in cells if cell.state == "stale"}
    assert stale == dict.fromkeys(("bass", "full"), "low: fader 0 → -2 dB")


def test_an_altered_file_is_written_again(cue: Path, delivered: Deliver):
    first = delivered(cue)
    path = first.folder / "stems/bass.wav"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + b"\x55")
    assert delivered(cue).written == ("stems/bass.wav",)
    assert path.read_bytes() == content


def altered(path: Path) -> bytes:
    """Changes one bit of the last sample; gives what was there."""
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    return content


def test_an_altered_file_whose_hash_was_forged_is_written_again(cue: Path, delivered: Deliver):
    first = delivered(cue)
    path, manifest = first.folder / "stems/bass.wav", first.folder / "manifest.json"
    hashes = [entry.sha256 for entry in first.manifest.files if entry.path == "stems/bass.wav"]
    content = altered(path)
    forged = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest.write_text(manifest.read_text().replace(hashes[0], forged))
    second = delivered(cue)
    assert second.written == ("stems/bass.wav",)
    assert path.read_bytes() == content
    assert second.manifest.hashes == first.manifest.hashes


@pytest.mark.parametrize(
    ("key", "value"),
    [("true_peak_dbtp", -1.0), ("null_residual_dbfs", -90.0), ("clipped_samples", 7)],
)
def test_forged_measures_are_not_believed(cue: Path, delivered: Deliver, key: str, value: float):
    """Measures are taken again with the file; a mix's null test is made again."""
    first = delivered(cue)
    path = first.folder / "manifest.json"
    document = json.loads(path.read_text())
    document["mixes"]["full"][key] = value
    path.write_text(json.dumps(document))
    second = delivered(cue)
    assert second.written == ("mixes/full.wav",)
    assert second.manifest.mixes == first.manifest.mixes


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999", '"nan"', '"0.5"'])
def test_a_manifest_of_no_numbers_is_damaged(cue: Path, delivered: Deliver, number: str):
    """JSON has no such numbers, and nothing can be reckoned with them."""
    folder = delivered(cue).folder
    path = folder / "manifest.json"
    text = path.read_text()
    path.write_text(text.replace('"lower_db": 0.0', f'"lower_db": {number}', 1))
    assert path.read_text() != text
    assert read_manifest(folder) is None
    with LocalExecutor(1) as executor:
        found = verify(folder, executor).findings
    assert ("manifest.json", "fail") in {(one.path, one.verdict) for one in found}


def test_what_other_samples_made_is_not_believed(
    cue: Path, delivered: Deliver, resources: Resources
):
    """The store's notes are of its artifacts' samples: where those are gone, so are they."""
    first = delivered(cue)
    assert delivered(cue).written == ()
    resources.store.prune(0)
    assert set(delivered(cue).written) == {entry.path for entry in first.manifest.files}


def test_flac_by_choice(cue: Path, tmp_path: Path, delivered: Deliver):
    own = tmp_path / "own.yaml"
    own.write_text("hostkit_profile: 1\ncontainer: flac\n")
    plain = delivered(cue)
    full = int_samples(plain.folder / "mixes/full.wav")
    made = delivered(cue, str(own))
    assert {Path(entry.path).suffix for entry in made.manifest.files} == {".flac"}
    np.testing.assert_array_equal(int_samples(made.folder / "mixes/full.flac"), full)
    assert made.certificate.verdict == "pass"
    assert soundfile.info(made.folder / "mixes/full.flac").subtype == "PCM_24"


def test_files_of_a_delivery_before_go_only_if_unaltered(cue: Path, delivered: Deliver):
    first = delivered(cue)
    notes = first.folder / "mixes/underscore.wav"
    notes.write_bytes(notes.read_bytes() + b"mine now")
    edited(cue, "underscore: {}, loud_bass: {gain_db: {bass: 3}, stems: true}", "")
    delivered(cue)
    assert notes.exists()
    assert not (first.folder / "mixes/loud_bass.wav").exists()
    assert not (first.folder / "stems/loud_bass").exists()


def test_a_manifest_cannot_name_files_elsewhere(cue: Path, delivered: Deliver):
    made = delivered(cue)
    other = cue.parent / "precious.wav"
    other.write_bytes((made.folder / "mixes/underscore.wav").read_bytes())
    manifest = made.folder / "manifest.json"
    data = json.loads(manifest.read_text())
    data["mixes"]["underscore"]["path"] = "../precious.wav"
    manifest.write_text(json.dumps(data))
    delivered(cue, names=())
    assert other.exists()


def test_each_profile_has_its_folder_and_another_in_its_place_is_refused(
    cue: Path, delivered: Deliver
):
    made = [delivered(cue, profile) for profile in ("film-score", "broadcast-r128", None)]
    for each in made:
        assert all(path.is_file() for path in each.files), each.folder
    plain, others = made[-1].folder, made[0].folder
    (others / "manifest.json").write_bytes((plain / "manifest.json").read_bytes())
    with pytest.raises(RequestError, match="holds the delivery of cue without a profile"):
        delivered(cue, "film-score")


def test_a_link_to_nothing_in_a_file_s_place_is_not_written_over(cue: Path, delivered: Deliver):
    made = delivered(cue)
    link = made.folder / "mixes/full.wav"
    link.unlink()
    link.symlink_to("nowhere")
    with pytest.raises(StorageError, match="is a link to nowhere, which is not there"):
        delivered(cue)
    assert link.is_symlink()


@pytest.mark.parametrize("sample_format", ["pcm16", "pcm24"])
def test_a_sum_broken_by_clipping_fails_however_little(
    tmp_path: Path, sample_format: str, delivered: Deliver
):
    """The mix is 0.001 dB over full scale: its stems differ from it by 60 dB less than that."""
    tone = "{instrument: {tone: {gain: 0.25}}, midi: {track: a}"
    session = write_session(
        tmp_path / "hot.yaml",
        f"gain_db: 6.022\ndeliver: {{format: {sample_format}}}\n"
        f"tracks: {{a: {tone}}}, b: {tone}}}}}\n",
        a=[(0, 1, 69)],
    )
    made = delivered(session)
    (mix,) = made.manifest.mixes.values()
    assert -90 < mix.null_residual_dbfs < -60
    assert made.certificate.verdict == "fail"
