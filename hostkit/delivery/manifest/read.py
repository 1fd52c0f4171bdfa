"""Reading a manifest: a file that anybody may have written."""

from __future__ import annotations

import math
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hostkit.audio.checks import SignalFacts
from hostkit.audio.loudness.meter import Loudness
from hostkit.audio.measures import Clipping, Measures
from hostkit.delivery.gain import Gain
from hostkit.delivery.limits import Limits
from hostkit.delivery.manifest import MANIFEST
from hostkit.delivery.manifest.entries import (
    LEAD_FRAMES,
    LOUDNESS_FIELDS,
    PRE_ROLL,
    SIGNAL_FIELDS,
    DocumentEntry,
    DuckingEntry,
    FileEntry,
    FormEntry,
    MixEntry,
    PreviewEntry,
    StemEntry,
    TrackEntry,
)
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.disk.moving import settle
from hostkit.errors import StorageError, fault_of
from hostkit.ground.named_file import read_json

if TYPE_CHECKING:
    from pydantic import TypeAdapter  # a tenth of a second, which unchanged renders spare

MAX_BYTES = 50_000_000


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest in `folder`; None when there is none, or none of this format.

    What a killed run had begun there is finished first. Raises StorageError where it cannot.
    """
    put_right(folder)
    path = folder / MANIFEST
    try:
        data = read_json(path, MAX_BYTES)
        manifest = Manifest(
            session=data["session"],
            sample_rate=data["sample_rate"],
            sample_format=data["sample_format"],
            frames=data["frames"],
            stems={n: StemEntry(_entry(s), tuple(s["tracks"])) for n, s in data["stems"].items()},
            mixes={n: _mix(mix) for n, mix in data["mixes"].items()},
            tracks={n: TrackEntry(**track) for n, track in data["tracks"].items()},
            profile=data["profile"],
            forms={n: _form(form) for n, form in data["forms"].items()},
            documents={n: DocumentEntry(**entry) for n, entry in data["documents"].items()},
            ducking={n: _ducking(entry) for n, entry in data["ducking"].items()},
            previews={n: PreviewEntry(**entry) for n, entry in data.get("previews", {}).items()},
            limits=_limits(data["limits"]),
            gain=Gain(**data["gain"]),
            left_out=dict(data["left_out"]),
            hosted=dict(data.get("hosted", {})),
            nodes=tuple(data.get("nodes", ())),
            faders=data.get("faders", {}),
            warnings=tuple(data["warnings"]),
            hostkit=data["hostkit"],
        )
        checked = _types().validate_python(asdict(manifest))
        return checked if checked == manifest else None  # "nan" is text, though it can be read
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def put_right(folder: Path) -> None:
    """Finishes a delivery whose run was killed while its files moved in. Raises StorageError."""
    try:
        settle(folder)
    except OSError as error:
        place = f"{folder}: a delivery that was broken off cannot be finished"
        raise StorageError(*fault_of(error).of(place)) from None


@cache
def _types() -> TypeAdapter[Manifest]:
    """Checks every field: a manifest is a file that anybody may have written."""
    from pydantic import TypeAdapter

    return TypeAdapter(Manifest)


def _entry(data: dict[str, Any]) -> FileEntry:
    levels = (-math.inf if data[name] is None else data[name] for name in LOUDNESS_FIELDS)
    about = {name: data[name] for name in SIGNAL_FIELDS}
    per_channel = {name: tuple(data[name]) for name in ("peaks", "dc_offsets")}
    signal = SignalFacts(**{**about, **per_channel}, full_scale_samples=0)
    return FileEntry(
        path=data["path"],
        key=data["key"],
        made_of=data["made_of"],
        sha256=data["sha256"],
        form=data["form"],
        time_reference=data["time_reference"],
        measures=Measures(Loudness(*levels), signal),
        clipping=Clipping(data["clipped_samples"], data["clipped_peak"], data["lower_db"]),
    )


def _ducking(data: dict[str, Any]) -> DuckingEntry:
    documents = {name: DocumentEntry(**entry) for name, entry in data["documents"].items()}
    return DuckingEntry(**{**data, "failures": tuple(data["failures"]), "documents": documents})


def _limits(data: dict[str, Any]) -> Limits:
    return Limits(**{**data, "loudness_of": tuple(data["loudness_of"])})


def _form(data: dict[str, Any]) -> FormEntry:
    fields = {PRE_ROLL if name == LEAD_FRAMES else name: value for name, value in data.items()}
    return FormEntry(**{**fields, "sections": tuple(data["sections"])})


def _mix(data: dict[str, Any]) -> MixEntry:
    residual = data["null_residual_dbfs"]
    return MixEntry(
        _entry(data),
        tuple(data["stems"]),
        -math.inf if residual is None else residual,
        data["null"],
        data["at_fault"],
        tuple(data["tracks"]),
        tuple(data["without"]),
        dict(data["held"]),
    )
