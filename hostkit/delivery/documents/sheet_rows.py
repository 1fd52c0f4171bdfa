"""What a metadata sheet can say: of the session, of each file, of each person."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import PurePosixPath

from hostkit.audio.formats import sample_format
from hostkit.delivery.documents.mix_notes import EVERYTHING, in_words
from hostkit.delivery.manifest.entries import FileEntry
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.names.music import bpm_of, credits_of, has_tempo, mix_title, music_title
from hostkit.delivery.profiles.order import Order
from hostkit.delivery.profiles.sheet import Party, SheetTable, Value
from hostkit.delivery.writing.tags import bpm_text
from hostkit.ground.musical_key import short_key
from hostkit.plan.plan import FULL, Plan, SessionPlan
from hostkit.session.model.codes import ipi
from hostkit.session.model.credits import Share

Row = Mapping[str, Value]


def session_row(order: Order) -> dict[str, Value]:
    """The fields that are of the session (`sheet.SESSION_FIELDS`)."""
    session, credits_ = order.session, credits_of(order)
    return {
        "title": music_title(order),
        "cue": session.cue,
        "version": session.version,
        "session": order.loaded.name,
        "production": credits_.production,
        "episode": credits_.episode,
        "library": credits_.library,
        "album": credits_.album,
        "album_code": credits_.album_code,
        "release_date": credits_.release_date,
        "track_number": credits_.track_number,
        "description": credits_.description,
        "keywords": tuple(credits_.keywords),
        "genre": credits_.genre,
        "composers": tuple(share.name for share in credits_.composers),
        "publishers": tuple(share.name for share in credits_.publishers),
        "usage": credits_.usage,
        "vocal": any("vocals" in track.tags for track in session.tracks.values()),
        "key": credits_.key,
        "key_short": short_key(credits_.key or ""),
        "iswc": credits_.iswc,
    }


def file_rows(
    plan: SessionPlan, order: Order, manifest: Manifest, table: SheetTable
) -> Iterator[Row]:
    """A row for each mix, or for each file, the full mix first."""
    about = session_row(order)
    forms = {form.form.name: form for form in plan.plans}
    names = sorted(manifest.mixes, key=lambda name: name != FULL)
    files = [("mix", name, manifest.mixes[name].file) for name in names]
    if table.rows == "files":
        files += [("stem", name, stem.file) for name, stem in manifest.stems.items()]
    for number, (kind, name, file) in enumerate(files, start=1):
        own = _file_row(kind, name, file, forms[file.form], order, manifest)
        yield {**about, **own, "number": number}


def share_rows(order: Order, party: Party) -> list[Row]:
    """A row for each of the composers, or of the publishers."""
    return [
        {
            "n": number,
            "name": share.name,
            **_names(share.name),
            "society": share.society,
            "ipi": ipi(share.ipi) if share.ipi else None,
            "share_percent": float(share.share_percent),
        }
        for number, share in enumerate(_shares(order, party), start=1)
    ]


def _shares(order: Order, party: Party) -> list[Share]:
    shares: list[Share] = getattr(credits_of(order), party)
    return shares


def _names(name: str) -> dict[str, Value]:
    """First and last name.

    >>> _names("Ada B"), _names("van Beethoven, Ludwig")["last_name"]
    ({'first_name': 'Ada', 'last_name': 'B'}, 'van Beethoven')
    """
    last, comma, first = name.partition(",")
    if not comma:
        first, _, last = name.rpartition(" ")
    return {"first_name": first.strip(), "last_name": last.strip()}


def _file_row(
    kind: str, name: str, file: FileEntry, form: Plan, order: Order, manifest: Manifest
) -> dict[str, Value]:
    path, is_main = PurePosixPath(file.path), kind == "mix" and name == FULL
    preview = manifest.previews.get(name) if kind == "mix" else None
    meter = form.tempo_map.meters.changes[0]
    seconds = Fraction(file.measures.frames, manifest.sample_rate)
    loudness = file.measures.loudness
    return {
        "main_number": None if is_main else 1,
        "is_main": is_main,
        "kind": kind,
        "mix": name,
        "mix_title": mix_title(name),
        "mix_words": _words(order, name) if kind == "mix" else None,
        "file": path.name,
        "file_stem": path.stem,
        "path": file.path,
        "preview": PurePosixPath(preview.path).name if preview else None,
        "bpm": bpm_text(bpm_of(form, order)) if has_tempo(order) else None,
        "meter": f"{meter.numerator}/{meter.denominator}",
        "isrc": credits_of(order).isrcs.get(name) if kind == "mix" else None,
        "duration": _clock(seconds),
        "duration_long": _clock(seconds, hours=True),
        "seconds": float(seconds),
        "frames": file.measures.frames,
        "sample_rate": manifest.sample_rate,
        "bits": sample_format(manifest.sample_format).bits,
        "channels": file.measures.channels,
        "lufs": _finite(loudness.integrated_lufs),
        "true_peak": _finite(loudness.true_peak_dbtp),
    }


def _words(order: Order, mix: str) -> str | None:
    """What a mix is without, or what alone is in it; of one with everything nothing."""
    words = in_words(order.session, mix)
    return None if words == EVERYTHING else words


def _clock(seconds: Fraction, *, hours: bool = False) -> str:
    """To the nearest second.

    >>> _clock(Fraction(185)), _clock(Fraction(3725), hours=True)
    ('3:05', '01:02:05')
    """
    whole = round(seconds)
    if hours:
        return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
    return f"{whole // 60}:{whole % 60:02}"


def _finite(level: float) -> float | None:
    return level if math.isfinite(level) else None
