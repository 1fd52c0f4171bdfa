"""Plug-ins that follow the tempo hear the session's: in every place, and in every form."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import numpy as np
import pytest

from hostkit.plan.nodes.prints import PrintPlan
from hostkit.timebase.transport import Moment

Moments = Callable[[int], Moment]

pytestmark = pytest.mark.plugins

RATE = 48_000
SMALL = 1e-4
"""The reports of bus and master are made so small that positions in frames fit in a stem."""
REPORT = f"{{report: true, latency_frames: 0, gain: {SMALL}}}"
SESSION = f"""\
tempo:
  - {{at: 1|1, bpm: 90, ramp_to: 150, until: 3|1}}
  - {{at: 4|1, bpm: 97, meter: 3/4}}
  - {{at: 6|1, bpm: 120, meter: 6/8}}
length: 8|1
sections: [{{name: a, at: 1|1}}, {{name: b, at: 4|1}}]
master: [{{plugin: HostkitProbeEffect, params: {REPORT}}}]
buses: {{hall: {{effects: [{{plugin: HostkitProbeEffect, params: {REPORT}}}]}}}}
mixes: {{turned: {{sections: [b, a]}}, round: {{loop: {{section: b}}}}}}
tracks:
  played:
    midi: {{track: one}}
    instrument: {{plugin: HostkitProbe, params: {REPORT}}}
  inserted:
    midi: {{track: one}}
    instrument: {{tone: {{}}}}
    effects: [{{plugin: HostkitProbeEffect, params: {REPORT}}}]
  sent:
    midi: {{track: one}}
    instrument: {{tone: {{gain: 0}}}}
    sends: {{hall: 0}}
"""
NODES = ("played", "inserted", "unmastered sent", "mastered mix")


@pytest.fixture(scope="module")
def probes(plugin):
    return (plugin("HostkitProbe").path.parent,)


def test_the_probe_hears_the_form_s_map_at_every_block(make, probes) -> None:
    made = make(SESSION, plugin_dirs=probes, one=[(0, 1, 60), (20, 1, 62)])
    for plan in made.plan.plans:
        moments: dict[tuple[int, int | None], Moments] = {}  # nodes of a form ask for the same ones
        for name in NODES:
            node = next(node for node in plan.nodes if node.name.startswith(name))
            found = made.production.print_of(node.fingerprint)
            heard = np.concatenate(list(found.audio()), axis=1)[:, : -RATE * 5 // 4]  # no fade
            span = node.plan if hasattr(node.plan, "transport") else node.plan.span
            transport = span.transport
            assert transport.playing
            assert transport.tempo_map.segments == plan.tempo_map.segments
            moment_at = moments.setdefault(
                (transport.pre_roll_frames, transport.loop_frames),
                cache(partial(transport.at, sample_rate=RATE)),
            )
            check_reports(heard, moment_at, loops=transport.loop_frames is not None)


def check_reports(heard: np.ndarray, moment_at: Moments, loops: bool) -> None:
    """Each block's first frames say where the music is; blocks are short where the tempo moves."""
    blocks = np.flatnonzero(heard[1] > SMALL / 2)
    assert len(blocks) > heard.shape[1] // 512 - 2
    steps = np.diff(blocks)
    told = heard[0, blocks[:-1, None] + np.arange(6)].astype(np.float64) / SMALL
    quarters, bpm, beats, unit, plays, frame = told.T
    begins = [moment_at(start) for start in blocks[:-1].tolist()]
    last_bpm = np.array([moment_at(end - 1).bpm for end in blocks[1:].tolist()])
    assert loops or np.isin(steps, (64, 512)).all()
    assert (steps[last_bpm != [moment.bpm for moment in begins]] <= 64).all()
    close = np.testing.assert_allclose
    close(quarters, [moment.quarters for moment in begins], rtol=0, atol=1e-3)
    close(bpm, [moment.bpm for moment in begins], rtol=1e-6)
    close(plays, 1, rtol=1e-6)
    close(frame, [moment.frame for moment in begins], rtol=1e-6, atol=0.01)
    meters = [(moment.numerator, moment.denominator) for moment in begins]
    assert np.array_equal(np.rint(np.column_stack((beats, unit))), meters)


ECHOES = """\
tempo: [{at: 1|1, bpm: 97}, {at: 3|1, bpm: 90, ramp_to: 150, until: 6|1}]
length: 8|1
sections: [{name: steady, at: 1|1}, {name: ramp, at: 3|1}, {name: end, at: 7|1}]
mixes: {short: {sections: [ramp, end]}}
tracks:
  delay:
    midi: {track: one}
    instrument: {tone: {channels: 1}}
    effects:
      - plugin: ZamDelay
        params: {sync_bpm: true, divisor: 3, dry_wet: 1, feedback: 0, lpf: 20000}
"""
"""Each echo comes a quarter note later, at the tempo in which it is heard."""


@pytest.mark.parametrize("form", ["whole", "short"])
def test_a_synced_delay_echoes_where_the_map_says(make, plugin, form: str) -> None:
    plugin("ZamDelay")
    made = make(ECHOES, one=[(2 * beat + 0.5, 0.25, 69) for beat in range(14)])
    plan = made.form(form)
    (track,) = plan.tracks
    assert isinstance(track.plan, PrintPlan)
    assert [device.host.split()[0] for device in track.plan.devices[1:]] == ["minihost"]
    heard = np.concatenate(list(made.production.print_of(track.fingerprint).audio()), axis=1)[0]
    events = track.plan.source.score.events()
    starts = [
        at
        for at, message in zip(events.samples.tolist(), events.messages, strict=True)
        if message[0] & 0xF0 == 0x90 and message[2]
    ]
    assert len(starts) >= 10
    loud = np.flatnonzero(np.abs(heard) > 0.02)
    onsets = loud[np.insert(np.diff(loud) > RATE // 50, 0, True)]
    expected = [echo for at in starts if (echo := echo_of(at, track.plan.transport)) < len(heard)]
    assert len(onsets) == len(expected)
    assert np.abs(onsets - expected).max() <= RATE // 1000


def echo_of(frame: int, transport) -> int:
    """Where t − frame is a quarter note at the tempo of t."""
    low, high = frame, frame + RATE
    while high - low > 1:
        middle = (low + high) // 2
        quarter = 60 * RATE / transport.at(middle, RATE).bpm
        low, high = (middle, high) if middle - frame < quarter else (low, middle)
    return high


def test_who_plays_it_is_chosen_by_need_and_by_word(make, plugin) -> None:
    plugin("ZamDelay")
    text = ECHOES.replace("        params", "        host: pedalboard\n        params")
    one = [(0, 1, 69)]
    by_need = make(ECHOES, one=one).plan.whole
    by_word = make(text, store="other", one=one).plan.whole
    (first,), (other,) = by_need.tracks, by_word.tracks
    assert first.fingerprint != other.fingerprint
    assert other.plan.devices[1].host.startswith("pedalboard ")
    assert "tempo" in first.plan.parts
    assert "tempo" not in other.plan.parts
    assert first.plan.devices[1].host_why == "it follows the tempo"
    assert any(
        "tells plug-ins 120 bpm whatever the session's tempo; take out host: pedalboard" in text
        for text in by_word.warnings
    )
    assert by_need.warnings == ()
