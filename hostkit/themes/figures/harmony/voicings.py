"""Voicings: how the tones of one chord are spread over the keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from hostkit.themes.figures.harmony.symbols import ChordSymbol

Voicing = Literal["close", "open", "drop_2", "wide", "over_bass"]
MIDDLE = 60
_OCTAVE = 12
_FIFTHS = (7, 6, 8)


def voiced(chord: ChordSymbol, voicing: str, middle: int = MIDDLE) -> tuple[int, ...]:
    """The keys of a chord, lowest first, as near to `middle` as the voicing lets them be.

    * `close`: from the bass up, each tone as near as it can be
    * `open`: every other tone of the close one an octave higher
    * `drop_2`: the second tone from the top of the close one an octave lower
    * `over_bass`: the close one an octave and more over its bass
    * `wide`: bass and fifth low, the close one from the tenth up, as brass is spread

    >>> voiced(ChordSymbol.of("C"), "close"), voiced(ChordSymbol.of("C"), "open")
    ((60, 64, 67), (48, 55, 64))
    """
    shape = _SHAPES[voicing](chord)
    centre = (shape[0] + shape[-1]) / 2
    octaves = round((middle - centre) / _OCTAVE)
    return tuple(key + octaves * _OCTAVE for key in shape)


def _from(bottom: int, classes: tuple[int, ...]) -> list[int]:
    """Those classes from a key upwards, each as near to it as it can be."""
    return sorted(bottom + (key - bottom) % _OCTAVE for key in classes)


def _close(chord: ChordSymbol) -> list[int]:
    bass = chord.bass.key % _OCTAVE
    return _from(bass, tuple(dict.fromkeys((bass, *chord.keys))))


def _open(chord: ChordSymbol) -> list[int]:
    close = _close(chord)
    return sorted(key + _OCTAVE * (place % 2) for place, key in enumerate(close))


def _drop_2(chord: ChordSymbol) -> list[int]:
    close = _close(chord)
    dropped = max(len(close) - 2, 0)
    keys = sorted(key - _OCTAVE * (place == dropped) for place, key in enumerate(close))
    if not chord.on_its_root:  # a bass that is asked for is the lowest
        keys.remove(close[0])
        keys.insert(0, keys[0] - (keys[0] - close[0]) % _OCTAVE)
    return keys


def _over_bass(chord: ChordSymbol) -> list[int]:
    bass = chord.bass.key % _OCTAVE
    return [bass, *_from(bass + _OCTAVE, chord.keys)]


def _wide(chord: ChordSymbol) -> list[int]:
    low = low_voices(chord, "wide", chord.bass.key % _OCTAVE)
    return [*low, *_from(low[0] + _OCTAVE + 1, chord.keys)]


_SHAPES: dict[str, Callable[[ChordSymbol], list[int]]] = {
    "close": _close,
    "open": _open,
    "drop_2": _drop_2,
    "wide": _wide,
    "over_bass": _over_bass,
}


def low_voices(chord: ChordSymbol, voicing: str, bass: int) -> tuple[int, ...]:
    """What a voicing sets under the voices that move: its bass, a fifth over that in a wide one.

    >>> low_voices(ChordSymbol.of("C"), "wide", 36), low_voices(ChordSymbol.of("C"), "close", 36)
    ((36, 43), ())
    """
    if voicing == "over_bass":
        return (bass,)
    if voicing == "wide":
        above = (key - bass for key in (*chord.keys, chord.bass.key))
        fifths = [step % _OCTAVE for step in above if step % _OCTAVE in _FIFTHS]
        return (bass, bass + (fifths[0] if fifths else _OCTAVE))
    return ()
