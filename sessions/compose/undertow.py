"""Undertow: a synth pulse that never lets go, plucked strings above, an orchestra around.

E minor at 120. The line begins on the fifth and sinks (B G F♯ E); each time it is sung the
harmony below has moved, until the pulse is all that is left.
"""

from __future__ import annotations

from fractions import Fraction

from score import Player, Score

from hostkit.timebase.position import BarBeat
from hostkit.timebase.tempo_map import TempoMark

TEMPO = [TempoMark(BarBeat(1), Fraction(120), (4, 4))]
MARKERS = [
    ("1|1", "intro"),
    ("9|1", "build"),
    ("17|1", "drive"),
    ("33|1", "break"),
    ("37|1", "end"),
]

PULSE = Player(38, 1, sustains=False, spread_ms=0, legato=0.7)
PLUCKS = Player(107, 2, sustains=False, spread_ms=5)
CELLO = Player(42, 3, spread_ms=16, vibrato=24, lag_ms=20, legato=1.02)
VIOLINS = Player(48, 4, spread_ms=14, vibrato=14, lag_ms=70, legato=1.02)
LOW_STRINGS = Player(48, 5, spread_ms=14, lag_ms=50, legato=1.02)
SHORTS = Player(42, 6, sustains=False, spread_ms=8, legato=0.8, lag_ms=18)
HORNS = Player(60, 7, spread_ms=16, lag_ms=35)
LOW_BRASS = Player(57, 8, spread_ms=10, lag_ms=15)
TAIKOS = Player(116, 9, sustains=False, spread_ms=7)
DRUMS = Player(48, 10, sustains=False, spread_ms=5)
PAD = Player(95, 11, spread_ms=0, legato=1.04)
PIANO = Player(0, 12, sustains=False, spread_ms=9)
RISER = Player(119, 13, sustains=False, spread_ms=0)

# A bar of harmony: its root in the bass, and the four notes that the plucks break.
CHORDS = {
    "Em": ("E", "E4 B3 G4 B3 F#4 B3 G4 D4"),
    "C": ("C", "E4 C4 G4 C4 F#4 C4 G4 D4"),
    "G": ("G", "D4 B3 G4 B3 A4 B3 G4 D4"),
    "D": ("D", "D4 A3 F#4 A3 G4 A3 F#4 E4"),
    "Am": ("A", "E4 A3 C4 A3 B4 A3 C4 E4"),
    "B": ("B", "F#4 B3 E4 B3 D#4 B3 F#4 B3"),
}
VERSE = ["Em", "C", "G", "D", "Em", "C", "Am", "B"]
HARMONY = dict(
    enumerate(
        ["Em"] * 8 + ["Em", "Em", "C", "C", "Am", "Am", "B", "B", *VERSE, *VERSE] + ["Em"] * 7,
        start=1,
    )
)
OCTAVE = {"E": 2, "C": 2, "G": 2, "D": 2, "A": 1, "B": 1}  # where the basses have each root


def compose() -> Score:
    score = Score("Undertow", TEMPO, MARKERS)
    synths(score)
    strings(score)
    brass(score)
    percussion(score)
    return score


def root(bar: int, octave: int = 0) -> str:
    letter = CHORDS[HARMONY[bar]][0]
    return f"{letter}{OCTAVE[letter] + octave}"


