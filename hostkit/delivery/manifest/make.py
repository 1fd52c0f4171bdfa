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
from hostkit.delivery.writing.files import WrittenFile
from hostkit.plan.nodes.node import TrackNode
from hostkit.plan.plan import Plan, SessionPlan
from hostkit.plan.reasons import parts
from hostkit.render.outcome import Outcome, Outcomes


def file_entry(file: FileOrder, sha256: str, written: WrittenFile) -> FileEntry:
    return FileEntry(
        path=file.wanted.path,
        key=file.made_of.key,
        made_of=file.made_of.parts,
        sha256=sha256,
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
    forms = {form.form.name: form for form in plan.plans}
    frames = {file.wanted.form: file.job.frames for file in files}
    steps = {file.wanted.form: file.job.step for file in files}
    pre_rolls = {file.wanted.form: file.job.pre_roll.frames for file in files}
    stems = [f.wanted for f in files if f.wanted.kind == "stem"]
    mixes = [f.wanted for f in files if f.wanted.kind == "mix"]
    keys = {
        (name, stem.name): stem_key(form, stem)
        for name, form in forms.items()
        for stem in form.stems
    }
    return Manifest(
        session=plan.session,
        sample_rate=plan.sample_rate,
        sample_format=plan.sample_format,
        frames=frames[plan.whole.form.name],
        stems={
            w.name: StemEntry(entries[w.path], forms[w.form].stems_by_name[w.stems[0]].tracks)
            for w in stems
        },
        mixes={
            w.name: MixEntry(
                entries[w.path],
                tuple(keys[w.form, name] for name in w.stems),
                nulls[w.name].residual_dbfs,
                nulls[w.name].verdict,
                nulls[w.name].at_fault,
                _tracks(forms[w.form], w),
                next(mix.without for mix in forms[w.form].mixes if mix.name == w.name),
                nulls[w.name].held,
            )
            for w in mixes
        },
        tracks={
            track.name: _track_entry(track, outcomes[track.fingerprint])
            for track in plan.whole.tracks
        },
        profile=order.profile_name,
        forms={
            name: FormEntry(
                form.form.kind,
                frames[name],
                form.form.sections,
                steps[name],
                form.form.tempo_change_percent,
                form.form.early_seconds,
                form.form.faded,
                pre_rolls[name],
            )
            for name, form in forms.items()
        },
        limits=_limits(order),
        gain=order.gain,
        left_out=dict(plan.lacking),
        hosted=plan.hosted,
        warnings=(*plan.warnings, *_said(outcomes), *notes),
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


def _said(outcomes: Outcomes) -> tuple[str, ...]:
    """What devices had to say, with the track or stem it is about."""
    said = [f"{o.name}: {text}" for o in outcomes.values() if o.print for text in o.print.warnings]
    return tuple(dict.fromkeys(said))
