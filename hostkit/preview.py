"""A quick listen: some tracks, a stretch of them, as one file beside the delivery.

The way is that of a render (`hostkit.pipeline`) with the same prints, faders, buses and
master: what is heard is the alternative mix of those tracks. Nothing is proved, nothing delivered.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from hostkit.delivery.gain import checked_trim
from hostkit.delivery.manifest.read import read_manifest
from hostkit.delivery.names.layout import WantedFile
from hostkit.delivery.preview_file import file_name, preview_in, refuse_others
from hostkit.delivery.profiles.order import Order
from hostkit.delivery.writing.cut import Cut
from hostkit.delivery.writing.files import FileJob, WrittenFile, write_file
from hostkit.delivery.writing.metadata import metadata_of
from hostkit.delivery.writing.steps import common_steps
from hostkit.pipeline import load
from hostkit.plan.build import build_plan
from hostkit.plan.environment import Environment
from hostkit.plan.locked import drift_from_lock
from hostkit.plan.mixes.wanted import PREVIEW, MixRequest
from hostkit.plan.plan import SessionPlan
from hostkit.plan.reasons import Reasons
from hostkit.plan.stretch import END, START, Excerpt, stretch_of
from hostkit.render.outcome import Outcomes, Resources
from hostkit.render.production import Production
from hostkit.render.space import check_space
from hostkit.session.model.mixes import MixRecipe

FADE_MS = 5
"""Where the music goes on outside the stretch, it is faded over so long."""
SILENT = "it holds nothing but silence: what is listened to plays elsewhere, or nowhere"


@dataclass(frozen=True)
class PreviewRequest:
    """What to listen to: names of tracks, stems or tags, and two positions, each or none."""

    solo: tuple[str, ...] = ()
    mute: tuple[str, ...] = ()
    start: str | None = None
    end: str | None = None
    trim_db: float = 0.0
    locked: bool = False

    @property
    def recipe(self) -> MixRecipe:
        """The alternative mix that is heard; its names are checked when it is resolved."""
        return MixRecipe.model_construct(only=list(self.solo), mute=list(self.mute))

    def path(self, session: str, folder: Path) -> Path:
        """Its file, for a delivery that is or would be in `folder`."""
        typed = ((START, self.start), (END, self.end))
        span = [f"{option.strip('-')} {text}" for option, text in typed if text is not None]
        span += [f"trim {self.trim_db:+g} dB"] if self.trim_db else []
        return folder / PREVIEW / file_name(session, self.solo, self.mute, *span)


@dataclass(frozen=True)
class Preview:
    """A quick listen at `path`: frames `start` to `end` of the whole form, half open.

    `written` has what was measured of it: `written.measures.loudness` in LUFS and dBTP,
    `written.clipping.samples` that did not fit.
    """

    path: Path
    sample_rate: int
    start: int
    end: int
    written: WrittenFile
    warnings: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.end - self.start) / self.sample_rate


@dataclass(frozen=True)
class PlannedPreview:
    """What is to be made for a quick listen, into which file."""

    order: Order
    plan: SessionPlan
    stretch: Excerpt
    path: Path
    warnings: tuple[str, ...] = ()


def plan_preview(
    session: Path, request: PreviewRequest, folder: Path, environment: Environment
) -> PlannedPreview:
    """Session file to what is to be made. A profile has no say in it.

    Raises InvalidInput with all that is wrong with the session, RequestError for names and
    positions that it does not have and for a file that is somebody's.
    """
    order = Order(load(session, environment), trim_db=checked_trim(request.trim_db))
    wanted = MixRequest(preview=request.recipe, gain_db=order.gain.on_session_db)
    plan = build_plan(order.loaded, environment, wanted)
    drifted = drift_from_lock(order.loaded, environment, insist=request.locked)
    stretch = stretch_of(plan.whole, request.start, request.end)
    path = request.path(plan.session, folder)
    refuse_others(path)
    return PlannedPreview(order, plan, stretch, path, (*plan.warnings, *drifted))


def make_preview(planned: PlannedPreview, resources: Resources) -> Preview:
    """Makes what is missing of it, and the file. Raises RenderFailed, RequestError, StorageError.

    Until the last step there is no file, or the one of before.
    """
    before = read_manifest(planned.path.parent.parent)
    reasons = before.reasons_at(planned.order.gain) if before else Reasons()
    check_space(planned.plan, resources.store, planned.path.parent)
    production = Production(resources)

    def written(outcomes: Outcomes) -> Preview:
        return _written(planned, production, outcomes)

    return production.use(planned.plan.session, planned.plan.whole.nodes, reasons, written)


def _written(planned: PlannedPreview, production: Production, outcomes: Outcomes) -> Preview:
    job = _job(planned, production.resources, outcomes)
    with preview_in(planned.path) as new:
        facts = production.resources.executor.submit(write_file, job.to(new))
        made = facts.result()
    start = job.cut.start_frame
    silent = () if any(made.measures.signal.peaks) else (SILENT,)
    warnings = (*planned.warnings, *production.lost, *silent)
    return Preview(planned.path, job.sample_rate, start, start + job.frames, made, warnings)


def _job(planned: PlannedPreview, resources: Resources, outcomes: Outcomes) -> FileJob:
    """The file as an order: the sum of the stems between the two ends. Raises RequestError."""
    plan, order, form = planned.plan, planned.order, planned.plan.whole
    found = {stem.name: outcomes[stem.fingerprint].print for stem in form.stems}
    made = {name: print_ for name, print_ in found.items() if print_ is not None}
    whole = form.frames or max(print_.frames for print_ in made.values())
    stretch = planned.stretch.within(form, whole)
    assert stretch.end is not None
    fade = plan.sample_rate * FADE_MS // 1000
    frames = stretch.end - stretch.start
    wanted = WantedFile("mix", PREVIEW, PREVIEW, PREVIEW, form.form.name, tuple(made))
    about = metadata_of(wanted, form, order, whole)
    return FileJob(
        path=planned.path,
        sources=tuple(made.values()),
        frames=frames,
        sample_rate=plan.sample_rate,
        layout=plan.layout,
        sample_format=plan.sample_format,
        metadata=replace(
            about,
            time_reference=about.time_reference + stretch.start,
            markers=tuple(
                replace(mark, frame=mark.frame - stretch.start)
                for mark in about.markers
                if stretch.start <= mark.frame < stretch.end
            ),
        ),
        step=common_steps(plan, {form.form.name: made}, resources)[form.form.name],
        cut=Cut(
            stretch.start,
            fade if stretch.start else 0,
            fade if stretch.end < whole else 0,
        ),
    )
