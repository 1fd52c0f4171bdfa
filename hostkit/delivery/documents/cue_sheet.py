"""The cue sheet for collecting societies: a CSV row for each share in the cue."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from fractions import Fraction

from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.profiles.order import Order
from hostkit.ground.harmless import harmless
from hostkit.plan.plan import SessionPlan
from hostkit.session.model.credits import Credits, Share

COLUMNS = (
    "production",
    "episode",
    "air date",
    "cue",
    "title",
    "start",
    "end",
    "duration",
    "usage",
    "instrumental or vocal",
    "role",
    "name",
    "society",
    "IPI",
    "share percent",
    "remarks",
)
IPI_DIGITS = 11


def cue_sheet(plan: SessionPlan, order: Order, manifest: Manifest) -> bytes:
    """The sheet in UTF-8, the cue's columns first, one row for each composer and publisher.

    `start` and `end` are picture timecode where there is a picture, else blank. `remarks`
    names the cut-downs that are played faster or slower than the cue.
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for row in _rows(plan, order, manifest):
        writer.writerow([harmless(cell) for cell in row])
    return written.getvalue().encode("utf-8")


def _rows(plan: SessionPlan, order: Order, manifest: Manifest) -> Iterator[tuple[str, ...]]:
    credits_ = order.session.credits or Credits()
    cue = _cue(plan, order, credits_, manifest)
    remarks = "; ".join(_remarks(manifest))
    shares = [("composer", share) for share in credits_.composers]
    shares += [("publisher", share) for share in credits_.publishers]
    for role, share in shares:
        yield (*cue, role, *_share(share), remarks)
    if not shares:
        yield (*cue, "", "", "", "", "", remarks)


def _cue(plan: SessionPlan, order: Order, credits_: Credits, manifest: Manifest) -> tuple[str, ...]:
    session, picture = order.session, plan.whole.tempo_map.picture
    pre_roll_frames = round(order.profile.pre_roll_s * session.sample_rate)
    seconds = Fraction(max(0, manifest.frames - pre_roll_frames), session.sample_rate)
    sung = any("vocals" in track.tags for track in session.tracks.values())
    return (
        credits_.production or "",
        credits_.episode or "",
        credits_.air_date or "",
        session.cue or order.loaded.name,
        session.title or "",
        str(picture.start) if picture else "",
        str(picture.shown_at(seconds)) if picture else "",
        _duration(seconds),
        credits_.usage,
        "vocal" if sung else "instrumental",
    )


def _remarks(manifest: Manifest) -> Iterator[str]:
    for name, mix in manifest.mixes.items():
        form = manifest.forms.get(mix.file.form)
        if form and form.changes_in_words:
            yield f"{name}: {form.changes_in_words}"


def _share(share: Share) -> tuple[str, ...]:
    ipi = (share.ipi or "").replace(".", "")
    return (
        share.name,
        share.society or "",
        ipi.zfill(IPI_DIGITS) if ipi else "",
        f"{share.share_percent:g}",
    )


def _duration(seconds: Fraction) -> str:
    """Minutes and seconds, to the nearest second, as sheets give it: 1:05."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"
