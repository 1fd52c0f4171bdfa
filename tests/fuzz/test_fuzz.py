"""2,000 damaged files of every kind: each is read or refused in words (`make fuzz` reads more)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).parent / "run.py"


@pytest.mark.timeout(600)  # three minutes on two idle cores
def test_no_damaged_file_of_any_kind_is_more_than_refused() -> None:
    done = subprocess.run(
        [sys.executable, str(RUN), "--cases", "2000"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "24000 cases, 0 faults" in done.stdout
