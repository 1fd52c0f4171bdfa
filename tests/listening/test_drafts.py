"""Stretches of a stem that are mixed before the stem: they are what the stem will be there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scores import write_session

from hostkit.audio.formats import PCM24
from hostkit.audio.quantise import dequantise
from hostkit.jobs.executors import LocalExecutor
from hostkit.jobs.store import Store
from hostkit.listening.live.drafts import DraftJob, make_draft
from hostkit.listening.live.version import read_version
from hostkit.plan.environment import Environment
from hostkit.plan.reasons import Reasons
from hostkit.render.outcome import Resources, Unwatched
from hostkit.render.production import Production

pytestmark = pytest.mark.plugins

REPORT = "{report: true, latency_frames: 0, gain: 1.0e-4}"
CUE = f"""\
tempo: [{{at: 1|1, bpm: 90, ramp_to: 150, until: 7|1}}]
length: 14s
buses:
  told: {{effects: [{{plugin: HostkitProbeEffect, params: {REPORT}}}]}}
  keyed: {{effects: [{{plugin: HostkitProbeKeyed, sidechain: kick}}]}}
tracks:
  kick: {{instrument: {{tone: {{}}}}, midi: {{track: kick}}}}
  bass: {{instrument: {{tone: {{}}}}, midi: {{track: bass}}, sends: {{told: 0, keyed: 0}}}}
"""
KICKS = [(beat, 0.5, 57) for beat in range(0, 24, 2)]


def test_devices_that_hear_the_time_or_a_key_are_begun_where_the_music_is(
    tmp_path: Path, plugin, odd_plugins: Path
) -> None:
    """To the bit: the probes tell where the music is, and are silent where their key is loud."""
    probes = (plugin("HostkitProbe").path.parent, odd_plugins)
    cue = write_session(tmp_path / "cue.yaml", CUE, kick=KICKS, bass=[(0, 26, 45)])
    version = read_version(1, cue, Environment(probes))
    store = Store(tmp_path / "store")
    with LocalExecutor(2) as executor:
        production = Production(Resources(executor, store, Unwatched()))
        production.make(version.form.nodes, Reasons())
        (bass,) = (one for one in version.mixes["full"] if one.name == "bass")
        assert bass.whole.mixed is not None
        start, end = 430_000, 520_000
        job = DraftJob(bass.whole.mixed, store.root, start, end)
        assert 0 < job.begin < start
        draft = executor.submit(make_draft, job, lambda _: None).result()
    found = store.take(bass.whole.source)
    whole = dequantise(np.concatenate(list(found.int_samples()), axis=1), PCM24)
    np.testing.assert_array_equal(draft, whole[:, start:end])
    quiet = np.abs(draft).reshape(2, -1, 500).max(axis=2)
    assert quiet.min() < 0.6 * quiet.max()  # the key is heard
