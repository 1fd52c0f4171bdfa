"""Tracks of a project in REAPER's order: folders open and close, receivers name their senders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hostkit.exchange.project import Loss, ProjectSend, ProjectTrack
from hostkit.exchange.reaper.tree import block_lines, number_text, row_text
from hostkit.exchange.reaper.writing.around import Around, colour_number, guid
from hostkit.exchange.reaper.writing.devices import chain_lines
from hostkit.exchange.reaper.writing.items import item_lines
from hostkit.ground.levels import db_to_gain

_POST, _PRE = 0, 3
"""Modes of a send: after the fader, and before it."""
_NO_NOTES = 31
"""What a receive takes of the sender's notes: none."""


@dataclass(frozen=True)
class TrackRow:
    """A track where it stands: `opens` a folder, or `closes` so many with it."""

    track: ProjectTrack
    opens: bool = False
    closes: int = 0


def in_order(tracks: Iterable[ProjectTrack]) -> list[TrackRow]:
    """The tracks without the master, each folder before what lies in it; circles come apart."""
    shown = [track for track in tracks if track.role != "master"]
    ids = {track.id for track in shown}
    inside: dict[str, list[ProjectTrack]] = {}
    for track in shown:
        folder = track.folder if track.folder in ids and track.folder != track.id else ""
        inside.setdefault(folder, []).append(track)
    rows: list[TrackRow] = []
    placed: set[str] = set()

    def place(track: ProjectTrack, closes: int) -> None:
        placed.add(track.id)
        children = [one for one in inside.get(track.id, ()) if one.id not in placed]
        if not children:
            rows.append(TrackRow(track, closes=closes))
            return
        rows.append(TrackRow(track, opens=True))
        for child in children:
            place(child, closes + 1 if child is children[-1] else 0)

    for track in inside.get("", ()):
        place(track, 0)
    for track in shown:  # folders that lie in each other
        if track.id not in placed:
            place(track, 0)
    return rows


@dataclass(frozen=True)
class TrackLines:
    """Writes tracks; what is lost on the way is added to `losses`."""

    around: Around
    losses: list[Loss]

    def lines(self, tracks: Iterable[ProjectTrack]) -> Iterator[str]:
        """All tracks but the master."""
        rows = in_order(tracks)
        places = {row.track.id: place for place, row in enumerate(rows)}
        received: dict[str, list[tuple[int, ProjectSend]]] = {}
        for row in rows:
            for send in _sends(row.track, places, self.losses):
                received.setdefault(send.to, []).append((places[row.track.id], send))
        for row in rows:
            yield from self._track(row, received.get(row.track.id, []), places)

    def master(self, track: ProjectTrack | None) -> Iterator[str]:
        """The lines of the master, which stand at the project's own."""
        volume, pan = (track.volume_db, track.pan) if track else (0.0, 0.0)
        yield f"MASTER_VOLUME {number_text(db_to_gain(volume))} {number_text(pan)} -1 -1 1"
        yield "MASTER_NCH 2 2"
        yield "MASTER_FX 1"
        if track is None:
            return
        yield from chain_lines("MASTERFXLIST", "master", track.devices, self.around, self.losses)
        if track.volume_automation or track.pan_automation:
            self.losses.append(Loss("master", "automation of the master's fader is left out"))

    def _track(
        self, row: TrackRow, received: list[tuple[int, ProjectSend]], places: Mapping[str, int]
    ) -> Iterator[str]:
        track, around = row.track, self.around
        key = guid("track", track.id)
        volume = 1.0 if track.volume_automation else db_to_gain(track.volume_db)
        pan = 0.0 if track.pan_automation else track.pan
        bus = "1 1" if row.opens else f"2 {-row.closes}" if row.closes else "0 0"
        rows = [
            row_text("NAME", track.name),
            f"PEAKCOL {colour_number(track.colour) or 16576}",
            "BEAT -1",
            "AUTOMODE 1",
            f"VOLPAN {number_text(volume)} {number_text(pan)} -1 -1 1",
            f"MUTESOLO {int(track.muted)} {int(track.soloed)} 0",
            "IPHASE 0",
            "PLAYOFFS 0 1",
            f"ISBUS {bus}",
            "BUSCOMP 0 0 0 0 0",
            "SHOWINMIX 1 0.6667 0.5 1 0.5 0 0 0",
            "FREEMODE 0",
            "SEL 0",
            "REC 0 0 1 0 0 0 0",
            "VU 2",
            "TRACKHEIGHT 0 0 0",
            "INQ 0 0 0 0.5 100 0 0 100",
            "NCHAN 2",
            "FX 1",
            f"TRACKID {key}",
            "PERF 0",
        ]
        for place, send in received:
            rows += self._receive(place, send)
        rows += ["MIDIOUT -1", f"MAINSEND {int(track.output not in places)} 0"]
        if track.volume_automation:
            rows += around.envelope("VOLENV2", track.volume_automation)
        if track.pan_automation:
            rows += around.envelope("PANENV2", track.pan_automation, _turned)
        rows += chain_lines("FXCHAIN", track.name, track.devices, around, self.losses)
        rows += item_lines(track, around)
        yield from block_lines("TRACK", rows, key)

    def _receive(self, place: int, send: ProjectSend) -> Iterator[str]:
        gain = 1.0 if send.automation else db_to_gain(send.level_db)
        mode = _PRE if send.pre_fader else _POST
        words = f"{number_text(gain)} {number_text(send.pan)} {int(not send.enabled)}"
        yield f"AUXRECV {place} {mode} {words} 0 0 0 0 -1:U {_NO_NOTES} -1 ''"
        if send.automation:
            yield from self.around.envelope("AUXVOLENV", send.automation)


def _turned(pan: float) -> float:
    """A pan envelope counts the left as above 0."""
    return -pan


def _sends(
    track: ProjectTrack, places: Mapping[str, int], losses: list[Loss]
) -> Iterator[ProjectSend]:
    """Its sends to tracks that are there; where its sound goes instead of up is one more."""
    for send in track.sends:
        if send.to in places and send.to != track.id:
            yield send
        else:
            losses.append(Loss(track.name, "a send to a track that is not there is left out"))
    if track.output in places and track.output not in (track.id, track.folder):
        yield ProjectSend(track.output)
