"""The Lighthouse: a rising fifth, searching in D minor, found in D major.

The motif is D A B♭ A: somebody looks up. It is hinted at, sung, driven through a storm in
long notes of the brass, and opens into major (B♮) when the lamp is lit.
"""

from __future__ import annotations

from fractions import Fraction

from score import Player, Score

from hostkit.timebase.position import BarBeat
from hostkit.timebase.tempo_map import TempoMark


def _tempo(bar: int, bpm: float, ramp_to: float | None = None, until: int = 0) -> TempoMark:
    return TempoMark(
        BarBeat(bar),
        Fraction(str(bpm)),
        ramp_to=None if ramp_to is None else Fraction(str(ramp_to)),
        until=BarBeat(until) if until else None,
    )


TEMPO = [
    TempoMark(BarBeat(1), Fraction(76), (4, 4)),
    _tempo(12, 76, 112, 14),
    _tempo(20, 112, 84, 21),
    _tempo(28, 84, 72, 29),
    _tempo(29, 72),
    _tempo(31, 72, 52, 33),
]
MARKERS = [
    ("1|1", "intro"),
    ("5|1", "theme"),
    ("13|1", "storm"),
    ("21|1", "beacon"),
    ("29|1", "end"),
]

FLUTE = Player(73, 1, spread_ms=16, vibrato=30)
OBOE = Player(68, 2, spread_ms=16, vibrato=26, lag_ms=40)
SHORTS = Player(42, 3, sustains=False, spread_ms=9, legato=0.8, lag_ms=18)
CELESTA = Player(8, 4, sustains=False, spread_ms=10)
HORNS = Player(60, 5, spread_ms=18, lag_ms=35)
TRUMPETS = Player(56, 6, spread_ms=12)
TROMBONES = Player(57, 7, spread_ms=14, lag_ms=15)
TIMPANI = Player(47, 8, sustains=False, spread_ms=8)
HARP = Player(46, 9, sustains=False, spread_ms=10)
DRUMS = Player(48, 10, sustains=False, spread_ms=8)
VIOLINS = Player(48, 11, spread_ms=16, vibrato=20, lag_ms=70, legato=1.03)
SECONDS = Player(48, 12, spread_ms=16, vibrato=12, lag_ms=70, legato=1.03)
VIOLAS = Player(48, 13, spread_ms=16, vibrato=12, lag_ms=70, legato=1.03)
CELLOS = Player(48, 14, spread_ms=16, vibrato=16, lag_ms=40, legato=1.03)
BASSES = Player(43, 15, spread_ms=14, lag_ms=25, legato=1.0)
CHOIR = Player(52, 16, spread_ms=20, lag_ms=80, legato=1.04)


def compose() -> Score:
    score = Score("The Lighthouse", TEMPO, MARKERS)
    woodwinds(score)
    brass(score)
    percussion(score)
    harp_and_celesta(score)
    strings(score)
    shorts(score)
    choir(score)
    return score


def woodwinds(score: Score) -> None:
    flute = score.part(
        "Flute", FLUTE, "9|1 mp, 11|3 mf, 12|4 pp, 21|1 mf, 28|4 mf, 29|1 mp, 32|1 p"
    )
    flute.play("3|3", "A5:1.5 G5:.5 | E5:2")
    flute.play("9|1", "D5:1.5 A5:.5 C6:1 Bb5 | A5:1.5 G5:.5 F5:1 D5 | G5:1 A5:.5 Bb5 A5:1 C#5")
    flute.play("12|1", "D5:3 _:1")
    flute.play("21|1", "D6:1.5 A6:.5 B6:1 A6 | F#6:1.5 E6:.5 D6:2 | B5:1 D6 G6:1.5 F#6:.5 | E6:4")
    flute.play("25|1", "D6:1.5 C#6:.5 B5:1 A5 | B5:1 A5:.5 G5 F#5:1 E5 | F5:3 G5:1 | G5:2 E5")
    flute.play("30|1", "D5:1.5 A5:.5 B5:1 A5 | F#5:1.5 E5:.5 D5:2~ | D5:4")

    oboe = score.part("Oboe", OBOE, "5|1 mp, 7|3 mf, 8|4 p, 21|1 mf, 24|4 mf, 29|1 p")
    oboe.play("5|1", "D5:1.5 A5:.5 Bb5:1 A5 | F5:1.5 E5:.5 D5:2 | Bb4:1 D5 G5:1.5 F5:.5")
    oboe.play("8|1", "E5:1.5 F5:.25 E5 C#5:2")
    oboe.play("21|1", "D5:1.5 A5:.5 B5:1 A5 | F#5:1.5 E5:.5 D5:2 | B4:1 D5 G5:1.5 F#5:.5 | E5:4")
    oboe.play("29|1", "F#5:4")


