"""The audio files that a project's clips play, brought over once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from hostkit.audio.files.reader import AudioSource, open_audio
from hostkit.audio.files.whole_file import whole_file
from hostkit.errors import BadValue, HostkitError
from hostkit.exchange.dawproject.archive import open_archive
from hostkit.exchange.project import Media
from hostkit.ground.file_names import safe_name
from hostkit.ground.places import real_path
from hostkit.session.starting.proposal import legal_name

MOST_BYTES_OF_ONE = 8 * 10**9
MOST_TIMES_PACKED = 200
"""Audio is packed to a hundredth at most, unless it is made to fill a disk."""
MOST_BYTES_IN_ANY_CASE = 10**9


@dataclass
class ArrivingTakes:
    """Audio files, each brought over once: out of an archive into `into`, or where it lies.

    `folder` is what the session calls `into`; `beside` is where the session will lie.
    """

    into: Path
    folder: str
    beside: Path
    names: dict[Media, str] = field(default_factory=dict)
    sources: dict[str, AudioSource] = field(default_factory=dict)
    why_not: dict[Media, str] = field(default_factory=dict)
    _unpacked: int = 0

    def bring(self, media: Media) -> str:
        """What the session calls a file. Raises BadValue where it cannot be had."""
        if why := self.why_not.get(media):
            raise BadValue(why)
        if media not in self.names:
            try:
                self._bring(media)
            except (BadValue, HostkitError) as error:
                why = f"{media.said or 'an audio file'} cannot be had: {error.fault.message}"
                self.why_not[media] = why
                raise BadValue(why) from None
        return self.names[media]

    def _bring(self, media: Media) -> None:
        if media.file is None:
            raise BadValue("it is not there")
        if not media.member:
            path, name = media.file, _relative(media.file, self.beside)
            if not name:
                raise BadValue("it lies outside of the session's folder")
        else:
            path = self._unpack(media.file, media.member)
            name = f"{self.folder}/{path.name}"
        source = open_audio(path)
        if not source.frames:
            raise BadValue("it holds no audio")
        self.names[media], self.sources[name] = name, source

    def _unpack(self, archive: Path, member: str) -> Path:
        path = self.into / self._free_name(member)
        most = max(MOST_BYTES_IN_ANY_CASE, archive.stat().st_size * MOST_TIMES_PACKED)
        most = min(most - self._unpacked, MOST_BYTES_OF_ONE)
        with open_archive(archive) as opened, whole_file(path) as file:
            for block in opened.blocks(member, most):
                self._unpacked += len(block)
                file.write(block)
            if self._unpacked > most:
                raise BadValue("it is larger than any audio when it is unpacked")
        return path

    def _free_name(self, member: str) -> str:
        path = PurePosixPath(member.replace("\\", "/"))
        stem = safe_name(legal_name(path.stem) or "take")
        suffix = path.suffix.lower() if path.suffix[1:].isalnum() and path.suffix.isascii() else ""
        taken = {name.rpartition("/")[2].casefold() for name in self.names.values()}
        name, number = f"{stem}{suffix}", 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem} {number}{suffix}"
        return name


def _relative(path: Path, folder: Path) -> str:
    try:
        return real_path(path).relative_to(real_path(folder)).as_posix()
    except ValueError:
        return ""
