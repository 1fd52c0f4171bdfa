"""What every host owes: one suite over all instruments and all effects.

A new host is one row in INSTRUMENTS or EFFECTS: a name, and what makes its spec.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import pytest

from hostkit.devices.builtin import BUILTINS
from hostkit.devices.plugins.loading import BUFFER_FRAMES
from hostkit.devices.spec import BuiltinSpec, ContentFile, SoundFontSpec, ToneSpec
from hostkit.midi.events import SampleEvents
from hostkit.plan.environment import embedded_soundfont

WOODBLOCK = 115  # General MIDI program with a short release
FRAMES = 30_011
WHOLE = [65_536]
CUTS = [1, 511, 512, 513, 7, 4096, 9001, 100]


@dataclass(frozen=True)
class Case:
    """A device: how its spec is made, and how late an onset may be."""

    name: str
    plugin: str = ""
    params: tuple[tuple[str, object], ...] = ()
    channels_in: int = 2
    late_frames: int = 0

    def row(self):
        marks = [pytest.mark.plugins] if self.plugin else []
        return pytest.param(self, id=self.name, marks=marks)


def soundfont() -> SoundFontSpec:
    path = embedded_soundfont()
    content = ContentFile(path, hashlib.sha256(path.read_bytes()).hexdigest())
    return SoundFontSpec(content, WOODBLOCK)


OWN = {"tone": lambda: ToneSpec(2, 0.5), "mono tone": lambda: ToneSpec(1), "soundfont": soundfont}
INSTRUMENTS = [
    Case("tone"),
    Case("mono tone"),
    Case("soundfont", late_frames=63 + 64),  # see SoundFontInstrument; and 64 of attack
    Case("Kars", "Kars"),
    Case("Nekobi", "Nekobi", late_frames=64),  # plays in pieces of 64 frames
    Case("probe", "HostkitProbe"),
    Case("probe with latency", "HostkitProbe", params=(("latency_frames", 1000),)),
]
EFFECTS = [
    Case("ZamCompX2", "ZamCompX2", (("threshold_db", -30.0),)),
    Case("ZaMaximX2", "ZaMaximX2", (("threshold_db", -12.0),)),
    Case("ZamComp on stereo", "ZamComp", (("threshold_db", -30.0),)),
    Case("ZamCompX2 on mono", "ZamCompX2", (("threshold_db", -30.0),), channels_in=1),
    Case("ZamDelay", "ZamDelay", channels_in=1),
    Case("probe effect", "HostkitProbeEffect"),
    Case("probe effect with latency", "HostkitProbeEffect", (("latency_frames", 1000),)),
    *(Case(name) for name in BUILTINS if name != "convolution"),
]


@pytest.fixture(params=[case.row() for case in INSTRUMENTS])
def instrument(request):
    """A case, with its spec."""
    case = request.param
    if case.plugin:
        return case, request.getfixturevalue("spec")(case.plugin, params=case.params)
    return case, OWN[case.name]()


@pytest.fixture(params=[case.row() for case in EFFECTS])
def effect(request):
    case = request.param
    if case.plugin:
        return case, request.getfixturevalue("spec")(case.plugin, params=case.params)
    return case, BuiltinSpec(case.name, case.params)


def note(sample: int, key: int, velocity: int = 100, length: int = 4000):
    on, off = bytes((0x90, key, velocity)), bytes((0x80, key, 0))
    return [(sample, on), (sample + length, off)]


def events(*notes) -> SampleEvents:
    timed = sorted((event for each in notes for event in each), key=lambda event: event[0])
    samples = np.array([sample for sample, _ in timed], dtype=np.int64)
    return SampleEvents(samples, tuple(message for _, message in timed))


MELODY = events(*(note(start, 48 + i) for i, start in enumerate(range(700, 24_000, 2_999))))


def noise(channels: int, frames: int = FRAMES):
    steps = np.random.default_rng(7).standard_normal((channels, frames))
    return (0.2 * steps).astype(np.float32)


@pytest.fixture
def play(request):
    """Plug-ins in a process of their own: some play otherwise where others have played."""
    case = next(value for value in request.node.callspec.params.values())
    return request.getfixturevalue("play_fresh" if case.plugin else "play_here")


class TestInstrument:
    def test_repeats_in_a_fresh_process_and_in_any_blocks(self, instrument, play) -> None:
        _, spec = instrument
        job = {"instrument": spec, "events": MELODY, "frames": FRAMES}
        whole = play(**job, cuts=WHOLE)
        assert np.abs(whole).max() > 0.01
        np.testing.assert_array_equal(play(**job, cuts=WHOLE), whole)
        np.testing.assert_array_equal(play(**job, cuts=CUTS), whole)

    def test_notes_start_at_their_samples(self, instrument, play) -> None:
        case, spec = instrument
        edges = (0, BUFFER_FRAMES - 1, BUFFER_FRAMES, 4095, 4096, 4097, 10_000)
        starts = [index * 49_152 + edge for index, edge in enumerate(edges)]
        notes = events(*(note(start, 69, 127) for start in starts))
        out = play(instrument=spec, events=notes, frames=starts[-1] + 3000, cuts=[4096])
        loud = np.abs(out).max(axis=0) > 1e-4
        # A sine starts at 0, so that its second sample is the first to be heard.
        for start in starts:
            assert not loud[max(start - 1000, 0) : start].any()
            assert loud[start : start + case.late_frames + 2].any()

    def test_more_notes_at_once_than_pedalboard_takes(self, instrument, play) -> None:
        case, spec = instrument
        crowd = events(*(note(600, key, 1 + key % 3, 3000) for key in [*range(20, 120)] * 2))
        out = play(instrument=spec, events=crowd, frames=20_000, cuts=CUTS)
        first = np.flatnonzero(np.abs(out).max(axis=0))[0]
        assert 600 <= first <= 600 + case.late_frames + 1


class TestEffect:
    def test_equals_one_pedalboard_call_in_any_blocks(self, effect, play) -> None:
        case, spec = effect
        job = {"effects": (spec,), "audio": noise(case.channels_in), "frames": FRAMES}
        whole = play("pedalboard", **job)
        assert whole.shape[1] == FRAMES
        np.testing.assert_array_equal(play(**job, cuts=WHOLE), whole)
        np.testing.assert_array_equal(play(**job, cuts=CUTS), whole)
