"""The figures of a score as phrases: what each entry says, given to the function that plays it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, TypeAlias

from hostkit.errors import BadValue
from hostkit.plan.found import wrong_at
from hostkit.session.model.score.figure_entries import ChordsEntry, FigureEntry
from hostkit.session.model.score.figures import (
    Arpeggio,
    Cluster,
    Drone,
    Figure,
    HitChord,
    Ostinato,
    Pedal,
    Percussion,
    Rise,
    TonesFigure,
    Tremolo,
)
from hostkit.themes.figures import (
    arpeggio,
    chords,
    cluster,
    drone,
    ostinato,
    pedal,
    percussion,
    rise,
    tremolo,
)
from hostkit.themes.figures.harmony.leading import led
from hostkit.themes.figures.harmony.symbols import ChordSymbol, PlacedChord, progression
from hostkit.themes.figures.harmony.voicings import MIDDLE, voiced
from hostkit.themes.figures.rhythm import note_value, rhythm
from hostkit.themes.figures.swell import Swell, swelled
from hostkit.themes.figures.tones import Tones, one_octave
from hostkit.themes.phrase import MEZZO_FORTE, MusicPhrase
from hostkit.themes.score_place import ScorePlace

Played: TypeAlias = Callable[[Any, ScorePlace, Fraction | None], MusicPhrase]
"""From what is written, where it stands and how long it says that it is."""


def figure_of(entry: FigureEntry, place: ScorePlace) -> MusicPhrase:
    """What a figure plays, from its own beginning. Raises BadValue, at the key it is wrong in."""
    figure = entry.figure
    with wrong_at(*entry.keys):
        phrase = _PLAYED[type(figure)](figure, place, _length(figure, place))
        if figure.swell is not None and not isinstance(figure, Rise):
            with wrong_at("swell"):
                phrase = swelled(phrase, Swell.of(figure.swell), figure.swell_by)
    if not figure.articulation:
        return phrase
    name = figure.articulation
    return phrase.each(lambda note: replace(note, articulation=name))


def _ostinato(figure: Ostinato, place: ScorePlace, length: Fraction | None) -> MusicPhrase:
    tones = _tones(figure, place)
    with wrong_at("rhythm"):
        rhythm(figure.rhythm)
    with wrong_at("accents"):
        strokes = rhythm(figure.rhythm, figure.accents)
    with wrong_at("pattern"):
        pattern = ostinato.pattern_of(figure.pattern, len(tones.at(Fraction(0))))
    return ostinato.ostinato(
        tones,
        strokes,
        length or _own_length(figure, place),
        pattern,
        velocity=_velocity(figure),
        short=figure.short,
        evolve=figure.evolve,
        stage_length=None if figure.every_bars is None else _bars(place, figure.every_bars),
    )


def _arpeggio(figure: Arpeggio, place: ScorePlace, length: Fraction | None) -> MusicPhrase:
    tones = _tones(figure, place)
    with wrong_at("value"):
        value = note_value(figure.value)
    with wrong_at("order"):
        return arpeggio.arpeggio(
            tones,
            value,
            length or _own_length(figure, place),
            order=figure.order,
            octaves=figure.octaves,
            ring=figure.ring,
            velocity=_velocity(figure),
        )


def _pedal(figure: Pedal, place: ScorePlace, length: Fraction | None) -> MusicPhrase:
    return pedal.pedal(
        figure.note,
        _asked(length),
        octaves=figure.octaves,
        again=None if figure.again_bars is None else _bars(place, figure.again_bars),
        velocity=_velocity(figure),
    )


def _cluster(figure: Cluster, place: ScorePlace, length: Fraction | None) -> MusicPhrase:
    scale = cluster.WHITE_KEYS if figure.key is None else one_octave(figure.key)
    with wrong_at("to"):
        pitches = cluster.cluster_pitches(figure.low, figure.high, figure.kind, scale)
    return cluster.cluster(
        pitches,
        _asked(length),
        motion=figure.motion,
        over=None if figure.over_bars is None else _bars(place, figure.over_bars),
        velocity=_velocity(figure),
    )


def _chords(figure: ChordsEntry, place: ScorePlace, length: Fraction | None) -> MusicPhrase:
    with wrong_at("chords"):
        placed = progression(figure.chords, place.quarters_a_bar)
    symbols = [chord.symbol for chord in placed]
    middle = MIDDLE if figure.register_ is None else figure.register_.key
    if figure.voice_lead:
        keys = led(symbols, figure.voicing, middle, parallels=figure.parallels)
    else:
        keys = tuple(voiced(symbol, figure.voicing, middle) for symbol in symbols)
    with wrong_at("rhythm"):
        strokes = None if figure.rhythm is None else rhythm(figure.rhythm)
    end = length or _end_of(placed)
    return chords.chords(placed, keys, end, strokes, velocity=_velocity(figure))


def _rise(figure: Rise, place: ScorePlace, length: Fraction | None) -> MusicPhrase:
    with wrong_at("to_hit"):
        to_hit = place.to_hit(figure.to_hit)
    lasting = min(length or to_hit, to_hit)
    with wrong_at("over"):
        semitones = rise.interval_semitones(figure.over)
    with wrong_at("value"):
        value = note_value(figure.value)
    with wrong_at("swell"):
        swell = Swell.of(figure.swell)
    pitches = rise.climb(figure.start, semitones, figure.key)
    risen = rise.rise(pitches, lasting, value, swell=swell, accelerate=figure.accelerate)
    return risen.later(to_hit - lasting)


def _hit(figure: HitChord, place: ScorePlace, length: Fraction | None) -> MusicPhrase:
    wait = Fraction(0)
    if figure.on is not None:
        with wrong_at("on"):
            wait = place.hit(figure.on) - place.start
            if wait < 0:
                cure = "let this begin there, or earlier"
                raise BadValue(f"the hit {figure.on[:60]!r} is before this", cure=cure)
    with wrong_at("length"):
        sounding = length or note_value(figure.length)
    pitches = list(figure.notes or ())
    if figure.chord is not None:
        with wrong_at("chord"):
            chord = ChordSymbol.of(figure.chord)
        middle = MIDDLE if figure.register_ is None else figure.register_.key
        pitches = [chord.spelled(key) for key in voiced(chord, "close", middle)]
    velocity = _velocity(figure, loudest=112)
    struck = rise.hit(pitches, sounding, octaves=figure.octaves, velocity=velocity)
    return struck.later(wait)


def _tremolo(figure: Tremolo, _place: ScorePlace, length: Fraction | None) -> MusicPhrase:
    with wrong_at("value"):
        value = note_value(figure.value)
    return tremolo.tremolo(
        figure.notes, _asked(length), value, in_turn=figure.in_turn, velocity=_velocity(figure)
    )


def _percussion(figure: Percussion, place: ScorePlace, length: Fraction | None) -> MusicPhrase:
    with wrong_at("step"):
        step = note_value(figure.step)
    fill, written = figure.fill, figure.pattern
    with wrong_at("pattern"):
        grids = percussion.named_pattern(written) if isinstance(written, str) else written
        return percussion.percussion(
            grids,
            _asked(length),
            step,
            fill=None if fill is None else fill.pattern or percussion.FILL,
            fill_length=Fraction(0) if fill is None else Fraction(repr(fill.beats)),
            fill_every=None if fill is None else _bars(place, fill.every_bars),
            velocity=_velocity(figure),
        )


def _drone(figure: Drone, place: ScorePlace, length: Fraction | None) -> MusicPhrase:
    return drone.drone(
        figure.note,
        _asked(length),
        octaves=figure.octaves,
        fifth=figure.fifth,
        breath=None if figure.breath_bars is None else _bars(place, figure.breath_bars),
        velocity=_velocity(figure),
    )


_PLAYED: Mapping[type[Figure], Played] = {
    Ostinato: _ostinato,
    Arpeggio: _arpeggio,
    Pedal: _pedal,
    Cluster: _cluster,
    ChordsEntry: _chords,
    Rise: _rise,
    HitChord: _hit,
    Tremolo: _tremolo,
    Percussion: _percussion,
    Drone: _drone,
}


def _length(figure: Figure, place: ScorePlace) -> Fraction | None:
    if figure.until is not None:
        with wrong_at("until"):
            return place.until(figure.until)
    return None if figure.bars is None else _bars(place, figure.bars)


def _asked(length: Fraction | None) -> Fraction:
    if length is None:
        raise BadValue("nothing says how long it is", cure="write bars: 4, or until: 25|1")
    return length


def _own_length(figure: TonesFigure, place: ScorePlace) -> Fraction:
    """That of the chords it goes through, where several are written."""
    if figure.chord is not None and "|" in figure.chord:
        return _end_of(_progression(figure, place))
    return _asked(None)


def _end_of(placed: Sequence[PlacedChord]) -> Fraction:
    return placed[-1].start + placed[-1].length


def _bars(place: ScorePlace, count: float) -> Fraction:
    return place.bars(Fraction(repr(count)))


def _velocity(figure: Figure, loudest: int = MEZZO_FORTE) -> int:
    return loudest if figure.velocity is None else figure.velocity


def _progression(figure: TonesFigure, place: ScorePlace) -> tuple[PlacedChord, ...]:
    with wrong_at("chord"):
        return progression(figure.chord or "", place.quarters_a_bar)


def _tones(figure: TonesFigure, place: ScorePlace) -> Tones:
    middle = MIDDLE if figure.register_ is None else figure.register_.key
    if figure.chord is not None:
        return Tones.of_chords(_progression(figure, place), middle)
    if figure.notes is not None:
        return Tones.of(figure.notes)
    assert figure.scale is not None, "one of the three is written"
    return Tones.of(one_octave(figure.scale, middle))
