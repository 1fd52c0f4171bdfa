"""What `listen` does: serves sessions until it is stopped."""

from __future__ import annotations

import os
import signal
import sys
import webbrowser
from pathlib import Path

from hostkit.cli.show.lines import tell, tell_error
from hostkit.errors import RequestError, RunCancelled
from hostkit.ground.named_file import cure_of_missing, is_there, what_is_at
from hostkit.ground.process.interrupts import Interrupted
from hostkit.jobs.store import default_store
from hostkit.listening.live.making import RenderSettings
from hostkit.listening.live.serving.server import Listening, listening


def listen_to(
    sessions: list[Path],
    *,
    port: int,
    opens: bool,
    jobs: int | None,
    plugin_dirs: tuple[Path, ...],
    timeout_seconds: float,
) -> None:
    """Serves them, prints where, and opens a browser where there is a desktop to open it on.

    What is wrong with a session is printed too, and no reason to end. Raises RequestError for one
    that is not there, and for a port that is taken.
    """
    for session in sessions:
        if not is_there(session):
            kind = what_is_at(session)
            wrong = f"is {kind}, not a file" if kind else "there is no such file"
            raise RequestError(wrong, cure=cure_of_missing(session), file=session)
    settings = RenderSettings(
        default_store(), jobs or os.cpu_count() or 1, timeout_seconds, plugin_dirs
    )
    with listening(sessions, settings, port) as served:
        try:
            _tell(served)
            if opens and _has_desktop():
                for url in served.urls.values():
                    webbrowser.open(url)
            served.wait()
        except Interrupted as interrupted:
            raise RunCancelled(interrupted.exit_code, "stopped listening") from None


def _tell(served: Listening) -> None:
    for session, url in served.urls.items():
        tell(f"{session}: {url}")
    if len(served.urls) > 1:
        tell(f"all of them: {served.url}")
    tell(how_to_end(signal.getsignal(signal.SIGINT)))
    for room in served.rooms.values():
        for problem in room.problems:
            tell_error(str(problem))
    sys.stdout.flush()  # for who reads the address from a pipe


def how_to_end(at_ctrl_c: object) -> str:
    """What ends it: not Ctrl-C where whoever started it had that ignored, as scripts do with `&`.

    >>> how_to_end(signal.SIG_DFL)
    'Ctrl-C ends it'
    """
    if at_ctrl_c is not signal.SIG_IGN:
        return "Ctrl-C ends it"
    return f"it was started not to hear Ctrl-C: kill {os.getpid()} ends it"


def _has_desktop() -> bool:
    """Not over ssh, where a browser would take the terminal."""
    if sys.platform in ("darwin", "win32"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
