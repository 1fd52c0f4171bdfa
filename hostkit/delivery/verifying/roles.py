"""Finding out which files of an unknown folder are mixes, and of which stems."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

import numpy as np

from hostkit.audio.files.containers import read_int_samples
from hostkit.delivery.certificate.measuring import ReadFile
from hostkit.jobs.isolate import Report

STEM_WORDS = frozenset({"stem", "stems", "stm", "split", "splits"})
MIX_WORDS = frozenset(
    {"mix", "mixes", "full", "main", "master", "underscore", "instrumental", "bed", "alt", "alts"}
)
MAX_FILES = 64
"""Files compared with each other at once; sums of more stems are not looked for."""

CLEAR = 0.05
"""A stem is in a mix at a share of 1 ± so much, and out of it at 0 ± so much."""


@dataclass(frozen=True)
class Roles:
    """Paths by what they seem to be, from their folders, names and levels."""

    stems: tuple[str, ...]
    mixes: tuple[str, ...]


def guess_roles(files: Mapping[str, ReadFile]) -> Roles:
    """Stems and mixes by the words in their paths; else the loudest file is the mix.

    >>> guess_roles({}).mixes
    ()
    """
    words = {path: _words(path) for path in files}
    stems = [path for path in files if words[path] & STEM_WORDS]
    mixes = [path for path in files if path not in stems and words[path] & MIX_WORDS]
    rest = [path for path in files if path not in stems and path not in mixes]
    if stems:
        return Roles(tuple(stems), tuple(mixes + rest))
    if not mixes and len(rest) > 1:
        loudest = max(rest, key=lambda path: files[path].measures.loudness.integrated_lufs)
        mixes = [loudest]
        rest.remove(loudest)
    return Roles(tuple(rest), tuple(mixes))


@dataclass(frozen=True)
class SharesJob:
    """Files of integer samples, all of one rate and channel count: stems first, then mixes."""

    stems: tuple[Path, ...]
    mixes: tuple[Path, ...]


def find_shares(job: SharesJob, report: Report) -> tuple[tuple[int, ...] | None, ...]:
    """For each mix the stems it seems to be the sum of; None where that is not clear.

    Least squares of the mix on the stems: a sum of some of them has shares of 1 and 0.
    """
    paths = (*job.stems, *job.mixes)
    products = np.zeros((len(paths), len(paths)))
    streams = [read_int_samples(path) for path in paths]
    frames = 0
    while True:
        blocks = [next(stream, None) for stream in streams]
        if all(block is None for block in blocks):
            break
        longest = max(block.size for block in blocks if block is not None)
        rows = np.zeros((len(paths), longest))
        for row, block in zip(rows, blocks, strict=True):
            if block is not None:
                row[: block.size] = block.T.reshape(-1)  # a shorter one ends early
        products += rows @ rows.T
        frames += longest
        report(frames)
    count = len(job.stems)
    among, with_mixes = products[:count, :count], products[:count, count:]
    shares = np.linalg.lstsq(among, with_mixes, rcond=None)[0]
    return tuple(_members(column) for column in shares.T)


def _members(shares: Sequence[float]) -> tuple[int, ...] | None:
    """The stems whose share is nearer to 1 than to 0; None when too many are neither.

    One unclear stem is let through: it is the one that a test then names.
    """
    unclear = [s for s in shares if min(abs(s), abs(s - 1)) > CLEAR]
    members = tuple(number for number, share in enumerate(shares) if share > 0.5)
    return None if len(unclear) > max(1, len(shares) // 3) or not members else members


def _words(path: str) -> frozenset[str]:
    parts = PurePath(path).with_suffix("").parts
    return frozenset(word for part in parts for word in re.split(r"[^a-z0-9]+", part.lower()))
