"""A stem plan in six channels: mixed, kept, written, measured and proved as one in two is.

Pans and devices are left alone: they are stereo's.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from here import Here
from outside import File

from hostkit.audio.formats import PCM24
from hostkit.audio.layout import SURROUND_5_1
from hostkit.delivery.verifying.verify import verify
from hostkit.delivery.writing.files import FileJob, WrittenFile, write_file
from hostkit.delivery.writing.pre_roll import NO_PRE_ROLL, PopPlan, PreRoll
from hostkit.jobs.job import Job
from hostkit.jobs.prints import AUDIO, Print
from hostkit.jobs.store import Store
from hostkit.plan.nodes.prints import TailPlan
from hostkit.plan.nodes.stems import BusPlan, ChannelPlan, Send, StemPlan
from hostkit.render.stem.stem import render_stem

RATE = 48_000
FRAMES = 100_000
L, R, C, LFE, LS, RS = range(6)
SINE = np.sin(2 * np.pi * 1000 / RATE * np.arange(FRAMES)).astype(np.float32)
TAIL = TailPlan(-72.0, 4800, RATE)


def report(_frames: int, at: str | None = None) -> None:
    """Nobody watches."""


def signal(**levels: float) -> np.ndarray:
    """The sine at a level on each speaker named."""
    audio = np.zeros((6, FRAMES), dtype=np.float32)
    for speaker, level in levels.items():
        audio[SURROUND_5_1.speakers.index(speaker)] = level * SINE
    return audio


def kept(store: Store, name: str, audio: np.ndarray) -> None:
    """A track's print, as if it had been rendered."""
    with store.writer(name, AUDIO, len(audio), "test") as writer:
        writer.write(audio)
        writer.finish(0.0, ())


def mixed(store: Store, name: str, *channels: ChannelPlan) -> Print:
    hall = BusPlan("hall", (), 0.0, ())
    plan = StemPlan(channels, (hall,), (), RATE, SURROUND_5_1, "pcm24", FRAMES, TAIL)
    return render_stem(Job(plan, name, store.root, "test"), report)


@pytest.fixture
def stems(tmp_path: Path) -> dict[str, Print]:
    """One stem in front; one behind, with a mono and a stereo print and the LFE in it."""
    store = Store(tmp_path / "store")
    kept(store, "front", signal(L=0.1, C=0.05))
    kept(store, "behind", signal(Ls=0.1, Rs=0.02, LFE=0.9))
    kept(store, "mono", 0.01 * SINE[None, :])
    kept(store, "stereo", np.stack((0.02 * SINE, 0.03 * SINE)))
    return {
        "front": mixed(store, "a", ChannelPlan("front", "front", 0.0, 0.0, (Send("hall", -6.0),))),
        "behind": mixed(
            store,
            "b",
            ChannelPlan("behind", "behind", -6.0, 0.0, ()),
            ChannelPlan("mono", "mono", 0.0, 0.0, ()),
            ChannelPlan("stereo", "stereo", 0.0, -1.0, ()),
        ),
    }


def written(path: Path, *stems: Print, pre_roll: PreRoll = NO_PRE_ROLL) -> WrittenFile:
    path.parent.mkdir(parents=True, exist_ok=True)
    frames = pre_roll.frames + FRAMES
    job = FileJob(path, stems, frames, RATE, SURROUND_5_1, "pcm24", pre_roll=pre_roll)
    return write_file(job, report)


def test_a_stem_keeps_its_channels_and_pans_are_between_left_and_right(stems):
    (front,), (behind,) = (list(stem.int_samples(FRAMES)) for stem in stems.values())
    gain = 10 ** (-6 / 20)
    step = 2**23 * SINE
    for samples, expected in (
        (front, {L: 0.1 * (1 + gain), C: 0.05 * (1 + gain)}),
        (
            behind,  # hard left is +3.01 dB on that side, and nothing on the other
            {LS: 0.1 * gain, RS: 0.02 * gain, LFE: 0.9 * gain, L: 0.01 + 0.02 * 2**0.5, R: 0.01},
        ),
    ):
        for channel in range(6):
            # half a step of rounding, and float32's 24 bits of a sum of two
            np.testing.assert_allclose(samples[channel], expected.get(channel, 0) * step, atol=2)


def test_files_are_the_sum_say_their_speakers_and_pass(stems, tmp_path: Path):
    folder = tmp_path / "delivery"
    for name, stem in stems.items():
        written(folder / "stems" / f"{name}.wav", stem)
    facts = written(folder / "full.wav", *stems.values())
    total = sum(next(stem.int_samples(FRAMES)) for stem in stems.values())
    found, _ = soundfile.read(folder / "full.wav", dtype="int32", always_2d=True)
    np.testing.assert_array_equal(found.T >> 8, total)
    form = File(folder / "full.wav", "mix", "full", {}).chunk(b"fmt ")
    assert int.from_bytes(form[20:24], "little") == 0x3F  # FL FR FC LFE BL BR
    assert facts.measures.channels == 6
    certificate = verify(folder, Here())
    assert [proof.test.residual_dbfs for proof in certificate.sums] == [-np.inf]
    assert {file.measures.channels for file in certificate.files} == {6}


def test_loudness_counts_surrounds_more_and_leaves_the_lfe_out(stems, tmp_path: Path):
    store = Store(tmp_path / "store")
    alone = {}
    for speaker in ("L", "C", "LFE", "Ls", "Rs"):
        kept(store, speaker, signal(**{speaker: 0.1}))
        stem = mixed(store, f"only {speaker}", ChannelPlan(speaker, speaker, 0.0, 0.0, ()))
        alone[speaker] = written(tmp_path / f"{speaker}.wav", stem).measures.loudness
    reference = alone["L"].integrated_lufs
    assert reference == pytest.approx(20 * np.log10(0.1) - 3.01, abs=0.05)
    assert alone["C"].integrated_lufs == pytest.approx(reference, abs=1e-6)
    for speaker in ("Ls", "Rs"):
        assert alone[speaker].integrated_lufs == pytest.approx(reference + 1.4922, abs=1e-3)
    assert alone["LFE"].integrated_lufs == -np.inf
    assert alone["LFE"].sample_peak_dbfs == pytest.approx(-20.0, abs=0.01)


def test_a_pop_is_in_every_channel(stems, tmp_path: Path):
    pre_roll = PreRoll(4800, PopPlan(at=1000, frames=200, hz=1000.0, gain=0.05))
    written(tmp_path / "popped.wav", *stems.values(), pre_roll=pre_roll)
    found, _ = soundfile.read(tmp_path / "popped.wav", dtype="int32", always_2d=True)
    pop = found[1000:1200].T >> 8
    expected = np.rint(np.sin(2 * np.pi / 48 * np.arange(200)) * 0.05 * PCM24.full_scale) * 2
    np.testing.assert_array_equal(pop, np.tile(expected, (6, 1)))
    assert not found[:1000].any()
