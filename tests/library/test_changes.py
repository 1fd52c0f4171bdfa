"""Changes of several files: all or none, one process at a time, and back again."""

from __future__ import annotations

import errno
import itertools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from kills import killed_at

from hostkit.disk import one_move
from hostkit.disk.steps import put_right, steps_folder
from hostkit.errors import RequestError, StorageError
from hostkit.library.changes import Changes, undo


@pytest.fixture(autouse=True)
def _own_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTKIT_CACHE", str(tmp_path / "cache"))


def test_a_step_is_undone_as_a_whole(tmp_path: Path) -> None:
    old, new = tmp_path / "lib" / "old.yaml", tmp_path / "lib" / "deep" / "new.yaml"
    old.parent.mkdir()
    old.write_text("before")
    step = Changes("rename old to new")
    step.put(new, b"after")
    step.remove(old)
    step.commit()
    assert not old.exists()
    assert undo() == "rename old to new"
    assert old.read_text() == "before"
    assert not new.parent.exists()
    with pytest.raises(RequestError, match="no change of presets to undo"):
        undo()


def test_undo_leaves_alone_what_was_changed_since(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    step = Changes("new a")
    step.put(file, b"one")
    step.commit()
    file.write_text("edited by hand")
    with pytest.raises(RequestError, match="was changed meanwhile, so 'new a' was not undone"):
        undo()
    assert file.read_text() == "edited by hand"


def test_a_file_that_another_process_changed_meanwhile_stops_the_step(tmp_path: Path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    step = Changes("both")
    step.put(one, b"1")
    step.put(two, b"2")
    two.write_text("of another process")
    with pytest.raises(RequestError, match=r"two\.yaml: was changed meanwhile"):
        step.commit()
    assert not one.exists()


def test_a_full_disk_half_way_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text("before")
    step = Changes("both")
    step.put(one, b"1", force=True)
    step.put(two, b"2")
    whole = one_move._move

    def full(source: Path, target: Path) -> None:
        if target == two:
            raise OSError(errno.ENOSPC, "no space", str(two))
        whole(source, target)

    monkeypatch.setattr(one_move, "_move", full)
    with pytest.raises(StorageError, match=r"two\.yaml.*disk is full"):
        step.commit()
    assert one.read_text() == "before"
    assert not two.exists()
    with pytest.raises(RequestError, match="no change of presets to undo"):
        undo()


OLD = {"old.yaml": "one", "kept.yaml": "level 0"}
NEW = {"deep/new.yaml": "one", "kept.yaml": "level 3"}


def change(folder: Path) -> None:
    """From OLD to NEW, as a rename does with a reference, or a level."""
    step = Changes("rename old to deep/new")
    step.put(folder / "deep" / "new.yaml", b"one")
    step.remove(folder / "old.yaml")
    step.put(folder / "kept.yaml", b"level 3", force=True)
    step.commit()


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def lay_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of OLD, and a cache folder of their own."""
    monkeypatch.setenv("HOSTKIT_CACHE", str(folder) + "-cache")
    folder.mkdir()
    for name, text in OLD.items():
        (folder / name).write_text(text)
    return folder


def test_killed_at_any_step_it_is_done_or_not_and_can_be_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    for step in itertools.count():
        folder = lay_out(tmp_path / str(step), monkeypatch)
        if not killed_at(step, lambda folder=folder: change(folder)):
            break
        put_right()
        seen.append(contents(folder))
        assert seen[-1] in (OLD, NEW), step
        if seen[-1] == NEW:
            assert undo() == "rename old to deep/new"
            assert contents(folder) == OLD, step
        change(folder)
        assert contents(folder) == NEW, step
        assert not [path for path in steps_folder().iterdir() if path.name.startswith(".")]
    assert (seen[0], seen[-1]) == (OLD, NEW)


def test_undoing_is_killed_at_any_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    for step in itertools.count():
        folder = lay_out(tmp_path / str(step), monkeypatch)
        change(folder)
        if not killed_at(step, undo):
            break
        put_right()
        seen.append(contents(folder))
        assert seen[-1] in (OLD, NEW), step
        if seen[-1] == NEW:
            assert undo() == "rename old to deep/new"
            assert contents(folder) == OLD, step
        with pytest.raises(RequestError, match="no change of presets to undo"):
            undo()
    assert (seen[0], seen[-1]) == (NEW, OLD)


def test_an_undoing_that_failed_can_be_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = lay_out(tmp_path / "lib", monkeypatch)
    change(folder)
    whole = one_move._move

    def full(source: Path, target: Path) -> None:
        if target == folder / "kept.yaml" and source.parent.name == "replaced":
            raise OSError(errno.ENOSPC, "no space")
        whole(source, target)

    with monkeypatch.context() as broken:
        broken.setattr(one_move, "_move", full)
        with pytest.raises(StorageError):
            undo()
    assert contents(folder) == NEW
    undo()
    assert contents(folder) == OLD


def two_changes(folder: Path) -> Path:
    """Makes and replaces a file; gives the record of the second step."""
    for text in (b"first", b"second"):
        step = Changes(f"write {text.decode()}")
        step.put(folder / "a.yaml", text, force=True)
        step.commit()
    return steps_folder() / "step-00000002"


@pytest.mark.parametrize(
    "damage",
    [
        lambda step: (step / "step.json").write_text("{"),
        lambda step: (step / "step.json").unlink(),
        lambda step: (step / "replaced" / "0").write_text("another"),
    ],
    ids=["half a record", "no record", "another file"],
)
def test_a_damaged_record_is_set_aside_with_what_it_held(
    tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    step = two_changes(tmp_path)
    held = {path.name for path in step.rglob("*")}
    damage(step)
    with pytest.raises(RequestError, match="its record is damaged") as told:
        undo()
    assert not step.exists()
    kept = Path(told.value.fault.cure.split("is in ")[1].split(";")[0])
    assert {path.name for path in kept.parent.rglob("*")} >= held - {"step.json"}
    assert kept.parent.name.startswith("damaged-step-00000002")
    (tmp_path / "a.yaml").write_bytes(b"first")  # as the second step found it
    assert undo() == "write first"
    assert not (tmp_path / "a.yaml").exists()


def test_a_record_that_cannot_be_read_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = two_changes(tmp_path)
    (step / "step.json").rename(tmp_path / "elsewhere")
    (step / "step.json").mkdir()  # to read it is an error of the system's
    with pytest.raises(RequestError, match=r"record cannot be read: .*irectory"):
        undo()
    (step / "step.json").rmdir()
    (tmp_path / "elsewhere").rename(step / "step.json")
    assert undo() == "write second"
    assert (tmp_path / "a.yaml").read_text() == "first"


def test_what_is_sealed_is_not_changed(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "a.yaml").write_text("theirs")
    step = Changes("both", sealed=(tmp_path / "lib",))
    for change_it in (
        lambda: step.put(tmp_path / "lib" / "a.yaml", b"x", force=True),
        lambda: step.put(tmp_path / "lib" / "b.yaml", b"x"),
        lambda: step.remove(tmp_path / "lib" / "a.yaml"),
    ):
        with pytest.raises(RequestError, match=r"is in a library that is not yours.*--in "):
            change_it()
    step.commit()
    assert contents(tmp_path / "lib") == {"a.yaml": "theirs"}


def test_names_that_differ_in_case_only_are_refused(tmp_path: Path) -> None:
    (tmp_path / "Strings").mkdir()
    (tmp_path / "Strings" / "warm.yaml").write_text("x")
    with pytest.raises(RequestError, match="the same file"):
        Changes("new").put(tmp_path / "strings" / "cold.yaml", b"x")
    with pytest.raises(RequestError, match="the same file"):
        Changes("new").put(tmp_path / "Strings" / "Warm.yaml", b"x")
    Changes("new").put(tmp_path / "Strings" / "cold.yaml", b"x")


SAVE = """
import sys
from collections.abc import Callable
from pathlib import Path
from hostkit.errors import RequestError
from hostkit.library.changes import Changes
step = Changes("save")
folder, who = Path(sys.argv[1]), sys.argv[2]
try:
    for number in range(20):
        step.put(folder / f"{number}.yaml", who.encode())
    step.commit()
    print("saved")
except RequestError:
    print("refused")
"""


def test_of_two_processes_that_save_at_once_one_wins_whole(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SAVE, str(tmp_path / "lib")]
    running = [
        subprocess.Popen([*command, who], stdout=subprocess.PIPE, text=True) for who in "abc"
    ]
    said = [process.communicate(timeout=200)[0].strip() for process in running]
    assert sorted(said) == ["refused", "refused", "saved"]
    contents = {path.read_text() for path in (tmp_path / "lib").iterdir()}
    assert contents == {"abc"[said.index("saved")]}
    assert len(list((tmp_path / "lib").iterdir())) == 20
