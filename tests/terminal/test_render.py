"""`render` on a terminal, from the very start of its process; its events; its quiet."""

from __future__ import annotations

import json
import re
import signal as signals
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import hostkit, wait_for_the_end_of
from scores import write_session
from screens import CANCELLED
from terminal import Terminal

SESSION = """\
tracks:
  flute: {instrument: {soundfont: gm, program: 73}}
  bass: {instrument: {soundfont: gm, program: 32}}
"""


@pytest.fixture
def made(tmp_path: Path) -> Callable[[int], Path]:
    """A two-track session of so many quarter notes."""

    def write(quarters: int) -> Path:
        notes = {"flute": [(0, quarters, 72)], "bass": [(0, quarters, 40)]}
        return write_session(tmp_path / "cue.yaml", SESSION, **notes)

    return write


@pytest.mark.parametrize(("signal", "code"), [("ctrl-c", 130), ("sigterm", 143)])
def test_given_up(made: Callable[[int], Path], signal: str, code: int):
    session = made(1_000)
    at_work = Terminal(["render", session], session.parent / "cache")
    at_work.until(lambda sent: "%" in sent)
    at_work.press_ctrl_c() if signal == "ctrl-c" else at_work.terminate()
    seen = at_work.ended()
    assert seen.code == code, seen.sent
    assert seen.cursor_is_back
    assert seen.text.count(CANCELLED) == 1
    wait_for_the_end_of(at_work.process)
    assert not (session.parent / "renders" / "cue").exists()


def test_the_window_is_closed(made: Callable[[int], Path]):
    """All of it hears of that, and nothing can be said any more."""
    session = made(1_000)
    at_work = Terminal(["render", session], session.parent / "cache")
    at_work.until(lambda sent: "%" in sent)
    assert at_work.close() == 129
    wait_for_the_end_of(at_work.process)
    assert not (session.parent / "renders" / "cue").exists()
    assert not list((session.parent / "cache").glob("incoming/*"))


@pytest.mark.parametrize("quarter_seconds", [0, 1, 3])
def test_ctrl_c_while_it_starts(made: Callable[[int], Path], quarter_seconds: int):
    """At any moment from where hostkit's first line has run: before, it is Python that starts."""
    session = made(1_000)
    started = Terminal(["render", session], session.parent / "cache")
    while not catches_sigterm(started.process):
        started.wait(0.01)
    started.wait(quarter_seconds / 4)
    started.press_ctrl_c()
    seen = started.ended()
    assert seen.code == 130, seen.sent
    assert seen.text.count(CANCELLED) == 1


def catches_sigterm(process: int) -> bool:
    """Python does so for Ctrl-C by itself, for SIGTERM when it is told to."""
    status = Path(f"/proc/{process}/status").read_text()
    (caught,) = re.findall(r"^SigCgt:\s*([0-9a-f]+)$", status, re.MULTILINE)
    return bool(int(caught, 16) >> (signals.SIGTERM - 1) & 1)


def test_events_are_json_lines_on_standard_error(made: Callable[[int], Path]):
    session = made(100)
    ran = hostkit("render", session, "--progress", "json", cache=session.parent / "cache")
    events = [json.loads(text) for text in ran.err.splitlines()]
    assert events[0] == {"event": "begin", "format": 1}
    assert (events[-1]["event"], events[-1]["exit_code"]) == ("end", 0)
    (came,) = events[-1]["sessions"]
    assert (came["status"], came["folder"]) == ("done", str(session.parent / "renders" / "cue"))
    wanted = {(e["kind"], e["name"]) for e in events if e["event"] == "expected"}
    done = {(e["kind"], e["name"]): e["status"] for e in events if e["event"] == "done"}
    made = {(kind, name) for kind in ("track", "stem") for name in ("flute", "bass")}
    written = {("file", name) for name in ("stem flute", "stem bass", "mix full")}
    assert wanted == set(done) == made | written | {("proof", "mix full")}
    assert {done[thing] for thing in made} == {"rendered"}
    assert {done[thing] for thing in wanted - made} == {"done"}
    fractions = [e["fraction"] for e in events if "fraction" in e]
    assert fractions == sorted(fractions)
    stems_done = max(e["fraction"] for e in events if e["event"] == "done" and e["kind"] == "stem")
    assert stems_done < 0.8  # there are files to write
    refused = hostkit("render", session, "--progress", "json", "--mix", "x", cache=session.parent)
    end = next(e for e in map(json.loads, _json_lines(refused.err)) if e["event"] == "end")
    assert end["exit_code"] == refused.code == 2
    assert end["sessions"][0]["problems"][0]["message"].startswith("there is no mix 'x'")


def _json_lines(text: str) -> list[str]:
    """Errors stay lines of text between them."""
    return [line for line in text.splitlines() if line.startswith("{")]


def test_quiet_says_nothing_of_what_was_there(made: Callable[[int], Path]):
    session = made(10)
    cold = hostkit("render", session, "--quiet", cache=session.parent / "cache")
    assert "flute: rendered" in cold.err
    for again in (("--quiet",), ("--quiet", "--progress", "lines")):
        assert hostkit("render", session, *again, cache=session.parent / "cache").err == ""
