"""Vorbis comments of a FLAC file that libsndfile has no name for.

libsndfile writes a fixed set of tags, at the front of the file. So that the samples need not
be moved, the comment it writes is made longer by what the others will take, and gives that
room back when the file is finished (RFC 9639, 8.6; Vorbis I, comment header).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

from hostkit.audio.files.bwf import Bwf

_MARK = b"fLaC"
_COMMENTS = 4
_LAST = 0x80
_FILL = " "
_LONGER = b"COMMENT="
_TITLE = "TITLE"


def more_tags(about: Bwf) -> tuple[str, ...]:
    """What libsndfile has no name for: the music's tags, and where a loop starts and its length.

    >>> from hostkit.audio.files.bwf import LoopPoints
    >>> from hostkit.audio.tags.tags import Tags
    >>> more_tags(Bwf(loop=LoopPoints(0, 96_000), tags=Tags(title="Tide", bpm="92")))
    ('BPM=92', 'LOOPSTART=0', 'LOOPLENGTH=96000')
    """
    named = tuple(f"{name}={value}" for name, value in about.tags.named("vorbis") if name != _TITLE)
    if about.loop is None:
        return named
    loop = f"LOOPSTART={about.loop.start}", f"LOOPLENGTH={about.loop.stop - about.loop.start}"
    return (*named, *loop)


def room_for(tags: Sequence[str]) -> str:
    """What makes a tag longer by as much as `tags` will take."""
    return _FILL * len(_packed(tags))


def put_in_room(path: Path, tags: Sequence[str]) -> None:
    """Adds `tags` to a file whose COMMENT ends with `room_for` them.

    Raises OSError.
    """
    with path.open("r+b") as file:
        assert file.read(4) == _MARK
        while True:
            head = int.from_bytes(file.read(4), "big")
            kind, size = head >> 24 & ~_LAST, head & 0xFFFFFF
            if kind == _COMMENTS:
                break
            assert not head >> 24 & _LAST  # libsndfile was given comments
            file.seek(size, 1)
        at, payload = file.tell(), file.read(size)
        changed = _exchanged(payload, tags)
        assert len(changed) == size
        file.seek(at)
        file.write(changed)


def _exchanged(payload: bytes, tags: Sequence[str]) -> bytes:
    """The comments with the room taken out of theirs, and the tags after them."""
    room = room_for(tags).encode()
    (vendor_bytes,) = struct.unpack_from("<I", payload)
    at = 4 + vendor_bytes
    (count,) = struct.unpack_from("<I", payload, at)
    vendor, at, comments = payload[:at], at + 4, []
    for _ in range(count):
        (size,) = struct.unpack_from("<I", payload, at)
        text = payload[at + 4 : at + 4 + size]
        comments.append(text.removesuffix(room) if text.upper().startswith(_LONGER) else text)
        at += 4 + size
    kept = b"".join(struct.pack("<I", len(text)) + text for text in comments)
    return vendor + struct.pack("<I", count + len(tags)) + kept + _packed(tags) + payload[at:]


def _packed(tags: Sequence[str]) -> bytes:
    texts = [tag.encode("utf-8") for tag in tags]
    return b"".join(struct.pack("<I", len(tag)) + tag for tag in texts)
