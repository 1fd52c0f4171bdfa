"""What the pass promises, measured on the files it writes by means of their own."""

from __future__ import annotations

import csv
import math
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
import wavinfo
from scipy.signal import lfilter

from hostkit.audio.files.bwf import BextLoudness, Bwf
from hostkit.audio.files.wav import WavWriter
from hostkit.audio.formats import PCM24
from hostkit.delivery.ducking.bundle import duck_files
from hostkit.delivery.ducking.report import DuckReport
from hostkit.ducking.alignment import lay_out
from hostkit.ducking.phrase import Phrase
from hostkit.ducking.result import Status
from hostkit.ducking.settings import LISTENERS_LU, DuckSettings, ProtectedSpan

RATE = 48_000
ONSETS = (2.0, 9.0, 15.0, 24.0)
SECONDS = 34.0
TARGET_LU = 12.0


def loudness(audio: np.ndarray) -> float:
    """BS.1770-4 gated loudness of `(frames, channels)` at 48 kHz: the table's filters, direct."""
    shelf = [1.53512485958697, -2.69169618940638, 1.19839281085285]
    weighted = lfilter(shelf, [1.0, -1.69065929318241, 0.73248077421585], audio, axis=0)
    weighted = lfilter([1.0, -2.0, 1.0], [1.0, -1.99004745483398, 0.99007225036621], weighted, 0)
    starts = range(0, len(audio) - 19_200 + 1, 4_800)
    blocks = np.array([np.mean(weighted[s : s + 19_200] ** 2, axis=0).sum() for s in starts])
    blocks = blocks[blocks > 10 ** ((-70 + 0.691) / 10)]
    blocks = blocks[blocks > blocks.mean() / 10]
    return -0.691 + 10 * math.log10(blocks.mean())


def run(studio, music: Path | list[Path], dialogue: Path, **settings: object) -> DuckReport:
    files = music if isinstance(music, list) else [music]
    earlier = len(list(studio.folder.glob("ducked*")))
    folder = studio.folder / f"ducked{earlier or ''}"  # nobody's files are replaced without a word
    return duck_files(lay_out(dialogue, files), DuckSettings(**settings), folder)


def read(path: Path) -> np.ndarray:
    return soundfile.read(path, dtype="float64", always_2d=True)[0]


def gains(folder: Path, frames: int, name: str = "curve") -> np.ndarray:
    """The gain of every frame in dB, from the CSV file alone."""
    with (folder / f"{name}.csv").open() as file:
        rows = [(int(row["frame"]), float(row["gain_db"])) for row in csv.DictReader(file)]
    places, values = zip(*rows, strict=True)
    return np.interp(np.arange(frames), places, values)


def differences(dialogue: np.ndarray, music: np.ndarray, report: DuckReport) -> list[float]:
    """Speech over music in the worst 3 s of each phrase; mono is heard from both sides."""
    found = []
    dialogue, music = (np.repeat(a, 2, 1) if a.shape[1] == 1 else a for a in (dialogue, music))
    for result in report.result.phrases:
        phrase = result.spoken.phrase
        last = max(phrase.onset_seconds, phrase.offset_seconds - 3.0)
        worst = math.inf
        for start in [*np.arange(phrase.onset_seconds, last, 0.3), last]:
            stop = min(start + 3.0, phrase.offset_seconds)
            part = slice(round(start * RATE), round(stop * RATE))
            worst = min(worst, loudness(dialogue[part]) - loudness(music[part]))
        found.append(worst)
    return found


@pytest.fixture
def spoken(studio) -> Path:
    stem, _ = studio.dialogue(ONSETS, SECONDS, (0.0, -3.0, 0.0, 4.0))
    return studio.save("dx.wav", stem)


