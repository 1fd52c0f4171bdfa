"""The session to start from for recordings: a track a file, where its time stamp puts it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from hostkit.ground.counted import counted
from hostkit.midi.general import DRUM_CHANNEL, suggested_stem
from hostkit.session.starting.proposal import legal_name, plain_tags, unique
from hostkit.session.starting.recorded.takes import Take, Takes
from hostkit.session.starting.scalars import scalar
from hostkit.session.starting.text import Title, mixes_text
from hostkit.session.starting.words import sound_in
from hostkit.timebase.framerate import FrameRate
from hostkit.timebase.position import Seconds
from hostkit.timebase.timecode import label_at

_T = TypeVar("_T")
_MOST_APART = 3600
"""Seconds between time stamps of one cue; what lies farther apart is stamped by the time of day."""
_RATES = range(8_000, 192_001)
_SIDE_DB = -3.01  # a mono track is so much louder hard on one side


@dataclass(frozen=True)
class Begun:
    """The text of a session, and what is to be said of it."""

    text: str
    unrecognised: int
    said: str
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class NewRecording:
    """A track to write: its name, the stem that the name tells ("" for none), its tags."""

    name: str
    take: Take
    stem: str
    tags: tuple[str, ...]


@dataclass(frozen=True)
class TakeClock:
    """How takes lie in time: `start` is the earliest time stamp, of what `rate` is the timecode.

    None where no file says.
    """

    start: Fraction | None
    rate: FrameRate | None
    drop_frame: bool = False
    by_day: bool = False
    """Whether the stamps are the time of day, which places nothing."""

    @classmethod
    def of(cls, takes: Sequence[Take]) -> TakeClock:
        stamps = [take.stamp for take in takes if take.stamp is not None]
        if not stamps or max(stamps) - min(stamps) > _MOST_APART:
            return cls(None, None, by_day=bool(stamps))
        rates = [(take.frame_rate, take.drop_frame) for take in takes if take.frame_rate]
        rate, drop_frame = _commonest(rates) if rates else (None, False)
        return cls(min(stamps), rate, drop_frame and rate is not None and bool(rate.drops))

    def region(self, take: Take, file: str) -> str:
        """The take as a region: by its stamp where a picture says what that means."""
        keys = [f"file: {scalar(file)}"]
        if self.start is None or take.stamp is None:
            keys.append("at: 1|1")
        elif self.rate is None:
            keys.append(f"at: {Seconds(take.stamp - self.start)}")
        if take.channels > 2:
            keys.append("channels: [1, 2]")
        return f"[{{{', '.join(keys)}}}]"

    @property
    def picture(self) -> str:
        """The keys that say where 1|1 lies, or how that would be said."""
        if self.start is None or self.rate is None:
            return (
                "# To place files by their time stamps, say what 1|1 is in the picture:\n"
                "# picture: {frame_rate: 23.976, start: 01:00:00:00}\n"
            )
        frame = int(self.start * self.rate.frames_per_second)  # the one that the stamp lies in
        label = label_at(frame, self.rate, self.drop_frame)
        return (
            "# 1|1 is the earliest time stamp; regions without at: lie where theirs puts them.\n"
            f"picture: {{frame_rate: {self.rate}, start: {label}}}\n"
        )


def takes_session(takes: Takes, folder_name: str, title: Title) -> Begun:
    """A session that plays the takes, whose folder it calls `folder_name`, as they are.

    Every track is at 0 dB in the middle, so that the mix is the sum of the files; but for halves
    of a stereo recording, which go to their sides.
    """
    tracks, clock = _tracks(takes.takes), TakeClock.of(takes.takes)
    rate = _sample_rate(takes.takes)
    lost = sum(not track.stem for track in tracks)
    said = no_family(lost, len(tracks)) if lost else ""
    text = "\n".join(
        (
            _head(title, rate, clock),
            _tracks_text(tracks, clock, folder_name, said),
            mixes_text([track.tags for track in tracks]),
        )
    )
    return Begun(text, lost, said, (*takes.left_out, *_warnings(takes.takes, rate, clock)))


def no_family(lost: int, tracks: int) -> str:
    """What is said about files whose names tell no instrument.

    >>> no_family(2, 4)
    '2 of 4 tracks: no instrument recognised, each a stem of its own'
    """
    own = "each a stem" if lost > 1 else "a stem"
    return f"{lost} of {counted(tracks, 'track')}: no instrument recognised, {own} of its own"


def _tracks(takes: Sequence[Take]) -> list[NewRecording]:
    plain = [take.name for take in takes]
    names = unique(
        [legal_name(name) or f"take {n}" for n, name in enumerate(plain, start=1)],
    )
    tracks = []
    for name, take in zip(names, takes, strict=True):
        sound = sound_in(take.name.replace("_", " "), plain)
        if sound is None:
            tracks.append(NewRecording(name, take, "", ()))
            continue
        stem = suggested_stem(sound.program, DRUM_CHANNEL if sound.is_drums else 1)
        tracks.append(NewRecording(name, take, stem, plain_tags(take.name, sound, stem)))
    return tracks


def _sample_rate(takes: Sequence[Take]) -> int:
    """That of most takes, which are then played as they are."""
    rates = [take.sample_rate for take in takes if take.sample_rate in _RATES]
    return _commonest(rates) if rates else 48_000


def _commonest(values: Sequence[_T]) -> _T:
    return Counter(values).most_common(1)[0][0]


def _warnings(takes: Sequence[Take], rate: int, clock: TakeClock) -> tuple[str, ...]:
    said = [
        f"{take.path.name} will be converted from {take.sample_rate} to {rate} Hz"
        for take in takes
        if take.sample_rate != rate
    ]
    said += [
        f"{take.path.name} has {take.channels} channels; the first two are played"
        for take in takes
        if take.channels > 2
    ]
    if clock.by_day:
        said.append("time stamps lie more than an hour apart, so all files begin at 1|1")
    return tuple(said)


def _head(title: Title, rate: int, clock: TakeClock) -> str:
    cue = f"cue: {title.cue}" if title.cue else "# cue: 1m01"
    return f"""\
