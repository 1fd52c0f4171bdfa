"""What `check` says of the music under dialogue, before anything is rendered or ducked."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from hostkit.audio.files.reader import open_audio
from hostkit.ducking.dialogue import hear_dialogue
from hostkit.ducking.listening.stem import Clock, MusicStem
from hostkit.errors import QualityError
from hostkit.ground.clock import counter
from hostkit.ground.counted import counted
from hostkit.plan.density import Fader, UnderPhrase, density
from hostkit.plan.plan import SessionPlan
from hostkit.session.model.session import Session

HEADS = ("phrase", "tracks", "registers", "stems that mask most")


def under_dialogue(plan: SessionPlan, session: Session, frames: int) -> tuple[UnderPhrase, ...]:
    """How dense the music is under each phrase of the session's dialogue, if it names one.

    `frames` is how long the music is. The dialogue is read, or its list of phrases. Raises
    RequestError where it has no speech under the music, QualityError where speech is not told
    from noise.
    """
    if plan.spoken is None:
        return ()
    spec, rate = plan.spoken.dialogue, plan.sample_rate
    path = spec.file.path
    stem = MusicStem(path.stem, open_audio(path), Fraction(spec.start, rate))
    clock = Clock(rate, Fraction(0), frames, plan.layout)
    heard = hear_dialogue(stem, clock, plan.spoken.settings, spec.phrases)
    if heard.doubt:
        raise QualityError(
            f"{path.stem}: speech is not told from what else there is: {heard.doubt}",
            cure="use the neural detector (duck: {vad: neural}), or list the phrases yourself "
            "(duck: {phrases: FILE})",
        )
    faders = {
        name: Fader(session.stem_of(name), track.gain_db) for name, track in session.tracks.items()
    }
    return density(plan.whole, faders, heard.spans)


def density_rows(phrases: Sequence[UnderPhrase], tracks: int) -> list[tuple[str, ...]]:
    """The rows under `HEADS`, of music that has so many tracks."""
    return [
        (
            f"{counter(under.phrase.onset_seconds)}–{counter(under.phrase.offset_seconds)}",
            f"{len(under.tracks)} of {tracks}",
            ", ".join(under.registers),
            ", ".join(f"{stem} {share:.0%}" for stem, share in under.masking),
        )
        for under in phrases
    ]


def densest(phrases: Sequence[UnderPhrase]) -> str:
    """A sentence on the whole of it."""
    most = max(phrases, key=lambda under: len(under.tracks))
    return (
        f"{counted(len(phrases), 'phrase')}; most plays in the speech band at "
        f"{counter(most.phrase.onset_seconds)}: {counted(len(most.tracks), 'track')}"
    )


def density_objects(phrases: Sequence[UnderPhrase]) -> list[dict[str, object]]:
    """The same for `--json`."""
    return [
        {
            "start_seconds": under.phrase.onset_seconds,
            "end_seconds": under.phrase.offset_seconds,
            "tracks": under.tracks,
            "registers": under.registers,
            "masking": [{"stem": stem, "share": round(share, 3)} for stem, share in under.masking],
        }
        for under in phrases
    ]
