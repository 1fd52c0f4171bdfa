"""The standard kinds of alternative mix: names that need no recipe. A new one is one row."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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

    Without a track for each tag in `needs` the mix would not be what its name says. The name
    of a `plain` one says so in plain words that no recipe can change: what holds drums is not
    `no_drums`, while each house has its own `bed`. A `click` has no tracks: it is made for players.
    """

    name: str
    only: tuple[str, ...] = ()
    mute: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    plain: bool = False
    click: bool = False

    def keeps(self, tags: Collection[str]) -> bool:
        """Whether a track of these tags sounds in it."""
        return (
            not self.click
            and (not self.only or any(t in self.only for t in tags))
            and not any(t in self.mute for t in tags)
        )


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("full"),
        Kind("instrumental", mute=("vocals",), needs=("vocals",), plain=True),
        Kind("underscore", mute=("melody", "vocals"), needs=("melody",)),
        Kind("no_drums", mute=("drums",), needs=("drums",), plain=True),
        Kind("drums_only", only=("drums",), needs=("drums",), plain=True),
        Kind("drums_and_bass", only=("drums", "bass"), needs=("drums", "bass"), plain=True),
        Kind("no_bass", mute=("bass",), needs=("bass",), plain=True),
        Kind("no_vocals", mute=("vocals",), needs=("vocals",), plain=True),
        Kind("bed", mute=("melody", "vocals", "fx"), needs=("melody",)),
        Kind("melody_only", only=("melody",), needs=("melody",), plain=True),
        Kind("click", click=True),
    )
}

WITHOUT = "no_"
"""A mix named `no_choir` is one without the tracks, the stem or the tag `choir`."""


def left_out_by_name(
    name: str, tags: Mapping[str, Collection[str]], stems: Mapping[str, str]
) -> set[str]:
    """The tracks that may not be in a mix of that name, whatever its recipe says.

    `tags` and `stems` are those of all tracks.

    >>> left_out_by_name("no_choir", {"altos": ["vocals"], "kick": []}, {"altos": "choir"})
    {'altos'}
    """
    if name in KINDS and KINDS[name].plain:
        return {track for track, has in tags.items() if not KINDS[name].keeps(has)}
    if not name.startswith(WITHOUT):
        return set()
    what = name.removeprefix(WITHOUT)
    return {t for t, has in tags.items() if what == t or what in has or what == stems.get(t)}
