"""Night Train: leaves slowly, runs in sevens, brakes into a station.

A dorian. The tempo belongs to the session file, which repeats what is written here: the
train gathers speed evenly in time, hurries evenly by the beat, and brakes geometrically.
"""

from __future__ import annotations

from fractions import Fraction

from score import Player, Score

from hostkit.timebase.position import BarBeat
from hostkit.timebase.tempo_map import TempoMark


def _ramp(bar: int, bpm: int, to: int, until: int, curve: str, meter: tuple[int, int]) -> TempoMark:
    return TempoMark(BarBeat(bar), Fraction(bpm), meter, Fraction(to), BarBeat(until), curve)


TEMPO = [
    _ramp(1, 58, 138, 9, "time", (4, 4)),
    TempoMark(BarBeat(9), Fraction(138), (7, 8)),
    _ramp(17, 138, 152, 25, "beats", (4, 4)),
    TempoMark(BarBeat(25), Fraction(152), (3, 4)),
    _ramp(29, 152, 63, 33, "geometric", (4, 4)),
]
MARKERS = [
    ("1|1", "departure"),
    ("9|1", "sevens"),
    ("17|1", "plain"),
    ("25|1", "bridge"),
    ("29|1", "brakes"),
    ("33|1", "station"),
]

MARIMBA = Player(12, 1, sustains=False, spread_ms=7)
PIZZICATO = Player(45, 2, sustains=False, spread_ms=9)
CLARINET = Player(71, 3, spread_ms=14, vibrato=16, legato=1.02)
STRINGS = Player(48, 4, spread_ms=16, vibrato=12, lag_ms=70, legato=1.03)
BASS = Player(32, 5, sustains=False, spread_ms=7, legato=0.9)
PULSE = Player(81, 6, sustains=False, spread_ms=0, legato=0.55)
PIANO = Player(0, 7, sustains=False, spread_ms=9)
VIBRAPHONE = Player(11, 8, sustains=False, spread_ms=10)
HORNS = Player(60, 9, spread_ms=16, lag_ms=35)
BRUSHES = Player(40, 10, sustains=False, spread_ms=6)


def compose() -> Score:
    score = Score("Night Train", TEMPO, MARKERS)
    wheels(score)
    rhythm(score)
    melody(score)
    harmony(score)
    return score


def wheels(score: Score) -> None:
    """What turns: marimba, and a synth whose filter the session opens and closes."""
    marimba = score.part(
        "Marimba", MARIMBA, "1|1 p, 8|4 mf, 17|1 mf, 24|4 f, 29|1 mf, 33|1 pp, 34|4 ppp"
    )
    even = ["A3:.5> E4 C4 E4 A3> E4 D4 E4", "A3:.5> E4 C4 E4 B3> E4 C4 F#4"]
    for bar in (1, 3, 5, 7):
        marimba.play(f"{bar}|1", " | ".join(even))
    sevens = {"Am": "A3 E4 C4 E4", "D": "A3 F#4 D4 F#4", "F": "A3 F4 C4 F4", "G": "B3 G4 D4 G4"}
    for bar, chord in zip(range(9, 17), ["Am", "D", "Am", "D", "F", "G", "Am", "Am"], strict=True):
        a, b, c, d = sevens[chord].split()
        marimba.play(f"{bar}|1", f"{a}:.5> {b} {c}> {d} {a}> {b} {c}")
    four = {**sevens, "C": "G3 E4 C4 E4", "Em": "G3 E4 B3 E4"}
    for bar, chord in zip(range(17, 25), ["Am", "F", "C", "G", "Am", "F", "D", "Em"], strict=True):
        a, b, c, d = four[chord].split()
        marimba.play(f"{bar}|1", f"{a}:.5> {b} {c} {d} {a}> {b} {c} {d}")
    for bar in range(29, 33):
        marimba.play(f"{bar}|1", even[bar % 2])
    marimba.play("33|1", "A3:1 E4 C4 E4 | A3:2 E4 | A3:4")

    pulse = score.part("Pulse", PULSE, "3|1 mf, 34|1 mf")
    for bar, chord in zip(range(3, 9), ["A2"] * 6, strict=True):
        pulse.play(f"{bar}|1", " ".join([f"{chord}:.25"] * 16))
    roots = {9: "A2 D3 A2 D3 F2 G2 A2 A2", 17: "A2 F2 C3 G2 A2 F2 D3 E3"}
    for first, notes in roots.items():
        per_bar = 14 if first == 9 else 16
        for bar, note in enumerate(notes.split(), start=first):
            pulse.play(f"{bar}|1", " ".join([f"{note}:.25"] * per_bar))
    for bar in range(29, 33):
        pulse.play(f"{bar}|1", " ".join(["A2:.25"] * 16))


