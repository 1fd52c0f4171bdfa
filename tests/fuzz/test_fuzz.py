"""1,000 damaged files of every kind: each is read or refused in words (`make fuzz` reads more)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from run import KINDS

RUN = Path(__file__).parent / "run.py"


@pytest.mark.timeout(600)  # a busy machine is no fault; run.py has limits of its own
@pytest.mark.parametrize("kind", KINDS)
def test_no_damaged_file_is_more_than_refused(kind: str) -> None:
    done = subprocess.run(
        [sys.executable, str(RUN), "--cases", "1000", "--kind", kind],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1000 cases, 0 faults" in done.stdout
