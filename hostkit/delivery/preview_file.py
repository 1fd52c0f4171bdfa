"""The file of a quick listen, in preview/ of a delivery's folder: beside it, no part of it.

`previews.json` lists what hostkit wrote there, with check sums: only that is replaced.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hostkit.delivery.certificate.hashes import sha256
from hostkit.delivery.folder.incoming import Folder, incoming_folder, move_in
from hostkit.delivery.manifest import MANIFEST
from hostkit.delivery.names.naming import Spelling
from hostkit.disk.outputs import refuse_dangling
from hostkit.errors import RequestError
from hostkit.ground.named_file import is_file, read_named

LIST = "previews.json"
FORMAT = 1
MAX_LIST_BYTES = 1_000_000
NAMED_AT_MOST = 3
"""So many parts stand in a file's name; of more it says how many."""
MAX_NAME_BYTES, MAX_SPAN_BYTES = 200, 100
"""Of a name without its ending, and of what it says of the stretch."""
LISTED_AGAIN = 8
"""So often a file is put into the list again that others write at the same moment."""
_SPELLING = Spelling(space=" ", ascii_only=False)


def file_name(session: str, solo: tuple[str, ...], mute: tuple[str, ...], *span: str) -> str:
    """The name of a quick listen's file, which says what is in it.

    >>> file_name("cue", ("strings", "horns"), ("flute",), "from 9|1", "to bridge")
    'cue - preview - strings + horns without flute from 9-1 to bridge.wav'
    >>> file_name("cue", (), ())
    'cue - preview - all.wav'
    """
    without = f" without {_some(mute)}" if mute else ""
    parts = _SPELLING.clean(f"{session} - preview - {_some(solo) or 'all'}{without}")
    where = _SPELLING.clean(" ".join(span))
    ending = f" {_fitting(where, MAX_SPAN_BYTES)}" if where else ""
    return f"{_fitting(parts, MAX_NAME_BYTES - len(ending.encode()))}{ending}.wav"


def _some(names: tuple[str, ...]) -> str:
    """The names, or the first few of many, with a mark that is another for others."""
    more = names[NAMED_AT_MOST:]
    return " + ".join(
        (*names[:NAMED_AT_MOST], *([f"{len(more)} more ({_mark(more)})"] if more else []))
    )


def _fitting(text: str, most_bytes: int) -> str:
    """A text, or as much of it as fits, with a mark that is another for others."""
    if len(text.encode()) <= most_bytes:
        return text
    mark = f" ({_mark([text])})"
    room = most_bytes - len(mark.encode())
    return text.encode()[:room].decode(errors="ignore").rstrip() + mark


def _mark(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:4]


def refuse_others(path: Path) -> None:
    """Raises RequestError where a quick listen would replace or join what others put there."""
    place = path.parent
    if (place / MANIFEST).exists():
        raise RequestError(
            "holds a delivery, which a quick listen is no part of",
            cure="choose another folder (-o)",
            file=place,
        )
    refuse_dangling(path)
    if path.exists() and path.name not in _ours(place):
        raise RequestError(
            "is not as hostkit wrote it, or not from hostkit",
            cure="move it away, or choose another folder (-o)",
            file=path,
        )


@contextmanager
def preview_in(path: Path) -> Iterator[Path]:
    """Where to write the file of a quick listen, which is at `path` once that has ended well.

    Otherwise everything is as it was. Raises RequestError for a file that is somebody's,
    StorageError.
    """
    place = path.parent
    try:
        with incoming_folder(place) as folder:
            yield folder.new(path.name)
            _move_in(folder, path.name)
        for _ in range(LISTED_AGAIN):
            if path.name in _ours(place):
                break
            with incoming_folder(place) as folder:  # another wrote the list at the same moment
                _move_in(folder, path.name)
    finally:
        with suppress(OSError):  # what is not empty stays
            place.rmdir()


def _move_in(folder: Folder, name: str) -> None:
    ours = _ours(folder.place)
    listed = {**ours, name: sha256(folder.current(name))}
    listed.pop(LIST, None)
    text = json.dumps({"format": FORMAT, "files": listed}, indent=2, ensure_ascii=False)
    now = {name: listed[name], LIST: folder.put(LIST, text.encode())}
    before = {path: ours[path] for path in (name, LIST) if path in ours}
    move_in(folder, now, before)


def _ours(place: Path) -> dict[str, str]:
    """What hostkit wrote into a folder of quick listens and nobody altered, with its SHA-256."""
    try:
        document = json.loads(read_named(place / LIST, MAX_LIST_BYTES))
        files = {str(name): str(known) for name, known in document["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    kept = {
        name: known
        for name, known in files.items()
        if Path(name).name == name and is_file(place / name) and sha256(place / name) == known
    }
    return {**kept, LIST: sha256(place / LIST)} if document.get("format") == FORMAT else {}
