"""The standard kinds of alternative mix: names that need no recipe. A new one is one row."""

from __future__ import annotations

from dataclasses import dataclass

TAGS = {
    "melody": "the lead lines",
    "drums": "drums and percussion",
    "bass": "bass lines",
    "vocals": "voices and choirs",
    "fx": "hits, risers and other effects",
}
"""The tags that standard kinds go by, and what they mean."""


@dataclass(frozen=True)
class Kind:
    """`only` keeps tracks by their tags (empty: all), `mute` takes some out of those.

    Without a track for each tag in `needs` the mix would not be what its name says.
    """

    name: str
    only: tuple[str, ...] = ()
    mute: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("full"),
        Kind("instrumental", mute=("vocals",), needs=("vocals",)),
        Kind("underscore", mute=("melody", "vocals"), needs=("melody",)),
        Kind("no_drums", mute=("drums",), needs=("drums",)),
        Kind("drums_only", only=("drums",), needs=("drums",)),
        Kind("drums_and_bass", only=("drums", "bass"), needs=("drums", "bass")),
        Kind("no_bass", mute=("bass",), needs=("bass",)),
        Kind("no_vocals", mute=("vocals",), needs=("vocals",)),
        Kind("bed", mute=("melody", "vocals", "fx"), needs=("melody",)),
        Kind("melody_only", only=("melody",), needs=("melody",)),
    )
}
