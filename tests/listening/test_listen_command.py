"""`hostkit listen` as a program: the addresses it prints, and how it ends."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path
from urllib.request import urlopen

from commands import HOSTKIT, environment
from scores import write_session

CUE = "length: 1s\ntracks: {low: {instrument: {tone: {}}, midi: {track: a}}}\n"


def test_sessions_are_listed_and_ctrl_c_says_that_it_stopped(tmp_path: Path) -> None:
    names = ("one.yaml", "<img src=x>.yaml")
    cues = [write_session(tmp_path / name, CUE, a=[(0, 1, 60)]) for name in names]
    process = subprocess.Popen(
        [*HOSTKIT, "listen", *map(str, cues), "--no-browser"],
        env=environment(tmp_path / "cache"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A shell's background jobs, and so their tests, would ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline().rstrip("\n") for _ in range(4)]
        assert lines[3] == "Ctrl-C ends it"
        root = lines[2].removeprefix("all of them: ")
        with urlopen(root) as answer:
            assert answer.headers["content-security-policy"].startswith("default-src 'none'")
            page = answer.read().decode()
        assert "<img" not in page
        assert "&lt;img src=x&gt;.yaml</bdi></p>" in page
        assert [f"{root}{number}/" for number in (1, 2)] == [
            line.rpartition(": ")[2] for line in lines[:2]
        ]
        assert 'href="1/"' in page
        assert 'href="2/"' in page
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=200)
    finally:
        process.kill()
    assert (process.returncode, said.splitlines()[-1]) == (130, "hostkit: stopped listening")