@pytest.mark.parametrize("mode", ["broadband", "speech_band", "both"])
@pytest.mark.parametrize("subtype", ["PCM_24", "FLOAT", "PCM_16"])
def test_every_phrase_meets_the_target_and_the_rest_is_untouched(
    studio, spoken: Path, mode: str, subtype: str
) -> None:
    scale = 1 / np.pi if subtype == "FLOAT" else 1.0  # float: values on no integer grid
    original = studio.save("mx.wav", studio.music(SECONDS) * np.float32(scale), subtype)
    report = run(studio, original, spoken, mode=mode, target_lu=TARGET_LU + (scale < 1) * 10)
    written = report.files[0].path
    assert soundfile.info(written).subtype == subtype
    before, after = read(original), read(written)
    assert before.shape == after.shape

    target = report.result.plan.settings.target_lu
    assert len(report.result.phrases) == len(ONSETS)
    measured = differences(read(spoken), after, report)
    assert min(measured) >= target - 0.5
    assert max(measured) <= target + 0.5  # all of this music is too loud at first
    for value, result in zip(measured, report.result.phrases, strict=True):
        assert value == pytest.approx(result.worst.difference_after_lu, abs=0.2)
        assert result.status is Status.PASS

    names = ["curve"] if mode == "broadband" else ["curve_rest", "curve_speech_band"]
    curves = [gains(written.parent, len(before), name) for name in names]
    for curve in curves:
        assert np.abs(np.diff(curve)).max() * RATE <= 30.0
    still = np.all([curve == 0.0 for curve in curves], axis=0)
    assert 0.2 < still.mean() < 0.8
    assert np.array_equal(after[still], before[still])
    moving = np.abs(before).max(axis=1) > 0.02
    assert np.any(after[~still & moving] != before[~still & moving])


def test_speech_band_lowers_the_band_more_than_the_rest(studio, spoken: Path) -> None:
    original = studio.save("mx.wav", studio.music(SECONDS))
    report = run(studio, original, spoken, mode="speech_band", target_lu=11.0)
    before, after = read(original), read(report.files[0].path)
    phrase = report.result.phrases[0].spoken.phrase
    part = slice(round(phrase.onset_seconds * RATE), round(phrase.offset_seconds * RATE))
    spectra = [np.abs(np.fft.rfft(audio[part, 0])) ** 2 for audio in (before, after)]
    pitch = np.fft.rfftfreq(2 * len(spectra[0]) - 2, 1 / RATE)

    def lowered_db(low: float, high: float) -> float:
        there = (pitch >= low) & (pitch < high)
        return 10 * math.log10(spectra[0][there].sum() / spectra[1][there].sum())

    rest, band = (-gain for gain in report.result.phrases[0].gain_db)
    assert band > rest + 3.0
    assert lowered_db(600, 3000) == pytest.approx(band, abs=0.5)
    assert lowered_db(30, 150) == pytest.approx(rest, abs=0.5)


def test_stems_ducked_together_sum_to_the_ducked_mix(studio, spoken: Path) -> None:
    """Bit depth 24: what remains is the rounding of four stems and one mix."""
    codes = [
        np.rint(studio.music(SECONDS, stem, -30) * 2**23).astype(np.int32)
        for stem in ("piano", "solos", "strings", "colours")
    ]
    stems = []
    for number, stem in enumerate(codes):
        stems.append(studio.folder / f"stem{number}.wav")
        soundfile.write(stems[-1], stem.T << 8, RATE, subtype="PCM_24")
    mix = studio.folder / "mix.wav"
    soundfile.write(mix, sum(codes).T << 8, RATE, subtype="PCM_24")
    together = run(studio, stems, spoken)
    alone = run(studio, mix, spoken)
    total = sum(read(file.path) for file in together.files)
    residual = np.abs(total - read(alone.files[0].path)).max()
    assert 20 * math.log10(max(residual, 1e-12)) <= -120.0
    assert together.result.max_slope_db_per_s > 0.0


def test_a_pass_over_its_own_output_changes_nothing(studio, spoken: Path) -> None:
    for mode in ("broadband", "both"):
        first = run(studio, studio.save("mx.wav", studio.music(SECONDS)), spoken, mode=mode)
        again = duck_files(
            lay_out(spoken, [first.files[0].path]),
            DuckSettings(mode=mode),
            studio.folder / "again",
        )
        assert np.array_equal(read(again.files[0].path), read(first.files[0].path))
        assert again.result.count(Status.PASS) == len(ONSETS)


