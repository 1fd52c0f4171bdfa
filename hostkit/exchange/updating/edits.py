"""What an update makes of a session: its new text, its MIDI file, and what changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from hostkit.exchange.arriving.arrive import NOTES, TAKES, Arrived
from hostkit.exchange.arriving.text import track_lines
from hostkit.exchange.arriving.tracks import ArrivedTrack
from hostkit.exchange.updating.changes import (
    TrackChange,
    Updated,
    change_of_notes,
    change_of_regions,
)
from hostkit.exchange.updating.parts import part_of, parts, scored, tracks_of
from hostkit.exchange.updating.regions import RegionsHeard
from hostkit.ground.named_file import is_file
from hostkit.midi.midi_file import MidiFile
from hostkit.midi.reading.file import read_midi
from hostkit.midi.write import TrackEvents
from hostkit.plan.music.tempo import session_tempo_map
from hostkit.session.editing import flow, with_entry, with_key, with_values
from hostkit.session.load import LoadedSession
from hostkit.session.model.audio import AudioRegion
from hostkit.session.text import read_text
from hostkit.session.yaml_tree import parse_yaml
from hostkit.timebase.tempo_map import TempoMap

BACKUP = ".bak"


class SessionEdits:
    """One update: the session's text is edited track by track, once (`run`)."""

    def __init__(
        self,
        loaded: LoadedSession,
        arrived: Arrived,
        folder: str,
        recorded_anew: frozenset[str],
        heard: RegionsHeard,
    ) -> None:
        self._heard = heard
        self._loaded, self._arrived, self._folder = loaded, arrived, folder
        self._recorded_anew = {f"{folder}/{TAKES}/{name}" for name in recorded_anew}
        self._file = str(loaded.path)
        self._text = read_text(loaded.path)
        self._changes: list[TrackChange] = []
        self._said: list[str] = []
        self._kept: list[TrackEvents] = []
        self._old: MidiFile | None = None

    @property
    def _midi_path(self) -> Path:
        """The MIDI file of the session, or where it will be."""
        named = self._loaded.session.midi_file or f"{self._folder}/{NOTES}"
        return self._loaded.path.parent / named

    def run(self) -> tuple[str, bytes | None]:
        """The session's new text, and its MIDI file's new bytes where that changes."""
        session = self._loaded.session
        path = self._midi_path
        old = read_midi(path) if session.midi_file and is_file(path) else None
        self._old = old
        before = {} if old is None else dict(tracks_of(old))
        with_score = scored(session)
        theirs = {part_of(track) for track in self._arrived.tracks if track.name in with_score}
        theirs |= {part for name in with_score for part in parts(session.tracks[name])}
        arrived = [events for events in self._arrived.notes if events.name not in theirs]
        after = {events.name: events for events in arrived}
        self._said += [f"{name} plays a score: its notes stay" for name in with_score]
        played: set[str] = set()
        for name, track in session.tracks.items():
            if track.audio is not None:
                self._regions(name)
            elif track.midi_file is None:
                for part in parts(track):
                    if name in with_score and part in before:
                        self._kept += [before[part]] if part not in played else []
                        played.add(part)
                        continue
                    played.add(part)
                    self._notes(name, part, before, after)
        self._new_tracks(played, with_score)
        self._say_tempo(session_tempo_map(self._loaded, old))
        changed = any(change.state in ("changed", "new") for change in self._changes)
        if changed and after and session.midi is None:
            self._text = with_key(self._text, "midi", flow(f"{self._folder}/{NOTES}"), self._file)
        self._arrived = replace(self._arrived, notes=tuple(arrived))
        midi = self._arrived.midi(self._kept) if changed and (after or self._kept) else None
        return self._text, midi

    def _notes(
        self,
        name: str,
        part: str,
        before: Mapping[str, TrackEvents],
        after: Mapping[str, TrackEvents],
    ) -> None:
        if part not in after:
            if part in before:
                self._kept.append(before[part])
                what = f"{part} is not in the project; it keeps its notes"
                self._changes.append(TrackChange(name, "gone", what))
            return
        meters = self._arrived.form.tempo_map.meters
        old = before.get(part, TrackEvents(part, ()))
        self._changes.append(change_of_notes(name, old, after[part], meters))

    def _regions(self, name: str) -> None:
        found = self._recorded_track(name)
        if found is None:
            what = "it is not in the project; it keeps its recordings"
            self._changes.append(TrackChange(name, "gone", what))
            return
        regions = found.keys["audio"]
        assert isinstance(regions, list)
        written = parse_yaml(self._text, self._file).data["tracks"][name]["audio"]
        change = change_of_regions(name, written, regions)
        if change.state == "changed" and self._sounds_as_before(name, regions):
            change = TrackChange(name, "same", "")
        files = {str(region["file"]) for region in regions if isinstance(region, dict)}
        if change.state == "same" and files & self._recorded_anew:
            change = TrackChange(name, "changed", "another recording in the same file")
        self._changes.append(change)
        if change.state == "changed" and [*written] != [*regions]:
            path = ("tracks", name, "audio")
            self._text = with_values(self._text, {path: flow(regions)}, self._file)

    def _sounds_as_before(self, name: str, regions: Sequence[object]) -> bool:
        """Whether regions that are written otherwise are of the same recordings and places."""
        before = self._heard.of(
            self._loaded.session.tracks[name].audio or (),
            session_tempo_map(self._loaded, self._old),
        )
        after = [AudioRegion.model_validate(region) for region in regions]
        return before is not None and before == self._heard.of(after, self._arrived.form.tempo_map)

    def _recorded_track(self, name: str) -> ArrivedTrack | None:
        tracks = (track for track in self._arrived.tracks if "audio" in track.keys)
        return next((track for track in tracks if track.name == name), None)

    def _new_tracks(self, played: set[str], scored: Collection[str]) -> None:
        """Tracks that the session has not, at its end, as `init` writes them."""
        names = self._loaded.session.tracks
        for track in self._arrived.tracks:
            part = part_of(track)
            if track.name in scored or part in played or (part is None and track.name in names):
                continue
            if track.muted:
                self._said.append(f"{track.name} is new, but muted in the project; left out")
                continue
            if track.name in names:
                self._said.append(f"{track.name} is new, and there is another track of that name")
                continue
            self._drop_unknown_sends(track)
            lines = [line.removeprefix("    ") for line in list(track_lines(track))[1:]]
            self._text = with_entry(self._text, "tracks", track.name, lines, self._file)
            self._changes.append(TrackChange(track.name, "new", "as the project has it"))

    def _drop_unknown_sends(self, track: ArrivedTrack) -> None:
        """Sends to buses that the session has not, or has no more, would make it wrong."""
        sends = track.keys.get("sends")
        if not isinstance(sends, dict):
            return
        for bus in [bus for bus in sends if bus not in self._loaded.session.buses]:
            del sends[bus]
            self._said.append(f"{track.name} sends to {bus} there; the session has no such bus")
        if not sends:
            del track.keys["sends"]

    def _say_tempo(self, session_map: TempoMap) -> None:
        """Whether the project goes otherwise than the session, which keeps its tempo."""
        theirs = self._arrived.form.tempo_map
        for beats in range(0, 4000, 4):
            at = Fraction(beats)
            if abs(session_map.seconds_at(at) - theirs.seconds_at(at)) > Fraction(1, 1000):
                place = session_map.bar_beat_at(max(Fraction(0), at - 4))
                self._said.append(
                    f"from about {place} on the project has another tempo; the session keeps its"
                    " own"
                )
                return

    def result(self) -> Updated:
        """What was found; files that are replaced are named once `files` was asked."""
        return Updated(
            self._loaded.path,
            tuple(change for change in self._changes),
            tuple(self._said),
            self._arrived.losses,
            tuple(self._would_replace()),
        )

    def _would_replace(self) -> Iterator[Path]:
        if any(change.state in ("changed", "new") for change in self._changes):
            yield self._loaded.path
            if is_file(self._midi_path):
                yield self._midi_path

    def files(self, text: str, midi: bytes | None) -> dict[str, bytes]:
        """What is written, by its place beside the session: with what was there, as backups."""
        folder = self._loaded.path.parent
        files: dict[str, bytes] = {self._loaded.path.name: text.encode("utf-8")}
        used = set(self._states_used())
        for name, state in self._arrived.states.items():
            if name in used:
                files[f"{self._folder}/states/{name}"] = state
        if midi is not None:
            files[self._midi_path.relative_to(folder).as_posix()] = midi
        for path in self._would_replace():
            name = path.relative_to(folder).as_posix()
            files[f"{name}{BACKUP}"] = path.read_bytes()
        return files

    def _states_used(self) -> Iterable[str]:
        """States of tracks that are new; those of the others are the session's own."""
        new = {change.track for change in self._changes if change.state == "new"}
        for track in self._arrived.tracks:
            if track.name in new:
                said = flow(track.keys)
                yield from (name for name in self._arrived.states if name in said)