def brass(score: Score) -> None:
    horns = score.part(
        "Horns", HORNS, "2|3 pp, 4|4 pp, 9|1 p, 12|1 mp, 13|1 mf, 20|3 ff, 21|1 f, 28|4 ff, 29|1 pp"
    )
    horns.play("2|3", "D4:1.5 A4:.5 | Bb4:1 A4:3")
    # A slow answer under the second half of the theme.
    horns.play("9|1", "A3+F4:4 | F4:2 D4 | D4:2 C#4 | D4:4")
    # The motif in long notes, climbing.
    horns.play("13|1", "D4:3 A4:1 | Bb4:2 A4 | F4:3 Bb4:1 | C5:2 G4")
    horns.play("17|1", "G4+Eb4:3 Bb4:1 | A4+C5:2 F4+A4 | G4+D5:2 Bb4:1 D5 | E4+C#5:4>")
    horns.play("21|1", "D4:1.5 A4:.5 B4:1 A4 | F#4:1.5 E4:.5 D4:2 | B3:1 D4 G4:1.5 F#4:.5")
    horns.play("24|1", "E4:3 A4:1 | F#4+D5:1.5 C#5:.5 B4:1 A4 | B4:1 A4:.5 G4 F#4:1 E4")
    horns.play("27|1", "D4+F4:3> G4:1 | E4+G4:2 G4+C5 | F#4+A4:4")

    trumpets = score.part("Trumpets", TRUMPETS, "17|1 mf, 20|3 ff, 21|1 f, 26|4 f, 28|4 ff")
    trumpets.play("17|1", "Eb4:3 Bb4:1 | C5:2 A4 | D5:2 Bb4:1 D5 | E5:3> C#5:1")
    trumpets.play("25|1", "D5:1.5 C#5:.5 B4:1 A4 | B4:1 A4:.5 G4 F#4:1 E4 | F4+Bb4:3> G4+Bb4:1")
    trumpets.play("28|1", "G4+C5:2 C5+E5:2")

    low = score.part(
        "Trombones", TROMBONES, "13|1 mp, 17|1 mf, 20|4 ff, 21|1 mf, 26|4 f, 28|4 ff, 29|1 p"
    )
    low.play("13|1", "D3+A3:4 | D3+F3:4 | Bb2+F3:4 | C3+G3:4")
    low.play("17|1", "Eb3+Bb3:4 | F3+C4:4 | G3+D4:4 | A3+E4:4>")
    low.play("21|1", "D3+A3+F#3:4 | B2+F#3+D4:4 | G2+D3+B3:4 | A2+E3+D4:2 A2+E3+C#4")
    low.play("25|1", "B2+F#3+D4:2 F#2+F#3+D4 | G2+D3+B3:2 A2+E3+C#4 | Bb2+F3+D4:4> | C3+G3+E4:4>")


