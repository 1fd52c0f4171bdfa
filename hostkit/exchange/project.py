"""A project of a DAW as values: what DAWproject, REAPER and a session can all be told in.

A reader makes one of a file, a writer makes a file of one; neither knows of sessions.

Times are quarter notes from the project's start as fractions (`at`, `length`), whatever the file
counts in; what lies inside an audio file is in seconds of it. Levels of faders are dB; automation
of a fader is *linear gain* (1 is 0 dB) as both formats have it, and straight from point to point.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal, NamedTuple

from hostkit.exchange.tempo import ProjectMeter, ProjectTempo, tempo_map_of
from hostkit.plan.nodes.recorded import FadeShape
from hostkit.timebase.picture import PictureStart
from hostkit.timebase.tempo_map import TempoMap

TrackRole = Literal["regular", "folder", "bus", "master"]
"""What a track is for: `folder` holds others and sums them, `bus` is fed by sends."""
DeviceFormat = Literal["vst3", "vst2", "au", "clap", "lv2", "builtin", "hostkit"]
"""What a device is: a plug-in, an effect that the file format itself describes, or one of ours."""
DeviceRole = Literal["instrument", "effect", "note effect"]
ExpressionKind = Literal["gain", "pan", "transpose", "timbre", "formant", "pressure"]
ControllerKind = Literal["cc", "pitch bend", "channel pressure", "poly pressure", "program"]


class CurvePoint(NamedTuple):
    """A point of automation; `linear` where what follows goes straight to the next one."""

    at: Fraction
    value: float
    linear: bool = False


@dataclass(frozen=True, slots=True)
class NoteExpression:
    """What happens to one note while it sounds.

    Gain is linear (1 unchanged), pan −1…1, transpose semitones, the others 0…1.
    """

    kind: ExpressionKind
    points: tuple[CurvePoint, ...]


@dataclass(frozen=True, slots=True)
class ProjectNote:
    """A note; key 0…127 with middle C 60, velocities 1…127 and 0…127, channel 0…15."""

    at: Fraction
    length: Fraction
    key: int
    velocity: int
    channel: int = 0
    release_velocity: int = 64
    expressions: tuple[NoteExpression, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectController:
    """A controller of a channel, in MIDI's own numbers: 0…127, pitch bend −8192…8191.

    `number` is that of a cc, or the key of poly pressure.
    """

    kind: ControllerKind
    points: tuple[CurvePoint, ...]
    number: int = 0
    channel: int = 0


@dataclass(frozen=True, slots=True)
class Media:
    """An audio file: `file` itself, or `member` of the archive `file`.

    `said` is what the project called it. `file` is None where that is not to be followed.
    """

    said: str
    file: Path | None = None
    member: str = ""


class FileLoop(NamedTuple):
    """What of an audio file comes again and again, in seconds; up to its end without a `stop`."""

    start: Fraction = Fraction(0)
    stop: Fraction | None = None


@dataclass(frozen=True, slots=True)
class AudioClip:
    """A stretch of an audio file that begins to sound at `at`.

    `start_seconds` is where in the file it begins; below 0 only with a `loop`, which is then what
    it begins in. A `rate` other than 1 stretches it: so many
    seconds of the file in a second of the project. `crossfade_seconds` fades over from the clip
    before it, which it overlaps. `channels` are those that are heard, from 0; none named are all.
    """

    media: Media
    at: Fraction
    length_seconds: Fraction
    start_seconds: Fraction = Fraction(0)
    gain_db: float = 0.0
    fade_in_seconds: float = 0.0
    fade_out_seconds: float = 0.0
    crossfade_seconds: float = 0.0
    fade: FadeShape = "equal_power"
    rate: float = 1.0
    channels: tuple[int, ...] = ()
    muted: bool = False
    name: str = ""
    colour: str = ""
    comment: str = ""
    loop: FileLoop | None = None
    """What it goes on with where the file, or the loop, ends before it does; else silence."""


@dataclass(frozen=True, slots=True)
class DeviceParameter:
    """A parameter by name, number or both. `unit` "normalized" means 0…1; "" its own.

    Points of its automation are in the same unit.
    """

    name: str
    value: float | bool | str | None = None
    number: int | None = None
    unit: str = ""
    automation: tuple[CurvePoint, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectDevice:
    """A device in a track's chain.

    `identity` is 32 hexadecimal digits in capitals for a VST3, the number of a VST2, "type subtype
    manufacturer" of an AU, and what DAWproject calls one of its own (`equalizer`, `compressor`,
    `noise_gate`, `limiter`). `format` "hostkit" is one that a session has without a plug-in: then
    `identity` is the key it is written with there (`soundfont`, `sfz`, `tone`, `reverb`…).
    `state` is a whole file, `.vstpreset`, `.fxp` or `.aupreset` by `state_suffix`, or empty.
    """

    name: str
    format: DeviceFormat
    role: DeviceRole
    identity: str = ""
    vendor: str = ""
    state: bytes = field(default=b"", repr=False)
    state_suffix: str = ""
    parameters: tuple[DeviceParameter, ...] = ()
    enabled: bool = True
    comment: str = ""


@dataclass(frozen=True, slots=True)
class ProjectSend:
    """What a track sends to the track with the id `to`; automation is of linear gain."""

    to: str
    level_db: float = 0.0
    pre_fader: bool = False
    pan: float = 0.0
    enabled: bool = True
    automation: tuple[CurvePoint, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectTrack:
    """A track, folder, bus or the master.

    `folder` is the id of the folder it lies in, `output` that of the track that its sound goes to,
    both "" where there is none (then the master). −inf is a volume, too. `pan` is −1…1. Of notes
    there may be many: readers have them as columns (`hostkit.exchange.columns`).
    """

    id: str
    name: str
    role: TrackRole = "regular"
    folder: str = ""
    output: str = ""
    notes: Sequence[ProjectNote] = field(default=(), repr=False)
    controllers: tuple[ProjectController, ...] = field(default=(), repr=False)
    clips: tuple[AudioClip, ...] = ()
    devices: tuple[ProjectDevice, ...] = ()
    sends: tuple[ProjectSend, ...] = ()
    volume_db: float = 0.0
    pan: float = 0.0
    volume_automation: tuple[CurvePoint, ...] = ()
    pan_automation: tuple[CurvePoint, ...] = ()
    muted: bool = False
    soloed: bool = False
    colour: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class ProjectMarker:
    """A marker, or a region where it has an `end`."""

    at: Fraction
    name: str
    end: Fraction | None = None
    colour: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Loss:
    """What could not be held, of a track by its name, "" for the whole project; `count` times.

    `what` says what it is and what became of it, as a plain sentence without a full stop.
    """

    track: str
    what: str
    count: int = 1

    def __str__(self) -> str:
        times = f" ({self.count} times)" if self.count > 1 else ""
        return f"{self.track}: {self.what}{times}" if self.track else f"{self.what}{times}"


@dataclass(frozen=True)
class Project:
    """All of it. `tempos` and `meters` ascend; tracks stand as in the mixer, folders first."""

    name: str
    program: str = ""
    tempos: tuple[ProjectTempo, ...] = ()
    meters: tuple[ProjectMeter, ...] = ()
    markers: tuple[ProjectMarker, ...] = ()
    tracks: tuple[ProjectTrack, ...] = ()
    title: str = ""
    comment: str = ""
    sample_rate: int | None = None
    losses: tuple[Loss, ...] = ()
    picture: PictureStart | None = None
    """The timecode of its start, for a file that can say it."""

    @property
    def tempo_map(self) -> TempoMap:
        return tempo_map_of(self.tempos, self.meters)


def said_once(losses: Iterable[Loss]) -> tuple[Loss, ...]:
    """The same told of the same track once, with how often; in the order of first mention.

    >>> [str(loss) for loss in said_once([Loss("Drums", "a clip is left out")] * 2)]
    ['Drums: a clip is left out (2 times)']
    """
    counts: dict[tuple[str, str], int] = {}
    for loss in losses:
        key = loss.track, loss.what
        counts[key] = counts.get(key, 0) + loss.count
    return tuple(Loss(track, what, count) for (track, what), count in counts.items())


def by_track(losses: Iterable[Loss]) -> Iterator[tuple[str, tuple[Loss, ...]]]:
    """Losses of each track together, those of the whole project ("") first."""
    grouped: dict[str, list[Loss]] = {"": []}
    for loss in said_once(losses):
        grouped.setdefault(loss.track, []).append(loss)
    yield from ((track, tuple(of_it)) for track, of_it in grouped.items() if of_it)