def synths(score: Score) -> None:
    pulse = score.part("Pulse", PULSE, "1|1 mp, 9|1 mf, 17|1 f, 32|4 f, 33|1 mf, 36|4 p, 38|1 pp")
    for bar in range(1, 38):
        low, high = f"{root(bar)}:.25", f"{root(bar, 1)}:.25>"
        # Sixteenths in groups of 3 3 3 3 4: the high note leads each.
        pulse.play(f"{bar}|1", " ".join([high, low, low] * 4 + [high, low, low, low]))
    pulse.play("38|1", "E2:.25>")

    plucks = score.part(
        "Plucks", PLUCKS, "3|1 p, 9|1 mf, 17|1 f, 32|4 f, 33|1 mf, 36|4 mp, 37|1 mf, 39|1 p"
    )
    for bar in [*range(3, 9), *range(9, 37)]:
        notes = CHORDS[HARMONY[bar]][1].split()
        written = [f"{note}:.5{'>' if i in (0, 3, 6) else ''}" for i, note in enumerate(notes)]
        plucks.play(f"{bar}|1", " ".join(written))
    plucks.play("37|1", "E4:.5 B3 G4 B3 F#4 B3 E4:1 | E3+B3:4")

    pad = score.part("Pad", PAD, "1|1 pp, 8|4 mp, 16|4 mf, 17|1 mp, 33|1 mp, 36|4 mf, 39|1 ppp")
    pad.play("1|1", "E3+B3:16~ | E3+B3+G3:16")
    pad.play("9|1", "E3+B3+G3:8 | E3+C4+G3:8 | E3+C4+A3:8 | E3+B3+F#3:4 | D#3+B3+F#3:4")
    pad.play("33|1", "E3+B3+G3:8 | E3+C4+G3:4 | D3+A3+F#3:4 | E3+B3:8")

    piano = score.part("Piano", PIANO, "1|1 p, 9|1 mp, 33|1 mp, 38|1 p")
    for bar in (1, 3, 5, 7):
        piano.play(f"{bar}|1", "E1+E2:4> | _:2.5 B4:.5 G5:1")
    piano.play("33|1", "B4:3 G4:1 | F#4:1.5 E4:.5 B3:2 | C4+E4:3 B4:1 | A4:1.5 F#4:.5 D4:2 | E4:4")
    piano.play("38|1", "E1+E2+B2:4>")
    piano.pedal("1|1", "3|1", "5|1", "7|1", "9|1")
    piano.pedal("33|1", "34|1", "35|1", "36|1", "37|1", "38|1", "40|1")


def strings(score: Score) -> None:
    cello = score.part("Solo Cello", CELLO, "9|1 mp, 11|1 mf, 12|4 mp, 13|1 mf, 16|3 f, 33|1 p")
    cello.play("9|1", "B3:3 G3:1 | F#3:1.5 E3:.5 B2:2 | C4:3 B3:1 | A3:1.5 G3:.5 E3:2")
    cello.play("13|1", "A3:3 C4:1 | B3:1.5 A3:.5 E3:2 | E4:4 | D#4:2 F#4")
    cello.play("35|1", "E3:4 | F#3:4 | G3:2 F#3 | E3:4")

    violins = score.part(
        "Violins", VIOLINS, "13|1 pp, 16|4 f, 17|1 mf, 24|1 mf, 25|1 f, 31|1 ff, 32|4 ff"
    )
    violins.play("13|1", "E5:8 | F#5:4~ | F#5")
    violins.play("17|1", "B4:3 G4:1 | E5:2 D5:1 C5 | B4:3 G4:1 | A4:2 F#4")
    violins.play("21|1", "G4:2 B4 | E5:3 G5:1 | E5:2 C5:1 A4 | F#5:2 D#5")
    violins.play("25|1", "B4:2 E5 | G5:3 E5:1 | D5:3 B4:1 | F#5:2 A5")
    violins.play("29|1", "G5:3 F#5:1 | E5:2 C5:1 E5 | A5:3 G5:1 | F#5:2 B5:2 | E5:1>")

    low = score.part(
        "Low Strings", LOW_STRINGS, "9|1 pp, 16|1 mf, 16|4 f, 17|1 mf, 25|1 f, 32|4 ff, 33|1 f"
    )
    low.play("9|1", "E2+B2:8 | C2+G2:8 | A1+E2:8 | B1+F#2+E3:4 | B1+F#2+D#3:4")
    chords = ["E2+B2+G3", "C2+G2+G3", "G1+D3+G3", "D2+A2+F#3"]
    chords += ["E2+B2+G3", "C2+G2+G3", "A1+E2+C3", "B1+F#2+D#3"]
    for first in (17, 25):
        low.play(f"{first}|1", " | ".join(f"{chord}:4" for chord in chords))
    low.play("33|1", "E2+B2:1>")

    shorts = score.part("Spiccato", SHORTS, "15|1 p, 16|4 mf, 17|1 mf, 25|1 f, 32|4 ff")
    for bar in range(15, 33):
        low_note, high = root(bar, 1), root(bar, 2)
        shorts.play(
            f"{bar}|1",
            " ".join(
                f"{high if i % 3 == 0 and i < 15 else low_note}:.25{'>' if i % 3 == 0 else ''}'"
                for i in range(16)
            ),
        )