def percussion(score: Score) -> None:
    timpani = score.part(
        "Timpani",
        TIMPANI,
        "12|1 pp, 13|1 mf, 17|1 f, 20|1 f, 20|4 ff, 26|1 f, 28|1 mf, 28|4 ff, 29|1 pp",
    )
    timpani.play("12|1", " ".join(["D2:1/6"] * 24))
    timpani.play("13|1", "D2:1.5> D2 D2:1 | D2:1.5> D2 A2:1 | Bb2:1.5> Bb2 F2:1 | C3:1.5> C3 G2:1")
    timpani.play("17|1", "Eb2:1.5> Eb2 Bb2:1 | F2:1.5> F2 C3:1 | G2:1.5> G2 D2:1")
    timpani.play("20|1", "A2:1> " + " ".join(["A2:1/6"] * 18))
    timpani.play(
        "21|1", "D2:4> | B2:2 F#2:2 | G2:3 G2:1 | A2:2 A2:2 | B2:2 F#2 | G2:2 A2 | Bb2:3> Bb2:1"
    )
    timpani.play("28|1", "C3:1> " + " ".join(["C3:1/8"] * 24))
    timpani.play("29|1", "D2:4>")

    drums = score.part(
        "Percussion", DRUMS, "12|1 pp, 13|1 mf, 20|4 f, 21|1 ff, 27|1 ff, 28|1 pp, 28|4 ff, 29|1 pp"
    )
    bass_drum, crash, china, tam = "B1", "C#3", "A3", "E3"
    for bar in (13, 15, 17, 19):
        drums.play(f"{bar}|1", f"{bass_drum}:1.5> {bass_drum} {bass_drum}:1")
        drums.play(f"{bar + 1}|1", f"{bass_drum}:1.5> {bass_drum} {bass_drum}:.5 {bass_drum}")
    drums.play("17|1", f"{crash}:4>")
    for bar, sound in ((21, china), (25, crash), (27, china)):
        drums.play(f"{bar}|1", f"{bass_drum}+{sound}:4>")
    # Cymbal rolls: into the beacon, and out of it.
    drums.play("20|3", " ".join([f"{crash}:1/8"] * 16))
    drums.play("28|3", " ".join([f"{crash}:1/8"] * 16))
    drums.play("29|1", f"{tam}:4")


def harp_and_celesta(score: Score) -> None:
    harp = score.part(
        "Harp", HARP, "1|1 p, 5|1 mp, 12|4 mp, 21|1 f, 28|4 f, 29|1 mp, 32|1 p, 33|1 pp"
    )
    rising = {
        "Dm": "D3 A3 D4 F4 A4 F4 D4 A3",
        "Bb": "Bb2 F3 Bb3 D4 A4 F4 D4 Bb3",
        "Gm": "G2 D3 Bb3 D4 G4 D4 Bb3 D3",
        "A": "A2 E3 A3 C#4 E4 C#4 A3 E3",
        "Gm6 A7": "G2 D3 Bb3 E4 A2 G3 C#4 E4",
        "D": "D3 A3 D4 F#4 A4 F#4 D4 A3",
        "Bm": "B2 F#3 B3 D4 A4 F#4 D4 B3",
        "G": "G2 D3 B3 D4 A4 D4 B3 D3",
        "Bm D/F#": "B2 F#3 D4 F#4 F#2 A3 D4 A4",
        "G A": "G2 D3 B3 G4 A2 E3 C#4 A4",
    }

    def arpeggios(place: str, chords: list[str]) -> None:
        harp.play(
            place,
            " | ".join(
                " ".join(f"{pitch}:.5" for pitch in rising[chord].split()) for chord in chords
            ),
        )

    arpeggios("1|1", ["Dm", "Dm", "Bb", "A"])
    arpeggios("5|1", ["Dm", "Bb", "Gm", "A", "Dm", "Bb", "Gm6 A7", "Dm"])
    arpeggios("21|1", ["D", "Bm", "G", "A", "Bm D/F#", "G A"])
    arpeggios("29|1", ["D", "G", "D"])
    harp.play("32|1", "D2:.5 A2 D3 F#3 A3 D4 F#4 A4 | D5:4")
    harp.pedal(*[f"{bar}|1" for bar in range(1, 14)])
    harp.pedal(*[f"{bar}|1" for bar in range(21, 29)])
    harp.pedal("29|1", "30|1", "31|1", "32|1", "34|1")

    celesta = score.part("Celesta", CELESTA, "1|1 p, 4|4 pp, 29|1 p, 31|1 mp, 33|1 pp")
    celesta.play("1|3", "A5:.5 D6 E6:1 | _:4 | _:2 A5:.5 D6 F6:1 | _:2 E6:2")
    celesta.play(
        "29|2", "F#6:.5 E6 A5:2 | _:2 B5:.5 D6 F#6:1 | _:1 A6:.5 F#6 E6:1 D6 | _:4 | A6:2 D7:2"
    )
    celesta.pedal("1|1", "2|1", "3|1", "4|1", "5|1")
    celesta.pedal("29|1", "30|1", "31|1", "33|1", "34|1")