def rhythm(score: Score) -> None:
    bass = score.part("Bass", BASS, "5|1 mp, 9|1 mf, 17|1 f, 25|1 mp, 29|1 mf, 33|1 p")
    for bar in range(5, 9):
        bass.play(f"{bar}|1", "A1:1.5> A1:.5 E2:1 G2")
    for bar, note in enumerate(["A1", "D2", "A1", "D2", "F1", "G1", "A1", "A1"], start=9):
        bass.play(f"{bar}|1", f"{note}:1> {note} {note}:.5 {note}:1")
    fifths = {"A1": "E2", "F1": "C2", "C2": "G2", "G1": "D2", "D2": "A2", "E2": "B2"}
    for bar, note in enumerate(["A1", "F1", "C2", "G1", "A1", "F1", "D2", "E2"], start=17):
        bass.play(f"{bar}|1", f"{note}:1> {fifths[note]}:.5 {note} {note}:1 {fifths[note]}")
    bass.play("25|1", "F1:3 | G1:3 | A1:3 | B1:3")
    for bar in range(29, 33):
        bass.play(f"{bar}|1", "A1:1.5> A1:.5 E2:1 G2")
    bass.play("33|1", "F2:4 | D2:2 E2 | A1:4")

    brushes = score.part("Brushes", BRUSHES, "3|1 pp, 8|4 mp, 17|1 mf, 24|4 f, 29|1 mf, 33|1 pp")
    kick, snare = "C2", "D2"
    straight = f"{snare}:.25> {snare} {snare} {snare}> " * 4
    for bar in [*range(3, 9), *range(17, 25), *range(29, 33)]:
        brushes.play(f"{bar}|1", straight)
    for bar in [*range(5, 9), *range(17, 25)]:
        brushes.play(f"{bar}|1", f"{kick}:2 {kick}:2")
    for bar in range(9, 17):
        brushes.play(f"{bar}|1", f"{snare}:.5> {snare}:.25 {snare} " * 3 + f"{snare}:.5>")
        brushes.play(f"{bar}|1", f"{kick}:2 {kick}:1.5")

    pizzicato = score.part("Pizzicato", PIZZICATO, "9|1 mp, 16|4 f, 17|1 f, 25|1 mp")
    thirds = ["C4+E4", "D4+F#4", "C4+E4", "D4+F#4", "C4+F4", "D4+G4", "C4+E4", "C4+E4"]
    for bar, chord in enumerate(thirds, start=9):
        pizzicato.play(f"{bar}|1", f"_:1 {chord}:1 _:.5 {chord}:1")
    thirds = ["C4+E4", "C4+F4", "E4+G4", "D4+G4", "C4+E4", "C4+F4", "D4+F#4", "B3+E4"]
    for bar, chord in enumerate(thirds, start=17):
        pizzicato.play(f"{bar}|1", f"_:1 {chord} _ {chord}:.5 {chord}")


