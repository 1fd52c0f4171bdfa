r"""What `\words` and signs of LilyPond mean here, and what is said of those that are not read."""

from __future__ import annotations

import re

from hostkit.themes.dynamics import DYNAMICS

SIGNS = {
    ">": "accent",
    ".": "staccato",
    "-": "tenuto",
    "^": "marcato",
    "!": "staccatissimo",
    "_": "portato",
}
"""Behind `-`, `^` or `_`: the mark that each stands for."""
MARK_WORDS = {
    **{mark: mark for mark in (*SIGNS.values(), "trill", "mordent", "prall", "turn")},
    "prallmordent": "mordent",
    "reverseturn": "turn",
}
GRACES = ("grace", "acciaccatura", "appoggiatura")

ONCE = {"sf": 112, "sfz": 112, "fz": 112, "sffz": 122, "rfz": 104}
"""Dynamics of one note."""
ONCE_THEN = {"fp": ("f", "p"), "sfp": ("ff", "p"), "sfpp": ("ff", "pp")}
"""Dynamics of one note, and what holds after it."""
GROWING = {"<": 1, "cresc": 1, ">": -1, "decresc": -1, "dim": -1}
"""What begins a hairpin, and its direction."""

IGNORED = frozenset({"(", ")", "fermata", "breathe", "bar", "break", "stemUp", "stemDown"})
"""Engraving, and what a player is left to."""

_WAYS = """
    arco bartok colLegno conSordino detache espressivo flageolet flautando harmonics legato
    martellato muted nonVibrato open pizz pizzicato ricochet senzaSordino spiccato stopped
    sulPonticello sulTasto sustain trem tremolo upbow downbow vibrato
"""
ARTICULATIONS = frozenset(_WAYS.split())
"""Ways of playing that may be asked for by any instrument; others have to be in the session."""
ORDINARY = frozenset({"ord", "ordinario", "normale"})
"""What ends the way of playing that holds."""

ELSEWHERE = {
    "relative": "octaves are absolute here: c' is middle C, c'' the one above",
    "key": "write key: D minor beside the notes",
    "clef": "take it out; c' is middle C in every clef",
    "tempo": "write tempo: in the session",
    "repeat": "write the notes again, or quote the theme with sequence: [0, 0]",
    "transpose": "quote the theme with transpose:",
    "score": "write the notes alone",
    "new": "write the notes alone; each voice is a theme",
    "version": "write the notes alone",
    "header": "write the notes alone",
    "language": "take it out; notes have LilyPond's own names: fis, bes",
    "drummode": "write a pattern in score:",
}
"""The cure of words of LilyPond that are not read."""

KNOWN = (
    *DYNAMICS,
    *ONCE,
    *ONCE_THEN,
    *GROWING,
    *MARK_WORDS,
    *GRACES,
    *ARTICULATIONS,
    "tuplet",
    "time",
    "partial",
)
"""All that may be meant by one that is misspelt."""


_OTHERS_NOTE = re.compile(r"([a-gA-G])(#|##|b|bb|♯|♭)?[',]*\d*\.*")
_SHARPS, _FLATS = ("#", "♯"), ("b", "♭")


def cure_of(written: str) -> str:
    """What to write for a note that is spelled as elsewhere: c#4, Bb; "" where it is none.

    >>> cure_of("Bb4"), cure_of("x")
    ("write bes: sharps end in is, flats in es, and octaves are ' or ,", '')
    """
    if note := _OTHERS_NOTE.fullmatch(written):
        name, sign = note[1].lower(), (note[2] or "")[:1]
        ending = "is" if sign in _SHARPS else "es" if sign in _FLATS else ""
        return f"write {name}{ending}: sharps end in is, flats in es, and octaves are ' or ,"
    return "write b; B flat is bes" if written[:1] == "h" else ""
