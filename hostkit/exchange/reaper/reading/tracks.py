"""A track of a project: name, fader, chain, items; and what of it has no place here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from hostkit.exchange.crossfades import fading_over
from hostkit.exchange.project import CurvePoint, ProjectDevice, ProjectTrack
from hostkit.exchange.reaper.reading.clock import ReaperClock
from hostkit.exchange.reaper.reading.devices import ChainRead, read_chain
from hostkit.exchange.reaper.reading.envelopes import (
    KNOWN_ENVELOPES,
    curve_of,
    has_other_shapes,
    is_on,
    scaled,
    still,
)
from hostkit.exchange.reaper.reading.items.lanes import ItemLanes
from hostkit.exchange.reaper.reading.items.reader import MOST_ITEMS, ItemReader
from hostkit.exchange.reaper.reading.values import colour_of, number, plain, whole
from hostkit.exchange.reaper.tree import Block
from hostkit.ground.counted import counted
from hostkit.ground.levels import gain_to_db

_STEREO = 2
_TRIM = 0
"""The mode of automation in which a fader trims its envelope."""
_STEREO_PAN, _DUAL_PAN = 5, 6
"""Ways to pan that have a width, or two places."""
_ENVELOPES = {
    "VOLENV": "the level before its effects",
    "VOLENV3": "the trim of its level",
    "PANENV": "the pan before its effects",
    "MUTEENV": "its mute",
    "WIDTHENV": "its width before its effects",
    "WIDTHENV2": "its width",
    "DUALPANENVL2": "its dual pan",
    "DUALPANENV2": "its dual pan",
}
"""What envelopes that are left out move, in words."""


@dataclass(frozen=True)
class TrackRead:
    """A track, and what is lost of it, in words."""

    track: ProjectTrack
    losses: tuple[str, ...]


@dataclass
class TrackReader:
    """Reads tracks one after the other."""

    clock: ReaperClock
    folder: Path
    pools: dict[str, Block] = field(default_factory=dict)

    def read(self, block: Block, place: int) -> TrackRead:
        """The track at a place among all, which is its id; where it is routed is not known yet."""
        losses: list[str] = []
        name = plain(" ".join(block.words("NAME"))) or f"track {place + 1}"
        frozen = block.block("FREEZE")
        holder = frozen if frozen is not None and frozen.block("ITEM") else block
        if frozen is not None:
            losses.append("it was frozen; what it was made of is brought over")
        items = ItemReader(self.clock, self.folder, self.pools)
        lanes = ItemLanes.of(block)
        for item in list(holder.blocks("ITEM"))[:MOST_ITEMS]:
            if lanes.play(item):
                items.read(item)
            else:
                losses.append("an item in a lane that does not play is left out")
        chain = self._chain(block, holder)
        muted, soloed = (whole(block.words("MUTESOLO"), index) for index in (0, 1))
        track = ProjectTrack(
            id=str(place),
            name=name,
            notes=items.playing.in_order(),
            controllers=items.playing.controllers,
            clips=fading_over(items.clips, self.clock.tempo_map),
            devices=tuple(chain.devices),
            muted=bool(muted),
            soloed=bool(soloed),
            colour=colour_of(block.words("PEAKCOL"), 0),
        )
        losses += _lost(block)
        return TrackRead(
            with_fader(track, block, "VOLPAN", self.clock),
            (*losses, *items.losses, *chain.losses),
        )

    def _chain(self, block: Block, holder: Block) -> ChainRead:
        """Effects of notes, then the chain; all off where the chain is."""
        made = ChainRead()
        chain = holder.block("FXCHAIN") or block.block("FXCHAIN")
        if chain is not None:
            read = read_chain(chain, self.clock)
            if not whole(block.words("FX"), 0, 1):
                read.devices = [replace(device, enabled=False) for device in read.devices]
            made.devices += read.devices
            made.losses += read.losses
        made.devices = _in_roles(made.devices)
        if (recording := block.block("FXCHAIN_REC")) and any(True for _ in recording.blocks()):
            made.losses.append("effects for recording are left out")
        return made


def _in_roles(devices: list[ProjectDevice]) -> list[ProjectDevice]:
    """What stands before the instrument changes its notes."""
    first = next((i for i, one in enumerate(devices) if one.role == "instrument"), 0)
    return [
        replace(device, role="note effect") if place < first else device
        for place, device in enumerate(devices)
    ]


def with_fader(
    track: ProjectTrack, block: Block, words_of: str, clock: ReaperClock, envelopes_of: str = ""
) -> ProjectTrack:
    """With volume and pan as they are said, and their envelopes.

    Those are what the former trim, unless the track reads them: then they stand instead of it.
    """
    words = block.words(words_of)
    volume, pan = abs(number(words, 0, 1.0)), max(-1.0, min(number(words, 1), 1.0))
    if whole(block.words(f"{envelopes_of}AUTOMODE"), 0) != _TRIM:
        volume = volume if not _has(block, f"{envelopes_of}VOLENV2") else 1.0
        pan = pan if not _has(block, f"{envelopes_of}PANENV2") else 0.0
    louder = _envelope(block, f"{envelopes_of}VOLENV2", clock, volume)
    level = still(louder)
    if level is not None:
        volume, louder = abs(level), ()
    turned = _envelope(block, f"{envelopes_of}PANENV2", clock, -1.0)
    place = still(turned)
    if place is not None:
        pan, turned = max(-1.0, min(pan + place, 1.0)), ()
    return replace(
        track,
        volume_db=gain_to_db(volume),
        pan=pan,
        volume_automation=louder,
        pan_automation=turned,
    )


def _has(block: Block, name: str) -> bool:
    envelope = block.block(name)
    return envelope is not None and is_on(envelope)


def _envelope(block: Block, name: str, clock: ReaperClock, by: float) -> tuple[CurvePoint, ...]:
    envelope = block.block(name)
    if envelope is None or not is_on(envelope):
        return ()
    return scaled(curve_of(envelope, clock), by)


def _lost(block: Block) -> Iterator[str]:
    """What of a track has no place in a session."""
    channels = whole(block.words("NCHAN"), 0, _STEREO)
    if channels > _STEREO:
        yield f"of its {channels} channels 1 and 2 are brought over"
    if whole(block.words("IPHASE"), 0):
        yield "its inverted polarity is left out"
    if (offset := number(block.words("PLAYOFFS"), 0)) and not whole(block.words("PLAYOFFS"), 1):
        yield f"its offset of {1000 * offset:g} ms is left out"
    pans = whole(block.words("PANMODE"), 0)
    if pans == _DUAL_PAN or (pans == _STEREO_PAN and number(block.words("VOLPAN"), 4, 1.0) != 1):
        yield "its width is left out: left and right stay as they are"
    if block.row("HWOUT") is not None:
        yield "its outputs to hardware are left out"
    for envelope in block.blocks():
        if not envelope.name.endswith(("ENV", "ENV2", "ENV3")) or not is_on(envelope):
            continue
        if envelope.name not in KNOWN_ENVELOPES:
            if envelope.name not in ("AUXPANENV", "AUXMUTEENV"):
                yield f"automation of {_ENVELOPES.get(envelope.name, envelope.name)} is left out"
        elif has_other_shapes(envelope):
            yield "curved automation goes straight from point to point"
    if (count := sum(1 for _ in block.blocks("ITEM"))) > MOST_ITEMS:
        yield f"{counted(count - MOST_ITEMS, 'item')} too many"
