"""Killed and cancelled: what was delivered stays, what was finished is kept, nothing runs on."""

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

LONG = 60  # quarter notes: 30 s of audio
ENDLESS = 14_400  # two hours: it is at work whenever the signal comes
WAIT_SECONDS = 200  # of a machine that has much else to do


def text_of(names: str) -> str:
    lines = [
        f"  {name}: {{instrument: {{soundfont: gm, program: 49}}, midi: {{track: {name}}}}}\n"
        for name in names
    ]
    return "hostkit: 1\nmidi: cue.mid\nsample_rate: 16000\ntracks:\n" + "".join(lines)


TO_END = "abcde"
"""The longest begins first, so `z` keeps one process busy while the other makes these."""


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """Long tracks and an endless one, delivered before with only the short one."""
    notes = {n: [(0, LONG, ord(n))] for n in TO_END} | {"a": [(0, 1, 60)], "z": [(0, ENDLESS, 60)]}
    made = write_session(tmp_path / "cue.yaml", "", **notes)
    made.write_text(text_of("a"))
    assert hostkit("render", made, cache=tmp_path / "cache").code == 0
    made.write_text(text_of(TO_END + "z"))
    return made


def goes_on(session: Path) -> None:
    """What was finished is cached, what was not is none; without the endless track it ends."""
    cache = session.parent / "cache"
    planned = hostkit("plan", session, cache=cache)
    assert "z: to render (not rendered before)" in planned.out, planned.out + planned.err
    session.write_text(text_of(TO_END))
    ran = hostkit("render", session, cache=cache)
    assert ran.code == 0, ran.err
    assert re.search(r"track [b-e]: cached", ran.err)


def started(session: Path) -> subprocess.Popen[str]:
    """A render in the middle: a long track is done, the endless one is being written."""
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
    deadline = time.monotonic() + WAIT_SECONDS
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
    goes_on(session)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_leaves_nothing_behind(session: Path, name: str):
    """Sent to all of it, as a terminal does: it was no job that crashed."""
    before = sums(session.parent / "renders")
    process = started(session)
    os.killpg(process.pid, signal.Signals[name])
    _, err = process.communicate(timeout=120)
    assert process.returncode == 128 + signal.Signals[name], err
    assert "cancelled" in err
    assert "crashed" not in err
    assert "Traceback" not in err
    wait_for_the_end_of(process.pid)
    assert sums(session.parent / "renders") == before
    assert not list((session.parent / "cache" / "incoming").iterdir())
    goes_on(session)
