"""What the server answers: the page, what it shows, its sound, and what becomes of a change."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import asdict
from importlib.resources import files
from typing import Any, TypeGuard

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from hostkit.audio.block import Audio
from hostkit.errors import HostkitError
from hostkit.listening.live.faders import planned_change, write_change
from hostkit.listening.live.room import LOOK_SECONDS, Cursor, Room
from hostkit.listening.live.serving.guard import Address, Guard
from hostkit.listening.live.serving.index import index_page
from hostkit.listening.live.shown.facts import facts_of, mixes_of

WAIT_SECONDS = 0.5
"""A segment is waited for so long; then the page asks again. A browser asks for six at a time."""
TELL_SECONDS = 0.1
"""Pages are told no more often how the work goes."""
ALIVE_SECONDS = 15.0
MOST_DB = 200.0
MOST_LETTERS = 64
"""Of a page's name for itself."""
MOST_BYTES = 65_536
"""Of what a page sends."""

ASSETS = {
    "live.html": ("hostkit.listening.live.page", "text/html"),
    "live.css": ("hostkit.listening.live.page", "text/css"),
    "index.js": ("hostkit.listening.live.page", "text/javascript"),
    "live.js": ("hostkit.listening.live.page", "text/javascript"),
    "looks.css": ("hostkit.listening.page", "text/css"),
    "clocks.js": ("hostkit.listening.live.page", "text/javascript"),
    "film.js": ("hostkit.listening.live.page", "text/javascript"),
    "lanes.js": ("hostkit.listening.live.page", "text/javascript"),
    "strips.js": ("hostkit.listening.live.page", "text/javascript"),
    "canvas.js": ("hostkit.listening.page", "text/javascript"),
    "player.js": ("hostkit.listening.page", "text/javascript"),
}
"""Files of the page: the package they lie in, and what they are."""


