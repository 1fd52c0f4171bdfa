"""Processes killed before a chosen one of the steps that they take on the disk."""

from __future__ import annotations

import os
import signal
import traceback
import warnings
from collections.abc import Callable
from typing import Any

STEPS = ("replace", "rename", "link", "unlink", "rmdir", "mkdir", "fsync")
"""What of the system changes the disk."""


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Whether a process doing `work` was killed before a step; False if it ended before."""
    with warnings.catch_warnings():
        # numpy's threads are idle; the child only does what the test says.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            die_before(step)
            work()
            os._exit(0)
        except BaseException:  # told by the child, which is no test of its own
            traceback.print_exc()
        finally:
            os._exit(3)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the work failed"
    return False


def die_before(step: int | None) -> Callable[[], int]:
    """Counts every step from here on; the process dies before the one of that number.

    Gives what tells how many there were.
    """
    taken = 0

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal taken
            if taken == step:
                os.kill(os.getpid(), signal.SIGKILL)
            taken += 1
            return real(*args, **kwargs)

        return call

    for name in STEPS:
        setattr(os, name, counted(getattr(os, name)))
    return lambda: taken
