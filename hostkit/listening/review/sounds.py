"""What sounds in a page: stems, and the mixes that are made of them there.

A mix is the sum of its stems, as its certificate proves, so it is heard as that: no sound is in a
page twice. One whose stems were not delivered is a sound of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hostkit.delivery.manifest.entries import FileEntry, MixEntry, StemEntry
from hostkit.listening.review.versions import DeliveredVersion

SAMPLE_RATES = (44_100, 48_000)
"""Those that every browser decodes MP3 at."""


@dataclass(frozen=True)
class PageSound:
    """A file that is played. `name` is a stem's or a mix's, `kind` says which."""

    id: str
    kind: str
    name: str
    entry: FileEntry
    path: Path
    sample_rate: int
    tracks: tuple[str, ...]

    @property
    def seconds(self) -> float:
        return self.entry.measures.frames / self.sample_rate


@dataclass(frozen=True)
class Programme:
    """What can be chosen to be heard: a mix, or stems without one; the sum of its sounds.

    `path` is the mix's file.
    """

    id: str
    name: str
    form: str
    version: int
    sounds: tuple[PageSound, ...]
    mix: MixEntry | None
    path: Path | None

    @property
    def seconds(self) -> float:
        return max(sound.seconds for sound in self.sounds)


def programmes(versions: Sequence[DeliveredVersion]) -> tuple[Programme, ...]:
    """Everything that can be heard, version by version, mix by mix."""
    return tuple(
        programme
        for number, version in enumerate(versions)
        for programme in _programmes(number, version)
    )


def sounds_of(found: Sequence[Programme]) -> tuple[PageSound, ...]:
    """Every sound in them, once."""
    return tuple({sound.id: sound for one in found for sound in one.sounds}.values())


def page_rate(sounds: Sequence[PageSound]) -> int:
    """The sample rate of a page: 44.1 kHz where all its files have that, its half or its double."""
    low, high = SAMPLE_RATES
    return low if all(sound.sample_rate % 11_025 == 0 for sound in sounds) else high


def _programmes(number: int, version: DeliveredVersion) -> Iterator[Programme]:
    manifest = version.manifest
    stems = {
        name: _sound(version, f"{number}-s{n}", "stem", name, stem)
        for n, (name, stem) in enumerate(manifest.stems.items())
    }
    heard: set[str] = set()
    for n, (name, mix) in enumerate(manifest.mixes.items()):
        parts = tuple(stems[stem] for stem in mix.stems if stem in stems)
        is_sum = bool(parts) and len(parts) == len(mix.stems) and mix.null == "pass"
        sounds = parts if is_sum else (_sound(version, f"{number}-m{n}", "mix", name, mix),)
        heard.update(sound.name for sound in sounds if is_sum)
        path = version.at(mix.file)
        yield Programme(f"{number}-p{n}", name, mix.file.form, number, sounds, mix, path)
    lone = [stem for name, stem in stems.items() if name not in heard]
    for n, form in enumerate(dict.fromkeys(stem.entry.form for stem in lone)):
        own = tuple(stem for stem in lone if stem.entry.form == form)
        yield Programme(f"{number}-l{n}", "stems", form, number, own, None, None)


def _sound(
    version: DeliveredVersion, identity: str, kind: str, name: str, said: StemEntry | MixEntry
) -> PageSound:
    rate = version.manifest.sample_rate
    return PageSound(identity, kind, name, said.file, version.at(said.file), rate, said.tracks)
