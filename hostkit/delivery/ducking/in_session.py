"""The ducked mixes of a session: each judged on its file as written, with what shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path, PurePosixPath

from hostkit.audio.files.reader import open_audio
from hostkit.delivery.certificate.hashes import sha256
from hostkit.delivery.ducking.bundle import Extras, side_files, side_names, write_portions
from hostkit.delivery.ducking.ducked_files import DuckedFile
from hostkit.delivery.ducking.report import DuckReport
from hostkit.delivery.ducking.report_text import failures
from hostkit.delivery.folder.incoming import Folder
from hostkit.delivery.manifest.believed import is_noted
from hostkit.delivery.manifest.entries import DocumentEntry, DuckingEntry
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.names.layout import document_path
from hostkit.delivery.profiles.order import Order
from hostkit.delivery.writing.file_orders import FileOrder
from hostkit.delivery.writing.pre_roll import pre_roll_of
from hostkit.ducking.intelligibility import better_broadband, intelligibility
from hostkit.ducking.listening.hop_powers import powers_of
from hostkit.ducking.listening.stem import Clock, MusicStem, summed
from hostkit.ducking.result import DuckResult, Status, judged
from hostkit.ground.file_names import safe_name
from hostkit.jobs.isolate import Report
from hostkit.jobs.store import Store
from hostkit.plan.nodes.ducking import CurvePlan
from hostkit.plan.nodes.fingerprint import fingerprint
from hostkit.plan.plan import MixPlan, Plan, SessionPlan
from hostkit.render.ducked import under_dialogue
from hostkit.render.kept_plan import read_plan
from hostkit.render.outcome import Resources
from hostkit.session.model.mixes import Duck


@dataclass(frozen=True)
class DuckingJob:
    """A ducked mix, written to `mix`, to be judged; `documents` say where each file goes.

    `heard` is the fingerprint of what was heard and decided by `plan` before it was lowered.
    The files tell `title`, `dialogue` and `files` as they are here, so these hold nothing
    of this machine.
    """

    plan: CurvePlan
    heard: str
    store_root: Path
    mix: Path
    documents: Mapping[str, Path]
    extras: Extras
    title: str
    dialogue: str
    files: tuple[DuckedFile, ...]


@dataclass(frozen=True)
class Judgement:
    """How a ducked mix came out, what missed, and the hashes of the documents by name."""

    result: DuckResult
    failures: tuple[str, ...]
    sha256: Mapping[str, str]


def judge(job: DuckingJob, report: Report) -> Judgement:
    """Measures the mix as it was written, phrase by phrase, and writes what shows it."""
    store, extras = Store(job.store_root), job.extras
    before = under_dialogue(job.plan, store, report)
    clock = Clock.of(before.stems)
    plan = read_plan(store.take(job.heard), job.plan.settings, clock)
    start = Fraction(-extras.pre_roll_frames, clock.sample_rate)
    written = MusicStem("", open_audio(job.mix), start)
    result = judged(plan, powers_of(summed([written], clock), clock.sample_rate, clock.layout))
    scores = (
        intelligibility(plan, before.dialogue, before.stems, [written])
        if extras.intelligibility
        else ()
    )
    broadband = better_broadband(plan, before.dialogue, before.stems, scores) if scores else ""
    told = DuckReport(
        result=result,
        title=job.title,
        dialogue=job.dialogue,
        aligned_by=job.plan.dialogue.aligned_by,
        files=job.files,
        scores=tuple(scores),
        warnings=(
            *plan.warnings,
            *filter(None, (broadband,)),
            *_about_the_pre_roll(clock.sample_rate, extras),
        ),
    )
    sums = {
        name: write_portions(job.documents[name], portions)
        for name, portions in side_files(told, Path(), extras)
    }
    return Judgement(result, tuple(map(str, failures(told))), sums)


def _about_the_pre_roll(sample_rate: int, extras: Extras) -> list[str]:
    if not extras.pre_roll_frames:
        return []
    seconds = extras.pre_roll_frames / sample_rate
    return [
        f"times count from the start of the music, {seconds:g} s into the files; the curve as "
        "CSV and as an envelope counts from the files' start"
    ]


@dataclass
class Judging:
    """The ducked mixes of a session: those known from before, and those being judged."""

    known: dict[str, DuckingEntry]
    _running: dict[str, tuple[str, Mapping[str, str], Future[Judgement]]]

    def finish(self) -> dict[str, DuckingEntry]:
        """What became of every ducked mix, once all are judged."""
        new = {
            name: _entry(key, paths, future.result())
            for name, (key, paths, future) in self._running.items()
        }
        return self.known | new


def begin_judging(
    plan: SessionPlan,
    order: Order,
    files: Sequence[FileOrder],
    before: Manifest | None,
    folder: Folder,
    resources: Resources,
) -> Judging:
    """Sends every ducked mix off that is not as it was. All files are written by now."""
    form = plan.whole
    judging = Judging({}, {})
    for mix in form.mixes:
        if mix.curve is None:
            continue
        own = next(f for f in files if (f.wanted.kind, f.wanted.name) == ("mix", mix.name))
        extras = _extras(form, order)
        names = side_names(mix.curve.settings, extras.controller)
        paths = {name: _path(order, mix.name, name) for name in names}
        job = DuckingJob(
            plan=mix.curve,
            heard=next(node.fingerprint for node in form.nodes if node.plan == mix.curve),
            store_root=resources.store.root,
            mix=folder.current(own.wanted.path),
            documents={name: folder.new(path) for name, path in paths.items()},
            extras=extras,
            title=_title(order, mix.name),
            dialogue=order.session.dialogue.file if order.session.dialogue else "",
            files=tuple(_files(form, mix, files)),
        )
        key = _key(job, own.made_of.key, paths)
        known = before.ducking.get(mix.name) if before else None
        if known and known.key == key and is_noted(own, key, known) and _unaltered(known, folder):
            judging.known[mix.name] = known
        else:
            future = resources.executor.submit(judge, job)
            judging._running[mix.name] = (key, paths, future)
    return judging


def _path(order: Order, mix: str, name: str) -> str:
    """Where a document goes: a folder for each mix, or as the profile names documents."""
    if order.profile_name is None:
        return f"ducking/{safe_name(mix)}/{name}"
    part, _, ending = name.partition(".")
    return document_path(order, f"{mix} {part}", f".{ending}")


def _extras(form: Plan, order: Order) -> Extras:
    duck = order.session.duck or Duck()
    return Extras(
        tempo_map=form.tempo_map,
        controller=duck.cc,
        intelligibility=duck.intelligibility,
        pre_roll_frames=pre_roll_of(form, order).frames,
    )


def _title(order: Order, mix: str) -> str:
    session = order.session
    names = " ".join(text for text in (session.cue, session.title) if text)
    dialogue = PurePosixPath(session.dialogue.file).stem if session.dialogue else ""
    return f"{names or order.loaded.name}: {mix} under {dialogue}"


def _files(form: Plan, mix: MixPlan, files: Sequence[FileOrder]) -> Iterator[DuckedFile]:
    """The mix and those of its stems that are delivered, each with its unducked original."""
    assert mix.curve is not None
    settings, sources = mix.curve.settings, dict(mix.curve.sources)
    whole = [file for file in files if file.wanted.form == form.form.name]
    by_music = {_music(form, file): file.wanted.path for file in whole}
    for file in whole:
        wanted = file.wanted
        stems = [form.stems_by_name[name].stem for name in wanted.stems]
        own_stem = wanted.kind == "stem" and wanted.stems[0] in mix.stems
        if not own_stem and (wanted.kind, wanted.name) != ("mix", mix.name):
            continue
        original = by_music.get(tuple(sources[stem] for stem in stems))
        yield DuckedFile(
            path=Path(wanted.path),
            original=Path(original) if original else None,
            stem=stems[0] if own_stem else mix.name,
            weight=settings.weight(stems[0]) if own_stem else 1.0,
            sample_rate=form.sample_rate,
            channels=form.layout.channels,
            frames=file.job.frames,
            sample_format=form.sample_format,
        )


def _music(form: Plan, file: FileOrder) -> tuple[str, ...]:
    return tuple(form.stems_by_name[name].fingerprint for name in file.wanted.stems)


def _key(job: DuckingJob, mix: str, paths: Mapping[str, str]) -> str:
    told = (job.title, job.dialogue, job.plan.dialogue.aligned_by, repr(job.files))
    made = (job.heard, mix, repr(job.extras), tuple(paths.values()))
    return fingerprint("judgement", (*told, *made))


def _unaltered(known: DuckingEntry, folder: Folder) -> bool:
    return all(
        (folder.place / entry.path).is_file() and sha256(folder.place / entry.path) == entry.sha256
        for entry in known.documents.values()
    )


def _entry(key: str, paths: Mapping[str, str], judgement: Judgement) -> DuckingEntry:
    result = judgement.result
    return DuckingEntry(
        key=key,
        in_words=result.in_words,
        target_lu=result.plan.settings.target_lu,
        phrases=len(result.phrases),
        passed=result.count(Status.PASS),
        protected=result.count(Status.PROTECTED),
        max_slope_db_per_s=round(result.max_slope_db_per_s, 3),
        loss_in_speech_lu=round(result.loss_in_speech_lu, 3),
        loss_outside_lu=round(result.loss_outside_lu, 3),
        failures=judgement.failures,
        documents={
            name: DocumentEntry(paths[name], found) for name, found in judgement.sha256.items()
        },
    )
