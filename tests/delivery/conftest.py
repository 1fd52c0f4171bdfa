"""Sessions rendered in this process, with one pool for all tests of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from scores import write_session

from hostkit.batch import Batch, SessionTask
from hostkit.cli.show.progress import Quiet
from hostkit.delivery.folder.default import default_folder
from hostkit.jobs.executors import LocalExecutor
from hostkit.jobs.store import Store
from hostkit.pipeline import Rendered, RenderRequest
from hostkit.plan.environment import Environment
from hostkit.render.outcome import Resources

CUE = """\
cue: 1m02
title: "The Lighthouse: Part 1/2"
version: 3
picture: {frame_rate: 23.976, start: 01:00:00:00}
sections: [{name: intro, at: 1|1}, {name: end, at: 2|1}]
hits: [{at: 2.5s, name: door slams}]
tail: {for_ms: 100}
credits:
  production: Coast
  composers: [{name: Ada B, society: PRS, ipi: 00012345678, share_percent: 100}]
tracks:
  low: {instrument: {tone: {gain: 0.1}}, midi: {track: a}, stem: bass, tags: [bass]}
  high: {instrument: {tone: {gain: 0.1}}, midi: {track: b}, stem: lead, tags: [melody]}
stems: {bass: {code: BAS}}
mixes: {full: {}, underscore: {}, loud_bass: {gain_db: {bass: 3}, stems: true}}
"""
NOTES = {"a": [(0, 4, 45), (4, 4, 47)], "b": [(0, 4, 69), (4, 4, 71)]}


@pytest.fixture(scope="module")
def executor() -> Iterator[LocalExecutor]:
    with LocalExecutor(2) as pool:
        yield pool


@pytest.fixture(scope="module")
def resources(executor: LocalExecutor, tmp_path_factory: pytest.TempPathFactory) -> Resources:
    return Resources(executor, Store(tmp_path_factory.mktemp("store")), Quiet())


@pytest.fixture
def cue(tmp_path: Path) -> Path:
    return write_session(tmp_path / "cue.yaml", CUE, **NOTES)


@pytest.fixture
def delivered(resources: Resources) -> Callable[..., Rendered]:
    """Renders a session into its folder beside it; raises what stopped it."""

    def deliver(
        session: Path, profile: str | None = None, names: tuple[str, ...] | None = None
    ) -> Rendered:
        batch = Batch(resources, Environment(), 2, RenderRequest(profile, names))
        (result,) = batch.run([SessionTask(session, default_folder(session, profile))])
        if result.error is not None:
            raise result.error
        assert result.rendered is not None
        return result.rendered

    return deliver