def strings(score: Score) -> None:
    swell = "1|1 pp, 5|1 p, 7|3 mp, 8|4 p, 9|1 mp, 11|3 mf, 12|3 p, 13|1 mp, 17|1 mf, 20|4 ff"
    beacon = "21|1 f, 25|1 f, 28|4 ff, 29|1 p, 31|1 p, 34|1 ppp"
    violins = score.part("Violins I", VIOLINS, f"{swell}, {beacon}")
    violins.play(
        "9|1", "D5:1.5 A5:.5 C6:1 Bb5 | A5:1.5 G5:.5 F5:1 D5 | G5:1 A5:.5 Bb5 A5:1 C#5 | D5:4"
    )
    violins.play("13|1", "A4:4 | D5:3 E5:.5 F5 | F5:4 | E5:3 D5:.25 E5 F5 G5")
    violins.play("17|1", "G5:4 | A5:3 G5:.5 A5 | Bb5:2 D6 | C#6:2 A5:.25 B5 C#6 D6 E6 F6 G6 A6")
    violins.play(
        "21|1", "D6:1.5 A6:.5 B6:1 A6 | F#6:1.5 E6:.5 D6:2 | B5:1 D6 G6:1.5 F#6:.5 | E6:3 A5:1"
    )
    violins.play(
        "25|1", "D6:1.5 C#6:.5 B5:1 A5 | B5:1 A5:.5 G5 F#5:1 E5 | F5+D6:3 G5+D6:1 | G5+E6:4 | F#5:4"
    )
    violins.play("30|1", "B5:4 | A5:4 | A5:4~ | A5:4")

    seconds = score.part("Violins II", SECONDS, f"{swell}, {beacon}")
    seconds.play("1|1", "F4:4 | F4 | F4 | E4 | F4 | F4 | G4 | E4 | F4 | F4 | G4 | F4")
    seconds.play("13|1", "F4:4 | F4 | Bb4 | C5 | Bb4 | C5 | D5 | E5:2 E5:.25 F5 G5 A5 G5 A5 B5 C#6")
    seconds.play(
        "21|1", "D5:1.5 A5:.5 B5:1 A5 | F#5:1.5 E5:.5 D5:2 | B4:1 D5 G5:1.5 F#5:.5 | E5:3 A4:1"
    )
    seconds.play(
        "25|1",
        "D5:1.5 C#5:.5 B4:1 A4 | B4:1 A4:.5 G4 F#4:1 E4 | F4+Bb4:3 G4+Bb4:1 | C5+G4:4 | A4+D5:4",
    )
    seconds.play("30|1", "D5:4 | D5:4 | F#5:4~ | F#5:4")

    violas = score.part("Violas", VIOLAS, f"{swell}, {beacon}")
    violas.play(
        "1|1", "D4:4 | D4 | D4 | D4:2 C#4 | D4:4 | D4 | D4 | D4:2 C#4 | D4:4 | D4 | D4:2 C#4 | D4:4"
    )
    violas.play("13|1", "D4:4 | D4 | F4 | G4 | G4 | A4 | Bb4 | A4")
    violas.play(
        "21|1", "F#4+A4:4 | F#4+B4 | D4+G4 | D4+A4:2 C#4+A4 | D4+F#4:2 F#4+A4 | G4+B4:2 E4+A4"
    )
    violas.play("27|1", "F4+Bb4:4 | G4+C5:4 | F#4+A4 | G4 | F#4 | F#4+D4:4~ | F#4+D4:4")

    cellos = score.part("Cellos", CELLOS, f"{swell}, {beacon}")
    cellos.play("1|1", "A3:4 | A3 | Bb3 | A3 | A3 | A3 | Bb3 | A3 | A3 | Bb3 | G3:2 E3 | A3:4")
    cellos.play("13|1", "D3:4 | D3 | Bb2 | C3 | Eb3 | F3 | G3 | A3")
    # The answer to the theme, rising where it falls.
    cellos.play("21|1", "D3:2 F#3:1 A3 | B3:2 F#3 | G3:2 B3:1 D4 | E4:2 C#4 | D4:2 A3 | G3:2 C#4")
    cellos.play("27|1", "D4:2 Bb3 | C4:2 E4 | D4:4 | D3:4 | D3+A3 | D3+A3:4~ | D3+A3:4")

    basses = score.part("Basses", BASSES, f"{swell}, {beacon}")
    basses.play("1|1", "D2:4~ | D2 | Bb1 | A1 | D2 | Bb1 | G1 | A1 | D2 | Bb1 | Bb1:2 A1 | D2:4")
    basses.play("13|1", "D2:4 | D2 | Bb1 | C2 | Eb2 | F2 | G2 | A1")
    basses.play(
        "21|1", "D2:4 | B1 | G1 | A1 | B1:2 F#1 | G1:2 A1 | Bb1:4 | C2 | D2 | G1 | D2 | D2~ | D2:4"
    )


