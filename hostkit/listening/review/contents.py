"""What a page is told: levels, marks, sounds, and the papers of each version, as one JSON value."""

from __future__ import annotations

import hashlib
import math
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hostkit import __version__
from hostkit.audio.files.bwf import Bwf
from hostkit.delivery.manifest.entries import FileEntry
from hostkit.ground.harmless import on_a_line
from hostkit.listening.review.bars import bar_starts
from hostkit.listening.review.mp3 import (
    IMPULSE_FRAME,
    PRE_FRAMES,
    SEGMENT_SECONDS,
    impulse,
)
from hostkit.listening.review.papers import papers
from hostkit.listening.review.reading import CURVE_HOPS, ReadSound
from hostkit.listening.review.size import PageSize
from hostkit.listening.review.sounds import PageSound, Programme
from hostkit.listening.review.versions import DeliveredVersion
from hostkit.plan.plan import WHOLE

FORMAT = 1
_MOST_MARKS = 2_000


def contents(
    versions: Sequence[DeliveredVersion],
    heard: Sequence[Programme],
    read: Mapping[Path, ReadSound],
    sample_rate: int,
    size: PageSize,
) -> dict[str, Any]:
    """All that a page shows, ready for JSON. `read` is by the path of each file."""
    names = _names(versions)
    return {
        "format": FORMAT,
        "made_by": f"hostkit {__version__}",
        "id": _identity(versions),
        "title": versions[0].title,
        "rate": sample_rate,
        "bitrate_kbps": size.bitrate_kbps,
        "segment_frames": SEGMENT_SECONDS * sample_rate,
        "pre_frames": PRE_FRAMES,
        "impulse_frame": IMPULSE_FRAME,
        "impulse": b64encode(impulse(sample_rate, size.bitrate_kbps)).decode(),
        "curve_seconds": CURVE_HOPS / 100,
        "versions": [
            {"name": name, **papers(version)} for name, version in zip(names, versions, strict=True)
        ],
        "sounds": {
            sound.id: _sound(sound, read[sound.path]) for one in heard for sound in one.sounds
        },
        "programmes": [_programme(one, versions[one.version], read, sample_rate) for one in heard],
    }


def _identity(versions: Sequence[DeliveredVersion]) -> str:
    """By this a browser knows notes on the very same music, whoever made the page."""
    hashes = [found for version in versions for found in version.manifest.hashes.values()]
    return hashlib.sha256(" ".join(hashes).encode("utf-8", "replace")).hexdigest()[:32]


def _names(versions: Sequence[DeliveredVersion]) -> list[str]:
    """Of each version a name that no other one has: its title, with its folder where that is not
    enough.
    """
    titles = [version.title for version in versions]
    shown = [
        title if titles.count(title) == 1 else f"{title} ({on_a_line(version.folder.name, 80)})"
        for title, version in zip(titles, versions, strict=True)
    ]
    return [
        name if shown.count(name) == 1 else f"{n}: {name}" for n, name in enumerate(shown, start=1)
    ]


def _sound(sound: PageSound, read: ReadSound) -> dict[str, Any]:
    return {
        "name": sound.name,
        "kind": sound.kind,
        "tracks": list(sound.tracks),
        "levels": _levels(sound.entry),
        "frames": read.frames,
        "peaks": read.peaks.as_json(),
        "silent": [not size for size in read.segments],
    }


def _programme(
    one: Programme, version: DeliveredVersion, read: Mapping[Path, ReadSound], sample_rate: int
) -> dict[str, Any]:
    measured = read[one.path] if one.path else None
    frames = max(read[sound.path].frames for sound in one.sounds)
    entry = one.mix.file if one.mix else one.sounds[0].entry
    about, rate = version.about(entry), version.manifest.sample_rate
    form = version.manifest.forms.get(one.form)
    pre_roll = form.pre_roll_frames if form else 0
    sections = set(form.sections) if form else set()
    return {
        "id": one.id,
        "name": one.name,
        "version": one.version,
        "form": one.form,
        "is_whole": one.form == WHOLE,
        "changes": form.changes_in_words if form else "",
        "frames": frames,
        "seconds": frames / sample_rate,
        "music_at": pre_roll / rate,
        "bars": (
            [pre_roll / rate + at for at in bar_starts(version, frames / sample_rate)]
            if one.form == WHOLE
            else []
        ),
        "timecode": _timecode(entry, about, rate) if one.form == WHOLE else None,
        "marks": list(_marks(about, sections, rate)),
        "loop": [about.loop.start / rate, about.loop.stop / rate] if about.loop else None,
        "sounds": [sound.id for sound in one.sounds],
        "without": list(one.mix.without) if one.mix else [],
        "levels": _levels(entry) if one.mix else None,
        "curve": list(measured.short_term_lufs) if measured else [],
    }


def _timecode(entry: FileEntry, about: Bwf, rate: int) -> dict[str, Any] | None:
    """Seconds since midnight at the first sample, by a clock that counts frames at that rate."""
    if about.frame_rate is None:
        return None
    per_second = about.frame_rate
    return {
        "start_seconds": entry.time_reference / rate,
        "rate": [per_second.numerator, per_second.denominator],
        "drop": about.drop_frame,
    }


def _marks(about: Bwf, sections: set[str], rate: int) -> Iterator[dict[str, Any]]:
    for mark in about.markers[:_MOST_MARKS]:
        yield {
            "at": mark.frame / rate,
            "name": on_a_line(mark.label, 200),
            "is_section": mark.label in sections,
        }


def _levels(entry: FileEntry) -> dict[str, float | None]:
    loudness = asdict(entry.measures.loudness)
    return {name: round(one, 2) if math.isfinite(one) else None for name, one in loudness.items()}
