"""Notes that sound on other tracks: sent there, or up to the folder that the track lies in.

One instrument then plays what many tracks hold, as a sampler of sixteen channels does. Here its
track gets all of that; those that only held notes have none left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hostkit.exchange.project import ProjectController, ProjectNote, ProjectTrack
from hostkit.exchange.reaper.reading.values import whole
from hostkit.exchange.reaper.tree import Block
from hostkit.ground.counted import few_of

_ALL, _NONE = 0, 31
_CHANNELS = 16


@dataclass(frozen=True)
class NoteRoute:
    """Where notes of a track go: all or those of one channel, 0…15, as they are or in another."""

    to: int
    only: int | None = None
    into: int | None = None

    def channel(self, channel: int) -> int | None:
        """What becomes of a channel; None for one that does not go there."""
        if self.only is not None and channel != self.only:
            return None
        return channel if self.into is None else self.into


@dataclass(frozen=True)
class NotesSent:
    """The tracks with what each has to play; `moved` are those whose notes sound elsewhere only.

    `said` are (place of the track, what it plays of others).
    """

    tracks: tuple[ProjectTrack, ...]
    moved: frozenset[int]
    said: tuple[tuple[int, str], ...]


def note_receives(block: Block, to: int, count: int) -> Iterator[tuple[int, NoteRoute]]:
    """(place of the sender, route) of each receive of a track that takes notes."""
    for row in block.rows:
        if row.name != "AUXRECV":
            continue
        words = row.words[1:]
        sender, packed = whole(words, 0, -1), whole(words, 10)
        only, into = packed & 31, packed >> 5 & 31
        if not 0 <= sender < count or sender == to or whole(words, 4) or only == _NONE:
            continue
        one = None if only == _ALL else (only - 1) % _CHANNELS
        yield sender, NoteRoute(to, one, (into - 1) % _CHANNELS if into else None)


def with_notes_sent(
    tracks: Sequence[ProjectTrack], routes: Sequence[Sequence[NoteRoute]]
) -> NotesSent:
    """`routes` are those of each track. Notes that reach no instrument stay where they are."""
    playing = list(tracks)
    heard: dict[int, list[str]] = {}
    moved = set[int]()
    for place, track in enumerate(tracks):
        if track.muted or not (track.notes or track.controllers):
            continue
        for to, channels in _instruments(place, tracks, routes):
            sink = playing[to]
            playing[to] = replace(
                sink,
                notes=(*sink.notes, *_notes(track.notes, channels)),
                controllers=(*sink.controllers, *_controllers(track.controllers, channels)),
            )
            heard.setdefault(to, []).append(track.name)
            if not _plays(track):
                moved.add(place)
    for place in moved:
        playing[place] = replace(playing[place], notes=(), controllers=())
    for place in heard:
        playing[place] = _merged(playing[place])
    said = tuple(
        (place, f"plays the notes of {few_of(names)} as one part, as there")
        for place, names in heard.items()
    )
    return NotesSent(tuple(playing), frozenset(moved), said)


def _plays(track: ProjectTrack) -> bool:
    return any(one.role == "instrument" and one.enabled for one in track.devices)


_Channels = dict[int, int]


def _instruments(
    start: int, tracks: Sequence[ProjectTrack], routes: Sequence[Sequence[NoteRoute]]
) -> Iterator[tuple[int, _Channels]]:
    """The tracks with an instrument that notes of a track reach, and in which channels."""
    seen = {start}
    ahead: list[tuple[int, _Channels]] = [(start, {n: n for n in range(_CHANNELS)})]
    while ahead:
        here, channels = ahead.pop()
        for route in routes[here]:
            went = {
                first: there
                for first, now in channels.items()
                if (there := route.channel(now)) is not None
            }
            if route.to in seen or not went or tracks[route.to].muted:
                continue
            seen.add(route.to)
            if _plays(tracks[route.to]):
                yield route.to, went
            ahead.append((route.to, went))


def _notes(notes: Sequence[ProjectNote], channels: _Channels) -> Iterator[ProjectNote]:
    for note in notes:
        if (channel := channels.get(note.channel)) is not None:
            yield note if channel == note.channel else replace(note, channel=channel)


def _controllers(
    controllers: Sequence[ProjectController], channels: _Channels
) -> Iterator[ProjectController]:
    for one in controllers:
        if (channel := channels.get(one.channel)) is not None:
            yield replace(one, channel=channel)


def _merged(track: ProjectTrack) -> ProjectTrack:
    """Notes in order; controllers of the same number and channel as one, whoever sent them."""
    together: dict[tuple[str, int, int], ProjectController] = {}
    for one in track.controllers:
        key = one.kind, one.number, one.channel
        before = together[key].points if key in together else ()
        points = tuple(sorted((*before, *one.points), key=lambda point: point.at))
        together[key] = replace(one, points=points)
    notes = tuple(sorted(track.notes, key=lambda note: (note.at, note.key)))
    return replace(track, notes=notes, controllers=tuple(together.values()))
