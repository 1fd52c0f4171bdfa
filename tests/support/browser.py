"""A browser to look at pages with: Chromium, spoken to over a pipe in its DevTools protocol."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from needed import needed

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--remote-debugging-pipe",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-popup-blocking",
)

LAUNCH = """
import fcntl, os, sys
high = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]
for descriptor, end in zip((3, 4), high):  # where the protocol's pipes are looked for
    os.dup2(end, descriptor)
os.execv(sys.argv[3], sys.argv[3:])
"""


@contextmanager
def a_browser(profile: Path) -> Iterator[Browser]:
    """A browser with a new profile in that folder; the test is left out where there is none."""
    program = find_browser()
    needed(program, "a browser", "apt install chromium")
    with Browser(str(program), profile) as opened:
        yield opened


def find_browser() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Browser:
    """One page in a browser without a window; `told` are the protocol's events, oldest first."""

    def __init__(self, program: str, profile: Path) -> None:
        to_browser, self._out = os.pipe()
        self._in, from_browser = os.pipe()
        pipes = (str(to_browser), str(from_browser))
        self._process = subprocess.Popen(
            [sys.executable, "-c", LAUNCH, *pipes, program, *OPTIONS, f"--user-data-dir={profile}"],
            pass_fds=(to_browser, from_browser),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._received = b""
        self._number = 0
        self._session = self._page = ""
        self.told: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._in)
        os.close(self._out)

    def open(
        self,
        page: Path | str,
        width: int = 1280,
        height: int = 800,
        *,
        bypass_policy: bool = False,
        before: str = "",
    ) -> None:
        """Opens a file or an address as a page of that size, and waits until it is loaded.

        The page before it is closed, and what was told of that is forgotten. With
        `bypass_policy` a test may put scripts into it that its own policy forbids. The script
        `before` runs before any of the page's own.
        """
        self._session = ""
        if self._page:
            self.call("Target.closeTarget", targetId=self._page)
        self.told.clear()
        self._page = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=self._page, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        # Else the page's process keeps for us what it received, up to 200 MB of it.
        self.call("Network.enable", maxTotalBufferSize=0, maxResourceBufferSize=0)
        self.resize(width, height)
        if before:
            self.call("Page.addScriptToEvaluateOnNewDocument", source=before)
        if bypass_policy:
            self.call("Page.setBypassCSP", enabled=True)
        self.call("Page.navigate", url=page.as_uri() if isinstance(page, Path) else page)
        self.evaluate(
            "new Promise(done => document.readyState === 'complete' ? done(1)"
            " : addEventListener('load', () => done(1)))"
        )

    def resize(self, width: int, height: int) -> None:
        """The page's size in CSS pixels."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **size)

    def prefer(self, scheme: str) -> None:
        """Makes the reader one who prefers `dark` or `light`."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", features=features)

    def picture(self, path: Path) -> Path:
        """What is seen of the page, as a PNG."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))
        return path

    def memory_bytes(self) -> int:
        """What the page's own process has in memory, without what it shares with others (Linux)."""
        session, self._session = self._session, ""
        processes = self.call("SystemInfo.getProcessInfo")["processInfo"]
        self._session = session
        sizes = []
        for one in processes:
            if one["type"] == "renderer":
                rollup = Path(f"/proc/{one['id']}/smaps_rollup").read_text(encoding="ascii")
                lines = (line.split() for line in rollup.splitlines())
                sizes.append(
                    sum(int(line[1]) for line in lines if line[0].startswith("Private_")) * 1024
                )
        return max(sizes)

    def press(self, key: str) -> None:
        """A key, such as `l`, ` ` or `ArrowRight`."""
        code = {" ": 32, "ArrowLeft": 37, "ArrowRight": 39, "Tab": 9, "Enter": 13, "Home": 36}
        number = code.get(key) or ord(key.upper())
        name = {"key": key, "windowsVirtualKeyCode": number}
        text = {"text": key} if len(key) == 1 else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", **name, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **name)

    def events(self, method: str) -> list[dict[str, Any]]:
        """What was told under that name, such as `Runtime.exceptionThrown`."""
        return [event["params"] for event in self.told if event["method"] == method]

    @property
    def requested(self) -> list[str]:
        """The addresses of everything that was asked for."""
        sent = self.events("Network.requestWillBeSent")
        sockets = self.events("Network.webSocketCreated")
        return [*(one["request"]["url"] for one in sent), *(one["url"] for one in sockets)]

    @property
    def complaints(self) -> list[str]:
        """Errors and warnings that the page or the browser told."""
        thrown = [one["exceptionDetails"] for one in self.events("Runtime.exceptionThrown")]
        said = [one["entry"] for one in self.events("Log.entryAdded")]
        told = [one for one in self.events("Runtime.consoleAPICalled") if one["type"] == "error"]
        return [json.dumps(one) for one in (*thrown, *said, *told)]

    def evaluate(self, script: str) -> Any:
        """The value of a JavaScript expression; promises are waited for."""
        answer = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def call(self, method: str, **params: Any) -> Any:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]
            if "method" in answer and answer.get("sessionId", "") == self._session:
                self.told.append(answer)

    def _next(self) -> dict[str, Any]:
        pieces = [self._received]
        while b"\0" not in pieces[-1]:
            piece = os.read(self._in, 1 << 20)
            assert piece, "the browser ended"
            pieces.append(piece)
        message, _, self._received = b"".join(pieces).partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found
