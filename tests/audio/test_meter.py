"""The meter's own promises: exact filters, exact peaks, blocks of any size, spans."""

from __future__ import annotations

import re
import shutil
import subprocess
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import sosfilt

from hostkit.audio.block import Audio, silence
from hostkit.audio.files.wav import WavWriter
from hostkit.audio.formats import FLOAT32
from hostkit.audio.layout import MONO, STEREO
from hostkit.audio.loudness import true_peak
from hostkit.audio.loudness.energies import Energies, lufs_to_power, power_to_lufs
from hostkit.audio.loudness.hops import HopGrid
from hostkit.audio.loudness.k_weighting import KWeighting, k_weighting_sections
from hostkit.audio.loudness.meter import Loudness, Meter, measure
from hostkit.audio.loudness.true_peak import TruePeak

RATES = [8_000, 11_025, 22_050, 44_100, 48_000, 88_200, 96_000, 192_000]


def music(seconds: float, seed: int = 1, rate: int = 48_000) -> Audio:
    """Stereo notes of random pitch and level that decay into noise: range, peaks, gaps."""
    random = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate)) / rate
    audio = random.standard_normal((2, time.size)) * 1e-3
    for onset in np.arange(0.0, seconds, 0.4):
        since = time[time >= onset] - onset
        pitch, level = random.uniform(50, 4_000), 10 ** random.uniform(-2, -0.5)
        note = level * np.exp(-since * 3) * np.sin(2 * np.pi * pitch * since)
        audio[:, -since.size :] += note * random.uniform(0.3, 1, (2, 1))
    return audio.astype(np.float32)


def test_the_filter_at_48_khz_is_the_standard_s_table() -> None:
    """BS.1770-4 Annex 1, tables 1 and 2, printed with 14 decimals."""
    shelf = [1.53512485958697, -2.69169618940638, 1.19839281085285, 1, -1.69065929318241]
    high_pass = [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621]
    sections = k_weighting_sections(48_000)
    assert sections[0] == pytest.approx([*shelf, 0.73248077421585], abs=1e-11)
    assert sections[1] == pytest.approx(high_pass, abs=1e-11)


