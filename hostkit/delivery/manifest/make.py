"""What a delivery's manifest says, put together of what was planned, made, written and proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hostkit.delivery.certificate.sums import NullTest
from hostkit.delivery.limits import Limits
from hostkit.delivery.manifest.entries import FileEntry, FormEntry, MixEntry, StemEntry, TrackEntry
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.names.layout import WantedFile, stem_key
from hostkit.delivery.profiles.order import Order
from hostkit.delivery.writing.file_orders import FileOrder
from hostkit.delivery.writing.files import FileJob, WrittenFile
from hostkit.plan.nodes.faders import faders_of
from hostkit.plan.nodes.node import TrackNode
from hostkit.plan.nodes.stems import StemPlan
from hostkit.plan.plan import Form, Plan, SessionPlan
from hostkit.plan.reasons import parts, short
from hostkit.render.outcome import Outcome, Outcomes


def file_entry(file: FileOrder, written: WrittenFile) -> FileEntry:
    """A file of audio: what it was made of, and what was measured while it was written."""
    return FileEntry(
        path=file.wanted.path,
        key=file.made_of.key,
        made_of=file.made_of.parts,
        sha256=written.sha256,
        form=file.wanted.form,
        time_reference=file.job.metadata.time_reference if file.job.metadata else 0,
        measures=written.measures,
        clipping=written.clipping,
    )


def manifest_of(
    plan: SessionPlan,
    order: Order,
    files: Sequence[FileOrder],
    entries: Mapping[str, FileEntry],
    nulls: Mapping[str, NullTest],
    outcomes: Outcomes,
    notes: tuple[str, ...],
) -> Manifest:
    """The manifest without documents, previews and what became of ducking.

    `entries` are of files by path, `nulls` of mixes by name, `outcomes` of nodes by fingerprint.
    """
    forms = {form.form.name: form for form in plan.plans}
    jobs = {file.wanted.form: file.job for file in files}
    wanted = [file.wanted for file in files]
    return Manifest(
        session=plan.session,
        sample_rate=plan.sample_rate,
        sample_format=plan.sample_format,
        frames=jobs[plan.whole.form.name].frames,
        stems={
            one.name: StemEntry(
                entries[one.path], forms[one.form].stems_by_name[one.stems[0]].tracks
            )
            for one in wanted
            if one.kind == "stem"
        },
        mixes={
            one.name: _mix_entry(one, forms[one.form], entries[one.path], nulls[one.name])
            for one in wanted
            if one.kind == "mix"
        },
        tracks={
            track.name: _track_entry(track, outcomes[track.fingerprint])
            for track in plan.whole.tracks
        },
        profile=order.profile_name,
        forms={name: _form_entry(form.form, jobs[name]) for name, form in forms.items()},
        limits=_limits(order),
        gain=order.gain,
        left_out=dict(plan.lacking),
        hosted=plan.hosted,
        nodes=tuple(dict.fromkeys(short(node.fingerprint) for node in plan.nodes)),
        faders={
            node.name: faders_of(node.plan)
            for node in plan.nodes
            if isinstance(node.plan, StemPlan)
        },
        warnings=(*plan.warnings, *_said(plan, outcomes), *notes),
    )


def _mix_entry(wanted: WantedFile, form: Plan, file: FileEntry, null: NullTest) -> MixEntry:
    keys = {stem.name: stem_key(form, stem) for stem in form.stems}
    return MixEntry(
        file=file,
        stems=tuple(keys[name] for name in wanted.stems),
        null_residual_dbfs=null.residual_dbfs,
        null=null.verdict,
        at_fault=null.at_fault,
        tracks=_tracks(form, wanted),
        without=next(mix.without for mix in form.mixes if mix.name == wanted.name),
        held=null.held,
    )


def _form_entry(form: Form, job: FileJob) -> FormEntry:
    """A form, by the job of any of its files: all are as long, and go by the same step."""
    return FormEntry(
        kind=form.kind,
        frames=job.frames,
        sections=form.sections,
        step=job.step,
        tempo_change_percent=form.tempo_change_percent,
        early_seconds=form.early_seconds,
        faded=form.faded,
        pre_roll_frames=job.pre_roll.frames,
    )


def _tracks(form: Plan, mix: WantedFile) -> tuple[str, ...]:
    """The tracks that sound in a mix, each once."""
    sounding = (track for name in mix.stems for track in form.stems_by_name[name].tracks)
    return tuple(dict.fromkeys(sounding))


def _limits(order: Order) -> Limits:
    profile, target = order.profile, order.profile.loudness
    limits = Limits(
        profile.true_peak_dbtp,
        least_stems=profile.stems.least,
        most_stems=profile.stems.most,
    )
    if target is None:
        return limits
    return replace(
        limits,
        integrated_lufs=target.integrated_lufs,
        tolerance_lu=target.tolerance_lu,
        loudness_of=tuple(target.of),
    )


def _track_entry(track: TrackNode, outcome: Outcome) -> TrackEntry:
    seconds = outcome.print.seconds if outcome.print and outcome.status == "rendered" else 0.0
    signal = " → ".join(track.plan.signal)
    return TrackEntry(outcome.status, outcome.reason, signal, round(seconds, 3), parts(track.plan))


def _said(plan: SessionPlan, outcomes: Outcomes) -> tuple[str, ...]:
    """What devices had to say, with the track or stem it is about.

    What is said of a track in the whole form is not said again of it in a cut-down.
    """
    said: dict[tuple[tuple[str, ...], str], str] = {}
    for node in plan.nodes:
        outcome = outcomes.get(node.fingerprint)
        for text in outcome.print.warnings if outcome and outcome.print else ():
            said.setdefault((node.tracks, text), f"{node.name}: {text}")
    return tuple(dict.fromkeys(said.values()))