class Bell:
    """Wakes the streams of all pages, from any thread."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.waiting: set[asyncio.Event] = set()
        self.closed = False

    def __call__(self) -> None:
        if self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        for event in self.waiting:
            event.set()


class Pages:
    """The pages of some sessions, as an application for a server."""

    def __init__(self, rooms: Mapping[str, Room], address: Address, bell: Bell) -> None:
        self._rooms, self._address, self._bell = rooms, address, bell

    def app(self) -> Guard:
        here = "/{token}"
        room = here + "/{room}"
        routes = [
            Route(here + "/", self._index),
            Route(here + "/page/{file}", self._asset),
            Route(room + "/", self._page),
            Route(room + "/events", self._events),
            Route(room + "/sound/{source}/{index:int}", self._sound),
            Route(room + "/peaks/{source}", self._peaks),
            Route(room + "/curves/{number:int}/{mix}", self._curves),
            Route(room + "/picture", self._picture),
            Route(room + "/cursor", self._cursor, methods=["POST"]),
            Route(room + "/faders", self._faders, methods=["POST"]),
        ]
        return Guard(Starlette(routes=routes), self._address)

    async def _index(self, _: Request) -> Response:
        return HTMLResponse(index_page(self._rooms))

    async def _asset(self, request: Request) -> Response:
        return _asset(request.path_params["file"])

    async def _page(self, request: Request) -> Response:
        self._room(request)
        return _asset("live.html")

    async def _events(self, request: Request) -> Response:
        return StreamingResponse(self._stream(self._room(request)), media_type="text/event-stream")

    async def _stream(self, room: Room) -> AsyncIterator[str]:
        """All that is to be shown, whenever it is something else."""
        woken = asyncio.Event()
        self._bell.waiting.add(woken)
        self._bell.loop = asyncio.get_running_loop()
        shown: object = None
        try:
            while not self._bell.closed:
                woken.clear()
                if room.heard is not None and (shows := room.shows) != shown:
                    shown = shows
                    yield _event("version", await run_in_threadpool(_version, room))
                yield _event("work", _work(room))
                try:
                    await asyncio.wait_for(woken.wait(), ALIVE_SECONDS)
                except TimeoutError:
                    yield ": still here\n\n"
                until = time.monotonic() + TELL_SECONDS
                while room.shows == shown and time.monotonic() < until:
                    await asyncio.sleep(LOOK_SECONDS)
        finally:
            self._bell.waiting.discard(woken)

    def _sound(self, request: Request) -> Response:
        """A segment as float32, channel after channel; in a thread, as it may have to wait."""
        room, source = self._room(request), request.path_params["source"]
        until = time.monotonic() + WAIT_SECONDS
        try:
            while (got := room.segment(source, request.path_params["index"])) is None:
                if time.monotonic() > until or self._bell.closed:
                    return PlainTextResponse("not made yet\n", status_code=503)
                time.sleep(LOOK_SECONDS)
        except KeyError:
            return PlainTextResponse("no such sound\n", status_code=404)
        except HostkitError as error:
            return PlainTextResponse(f"{error}\n", status_code=424)
        return Response(_bytes_of(got), media_type="application/octet-stream")

    def _peaks(self, request: Request) -> Response:
        room = self._room(request)
        return _answer(lambda: room.peaks(request.path_params["source"]).as_json())

    def _curves(self, request: Request) -> Response:
        room, asked = self._room(request), request.path_params
        return _answer(lambda: room.curves(asked["number"], asked["mix"]))

    def _picture(self, request: Request) -> Response:
        film = self._room(request).film()
        if film is None:
            return PlainTextResponse("there is no picture\n", status_code=404)
        return FileResponse(film.path, media_type=film.kind)

    async def _faders(self, request: Request) -> Response:
        """Shows what moved faders would change in the session file; with `of`, changes it."""
        room, said = self._room(request), await _sent(request)
        moved, of = said.get("moved_db"), said.get("of")
        if room.heard is None or not _are_decibels(moved):
            return PlainTextResponse("moved_db is by how many dB each\n", status_code=400)
        loaded = room.heard.loaded
        if of is None:
            return await run_in_threadpool(_answer, lambda: asdict(planned_change(loaded, moved)))
        return await run_in_threadpool(_answer, lambda: write_change(loaded, moved, str(of)))

    async def _cursor(self, request: Request) -> Response:
        said = await _sent(request)
        frame, playing = said.get("frame"), said.get("playing")
        if not isinstance(frame, int) or not 0 <= frame < 2**40:
            return PlainTextResponse("frame is a whole number\n", status_code=400)
        mix = str(said.get("mix"))
        cursor = Cursor(frame, playing is True, mix, time.monotonic())
        self._room(request).moved(str(said.get("page"))[:MOST_LETTERS], cursor)
        return Response(status_code=204)

    def _room(self, request: Request) -> Room:
        name = request.path_params["room"]
        if name not in self._rooms:
            raise HTTPException(404)
        return self._rooms[name]


def _answer(made: Callable[[], Any]) -> Response:
    """What was asked for, or why it cannot be had."""
    try:
        return JSONResponse(made())
    except KeyError:
        return PlainTextResponse("there is no such thing any more\n", status_code=404)
    except HostkitError as error:
        return PlainTextResponse(f"{error}\n", status_code=424)


def _are_decibels(moved: object) -> TypeGuard[dict[str, float]]:
    return isinstance(moved, dict) and all(
        type(one) in (int, float) and abs(one) < MOST_DB for one in moved.values()
    )


def _asset(name: str) -> Response:
    if name not in ASSETS:
        return PlainTextResponse("no such file\n", status_code=404)
    package, kind = ASSETS[name]
    return Response(files(package).joinpath(name).read_bytes(), media_type=kind)


def _bytes_of(audio: Audio) -> bytes:
    return audio.astype("<f4", copy=False).tobytes()


def _version(room: Room) -> dict[str, Any]:
    heard, before = room.heard, room.before
    assert heard is not None
    film = room.film()
    return {
        **facts_of(heard, room.frames),
        "made": room.is_made,
        "before": {"number": before.number, "mixes": mixes_of(before)} if before else None,
        "film": {"ahead_seconds": film.ahead_seconds, "name": film.path.name} if film else None,
    }


def _work(room: Room) -> dict[str, Any]:
    work = room.work
    return {
        "share": round(work.share, 3),
        "at_work": list(work.at_work),
        "done": work.done,
        "awaited": list(room.awaited),
        "problems": [asdict(problem) for problem in room.problems],
    }


def _event(kind: str, data: object) -> str:
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n"


async def _sent(request: Request) -> dict[str, Any]:
    """What a page sent, as JSON; nothing where it is none, or too much."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return {}
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
