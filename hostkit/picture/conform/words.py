"""Shots and what became of them, in words."""

from __future__ import annotations

from hostkit.ground.counted import counted
from hostkit.picture.conform.pieces import ShotPiece
from hostkit.picture.conform.shots import Reel, Shot

_MOST_NAMES = 3


def cut_in_words(shot: Shot, head: ShotPiece) -> str:
    """What is not plain of a cut: `head` is the first piece of its shot that is left."""
    trimmed = head.new_shot.start - shot.start - head.moved
    parts = []
    if trimmed:
        change = "trimmed" if trimmed > 0 else "extended"
        by = counted(abs(trimmed), "frame")
        parts.append(f"follows the cut into {shot.name}, whose head was {change} by {by}")
    if head.new_shot.transition_frames:
        parts.append(f"{shot.name} comes in by {transition_in_words(head.new_shot)}")
    return "; ".join(parts)


def transition_in_words(shot: Shot) -> str:
    """How a shot comes in."""
    frames = shot.transition_frames
    return f"a {shot.transition} of {counted(frames, 'frame')}" if frames else "a cut"


def speed_in_words(shot: Shot) -> str:
    """How fast a shot is: `50 % speed`."""
    return "a frozen frame" if shot.speed == 0 else f"{float(100 * shot.speed):.0f} % speed"


def sources_in_words(reel: Reel) -> str:
    """The first sources of a reel, by their keys."""
    names = list(dict.fromkeys(shot.key for shot in reel.shots))
    more = ", …" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more or "all black"
