"""What the pass promises, measured on the files it writes by means of their own."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
import soundfile
import wavinfo
from passes import ONSETS, RATE, SECONDS, TARGET_LU, differences, gains, loudness, read, run

from hostkit.audio.files.bwf import BextLoudness, Bwf
from hostkit.audio.files.wav import WavWriter
from hostkit.audio.formats import PCM24
from hostkit.audio.layout import STEREO
from hostkit.delivery.ducking.bundle import duck_files
from hostkit.ducking.alignment import lay_out
from hostkit.ducking.result import Status
from hostkit.ducking.settings import LISTENERS_LU, DuckSettings, ProtectedSpan


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
    ints = [
        np.rint(studio.music(SECONDS, stem, -30) * 2**23).astype(np.int32)
        for stem in ("piano", "solos", "strings", "colours")
    ]
    stems = []
    for number, stem in enumerate(ints):
        stems.append(studio.folder / f"stem{number}.wav")
        soundfile.write(stems[-1], stem.T << 8, RATE, subtype="PCM_24")
    mix = studio.folder / "mix.wav"
    soundfile.write(mix, sum(ints).T << 8, RATE, subtype="PCM_24")
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
    with WavWriter(path, RATE, STEREO, PCM24, Bwf(loudness=told, description="6m12")) as writer:
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
