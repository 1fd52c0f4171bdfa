"""What a plug-in gives in either host: the probe's known output, states, lanes, tuning, latency."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from hostkit.audio.layout import MONO, STEREO
from hostkit.devices.device import MAIN, Feed, Setup
from hostkit.devices.hosts import open_device
from hostkit.devices.latency import SteadyLatency
from hostkit.devices.minihost.loading import Loaded
from hostkit.devices.minihost.opening import _check
from hostkit.devices.pedalboard.instrument import open_instrument
from hostkit.devices.plugins.scanning.scan import scan_file
from hostkit.devices.spec import ContentFile, Lane, PluginSpec
from hostkit.errors import DeviceError, StorageError
from hostkit.midi.events import SampleEvents
from hostkit.timebase.tempo_map import TempoMap
from hostkit.timebase.transport import STILL, Transport

pytestmark = pytest.mark.plugins

RATE = 48_000
FRAMES = 100_003
PROBE_TAIL = 4800


HOSTS = ("pedalboard", "minihost")


@pytest.fixture(params=HOSTS)
def spec(spec, request):
    """A PluginSpec by name, hosted by each host in turn."""
    return partial(spec, host=request.param)


def melody(count: int = 12) -> SampleEvents:
    samples, messages = [], []
    for i in range(count):
        samples += [i * 7001, i * 7001 + 5000]
        messages += [bytes((0x90, 45 + 2 * i, 100)), bytes((0x80, 45 + 2 * i, 0))]
    return SampleEvents(np.array(samples, dtype=np.int64), tuple(messages))


def noise(channels: int, frames: int):
    steps = np.random.default_rng(3).standard_normal((channels, frames))
    return (0.1 * steps).astype(np.float32)


def content(path) -> ContentFile:
    return ContentFile(path, hashlib.sha256(path.read_bytes()).hexdigest())


def test_the_probe_plays_what_its_readme_says(spec, play_here) -> None:
    events = SampleEvents(np.array([1000, 3000]), (bytes((0x90, 64, 96)), bytes((0x80, 64, 0))))
    out = play_here(instrument=spec("HostkitProbe"), events=events, frames=10_000, cuts=[512])
    expected = np.zeros((2, 10_000), dtype=np.float32)
    expected[0, 1000:3000] = 0.75
    expected[0, 3000 : 3000 + PROBE_TAIL] = 0.75 * np.arange(PROBE_TAIL, 0, -1) / PROBE_TAIL
    expected[1, 1000 : 3000 + PROBE_TAIL] = 0.5
    np.testing.assert_allclose(out, expected, atol=1e-7)


def test_all_notes_of_a_crowd_are_played(spec, play_here) -> None:
    keys = [key for key in range(4, 128) for _ in range(20)]
    on = tuple(bytes((0x90, key, 64)) for key in keys)
    events = SampleEvents(np.full(len(keys), 100, dtype=np.int64), on)
    assert len(events) > 2048
    out = play_here(instrument=spec("HostkitProbe"), events=events, frames=4000, cuts=[4000])
    assert out[1, -1] == pytest.approx(sum(range(4, 128)) / 128)
    assert out[1, 99] == 0.0 < out[1, 100]


@pytest.mark.parametrize("buffer", [32, 2048])
@pytest.mark.parametrize("kind", ["instrument", "effects"])
def test_a_plugin_sees_blocks_of_the_buffer_that_it_is_given(
    spec, play_here, kind: str, buffer: int
) -> None:
    params = (("latency_frames", 0), ("report", True))
    name = "HostkitProbe" if kind == "instrument" else "HostkitProbeEffect"
    probe = spec(name, buffer_frames=buffer, params=params)
    device = {kind: probe if kind == "instrument" else (probe,)}
    out = play_here(**device, audio=noise(2, 5000), frames=12_000, cuts=[700, 5001])
    expected = np.arange(12_000) % buffer == 0
    np.testing.assert_array_equal(out[1], expected.astype(np.float32))


@pytest.mark.parametrize("latency", [0, 64, 1000, 5000])
def test_an_effect_with_latency_changes_nothing_else(spec, play_here, latency: int) -> None:
    audio = noise(2, 20_000)
    effect = spec("HostkitProbeEffect", params=(("latency_frames", latency),))
    out = play_here(effects=(effect,), audio=audio, frames=20_000, cuts=[4096])
    np.testing.assert_array_equal(out, audio)


def test_automation_follows_the_input_whatever_the_latency(spec, play_here) -> None:
    lane = Lane("gain", ((1000, 0.0), (9000, 1.0), (9000, 2.0)))
    effect = spec("HostkitProbeEffect", lanes=(lane,), params=(("latency_frames", 300),))
    ones = np.ones((2, 16_000), dtype=np.float32)
    out = play_here(effects=(effect,), audio=ones, frames=16_000, cuts=[1000])
    steps = np.arange(16_000) // 128 * 128
    expected = np.where(steps < 9000, np.clip((steps - 1000) / 8000, 0, 1), 2.0)
    np.testing.assert_allclose(out, np.tile(expected, (2, 1)), atol=1e-6)


def test_automation_of_an_instrument(spec, play_here) -> None:
    lane = Lane("gain", ((0, 1.0), (12_800, 0.0)))
    held = SampleEvents(np.array([0]), (bytes((0x90, 64, 64)),))
    probe = spec("HostkitProbe", lanes=(lane,))
    out = play_here(instrument=probe, events=held, frames=12_800, cuts=[3000])
    steps = np.arange(12_800) // 128 * 128
    np.testing.assert_allclose(out[1], 0.5 * (1 - steps / 12_800), atol=1e-6)


@pytest.mark.parametrize("set_to_nothing", ["params", "lanes"])
def test_a_parameter_can_be_nothing_from_the_first_frame(spec, play_here, set_to_nothing) -> None:
    """JUCE passes a first value of 0 on only if it hears another before it."""
    nothing = {"params": (("gain", 0.0),), "lanes": (Lane("gain", ((0, 0.0),)),)}
    given = {set_to_nothing: nothing[set_to_nothing]}
    held = SampleEvents(np.array([0]), (bytes((0x90, 64, 64)),))
    probe = spec("HostkitProbe", **given)
    out = play_here(instrument=probe, events=held, frames=2000, cuts=[2000])
    np.testing.assert_array_equal(out, np.zeros((2, 2000), dtype=np.float32))
    effect = spec("HostkitProbeEffect", **given)
    out = play_here(effects=(effect,), audio=noise(2, 2000), frames=2000, cuts=[2000])
    np.testing.assert_array_equal(out, np.zeros((2, 2000), dtype=np.float32))


def test_a_mono_effect_on_stereo_warns(spec) -> None:
    effect = open_device(spec("ZamComp"), Setup(RATE, {MAIN: STEREO}))
    assert effect.outputs[MAIN] == STEREO
    assert effect.warnings == ("ZamComp is mono: it runs once for each side",)
    assert open_device(spec("ZamComp"), Setup(RATE, {MAIN: MONO})).warnings == ()
    assert open_device(spec("ZamCompX2"), Setup(RATE, {MAIN: MONO})).outputs[MAIN] == STEREO


def test_a_value_that_the_plugin_rounds_is_reported(spec) -> None:
    effect = open_device(spec("ZamDelay", params=(("divisor", 2.5),)), Setup(RATE, {MAIN: MONO}))
    (warning,) = effect.warnings
    assert "'divisor' should be 2.5, but the plug-in made it" in warning


@pytest.mark.parametrize(
    ("params", "lanes", "message"),
    [
        ((("thresold", -20),), (), "has no parameter 'thresold'; did you mean 'threshold_db'"),
        ((("current_program", "Loud"),), (), "current_program: no value is shown as 'Loud'"),
        ((), (Lane("gone", ((0, 1.0),)),), "has no parameter 'gone'"),
    ],
)
def test_parameters_that_cannot_be_set(spec, params, lanes, message) -> None:
    with pytest.raises(DeviceError, match=message):
        open_device(spec("ZamCompX2", params=params, lanes=lanes), Setup(RATE, {MAIN: STEREO}))


def test_the_wrong_kind_of_plugin(spec) -> None:
    with pytest.raises(DeviceError, match="ZamCompX2 is an effect, not an instrument; name it"):
        open_device(spec("ZamCompX2"), Setup(RATE))
    with pytest.raises(DeviceError, match="Kars is an instrument, not an effect; name it"):
        open_device(spec("Kars"), Setup(RATE, {MAIN: STEREO}))


@pytest.mark.parametrize(
    ("takes_notes", "said"), [(True, nullcontext()), (False, pytest.raises(DeviceError))]
)
def test_an_instrument_may_take_sound_too(takes_notes: bool, said) -> None:
    """As synthesizers with an input for vocoding do; an effect takes no notes."""
    plugin = SimpleNamespace(main_in=2, main_out=2, key_channels=0, takes_notes=takes_notes)
    with said:
        _check("Synth", cast(Loaded, plugin), Setup(RATE), is_effect=False)


class TestState:
    @pytest.fixture
    def preset(self, spec, tmp_path):
        """A .vstpreset of Kars with a volume of 10 %."""
        quiet = spec("Kars", host="pedalboard", params=(("volume", 10.0),))
        kars = open_instrument(quiet, Setup(RATE))
        kars.play(Feed(512))  # a state is written by what has been played
        path = tmp_path / "quiet.vstpreset"
        path.write_bytes(kars._plugin.preset_data)
        return path

    def test_a_state_sounds_as_the_values_it_holds(self, spec, play_fresh, preset) -> None:
        job = {"events": melody(3), "frames": 20_000, "cuts": [65_536]}
        quiet = play_fresh(instrument=spec("Kars", params=(("volume", 10.0),)), **job)
        restored = play_fresh(instrument=spec("Kars", state=content(preset)), **job)
        np.testing.assert_array_equal(restored, quiet)

    def test_parameters_come_after_the_state(self, spec, play_fresh, preset) -> None:
        job = {"events": melody(3), "frames": 20_000, "cuts": [65_536]}
        plain = play_fresh(instrument=spec("Kars", params=(("volume", 75.0),)), **job)
        both = spec("Kars", state=content(preset), params=(("volume", 75.0),))
        np.testing.assert_array_equal(play_fresh(instrument=both, **job), plain)

    def test_a_state_of_another_plugin_is_refused(self, spec, preset) -> None:
        with pytest.raises(DeviceError, match=r"quiet\.vstpreset is a state of the plug-in"):
            open_device(spec("Nekobi", state=content(preset)), Setup(RATE))

    def test_a_file_that_is_no_state_is_refused(self, spec, tmp_path) -> None:
        path = tmp_path / "notes.txt"
        path.write_text("hello")
        with pytest.raises(DeviceError, match=r"is not a \.vstpreset"):
            open_device(spec("Kars", state=content(path)), Setup(RATE))

    def test_a_state_that_changed_since_it_was_planned_is_refused(self, spec, preset) -> None:
        planned = content(preset)
        preset.write_bytes(preset.read_bytes() + b" ")
        with pytest.raises(StorageError, match="changed while it was rendered"):
            open_device(spec("Kars", state=planned), Setup(RATE))


def test_latency_that_changes_while_playing_is_refused(spec) -> None:
    lane = Lane("latency_frames", ((0, 64.0), (5000, 64.0), (5000, 900.0)))
    effect = open_device(spec("HostkitProbeEffect", lanes=(lane,)), Setup(RATE, {MAIN: STEREO}))
    effect.play(Feed.of(noise(2, 4096)))
    with pytest.raises(DeviceError, match=r"changed its latency from 64 to 900 samples .* without"):
        effect.play(Feed.of(noise(2, 4096)))


@pytest.fixture
def ahead(odd_plugins):
    """The probe whose latency is a 32nd note of the tempo that it heard in the block before."""

    def found(host: str, **fields) -> PluginSpec:
        (scanned,) = scan_file(odd_plugins / "HostkitProbeAhead.vst3", Event()).plugins
        return replace(PluginSpec.of(scanned), host=host, **fields)

    return found


AT_90 = TempoMap.of_steps([(Fraction(0), Fraction(90))])
TO_100 = TempoMap.of_steps([(Fraction(0), Fraction(90)), (Fraction(3, 2), Fraction(100))])


@pytest.mark.parametrize("warm_up_s", [0.0, 0.01])
@pytest.mark.parametrize("cuts", [[512], [700, 5001]])
@pytest.mark.parametrize(
    ("host", "transport", "latency"),
    [
        ("pedalboard", STILL, 3000),
        ("minihost", STILL, 3000),
        ("minihost", Transport(AT_90), 4000),
        ("minihost", Transport(AT_90, pre_roll_frames=10_000), 4000),
    ],
)
def test_a_latency_that_is_known_when_the_tempo_was_heard_is_made_up_for(
    ahead, play_here, host, transport, latency, cuts, warm_up_s
) -> None:
    audio = noise(2, 20_000)
    job = {"audio": audio, "frames": 20_000, "cuts": cuts, "transport": transport}
    out = play_here(effects=(ahead(host, warm_up_s=warm_up_s),), **job)
    np.testing.assert_array_equal(out, audio)


@pytest.mark.parametrize(
    ("host", "transport", "latency"),
    [("pedalboard", STILL, 3000), ("minihost", Transport(AT_90), 4000)],
)
def test_a_latency_that_is_known_late_is_made_up_for_in_two_in_a_row(
    ahead, play_here, host, transport, latency
) -> None:
    """Two in a row: the second one's latency is listened to on an instance of its own."""
    audio = noise(1, 20_000)
    job = {"audio": audio, "frames": 20_000, "cuts": [4096], "transport": transport}
    out = play_here(effects=(ahead(host), ahead(host, params=(("gain", 0.5),))), **job)
    np.testing.assert_array_equal(out, np.repeat(audio / 2, 2, axis=0))


