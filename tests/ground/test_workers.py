"""A test run whose processes die ends, and says which test it was."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SUPPORT = Path(__file__).parents[1] / "support"
IN_ONE_PROCESS = ("-n", "1", "--dist", "loadfile", "--no-loadscope-reorder")
DEADLY = """
import os

def test_before(): pass
def test_deadly(): os.kill(os.getpid(), 9)
def test_after(): pass
"""


def test_a_process_that_dies_fails_one_test_and_the_rest_is_run(tmp_path: Path) -> None:
    (tmp_path / "test_first.py").write_text("def test_it(): pass\ndef test_more(): pass\n")
    (tmp_path / "test_second.py").write_text(DEADLY)
    (tmp_path / "test_third.py").write_text("def test_it(): pass\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "workers", *IN_ONE_PROCESS, str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(SUPPORT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "test_second.py::test_deadly', with code -9" in done.stdout
    assert "1 failed, 5 passed" in done.stdout
