"""Small DAWprojects, made as text: each test writes only what it is about."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path


def track(
    id_: str,
    name: str,
    *inside: str,
    role: str = "regular",
    to: str = "master-channel",
    content: str = "notes",
    children: str = "",
    **channel: str,
) -> str:
    """A track with a channel that has `inside`, its devices, faders and sends."""
    attributes = "".join(f' {key}="{value}"' for key, value in channel.items())
    destination = f' destination="{to}"' if to else ""
    return (
        f'<Track id="{id_}" name="{name}" contentType="{content}">'
        f'<Channel id="{id_}-channel" role="{role}"{destination}{attributes}>'
        f"{''.join(inside)}</Channel>{children}</Track>"
    )


MASTER = track("master", "Master", role="master", to="")


def volume(gain: float, id_: str = "v") -> str:
    return f'<Volume unit="linear" value="{gain}" id="{id_}"/>'


def notes(*played: tuple[float, float, int]) -> str:
    """A timeline of (time, duration, key)."""
    inside = "".join(
        f'<Note time="{time}" duration="{duration}" channel="0" key="{key}" vel="0.8"/>'
        for time, duration, key in played
    )
    return f"<Notes>{inside}</Notes>"


def lanes(track_id: str, *inside: str) -> str:
    return f'<Lanes track="{track_id}">{"".join(inside)}</Lanes>'


def clips(*inside: str, attributes: str = "") -> str:
    return f"<Clips {attributes}>{''.join(inside)}</Clips>"


def clip(inside: str, **attributes: object) -> str:
    said = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<Clip{said}>{inside}</Clip>"


def project(
    structure: str,
    arrangement: str = "",
    *,
    transport: str = '<Tempo unit="bpm" value="120" id="tempo"/>',
    unit: str = "beats",
    beside: str = "",
) -> str:
    """The text of a project.xml; `arrangement` is inside its lanes, `beside` is behind them."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Project version="1.0">'
        '<Application name="Made" version="1"/>'
        f"<Transport>{transport}</Transport><Structure>{structure}</Structure>"
        f'<Arrangement><Lanes timeUnit="{unit}">{arrangement}</Lanes>{beside}</Arrangement>'
        "</Project>"
    )


def packed(path: Path, xml: str | bytes, files: Mapping[str, bytes] | None = None) -> Path:
    """A .dawproject of that text and those files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.xml", xml)
        for name, data in (files or {}).items():
            archive.writestr(name, data)
    return path
