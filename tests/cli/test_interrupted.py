"""Killed and given up: what was delivered stays, what was finished is kept, nothing runs on."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest
from commands import HOSTKIT, environment, hostkit, sums, wait_for_the_end_of
from scores import write_session

LONG = 500  # quarter notes: four minutes of audio, a second of work


def tracks(names: str, first: str = "") -> str:
    lines = [
        f"  {name}: {{instrument: {{soundfont: gm, program: 48}}, midi: {{track: {name}}}}}"
        for name in names
    ]
    return "tracks:\n" + first + "\n".join(lines) + "\n"


LONG_TRACKS = "bcdefg"
"""More than run at once, so that some wait when the render is interrupted."""


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """One short track and long ones, delivered before with only the short one."""
    notes = {"a": [(0, 1, 60)], **{n: [(0, LONG, ord(n))] for n in LONG_TRACKS}}
    made = write_session(tmp_path / "cue.yaml", tracks("a"), **notes)
    assert hostkit("render", made, cache=tmp_path / "cache").code == 0
    made.write_text(f"hostkit: 1\nmidi: cue.mid\n{tracks('a' + LONG_TRACKS)}".replace("48", "49"))
    return made


def started(session: Path) -> subprocess.Popen[str]:
    """A render in the middle: the first long track is done, another is being written."""
    cache = session.parent / "cache"
    process = subprocess.Popen(
        [*HOSTKIT, "render", str(session), "-j", "2"],
        env=environment(cache),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A shell's background jobs, and so their tests, would ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        kept = list((cache / "prints").glob("*/*"))
        with suppress(FileNotFoundError):  # it moved to its place meanwhile
            writing = list((cache / "incoming").rglob("samples"))
            if len(kept) >= 3 and any(file.stat().st_size > 1_000_000 for file in writing):
                return process
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    raise AssertionError("the render never got going")


def test_kill_9_leaves_the_delivery_and_the_next_run_resumes(session: Path):
    before = sums(session.parent / "renders")
    process = started(session)
    process.kill()
    process.communicate()
    wait_for_the_end_of(process.pid)
    assert sums(session.parent / "renders") == before
    ran = hostkit("render", session, cache=session.parent / "cache")
    assert ran.code == 0, ran.err
    assert re.search(r"track [b-g]: cached", ran.err)
    assert "track g: rendered" in ran.err


def test_ctrl_c_leaves_nothing_behind(session: Path):
    before = sums(session.parent / "renders")
    process = started(session)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert "given up" in err
    assert "Traceback" not in err
    wait_for_the_end_of(process.pid)
    assert sums(session.parent / "renders") == before
    assert not list((session.parent / "cache" / "incoming").iterdir())
    ran = hostkit("render", session, cache=session.parent / "cache")
    assert re.search(r"track [b-g]: cached", ran.err)
