"""Signals: kept where locks are taken, heard at any other moment, obeyed when asked again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from hostkit.ground.process.interrupts import CODES, Interrupted, interruptible, uninterrupted
from hostkit.ground.process.threads import Promise, Threads, as_ended

SUPPORT = Path(__file__).parents[1] / "support"
SHORT_OF_PATIENCE = """
import os, signal, time
from hostkit.ground.process import interrupts
interrupts.PATIENCE_SECONDS = 0.2

def ask_again():
    os.kill(os.getpid(), signal.SIGTERM)
    print("tidied up", flush=True)
    time.sleep(0.3)
    os.kill(os.getpid(), signal.SIGINT)
    print("waits for ever")
"""
CANCELLED = """
with interrupts.interruptible():
    try:
        os.kill(os.getpid(), signal.SIGTERM)
    except interrupts.Interrupted:
        ask_again()
"""
DONE = """
with interrupts.interruptible():
    pass
ask_again()
"""
WAITS = """
        print("goes on", flush=True)
        time.sleep(30)
    except interrupts.Interrupted as signal:
        sys.exit(signal.exit_code)
"""
LOST = {
    "a finalizer": """
import os, signal, sys, time
from hostkit.ground.process import interrupts
class Last:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.01)
with interrupts.interruptible():
    try:
        Last()"""
    + WAITS,
    "a callback of a C library": """
import ctypes, os, signal, sys, time
from hostkit.ground.process import interrupts
@ctypes.CFUNCTYPE(None)
def call():
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(0.01)
with interrupts.interruptible():
    try:
        call()"""
    + WAITS,
}
AT_THE_END = """
import atexit, signal
from hostkit.__main__ import main
from hostkit.ground.process.interrupts import CODES
atexit.register(lambda: print(*{signal.getsignal(number).name for number in CODES}))
main()
"""


@pytest.fixture(autouse=True)
def handlers_as_before() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in CODES}
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def send(number: int) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize(("number", "code"), [*CODES.items()])
def test_a_signal_is_kept_to_the_end(number: int, code: int):
    done = []

    @interruptible()
    def work() -> None:
        with uninterrupted():
            with uninterrupted():
                send(number)
                done.append("inner")
            done.append("outer")
        done.append("after")

    with pytest.raises(Interrupted) as caught:
        work()
    assert done == ["inner", "outer"]
    assert caught.value.exit_code == code


def test_the_codes_are_those_of_shells():
    assert {128 + number: code for number, code in CODES.items()} == {c: c for c in CODES.values()}
    assert (signal.SIGHUP in CODES) == (os.name == "posix")


def test_the_first_of_two_counts():
    @interruptible()
    @uninterrupted()
    def work() -> None:
        send(signal.SIGTERM)
        send(signal.SIGINT)

    with pytest.raises(Interrupted) as caught:
        work()
    assert caught.value.exit_code == 143


def test_handlers_of_others_are_heard_too_and_stay():
    heard = []
    signal.signal(signal.SIGINT, lambda number, _frame: heard.append(number))
    with uninterrupted():
        send(signal.SIGINT)
        assert not heard
    assert heard == [signal.SIGINT]
    send(signal.SIGINT)
    assert heard == [signal.SIGINT] * 2


def test_other_threads_leave_the_signals_alone():
    handler = signal.getsignal(signal.SIGINT)
    seen = []

    def look() -> None:
        with uninterrupted():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [handler]


@pytest.mark.parametrize("work", [CANCELLED, DONE], ids=["cancelled", "done"])
def test_whoever_asks_again_is_obeyed(work: str):
    """Where what tidies up hangs, the second Ctrl-C ends it; it never ended before."""
    done = subprocess.run(
        [sys.executable, "-c", SHORT_OF_PATIENCE + work], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (130, "tidied up\n")
    assert done.stderr == "hostkit: cancelled; what was finished is kept\n"


@pytest.mark.parametrize("where", ["a finalizer", "a callback of a C library"])
def test_a_signal_where_python_lets_nothing_pass_is_heard_after_it(where: str):
    """It was lost, with a traceback, and the work went on to its end."""
    done = subprocess.run(
        [sys.executable, "-c", LOST[where]], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (143, "goes on\n", "")


def test_a_signal_while_python_ends_changes_no_exit_code():
    """Where it takes itself apart no handler of ours is left: the system has to ignore signals."""
    command = [sys.executable, "-c", AT_THE_END, "--version"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "SIG_IGN"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no forks to try moments in")
def test_a_signal_at_any_moment_of_a_wait_ends_it():
    """With the standard library's own futures every tenth moment hung for ever."""
    tried = subprocess.run(
        [sys.executable, SUPPORT / "moments.py", "1", "13"],
        capture_output=True,
        text=True,
        timeout=300,
    )
    found = json.loads(tried.stdout)
    assert [work["wrong"] for work in found.values()] == [[], []], tried.stderr
    assert all(work["steps"] > 500 for work in found.values())  # it did look


def test_promises_in_the_order_in_which_they_end():
    go = threading.Event()
    with Threads(2, "test") as threads:
        late, soon = threads.submit(go.wait, 60), threads.submit(int, "7")
        ended = as_ended([late, soon])
        assert next(ended).result() == 7
        go.set()
        assert next(ended) is late


def test_what_a_thread_raises_is_raised_where_it_is_waited_for():
    with Threads(1, "test") as threads:
        promise = threads.submit(int, "seven")
        assert isinstance(promise.exception(), ValueError)
        with pytest.raises(ValueError, match="seven"):
            promise.result()


def test_a_promise_that_takes_too_long():
    promise: Promise[int] = Promise()
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        promise.result(timeout=0.05)
    assert time.monotonic() - began >= 0.05


def test_after_an_exception_what_is_not_begun_is_cancelled():
    begun, go = threading.Event(), threading.Event()
    promises: list[Promise[bool]] = []

    def work() -> bool:
        begun.set()
        return go.wait(60)

    def fail() -> None:
        with Threads(1, "test") as threads:
            promises.extend(threads.submit(work) for _ in range(2))
            begun.wait(60)
            threading.Timer(0.05, go.set).start()
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert promises[0].result()
    with pytest.raises(CancelledError):
        promises[1].result()
