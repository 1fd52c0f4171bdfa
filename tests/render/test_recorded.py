"""Recorded players: regions to the sample, at their pitch, cut cleanly, over a mock-up."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile
from scores import RATE, write_session
from takes import noise, write_take

import hostkit
from hostkit.errors import RequestError, StorageError
from hostkit.plan.reasons import Reasons, parts
from hostkit.render.track.printing import PlayedTrack

FULL_SCALE = 2**23
BAR = 2 * RATE
TEMPO = "tempo: [{at: 1|1, bpm: 120}]"


def audio_track(regions: str, more: str = "") -> str:
    return f"{TEMPO}\ntracks: {{t: {{audio: [{regions}]}}}}\n{more}"


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("a.wav", {}),
        ("a.wav", {"format": "RF64"}),
        ("a.wav", {"subtype": "FLOAT"}),
        ("a.aiff", {}),
        ("a.flac", {}),
    ],
)
def test_a_region_begins_at_its_sample_exactly(make, tmp_path: Path, name: str, how: dict):
    take = noise(3 * RATE)
    write_take(tmp_path / "takes" / name, take, **how)
    region = f"{{file: takes/{name}, at: 2|1, from: 0.5s, to: 1.25s}}"
    made = make(audio_track(region))
    stem = made.stem("t")
    first, last = RATE // 2, RATE * 5 // 4
    assert not stem[:, :BAR].any()
    wanted = np.rint(take[:, first:last] * FULL_SCALE)
    assert np.array_equal(stem[:, BAR : BAR + last - first], wanted)
    assert not stem[:, BAR + last - first :].any()


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("a.mp3", {"format": "MP3", "subtype": "MPEG_LAYER_III"}),
        ("a.ogg", {"format": "OGG", "subtype": "VORBIS"}),
    ],
)
def test_a_lossy_file_lies_where_it_is_placed(make, tmp_path: Path, name: str, how: dict):
    """A click is found within a ms of its place: what a decoder smears."""
    click = np.zeros((1, 2 * RATE), dtype=np.float32)
    click[0, RATE : RATE + 48] = 0.9
    write_take(tmp_path / "takes" / name, click, **how)
    made = make(audio_track(f"{{file: takes/{name}, at: 2|1, from: 0.5s}}"))
    loudest = int(np.abs(made.stem("t")[0]).argmax())
    assert abs(loudest - (BAR + RATE // 2 + 24)) < RATE // 1000


@pytest.mark.parametrize("begins", [Fraction(0), Fraction(1, 2)])
def test_another_rate_keeps_length_and_pitch(make, tmp_path: Path, begins: Fraction):
    """A4 of 44.1 kHz in 48 kHz: the very sine, in phase, wherever in the file it begins."""
    frames = 44_100 * 2 + 1
    wave = 0.5 * np.sin(2 * np.pi * 440 / 44_100 * np.arange(frames))
    write_take(tmp_path / "takes/a.wav", wave[None].astype(np.float32), 44_100, subtype="FLOAT")
    made = make(audio_track(f"{{file: takes/a.wav, at: 1|1, from: {float(begins):g}s}}"))
    (track,) = made.form("whole").tracks
    skipped = int(begins * RATE)
    assert track.plan.source.end == round(frames * RATE / 44_100) - skipped
    stem = made.stem("t")[0] / FULL_SCALE
    middle = np.arange(4000, RATE)
    wanted = 0.5 * np.sin(2 * np.pi * 440 / RATE * (middle + skipped))
    assert np.abs(stem[middle] - wanted).max() < 1e-5
    assert "takes/a.wav is converted from 44100 to 48000 Hz" in made.plan.warnings


def test_an_mp3_that_may_begin_late_is_told(make, tmp_path: Path):
    """Its first frame is the header that says how many of its frames are padding."""
    path = tmp_path / "takes/a.mp3"
    audio = np.full((1, RATE), 0.25, dtype=np.float32)
    write_take(path, audio, subtype="MPEG_LAYER_III")
    region = audio_track("{file: takes/a.mp3, at: 1|1}")
    assert not any("encoder" in text for text in make(region).plan.warnings)
    whole = path.read_bytes()
    path.write_bytes(whole[whole.index(b"\xff\xfb", 4) :])
    late = make(region).plan.warnings
    assert any("a.mp3 does not say what its encoder put before the sound" in text for text in late)


def test_gain_fades_and_channels(make, tmp_path: Path):
    write_take(tmp_path / "takes/a.wav", np.full((3, RATE), 0.25, dtype=np.float32))
    region = "{file: takes/a.wav, at: 1|1, channels: [3], gain_db: 6, %s}"
    linear = region % "fade: linear, fade_in_ms: 100, fade_out_ms: 10"
    made = make(audio_track(linear))
    stem = made.stem("t")[1] / FULL_SCALE
    loud = 0.25 * 10 ** (6 / 20)
    rise = (np.arange(4800) + 0.5) / 4800
    assert np.abs(stem[:4800] - loud * rise).max() < 1e-6
    assert np.abs(stem[4800 : RATE - 480] - loud).max() < 1e-6
    assert (
        np.abs(stem[RATE - 480 : RATE] - loud * ((480 - np.arange(480) - 0.5) / 480)).max() < 1e-6
    )


def test_regions_cross_over_where_they_meet(make, tmp_path: Path):
    """Equal power: of two constant takes cos² + sin² is kept; the first goes on in its file."""
    write_take(tmp_path / "takes/a.wav", np.full((1, 2 * RATE), 0.25, dtype=np.float32))
    write_take(tmp_path / "takes/b.wav", np.full((1, RATE), 0.5, dtype=np.float32))
    made = make(
        audio_track(
            "{file: takes/a.wav, at: 1|1, to: 1s}, {file: takes/b.wav, at: 1|3, crossfade_ms: 100}"
        )
    )
    stem = made.stem("t")[0] / FULL_SCALE
    turn = (np.arange(4800) + 0.5) / 4800 * np.pi / 2
    assert np.abs(stem[:RATE] - 0.25).max() < 1e-6
    assert (
        np.abs(stem[RATE : RATE + 4800] - (0.25 * np.cos(turn) + 0.5 * np.sin(turn))).max() < 1e-6
    )
    assert np.abs(stem[RATE + 4800 : 2 * RATE] - 0.5).max() < 1e-6


LIVE = """
tempo: [{at: 1|1, bpm: 120}]
tracks:
  v: {instrument: {tone: {}}, midi: {track: v}%s}
  w: {instrument: {tone: {}}, midi: {track: w}}
