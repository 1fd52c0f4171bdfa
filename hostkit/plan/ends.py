"""Warnings of where the music ends: a stray event, or what lies after the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from hostkit.errors import BadValue
from hostkit.ground.clock import clock
from hostkit.plan.music.timeline import Timeline
from hostkit.plan.nodes.node import TrackNode
from hostkit.plan.nodes.recorded import Recorded, Region
from hostkit.plan.nodes.sources import Live
from hostkit.plan.plan import Plan
from hostkit.plan.reasons import some
from hostkit.session.model.session import Session

LONE_SECONDS = 60
"""A track that goes on for so long after twice the length of all others has a stray event."""
LONE_TAKE_SECONDS = 20
"""A recording that goes on for so long after all else ran on after the music."""


def stray_ends(whole: Plan) -> tuple[str, ...]:
    """What to say of music that ends where it has rung out."""
    return (*_lone_end(whole), *_after_the_end(whole))


def _after_the_end(whole: Plan) -> tuple[str, ...]:
    """What to say where sections or hits lie after all has rung out, as a typing slip does."""
    tails = max((track.plan.tail.max_frames for track in whole.tracks), default=0)
    late = [repr(mark.name) for mark in whole.form.marks if mark.frame > whole.last_event + tails]
    if not late:
        return ()
    end = clock(whole.last_event // whole.sample_rate)
    lies = "lies" if len(late) == 1 else "lie"
    return (
        f"{some(late)} {lies} after the end: the last note ends at {end}; if that is not meant, "
        "correct the position",
    )


def _lone_end(whole: Plan) -> tuple[str, ...]:
    """What to say where one track makes the music much longer than all others do."""
    tracks = sorted(whole.tracks, key=lambda track: track.plan.source.end)
    if len(tracks) < 2:
        return ()
    before, longest = tracks[-2:]
    others, last = before.plan.source.end, longest.plan.source.end
    takes = [region for region in _regions(longest) if region.stop == last]
    most = others + LONE_TAKE_SECONDS * whole.sample_rate
    if last < (most if takes else 2 * others + LONE_SECONDS * whole.sample_rate):
        return ()
    long, short = (clock(frames // whole.sample_rate) for frames in (last, others))
    named = longest.tracks[0]
    if takes:
        take = f"{takes[0].recording.content.path.name} of {named}"
        said = f"{take} plays up to {long}"
        cure = "if that is not meant, end it earlier with to:"
    else:
        said, cure = f"{named} ends at {long}", "if that is a stray event, delete it"
    return (
        f"{said}, all other tracks by {short}; {cure}, or end the session with length: {short}",
    )


def cut_off(whole: Plan, frames: int, session: Session) -> tuple[str, ...]:
    """What to say where sections, hits, recordings or a score lie after the session's length."""
    late = [repr(mark.name) for mark in whole.form.marks if mark.frame >= frames]
    late += _scored_after(whole, frames, session)
    late += _recorded_after(whole, frames)
    if not late:
        return ()
    return (
        f"length: {session.length} ends the music before {some(late)}; if that is not meant, give "
        "it more length",
    )


def _scored_after(whole: Plan, frames: int, session: Session) -> Iterator[str]:
    timeline = Timeline(whole.tempo_map, whole.sample_rate)
    for name, track in session.tracks.items():
        for entry in track.score:
            with suppress(BadValue):  # told of the score
                if timeline.sample_at(entry.at) >= frames:
                    yield f"what {name} plays at {entry.at}"


def _recorded_after(whole: Plan, frames: int) -> Iterator[str]:
    for track in whole.tracks:
        for region in _regions(track):
            if region.start >= frames:
                yield f"{region.recording.content.path.name} of {track.name}"


def _regions(track: TrackNode) -> tuple[Region, ...]:
    """What was recorded of a track; nothing of one that plays notes."""
    source = track.plan.source
    players = source.players if isinstance(source, Live) else source
    return players.regions if isinstance(players, Recorded) else ()
