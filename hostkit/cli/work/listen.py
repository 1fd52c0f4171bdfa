"""What `listen` does: serves sessions until it is stopped."""

from __future__ import annotations

import os
import sys
import webbrowser
from pathlib import Path

from hostkit.cli.show.lines import tell, tell_error
from hostkit.errors import RequestError, RunCancelled
from hostkit.ground.interrupts import Interrupted
from hostkit.ground.named_file import cure_of_missing, is_there
from hostkit.jobs.store import default_store
from hostkit.listening.live.making import RenderSettings
from hostkit.listening.live.serving.server import listening


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
            raise RequestError("there is no such file", cure=cure_of_missing(session), file=session)
    settings = RenderSettings(
        default_store(), jobs or os.cpu_count() or 1, timeout_seconds, plugin_dirs
    )
    with listening(sessions, settings, port) as served:
        for session, url in served.urls.items():
            tell(f"{session}: {url}")
        if len(served.urls) > 1:
            tell(f"all of them: {served.url}")
        tell("Ctrl-C ends it")
        for room in served.rooms.values():
            for problem in room.problems:
                tell_error(str(problem))
        sys.stdout.flush()  # for who reads the address from a pipe
        if opens and _has_desktop():
            for url in served.urls.values():
                webbrowser.open(url)
        try:
            served.wait()
        except Interrupted as signal:
            raise RunCancelled(signal.exit_code, "stopped listening") from None


def _has_desktop() -> bool:
    """Not over ssh, where a browser would take the terminal."""
    if sys.platform in ("darwin", "win32"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
