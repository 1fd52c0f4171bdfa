"""The audio files of clips: inside the archive, where there is room."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from hostkit.audio.files.reader import open_audio
from hostkit.errors import HostkitError
from hostkit.exchange.dawproject.writing.timeline import PackedAudio
from hostkit.exchange.project import Loss, Media

AUDIO = "audio"
MOST_PACKED_BYTES = 500_000_000
"""Audio beyond this stays beside the project, which names it."""


@dataclass
class PackedFiles:
    """Finds the audio files of clips, and packs those that have room."""

    folder: Path
    packed: dict[str, Path] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)
    _known: dict[Media, PackedAudio | None] = field(default_factory=dict)
    _bytes: int = 0

    def find(self, media: Media, track: str) -> PackedAudio | None:
        if media not in self._known:
            self._known[media] = self._look(media, track)
        return self._known[media]

    def _look(self, media: Media, track: str) -> PackedAudio | None:
        if media.file is None or media.member:
            self.losses.append(Loss(track, f"{media.said} is not there; its clips are left out"))
            return None
        try:
            source = open_audio(media.file)
            size = media.file.stat().st_size
        except (HostkitError, OSError) as error:
            self.losses.append(Loss(track, f"{media.said} cannot be read: {error}"))
            return None
        self._bytes += size
        if self._bytes > MOST_PACKED_BYTES:
            where = media.file.absolute()
            near = where.is_relative_to(self.folder.absolute())
            path = where.relative_to(self.folder.absolute()) if near else where
            self.losses.append(Loss(track, f"{media.said} stays beside the project"))
            return PackedAudio(path.as_posix(), True, source)
        name = f"{AUDIO}/{media.file.name}"
        number = 1
        while name in self.packed:
            number += 1
            name = f"{AUDIO}/{media.file.stem} {number}{media.file.suffix}"
        self.packed[name] = media.file
        return PackedAudio(name, False, source)
