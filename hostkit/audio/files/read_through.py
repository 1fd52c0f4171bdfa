"""Whether a recording can be played to its end, which only reading it tells; read once."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from hostkit.audio.files.reader import AudioFile
from hostkit.ground.places import cache_folder


def read_through(path: Path, sha256: str, first: int, last: int) -> None:
    """Reads the frames of a file from `first` up to `last`.

    That nothing is wrong with them is kept in the user's cache folder, by the file's `sha256`.
    Raises RequestError for a sample that is no level, and for a file that is damaged there.
    """
    file = AudioFile(path)
    if file.is_plain:
        return
    note = cache_folder() / "read-takes" / f"{sha256}-{first}-{last}"
    if note.exists():
        return
    for block in file.blocks(start=first):
        first += block.shape[1]
        if first >= last:
            break
    with suppress(OSError):  # it is read again next time
        note.parent.mkdir(parents=True, exist_ok=True)
        note.touch()
