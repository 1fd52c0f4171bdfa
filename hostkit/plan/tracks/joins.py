"""Where recorded regions meet each other or a mock-up: crossfades, and fades at the edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hostkit.errors import BadValue
from hostkit.plan.found import Found, Gathering
from hostkit.plan.nodes.recorded import Fade, Region
from hostkit.session.load import LoadedSession
from hostkit.session.model.audio import AudioRegion
from hostkit.session.yaml_tree import Path as KeyPath

EDGE_MS = 10.0
"""How long a mock-up and its recorded players fade over where nothing else is said."""
SHORT_GAP_MS = 100
"""A mock-up that is back for less between two takes of its players is heard as a flaw."""


@dataclass(frozen=True)
class Placed:
    """A region with what was written of it, and where that stands."""

    region: Region
    written: AudioRegion
    path: KeyPath


@dataclass(frozen=True)
class Joins:
    """Joins the regions of a track; `over_mockup` are those that take the place of one."""

    loaded: LoadedSession
    sample_rate: int
    over_mockup: bool

    def joined(self, placed: Sequence[Placed]) -> Found[tuple[Region, ...]]:
        """The regions, in order of time, with fades where they meet or leave a mock-up."""
        told = Gathering(self.loaded)
        made: list[Region] = []
        joins: list[int | None] = []
        still_playing = 0  # until where one plays that is not the last before
        for one, before in zip(placed, (None, *placed), strict=False):
            region, frames = one.region, None
            with told.placing(one.path):
                if region.start < still_playing:
                    raise BadValue(
                        f"{one.written.file} begins while two others play",
                        cure="give it a track of its own, or end one of them earlier with to:",
                    )
                frames = self._crossfade(before, one)
            if before is not None and frames is not None:
                at, shape = region.start - before.region.start, one.written.fade
                made[-1] = made[-1].lasting(at + frames).faded(Fade(at, frames, False, shape))
                region = region.faded(Fade(0, frames, True, shape))
            if self.over_mockup and before is not None and frames is None:
                told.warn(*self._gap(before, one))
            if made:
                still_playing = max(still_playing, made[-1].stop)
            made.append(region)
            joins.append(frames)
        if self.over_mockup:
            ends = zip(joins, (*joins[1:], None), strict=True)
            made = [
                self._with_edges(region, one.written, rises=join is None, falls=after is None)
                for region, one, (join, after) in zip(made, placed, ends, strict=True)
            ]
        return told.with_value(tuple(made))

    def _crossfade(self, before: Placed | None, one: Placed) -> int | None:
        """Frames of the crossfade from the region before; None where there is none.

        Raises BadValue where they overlap without one, or cannot have the one they ask for.
        """
        written, name, start = one.written, one.written.file, one.region.start
        if before is None or before.region.stop < start:
            if written.crossfade_ms and not self.over_mockup:
                raise BadValue(
                    f"no region reaches up to the start of {name}, so there is nothing to "
                    "crossfade from",
                    cure="write fade_in_ms: instead, or let the region before it play longer",
                )
            return None
        overlap = before.region.stop - start
        if overlap and written.crossfade_ms is None:
            raise BadValue(
                f"{name} begins {self._ms(overlap)} ms before the end of {before.written.file}",
                cure=f"write crossfade_ms: {self._ms(overlap)}, or end that earlier with to:",
            )
        room = min(overlap + before.region.left, one.region.frames)
        if written.crossfade_ms is None:
            return min(self._frames(EDGE_MS), room) if self.over_mockup else None
        frames = self._frames(written.crossfade_ms)
        if frames > room:
            raise BadValue(
                f"{before.written.file} has {self._ms(room)} ms left from there on, and the "
                f"crossfade takes {written.crossfade_ms:g}",
                cure="shorten it",
            )
        if written.fade_in_ms is not None or before.written.fade_out_ms is not None:
            raise BadValue(
                "a fade and a crossfade fall together where the regions meet",
                cure="take fade_in_ms: of this one and fade_out_ms: of the one before out",
            )
        return frames

    def _gap(self, before: Placed, one: Placed) -> tuple[str, ...]:
        """That the mock-up is back for a moment between two regions, where it is."""
        region = before.region
        gap = one.region.start - region.stop
        if gap > self._frames(SHORT_GAP_MS):
            return ()
        needed = gap + self._frames(one.written.crossfade_ms or 0)
        seconds = (region.offset + region.frames + gap) / self.sample_rate
        to = f"{seconds:.6f}".rstrip("0").rstrip(".")  # nearer to its sample than to any other
        longer = f"let the region before it play up to there, with to: {to}s"
        place = "" if one.written.at is None else f" at {one.written.at}"
        return (
            f"{one.path[1]}: the mock-up is back for {gap / self.sample_rate * 1000:.3g} ms before "
            f"{one.written.file}{place}; {longer if region.left >= needed else 'move one of them'}",
        )

    def _with_edges(
        self, region: Region, written: AudioRegion, *, rises: bool, falls: bool
    ) -> Region:
        """Fades from and to the mock-up, where none is written."""
        wanted = self._frames(EDGE_MS if written.crossfade_ms is None else written.crossfade_ms)
        frames = min(wanted, region.frames // 2)
        if rises and written.fade_in_ms is None:
            region = region.faded(Fade(0, frames, True, written.fade))
        if falls and written.fade_out_ms is None:
            region = region.faded(Fade(region.frames - frames, frames, False, written.fade))
        return region

    def _frames(self, ms: float) -> int:
        return round(ms * self.sample_rate / 1000)

    def _ms(self, frames: int) -> str:
        """Frames in ms, as one writes them.

        A length that is not whole is rounded down: it can be asked for as it is said.
        """
        tenths = frames * 10_000 // self.sample_rate
        return f"{tenths / 10:g}"