def shorts(score: Score) -> None:
    """The storm's engine: eighths in threes against the bar."""
    part = score.part("Spiccato", SHORTS, "12|3 pp, 13|1 mf, 17|1 f, 20|4 ff")
    part.play("12|3", "D3:.5' A3' D3' A3'")
    chords = [
        "D3 A3 F4",
        "D3 A3 F4",
        "Bb2 F3 D4",
        "C3 G3 E4",
        "Eb3 Bb3 G4",
        "F3 C4 A4",
        "G3 D4 Bb4",
        "A3 E4 C#5",
    ]
    for bar, chord in enumerate(chords, start=13):
        root, fifth, third = chord.split()
        part.play(
            f"{bar}|1",
            f"{root}:.5'> {fifth}' {third}' {root}'> {fifth}' {third}' {root}'> {fifth}'",
        )


def choir(score: Score) -> None:
    part = score.part(
        "Choir",
        CHOIR,
        "3|1 ppp, 5|1 pp, 12|1 p, 17|1 mp, 20|4 ff, 21|1 f, 24|4 f, 28|4 ff, 29|1 p, 33|1 ppp",
    )
    part.play("3|1", "D4+F4:4 | D4+E4:2 C#4+E4")
    part.play("9|1", "D4+A4:4 | D4+F4:4 | D4+G4:2 C#4+G4 | D4+F4:4")
    part.play("17|1", "G4+Bb4+Eb5:4 | A4+C5+F5 | Bb4+D5+G5 | A4+C#5+E5")
    part.play("21|1", "A4+D5+F#5:4 | F#4+B4+D5 | G4+B4+D5 | A4+D5+E5:2 A4+C#5+E5")
    part.play(
        "25|1", "F#4+B4+D5:2 F#4+A4+D5 | G4+B4+D5:2 A4+C#5+E5 | Bb4+D5+F5:4 | G4+C5+E5 | F#4+A4+D5"
    )
    part.play("30|1", "G4+B4+D5:4 | F#4+A4+D5:4~ | F#4+A4+D5:4")
