"""The files of a delivery as orders: what is wanted, how it is made, of what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hostkit.delivery.names.layout import WantedFile, wanted_files
from hostkit.delivery.profiles.order import Order
from hostkit.delivery.writing.files import FileJob
from hostkit.delivery.writing.made_of import MadeOf, made_of
from hostkit.delivery.writing.metadata import metadata_of
from hostkit.delivery.writing.pre_roll import pre_roll_for, pre_roll_of
from hostkit.delivery.writing.steps import Made
from hostkit.jobs.following import InProgress
from hostkit.plan.plan import SessionPlan


@dataclass(frozen=True)
class FileOrder:
    """A file that is wanted, how to make it, and what it is made of."""

    wanted: WantedFile
    job: FileJob
    made_of: MadeOf


def file_orders(
    plan: SessionPlan,
    order: Order,
    made: Made,
    steps: Mapping[str, int],
    place: Path,
    in_progress: Mapping[str, InProgress] | None = None,
) -> list[FileOrder]:
    """Every file of the delivery with the job that makes it. Raises NamingError.

    `steps` are what the integer samples of each form's files are multiples of, by its name.
    `in_progress` are stems that are not made yet, by fingerprint: then all lengths are planned.
    """
    in_progress = in_progress or {}
    forms = {form.form.name: form for form in plan.plans}
    pre_rolls = {name: pre_roll_of(form, order) for name, form in forms.items()}
    frames = {
        name: pre_rolls[name].frames
        + (form.frames or max(stem.frames for stem in made[name].values()))
        for name, form in forms.items()
    }
    files = []
    for wanted in wanted_files(plan, order, frames):
        form = forms[wanted.form]
        stems = {name: form.stems_by_name[name].fingerprint for name in wanted.stems}
        job = FileJob(
            path=place / wanted.path,
            sources=tuple(
                made[wanted.form][name] for name, of in stems.items() if of not in in_progress
            ),
            frames=frames[wanted.form],
            sample_rate=plan.sample_rate,
            layout=plan.layout,
            sample_format=plan.sample_format,
            metadata=metadata_of(wanted, form, order, frames[wanted.form]),
            pre_roll=pre_roll_for(form, order, wanted.stems),
            step=steps[wanted.form],
            in_progress=tuple(in_progress[of] for of in stems.values() if of in in_progress),
        )
        files.append(FileOrder(wanted, job, made_of(wanted, form, order, job.frames, job.step)))
    return files
