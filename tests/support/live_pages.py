"""The live page in a browser, and what is heard of it."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from browser import Browser
from scores import RATE

from hostkit.audio.files.reader import open_audio
from hostkit.jobs.executors import LocalExecutor
from hostkit.jobs.store import default_store
from hostkit.listening.live.making import RenderSettings
from hostkit.listening.live.serving.server import Listening, listening
from hostkit.pipeline import RenderRequest, make_delivery, plan_delivery
from hostkit.plan.environment import Environment
from hostkit.render.outcome import Resources, Unwatched

TAP = Path(__file__).parents[1] / "listening" / "tap.js"
PATIENCE_SECONDS = 150.0  # of a machine that has much else to do
SETTLED = RATE // 5
"""What was asked for is heard at the latest so long after it was begun to be."""
COMPARED = 8_000
STRETCHES = 4


@contextmanager
def served(*sessions: Path) -> Iterator[Listening]:
    """The pages of sessions, from a server in this process."""
    with listening(sessions, RenderSettings(default_store(), 2, 60.0)) as pages:
        yield pages


def until(told: Callable[[], Any], what: str, seconds: float = PATIENCE_SECONDS) -> Any:
    """Waits for something to be so, and gives it."""
    end = time.monotonic() + seconds
    while not (found := told()):
        assert time.monotonic() < end, f"never came: {what}"
        time.sleep(0.05)
    return found


class LivePage:
    """A live page, opened in a browser."""

    def __init__(
        self, browser: Browser, url: str, *, tapped: bool = False, before: str = ""
    ) -> None:
        self.browser, self.url = browser, url
        browser.open(url, bypass_policy=tapped, before=before)
        self.wait("globalThis.hostkit?.version", "the session")
        if tapped:
            browser.evaluate(TAP.read_text(encoding="utf-8"))

    def wait(self, script: str, what: str, seconds: float = PATIENCE_SECONDS) -> Any:
        return until(lambda: self.browser.evaluate(f"Boolean({script})"), what, seconds)

    def ask(self, script: str) -> Any:
        return self.browser.evaluate(script)

    def wait_until_made(self, seconds: float = PATIENCE_SECONDS) -> None:
        self.wait("hostkit.work.done", "a render", seconds)

    def turned(self) -> float:
        """Waits until what was asked for last is heard; gives the frame where it is then."""
        self.wait("!hostkit.player.turning", "what was asked for")
        return float(self.ask("hostkit.player.position"))

    def wait_for_position(self, frame: int) -> None:
        self.wait(f"hostkit.player.position >= {frame}", f"frame {frame}")

    def heard(self) -> np.ndarray:
        """What has left the page's graph so far, float32 (channels, frames)."""
        data = base64.b64decode(self.ask("heard()"))
        return np.frombuffer(data, dtype="<f4").reshape(2, -1)


def delivered(session: Path, folder: Path) -> dict[str, np.ndarray]:
    """The full mix and the stems as they are delivered, float32 (channels, frames), by name."""
    planned = plan_delivery(session, folder, RenderRequest(), Environment())
    with LocalExecutor(2) as executor:
        made = make_delivery(planned, Resources(executor, default_store(), Unwatched()))
    files = (file for file in made.files if file.suffix == ".wav")
    return {file.stem: np.concatenate(list(open_audio(file).blocks()), axis=1) for file in files}


def assert_heard_from(
    page: LivePage, frame: float, wanted: np.ndarray, start: int, tolerance: float = 1e-6
) -> None:
    """What is heard some time after `frame` is what it should be there.

    Floats are added up in another order: hence the tolerance. A browser that gets no
    processor for a moment begins a segment late; then it has to be right after that.
    """
    at = round(frame) + SETTLED
    for _ in range(STRETCHES - 1):
        heard = heard_at(page, at, start)
        if np.abs(heard - wanted[:, at : at + COMPARED]).max() <= tolerance:
            return
        at += 2 * COMPARED
    heard = heard_at(page, at, start)
    np.testing.assert_allclose(heard, wanted[:, at : at + COMPARED], rtol=0, atol=tolerance)


def heard_at(page: LivePage, at: int, start: int) -> np.ndarray:
    """What left the graph at some place of the music, once it was played."""
    page.wait_for_position(at + 2 * COMPARED)
    return page.heard()[:, start + at :][:, :COMPARED]


def start_of(page: LivePage, music: np.ndarray) -> int:
    """The frame of what is heard that the music began with; what came too late is passed over."""
    for at in range(30_000, 300_000, 30_000):
        page.wait_for_position(at + 30_000)
        place = place_of(music[:, at : at + 10_000], page.heard())
        if place >= 0:
            return place - at
    raise AssertionError("what is heard is not this music")


def place_of(part: np.ndarray, whole: np.ndarray) -> int:
    """The frame of `whole` from which on it is `part`, as near as floats add up; -1: none."""
    first = np.flatnonzero(np.isclose(whole[0], part[0, 0], rtol=0, atol=1e-6))
    frames = part.shape[1]
    for start in first[first <= whole.shape[1] - frames]:
        if np.allclose(whole[:, start : start + frames], part, rtol=0, atol=1e-6):
            return int(start)
    return -1
