"""300 damaged files of every kind: each is read or refused in words (`make fuzz` reads more)."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import run_script
from run import KINDS

RUN = Path(__file__).parent / "run.py"
CASES = 300
TIMEOUT_SECONDS = 600
"""A busy machine is no fault; run.py has limits of its own."""


@pytest.mark.timeout(TIMEOUT_SECONDS + 10)
@pytest.mark.parametrize("kind", KINDS)
def test_no_damaged_file_is_more_than_refused(kind: str) -> None:
    done = run_script(RUN, "--cases", CASES, "--kind", kind, timeout_seconds=TIMEOUT_SECONDS)
    assert done.code == 0, done.out + done.err
    assert f"{CASES} cases, 0 faults" in done.out
