"""Firefox to look at pages with, spoken to in WebDriver BiDi.

It answers to what tests ask of `browser.Browser`, by the same names.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from needed import needed
from web_socket import WebSocket

NAMES = ("firefox-esr", "firefox")
PREFERENCES = {
    "media.autoplay.default": 0,  # sound without a press
    "media.autoplay.blocking_policy": 0,
    "media.cubeb.force_mock_context": True,  # a sound device that no machine has to have
}
START_SECONDS = 60.0
KEYS = {
    " ": " ",
    "ArrowLeft": "\ue012",
    "ArrowRight": "\ue014",
    "Tab": "\ue004",
    "Enter": "\ue007",
    "Home": "\ue011",
    "Escape": "\ue00c",
}
POLICY = ("content-security-policy",)


@contextmanager
def a_firefox(profile: Path, **preferences: Any) -> Iterator[Firefox]:
    """A Firefox with a new profile in that folder; the test is left out where there is none."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    needed(program, "Firefox", "apt install firefox-esr")
    with Firefox(str(program), profile, preferences) as opened:
        yield opened


class Firefox:
    """One page in a Firefox without a window; `told` are the protocol's events, oldest first."""

    def __init__(self, program: str, profile: Path, preferences: dict[str, Any]) -> None:
        profile.mkdir(parents=True, exist_ok=True)
        lines = (
            f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
            for name, value in {**PREFERENCES, **preferences}.items()
        )
        (profile / "user.js").write_text("".join(lines))
        self._said = profile / "said.txt"
        options = ("--headless", "--no-remote", "--remote-debugging-port=0")
        with self._said.open("w") as said:
            self._process = subprocess.Popen(
                [program, *options, "--remote-allow-system-access", "--profile", str(profile)],
                stdout=subprocess.DEVNULL,
                stderr=said,
            )
        self._socket = WebSocket(self._address())
        self._number = 0
        self._page = ""
        self.told: list[dict[str, Any]] = []
        self.call("session.new", capabilities={})
        names = ["log.entryAdded", "network.beforeRequestSent", "network.responseStarted"]
        self.call("session.subscribe", events=names)

    def _address(self) -> str:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if found := re.search(r"listening on (ws://\S+)", self._said.read_text()):
                return f"{found[1]}/session"
            assert self._process.poll() is None, self._said.read_text()
            time.sleep(0.02)
        raise AssertionError(self._said.read_text())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.wait()

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

        As `browser.Browser.open`, which says what the rest is.
        """
        if self._page:
            self.call("browsingContext.close", context=self._page, promptUnload=False)
        self.told.clear()
        self._page = self.call("browsingContext.create", type="tab")["context"]
        self.resize(width, height)
        if before:
            script = f"() => {{ {before} }}"
            self.call("script.addPreloadScript", functionDeclaration=script, contexts=[self._page])
        if bypass_policy:
            self.call("network.addIntercept", phases=["responseStarted"], contexts=[self._page])
        url = page.as_uri() if isinstance(page, Path) else page
        self.call("browsingContext.navigate", context=self._page, url=url, wait="complete")

    def resize(self, width: int, height: int) -> None:
        """The page's size in CSS pixels."""
        size = {"width": width, "height": height}
        self.call("browsingContext.setViewport", context=self._page, viewport=size)

    def prefer(self, scheme: str) -> None:
        """Makes the reader one who prefers `dark` or `light`."""
        self.own(
            f"gBrowser.selectedBrowser.browsingContext.prefersColorSchemeOverride = '{scheme}'"
        )

    def picture(self, path: Path) -> Path:
        """What is seen of the page, as a PNG."""
        answer = self.call("browsingContext.captureScreenshot", context=self._page)
        path.write_bytes(base64.b64decode(answer["data"]))
        return path

    def press(self, key: str) -> None:
        """A key, such as `l`, ` ` or `ArrowRight`."""
        value = KEYS.get(key, key)
        strokes = [{"type": kind, "value": value} for kind in ("keyDown", "keyUp")]
        keyboard = {"type": "key", "id": "keyboard", "actions": strokes}
        self.call("input.performActions", context=self._page, actions=[keyboard])

    @property
    def requested(self) -> list[str]:
        """The addresses of everything that was asked for."""
        sent = self._events("network.beforeRequestSent")
        urls = [one["request"]["url"] for one in sent if one["context"] == self._page]
        return [url for url in urls if not url.startswith("data:")]  # Firefox has a font of its own

    @property
    def complaints(self) -> list[str]:
        """Errors and warnings that the page or the browser told."""
        said = self._events("log.entryAdded")
        return [json.dumps(one) for one in said if one["level"] in ("error", "warn")]

    def _events(self, method: str) -> list[dict[str, Any]]:
        return [event["params"] for event in self.told if event["method"] == method]

    def evaluate(self, script: str) -> Any:
        """The value of a JavaScript expression; promises are waited for."""
        return self._evaluated(script, self._page)

    def own(self, script: str) -> Any:
        """The same with the rights of the browser itself."""
        whole = self.call("browsingContext.getTree", **{"moz:scope": "chrome"})
        return self._evaluated(script, whole["contexts"][0]["context"])

    def _evaluated(self, script: str, context: str) -> Any:
        target = {"context": context}
        answer = self.call("script.evaluate", expression=script, target=target, awaitPromise=True)
        assert answer["type"] == "success", answer["exceptionDetails"]
        return value_of(answer["result"])

    def call(self, method: str, **params: Any) -> Any:
        number = self._send(method, **params)
        while True:
            answer = json.loads(self._socket.receive())
            if answer.get("id") == number:
                assert answer["type"] == "success", answer
                return answer["result"]
            if answer["type"] == "event":
                self._tell(answer)

    def _send(self, method: str, **params: Any) -> int:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        return self._number

    def _tell(self, event: dict[str, Any]) -> None:
        self.told.append(event)
        told = event["params"]
        if event["method"] == "network.responseStarted" and told["isBlocked"]:
            headers = [one for one in told["response"]["headers"] if one["name"] not in POLICY]
            self._send(
                "network.continueResponse", request=told["request"]["request"], headers=headers
            )


def value_of(remote: dict[str, Any]) -> Any:
    """A value of JavaScript that came over the protocol."""
    value = remote.get("value")
    if remote["type"] == "array":
        return [value_of(one) for one in value]
    if remote["type"] == "object":
        return {name: value_of(one) for name, one in value}
    if remote["type"] == "number":
        return float(value) if isinstance(value, str) else value
    return value