def test_a_script_of_ten_lines_makes_the_same_file(studio, spoken: Path) -> None:
    original = studio.save("mx.wav", studio.music(SECONDS))
    report = run(studio, original, spoken)
    # The script: nothing of hostkit in it.
    samples = soundfile.read(original, dtype="int32")[0] >> 8
    with (studio.folder / "ducked" / "curve.csv").open() as file:
        rows = list(csv.DictReader(file))
    places = [int(row["frame"]) for row in rows]
    values = [float(row["gain_db"]) for row in rows]
    gain = 10 ** (np.interp(np.arange(len(samples)), places, values) / 20)
    ducked = np.rint(samples * gain[:, np.newaxis]).astype(np.int32)
    # End of the script.
    written = soundfile.read(report.files[0].path, dtype="int32")[0] >> 8
    assert np.array_equal(ducked, written)


def test_both_channels_take_the_same_gain(studio, spoken: Path) -> None:
    original = studio.save("mx.wav", studio.music(SECONDS), "FLOAT")
    report = run(studio, original, spoken)
    before, after = read(original), read(report.files[0].path)
    loud = np.all(np.abs(before) > 0.01, axis=1)
    left, right = (after[loud] / before[loud]).T
    assert np.allclose(left, right, rtol=1e-6)


def test_stems_are_ducked_by_their_weights_and_the_sum_meets_the_target(
    studio, spoken: Path
) -> None:
    stems = [
        studio.save(f"{name}.wav", studio.music(SECONDS, part, level))
        for name, part, level in (
            ("lead", "piano", -25),
            ("strings", "strings", -27),
            ("subs", "solos", -48),
        )
    ]
    weights = (("lead", 1.0), ("strings", 0.7), ("subs", 0.0))
    report = run(studio, stems, spoken, weights=weights, max_depth_db=24.0)
    before = [read(path) for path in stems]
    after = [read(file.path) for file in report.files]
    assert np.array_equal(after[2], before[2])
    measured = differences(read(spoken), sum(after), report)
    assert measured == pytest.approx([TARGET_LU] * len(ONSETS), abs=0.5)
    curve = gains(studio.folder / "ducked", len(before[0]))
    for number, weight in ((0, 1.0), (1, 0.7)):
        expected = before[number] * 10 ** (weight * curve[:, np.newaxis] / 20)
        assert np.abs(after[number] - expected).max() <= 2**-23


def test_a_protected_hit_keeps_its_level(studio, spoken: Path) -> None:
    original = studio.save("mx.wav", studio.music(SECONDS))
    hit, rise = ProtectedSpan.of_hit(11.0, "door"), ProtectedSpan(21.0, 25.0, "rise")
    report = run(studio, original, spoken, protect=(hit, rise))
    before, after = read(original), read(report.files[0].path)
    for span in (hit, rise):
        part = slice(round(span.start_seconds * RATE), round(span.end_seconds * RATE))
        assert np.array_equal(after[part], before[part])
    curve = gains(studio.folder / "ducked", len(before))
    assert np.abs(np.diff(curve)).max() * RATE <= 30.0
    statuses = [result.status for result in report.result.phrases]
    assert statuses == [Status.PASS, Status.PROTECTED, Status.PASS, Status.PROTECTED]


@pytest.mark.parametrize("mode", ["broadband", "both"])
def test_a_monologue_meets_the_target_in_every_3_seconds(studio, mode: str) -> None:
    """Half a minute without a pause, louder and softer by turns, is one phrase."""
    stem, _ = studio.dialogue(tuple(np.arange(1.0, 33.0, 4.0)), SECONDS)
    swell = 10 ** (4 * np.sin(2 * np.pi * np.arange(stem.shape[1]) / (14 * RATE)) / 20)
    spoken = studio.save("long.wav", (stem * swell).astype(np.float32))
    report = run(studio, studio.save("mx.wav", studio.music(SECONDS)), spoken, mode=mode)
    long = max(report.result.phrases, key=lambda result: result.spoken.phrase.seconds)
    assert long.spoken.phrase.seconds > 12.0
    measured = differences(read(spoken), read(report.files[0].path), report)
    assert min(measured) >= TARGET_LU - 0.5
    assert report.result.count(Status.PASS) == len(report.result.phrases)
    low, high = report.result.plan.curves.band.range_db(
        long.spoken.phrase.onset_seconds, long.spoken.phrase.offset_seconds
    )
    assert high - low >= 2.0  # the gain moves
    assert report.result.max_slope_db_per_s <= 30.0


