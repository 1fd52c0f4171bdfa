"""Keys of music, as they are written in words and in short."""

from __future__ import annotations

import re

from hostkit.errors import BadValue

KEY_PATTERN = r"^[A-G][b#]?( ?(m|min|minor|maj|major))?$"


def musical_key(text: str) -> str:
    """A key with its mode in words. Raises BadValue.

    >>> musical_key("F#m"), musical_key("Bb")
    ('F# minor', 'Bb major')
    """
    if not re.fullmatch(KEY_PATTERN, text):
        raise BadValue(f"{text[:40]!r} is no key", cure="write D minor, F#m or Bb major")
    tonic = text[:2].rstrip(" m")
    minor = text[len(tonic) :].strip() in ("m", "min", "minor")
    return f"{tonic} {'minor' if minor else 'major'}"


def short_key(key: str) -> str:
    """A key as short as tags and file names have it.

    >>> short_key("F# minor"), short_key("Bb major"), short_key("")
    ('F#m', 'Bb', '')
    """
    tonic, _, mode = key.partition(" ")
    return f"{tonic}m" if mode == "minor" else tonic
