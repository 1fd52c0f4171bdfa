"""Names that files cannot have on every system.

A delivery made here is copied to Windows: there the names of old devices cannot be files,
whatever ending and whatever case, and dots and spaces at the end are lost (Microsoft, "Naming
Files, Paths, and Namespaces").
"""

from __future__ import annotations

from pathlib import Path

DEVICES = frozenset(("con", "prn", "aux", "nul", "conin$", "conout$", "clock$")) | {
    f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"
}


def is_reserved(name: str) -> bool:
    """Whether Windows would not have a file or folder of that name.

    >>> [is_reserved(name) for name in ("Nul.x", "COM1 .wav", "trailing.", "console", "aux_")]
    [True, True, True, False, False]
    """
    return name != name.rstrip(". ") or _device(name).casefold() in DEVICES


def safe_name(name: str) -> str:
    """The name itself, or the nearest one that every system has.

    >>> safe_name("strings"), safe_name("aux"), safe_name("nul.x"), safe_name("cue. ")
    ('strings', 'aux_', 'nul_.x', 'cue')
    """
    kept = name.rstrip(". ") or "_"
    if not is_reserved(kept):
        return kept
    device = _device(kept)
    return f"{device}_{kept[len(device) :]}"


def _device(name: str) -> str:
    """What Windows would look for among its devices."""
    return name.partition(".")[0].rstrip(" ")


def is_text(path: Path) -> bool:
    r"""Whether a path is characters: bytes that are not UTF-8 can be opened, but stand in no text.

    >>> is_text(Path("音楽.yaml")), is_text(Path("\udcff.yaml"))
    (True, False)
    """
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True
