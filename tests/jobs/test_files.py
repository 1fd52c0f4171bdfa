"""How many files a job may have open at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

TRACKS = 300


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_job_may_open_more_files_than_a_shell_allows():
    """A stem reads every track from a file of its own; macOS allows a process 256."""
    text = (
        "import resource\n"
        "from hostkit.jobs.family import allow_files\n"
        f"hard = max({2 * TRACKS}, resource.getrlimit(resource.RLIMIT_NOFILE)[0])\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))\n"
        "allow_files()\n"
        f"print(len([open('/dev/null') for _ in range({TRACKS})]))\n"
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert done.stdout == f"{TRACKS}\n", done.stderr
