"""What every host owes: one suite over all instruments and all effects.

A new host is one row in INSTRUMENTS or EFFECTS: a name, and what makes its spec. The follower
(tests/support) stands for hosts to come: it has a transport, a side input, a second output.
"""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from follower import BEAT, GRID_FRAMES, KEY_LEVEL, Follower, FollowerSpec
from sfzs import sfz, spec_of

from hostkit.audio.layout import MONO, STEREO, SURROUND_5_1
from hostkit.devices.builtin import BUILTINS
from hostkit.devices.description import BUFFER_FRAMES
from hostkit.devices.device import MAIN, Setup
from hostkit.devices.hosts import HOSTS, open_device
from hostkit.devices.plugins.scanning.scan import scan_file
from hostkit.devices.soundfont.embedded import embedded_soundfont
from hostkit.devices.spec import (
    BuiltinSpec,
    ContentFile,
    Lane,
    PluginSpec,
    SfzSpec,
    SoundFontSpec,
)
from hostkit.devices.tone import ToneSpec
from hostkit.errors import DeviceError
from hostkit.midi.events import SampleEvents
from hostkit.timebase.position import BarBeat
from hostkit.timebase.tempo_map import TempoMap, TempoMark
from hostkit.timebase.transport import Transport

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
    host: str = ""
    warm_up_s: float = 0.0

    def row(self):
        marks = [pytest.mark.plugins] if self.plugin else []
        return pytest.param(self, id=f"{self.name} {self.host}".strip(), marks=marks)


def in_both_hosts(case: Case) -> tuple[Case, ...]:
    return case, replace(case, host="minihost")


def soundfont() -> SoundFontSpec:
    path = embedded_soundfont()
    content = ContentFile(path, hashlib.sha256(path.read_bytes()).hexdigest())
    return SoundFontSpec(content, WOODBLOCK)


@cache
def sfz_of_levels() -> SfzSpec:
    """A steady level for every key, which begins at its first frame."""
    folder = Path(tempfile.mkdtemp(prefix="hostkit-test-"))
    atexit.register(shutil.rmtree, folder)
    return spec_of(sfz(folder, "<region> sample=a.wav ampeg_release=0.01", {"a": 0.1}))


OWN = {
    "tone": lambda: ToneSpec(2, 0.5),
    "mono tone": lambda: ToneSpec(1),
    "soundfont": soundfont,
    "sfz": sfz_of_levels,
    "follower": FollowerSpec,
}
INSTRUMENTS = [
    Case("tone"),
    Case("mono tone"),
    Case("soundfont", late_frames=63 + 64),  # see SoundFontInstrument; and 64 of attack
    Case("sfz"),
    Case("follower"),
    *in_both_hosts(Case("Kars", "Kars")),
    *in_both_hosts(Case("Nekobi", "Nekobi", late_frames=64)),  # plays in pieces of 64 frames
    *in_both_hosts(Case("probe", "HostkitProbe")),
    *in_both_hosts(Case("probe warmed up", "HostkitProbe", warm_up_s=0.01)),
    *in_both_hosts(Case("probe with latency", "HostkitProbe", params=(("latency_frames", 1000),))),
]
EFFECTS = [
    *in_both_hosts(Case("ZamCompX2", "ZamCompX2", (("threshold_db", -30.0),))),
    *in_both_hosts(Case("ZaMaximX2", "ZaMaximX2", (("threshold_db", -12.0),))),
    *in_both_hosts(Case("ZamComp on stereo", "ZamComp", (("threshold_db", -30.0),))),
    *in_both_hosts(
        Case("ZamCompX2 on mono", "ZamCompX2", (("threshold_db", -30.0),), channels_in=1)
    ),
    *in_both_hosts(Case("ZamDelay", "ZamDelay", channels_in=1)),
    *in_both_hosts(Case("probe effect", "HostkitProbeEffect")),
    *in_both_hosts(
        Case("probe effect with latency", "HostkitProbeEffect", (("latency_frames", 1000),))
    ),
    *in_both_hosts(
        Case("warmed up", "HostkitProbeEffect", (("latency_frames", 1000),), warm_up_s=0.01)
    ),
    Case("follower"),
    *(Case(name) for name in BUILTINS if name != "convolution"),
]


