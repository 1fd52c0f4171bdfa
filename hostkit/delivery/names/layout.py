"""Which files a delivery holds, under which names."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from hostkit.audio.codecs import CODECS
from hostkit.audio.formats import sample_format
from hostkit.delivery.names.music import bpm_of, credits_of
from hostkit.delivery.names.naming import NamingError, collisions
from hostkit.delivery.profiles.order import Order
from hostkit.ground.file_names import safe_name
from hostkit.ground.musical_key import short_key
from hostkit.plan.plan import FULL, WHOLE, Plan, PlannedStem, SessionPlan

OWN_FILES = ("manifest.json", "certificate.json", "certificate.md")


@dataclass(frozen=True)
class WantedFile:
    """A file that the delivery should hold.

    `name` is its key in the manifest, `stems` are the planned stems it is the sum of,
    `form` the form they belong to and `path` its place below the delivery's folder; `preview` is
    that of a mix's lossy copy, where there is to be one.
    """

    kind: Literal["stem", "mix"]
    name: str
    part: str
    mix: str
    form: str
    stems: tuple[str, ...]
    path: str = ""
    preview: str = ""


def wanted_files(plan: SessionPlan, order: Order, frames: dict[str, int]) -> tuple[WantedFile, ...]:
    """Every stem and mix of a session, named. `frames` is the length of each form.

    Raises NamingError where a name cannot be made, or would be made twice.
    """
    files = []
    for form in plan.plans:
        for wanted in (*_stems(form, order), *_mixes(form)):
            length = frames[form.form.name]
            path = _path(wanted, form, order, length)
            preview = _preview_path(wanted, form, order, length)
            files.append(replace(wanted, path=f"{path}.{order.profile.container}", preview=preview))
    own = [(f"hostkit's own {name}", name) for name in OWN_FILES]
    named = [(f"the {w.kind} {w.name}", w.path) for w in files]
    named += [(f"the preview of {w.name}", w.preview) for w in files if w.preview]
    if problems := collisions([*own, *named]):
        raise NamingError.of(problems)
    return tuple(files)


def document_path(order: Order, part: str, ending: str) -> str:
    """Where a document goes."""
    if order.profile_name is None:
        return f"documents/{part}{ending}"
    template = order.profile.names.template("document")
    return template.fill({**_session_values(order), "kind": "document", "part": part}) + ending


def _stems(form: Plan, order: Order) -> Iterator[WantedFile]:
    """The stems that mixes want written, each once, whichever mixes share it."""
    if not order.profile.stems.write:
        return
    seen = set()
    for mix in form.mixes:
        for name in mix.stems if mix.write_stems else ():
            if name not in seen:
                seen.add(name)
                yield _stem(form, form.stems_by_name[name], order)


def _stem(form: Plan, stem: PlannedStem, order: Order) -> WantedFile:
    described = order.session.stems.get(stem.stem)
    code = described.code if described and described.code else stem.stem
    key = stem_key(form, stem)
    mix = key.partition("@")[2]
    part = f"{code} {mix}" if mix else code
    return WantedFile("stem", key, part, mix or FULL, form.form.name, (stem.name,))


def stem_key(form: Plan, stem: PlannedStem) -> str:
    """A stem's name in the manifest: `strings`, or `strings@bed` where it belongs to a mix."""
    if form.form.name == WHOLE or stem.name != stem.stem:
        return stem.name
    return f"{stem.name}@{form.form.name}"


def _mixes(form: Plan) -> Iterator[WantedFile]:
    for mix in form.mixes:
        yield WantedFile("mix", mix.name, mix.name, mix.name, form.form.name, mix.stems)


def _path(wanted: WantedFile, form: Plan, order: Order, frames: int) -> str:
    if order.profile_name is None:
        if wanted.kind == "mix":
            return f"mixes/{safe_name(wanted.name)}"
        stem, _, mix = wanted.name.partition("@")
        stem = safe_name(stem)
        return f"stems/{safe_name(mix)}/{stem}" if mix else f"stems/{stem}"
    template = order.profile.names.template(wanted.kind)
    part = wanted.part
    if wanted.kind == "stem" and "mix" in template.fields:
        part = part.removesuffix(f" {wanted.mix}")
    values = _session_values(order) | _form_values(form, order, frames)
    return template.fill({**values, "kind": wanted.kind, "part": part, "mix": wanted.mix})


def _preview_path(wanted: WantedFile, form: Plan, order: Order, frames: int) -> str:
    """Where the lossy copy of a mix goes; empty where none is wanted."""
    previews = order.profile.previews
    if previews is None or wanted.kind != "mix":
        return ""
    values = {**_session_values(order), **_form_values(form, order, frames)}
    values |= {"kind": "preview", "part": wanted.part, "mix": wanted.mix}
    template = order.profile.names.template("preview")
    return f"{template.fill(values)}.{CODECS[previews.codec].suffix}"


def _session_values(order: Order) -> dict[str, str | int | None]:
    session, credits_ = order.session, credits_of(order)
    kilohertz = Fraction(session.sample_rate, 1000)
    return {
        "project": credits_.production,
        "library": credits_.library,
        "album": credits_.album,
        "key": short_key(credits_.key or ""),
        "cue": session.cue,
        "title": session.title,
        "version": session.version,
        "session": order.loaded.name,
        "rate": f"{float(kilohertz):g}",
        "depth": sample_format(session.deliver.format).bits,
    }


def _form_values(form: Plan, order: Order, frames: int) -> dict[str, str | int | None]:
    seconds = Fraction(frames, form.sample_rate)
    meter = form.tempo_map.meters.changes[0]
    end = form.tempo_map.beats_at_seconds(seconds)
    loop = form.form.loop
    bars = loop.bars if loop else form.tempo_map.bar_beat_at(end).bar
    return {
        "tempo": round(bpm_of(form, order)),
        "meter": loop.meter if loop else f"{meter.numerator}/{meter.denominator}",
        "bars": bars,
        "length": math.ceil(seconds),
    }
