"""A disk that is too small is told before anything is rendered."""

from __future__ import annotations

from collections import namedtuple
from pathlib import Path

import pytest
from commands import hostkit
from scores import write_session

from hostkit.errors import StorageError
from hostkit.jobs.store import Store
from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment
from hostkit.render.space import check_space, over_the_limit

TRACKS = "tracks: {a: {instrument: {tone: {}}}, b: {instrument: {tone: {gain: 0.1}}}}\n"
Usage = namedtuple("Usage", "total used free")


def test_what_is_needed_and_free_is_told_with_the_place(tmp_path: Path, monkeypatch) -> None:
    session = write_session(tmp_path / "cue.yaml", TRACKS)
    plan = plan_session(session, Environment())
    # What is needed is pinned, so a limit of the store makes it no less
    store, folder = Store(tmp_path / "cache", limit_gb=0), tmp_path / "out" / "deep"
    frames = max(track.plan.source.end for track in plan.whole.tracks)
    made = len(plan.whole.nodes)
    needed = made * frames * 8
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(0, 0, needed))
    check_space(plan, store, folder)
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(0, 0, needed - 1))
    with pytest.raises(StorageError, match=rf"{store.root}: needs about .*set HOSTKIT_CACHE"):
        check_space(plan, store, folder)


def test_a_folder_that_takes_no_files_is_told_before_anything_is_rendered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_session(write_session(tmp_path / "cue.yaml", TRACKS), Environment())
    store = Store(tmp_path / "cache")
    (tmp_path / "out").mkdir()
    check_space(plan, store, tmp_path / "out" / "deep")
    # Whoever is root may write everywhere, so the system is asked as somebody else would be.
    monkeypatch.setattr("os.access", lambda path, _mode: path != tmp_path / "out")
    with pytest.raises(StorageError, match=r"out/deep: cannot be written: the folder is not"):
        check_space(plan, store, tmp_path / "out" / "deep")


def test_a_render_over_the_limit_of_the_store_says_so_before_it_begins(tmp_path: Path) -> None:
    session = write_session(tmp_path / "cue.yaml", TRACKS + "length: 30s\n")
    plan = plan_session(session, Environment())
    needed = len(plan.whole.nodes) * 30 * plan.whole.sample_rate * 8
    assert over_the_limit(plan, Store(tmp_path / "cache", limit_gb=needed / 1e9)) == ""
    ran = hostkit("render", session, cache=tmp_path / "cache", HOSTKIT_CACHE_GB="0.001")
    assert ran.code == 0, ran.err
    said = f"this render needs {needed // 10**6} MB, and the store may hold 1 MB"
    assert said in ran.err.splitlines()[0]


def test_what_lies_in_the_store_is_not_counted(tmp_path: Path, monkeypatch) -> None:
    session = write_session(tmp_path / "cue.yaml", TRACKS)
    done = hostkit("render", session, "-o", tmp_path / "out", cache=tmp_path / "cache")
    assert done.code == 0, done.err
    plan = plan_session(session, Environment())
    store = Store(tmp_path / "cache")
    files = len(plan.whole.stems) + len(plan.whole.mixes)
    frames = max(track.plan.source.end for track in plan.whole.tracks)
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(0, 0, files * frames * 6))
    check_space(plan, store, tmp_path / "out")
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(0, 0, files * frames * 6 - 1))
    with pytest.raises(StorageError, match=r"out: needs about .*--out"):
        check_space(plan, store, tmp_path / "out")
