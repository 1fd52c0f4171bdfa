"""The way through: session file → Session → Plan → prints → stems → mixes → delivery."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hostkit.delivery.deliver import deliver
from hostkit.delivery.manifest import Manifest, TrackEntry, read_manifest
from hostkit.errors import WorkError
from hostkit.mixing.production import Outcome, Production, Workshop
from hostkit.plan.build import build_plan
from hostkit.plan.plan import Plan, TrackPlan
from hostkit.plan.reasons import parts, why
from hostkit.plan.surroundings import Surroundings
from hostkit.session.load import load_session


@dataclass(frozen=True)
class Rendered:
    """A session that was rendered into `folder`."""

    folder: Path
    manifest: Manifest


class RenderFailed(WorkError):
    """Tracks or stems that failed; what could be done was done and kept."""

    def __init__(self, session: str, outcomes: tuple[Outcome, ...]) -> None:
        self.outcomes = outcomes
        lines = [f"{session}: {o.name}: {o.reason}" for o in outcomes if o.status == "failed"]
        super().__init__("\n".join(lines))


def plan_session(path: Path, surroundings: Surroundings) -> Plan:
    """Session file to plan: what `check` does. Raises InvalidInput with all problems."""
    return build_plan(load_session(path), surroundings)


def render_session(plan: Plan, folder: Path, workshop: Workshop) -> Rendered:
    """Plan to delivery. Raises RenderFailed with every failure, StorageError."""
    before = read_manifest(folder)
    fingerprints = {track.name: parts(track.print) for track in plan.tracks}

    def reason(track: TrackPlan) -> str:
        known = before.tracks.get(track.name) if before else None
        return why(known.parts if known else None, fingerprints[track.name])

    production = Production(workshop)
    production.make(plan.tracks, plan.stems, reason)
    outcomes = (*production.tracks.values(), *production.stems.values())
    if any(outcome.print is None for outcome in outcomes):
        raise RenderFailed(plan.session, outcomes)
    tracks = {
        track.name: _entry(track, production.tracks[track.name], fingerprints[track.name])
        for track in plan.tracks
    }
    stems = {
        stem.name: found
        for stem in plan.stems
        if (found := production.stems[stem.name].print) is not None
    }
    warnings = (*plan.warnings, *_device_warnings(production))
    manifest = deliver(plan, stems, tracks, warnings, folder, workshop)
    return Rendered(folder, manifest)


def _entry(track: TrackPlan, outcome: Outcome, made_of: dict[str, str]) -> TrackEntry:
    seconds = outcome.print.seconds if outcome.print and outcome.status == "rendered" else 0.0
    device = " → ".join(device.name for device in track.devices)
    return TrackEntry(outcome.status, outcome.reason, device, round(seconds, 3), made_of)


def _device_warnings(production: Production) -> tuple[str, ...]:
    """What devices had to say, with the track or stem it is about."""
    outcomes = (*production.tracks.values(), *production.stems.values())
    said = [f"{o.name}: {text}" for o in outcomes if o.print for text in o.print.warnings]
    return tuple(dict.fromkeys(said))
