"""Letters to draw with: five columns of seven dots each, the lowest bit on top."""

from __future__ import annotations

import numpy as np
from anyascii import anyascii
from numpy.typing import NDArray

_COLUMNS = """
0 3E5149453E 1 00427F4000 2 4261514946 3 2141454B31 4 1814127F10 5 2745454539 6 3C4A494930
7 0171090503 8 3649494936 9 064949291E : 0036360000 ; 0056360000 | 00007F0000 . 0060600000
- 0808080808 ' 0005030000 , 0050300000 / 2010080402 ( 001C224100 ) 0041221C00 + 08083E0808
! 00005F0000 ? 0201510906 & 3649552250
A 7E1111117E B 7F49494936 C 3E41414122 D 7F4141413E E 7F49494941 F 7F09090901 G 3E4149497A
H 7F0808087F I 00417F4100 J 2040413F01 K 7F08142241 L 7F40404040 M 7F020C027F N 7F0408107F
O 3E4141413E P 7F09090906 Q 3E4151215E R 7F09192946 S 4649494931 T 01017F0101 U 3F4040403F
V 1F2040201F W 3F4038403F X 6314081463 Y 0708700807 Z 6151494543
"""
_WORDS = _COLUMNS.split()
_GLYPHS = {
    letter: np.array([[byte >> row & 1 for byte in bytes.fromhex(dots)] for row in range(7)], bool)
    for letter, dots in zip(_WORDS[::2], _WORDS[1::2], strict=True)
}
_NOTHING = np.zeros((7, 5), bool)


def drawn_text(text: str, scale: int) -> NDArray[np.bool_]:
    """A text as dots, `(7 · scale, 6 · scale · letters)`: capitals, what is unknown left blank.

    >>> drawn_text("1|1", 2).shape
    (14, 36)
    """
    columns = [np.pad(_GLYPHS.get(c, _NOTHING), ((0, 0), (0, 1))) for c in anyascii(text).upper()]
    dots = np.concatenate(columns, axis=1) if columns else np.zeros((7, 0), bool)
    return np.repeat(np.repeat(dots, scale, axis=0), scale, axis=1)
