"""Notes as they come together while a text is read, with their ties, slurs and dynamics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from hostkit.themes.dynamics import DYNAMICS, dynamic_of, next_dynamic, with_hairpins
from hostkit.themes.keys import MusicKey
from hostkit.themes.notation.faults import Faults
from hostkit.themes.notation.words import ONCE, ONCE_THEN
from hostkit.themes.phrase import MAX_NOTES, MEZZO_FORTE, MusicPhrase, WrittenNote
from hostkit.themes.pitch import Pitch

_GRACE = Fraction(1, 8)


@dataclass(eq=False)
class _Being:
    """A note that may still become longer, louder or marked."""

    start: Fraction
    length: Fraction
    pitch: Pitch
    velocity: int
    articulation: str
    marks: set[str]


@dataclass(frozen=True)
class _Change:
    """A dynamic (`velocity`), or the beginning (`grows` 1 or -1) or end (0) of a hairpin."""

    at: Fraction
    offset: int
    velocity: int | None = None
    grows: int = 0


@dataclass
class Building:
    """The music of one text so far. `now` is where the next note begins, in quarter notes."""

    faults: Faults
    key: MusicKey | None
    now: Fraction = Fraction(0)
    holds: str = ""
    """The articulation that holds until there is another."""
    last: list[_Being] = field(default_factory=list)
    """The note or chord that marks belong to."""
    last_start: Fraction = Fraction(0)
    notes: list[_Being] = field(default_factory=list)
    _changes: list[_Change] = field(default_factory=list)
    _velocities: list[tuple[Fraction, int]] = field(default_factory=list)
    _once: list[tuple[list[_Being], int]] = field(default_factory=list)
    _tied: dict[int, tuple[_Being, int]] = field(default_factory=dict)
    _slur: tuple[int, int] | None = None
    _graces: list[Sequence[Pitch]] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        return len(self.notes) > MAX_NOTES

    def grace(self, pitches: Sequence[Pitch]) -> None:
        """A grace note before the next: it begins on the beat, and the next gives it its time."""
        self._graces.append(pitches)

    def add(self, pitches: Sequence[Pitch], length: Fraction) -> None:
        """A note or a chord, or a rest where there are no pitches."""
        self.last, self.last_start, ends = [], self.now, self.now + length
        if self._graces:
            self._add_graces(length)
        sounds = length if self.now == self.last_start else ends - self.now
        for pitch in pitches:
            before, _ = self._tied.pop(pitch.key, (None, 0))
            if before is not None:
                before.length = ends - before.start
                self.last.append(before)
                continue
            note = _Being(self.now, sounds, pitch, MEZZO_FORTE, self.holds, set())
            self.notes.append(note)
            self.last.append(note)
        self.end_ties()
        self.now = ends

    def _add_graces(self, length: Fraction) -> None:
        """Those before a note of that length, which has what they leave of it."""
        graces, self._graces = self._graces, []
        unit = min(_GRACE, length / 2 / len(graces))
        for grace in graces:
            self.notes += (
                _Being(self.now, unit, pitch, MEZZO_FORTE, self.holds, {"grace"}) for pitch in grace
            )
            self.now += unit

    def tie(self, offset: int) -> None:
        """What was last goes on in the next."""
        if not self.last:
            self.faults.add(offset, 1, "a tie stands behind a note", cure="write d'2 ~ d'4")
        self._tied = {note.pitch.key: (note, offset) for note in self.last}

    def end_ties(self) -> None:
        """What is tied and was not gone on with leads nowhere."""
        for note, offset in list(self._tied.values())[:1]:
            self.faults.add(
                offset,
                1,
                f"the tie leads to no {note.pitch.name}",
                cure="a tie joins notes of one pitch; between others write a slur: d'4( e')",
            )
        self._tied.clear()

    def mark(self, mark: str) -> None:
        for note in self.last:
            note.marks.add(mark)

    def play(self, articulation: str) -> None:
        """What was last is played so, it alone."""
        for note in self.last:
            note.articulation = articulation

    def slur(self, offset: int) -> None:
        """Begins at what was last."""
        if self._slur is not None:
            self.faults.add(offset, 1, "a slur begins within a slur", cure="end the first with )")
        self._slur = len(self.notes) - len(self.last), offset

    def end_slur(self, offset: int) -> None:
        """Ends with what was last: that is not drawn to the next any more."""
        if self._slur is None:
            self.faults.add(offset, 1, "no slur has begun", cure="begin it behind a note: d'4( e')")
            return
        begins, self._slur = self._slur[0], None
        for note in self.notes[begins:]:
            if note not in self.last:
                note.marks.add("legato")

    def level(self, word: str, offset: int) -> None:
        """A dynamic at what was last."""
        level = word
        if word in ONCE:
            self._once.append((self.last, ONCE[word]))
            return
        if word in ONCE_THEN:
            first, level = ONCE_THEN[word]
            self._once.append((self.last, DYNAMICS[first]))
        self._changes.append(_Change(self.last_start, offset, DYNAMICS[level]))

    def hairpin(self, grows: int, offset: int) -> None:
        """A hairpin begins at what was last, or ends there."""
        self._changes.append(_Change(self.last_start, offset, grows=grows))

    def phrase(self) -> MusicPhrase:
        """All of it."""
        self.end_ties()
        if self._slur is not None:
            self.faults.add(self._slur[1], 1, "the slur does not end", cure="end it with )")
        swells = self._dynamics()
        self._loudness()
        for once, velocity in self._once:
            for note in once:
                note.velocity = velocity
        notes = (
            WrittenNote(
                note.start,
                note.length,
                note.pitch,
                note.velocity,
                note.articulation,
                frozenset(note.marks),
            )
            for note in self.notes
        )
        phrase = MusicPhrase.of(notes, self.now, key=self.key)
        for points in swells:
            phrase = with_hairpins(phrase, points)
        return phrase

    def _loudness(self) -> None:
        """Each note's velocity by the dynamic before it."""
        levels = iter([*self._velocities, (None, 0)])
        at, velocity = next(levels)
        holds = MEZZO_FORTE
        for note in self.notes:
            while at is not None and at <= note.start:
                holds = velocity
                at, velocity = next(levels)
            note.velocity = holds

    def _dynamics(self) -> list[list[tuple[Fraction, int]]]:
        """The swells; what holds between them goes to `_velocities`."""
        swells: list[list[tuple[Fraction, int]]] = []
        levels = {one.at: one.velocity for one in self._changes if one.velocity is not None}
        level = MEZZO_FORTE
        open_at: _Change | None = None
        for change in (*self._changes, _Change(self.now, 0)):
            if open_at is not None and change.at > open_at.at:
                aim = self._aim(level, open_at, levels.get(change.at))
                if swells and swells[-1][-1] == (open_at.at, level):
                    swells[-1].append((change.at, aim))
                else:
                    swells.append([(open_at.at, level), (change.at, aim)])
                level, open_at = aim, None
                self._velocities.append((change.at, level))
            if change.velocity is not None:
                level = change.velocity
                self._velocities.append((change.at, level))
            if change.grows:
                open_at = change
        return swells

    def _aim(self, level: int, hairpin: _Change, aim: int | None) -> int:
        """Where a hairpin leads: to the dynamic at its end, else a step louder or softer."""
        if aim is None:
            aim = next_dynamic(level, hairpin.grows)
        elif (aim - level) * hairpin.grows < 0:
            way = "grows" if hairpin.grows > 0 else "dies away"
            self.faults.add(
                hairpin.offset,
                2,
                f"the hairpin {way}, from {dynamic_of(level)} to {dynamic_of(aim)}",
                cure=r"write \> instead" if hairpin.grows > 0 else r"write \< instead",
            )
        return aim
