"""The server: on this machine alone, under a port and a token of its own, until it is stopped."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

import uvicorn

from hostkit.errors import RequestError
from hostkit.ground.process.threads import started, take
from hostkit.listening.live.making import RenderSettings
from hostkit.listening.live.room import Room
from hostkit.listening.live.segments import Segments
from hostkit.listening.live.serving.guard import LOOPBACK, Address
from hostkit.listening.live.serving.pages import Bell, Pages
from hostkit.listening.live.serving.watch import Watcher
from hostkit.listening.live.shown.measures import Meters

MEASURING_NICENESS = 10
"""Sound comes before what is drawn of it."""


@dataclass(frozen=True)
class Listening:
    """Sessions that are being served, each at an address of its own; `url` lists them."""

    url: str
    urls: dict[Path, str]
    rooms: dict[str, Room]
    ended: SimpleQueue[None]

    def wait(self) -> None:
        """Until the server ends, which it does of itself only by a fault.

        Not by joining its thread: a join that Ctrl-C interrupts takes a thread that still works
        for ended (Python 3.11), and what it works with would be closed under it.
        """
        take(self.ended)


@contextmanager
def listening(
    sessions: Sequence[Path], settings: RenderSettings, port: int = 0
) -> Iterator[Listening]:
    """Serves sessions while the block runs. `port` 0 takes one that is free.

    Raises RequestError where the port is taken.
    """
    with ExitStack() as stack:
        connection = stack.enter_context(_listen_at(port))
        address = Address.new(connection.getsockname()[1])
        bell = Bell()
        drafts = stack.enter_context(settings.executor())
        meters = Meters(settings.store, stack.enter_context(settings.executor(MEASURING_NICENESS)))
        rooms = {
            str(number): Room(session, settings, Segments(settings.store, drafts), meters, bell)
            for number, session in enumerate(sessions, start=1)
        }
        config = uvicorn.Config(
            Pages(rooms, address, bell).app(),
            log_config=None,
            log_level="critical",  # neither what others send, nor what the end breaks off, is told
            ws="none",
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        ended: SimpleQueue[None] = SimpleQueue()

        def serve() -> None:
            try:
                server.run([connection])
            finally:
                ended.put(None)

        served = started(threading.Thread(target=serve, name="hostkit-server", daemon=True))
        stack.callback(_end, server, bell, served)
        for room in rooms.values():
            stack.callback(room.close)
            _open(room, stack)
        urls = {room.session: f"{address.url}{name}/" for name, room in rooms.items()}
        yield Listening(address.url, urls, rooms, ended)


def _open(room: Room, stack: ExitStack) -> None:
    """Begins to make a session, and to watch its files."""
    room.refresh()

    def changed(files: frozenset[Path]) -> None:
        room.refresh(known_files=files == {room.session.absolute()})

    watcher = Watcher(lambda: room.files, changed)
    watcher.start()
    stack.callback(watcher.stop)


def _end(server: uvicorn.Server, bell: Bell, served: threading.Thread) -> None:
    bell.closed = True
    bell()
    server.should_exit = True
    served.join()


@contextmanager
def _listen_at(port: int) -> Iterator[socket.socket]:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((LOOPBACK, port))
            made.listen()  # who comes before the server is ready waits, and is not refused
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            why = "is in use" if error.errno == errno.EADDRINUSE else "needs more rights"
            raise RequestError(
                f"--port {port}: that port {why}", cure="leave --port out to take one that is free"
            ) from None
        yield made
    finally:
        made.close()