def brass(score: Score) -> None:
    horns = score.part("Horns", HORNS, "17|1 mf, 20|4 mf, 24|4 f, 25|1 f, 31|1 ff, 32|4 ff")
    horns.play("17|1", "B3:3 G3:1 | E4:2 D4:1 C4 | B3:3 G3:1 | A3:2 F#3")
    horns.play("21|1", "G3:2 B3 | E4:3 G4:1 | E4:2 C4:1 A3 | F#4:2 D#4")
    horns.play("25|1", "B3:2 E4 | G4:3 E4:1 | D4:3 B3:1 | F#4:2 A4")
    horns.play("29|1", "G4:3 F#4:1 | E4:2 C4:1 E4 | A4:3 G4:1 | F#4:2 D#4:2 | E4:1>")

    swells = ", ".join(f"{bar}|1 ff, {bar}|4 mp" for bar in range(17, 33, 2))
    low = score.part("Low Brass", LOW_BRASS, f"{swells}, 33|1 ff, 33|3 p")
    braams = {17: "E2+B2+E3", 19: "G2+D3+G3", 21: "E2+B2+E3", 23: "A2+E3+A3"}
    for bar, chord in braams.items():
        low.play(f"{bar}|1", f"{chord}:4>")
        low.play(f"{bar + 8}|1", f"{chord}:4>")
    low.play("24|1", "B2+F#3:4").play("32|1", "B2+F#3+B3:4").play("33|1", "E2+B2+E3:3>")


def percussion(score: Score) -> None:
    taikos = score.part("Taikos", TAIKOS, "9|1 pp, 16|1 mf, 16|4 ff, 17|1 f, 32|4 ff, 33|1 ff")
    calm = "E2:1.5> E2:1.5 E2:1"
    busy = "E2:.5> B1 B1 E2> B1 B1 E2> E2:.25 E2"
    for bar in range(9, 15):
        taikos.play(f"{bar}|1", calm)
    taikos.play("15|1", busy)
    taikos.play("16|1", " ".join(["E2:.25"] * 16))
    for bar in range(17, 33):
        taikos.play(f"{bar}|1", busy if bar % 4 else " ".join(["E2:.25> B1 B1 B1"] * 4))
    taikos.play("33|1", "E2+B1:2>").play("37|1", "E2:2>").play("38|1", "E2+B1:2>")

    drums = score.part("Drums", DRUMS, "1|1 p, 17|1 f, 32|4 ff, 33|1 f, 37|1 mp")
    boom, crash, clock = "B1", "C#3", "C#2"
    for bar in (1, 3, 5, 7, 33, 35, 37, 38):
        drums.play(f"{bar}|1", f"{boom}:2")
    for bar in range(5, 17):  # a clock that ticks off the beat
        drums.play(f"{bar}|1", f"_:.5 {clock}:.5 _ {clock} _ {clock} _ {clock}")
    for bar in range(17, 33):
        drums.play(f"{bar}|1", f"{boom}:1.5> {boom}:1.5 {boom}:1>")
    for bar in (17, 25, 33):
        drums.play(f"{bar}|1", f"{crash}:4>")

    riser = score.part("Riser", RISER, "1|1 ff")
    for bar in (16, 24, 32):
        riser.play(f"{bar}|3", "C3:2")
