"""Mix notes: what is in each stem and mix, for whoever gets the files."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from hostkit.delivery.manifest.entries import FileEntry
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.profiles.order import Order
from hostkit.ground.markdown import table_cell
from hostkit.plan.mixes.kinds import KINDS, left_out_by_name
from hostkit.plan.plan import SessionPlan
from hostkit.session.model.mixes import MixRecipe
from hostkit.session.model.session import Session
from hostkit.timebase.forms import forms_of

EVERYTHING = "everything"


def mix_notes(plan: SessionPlan, order: Order, manifest: Manifest) -> bytes:
    """The notes as Markdown."""
    lines = [f"# {_heading(order)}", "", *_about(plan, order, manifest), ""]
    lines += ["## Stems", "", "| stem | tracks | LUFS | dBTP |", "|---|---|---|---|"]
    for name, stem in manifest.stems.items():
        lines.append(
            f"| {table_cell(name)} | {table_cell(', '.join(stem.tracks))} | {_levels(stem.file)} |"
        )
    lines += ["", "## Mixes", "", "| mix | what it is | length | LUFS | dBTP |"]
    lines.append("|---|---|---|---|---|")
    for name, mix in manifest.mixes.items():
        seconds = mix.file.measures.frames / manifest.sample_rate
        what = table_cell(_recipe(order.session, name, manifest))
        lines.append(f"| {table_cell(name)} | {what} | {seconds:.3f} s | {_levels(mix.file)} |")
    lines += ["", "## Tracks", "", "| track | stem | device | level | pan | sends |"]
    lines.append("|---|---|---|---|---|---|")
    lines += list(_tracks(order.session, manifest))
    if manifest.warnings:
        lines += ["", "## Notes", "", *(f"- {table_cell(text)}" for text in manifest.warnings)]
    return ("\n".join(lines) + "\n").encode()


def _heading(order: Order) -> str:
    session = order.session
    names = " ".join(text for text in (session.cue, session.title) if text)
    return f"{names or order.loaded.name}, version {session.version}"


def _about(plan: SessionPlan, order: Order, manifest: Manifest) -> Iterator[str]:
    tempo_map = plan.whole.tempo_map
    meter = tempo_map.meters.changes[0]
    bpm = tempo_map.tempo_at(Fraction(0))
    yield f"- {manifest.sample_rate} Hz, {manifest.sample_format}, {manifest.frames} samples"
    starts = [float(segment.bpm) for segment in tempo_map.segments]
    ends = [one.bpm_at(after.beats) for one, after in pairwise(tempo_map.segments)]
    tempi = [*starts, *ends]
    low, high = min(tempi), max(tempi)
    later = f", {low:.6g} to {high:.6g} bpm in all" if low != high else ""
    yield f"- {bpm:.6g} bpm and {meter.numerator}/{meter.denominator} at the start{later}"
    if tempo_map.picture:
        picture = tempo_map.picture
        yield f"- bar 1 beat 1 at {picture.start}, {picture.frame_rate} frames a second"
    if order.profile.pre_roll_s:
        yield f"- {order.profile.pre_roll_s:g} s of pre-roll before it"
    if order.profile.pop:
        pop = order.profile.pop
        level = f"{pop.level_dbfs:g} dBFS in the full mix"
        yield f"- a pop of {pop.hz:g} Hz {pop.before_s:g} s before it, {level}"
    for kind, marks in (("", order.session.sections), ("hit ", order.session.hits)):
        for mark in marks:
            forms = forms_of(mark.at, tempo_map, manifest.sample_rate)
            on_screen = f", {forms.timecode}" if forms.timecode else ""
            yield f"- {kind}{table_cell(mark.name)} at {forms.bar_beat}{on_screen}"


def _recipe(session: Session, name: str, manifest: Manifest) -> str:
    """A mix in words, as the session has it."""
    recipe = session.mixes.get(name) if isinstance(session.mixes, dict) else None
    words = _words(recipe) if recipe else []
    form = manifest.forms.get(manifest.mixes[name].file.form)
    if form and form.kind != "whole":
        words.insert(0, form.in_words)
    return "; ".join(words) or in_words(session, name)


def in_words(session: Session, name: str) -> str:
    """What a mix is that has no recipe: its kind, as the tracks it keeps or leaves out."""
    tags = {track: about.tags for track, about in session.tracks.items()}
    stems = {track: session.stem_of(track) for track in tags}
    out = left_out_by_name(name, tags, stems)
    if kind := KINDS.get(name):
        if kind.click:
            return "the click"
        out |= {track for track, has in tags.items() if not kind.keeps(has)}
        if kind.only:
            return f"only {', '.join(track for track in tags if track not in out)}"
    left_out = ", ".join(track for track in tags if track in out)
    return f"without {left_out}" if left_out else EVERYTHING


def _words(recipe: MixRecipe) -> list[str]:
    words = [f"like {recipe.like}"] if recipe.like else []
    words += [f"without {', '.join(recipe.mute)}"] if recipe.mute else []
    words += [f"only {', '.join(recipe.only)}"] if recipe.only else []
    words += [f"{name} {gain_db:+g} dB" for name, gain_db in recipe.gain_db.items()]
    words += ["ducked under the dialogue"] if recipe.duck else []
    words += [] if recipe.live else ["mock-ups in place of the recorded players"]
    return words


def _tracks(session: Session, manifest: Manifest) -> Iterator[str]:
    for name, track in session.tracks.items():
        device = manifest.tracks[name].device if name in manifest.tracks else ""
        sends = ", ".join(f"{bus} {gain_db:g} dB" for bus, gain_db in track.sends.items())
        level, pan = (
            "automated" if key in track.automation else text
            for key, text in (("gain_db", f"{track.gain_db:g} dB"), ("pan", f"{track.pan:g}"))
        )
        cells = (name, session.stem_of(name), device, level, pan, sends)
        yield f"| {' | '.join(map(table_cell, cells))} |"


def _levels(file: FileEntry) -> str:
    loudness = file.measures.loudness
    levels = (loudness.integrated_lufs, loudness.true_peak_dbtp)
    return " | ".join(f"{level:.1f}" if math.isfinite(level) else "−∞" for level in levels)
