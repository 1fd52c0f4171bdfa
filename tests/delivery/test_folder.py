"""The folder of files that are not delivered yet."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from hostkit.delivery.folder import incoming_folder


def test_what_a_killed_run_left_goes_and_what_is_at_work_stays(tmp_path: Path):
    ended = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"],
        capture_output=True,
        text=True,
        check=True,
    )
    left = tmp_path / f".hostkit-{ended.stdout.strip()}-abcd"
    working = tmp_path / f".hostkit-{os.getppid()}-abcd"
    for folder in (left, working):
        folder.mkdir()
        (folder / "stem.wav").write_bytes(b"half")
    with incoming_folder(tmp_path) as folder:
        assert folder.incoming.is_dir()
        assert not left.exists()
        assert working.is_dir()
    assert not folder.incoming.exists()