# Begun by hostkit init; it renders as it stands: the mix is the sum of the files.
# Whatever you change, hostkit check tells all that is wrong with it at once.
hostkit: 1
{cue}
title: {scalar(title.text)}
version: {title.version}
sample_rate: {rate}
{clock.picture}\
# No recording says its tempo: 120 for now. Bars and beats, and what follows the tempo, go by it.
tempo: [{{at: 1|1, bpm: 120, meter: 4/4}}]
"""


def _tracks_text(
    tracks: Sequence[NewRecording], clock: TakeClock, folder_name: str, said: str
) -> str:
    head = f"# {said}.\n" if said else ""
    head += """\
# Regions also take from:, to:, gain_db:, fade_in_ms: and crossfade_ms:; tracks take effects:, pan:
# and sends:, as those with instruments do.
tracks:
"""
    return head + "\n".join(_track(track, clock, folder_name) for track in tracks)


def _track(track: NewRecording, clock: TakeClock, folder_name: str) -> str:
    take = track.take
    file = take.path.name if folder_name == "." else f"{folder_name}/{take.path.name}"
    lines = [f"  {scalar(track.name)}:", f"    audio: {clock.region(take, file)}"]
    if take.side:
        lines.append(f"    gain_db: {_SIDE_DB}   # hard on one side is 3 dB louder")
        lines.append(f"    pan: {-1 if take.side == 'L' else 1}")
    if track.stem:
        lines.append(f"    stem: {track.stem}")
    if track.tags:
        lines.append(f"    tags: [{', '.join(track.tags)}]")
    return "\n".join(lines) + "\n"