@pytest.mark.parametrize("rate", RATES)
def test_block_filtering_equals_sample_by_sample_filtering(rate: int) -> None:
    """Against scipy's sosfilt, with an offset and a burst so that the states are large."""
    grid = HopGrid.at(rate)
    assert grid.hop_frames % grid.block_frames == 0
    audio = np.random.default_rng(rate).standard_normal(grid.chunk_frames * 3) + 1.0
    audio[: grid.chunk_frames // 2] *= 20
    audio = audio.astype(np.float32)
    weighting = KWeighting(grid)
    states, energies = weighting.at_rest(), []
    for chunk in audio.reshape(3, -1):
        hops, states = weighting.hop_energies(chunk, states)
        energies.append(hops)
    weighted = sosfilt(k_weighting_sections(rate), audio.astype(np.float64))
    expected = (weighted.reshape(-1, grid.hop_frames) ** 2).sum(axis=1)
    assert np.concatenate(energies) == pytest.approx(expected, rel=2e-7)  # 1e-6 dB


@settings(max_examples=20, deadline=None)
@given(
    sizes=st.lists(st.integers(0, 70_000), min_size=1, max_size=12),
    rate=st.sampled_from([22_050, 44_100, 48_000]),
)
def test_the_cut_into_blocks_changes_no_bit(sizes: list[int], rate: int) -> None:
    audio = music(sum(sizes) / rate, rate=rate)
    whole, parts = Meter(rate, STEREO), Meter(rate, STEREO)
    whole.push(audio)
    start = 0
    for size in [*sizes, audio.shape[1]]:
        parts.push(audio[:, start : start + size])
        start += size
        parts.result()  # asking in between changes nothing either
    assert parts.result() == whole.result()
    assert np.array_equal(parts.energies().powers, whole.energies().powers)


def interpolated_peak(audio: Audio, factor: int) -> float:
    """Every value between all samples, in double precision, with the meter's own taps."""
    peak = float(np.abs(audio).max())
    for step in range(1, factor):
        taps = true_peak._phase(step / factor)[::-1]
        for channel in audio.astype(np.float64):
            peak = max(peak, float(np.abs(np.convolve(channel, taps)).max()))
    return peak


@pytest.mark.parametrize(("rate", "factor"), [(44_100, 4), (48_000, 4), (96_000, 2), (192_000, 1)])
@pytest.mark.parametrize("seed", range(4))
def test_skipping_quiet_stretches_loses_no_peak(rate: int, factor: int, seed: int) -> None:
    """Whole-signal interpolation gives the same peak (to single precision)."""
    random = np.random.default_rng(seed)
    audio = music(1.7, seed, rate)
    audio[seed % 2, random.integers(audio.shape[1])] = (0.0, 0.9, -0.9, 2.0)[seed]
    result = measure([audio], rate, STEREO)
    expected = interpolated_peak(audio, factor)
    assert 10 ** (result.true_peak_dbtp / 20) == pytest.approx(expected, rel=2e-6)
    assert 10 ** (result.sample_peak_dbfs / 20) == pytest.approx(np.abs(audio).max(), rel=1e-9)


@pytest.mark.parametrize("place", [0, 1, 11, 12, 23, 24, 23_039, 23_040, 23_041, 46_079])
def test_a_peak_between_samples_is_found_at_every_edge(place: int) -> None:
    """Two equal neighbours alone: the value half-way is 4/π of them (sinc), at any place."""
    audio = silence(1, 46_080)
    audio[0, max(0, place - 1) : place + 1] = 0.5
    follower = TruePeak(48_000, 1, 23_040)
    for chunk in (audio[:, :23_040], audio[:, 23_040:], silence(1, 23_040)):
        follower.push(chunk)
    expected = interpolated_peak(audio, 4)
    assert follower.peak == pytest.approx(expected, rel=1e-6)
    if place > 0:
        assert follower.peak == pytest.approx(0.5 * 4 / np.pi, rel=0.01)


def test_true_peak_of_band_limited_noise() -> None:
    """Against exact interpolation: noise periodic in 1 s, 16 times as dense by FFT."""
    random = np.random.default_rng(5)
    spectrum = np.zeros(24_001, dtype=complex)
    spectrum[100:18_000] = np.exp(2j * np.pi * random.random(17_900))
    second = np.fft.irfft(spectrum)
    dense = np.fft.irfft(spectrum, n=16 * 48_000) * 16
    level = 0.5 / np.abs(dense).max()
    audio = (np.tile(second, 3)[None] * level).astype(np.float32)
    # Fades keep the ends, where the noise is not periodic, out of it
    audio[0, :4_800] *= np.linspace(0, 1, 4_800, dtype=np.float32)
    audio[0, -4_800:] *= np.linspace(1, 0, 4_800, dtype=np.float32)
    result = measure([audio], 48_000, MONO)
    # Fourfold looking misses at most cos(π/8) of a component at Nyquist: 0.69 dB
    assert -6.02 - 0.5 < result.true_peak_dbtp < -6.02 + 0.05
    assert result.sample_peak_dbfs < result.true_peak_dbtp


def test_silence_is_minus_infinity() -> None:
    result = measure([silence(2, 200_000)], 48_000, STEREO)
    inf = float("inf")
    assert result == Loudness(-inf, -inf, -inf, 0.0, -inf, -inf)
    assert Meter(48_000, STEREO).result() == result


def test_a_sound_shorter_than_the_windows() -> None:
    """0.2 s: no gating block; maxima count the silence before it (−3.01 and −11.76 LU)."""
    time = np.arange(9_600) / 48_000
    tone = (0.1 * np.sin(2 * np.pi * 997 * time)).astype(np.float32)
    result = measure([np.stack([tone, tone])], 48_000, STEREO)
    assert result.integrated_lufs == -np.inf
    assert result.max_momentary_lufs == pytest.approx(-20 - 3.01, abs=0.1)
    assert result.max_short_term_lufs == pytest.approx(-20 - 11.76, abs=0.1)


def test_spans_are_measured_like_files_of_their_own() -> None:
    """A loud phrase in silence: its span has its loudness, what is around it none."""
    audio = silence(2, 48_000 * 6)
    audio[:, 96_000:192_000] = music(2.0)
    meter = Meter(48_000, STEREO)
    meter.push(audio)
    energies = meter.energies()
    alone = measure([music(2.0)], 48_000, STEREO)
    phrase = energies.span(96_000, 192_000)
    assert phrase.frames == 96_000
    assert phrase.integrated_lufs() == pytest.approx(alone.integrated_lufs, abs=1e-6)
    assert phrase.phrase_lufs() == phrase.integrated_lufs()
    assert energies.span(0, 96_000).phrase_lufs() == -np.inf
    assert energies.span(300_000, 300_000).mean_lufs() == -np.inf
    assert energies.span(10**9, 10**9 + 5).phrase_lufs() == -np.inf
    short = energies.span(96_000, 96_000 + 9_600)
    assert short.phrase_lufs() == short.mean_lufs() > -np.inf


def test_spans_widen_to_whole_hops() -> None:
    energies = Energies(48_000, 480, 4_700, np.arange(10.0))
    assert energies.span(479, 961).powers.tolist() == [0, 1, 2]
    assert energies.span(480, 960).powers.tolist() == [1]
    assert energies.span(4_400, 9_999).frames == 4_700 - 9 * 480


def test_quiet_after_loud_keeps_its_own_level() -> None:
    """Windows are summed without subtraction: no remainder of a loud passage stays."""
    powers = np.concatenate([np.full(50_000, 1e6), np.full(400, lufs_to_power(-69.0))])
    energies = Energies(48_000, 480, powers.size * 480, powers)
    assert energies.momentary_lufs()[-1] == pytest.approx(-69.0, abs=1e-9)
    assert energies.short_term_lufs()[-1] == pytest.approx(-69.0, abs=1e-9)


def ffmpeg_summary(path: Path) -> dict[str, float]:
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(path)]
    command += ["-af", "ebur128=peak=true", "-f", "null", "-"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    summary = run.stderr[run.stderr.rindex("Summary:") :]
    found = re.findall(r"(I|LRA|Peak):\s+(-?[\d.]+|-inf) (?:LUFS|LU|dBFS)", summary)
    return {name: float(value) for name, value in found}


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg, the oracle, is not installed")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_against_ffmpeg(tmp_path: Path, seed: int) -> None:
    """Integrated ±0.05 LU (its output has one decimal: ±0.1), peak ±0.2 dB, range ±1 LU."""
    audio = music(20.0, seed)
    with WavWriter(tmp_path / "a.wav", 48_000, STEREO, FLOAT32) as writer:
        writer.write(audio)
    theirs = ffmpeg_summary(tmp_path / "a.wav")
    ours = measure([audio], 48_000, STEREO)
    assert ours.integrated_lufs == pytest.approx(theirs["I"], abs=0.1)
    assert ours.loudness_range_lu == pytest.approx(theirs["LRA"], abs=1)
    assert ours.true_peak_dbtp == pytest.approx(theirs["Peak"], abs=0.2)


def test_silence_between_is_silence_and_what_follows_is_as_at_the_start():
    """Where the filter has come to rest it is not run: nothing of it may show."""
    grid = HopGrid.at(48_000)
    loud = np.random.default_rng(5).standard_normal((2, grid.chunk_frames)).astype(np.float32)
    rest = silence(2, 4 * grid.chunk_frames)
    meter = Meter(48_000, STEREO, peaks=False)
    meter.push(np.concatenate([loud, rest, loud], axis=1))
    first, *between, last = np.split(meter.energies().powers, 6)
    assert between[-1].tolist() == [0.0] * first.size
    np.testing.assert_array_equal(last, first)


@pytest.mark.parametrize("hops", [0, 1, 39, 40, 299, 6_000, 6_001, 6_045, 6_300, 12_007])
def test_a_long_signal_measures_piece_by_piece_what_it_measures_at_once(hops: int):
    """Windows that cross pieces of a minute too, computed here from their definition.

    Sums in another order differ by 1e-12 at most, in LU by 1e-11.
    """
    powers = 10.0 ** np.random.default_rng(hops).uniform(-6.0, 0.0, hops)
    energies = Energies(48_000, 480, hops * 480, powers)
    for window, levels, loudest in (
        (40, energies.momentary_lufs(), energies.max_momentary_lufs()),
        (300, energies.short_term_lufs(), energies.max_short_term_lufs()),
    ):
        padded = np.concatenate((np.zeros(window - 1), powers))
        means = [padded[hop : hop + window].mean() for hop in range(hops)]
        expected = np.array([power_to_lufs(float(mean)) for mean in means])
        np.testing.assert_allclose(levels, expected, rtol=0, atol=1e-11)
        assert loudest == max(levels, default=-np.inf)
    starts = range(0, hops - 39, 10)
    blocks = np.array([powers[start : start + 40].mean() for start in starts])
    loud = blocks[blocks >= 0.1 * blocks.mean()] if blocks.size else blocks
    gated = power_to_lufs(float(loud.mean()) if loud.size else 0.0)
    assert energies.integrated_lufs() == pytest.approx(gated, abs=1e-11)


def test_an_hour_is_measured_in_little_more_than_its_energies():
    """A tenth of them for the gates, and a minute at a time; at once it took thrice them."""
    powers = np.random.default_rng(6).uniform(1e-3, 1.0, 360_000)
    energies = Energies(48_000, 480, powers.size * 480, powers)
    tracemalloc.start()
    for measure_of in (
        energies.max_momentary_lufs,
        energies.max_short_term_lufs,
        energies.integrated_lufs,
        energies.loudness_range_lu,
    ):
        measure_of()
    _, most_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most_bytes < powers.nbytes / 2
