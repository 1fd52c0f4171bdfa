"""Audio clips as regions of a session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import PurePosixPath

from hostkit.audio.files.reader import AudioSource
from hostkit.errors import BadValue
from hostkit.exchange.arriving.audio.takes import ArrivingTakes
from hostkit.exchange.arriving.form import ArrivedForm
from hostkit.exchange.project import AudioClip, Media
from hostkit.ground.counted import counted, few_of
from hostkit.timebase.sampling import sample_of

MOST_REGIONS = 1_500
"""In all: a session has room for 20,000 values."""
_ROUNDED = 2
"""Frames that clips which touch each other may overlap, as their places are rounded."""
_PARTS = 10**9
"""Of a quarter note: what positions are rounded to."""
_NO_PASS = Fraction(1, 10)
"""Seconds: files that are packed, as MP3, are about so much longer for one reader than another."""
_UNPACKED = (".wav", ".bwf", ".w64", ".rf64", ".aif", ".aiff", ".flac", ".wv", ".caf")
"""Endings of files that are as long for every reader."""


@dataclass(frozen=True)
class _Cut:
    """A clip in samples of the session: it sounds from `start` up to `stop`."""

    clip: AudioClip
    file: str
    start: int
    stop: int
    first: int
    channels: int


@dataclass
class ArrivingRegions:
    """Makes regions of clips; `losses` are what cannot be held of them."""

    takes: ArrivingTakes
    form: ArrivedForm
    sample_rate: int
    losses: list[str] = field(default_factory=list)
    _made: int = 0
    _missing: list[str] = field(default_factory=list)

    def lanes(self, clips: Sequence[AudioClip]) -> tuple[tuple[dict[str, object], ...], ...]:
        """Regions of as many tracks as play at once."""
        lanes: list[list[_Cut]] = []
        cuts = (cut for clip in clips for cut in self._cuts(clip))
        for cut in sorted(cuts, key=lambda cut: cut.clip.at):
            for lane in lanes:
                overlap = lane[-1].stop - cut.start
                if 0 < overlap <= _ROUNDED and lane[-1].start < cut.start:
                    lane[-1] = replace(lane[-1], stop=cut.start)
                if lane[-1].stop <= cut.start or self._fades_over(lane, cut):
                    lane.append(cut)
                    break
            else:
                lanes.append([cut])
        if self._missing:
            files = few_of(list(dict.fromkeys(self._missing)))
            left_out = f"{counted(len(self._missing), 'clip')} of audio that is not there"
            self.losses.append(f"{left_out}, neither in the project nor beside it: {files}")
            self._missing.clear()
        return tuple(tuple(self._written(lane)) for lane in lanes)

    def _fades_over(self, lane: list[_Cut], cut: _Cut) -> bool:
        """Whether a clip fades over from the last one of a lane, and only from that."""
        room = len(lane) < 2 or lane[-2].stop <= cut.start
        overlap = lane[-1].stop - cut.start
        wanted = cut.clip.crossfade_seconds or cut.clip.fade_in_seconds
        return bool(wanted) and room and overlap < cut.stop - cut.start

    def _cuts(self, clip: AudioClip) -> Iterator[_Cut]:
        """A clip, once for each time that it begins again."""
        for one in self._passes(clip):
            if (cut := self._cut(one)) is not None:
                yield cut

    def _passes(self, clip: AudioClip) -> Iterator[AudioClip]:
        """A clip as what plays straight on each; the first fades in, the last fades out."""
        loop, source = clip.loop, self._source_of(clip)
        if loop is None or source is None or clip.muted:
            yield clip
            return
        stop = Fraction(source.frames, source.sample_rate)
        stop = stop if loop.stop is None else min(stop, loop.stop)
        rate, left = Fraction(repr(clip.rate)), clip.length_seconds
        first, seconds = clip.start_seconds, self.form.tempo_map.seconds_at(clip.at)
        if loop.start >= stop:
            yield clip
            return
        if first < 0 or first >= stop:
            first = loop.start + (first - loop.start) % (stop - loop.start)
        at, fade_in = clip.at, clip.fade_in_seconds
        least = self._least_pass(source)
        for _ in range(MOST_REGIONS):
            length = min(left, (stop - first) / rate)
            is_last = left - length < least
            yield replace(
                clip,
                at=at,
                start_seconds=first,
                length_seconds=length,
                fade_in_seconds=fade_in,
                fade_out_seconds=clip.fade_out_seconds if is_last else 0.0,
            )
            if is_last:
                return
            left, seconds, first, fade_in = left - length, seconds + length, loop.start, 0.0
            exact = self.form.tempo_map.beats_at_seconds(seconds)
            at = Fraction(round(exact * _PARTS), _PARTS)
        self.losses.append(f"{clip.media.said} begins again too often, and is cut short")

    def _least_pass(self, source: AudioSource) -> Fraction:
        """How much has to be left of a clip, in seconds, for its file to begin again."""
        if source.path.suffix.lower() in _UNPACKED:
            return Fraction(1, self.sample_rate)
        return _NO_PASS

    def _source_of(self, clip: AudioClip) -> AudioSource | None:
        """The audio of a clip, None where it cannot be had, which is told elsewhere."""
        try:
            return self.takes.sources[self.takes.bring(clip.media)]
        except BadValue:
            return None

    def _cut(self, clip: AudioClip) -> _Cut | None:
        if clip.muted:
            self.losses.append("a muted clip is left out")
            return None
        if self._made >= MOST_REGIONS:
            self.losses.append(f"more than {MOST_REGIONS} clips in all; the rest are left out")
            return None
        if clip.media.file is None:
            self._missing.append(_file_name(clip.media))
            return None
        try:
            file = self.takes.bring(clip.media)
        except BadValue as error:
            self.losses.append(f"a clip is left out: {error.fault.message}")
            return None
        if clip.rate != 1:
            stretched = f"{_file_name(clip.media)} is stretched to {100 / clip.rate:.6g} %"
            self.losses.append(f"{stretched} there; it plays at its own speed")
        source = self.takes.sources[file]
        rate = self.sample_rate
        whole = (2 * source.frames * rate // source.sample_rate + 1) // 2
        start = self.form.tempo_map.sample_at(clip.at, rate)
        first = sample_of(clip.start_seconds, rate)
        length = sample_of(clip.length_seconds, rate)
        if clip.rate == 1:
            end = sample_of(self.form.tempo_map.seconds_at(clip.at) + clip.length_seconds, rate)
            length = end - start
        past_its_end = max(0, length - (whole - first))
        length -= past_its_end
        if length <= 0:
            self.losses.append(f"a clip lies past the end of {clip.media.said} and is left out")
            return None
        if source.channels > 2 and not clip.channels:
            self.losses.append(f"{clip.media.said} has more than two channels; two are heard")
        self._made += 1
        if past_its_end and clip.fade_out_seconds:  # what of the fade is silent there
            left = clip.fade_out_seconds - past_its_end / rate
            clip = replace(clip, fade_out_seconds=max(0.0, left))
        return _Cut(clip, file, start, start + length, first, source.channels)

    def _written(self, lane: list[_Cut]) -> Iterator[dict[str, object]]:
        fades_in = [self._crossfade(a, b) for a, b in zip([None, *lane], lane, strict=False)]
        fades_out = [*fades_in[1:], 0]
        for cut, crossfade, next_crossfade in zip(lane, fades_in, fades_out, strict=True):
            clip, length = cut.clip, cut.stop - cut.start
            region: dict[str, object] = {"file": cut.file, "at": self.form.place(clip.at)}
            if cut.first:
                region["from"] = self._seconds(cut.first)
            region["to"] = self._seconds(cut.first + length)
            if clip.channels not in ((), tuple(range(cut.channels))) or cut.channels > 2:
                region["channels"] = [channel + 1 for channel in clip.channels or (0, 1)]
            if gain_db := max(-144.0, min(clip.gain_db, 24.0)):
                region["gain_db"] = round(gain_db, 6)
            if crossfade:
                region["crossfade_ms"] = round(1000 * crossfade / self.sample_rate, 6)
            fades = {
                "fade_in_ms": 0.0 if crossfade else clip.fade_in_seconds,
                "fade_out_ms": 0.0 if next_crossfade else clip.fade_out_seconds,
            }
            room = length
            for key, seconds in fades.items():
                frames = min(room, round(seconds * self.sample_rate))
                room -= frames
                if frames:
                    region[key] = round(1000 * frames / self.sample_rate, 6)
            if clip.fade != "equal_power" and any(key.endswith("_ms") for key in region):
                region["fade"] = clip.fade
            yield region

    def _crossfade(self, before: _Cut | None, cut: _Cut) -> int:
        """Frames of a crossfade, 0 for none; no longer than both have room for."""
        if before is None or before.stop < cut.start:
            return 0
        seconds = cut.clip.crossfade_seconds
        if before.stop > cut.start:  # what overlaps without fading over has a lane of its own
            seconds = seconds or cut.clip.fade_in_seconds
        wanted = round(seconds * self.sample_rate)
        return max(0, min(wanted, before.stop - cut.start, cut.stop - cut.start))

    def _seconds(self, frames: int) -> str:
        """A place in a file that is exactly so many frames from its start."""
        seconds = Fraction(frames, self.sample_rate)
        short = Fraction(round(seconds * 10**6), 10**6)
        if sample_of(short, self.sample_rate) == frames:
            seconds = short
        scaled = seconds * 10**6
        if scaled.denominator == 1:
            whole, part = divmod(scaled.numerator, 10**6)
            return f"{whole}.{part:06}".rstrip("0").rstrip(".") + "s"
        return f"{seconds}s"


def _file_name(media: Media) -> str:
    """What a file is called, without its folders."""
    return PurePosixPath(media.said.replace("\\", "/")).name or "a file without a name"
