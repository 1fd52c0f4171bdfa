"""Files that follow their stems: the same files, and nothing of what comes to nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
import tasks
from scores import write_session

from hostkit.batch import Batch, Result, SessionTask
from hostkit.cli.show.progress import Quiet
from hostkit.disk.unfinished import PREFIX
from hostkit.jobs.executors import LocalExecutor
from hostkit.jobs.following import CAN_FOLLOW
from hostkit.jobs.store import Store
from hostkit.pipeline import Rendered, RenderRequest
from hostkit.plan.environment import Environment
from hostkit.plan.nodes.stems import StemPlan
from hostkit.render import production
from hostkit.render.outcome import RenderFailed, Resources

# On Windows nothing follows, so there is nothing to test: hostkit.jobs.following says why.
pytestmark = pytest.mark.skipif(not CAN_FOLLOW, reason="an open file holds its folder fast")

CUE = """\
length: 2s
deliver: {{format: {format}}}
tracks:
  low: {{instrument: {{tone: {{}}}}, midi: {{track: a}}, stem: bass, gain_db: {gain_db}}}
  high: {{instrument: {{tone: {{}}}}, midi: {{track: b}}, stem: lead}}
mixes: {{full: {{}}, no_bass: {{mute: bass}}}}
"""
NOTES = {"a": [(0, 3, 45)], "b": [(0, 3, 69)]}


class Spying(LocalExecutor):
    """Tells which jobs followed others, and what came of them."""

    def __init__(self) -> None:
        super().__init__(2)
        self.followers: dict[str, Future[Any]] = {}

    def submit_beside(self, task: Any, job: Any, progress: Any) -> Future[Any] | None:
        future: Future[Any] | None = super().submit_beside(task, job, progress)
        if future is not None:
            self.followers[job.path.name] = future
        return future


@pytest.fixture
def spying() -> Iterator[Spying]:
    with Spying() as executor:
        yield executor


@pytest.fixture
def render(spying: Spying, tmp_path: Path) -> Callable[..., Result]:
    """Renders the cue with files that follow, or none, each time into the same folder."""

    def run(gain_db: float = -6, sample_format: str = "pcm24", *, follow: bool = True) -> Result:
        text = CUE.format(gain_db=gain_db, format=sample_format)
        session = write_session(tmp_path / "cue.yaml", text, **NOTES)
        spying.followers.clear()
        name = "following" if follow else "waiting"
        resources = Resources(spying, Store(tmp_path / f"store of {name}"), Quiet(), follow=follow)
        batch = Batch(resources, Environment(), 1, RenderRequest(names=None))
        (result,) = batch.run([SessionTask(session, tmp_path / name)])
        return result

    return run


def rendered(result: Result) -> Rendered:
    assert result.rendered is not None, result.error
    return result.rendered


def files_in(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("sample_format", ["pcm24", "pcm16"])
def test_what_followed_is_what_would_have_been_written(render, spying, sample_format: str):
    render(-6, sample_format)
    render(-6, sample_format, follow=False)
    followed = rendered(render(-9, sample_format))
    assert sorted(spying.followers) == ["bass.wav", "full.wav"]
    assert [future.exception() for future in spying.followers.values()] == [None, None]
    waited = rendered(render(-9, sample_format, follow=False))
    assert not spying.followers
    assert followed.manifest.files == waited.manifest.files
    assert set(followed.written) == {"stems/bass.wav", "mixes/full.wav"} == set(waited.written)
    assert followed.certificate.verdict == "pass"


def test_a_stem_that_clips_is_counted_when_it_is_there(render, spying):
    """The test tone has a gain of 0.5: at +9 dB one stem clips by itself."""
    followed = rendered(render(9))
    said = [str(future.exception()) for future in spying.followers.values()]
    assert said  # a file that begins to follow when the stem is whole has nothing to complain of
    assert all("clipped" in text or text == "None" for text in said)
    waited = rendered(render(9, follow=False))
    assert followed.manifest.files == waited.manifest.files
    assert followed.manifest.stems["bass"].file.clipping.samples > 1000


def test_float_files_and_one_job_at_a_time_follow_nothing(render, spying, tmp_path: Path):
    render(-6, "float32")
    assert not spying.followers
    with LocalExecutor(1) as alone:
        assert alone.submit_beside(tasks.double, 1, lambda _: None) is None


def test_a_stem_that_fails_while_it_is_followed_leaves_the_old_delivery(
    render, spying, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    render(-6)
    before = files_in(tmp_path / "following")
    monkeypatch.setitem(production.TASKS, StemPlan, tasks.half_a_stem)
    assert isinstance(render(-9).error, RenderFailed)
    assert spying.followers
    assert files_in(tmp_path / "following") == before
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(PREFIX)]


def test_a_first_delivery_that_fails_leaves_no_folder(
    render, spying, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(production.TASKS, StemPlan, tasks.half_a_stem)
    assert isinstance(render(-9).error, RenderFailed)
    assert spying.followers
    assert not (tmp_path / "following").exists()
