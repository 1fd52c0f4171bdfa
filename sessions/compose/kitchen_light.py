"""Kitchen Light: four-bar phrases under a conversation, each with a cadence to leave at.

G major at 75. Nothing happens in the octave where people speak that is not slow; the tune
is a cello's, low, and a clarinet's answer.
"""

from __future__ import annotations

from fractions import Fraction

from score import Player, Score

from hostkit.timebase.position import BarBeat
from hostkit.timebase.tempo_map import TempoMark

TEMPO = [TempoMark(BarBeat(1), Fraction(75), (4, 4))]
MARKERS = [("1|1", "intro"), ("5|1", "theme"), ("13|1", "middle"), ("21|1", "end")]

PIANO = Player(0, 1, sustains=False, spread_ms=10)
CELLO = Player(42, 2, spread_ms=16, vibrato=24, lag_ms=20, legato=1.02)
CLARINET = Player(71, 3, spread_ms=14, vibrato=14, legato=1.02)
STRINGS = Player(49, 4, spread_ms=16, vibrato=8, lag_ms=70, legato=1.03)
BASS = Player(43, 5, spread_ms=12, lag_ms=25)
CELESTA = Player(8, 6, sustains=False, spread_ms=10)

# A bar each: broken by the piano in eighths, held by three voices, over a bass.
CHORDS = {
    "G": ("G2 D3 B3 D4 G3 D4 B3 D4", "B3+D4+G4", "G2"),
    "G/B": ("B2 G3 D4 G3 B3 G3 D4 G3", "B3+D4+G4", "B1"),
    "C": ("C3 G3 B3 E4 G3 E4 B3 E4", "C4+E4+G4", "C2"),
    "D": ("D3 A3 C4 D4 F#4 D4 C4 A3", "A3+D4+F#4", "D2"),
    "Dsus": ("D3 A3 D4 G4 A3 D4 G4 D4", "A3+D4+G4", "D2"),
    "Em": ("E2 B2 G3 B3 E3 B3 G3 B3", "B3+E4+G4", "E2"),
    "Am": ("A2 E3 C4 E4 G3 E4 C4 E4", "C4+E4+G4", "A1"),
    "Bm": ("B2 F#3 B3 D4 F#3 D4 B3 D4", "B3+D4+F#4", "B1"),
    "Cm": ("C3 G3 C4 Eb4 G3 Eb4 C4 Eb4", "C4+Eb4+G4", "C2"),
}
INTRO = ["G", "C", "G/B", "D"]
THEME = ["G", "Bm", "C", "Dsus", "Em", "C", "Am", "D"]
MIDDLE = ["Em", "Bm", "C", "G/B", "Am", "Em", "C", "D"]
END = ["G", "C", "Cm", "D"]


def compose() -> Score:
    score = Score("Kitchen Light", TEMPO, MARKERS)
    chords = enumerate([*INTRO, *THEME, *MIDDLE, *END], start=1)
    accompany(score, dict(chords))
    sing(score)
    return score


def accompany(score: Score, chords: dict[int, str]) -> None:
    piano = score.part("Piano", PIANO, "1|1 p, 5|1 mp, 13|1 mp, 20|4 mf, 21|1 p, 24|4 pp, 25|1 p")
    strings = score.part(
        "Strings",
        STRINGS,
        "5|1 pp, 11|3 mp, 12|4 p, 13|1 p, 19|3 mf, 20|4 p, 21|1 p, 25|1 p, 25|4 ppp",
    )
    bass = score.part("Bass", BASS, "5|1 pp, 11|3 mp, 13|1 p, 19|3 mf, 21|1 p, 25|4 ppp")
    for bar, name in chords.items():
        broken, held, low = CHORDS[name]
        piano.play(f"{bar}|1", " ".join(f"{note}:.5" for note in broken.split()))
        if bar >= 5:
            strings.play(f"{bar}|1", f"{held}:4")
            bass.play(f"{bar}|1", f"{low}:4")
    piano.play("25|1", "G1+G2+D3+B3:4")
    strings.play("25|1", "G3+B3+D4+G4:4")
    bass.play("25|1", "G1:4")
    piano.pedal(*[f"{bar}|1" for bar in range(1, 26)], "26|1")


def sing(score: Score) -> None:
    cello = score.part(
        "Cello", CELLO, "5|1 p, 7|3 mp, 8|4 p, 10|3 mf, 12|4 p, 21|1 p, 23|1 mp, 25|3 pp"
    )
    cello.play("5|1", "D3:2 B3:1.5 A3:.5 | F#3:3 D3:1 | E3:2 C4:1.5 B3:.5 | G3:2 A3")
    cello.play("9|1", "G3:2 E4:1.5 D4:.5 | C4:3 G3:1 | A3:1.5 B3:.5 C4:1 E4 | D4:2 C4:1 A3")
    cello.play("21|1", "B3:3 D3:1 | E3:3 G3:1 | Eb3:3 G3:1 | F#3:2 A3 | G3:4")

    clarinet = score.part("Clarinet", CLARINET, "13|1 p, 15|3 mp, 16|4 p, 18|3 mf, 20|4 p")
    clarinet.play("13|1", "_:1 B4 G4:1.5 E4:.5 | D4:3 F#4:1 | G4:1.5 E4:.5 C5:2 | B4:3 _:1")
    clarinet.play("17|1", "_:1 C5 A4:1.5 E4:.5 | G4:3 B4:1 | E5:2 D5:1 C5 | A4:2 F#4")

    celesta = score.part("Celesta", CELESTA, "1|1 p, 21|1 p, 25|1 pp")
    celesta.play("2|3", "E6:1 D6 | _:4 | _:2 A5:1 F#5")
    celesta.play("21|3", "D6:1 B5 | _:2 E6:1 C6 | _:2 Eb6:1 C6 | _:2 A5:1 C6 | B5:4")
    celesta.pedal("2|1", "3|1", "4|1", "5|1")
    celesta.pedal("21|1", "22|1", "23|1", "24|1", "25|1", "26|1")
