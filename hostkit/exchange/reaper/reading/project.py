"""A REAPER project (.rpp): all that can be is read, and what cannot is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from hostkit.exchange.project import (
    Loss,
    Project,
    ProjectMarker,
    ProjectTrack,
    said_once,
)
from hostkit.exchange.reaper.reading.clock import ReaperClock, rate_of
from hostkit.exchange.reaper.reading.devices import read_chain
from hostkit.exchange.reaper.reading.envelopes import is_on
from hostkit.exchange.reaper.reading.notes_sent import (
    NoteRoute,
    note_receives,
    with_notes_sent,
)
from hostkit.exchange.reaper.reading.routing import folders, receives, without_circles
from hostkit.exchange.reaper.reading.tracks import TrackReader, with_fader
from hostkit.exchange.reaper.reading.values import colour_of, exact, number, plain, whole
from hostkit.exchange.reaper.tree import Block, read_tree

MOST_TRACKS = 2_000
MOST_MARKERS = 50_000
_MASTER = "master"
_MASTER_ENVELOPES = {
    "MASTERPLAYSPEEDENV": "the speed of the whole project",
    "MASTERVOLENV": "the master's level before its effects",
    "MASTERVOLENV3": "the trim of the master's level",
    "MASTERPANENV": "the master's pan before its effects",
    "MASTERWIDTHENV": "the master's width before its effects",
    "MASTERWIDTHENV2": "the master's width",
}
"""What envelopes of the master that are left out move, in words."""


def read_reaper(path: Path) -> Project:
    """Raises RequestError for what cannot be read, or is no REAPER project."""
    text = read_tree(path)
    root = text.root
    clock = ReaperClock.of(root)
    blocks = list(root.blocks("TRACK"))
    losses = [Loss("", fault) for fault in text.faults]
    if len(blocks) > MOST_TRACKS:
        losses.append(Loss("", f"of its {len(blocks)} tracks the first {MOST_TRACKS} are read"))
        blocks = blocks[:MOST_TRACKS]
    tracks, lost = _tracks(blocks, clock, path.parent)
    master = _master(root, clock, lost)
    words = root.head.words
    return Project(
        name=path.stem,
        program=f"REAPER {plain(words[2])}" if len(words) > 2 else "REAPER",
        tempos=clock.tempos,
        meters=clock.meters,
        markers=tuple(sorted(_markers(root, clock), key=lambda marker: marker.at)),
        tracks=(*tracks, master),
        title=plain(" ".join(root.words("TITLE"))),
        comment=_notes(root),
        sample_rate=rate_of(root),
        losses=said_once((*losses, *clock.losses, *lost)),
    )


def _tracks(
    blocks: list[Block], clock: ReaperClock, folder: Path
) -> tuple[list[ProjectTrack], list[Loss]]:
    """The tracks with their routes, and what is lost of them."""
    reader, losses = TrackReader(clock, folder), list[Loss]()
    tracks: list[ProjectTrack] = []
    for place, block in enumerate(blocks):
        read = reader.read(block, place)
        tracks.append(read.track)
        losses += (Loss(read.track.name, what) for what in read.losses)
    depths = [(whole(block.words("ISBUS"), 0), whole(block.words("ISBUS"), 1)) for block in blocks]
    for place, (above, depth) in enumerate(zip(folders(depths), depths, strict=True)):
        tracks[place] = replace(
            tracks[place],
            role="folder" if depth[0] == 1 else "regular",
            folder="" if above is None else str(above),
        )
    sent = with_notes_sent(tracks, _note_routes(blocks, tracks))
    tracks = list(sent.tracks)
    losses += (Loss(tracks[place].name, what) for place, what in sent.said)
    for place, block in enumerate(blocks):
        lost: list[str] = []
        for receive in receives(block, str(place), len(blocks), clock, lost):
            sender = tracks[receive.sender]
            tracks[receive.sender] = replace(sender, sends=(*sender.sends, receive.send))
        losses += (Loss(tracks[place].name, what) for what in lost)
    for place, block in enumerate(blocks):
        if not _goes_up(block) and place not in sent.moved:
            tracks[place], said = _beside_the_master(tracks[place])
            losses += (Loss(tracks[place].name, what) for what in said)
    made, circles = without_circles(tracks)
    return made, [*losses, *circles]


def _note_routes(blocks: list[Block], tracks: list[ProjectTrack]) -> list[list[NoteRoute]]:
    """Where the notes of each track go: up to its folder, and to whoever receives them."""
    routes: list[list[NoteRoute]] = [
        [NoteRoute(int(track.folder))] if track.folder and _goes_up(block) else []
        for block, track in zip(blocks, tracks, strict=True)
    ]
    for place, block in enumerate(blocks):
        for sender, route in note_receives(block, place, len(blocks)):
            routes[sender].append(route)
    return routes


def _goes_up(block: Block) -> bool:
    """Whether a track sounds into its folder, or the master."""
    return bool(whole(block.words("MAINSEND"), 0, 1))


def _beside_the_master(track: ProjectTrack) -> tuple[ProjectTrack, list[str]]:
    """A track that does not go to its parent: its one send at 0 dB is where it goes instead."""
    whole_sends = [
        send
        for send in track.sends
        if not (send.pre_fader or send.pan or send.automation or abs(send.level_db) > 1e-6)
    ]
    if len(track.sends) == 1 and whole_sends:
        return replace(track, output=whole_sends[0].to, sends=()), []
    if track.sends:
        return track, ["it is heard through its sends alone, and here by itself, too"]
    if not (track.notes or track.clips or track.role == "folder"):
        return track, []
    return replace(track, muted=True), ["it goes nowhere, and is muted"]


def _master(root: Block, clock: ReaperClock, losses: list[Loss]) -> ProjectTrack:
    track = ProjectTrack(_MASTER, _MASTER, "master")
    track = with_fader(track, root, "MASTER_VOLUME", clock, "MASTER")
    if (speed := number(root.words("PLAYRATE"), 0, 1.0)) != 1:
        what = f"the project is played {speed:g} times as fast there; here at its own speed"
        losses.append(Loss("", what))
    for envelope in root.blocks():
        left_out = _MASTER_ENVELOPES.get(envelope.name)
        if left_out and is_on(envelope):
            losses.append(Loss("", f"automation of {left_out} is left out"))
    chain = root.block("MASTERFXLIST")
    if chain is None:
        return track
    read = read_chain(chain, clock)
    losses += (Loss(_MASTER, what) for what in read.losses)
    return replace(track, devices=tuple(read.devices))


def _markers(root: Block, clock: ReaperClock) -> Iterator[ProjectMarker]:
    """Markers, and regions, whose end is a line of the same number."""
    begun: dict[str, ProjectMarker] = {}
    for row in [row for row in root.rows if row.name == "MARKER"][:MOST_MARKERS]:
        words = row.words[1:]
        at, number = clock.quarters(exact(words, 1)), words[0] if words else ""
        name = plain(words[2]) if len(words) > 2 else ""
        if not whole(words, 3) & 1:
            yield ProjectMarker(at, name or number, colour=colour_of(words, 4))
        elif number in begun:
            yield replace(begun.pop(number), end=at)
        else:
            begun[number] = ProjectMarker(at, name or number, colour=colour_of(words, 4))
    for left in begun.values():
        yield replace(left, end=left.at + Fraction(1))


def _notes(root: Block) -> str:
    notes = root.block("NOTES")
    if notes is None:
        return ""
    lines = (plain(row.text.removeprefix("|"), 1000) for row in notes.rows)
    return "\n".join(line for _, line in zip(range(200), lines, strict=False))
