"""Which track sounds into which: folders, receives, and what goes neither way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hostkit.exchange.project import CurvePoint, Loss, ProjectSend, ProjectTrack
from hostkit.exchange.reaper.reading.clock import ReaperClock
from hostkit.exchange.reaper.reading.envelopes import curve_of, is_on, scaled, still
from hostkit.exchange.reaper.reading.values import number, whole
from hostkit.exchange.reaper.tree import Block, ProjectLine
from hostkit.ground.levels import gain_to_db

_PRE_FX, _PRE_FADER = 1, 3


@dataclass(frozen=True)
class Receive:
    """A line of the track that is sent to: the sender's place among the tracks, and the send."""

    sender: int
    send: ProjectSend


def receives(
    block: Block, to: str, count: int, clock: ReaperClock, losses: list[str]
) -> Iterator[Receive]:
    """What a track receives; the envelope of a receive follows its line."""
    found: list[Receive] = []
    for one in block.inside:
        if isinstance(one, ProjectLine):
            if one.name == "AUXRECV" and (read := _receive(one.words[1:], to, count, losses)):
                found.append(read)
        elif one.name == "AUXVOLENV" and found and is_on(one):
            found[-1] = _moving(found[-1], curve_of(one, clock))
        elif one.name.startswith("AUX") and is_on(one):
            losses.append("automation of a receive, but for its level, is left out")
    yield from found


def _receive(words: list[str], to: str, count: int, losses: list[str]) -> Receive | None:
    sender, mode = whole(words, 0, -1), whole(words, 1)
    if not 0 <= sender < count:
        losses.append("a receive from a track that is not there is left out")
        return None
    first, into = whole(words, 7), whole(words, 8)
    if first < 0:  # notes alone
        return None
    if first or into & 0x3FF:
        losses.append("a receive of channels other than 1 and 2 is left out")
        return None
    if mode == _PRE_FX:
        losses.append("a receive from before another track's effects comes after them")
    if whole(words, 6):
        losses.append("the inverted polarity of a receive is left out")
    send = ProjectSend(
        to,
        gain_to_db(abs(number(words, 2, 1.0))),
        pre_fader=mode in (_PRE_FX, _PRE_FADER),
        pan=max(-1.0, min(number(words, 3), 1.0)),
        enabled=not whole(words, 4),
    )
    return Receive(sender, send)


def _moving(receive: Receive, curve: tuple[CurvePoint, ...]) -> Receive:
    """With its envelope, which its own level is a trim of."""
    gain = 10 ** (receive.send.level_db / 20)
    level = still(curve)
    if level is not None:
        send = replace(receive.send, level_db=gain_to_db(abs(gain * level)))
    else:
        send = replace(receive.send, automation=scaled(curve, gain))
    return replace(receive, send=send)


def folders(depths: Sequence[tuple[int, int]]) -> list[int | None]:
    """The folder of each track by its place, from what its line `ISBUS` says.

    >>> folders([(1, 1), (0, 0), (2, -5), (0, 0)])
    [None, 0, 0, None]
    """
    open_folders: list[int] = []
    found: list[int | None] = []
    for place, (kind, change) in enumerate(depths):
        found.append(open_folders[-1] if open_folders else None)
        if kind == 1:
            open_folders.append(place)
        elif kind == 2:
            closed = min(max(-change, 0), len(open_folders))
            del open_folders[len(open_folders) - closed :]
    return found


def without_circles(tracks: Sequence[ProjectTrack]) -> tuple[list[ProjectTrack], list[Loss]]:
    """The tracks without the sends by which one would hear itself."""
    by_id = {track.id: track for track in tracks}
    ways: dict[str, set[str]] = {track.id: {track.output or track.folder} for track in tracks}
    made, losses = [], []
    for track in tracks:
        kept = []
        for send in track.sends:
            if _reaches(ways, send.to, track.id):
                where = by_id[send.to].name
                losses.append(Loss(track.name, f"its send to {where} goes round in a circle"))
            else:
                ways[track.id].add(send.to)
                kept.append(send)
        made.append(replace(track, sends=tuple(kept)))
    return made, losses


def _reaches(ways: dict[str, set[str]], start: str, goal: str) -> bool:
    seen, ahead = set[str](), [start]
    while ahead:
        here = ahead.pop()
        if here == goal:
            return True
        if here not in seen:
            seen.add(here)
            ahead += ways.get(here, ())
    return False
