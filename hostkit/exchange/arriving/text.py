"""The text of a session that was a project: laid out, with comments at the places they are of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from hostkit.exchange.arriving.form import ArrivedForm
from hostkit.exchange.arriving.tracks import ArrivedTrack
from hostkit.ground.harmless import on_a_line
from hostkit.session.editing import flow
from hostkit.session.starting.form import sections_and_hits
from hostkit.session.starting.scalars import scalar
from hostkit.session.starting.text import Title, mixes_text

_WIDE = 96


def comment(text: str, indent: str = "") -> Iterator[str]:
    """Lines of a comment; what somebody else wrote can end none of them."""
    line = ""
    for word in on_a_line(text, 2000).split(" "):
        if line and len(indent) + 2 + len(line) + 1 + len(word) > _WIDE:
            yield f"{indent}# {line}"
            line = word
        else:
            line = f"{line} {word}" if line else word
    if line:
        yield f"{indent}# {line}"


def track_lines(track: ArrivedTrack) -> Iterator[str]:
    """A track's or bus's lines in `tracks:` or `buses:`; all are comments where it is muted."""
    lines = list(_track_lines(track))
    if track.muted:
        lines = [line if line.lstrip().startswith("#") else f"  # {line[2:]}" for line in lines]
    yield from lines


def _track_lines(track: ArrivedTrack) -> Iterator[str]:
    called = f"   # {on_a_line(track.called, 300)}" if track.called else ""
    yield f"  {scalar(track.name)}:{called}"
    for text in track.comments:
        yield from comment(text, "    ")
    for key, value in track.keys.items():
        yield from _key_lines(key, value, "    ")


def _key_lines(key: str, value: object, indent: str) -> Iterator[str]:
    short = f"{indent}{scalar(key)}: {flow(value)}"
    has_comments = isinstance(value, list) and any(isinstance(item, str) for item in value)
    if len(short) <= _WIDE and not (has_comments and key in ("effects", "master")):
        yield short
    elif isinstance(value, Mapping) and key in ("automation", "sends"):
        yield f"{indent}{scalar(key)}:"
        for name, inner in value.items():
            yield from _key_lines(name, inner, indent + "  ")
    elif isinstance(value, list) and value and isinstance(value[0], list):
        yield f"{indent}{scalar(key)}:"
        yield from _points(value, indent + "  ")
    elif isinstance(value, list):
        items = [item for item in value if not isinstance(item, str)]
        yield f"{indent}{scalar(key)}:" + ("" if items else " []")
        for item in value:
            if isinstance(item, str):
                yield from comment(item, indent + "  ")
            else:
                yield f"{indent}  - {flow(item)}"
    else:
        yield short


def _points(points: Iterable[object], indent: str) -> Iterator[str]:
    """Many points, as many in a line as fit."""
    line = f"{indent}["
    for number, point in enumerate(points):
        text = flow(point)
        if number and len(line) + len(text) + 2 > _WIDE:
            yield f"{line},"
            line = f"{indent} {text}"
        else:
            line += f", {text}" if number else text
    yield f"{line}]"


def session_text(
    *,
    head: Sequence[str],
    title: Title,
    midi: str,
    sample_rate: int,
    form: ArrivedForm,
    tracks: Sequence[ArrivedTrack],
    buses: Sequence[ArrivedTrack],
    comments: Sequence[str],
    master: Sequence[object],
    gain_db: float,
) -> str:
    """The whole session."""
    lines = [*head, "hostkit: 1"]
    if title.cue:
        lines.append(f"cue: {title.cue}")
    lines += [f"title: {scalar(title.text)}", f"version: {title.version}"]
    if sample_rate != 48_000:
        lines.append(f"sample_rate: {sample_rate}")
    if midi:
        lines.append(f"midi: {scalar(midi)}")
    if form.tempo:
        lines += ["tempo:", *(f"  - {flow(item)}" for item in form.tempo)]
    lines += ["", sections_and_hits(form.markers, "From the markers of the project."), "tracks:"]
    for track in tracks:
        lines += [*track_lines(track), ""]
    if buses:
        lines.append("buses:   # every stem gets its own, so that the stems add up to the mix")
        for bus in buses:
            lines += track_lines(bus)
        lines.append("")
    lines += [line for text in comments for line in comment(text)]
    if any(not isinstance(effect, str) for effect in master):
        lines += _key_lines("master", list(master), "")
    if gain_db:
        lines.append(f"gain_db: {flow(gain_db)}")
    tags = [[str(tag) for tag in _list(t.keys.get("tags"))] for t in tracks if not t.muted]
    lines.append(mixes_text(tags))
    return "\n".join(lines)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