def melody(score: Score) -> None:
    clarinet = score.part(
        "Clarinet",
        CLARINET,
        "5|1 p, 8|4 mf, 9|1 mf, 16|4 f, 25|1 mf, 28|3 f, 29|1 mf, 33|1 mp, 35|3 pp",
    )
    # A whistle, far off; then the tune, in sevens.
    clarinet.play("5|3", "E5:1.5 F#5:.5 | E5:2 _ | _:2 G5:1.5 F#5:.5 | E5:1 D5:.5 E5 C5:1 B4")
    clarinet.play("9|1", "A4:1.5 C5:1 E5 | F#5:2.5 E5:1 | A4:1.5 C5:1 G5 | F#5:2.5 D5:1")
    clarinet.play("13|1", "C5:1.5 F5:1 A5 | G5:2.5 D5:1 | E5:1.5 D5:1 B4 | A4:3.5")
    clarinet.play("29|1", "E5:3 F#5:1 | E5:3 D5:1 | C5:2 B4 | A4:4")
    clarinet.play("33|1", "C5:1.5 F5:.5 A5:1 G5 | F#5:2 G#4:1 B4 | A4:4")

    horns = score.part("Horns", HORNS, "17|1 mf, 21|1 f, 24|4 f, 25|1 mf, 28|3 f, 29|1 p")
    horns.play("17|1", "A3:3 C4:1 | F4:2 E4:1 C4 | E4:3 D4:1 | B3:2 D4")
    horns.play("21|1", "C4:3 E4:1 | A4:2 G4:1 F4 | F#4:3 A4:1 | G4:2 E4")
    horns.play("25|1", "A3+C4:3 | B3+D4 | C4+E4 | D4+F#4")


def harmony(score: Score) -> None:
    strings = score.part(
        "Strings",
        STRINGS,
        "3|1 ppp, 8|4 mp, 9|1 p, 16|4 mf, 17|1 mf, 24|4 ff, 25|1 mp, 28|3 f, 29|1 mf, 32|4 p, "
        "33|1 mp, 35|3 ppp",
    )
    strings.play("3|1", "A3+E4:16 | A3+E4+B4:8")
    strings.play("9|1", "A3+C4+E4:3.5 | A3+D4+F#4 | A3+C4+E4 | A3+D4+F#4")
    strings.play("13|1", "A3+C4+F4:3.5 | B3+D4+G4 | C4+E4+A4 | C4+E4+A4")
    strings.play("17|1", "A4+E5:4 | A4+F5 | G4+E5 | G4+D5 | A4+E5 | C5+F5 | A4+F#5 | B4+G5")
    strings.play("25|1", "C4+F4+A4:3 | D4+G4+B4 | E4+A4+C5 | F#4+B4+D5")
    strings.play("29|1", "E4+A4+C5:4 | E4+A4+B4 | E4+A4 | C4+E4+A4")
    strings.play("33|1", "F3+C4+E4+A4:4 | D3+A3+F#4:2 E3+G#3+D4 | A2+E3+C#4+A4:4")

    vibraphone = score.part("Vibraphone", VIBRAPHONE, "1|1 p, 25|1 mf, 33|1 p, 35|1 pp")
    vibraphone.play("1|1", "_:2 E5+B5:2 | _:2 D5+A5:2")
    vibraphone.play("25|1", "F5:.5 A5 C6 A5 F5 C5 | G5 B5 D6 B5 G5 D5 | A5 C6 E6 C6 A5 E5")
    vibraphone.play("28|1", "B5:.5 D6 F#6 D6 B5 F#5")
    vibraphone.play("35|1", "A5:.5 B5 C#6 E6 A6:2")
    vibraphone.pedal("25|1", "26|1", "27|1", "28|1", "29|1")
    vibraphone.pedal("35|1", "36|1")

    piano = score.part("Piano", PIANO, "1|1 p, 9|1 mp, 17|1 mf, 25|1 mp, 29|1 mp, 33|1 p")
    piano.play("1|1", "A1+A2:4 | A1+A2 | A1+A2 | A1+A2")
    chords = ["E3+A3+C4", "C3+F3+A3", "E3+G3+C4", "D3+G3+B3"]
    chords += ["E3+A3+C4", "C3+F3+A3", "D3+F#3+A3", "E3+G3+B3"]
    for bar, chord in enumerate(chords, start=17):
        piano.play(f"{bar}|1", f"_:.5 {chord}' _:1 _:.5 {chord}:.5' _:1")
    piano.play("33|1", "F2+C3+A3:4 | D2+A2+F#3:2 E2+B2+G#3 | A1+E2+C#3+A3:4")
    piano.pedal("1|1", "2|1", "3|1", "4|1", "5|1")
    piano.pedal("33|1", "34|1", "34|3", "35|1", "36|1")
