"""What is to be delivered of a session: the session, the profile, and what it lacks for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from hostkit.delivery.gain import Gain, checked_trim
from hostkit.delivery.profiles.load import load_profile
from hostkit.delivery.profiles.profile import PLAIN, Profile
from hostkit.delivery.profiles.stem_count import stem_count_fault
from hostkit.errors import Fault, InvalidInput, Problem
from hostkit.session.load import LoadedSession
from hostkit.session.model.session import Session

NEEDS = {
    "picture": "picture: {frame_rate: 25, start: 01:00:00:00}",
    "cue": "cue: 1m01",
    "title": "title: …",
    "sections": "sections: [{name: intro, at: 1|1}, …]",
    "hits": "hits: [{at: 01:00:10:00, name: …}]",
    "tempo": "tempo: [{at: 1|1, bpm: 120, meter: 4/4}]",
    "credits": "credits: {composers: [{name: …, share_percent: 100}]}",
}
"""What a profile can need, and how a session says it."""


@dataclass(frozen=True, eq=False)
class Order:
    """A session with the profile it is delivered by; `profile_name` None is the plain layout.

    `loaded` is the session as written, but in the profile's format. `trim_db` is what the
    command line adds to the level of everything.
    """

    loaded: LoadedSession
    profile: Profile = PLAIN
    profile_name: str | None = None
    trim_db: float = 0.0

    @property
    def session(self) -> Session:
        return self.loaded.session

    @property
    def gain(self) -> Gain:
        """The gain on every stem and mix, by who asked for it."""
        return Gain(self.session.gain_db, self.profile.gain_db, self.trim_db)

    @property
    def files(self) -> tuple[Path, ...]:
        """The session's files, and the MIDI files that it names."""
        session = self.session
        named = {session.midi_file, *(track.midi_file for track in session.tracks.values())}
        midi = sorted(name for name in named if name is not None)
        return (*self.loaded.files, *(self.loaded.resolve(name) for name in midi))

    @property
    def stem_count_fault(self) -> Fault | None:
        """What is to be said when the client counts on another number of stems."""
        wanted, session = self.profile.stems, self.session
        names = list(dict.fromkeys(session.stem_of(track) for track in session.tracks))
        return stem_count_fault(self.profile_name or "", names, wanted.least, wanted.most)


def order_of(loaded: LoadedSession, profile: str | None = None, trim_db: float = 0.0) -> Order:
    """The order of a session by a profile, else by its own, else by none.

    Raises RequestError for the profile, InvalidInput with everything that it needs and the
    session lacks.
    """
    trim_db = checked_trim(trim_db)
    name = profile or loaded.session.deliver.profile
    if name is None:
        return Order(loaded, trim_db=trim_db)
    found = load_profile(name)
    if problems := _lacks(loaded, found, name):
        raise InvalidInput(problems)
    session = loaded.session
    if found.format is not None and found.format != session.deliver.format:
        deliver = session.deliver.model_copy(update={"format": found.format})
        loaded = replace(loaded, session=session.model_copy(update={"deliver": deliver}))
    return Order(loaded, found, name, trim_db)


def _lacks(loaded: LoadedSession, profile: Profile, name: str) -> list[Problem]:
    session = loaded.session
    problems = [
        loaded.problem((), f"the profile {name} needs {need}", cure=f"add {NEEDS[need]}")
        for need in profile.needs
        if not getattr(session, need)
    ]
    if profile.sample_rate not in (None, session.sample_rate):
        problems.append(
            loaded.problem(
                ("sample_rate",),
                f"the profile {name} is delivered at {profile.sample_rate} Hz",
                cure=f"say sample_rate: {profile.sample_rate}",
            )
        )
    in_float = session.deliver.format == "float32" and profile.format is None
    if profile.container == "flac" and in_float:
        problems.append(
            loaded.problem(("deliver", "format"), "FLAC holds no float", cure="say pcm24, or pcm16")
        )
    return problems
