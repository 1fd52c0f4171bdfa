"""What killed runs leave goes; what is at work stays."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hostkit.audio.files.whole_file import whole_file
from hostkit.disk.unfinished import ABANDONED_SECONDS, PART, clear_unfinished, unfinished_name

MINE = unfinished_name()
MACHINE = MINE.split("-")[1]
ELSEWHERE = "0" * 8
NUMBER = "0123456789abcdef"


@pytest.fixture(scope="module")
def ended() -> int:
    """The number of a process that has ended."""
    code = "import os; print(os.getpid())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(done.stdout)


def make(folder: Path, machine: str, process: int, age_seconds: float = 0) -> list[Path]:
    """A file and a folder in the making."""
    name = f".hostkit-{machine}-{process}-{NUMBER}"
    file, inner = folder / f"{name}{PART}", folder / name
    file.write_bytes(b"half")
    (inner / "files").mkdir(parents=True)
    for path in (file, inner / "files", inner):
        os.utime(path, (time.time() - age_seconds,) * 2)
    return [file, inner]


def test_of_an_ended_process_goes(tmp_path: Path, ended: int):
    left = make(tmp_path, MACHINE, ended)
    clear_unfinished(tmp_path)
    assert not any(path.exists() for path in left)


def test_of_a_running_process_stays(tmp_path: Path):
    at_work = make(tmp_path, MACHINE, os.getppid(), 10 * ABANDONED_SECONDS)
    clear_unfinished(tmp_path)
    assert all(path.exists() for path in at_work)


def test_of_this_process_stays_and_of_an_earlier_one_of_its_number_goes(tmp_path: Path):
    (tmp_path / MINE).mkdir()
    earlier = make(tmp_path, MACHINE, os.getpid())
    clear_unfinished(tmp_path)
    assert (tmp_path / MINE).exists()
    assert not any(path.exists() for path in earlier)


def test_of_another_machine_stays_for_a_day(tmp_path: Path, ended: int):
    fresh = make(tmp_path, ELSEWHERE, ended, ABANDONED_SECONDS - 60)
    clear_unfinished(tmp_path)
    assert all(path.exists() for path in fresh)
    for path in (*fresh, fresh[1] / "files"):
        os.utime(path, (time.time() - ABANDONED_SECONDS - 60,) * 2)
    clear_unfinished(tmp_path)
    assert not any(path.exists() for path in fresh)


def test_other_hidden_files_are_nobodys_leftovers(tmp_path: Path):
    others = [tmp_path / name for name in (".hostkit-notes", ".hostkit-", ".part", ".hostkit-1-2")]
    for path in others:
        path.touch()
        os.utime(path, (0, 0))
    clear_unfinished(tmp_path)
    assert all(path.exists() for path in others)


def test_writing_a_file_clears_what_lies_beside_it(tmp_path: Path, ended: int):
    left = make(tmp_path, MACHINE, ended)
    with whole_file(tmp_path / "report.json") as file:
        file.write(b"{}")
    assert not any(path.exists() for path in left)
