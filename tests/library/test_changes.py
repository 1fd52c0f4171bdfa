"""Changes of several files: all or none, one process at a time, and back again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hostkit.errors import RequestError, StorageError
from hostkit.library import changes as module
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
    with pytest.raises(RequestError, match=r"two\.yaml was changed meanwhile"):
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
    whole = module._set

    def full(path: Path, content: bytes | None) -> None:
        if path == two:
            raise StorageError("the disk is full")
        whole(path, content)

    monkeypatch.setattr(module, "_set", full)
    with pytest.raises(StorageError):
        step.commit()
    monkeypatch.undo()
    assert one.read_text() == "before"


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
    said = [process.communicate(timeout=60)[0].strip() for process in running]
    assert sorted(said) == ["refused", "refused", "saved"]
    contents = {path.read_text() for path in (tmp_path / "lib").iterdir()}
    assert contents == {"abc"[said.index("saved")]}
    assert len(list((tmp_path / "lib").iterdir())) == 20
