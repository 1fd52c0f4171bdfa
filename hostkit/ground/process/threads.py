"""Threads, and promises of what they make, that can be waited for until Ctrl-C.

Those of `concurrent.futures` may hang when a signal raises at a wrong moment (`uninterrupted`
says why). Here locks are taken uninterrupted, and waiting is done at a queue that is not written
in Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import ParamSpec, TypeVar

from hostkit.ground.process.interrupts import uninterrupted

LOOK_SECONDS = 1.0
"""Windows hears of Ctrl-C only between waits."""

Made = TypeVar("Made")
Given = ParamSpec("Given")


class Promise(Future[Made]):
    """What a thread will have made, or the exception that it will have raised."""

    def done(self) -> bool:
        with uninterrupted():
            return super().done()

    def result(self, timeout: float | None = None) -> Made:
        """What was made, once it is. Raises what the thread raised, TimeoutError."""
        self._wait(timeout)
        with uninterrupted():
            return super().result(0)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """What was raised, None for a result, once there is either. Raises TimeoutError."""
        self._wait(timeout)
        with uninterrupted():
            return super().exception(0)

    def add_done_callback(self, fn: Callable[[Future[Made]], object]) -> None:
        with uninterrupted():
            super().add_done_callback(fn)

    def fulfil(self, work: Callable[[], Made]) -> None:
        """Does the work, in the thread that it was given to."""
        if self.set_running_or_notify_cancel():
            try:
                self.set_result(work())
            except BaseException as error:  # who waits is told, whatever it is
                self.set_exception(error)

    def _wait(self, seconds: float | None) -> None:
        if not self.done():
            ended: SimpleQueue[Future[Made]] = SimpleQueue()
            self.add_done_callback(ended.put)
            with suppress(Empty):
                take(ended, seconds)


class Threads(ThreadPoolExecutor):
    """So many at once; at the end of the context all they were given is done.

    After an exception what is not begun never is: its promises are cancelled.
    """

    def __init__(self, workers: int, name: str) -> None:
        super().__init__(workers, thread_name_prefix=name)

    def submit(
        self, work: Callable[Given, Made], /, *args: Given.args, **options: Given.kwargs
    ) -> Promise[Made]:
        """The promise of what `work` returns. Raises RuntimeError after the end."""
        promise: Promise[Made] = Promise()

        def drop(task: Future[None]) -> None:
            if task.cancelled():
                promise.cancel()

        with uninterrupted():
            task = super().submit(promise.fulfil, lambda: work(*args, **options))
            task.add_done_callback(drop)
        return promise

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        with uninterrupted():
            super().shutdown(wait, cancel_futures=cancel_futures)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.shutdown(cancel_futures=error is not None)


def as_ended(promises: Iterable[Future[Made]]) -> Iterator[Future[Made]]:
    """Each once it has ended, in the order in which they do."""
    waited_for = {*promises}
    ended: SimpleQueue[Future[Made]] = SimpleQueue()
    for promise in waited_for:
        promise.add_done_callback(ended.put)
    for _ in waited_for:
        yield take(ended)


def take(queue: SimpleQueue[Made], seconds: float | None = None) -> Made:
    """The next of a queue. Raises Empty when none came in so many seconds."""
    if seconds is not None:
        return queue.get(timeout=seconds)
    while True:
        with suppress(Empty):
            return queue.get(timeout=LOOK_SECONDS)


def started(thread: Thread) -> Thread:
    """The thread, at work."""
    with uninterrupted():
        thread.start()
    return thread
