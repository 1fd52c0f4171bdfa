"""What a pass makes of what it gets: rates, channels, positions, lists of phrases, lengths."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from passes import ONSETS, RATE, SECONDS, TARGET_LU, differences, gains, read, run

from hostkit.audio.files.bwf import Bwf
from hostkit.audio.files.wav import WavWriter
from hostkit.audio.formats import PCM24
from hostkit.audio.layout import layout_of
from hostkit.delivery.ducking.bundle import duck_files
from hostkit.ducking.alignment import lay_out
from hostkit.ducking.phrase import Phrase
from hostkit.ducking.result import Status
from hostkit.ducking.settings import DuckSettings


def test_rates_and_channel_counts_may_differ(studio, spoken: Path) -> None:
    """A mono stem at 44.1 kHz, a stereo one at 48 and a 5.1 one at 48, one curve for all."""
    mono = studio.folder / "mono.wav"
    soundfile.write(
        mono, soxr.resample(studio.music(SECONDS, "piano", -28)[0], RATE, 44_100), 44_100, "PCM_24"
    )
    stereo = studio.save("stereo.wav", studio.music(SECONDS, "strings", -28))
    surround = np.vstack([studio.music(SECONDS, part, -34) for part in ("solos", "colours", "mix")])
    six = studio.save("six.wav", surround)
    report = run(studio, [stereo, mono, six], spoken)
    assert [file.channels for file in report.files] == [2, 1, 6]
    assert [file.sample_rate for file in report.files] == [RATE, 44_100, RATE]
    assert [result.status for result in report.result.phrases] == [Status.PASS] * len(ONSETS)

    curve = gains(studio.folder / "ducked", round(SECONDS * RATE))
    stereo_after, mono_after, six_after = (read(file.path) for file in report.files)
    linear = 10 ** (curve[:, np.newaxis] / 20)
    assert np.abs(stereo_after - read(stereo) * linear).max() <= 2**-23
    assert np.abs(six_after - read(six) * linear).max() <= 2**-23
    places = np.arange(len(mono_after)) * (RATE / 44_100)
    slower = 10 ** (np.interp(places, np.arange(len(curve)), curve) / 20)
    assert np.abs(mono_after[:, 0] - read(mono)[:, 0] * slower).max() <= 2**-23

    # The target is that of the sum: mono on both sides, the LFE not counted, surrounds at 1.41.
    total = read(six).copy() * 0
    total += six_after
    total[:, :2] += stereo_after
    total[:, :2] += soxr.resample(mono_after, 44_100, RATE)[: len(total)]
    heard = total[:, [0, 1, 2, 4, 5]] * np.sqrt([1, 1, 1, 1.41, 1.41])
    measured = differences(read(spoken), heard, report)
    assert measured == pytest.approx([TARGET_LU] * len(ONSETS), abs=0.3)


def stamped(path: Path, audio: np.ndarray, seconds: Fraction) -> Path:
    about, layout = Bwf(time_reference=round(seconds * RATE)), layout_of(audio.shape[0])
    with WavWriter(path, RATE, layout, PCM24, about) as writer:
        writer.write(audio)
    return path


def test_time_stamps_align_dialogue_and_music(studio) -> None:
    hour = Fraction(3600)
    stem, _ = studio.dialogue((5.0,), 12.0)
    dialogue = stamped(studio.folder / "dx.wav", stem, hour)
    music = stamped(studio.folder / "mx.wav", studio.music(20.0), hour + 2)
    late = stamped(studio.folder / "late.wav", studio.music(15.0, "piano"), hour + 4)
    layout = lay_out(dialogue, [music, late])
    assert layout.aligned_by == "time stamps (bext)"
    report = duck_files(layout, DuckSettings(), studio.folder / "out")
    assert report.result.phrases[0].spoken.phrase.onset_seconds == pytest.approx(3.0, abs=0.05)
    before, after = read(late), read(report.files[1].path)
    moved = np.flatnonzero(np.any(before != after, axis=1))
    assert moved[0] / RATE < 1.0 < moved[-1] / RATE  # 1 s into the later stem


def test_the_time_stamp_is_kept(studio, spoken: Path) -> None:
    from hostkit.audio.files.wav_reader import read_header

    music = stamped(studio.folder / "mx.wav", studio.music(SECONDS), Fraction(3600))
    report = duck_files(
        lay_out(spoken, [music], dialogue_at="0s"), DuckSettings(), studio.folder / "out"
    )
    metadata = read_header(report.files[0].path).metadata
    assert metadata is not None
    assert metadata.time_reference == 3600 * RATE


@pytest.mark.parametrize("asked", ["4s", "01:00:04:00"])
def test_dialogue_at_moves_the_dialogue(studio, asked: str) -> None:
    stem, _ = studio.dialogue((1.0,), 8.0)
    dialogue = studio.save("dx.wav", stem)
    music = stamped(studio.folder / "mx.wav", studio.music(20.0), Fraction(3600))
    layout = lay_out(dialogue, [music], dialogue_at=asked, frame_rate="25")
    report = duck_files(layout, DuckSettings(), studio.folder / "out")
    assert report.result.phrases[0].spoken.phrase.onset_seconds == pytest.approx(5.0, abs=0.05)


def test_edited_phrases_are_used_as_they_are(studio, spoken: Path) -> None:
    music = studio.save("mx.wav", studio.music(SECONDS))
    own = [Phrase(2.0, 3.0), Phrase(24.0, 27.0)]
    report = duck_files(lay_out(spoken, [music]), DuckSettings(), studio.folder / "out", own)
    assert [result.spoken.phrase for result in report.result.phrases] == own
    assert [result.status for result in report.result.phrases] == [Status.PASS] * 2
    untouched = slice(10 * RATE, 20 * RATE)
    assert np.array_equal(read(music)[untouched], read(report.files[0].path)[untouched])


def test_a_list_written_by_one_pass_gives_the_same_pass_again(studio, spoken: Path) -> None:
    from hostkit.ducking.phrase_file import read_phrases

    music = studio.save("mx.wav", studio.music(SECONDS))
    first = run(studio, music, spoken)
    listed = read_phrases(studio.folder / "ducked" / "phrases.csv")
    again = duck_files(lay_out(spoken, [music]), DuckSettings(), studio.folder / "out", listed)
    assert again.files[0].path.read_bytes() == first.files[0].path.read_bytes()


def test_a_target_out_of_reach_fails_with_the_depth_it_would_take(studio, spoken: Path) -> None:
    music = studio.save("mx.wav", studio.music(SECONDS, level_db=-15))
    report = run(studio, music, spoken, max_depth_db=9.0)
    for result in report.result.phrases:
        assert result.status is Status.FAIL
        reached = result.difference_before_lu + 9.0
        assert result.difference_after_lu == pytest.approx(reached, abs=0.05)
        missing = TARGET_LU - result.worst.difference_after_lu
        assert result.needed_db == pytest.approx(9.0 + missing, abs=0.05)
    text = (studio.folder / "ducked" / "duck_report.md").read_text()
    most = math.ceil(10 * max(result.needed_db for result in report.result.phrases)) / 10
    assert f"max_depth_db is 9; allow {most:g}, or lower the music by {most - 9:.1f} dB." in text


def test_out_of_reach_at_any_depth_is_said(studio, spoken: Path) -> None:
    stems = [studio.save(f"{name}.wav", studio.music(SECONDS)) for name in ("lead", "subs")]
    report = run(studio, stems, spoken, weights=(("subs", 0.0),))
    assert math.isinf(report.result.phrases[0].needed_db or 0.0)
    text = (studio.folder / "ducked" / "duck_report.md").read_text()
    assert "the stems of weight 0 alone are too loud" in text


@pytest.mark.parametrize("seconds", [20.0, 50.0])
def test_music_may_be_longer_or_shorter_than_the_dialogue(
    studio, spoken: Path, seconds: float
) -> None:
    music = studio.save("mx.wav", studio.music(seconds))
    report = run(studio, music, spoken)
    assert len(read(report.files[0].path)) == seconds * RATE
    expected = [onset for onset in ONSETS if onset < seconds]
    assert len(report.result.phrases) == len(expected)
    assert any("lie outside the music" in w for w in report.warnings) is (seconds < SECONDS)
    if seconds > SECONDS:
        tail = slice(round(SECONDS * RATE), None)
        assert np.array_equal(read(music)[tail], read(report.files[0].path)[tail])


def test_two_passes_write_the_same_bytes(studio, spoken: Path) -> None:
    music = studio.save("mx.wav", studio.music(SECONDS), "PCM_16")
    runs = []
    for _ in range(2):
        run(studio, music, spoken)
        runs.append({p.name: p.read_bytes() for p in (studio.folder / "ducked").iterdir()})
    assert runs[0] == runs[1]


def test_blocks_of_any_size_give_the_same_samples(studio, spoken: Path) -> None:
    from hostkit.ducking.ducked import Ducked
    from hostkit.ducking.plan import plan_duck

    layout = lay_out(spoken, [studio.save("mx.wav", studio.music(SECONDS))])
    for mode in ("broadband", "both"):
        plan = plan_duck(layout.dialogue.stem, layout.stems, DuckSettings(mode=mode))
        ducked = Ducked(layout.stems[0], plan.curves, 1.0, plan.clock, PCM24)
        whole = np.concatenate(list(ducked.blocks()), axis=1)
        for frames in (1_000, 48_001):
            pieces = np.concatenate(list(ducked.blocks(frames)), axis=1)
            assert np.abs(whole - pieces).max() <= (0 if mode == "broadband" else 2**-23)


def test_slopes_of_the_report_are_those_of_the_curve(studio, spoken: Path) -> None:
    report = run(studio, studio.save("mx.wav", studio.music(SECONDS)), spoken)
    curve = gains(studio.folder / "ducked", round(SECONDS * RATE))
    edges = [0.0]
    for one, other in pairwise(result.spoken.phrase for result in report.result.phrases):
        edges.append((one.offset_seconds + other.onset_seconds) / 2)
    edges.append(SECONDS)
    for (start, stop), result in zip(pairwise(edges), report.result.phrases, strict=True):
        part = curve[round(start * RATE) : round(stop * RATE)]
        steepest = np.abs(np.diff(part)).max() * RATE
        assert result.slope_db_per_s == pytest.approx(steepest, abs=0.01)
