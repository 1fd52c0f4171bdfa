"""The page at the server's own address: the sessions that it serves, each with a link."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path


def index_page(sessions: Mapping[str, Path]) -> str:
    """HTML that lists sessions by the names of their rooms; their paths are texts, never HTML."""
    links = "".join(
        f'<li><p><a href="{escape(name)}/"><bdi>{escape(str(session))}</bdi></a></p></li>\n'
        for name, session in sessions.items()
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<title>hostkit listen</title>\n<link rel="icon" href="data:,">\n'
        '<link rel="stylesheet" href="page/looks.css">\n'
        '<link rel="stylesheet" href="page/live.css">\n'
        "</head><body>\n"
        '<header class="top"><h1>Sessions</h1></header>\n'
        f"<main><ul>\n{links}</ul></main>\n</body></html>\n"
    )
