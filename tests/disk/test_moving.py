"""Files that change together: all or none, whenever the process dies."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import threading
import time
from pathlib import Path

import pytest
from kills import killed_at

from hostkit.disk import one_move
from hostkit.disk.move_list import FILES, LIST, MOVING, REPLACED, Move, Moves
from hostkit.disk.moving import move_together, new_step, settle
from hostkit.disk.unfinished import clear_unfinished, unfinished_name

OLD = {"kept.txt": "kept", "a.txt": "old a", "deep/b.txt": "old b", "gone/c.txt": "old c"}
NEW = {"kept.txt": "kept", "a.txt": "new a", "deep/b.txt": "new b", "new/d.txt": "new d"}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder, leftovers too."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "place")


def lay_out(folder: Path) -> Path:
    for name, text in OLD.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def change(folder: Path) -> None:
    """From OLD to NEW in one step."""
    with new_step(folder) as step:
        moves = []
        for number, name in enumerate(dict.fromkeys([*OLD, *NEW])):
            if OLD.get(name) == NEW.get(name):
                continue
            before, after = (digest(v[name]) if name in v else None for v in (OLD, NEW))
            if name in NEW:
                (step / FILES / name).parent.mkdir(parents=True, exist_ok=True)
                (step / FILES / name).write_text(NEW[name])
            waiting, aside = f"{FILES}/{name}", f"{REPLACED}/{number}"
            moves.append(Move(Path(name), waiting, aside, before, after))
        move_together(step, folder, Moves(tuple(moves)))


def test_all_of_it_at_once(folder: Path):
    change(folder)
    assert contents(folder) == NEW
    assert not (folder / "gone").exists()


def test_killed_at_any_step_the_folder_is_old_or_new(tmp_path: Path):
    seen = []
    for step in itertools.count():
        place = lay_out(tmp_path / str(step))
        if not killed_at(step, lambda place=place: change(place)):
            break
        settle(place)
        clear_unfinished(place)
        seen.append(contents(place))
        assert seen[-1] in (OLD, NEW), step
    assert (seen[0], seen[-1]) == (OLD, NEW)


def test_killed_again_while_it_is_put_right(tmp_path: Path):
    """Recovery is killed at each of its own steps, too."""
    half = step_half_way(tmp_path)
    for step in itertools.count():
        place = lay_out(tmp_path / str(step))
        assert killed_at(half, lambda place=place: change(place))
        again = killed_at(step, lambda place=place: settle(place))
        settle(place)
        clear_unfinished(place)
        assert contents(place) == NEW, step
        if not again:
            break


def step_half_way(tmp_path: Path) -> int:
    """The step before which a kill leaves a folder half way."""
    for step in range(100):
        place = lay_out(tmp_path / f"half-{step}")
        assert killed_at(step, lambda place=place: change(place))
        if (place / MOVING).is_dir() and (place / "a.txt").read_text() == "new a":
            return step
    raise AssertionError("no kill left it half way")


def failing_at(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = one_move._move

    def move(source: Path, target: Path) -> None:
        if target == place and source.parent.name == "deep":
            raise PermissionError(13, "somebody plays it")
        whole(source, target)

    monkeypatch.setattr(one_move, "_move", move)


def test_an_error_on_the_way_puts_everything_back(folder: Path, monkeypatch: pytest.MonkeyPatch):
    failing_at(folder / "deep/b.txt", monkeypatch)
    with pytest.raises(PermissionError, match="somebody plays it"):
        change(folder)
    assert contents(folder) == OLD
    assert not (folder / "new").exists()


def test_what_cannot_be_finished_is_put_back(folder: Path, monkeypatch: pytest.MonkeyPatch):
    assert killed_at(step_half_way(folder.parent), lambda: change(folder))
    failing_at(folder / "deep/b.txt", monkeypatch)
    settle(folder)
    assert contents(folder) == OLD


def test_a_file_to_be_removed_that_was_altered_stays(folder: Path):
    (folder / "gone/c.txt").write_text("edited")
    change(folder)
    assert contents(folder) == {**NEW, "gone/c.txt": "edited"}


def test_to_another_disk_it_is_copied(folder: Path, monkeypatch: pytest.MonkeyPatch):
    real = os.replace

    def replace(source: Path, target: Path) -> None:
        if Path(source).suffix != ".part":
            raise OSError(18, "Invalid cross-device link")
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    change(folder)
    assert contents(folder) == NEW


def test_of_two_disks_the_full_one_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Python names where a file comes from, which is on the disk that has room."""

    def replace(source: Path, target: Path) -> None:
        number = 18 if Path(source).suffix != ".part" else 28
        raise OSError(number, os.strerror(number), str(source), None, str(target))

    (folder / "step").mkdir()
    (folder / "step/new").write_text("new")
    monkeypatch.setattr(os, "replace", replace)
    move = Move(Path("b.txt"), "new", "before", None, "a hash")
    with pytest.raises(OSError, match="No space left") as caught:
        one_move.do_move(move, folder / "step", folder)
    assert (caught.value.errno, caught.value.filename) == (28, str(folder / "b.txt"))


def test_whoever_comes_meanwhile_waits(folder: Path):
    """A step of a running process is not touched, and waited for."""
    step = folder / MOVING
    (step / FILES).mkdir(parents=True)
    mine = step / unfinished_name()
    mine.touch()
    finished = threading.Event()

    def wait() -> None:
        settle(folder)
        finished.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.1)
    assert not finished.is_set()
    step.rename(folder / unfinished_name())
    waiting.join(timeout=30)
    assert finished.is_set()


def evil(path: str, waiting: str = "files/x", done_as: str | None = None) -> str:
    move = {"path": path, "waiting": waiting, "aside": "replaced/0", "before": None, "after": "0"}
    return json.dumps({"moves": [move], "done_as": done_as, "undone_as": None})


@pytest.mark.parametrize(
    "text",
    [
        evil("../outside.txt"),
        evil("/tmp/outside.txt"),
        evil("deep/../../outside.txt"),
        evil("link/outside.txt"),
        evil("a.txt", waiting="../../outside.txt"),
        evil("a.txt", done_as="../outside"),
        "[]",
        "{",
        "[" * 100_000,
    ],
)
def test_a_list_that_hostkit_did_not_write_leads_nowhere_else(folder: Path, text: str):
    (folder / "link").symlink_to(folder.parent)
    step = folder / MOVING
    (step / FILES).mkdir(parents=True)
    (step / FILES / "x").write_text("evil")
    (step / LIST).write_text(text)
    with pytest.raises(OSError, match="is not a list of moves that hostkit wrote"):
        settle(folder)
    assert {k: v for k, v in contents(folder).items() if not k.startswith(".")} == OLD
    assert not (folder.parent / "outside.txt").exists()


def test_folders_made_for_a_step_that_was_given_up_go_with_it(tmp_path: Path):
    (tmp_path / "there").mkdir()

    def cancelled() -> None:
        with new_step(tmp_path / "there" / "a" / "b") as step:
            assert step.is_dir()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cancelled()
    assert list(tmp_path.rglob("*")) == [tmp_path / "there"]