def test_a_latency_that_follows_the_tempo_in_the_music_is_refused_with_a_cure_that_helps(
    ahead, play_here
) -> None:
    """Quarter note 1.5 at 90 bpm is at 1 s; the probe hears of it a block later."""
    audio = noise(2, 2 * RATE)
    job = {"audio": audio, "frames": 2 * RATE - 8000, "cuts": [4096]}
    with pytest.raises(DeviceError) as raised:
        play_here(effects=(ahead("minihost"),), transport=Transport(TO_100), **job)
    assert raised.value.fault.message == (
        "HostkitProbeAhead changed its latency from 4000 to 3600 samples at 0:01.00, "
        "where it hears 100 bpm"
    )
    assert raised.value.fault.cure.endswith("or name host: pedalboard, where it hears 120 bpm")
    out = play_here(effects=(ahead("pedalboard"),), transport=Transport(TO_100), **job)
    np.testing.assert_array_equal(out, audio[:, : job["frames"]])


def test_latency_known_only_while_an_instrument_plays_is_refused_at_its_place() -> None:
    latency = SteadyLatency(PluginSpec("Late", Path("Late.vst3"), "VST3:0:1"), Setup(RATE))
    latency.check(64, 0)
    latency.check(64, 512)
    with pytest.raises(DeviceError, match=r"from 64 to 70 samples at 0:01\.50; set what it waits"):
        latency.check(70, RATE * 3 // 2)


def pitch_hz(sound: np.ndarray, sample_rate: int, near_hz: float) -> float:
    """The strongest frequency within a fifth of `near_hz`, to about 0.1 Hz."""
    size = 1 << 20
    levels = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), size))
    frequencies = np.fft.rfftfreq(size, 1 / sample_rate)
    near = (frequencies > near_hz / 1.5) & (frequencies < near_hz * 1.5)
    return float(frequencies[near][levels[near].argmax()])


