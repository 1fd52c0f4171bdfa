"""Looking at the disk before a render: a full disk after an hour helps nobody.

What is still to be made is known from the plan: prints and steps are 32-bit floats in the
channels of the plan's layout, files are as their format says. Tails are not known beforehand, so
this is the least that it takes.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Collection
from pathlib import Path

from hostkit.audio.files.whole_file import storage_error
from hostkit.audio.formats import sample_format
from hostkit.errors import StorageError
from hostkit.jobs.store import Store
from hostkit.plan.nodes.node import is_straight
from hostkit.plan.plan import Plan, SessionPlan

_FLOAT_BYTES = 4


def check_space(plan: SessionPlan, store: Store, folder: Path) -> None:
    """That the store and the folder of a delivery have room for what will be made, and that the
    folder takes files.

    Raises StorageError with what is needed, what is free and where. What lies in the store
    already is not counted. All that a render needs is pinned while it runs, so the store's
    limit makes it no less.
    """
    there = _nearest(folder)
    if there is not None and not os.access(there, os.W_OK | os.X_OK):
        raise storage_error(folder, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))
    stored = delivered = 0
    channels = plan.layout.channels
    counted: set[str] = set()
    for form in plan.plans:
        frames = _frames(form)
        wanted = {node.fingerprint for node in form.nodes if not is_straight(node)}
        stored += _missing(wanted - counted, store) * frames * channels * _FLOAT_BYTES
        counted |= wanted
        sample_bytes = sample_format(form.sample_format).bytes_per_sample
        files = len(form.stems) + len(form.mixes)
        delivered += files * frames * channels * sample_bytes
    for place, needed, cure in (
        (store.root, stored, "set HOSTKIT_CACHE to a folder on another disk"),
        (folder, delivered, "choose another disk with --out"),
    ):
        free = _free(place)
        if free is not None and free < needed:
            raise StorageError(
                f"needs about {_size(needed)}, and {_size(free)} are free on its disk",
                cure=f"free some space, or {cure}",
                file=place,
            )


def over_the_limit(plan: SessionPlan, store: Store) -> str:
    """What to say where a render needs more than the store may hold; else nothing.

    All of it is pinned while it runs; what is over the limit goes when it is done.
    """
    frames = {
        node.fingerprint: _frames(form)
        for form in plan.plans
        for node in form.nodes
        if not is_straight(node)
    }
    needed = sum(frames.values()) * plan.layout.channels * _FLOAT_BYTES
    if needed <= store.limit_bytes:
        return ""
    return (
        f"this render needs {_size(needed)}, and the store may hold {_size(store.limit_bytes)}: "
        "it goes over that while it runs, and the next one has less to start from; "
        "raise HOSTKIT_CACHE_GB"
    )


def _size(count: int) -> str:
    """In megabytes, from a thousand on in gigabytes.

    >>> _size(3_100_000), _size(3_140_000_000)
    ('3 MB', '3.1 GB')
    """
    return f"{count / 1e9:.1f} GB" if count >= 10**9 else f"{count // 10**6} MB"


def _frames(form: Plan) -> int:
    """How long a form is at least."""
    if form.frames is not None:
        return form.frames
    return form.last_event


def _missing(fingerprints: Collection[str], store: Store) -> int:
    return sum(not store.holds(fingerprint) for fingerprint in fingerprints)


def _free(place: Path) -> int | None:
    """Bytes free on the disk of a folder that may not be there yet; None where not known."""
    there = _nearest(place)
    try:
        return shutil.disk_usage(there).free if there else None
    except OSError:
        return None


def _nearest(place: Path) -> Path | None:
    """A folder that may not be there yet, or the nearest around it that is."""
    return next((p for p in (place.absolute(), *place.absolute().parents) if p.exists()), None)