mixes: {%s}
"""
SCORE = {"v": [(0, 12, 69)], "w": [(0, 4, 60)]}
PLAYERS = ", live: [{file: takes/a.wav, at: 2|1}]"


def test_players_take_the_place_of_their_mock_up(make, tmp_path: Path):
    take = noise(RATE)
    write_take(tmp_path / "takes/a.wav", take)
    made = make(LIVE % (PLAYERS, "mockup: {live: false}"), **SCORE)
    without = make(LIVE % ("", ""), store="other", **SCORE)
    assert np.array_equal(made.mix("mockup"), without.mix("full"))
    assert np.array_equal(made.stem("v@mockup"), without.stem("v"))
    assert np.array_equal(made.stem("w"), without.stem("w"))
    live, mockup, edge = made.stem("v"), without.stem("v"), RATE // 100
    inside = slice(BAR + edge, BAR + RATE - edge)
    assert np.array_equal(live[:, :BAR], mockup[:, :BAR])
    assert np.array_equal(live[:, BAR + RATE :], mockup[:, BAR + RATE :])
    assert np.array_equal(
        live[:, inside], np.rint(take[:, edge : RATE - edge] * FULL_SCALE).astype(np.int64)
    )
    turn = (np.arange(edge) + 0.5) / edge * np.pi / 2
    crossed = (
        mockup[:, BAR : BAR + edge] * np.cos(turn) + take[:, :edge] * np.sin(turn) * FULL_SCALE
    )
    assert np.abs(live[:, BAR : BAR + edge] - crossed).max() <= 2


def test_files_with_players_sum_exactly(tmp_path: Path):
    """Stems as written make up the mix as written, sample for sample, with a reverb in them."""
    write_take(tmp_path / "takes/a.wav", noise(RATE))
    hall = "buses: {hall: {effects: [{reverb: {wet_level: 0.3, dry_level: 0}}]}}\n"
    text = hall + LIVE % (PLAYERS + ", gain_db: -6, sends: {hall: -9}", "")
    made = hostkit.render(write_session(tmp_path / "cue.yaml", text, **SCORE), tmp_path / "out")
    files = {path.stem: path for path in made.folder.rglob("*.wav")}
    assert set(files) == {"v", "w", "full"}
    audio = {name: soundfile.read(path, dtype="int32")[0] for name, path in files.items()}
    total = np.zeros_like(audio["full"])
    for stem in ("v", "w"):
        total[: len(audio[stem])] += audio[stem]
    assert audio["v"][BAR : BAR + RATE].any()
    assert np.array_equal(total, audio["full"])


def test_a_cut_down_cuts_at_its_seams_over_5_ms(make, tmp_path: Path):
    """Bars 1 and 3 of a take: up to the seam as it is, then over into bar 3, to the sample."""
    take = noise(8 * RATE, 1)
    write_take(tmp_path / "takes/a.wav", take)
    sections = "sections: [{name: a, at: 1|1}, {name: b, at: 2|1}, {name: c, at: 3|1}]"
    text = audio_track(
        "{file: takes/a.wav, at: 1|1}", f"{sections}\nmixes: {{s: {{sections: [a, c]}}}}"
    )
    made = make(text)
    cut, seam = made.mix("s", "s")[0] / FULL_SCALE, RATE * 5 // 1000
    assert np.array_equal(cut[:BAR], take[0, :BAR])
    turn = (np.arange(seam) + 0.5) / seam * np.pi / 2
    over = take[0, BAR : BAR + seam] * np.cos(turn) + take[0, 2 * BAR : 2 * BAR + seam] * np.sin(
        turn
    )
    assert np.abs(cut[BAR : BAR + seam] - over).max() < 1e-6
    assert np.array_equal(cut[BAR + seam : 2 * BAR], take[0, 2 * BAR + seam : 3 * BAR])


def test_a_loop_joins_over_5_ms(make, tmp_path: Path):
    """What the take has after its bar is laid over the start of it, which rises meanwhile."""
    take = noise(6 * RATE, 1)
    write_take(tmp_path / "takes/a.wav", take)
    sections = "sections: [{name: a, at: 1|1}, {name: b, at: 2|1}, {name: c, at: 3|1}]"
    made = make(
        audio_track(
            "{file: takes/a.wav, at: 1|1}", f"{sections}\nmixes: {{l: {{loop: {{section: b}}}}}}"
        )
    )
    loop, seam = made.mix("l", "l")[0] / FULL_SCALE, RATE * 5 // 1000
    assert loop.size == BAR
    turn = (np.arange(seam) + 0.5) / seam * np.pi / 2
    joined = take[0, 2 * BAR : 2 * BAR + seam] * np.cos(turn)
    joined += take[0, BAR : BAR + seam] * np.sin(turn)
    assert np.abs(loop[:seam] - joined).max() < 1e-6
    assert np.abs(loop[seam:] - take[0, BAR + seam : 2 * BAR]).max() < 1e-6


def test_a_cut_down_of_players_returns_to_the_mock_up(make, tmp_path: Path):
    """Players of bar 2 who go on into bar 3 are cut with bar 2; the mock-up goes on with bar 4."""
    write_take(tmp_path / "takes/a.wav", noise(6 * RATE, 1))
    names = ", ".join(f"{{name: {name}, at: {bar}|1}}" for bar, name in enumerate("abcd", start=1))
    head = f"sections: [{names}]\n"
    cut = "s: {sections: [a, b, d]}, m: {like: s, live: false}"
    score = {"v": [(0, 16, 69)], "w": [(0, 4, 60)]}
    players = ", live: [{file: takes/a.wav, at: 2|1, to: 3s}]"
    made = make(head + LIVE % (players, cut), **score)
    live, mockup = made.mix("s", "s"), made.mix("m", "s")
    seam, edge = RATE * 5 // 1000, RATE // 100
    assert np.array_equal(live[:, :BAR], mockup[:, :BAR])
    assert not np.array_equal(live[:, BAR + edge : 2 * BAR], mockup[:, BAR + edge : 2 * BAR])
    assert np.array_equal(live[:, 2 * BAR + seam :], mockup[:, 2 * BAR + seam :])


def test_a_faster_form_says_how_far_it_drifts(make, tmp_path: Path):
    write_take(tmp_path / "takes/a.wav", noise(8 * RATE, 1))
    text = audio_track(
        "{file: takes/a.wav, at: 1|1}", "mixes: {s: {length: 9.2s, tempo_limit_percent: 20}}"
    )
    made = make(text)
    speed = 1 + made.form("s").form.tempo_change_percent / 100
    assert speed != 1
    (said,) = [text for text in made.plan.warnings if "drifts" in text]
    drift_ms = int(said.split(" ms")[0].split()[-1])
    assert drift_ms == pytest.approx(8000 * abs(1 - speed) / max(speed, 1), rel=0.02)


def test_a_changed_file_is_noticed_by_its_content(make, tmp_path: Path):
    text = audio_track("{file: takes/a.wav, at: 1|1}")
    write_take(tmp_path / "takes/a.wav", noise(RATE))
    before = make(text).form("whole").tracks[0]
    write_take(tmp_path / "takes/a.wav", noise(RATE))
    assert make(text).form("whole").tracks[0].fingerprint == before.fingerprint
    write_take(tmp_path / "takes/a.wav", noise(RATE, seed=2))
    after = make(text).form("whole").tracks[0]
    assert after.fingerprint != before.fingerprint
    assert Reasons({"t": parts(before.plan)}).made(after) == "audio files changed"


def test_a_file_that_changes_while_it_is_read_is_an_error(make, tmp_path: Path):
    take = write_take(tmp_path / "takes/a.wav", noise(4 * RATE))
    (track,) = make(audio_track("{file: takes/a.wav, at: 1|1}")).form("whole").tracks
    blocks = PlayedTrack(track.plan, lambda *_, **__: None).blocks()
    next(blocks)
    write_take(take, noise(4 * RATE + 1, seed=2))
    with pytest.raises(StorageError, match=r"takes/a.wav: changed while it was used"):
        list(blocks)


def test_a_file_that_changes_before_its_region_ends_is_an_error(make, tmp_path: Path):
    """Also where the music ends before: nothing is kept of what may be another take."""
    take = write_take(tmp_path / "takes/a.wav", noise(6 * RATE))
    text = audio_track("{file: takes/a.wav, at: 1|1}", "length: 4s")
    (track,) = make(text).form("whole").tracks
    blocks = PlayedTrack(track.plan, lambda *_, **__: None).blocks()
    next(blocks)
    write_take(take, noise(6 * RATE, seed=2))
    os.utime(take, ns=(0, track.plan.source.regions[0].recording.content.state[1] + 1))
    with pytest.raises(StorageError, match=r"takes/a.wav: changed while it was used"):
        list(blocks)


def test_a_sample_that_is_no_number_is_told(make, tmp_path: Path):
    take = noise(RATE)
    take[1, 700] = np.nan
    write_take(tmp_path / "takes/a.wav", take, subtype="FLOAT")
    (track,) = make(audio_track("{file: takes/a.wav, at: 1|1}")).form("whole").tracks
    with pytest.raises(RequestError, match=r"a.wav: sample 700 of channel 2 is nan, not a level"):
        list(PlayedTrack(track.plan, lambda *_, **__: None).blocks())
