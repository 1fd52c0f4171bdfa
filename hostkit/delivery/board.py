"""The completeness board: which files of a delivery exist, are stale, or are missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hostkit.delivery.manifest.entries import FileEntry
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.manifest.read import read_manifest
from hostkit.delivery.names.layout import WantedFile, wanted_files
from hostkit.delivery.profiles.order import Order
from hostkit.delivery.writing.lengths import expected_frames
from hostkit.delivery.writing.made_of import WORDS, made_of
from hostkit.plan.plan import Plan, SessionPlan
from hostkit.plan.reasons import Reasons

State = Literal["exists", "stale", "missing"]


@dataclass(frozen=True)
class Cell:
    """One file that the delivery should hold, and how it is with it."""

    kind: str
    name: str
    path: str
    state: State
    reason: str = ""


def board(plan: SessionPlan, order: Order, place: Path) -> tuple[Cell, ...]:
    """Compares what a session comes to now with the manifest in `place`; renders nothing.

    Whether the files are still those that were delivered is `verify`'s to say.
    """
    before = read_manifest(place)
    frames = expected_frames(plan, order, before)
    forms = {form.form.name: form for form in plan.plans}
    changed = _changed_tracks(plan, before)
    steps = {name: form.step for name, form in before.forms.items()} if before else {}
    known = {entry.path: entry for entry in before.files} if before else {}
    words = {part: f"{what} changed" for part, what in WORDS.items()}
    words["level"] = order.gain.changed_from(before.gain) if before else ""
    cells = []
    for wanted in wanted_files(plan, order, frames):
        cell = _cell(
            wanted,
            forms[wanted.form],
            order,
            frames[wanted.form],
            steps,
            known,
            changed,
            words,
            place,
        )
        cells.append(cell)
        if wanted.preview:
            cells.append(_preview(wanted, cell, order, before, place))
    return tuple(cells)


def _cell(
    wanted: WantedFile,
    form: Plan,
    order: Order,
    frames: int,
    steps: Mapping[str, int],
    known: Mapping[str, FileEntry],
    changed: Mapping[str, str],
    words: Mapping[str, str],
    place: Path,
) -> Cell:
    entry = known.get(wanted.path)
    if not (place / wanted.path).is_file():
        reason = "deleted since it was delivered" if entry else "not delivered yet"
        return Cell(wanted.kind, wanted.name, wanted.path, "missing", reason)
    if entry is None:
        reason = "a file of that name is there, but hostkit did not deliver it"
        return Cell(wanted.kind, wanted.name, wanted.path, "stale", reason)
    differs = made_of(wanted, form, order, frames, steps.get(wanted.form, 1)).changed(entry.made_of)
    if not differs:
        return Cell(wanted.kind, wanted.name, wanted.path, "exists")
    inside = {track for name in wanted.stems for track in form.stems_by_name[name].tracks}
    reasons = _by_reason({name: why for name, why in changed.items() if name in inside})
    if "music" not in differs or not reasons:
        level = {"music"} if "level" in differs else set()  # the music is not as it was by that
        reasons = [words[part] for part in differs if part not in level]
    return Cell(wanted.kind, wanted.name, wanted.path, "stale", "; ".join(reasons))


def _by_reason(changed: Mapping[str, str]) -> list[str]:
    """Tracks with what changed of them; those that share it are told together.

    >>> _by_reason({"violas": "notes changed", "horns": "pan changed", "harp": "notes changed"})
    ['violas, harp: notes changed', 'horns: pan changed']
    """
    return [
        f"{', '.join(name for name, why in changed.items() if why == reason)}: {reason}"
        for reason in dict.fromkeys(changed.values())
    ]


def _preview(
    wanted: WantedFile, mix: Cell, order: Order, before: Manifest | None, place: Path
) -> Cell:
    """The lossy copy of a mix: stale where that is."""
    entry = before.previews.get(wanted.name) if before else None
    delivered = entry is not None and entry.path == wanted.preview
    asked = order.profile.previews
    state, reason = mix.state, mix.reason
    if not (place / wanted.preview).is_file():
        state = "missing"
        reason = "deleted since it was delivered" if delivered else "not delivered yet"
    elif entry and asked and (entry.codec, entry.kbps) != (asked.codec, asked.bit_rate_kbps):
        state, reason = "stale", "the codec or its bit rate changed"
    return Cell("preview", wanted.name, wanted.preview, state, reason)


def _changed_tracks(plan: SessionPlan, before: Manifest | None) -> dict[str, str]:
    """The tracks that are not as they were rendered, and what of them changed."""
    reasons = before.reasons if before else Reasons()
    differing = {track.name: reasons.differs(track) for track in plan.whole.tracks}
    changed = {name: reason for name, reason in differing.items() if reason}
    faders: dict[str, str] = {}
    for stem in plan.whole.nodes:  # those of the full mix first
        for name, words in reasons.moved(stem).items():
            faders.setdefault(name, words)
    for name, words in faders.items():
        changed[name] = f"{changed[name]}, {words}" if name in changed else words
    return changed
