"""The gain on everything that is delivered, by who asked for it."""

from __future__ import annotations

from dataclasses import dataclass

from hostkit.errors import RequestError

LEAST_DB, MOST_DB = -144.0, 24.0


@dataclass(frozen=True)
class Gain:
    """What session, profile and command line add to the level of every stem and mix, in dB.

    It comes after the master, so it changes nothing but the level: what compressors do, and
    what any file is beside another, stays as it is.
    """

    session_db: float = 0.0
    profile_db: float = 0.0
    trim_db: float = 0.0

    @property
    def on_session_db(self) -> float:
        """What comes on top of the session's own."""
        return self.profile_db + self.trim_db

    @property
    def total_db(self) -> float:
        return self.session_db + self.on_session_db

    def changed_by(self, change_db: float) -> str:
        """How to change it, in words: as a key or as an option, with what is there already.

        >>> Gain().changed_by(3.3)
        'gain_db: 3.3 in the session, or --trim 3.3 for one run'
        >>> Gain(session_db=-6, trim_db=1).changed_by(2.5)
        'gain_db: -3.5 in the session (and --trim 1 as now), or --trim 3.5 for one run'
        """
        kept = f" (and --trim {self.trim_db:g} as now)" if self.trim_db else ""
        key, option = _db(self.session_db + change_db), _db(self.trim_db + change_db)
        return f"gain_db: {key} in the session{kept}, or --trim {option} for one run"

    def changed_from(self, before: Gain) -> str:
        """That it is another one now, in words; empty where it is not.

        >>> Gain(session_db=1).changed_from(Gain(trim_db=-2.5)), Gain().changed_from(Gain())
        ('its level changed from -2.5 to 1 dB', '')
        """
        then, now = _db(before.total_db), _db(self.total_db)
        return f"its level changed from {then} to {now} dB" if then != now else ""


NO_GAIN = Gain()


def checked_trim(trim_db: float) -> float:
    """What somebody gave as --trim. Raises RequestError for what is no such level."""
    if not LEAST_DB <= trim_db <= MOST_DB:  # also of what is not a number
        raise RequestError(
            f"--trim {trim_db:g} is no such level", cure=f"give {LEAST_DB:g} to {MOST_DB:g} dB"
        )
    return trim_db


def _db(value: float) -> str:
    return f"{round(value, 2) + 0.0:g}"
