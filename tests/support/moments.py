"""A signal at every so many-th step of whatever waits for threads: does it end?

`python moments.py FIRST EVERY` prints how many steps there are and those at which it did not. A
step is one of Python's instructions in a module that takes locks or waits; each is tried in a
fork of its own.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

from hostkit.ground.process.interrupts import Interrupted, interruptible
from hostkit.ground.process.threads import Threads, as_ended
from hostkit.jobs import executors
from hostkit.jobs.isolate import Cancelled, Task, Watch
from hostkit.render.running import BegunNode, Running

LOOKED_AT = (
    "concurrent/futures",
    "threading.py",
    "ground/process",
    "jobs/executors",
    "/running.py",
)
PATIENCE_SECONDS = 20  # of a busy machine
INTERRUPTED, DONE, WRONG = 7, 8, 9


@dataclass
class Steps:
    """Counts steps, and has a signal come at one of them."""

    signal_at: int
    count: int = 0

    def __call__(self, frame: FrameType, event: str, _arg: object) -> Steps | None:
        if not any(name in frame.f_code.co_filename for name in LOOKED_AT):
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            self.count += 1
            if self.count == self.signal_at:
                os.kill(os.getpid(), signal.SIGTERM)
        return self


def run_jobs() -> None:
    """Jobs as a production waits for them."""
    with executors.LocalExecutor(2) as executor:
        running = Running()
        for number in range(3):
            future = executor.submit(_no_task, number, lambda _: None)
            running.begin(future, BegunNode(_Named(), "", ""))  # type: ignore[arg-type]  # only its name is asked
        while running:
            for future, _ in running.ended():
                future.result()


def run_threads() -> None:
    """Threads as scans and hashes wait for them."""
    with Threads(2, "moments") as threads:
        promises = [threads.submit(time.sleep, 0.001) for _ in range(3)]
        for promise in as_ended(promises):
            promise.result()
        threads.submit(time.sleep, 0.001).exception()


class _Named:
    fingerprint = ""


def _no_task(_job: Any, _report: Any) -> int:
    return 1


def _in_this_process(task: Task[Any, Any], job: Any, watch: Watch) -> Any:
    """A job that needs no process."""
    for _ in range(4):
        if watch.cancelled():
            raise Cancelled("cancelled")
        time.sleep(0.001)
    return task(job, lambda _frames, at=None: None)


def came_to(work: Callable[[], None], moment: int) -> int:
    """How it ended, in a fork, with a signal at that step."""
    process = os.fork()
    if process:
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    faulthandler.dump_traceback_later(PATIENCE_SECONDS, exit=True)
    steps, code = Steps(moment), WRONG
    try:
        with interruptible():
            sys.settrace(steps)
            work()
        code = DONE
    except Interrupted:
        code = INTERRUPTED
    except BaseException as error:
        sys.settrace(None)
        print(f"{error!r}", file=sys.stderr)
    os._exit(code)


def main(first: int, every: int) -> None:
    executors.run_isolated = _in_this_process  # type: ignore[assignment]  # for one kind of task
    executors.warm_up = lambda: None
    found = {}
    for work in (run_jobs, run_threads):
        moment, wrong = first, []
        while len(wrong) < 3 and (code := came_to(work, moment)) != DONE:
            if code != INTERRUPTED:
                wrong.append(moment)
            moment += every
        found[work.__name__] = {"steps": moment, "wrong": wrong}
    print(json.dumps(found))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
