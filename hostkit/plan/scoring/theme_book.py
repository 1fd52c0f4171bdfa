"""The themes of a session, each read once, when something quotes it or all are looked at."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from hostkit.errors import BadValue
from hostkit.plan.found import wrong_at
from hostkit.plan.scoring.transforms import transformed
from hostkit.session.model.score.themes import Theme
from hostkit.session.model.score.transforms import Transforms
from hostkit.session.suggest import did_you_mean
from hostkit.themes.keys import MusicKey
from hostkit.themes.notation.faults import NotationError
from hostkit.themes.notation.reading import ReadMusic, read_degrees, read_notes
from hostkit.themes.phrase import MusicPhrase
from hostkit.timebase.tempo_map import TempoMap

MAX_CHAIN = 16
_MOST_SHOWN = 6


class UnreadTheme(BadValue):
    """A theme that something is wrong with, which is told where it is written."""


@dataclass(frozen=True)
class ThemeBook:
    """Themes by name; bars are in `meter` where nothing else is said.

    Those that were `left_out`, wrong in shape, were told of already.
    """

    written: Mapping[str, Theme]
    meter: tuple[int, int] = (4, 4)
    articulations: Collection[str] = ()
    left_out: Collection[str] = ()
    _read: dict[str, MusicPhrase | UnreadTheme] = field(default_factory=dict)
    _changed: dict[tuple[str, str], MusicPhrase] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        written: Mapping[str, Theme],
        tempo_map: TempoMap,
        articulations: Collection[str],
        left_out: Collection[str] = (),
    ) -> ThemeBook:
        """Those of a session, whose first meter holds for bar checks."""
        first = tempo_map.meters.changes[0]
        return cls(written, (first.numerator, first.denominator), articulations, left_out)

    def theme(self, name: str) -> MusicPhrase:
        """A theme that the key `theme` names. Raises BadPart; UnreadTheme for one that is wrong."""
        if name in self.left_out:
            raise UnreadTheme(f"the theme {name!r} is wrong")
        if name not in self.written:
            cure = did_you_mean(name, self.written) or "write it in themes:"
            with wrong_at("theme"):
                raise BadValue(f"there is no theme {name!r}", cure)
        if name not in self._read:
            try:
                self._read[name] = self.read(name)
            except BadValue as error:
                self._read[name] = UnreadTheme(*error.fault)
        found = self._read[name]
        if isinstance(found, UnreadTheme):
            raise found
        return found

    def read(self, name: str) -> MusicPhrase:
        """What a theme says. Raises BadPart at a key of it; UnreadTheme for what it is made of."""
        theme = self.written[name]
        self._check_chain(name)
        if theme.theme is not None:
            phrase = self.theme(theme.theme)
        else:
            with wrong_at(theme.form):
                phrase = self._own(theme)
        return transformed(phrase, theme)

    def changed(self, name: str, asked: Transforms) -> MusicPhrase:
        """A theme after changes; made once for all that ask for the same. Raises BadPart."""
        key = name, repr({key: getattr(asked, key) for key in Transforms.model_fields})
        if key not in self._changed:
            self._changed[key] = transformed(self.theme(name), asked)
        return self._changed[key]

    def _own(self, theme: Theme) -> MusicPhrase:
        if theme.degrees is not None and theme.in_key is not None:
            return self.degrees(theme.degrees, theme.in_key, theme.meter)
        return self.notes(theme.notes or "", theme.in_key, theme.meter)

    def _check_chain(self, name: str) -> None:
        """Raises BadPart where a theme is made of itself in the end, or of too many others."""
        chain = [name]
        while (base := self.written[chain[-1]].theme) is not None and base in self.written:
            with wrong_at("theme"):
                if base in chain:
                    names = " → ".join((*chain[:_MOST_SHOWN], base))
                    raise BadValue(f"themes go in a circle: {names}", cure="write one in notes")
                if len(chain) >= MAX_CHAIN:
                    raise BadValue(
                        f"it is made of more than {MAX_CHAIN} others", cure="write one in notes"
                    )
            chain.append(base)

    def notes(self, text: str, key: MusicKey | None, meter: str | None) -> MusicPhrase:
        """Notes in LilyPond's words. Raises NotationError."""
        return _whole(read_notes(text, key, self._meter(meter), self.articulations))

    def degrees(self, text: str, key: MusicKey, meter: str | None) -> MusicPhrase:
        """Degrees of a scale. Raises NotationError."""
        return _whole(read_degrees(text, key, self._meter(meter), self.articulations))

    def _meter(self, written: str | None) -> tuple[int, int]:
        if written is None:
            return self.meter
        beats, value = written.split("/")
        return int(beats), int(value)


def _whole(read: ReadMusic) -> MusicPhrase:
    if read.faults:
        raise NotationError(read.faults)
    return read.phrase
