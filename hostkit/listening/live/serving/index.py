"""The page at the server's own address: the sessions that it serves, and how each is getting on."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from hostkit.listening.live.room import Room


def index_page(rooms: Mapping[str, Room]) -> str:
    """HTML that lists sessions by the names of their rooms; what they are called is never HTML."""
    sessions = "".join(map(_session, rooms.items()))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<title>hostkit listen</title>\n<link rel="icon" href="data:,">\n'
        '<link rel="stylesheet" href="page/looks.css">\n'
        '<link rel="stylesheet" href="page/live.css">\n'
        '<script type="module" src="page/index.js"></script>\n'
        "</head><body>\n"
        '<header class="top"><h1>Sessions</h1></header>\n'
        f'<main><ul class="sessions">\n{sessions}</ul>\n'
        '<p id="ended" class="bad" role="status"></p></main>\n</body></html>\n'
    )


def _session(named: tuple[str, Room]) -> str:
    name, room = named
    kind, state = _state(room)
    title = room.heard.loaded.session.title if room.heard else None
    return (
        f'<li><a href="{escape(name)}/"><bdi>{escape(title or room.session.stem)}</bdi></a>\n'
        f'<p class="state {kind}" id="state-{escape(name)}">{escape(state)}</p>\n'
        f'<p class="faint"><bdi>{escape(str(room.session))}</bdi></p></li>\n'
    )


def _state(room: Room) -> tuple[str, str]:
    """How a session is getting on: what kind of news it is, and in words."""
    problems = room.problems
    if problems:
        more = f", and {len(problems) - 1} more" if len(problems) > 1 else ""
        line = f" (line {problems[0].line})" if problems[0].line else ""
        return "bad", f"{problems[0].message}{line}{more}"
    if room.work.done:
        return "good", "All that was saved is heard"
    return "faint", f"Rendering, {round(100 * room.work.share)} %"
