"""Warm-ups and real time: what is heard is what it is without them, when it can be heard."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from threading import Event
from types import SimpleNamespace

import numpy as np
import pytest

from hostkit.devices import clocked
from hostkit.devices.clocked import Paced
from hostkit.devices.device import MAIN, Feed, Setup
from hostkit.devices.hosts import open_device
from hostkit.devices.plugins.scanning.scan import scan_file
from hostkit.devices.spec import Lane, PluginSpec
from hostkit.devices.tone import ToneSpec
from hostkit.midi.events import SampleEvents
from hostkit.timebase.tempo_map import TempoMap
from hostkit.timebase.transport import Transport

RATE = 48_000
NOTE = SampleEvents(np.array([0, 1500]), (bytes((0x90, 64, 96)), bytes((0x80, 64, 0))))


@pytest.fixture(params=["pedalboard", "minihost"])
def spec(spec, request):
    """A PluginSpec by name, hosted by each host in turn."""
    return partial(spec, host=request.param)


@pytest.fixture(scope="module")
def slow(odd_plugins) -> PluginSpec:
    """One that takes no note in the 0.3 s after its first block."""
    (found,) = scan_file(odd_plugins / "HostkitProbeSlow.vst3", Event()).plugins
    return PluginSpec.of(found)


@pytest.mark.plugins
@pytest.mark.parametrize("host", ["pedalboard", "minihost"])
def test_an_instrument_that_loads_in_the_background_plays_its_first_note(
    slow, play_here, host: str
) -> None:
    job = {"events": NOTE, "frames": 8000, "cuts": [700]}
    at_once = replace(slow, host=host, warm_up_s=0.0)
    assert not play_here(instrument=at_once, **job).any()
    out = play_here(instrument=replace(at_once, warm_up_s=0.4), **job)
    expected = np.zeros((2, 8000), dtype=np.float32)
    expected[0, :1500] = 0.75
    expected[0, 1500:6300] = 0.75 * np.arange(4800, 0, -1) / 4800
    expected[1, :6300] = 0.5
    np.testing.assert_allclose(out, expected, atol=1e-7)


@pytest.mark.plugins
def test_frame_0_is_what_it_was_whatever_latency_automation_and_transport(spec, play_here) -> None:
    effect = spec(
        "HostkitProbeEffect",
        params=(("latency_frames", 300),),
        lanes=(Lane("gain", ((0, 0.5), (6400, 1.5))),),
        follows_transport=True,
    )
    audio = np.random.default_rng(5).uniform(-0.5, 0.5, (2, 9000)).astype(np.float32)
    job = {"audio": audio, "frames": 9000, "cuts": [1000], "transport": Transport(TempoMap())}
    plain = play_here(effects=(effect,), **job)
    np.testing.assert_array_equal(
        play_here(effects=(replace(effect, warm_up_s=0.1),), **job), plain
    )
    told = replace(effect, lanes=(), params=(("latency_frames", 0), ("report", True)))
    plain = play_here(effects=(told,), **job)
    np.testing.assert_array_equal(play_here(effects=(replace(told, warm_up_s=0.1),), **job), plain)


def test_in_real_time_a_block_is_given_when_the_one_before_has_sounded(monkeypatch) -> None:
    now, begun = [100.0], []

    def sleep(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr(clocked, "time", SimpleNamespace(monotonic=lambda: now[0], sleep=sleep))
    tone = open_device(ToneSpec(1), Setup(RATE))
    plain = open_device(ToneSpec(1), Setup(RATE)).play(Feed(5000, NOTE))[MAIN]

    class Slow:
        """Takes 5 ms for a block, and once 50 ms."""

        outputs, warnings = tone.outputs, tone.warnings

        def play(self, feed: Feed):
            begun.append((now[0], feed.frames))
            now[0] += 0.05 if len(begun) == 3 else 0.005
            return tone.play(feed)

    paced = Paced(Slow(), RATE, 512)
    np.testing.assert_array_equal(paced.play(Feed(5000, NOTE))[MAIN], plain)
    assert [frames for _, frames in begun] == [512] * 9 + [392]
    starts = np.array([at for at, _ in begun])
    expected = np.full(9, 512 / RATE)
    expected[2] = 0.05  # late itself; those after it are not hurried
    np.testing.assert_allclose(np.diff(starts), expected, atol=1e-9)
    assert now[0] - starts[-1] == pytest.approx(392 / RATE)
