"""Who may ask: pages of this server, with its token, in a browser of this machine.

A page of another site can send requests to 127.0.0.1, also under a name of its own that it lets
point there (DNS rebinding). It does not know the token, its Origin is another, and so is its Host.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = "127.0.0.1"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; media-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
"""Of every answer."""


@dataclass(frozen=True)
class Address:
    """Where the pages are: nobody finds them who was not told."""

    port: int
    token: str

    @classmethod
    def new(cls, port: int) -> Address:
        return cls(port, secrets.token_urlsafe(24))

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/{self.token}/"

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset(f"{name}:{self.port}" for name in (LOOPBACK, "localhost"))

    def refusal(self, path: str, headers: dict[str, str]) -> str | None:
        """Why a request is not answered; None where it is."""
        if headers.get("host") not in self.hosts:
            return "this server is asked by another name than its own"
        origin = headers.get("origin")
        if origin is not None and origin not in {f"http://{host}" for host in self.hosts}:
            return "a page of another site asks"
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return "a page of another site asks"
        given = path.split("/")[1] if path.startswith("/") else ""
        if not secrets.compare_digest(given.encode(), self.token.encode()):
            return "open the address that hostkit listen has printed, whole"
        return None


class Guard:
    """Answers nobody who may not ask, and puts HEADERS on every answer."""

    def __init__(self, app: ASGIApp, address: Address) -> None:
        self._app, self._address = app, address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1"): v.decode("latin-1") for name, v in scope["headers"]}

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_ENCODED]
            await send(message)

        refusal = self._address.refusal(scope["path"], headers)
        answer: Any = self._app
        if refusal is not None:
            answer = PlainTextResponse(f"hostkit: {refusal}\n", status_code=403)
        await answer(scope, receive, send_guarded)


_ENCODED = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