def test_mono_dialogue_is_heard_from_both_sides_unless_told_otherwise(studio, spoken: Path) -> None:
    music = studio.save("mx.wav", studio.music(SECONDS))
    mono = studio.save("mono.wav", studio.music(SECONDS)[:1])
    both_sides = studio.save("sides.wav", np.repeat(studio.music(SECONDS)[:1], 2, axis=0))
    stereo = studio.save("dx2.wav", np.repeat(read(spoken).T, 2, axis=0).astype(np.float32))
    levels = [
        run(studio, file, speech, **settings).result.phrases[0].difference_before_lu
        for file, speech, settings in (
            (music, spoken, {}),
            (music, stereo, {}),
            (music, spoken, {"dialogue_channel": "centre"}),
            (mono, spoken, {}),
            (both_sides, spoken, {}),
        )
    ]
    assert levels[1] == pytest.approx(levels[0], abs=0.05)
    assert levels[2] == pytest.approx(levels[0] - 3.01, abs=0.05)
    assert levels[4] == pytest.approx(levels[3], abs=0.05)


def test_16_bit_files_have_dither_of_their_own(studio, spoken: Path) -> None:
    same = studio.music(SECONDS)
    stems = [studio.save(f"{name}.wav", same, "PCM_16") for name in ("one", "two")]
    report = run(studio, stems, spoken)
    gain = 10 ** (gains(studio.folder / "ducked", len(read(stems[0]))) / 20)
    noise = [(read(f.path) - read(stems[0]) * gain[:, np.newaxis])[gain < 1] for f in report.files]
    assert np.std(noise[0]) * 2**15 == pytest.approx(0.5, abs=0.02)  # TPDF and rounding: 1/2 LSB
    # What is the same in both is the rounding of one original: a twelfth against a sixth.
    assert abs(np.corrcoef(noise[0].T[0], noise[1].T[0])[0, 1]) < 0.05


def test_a_ducked_file_tells_its_own_loudness(studio, spoken: Path) -> None:
    told = BextLoudness(-9.0, 3.0, -1.0, -6.0, -7.0)
    path = studio.folder / "mx.wav"
    music = studio.music(SECONDS)
    with WavWriter(path, RATE, 2, PCM24, Bwf(loudness=told, description="6m12")) as writer:
        writer.write(music)
    written = run(studio, path, spoken).files[0].path
    found = wavinfo.WavInfoReader(str(written)).bext
    assert found.description == "6m12"
    assert found.loudness_value == pytest.approx(loudness(read(written)), abs=0.05)
    assert found.loudness_range != told.loudness_range_lu


@pytest.mark.parametrize(("listener", "target_lu"), LISTENERS_LU.items())
def test_listeners_are_targets(studio, spoken: Path, listener: str, target_lu: float) -> None:
    report = run(studio, studio.save("mx.wav", studio.music(SECONDS)), spoken, target_lu=target_lu)
    lowest = min(result.worst.difference_after_lu for result in report.result.phrases)
    deepest = max(result.spoken.depth.rest_db for result in report.result.phrases)
    assert lowest >= target_lu - 0.5 or deepest == 18.0, listener


def test_music_that_is_low_enough_is_not_touched(studio, spoken: Path) -> None:
    original = studio.save("mx.wav", studio.music(SECONDS, level_db=-45))
    report = run(studio, original, spoken)
    assert np.array_equal(read(report.files[0].path), read(original))
    assert report.result.loss_in_speech_lu == 0.0
    assert report.result.max_slope_db_per_s == 0.0


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
    with WavWriter(
        path, RATE, audio.shape[0], PCM24, Bwf(time_reference=round(seconds * RATE))
    ) as writer:
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