@pytest.fixture(params=[case.row() for case in INSTRUMENTS])
def instrument(request):
    """A case, with its spec."""
    case = request.param
    if case.plugin:
        return case, request.getfixturevalue("spec")(
            case.plugin, params=case.params, host=case.host, warm_up_s=case.warm_up_s
        )
    return case, OWN[case.name]()


@pytest.fixture(params=[case.row() for case in EFFECTS])
def effect(request):
    case = request.param
    if case.plugin:
        return case, request.getfixturevalue("spec")(
            case.plugin, params=case.params, host=case.host, warm_up_s=case.warm_up_s
        )
    return case, OWN[case.name]() if case.name in OWN else BuiltinSpec(case.name, case.params)


@pytest.fixture(autouse=True)
def _host_of_the_follower(monkeypatch):
    monkeypatch.setitem(HOSTS, FollowerSpec, Follower)


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

    def test_an_input_that_it_has_not_is_refused(self, instrument) -> None:
        _, spec = instrument
        with pytest.raises(DeviceError, match="has no input 'third'"):
            open_device(spec, Setup(48_000, {"third": STEREO}))


class TestEffect:
    def test_equals_one_pedalboard_call_in_any_blocks(self, effect, play) -> None:
        case, spec = effect
        job = {"effects": (spec,), "audio": noise(case.channels_in), "frames": FRAMES}
        follows = isinstance(spec, FollowerSpec)
        whole = job["audio"] if follows else play("pedalboard", **job)
        assert whole.shape[1] == FRAMES
        np.testing.assert_array_equal(play(**job, cuts=WHOLE), whole)
        np.testing.assert_array_equal(play(**job, cuts=CUTS), whole)

    def test_an_input_that_it_has_not_is_refused(self, effect) -> None:
        _, spec = effect
        with pytest.raises(DeviceError, match="has no input 'third'; its inputs are main"):
            open_device(spec, Setup(48_000, {MAIN: STEREO, "third": MONO}))


@pytest.mark.plugins
@pytest.mark.parametrize("name", ["Kars", "Nekobi", "HostkitProbe"])
def test_both_hosts_play_the_same_bits(spec, play_fresh, name) -> None:
    """Notes and automation, in any blocks."""
    lane = Lane("gain" if name == "HostkitProbe" else "volume", ((5_000, 1.0), (20_000, 0.2)))
    job = {"events": MELODY, "frames": FRAMES, "cuts": CUTS}
    one, other = (
        play_fresh(instrument=spec(name, host=host, lanes=(lane,)), **job)
        for host in ("pedalboard", "minihost")
    )
    np.testing.assert_array_equal(one, other)


RAMP = Transport(
    TempoMap.build([TempoMark(BarBeat(1), Fraction(90), ramp_to=Fraction(150), until=BarBeat(2))]),
    pre_roll_frames=4_800,
)


@pytest.mark.parametrize(
    "case",
    [Case("tone").row(), Case("soundfont").row(), Case("sfz").row(), Case("Kars", "Kars").row()],
)
def test_what_does_not_follow_the_transport_sounds_alike_under_any(case, request, play) -> None:
    """So it is right that no fingerprint of theirs holds one; ZamDelay follows where it is told."""
    spec = request.getfixturevalue("spec")("Kars") if case.plugin else OWN[case.name]()
    assert not spec.follows_transport
    job = {"instrument": spec, "events": MELODY, "frames": 20_000, "cuts": CUTS}
    if case.plugin:
        delay = request.getfixturevalue("spec")("ZamDelay", params=(("sync_bpm", True),))
        job["effects"] = (delay,)
    np.testing.assert_array_equal(play(**job, transport=RAMP), play(**job))