@pytest.mark.parametrize(
    ("name", "off_cents"),
    [
        ("Nekobi", {44_100: 0, 48_000: 0, 96_000: 0}),
        # Its string is a whole number of samples long, and so flat: by itself, at any host.
        ("Kars", {44_100: -30, 48_000: -30, 96_000: -14}),
    ],
)
def test_a4_is_in_tune_at_every_sample_rate(spec, play_fresh, name, off_cents) -> None:
    events = SampleEvents(np.array([0]), (bytes((0x90, 69, 100)),))
    for rate, expected in off_cents.items():
        job = {"instrument": spec(name), "events": events, "frames": rate, "sample_rate": rate}
        sound = play_fresh(**job, cuts=[4096])[0][rate // 10 :]
        cents = 1200 * np.log2(pitch_hz(sound, rate, 440) / 440)
        assert cents == pytest.approx(expected, abs=3), f"{name} at {rate} Hz"


@pytest.mark.parametrize("host", HOSTS)
def test_an_instrument_that_loses_notes_plays_them_all_in_its_own_blocks(
    odd_plugins, play_here, host
) -> None:
    (deaf,) = scan_file(odd_plugins / "HostkitProbeDeaf.vst3", Event()).plugins
    starts = [24_000 * i for i in range(8)]  # on the grid of 120 bpm
    on = [(start, bytes((0x90, 64, 96))) for start in starts]
    off = [(start + 6000, bytes((0x80, 64, 0))) for start in starts]
    samples, messages = zip(*sorted(on + off), strict=True)
    events = SampleEvents(np.array(samples), messages)
    job = {"events": events, "frames": 200_000, "cuts": [65_536]}

    def sounding(spec) -> int:
        out = play_here(instrument=spec, **job)
        return sum(bool(out[0, start : start + 6000].max() > 0.7) for start in starts)

    found = replace(PluginSpec.of(deaf), host=host)
    assert sounding(replace(found, buffer_frames=512)) < 8
    assert sounding(found) == 8


@pytest.mark.parametrize("host", HOSTS)
def test_one_plugin_of_a_bundle_plays_though_others_in_it_crash(
    odd_plugins, play_fresh, host
) -> None:
    bundle = scan_file(odd_plugins / "HostkitBundle.vst3", Event(), timeout_seconds=3)
    probe, effect = (replace(PluginSpec.of(found), host=host) for found in bundle.plugins)
    events = SampleEvents(np.array([1000, 3000]), (bytes((0x90, 64, 96)), bytes((0x80, 64, 0))))
    out = play_fresh(instrument=probe, effects=(effect,), events=events, frames=3000, cuts=[512])
    expected = np.zeros((2, 3000), dtype=np.float32)
    expected[:, 1000:] = [[0.75], [0.5]]
    np.testing.assert_allclose(out, expected, atol=1e-7)
