"""What is rendered for a project: stems or prints as audio, and the curve of a ducked mix.

They come as tracks that are muted, or empty: the project plays what it played without them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from hostkit.audio.files.containers import open_writer
from hostkit.audio.files.reader import open_audio
from hostkit.audio.formats import FLOAT32, sample_format
from hostkit.audio.layout import layout_of
from hostkit.ducking.gain.curve import GainCurve
from hostkit.exchange.leaving.faders import db_steps, gain
from hostkit.exchange.leaving.notes import FINE_TICKS, Ticks
from hostkit.exchange.project import AudioClip, CurvePoint, Media, Project, ProjectTrack
from hostkit.ground.file_names import safe_name
from hostkit.jobs.prints import INTEGERS, Print
from hostkit.plan.mixes.recipes import written_recipes
from hostkit.plan.nodes.ducking import CurvePlan
from hostkit.plan.nodes.node import AnyNode, is_straight, is_track
from hostkit.plan.plan import Plan
from hostkit.plan.reasons import Reasons
from hostkit.render.kept_plan import read_curves
from hostkit.render.outcome import Outcomes, Resources
from hostkit.render.production import Production
from hostkit.render.stem.stored import fitting_int_samples
from hostkit.render.track.straight import StraightPrint
from hostkit.session.model.session import Session

AudioKind: TypeAlias = Literal["stems", "prints"]
DUCKING = "ducking"
"""The empty track whose volume is the curve of a ducked mix."""


@dataclass(frozen=True)
class AudioOrder:
    """Which nodes of a plan are wanted as files in `folder`, by names of stems or tracks."""

    plan: Plan
    kind: AudioKind
    nodes: Mapping[str, AnyNode]
    folder: Path

    @classmethod
    def of(cls, plan: Plan, kind: AudioKind, folder: Path) -> AudioOrder:
        """The stems of the plan's first mix, or the print of each track."""
        if kind == "prints":
            return cls(plan, kind, {node.name: node for node in plan.tracks}, folder)
        stems = (plan.stems_by_name[name] for name in plan.mixes[0].stems)
        return cls(plan, kind, {stem.stem: stem.node for stem in stems}, folder)

    def file_of(self, name: str) -> Path:
        """Where its audio is written to."""
        return self.folder / f"{safe_name(name)}.wav"

    def make(self, session: str, resources: Resources) -> None:
        """Renders what is missing, and writes the files. Raises RenderFailed, StorageError."""

        def written(outcomes: Outcomes) -> None:
            self.folder.mkdir(parents=True, exist_ok=True)
            for name, node in self.nodes.items():
                _write(self.file_of(name), _audio(outcomes, name, node), self.plan)

        wanted = _leading_to(self.nodes.values(), self.plan)
        Production(resources).use(session, wanted, Reasons(), written)

    def added_to(self, project: Project) -> Project:
        """The project with a muted track for each file; a print goes through its track's fader."""
        regular = {track.name: track for track in project.tracks if track.role == "regular"}
        made = []
        for name in self.nodes:
            track = ProjectTrack(f"stem audio {name}", f"{name} stem")
            if self.kind == "prints":
                own = replace(regular[name], notes=(), controllers=(), devices=())
                track = replace(own, id=f"print {name}", name=f"{name} print")
            clips = (_clip(self.file_of(name), Fraction(0)),)
            made.append(replace(track, clips=clips, muted=True))
        return _with_tracks(project, made)


def ducked_mixes(session: Session) -> tuple[str, ...]:
    """The mixes of a session that are ducked under its dialogue."""
    return tuple(name for name, recipe in written_recipes(session).items() if recipe.duck)


def with_ducking(session: str, project: Project, plan: Plan, resources: Resources) -> Project:
    """The project with the dialogue, muted, and an empty track whose volume is the curve.

    The curve is that of the first ducked mix of the plan. Raises RenderFailed.
    """
    node = next(node for node in plan.nodes if isinstance(node.plan, CurvePlan))
    assert isinstance(node.plan, CurvePlan)

    def read(outcomes: Outcomes) -> GainCurve:
        return read_curves(_made(outcomes, node), plan.sample_rate).rest

    wanted = _leading_to([node], plan)
    curve = Production(resources).use(session, wanted, Reasons(), read)
    ticks = Ticks(plan.tempo_map, plan.sample_rate, FINE_TICKS)
    ducking = ProjectTrack(DUCKING, DUCKING, volume_automation=_in_gain(curve, ticks))
    dialogue = node.plan.dialogue
    start = Fraction(max(dialogue.start, 0), plan.sample_rate)
    clip = _clip(dialogue.file.path, plan.tempo_map.beats_at_seconds(start))
    if dialogue.start < 0:
        early = Fraction(-dialogue.start, plan.sample_rate)
        clip = replace(clip, start_seconds=early, length_seconds=clip.length_seconds - early)
    speech = ProjectTrack("dialogue", "dialogue", clips=(clip,), muted=True)
    return _with_tracks(project, [ducking, speech])


def _audio(outcomes: Outcomes, name: str, node: AnyNode) -> Print | StraightPrint:
    """What was made of it; of a track that goes through nothing, what its takes are."""
    if is_track(node) and is_straight(node):
        return StraightPrint(name, node.plan, _unwatched)
    return _made(outcomes, node)


def _unwatched(frames: int, *, at: str | None = None) -> None: ...


def _made(outcomes: Outcomes, node: AnyNode) -> Print:
    found = outcomes[node.fingerprint].print
    assert found is not None  # else RenderFailed was raised
    return found


def _leading_to(wanted: Iterable[AnyNode], plan: Plan) -> list[AnyNode]:
    """Those nodes, and all that they need, in the order of the plan."""
    needed = {node.fingerprint for node in wanted}
    for node in reversed(plan.nodes):
        if node.fingerprint in needed:
            needed.update(node.needs)
    return [node for node in plan.nodes if node.fingerprint in needed]


def _with_tracks(project: Project, made: list[ProjectTrack]) -> Project:
    """Before the master, which is last."""
    *tracks, master = project.tracks
    return replace(project, tracks=(*tracks, *made, master))


def _in_gain(curve: GainCurve, ticks: Ticks) -> tuple[CurvePoint, ...]:
    """The curve in linear gain, with as many points as keep it near a line of dB."""
    places = curve.frames.tolist()
    for (start, stop), (here, there) in zip(
        pairwise(curve.frames.tolist()), pairwise(curve.gain_db.tolist()), strict=True
    ):
        pieces = db_steps(here, there)
        places += (start + (stop - start) * piece // pieces for piece in range(1, pieces))
    frames = np.unique(np.array(places, dtype=np.int64))
    return tuple(
        CurvePoint(at, gain(level_db), linear=True)
        for at, level_db in zip(ticks.quarters_at(frames), curve.at(frames).tolist(), strict=True)
    )


def _clip(path: Path, at: Fraction) -> AudioClip:
    source = open_audio(path)
    seconds = Fraction(source.frames, source.sample_rate)
    return AudioClip(Media(str(path), path), at, seconds, name=path.stem)


def _write(path: Path, found: Print | StraightPrint, plan: Plan) -> None:
    """A stem in the session's format, a print in 32-bit floats."""
    is_stem = isinstance(found, Print) and found.sample_type == INTEGERS
    kind = sample_format(plan.sample_format) if is_stem else FLOAT32
    with open_writer(path, plan.sample_rate, layout_of(found.channels), kind) as writer:
        if isinstance(found, Print) and is_stem:
            for samples in fitting_int_samples(found, kind):
                writer.write_int_samples(samples)
        else:
            for audio in found.audio():
                writer.write(audio)