def test_what_follows_it_hears_where_the_music_is_at_each_of_its_frames(play_here) -> None:
    """Cut as it may be, through a pre-roll and a ramp, with latency made up for."""
    job = {"frames": FRAMES, "cuts": CUTS, "transport": RAMP, "output": BEAT}
    heard = play_here(effects=(FollowerSpec(),), audio=noise(2), **job)
    frames = np.arange(FRAMES) // GRID_FRAMES * GRID_FRAMES - 4_800
    # Evenly per beat from 90 to 150 bpm over 4 quarter notes (timebase.curves.ramps); 90 before it.
    k, seconds = (150 - 90) / 4, frames / 48_000
    ramped = 90 / k * np.expm1(k * seconds / 60)
    quarters = np.where(frames < 0, seconds * 90 / 60, ramped)
    away = np.abs(heard[0] - quarters % 1)
    assert np.minimum(away, 1 - away).max() < 1e-6


def test_a_side_input_is_in_time_with_the_main_one(play_here) -> None:
    audio, key = noise(2), np.zeros((1, FRAMES), dtype=np.float32)
    key[0, 5_000:6_001] = 1.0
    job = {"frames": FRAMES, "cuts": CUTS, "audio": audio, "key": key}
    np.testing.assert_array_equal(
        play_here(effects=(FollowerSpec(),), **job), audio * (np.abs(key) < KEY_LEVEL)
    )


@pytest.fixture
def with_outputs(odd_plugins):
    """The spec of a probe that has more outputs than one, in the host that gives them."""

    def found(name: str, **fields) -> PluginSpec:
        (scanned,) = scan_file(odd_plugins / f"{name}.vst3", Event()).plugins
        return replace(PluginSpec.of(scanned), host="minihost", **fields)

    return found


@pytest.mark.plugins
def test_each_output_gives_its_own_notes_and_every_sample_of_them(with_outputs, play_here) -> None:
    """The drums' main output has keys below 60, the snare those from there on, the hat from 80."""
    spec = with_outputs("HostkitProbeDrums")
    assert spec.other_outputs == ("Snare", "Hat")
    keys = {MAIN: 40, "Snare": 70, "Hat": 90}
    hits = events(*(note(700 + 2000 * i, key, 64, 500) for i, key in enumerate(keys.values())))
    tail = 4800
    for i, (output, key) in enumerate(keys.items()):
        out = play_here(instrument=spec, events=hits, frames=FRAMES, cuts=CUTS, output=output)
        begins, ends = 700 + 2000 * i, 1200 + 2000 * i
        expected = np.zeros((2, FRAMES))
        expected[0, begins:ends] = 0.5
        expected[0, ends : ends + tail] = 0.5 * np.arange(tail, 0, -1) / tail
        expected[1, begins : ends + tail] = key / 128
        np.testing.assert_allclose(out, expected[: len(out)], atol=1e-6, err_msg=output)


@pytest.mark.plugins
@pytest.mark.parametrize("latency", [0, 64])
def test_a_key_is_heard_and_absent_from_every_output(with_outputs, play_here, latency) -> None:
    """The probe passes its left on at its other output, whatever keys the main one."""
    spec = with_outputs("HostkitProbeKeyed", params=(("latency_frames", latency),))
    audio, key = noise(2), np.zeros((1, FRAMES), dtype=np.float32)
    key[0, 5_000:6_001] = 0.75
    job = {"effects": (spec,), "audio": audio, "key": key, "frames": FRAMES, "cuts": CUTS}
    np.testing.assert_array_equal(play_here(**job), audio * (key < 0.5))
    np.testing.assert_array_equal(play_here(**job, output="Dry"), audio[:1])


def test_six_channels_are_refused_by_hosts_that_take_two() -> None:
    with pytest.raises(DeviceError, match=r"reverb takes mono or stereo, not 5\.1"):
        open_device(BuiltinSpec("reverb"), Setup(48_000, {MAIN: SURROUND_5_1}))
