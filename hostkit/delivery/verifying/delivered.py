"""What hostkit wrote, against what it wrote down: a delivery, or a ducking pass."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from hostkit.delivery.certificate.certificate import (
    Certificate,
    as_it_ends,
    left_out,
    missed,
    preview_lengths,
    stem_count,
)
from hostkit.delivery.certificate.files import CERTIFICATE
from hostkit.delivery.certificate.findings import BY_ITSELF
from hostkit.delivery.certificate.hashes import sha256
from hostkit.delivery.ducking.ducked_folder import PHRASES
from hostkit.delivery.limits import NO_LIMITS
from hostkit.delivery.manifest import MANIFEST
from hostkit.delivery.manifest.entries import FileEntry, MixEntry
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.manifest.read import MAX_BYTES
from hostkit.delivery.verifying.look import Look, Tested
from hostkit.ground.named_file import is_file, read_named
from hostkit.ground.places import real_path


def of_delivery(look: Look, manifest: Manifest) -> Certificate:
    """A delivery of ours: what is there against what was delivered."""
    delivered = {**manifest.hashes, **_sealed(look)}
    actual = {path: _hash_of(look, path) for path in delivered}
    extra = {path: m.sha256 for path, m in look.measures.items() if path not in delivered}
    for path, known in delivered.items():
        _compare(look, path, known, actual[path], extra)
    for path in (*extra, *(p for p in look.unreadable if p not in delivered)):
        look.find(path, "unknown file", "warn", "is no part of the delivery")
    files = [
        as_it_ends(look.measured(entry.path, kind, name, entry.form, entry), manifest)
        for kind, name, entry in _entries(manifest)
        if entry.path in look.measures
    ]
    look.findings += (*left_out(manifest), *missed(manifest), *stem_count(manifest))
    look.findings += preview_lengths(manifest)
    proofs = look.prove(_own_sums(look, manifest))
    found = look.certificate(
        manifest.session, manifest.profile, files, manifest.limits, proofs, manifest.gain
    )
    return replace(found, previews=tuple(manifest.previews.values()))


def _own_sums(look: Look, manifest: Manifest) -> dict[str, Tested]:
    """The mixes all of whose stems were delivered and can be read; of others it is noted."""
    sums = {}
    for name, mix in manifest.mixes.items():
        if not all(stem in manifest.stems for stem in mix.stems):
            said = "not tested again: stems of its own were not delivered (stems: true does)"
            said = BY_ITSELF if manifest.is_by_itself(name) else said
            look.find(mix.file.path, "sum of stems", "note", said)
            continue
        stems = tuple((stem, manifest.stems[stem].file.path) for stem in mix.stems)
        lost = [stem for stem, path in stems if path not in look.measures]
        if lost:
            said = f"not tested: {', '.join(lost)} cannot be read"
            look.find(mix.file.path, "sum of stems", "warn", said)
        elif mix.file.path in look.measures:
            left_out = _left_out(look, manifest, mix)
            sums[name] = Tested(
                mix.file.path, stems, left_out, mix.tracks, mix.without, foreign=False
            )
    return sums


def _left_out(look: Look, manifest: Manifest, mix: MixEntry) -> tuple[tuple[str, str], ...]:
    """The stems of other mixes of its form with what a mix is to be without, each stem once."""
    found: dict[str, tuple[str, str]] = {}
    for name, stem in manifest.stems.items():
        outside = stem.file.form == mix.file.form and name not in mix.stems
        if outside and stem.file.path in look.measures and {*stem.tracks} & {*mix.without}:
            found.setdefault(name.partition("@")[0], (name, stem.file.path))
    return tuple(found.values())


def _entries(manifest: Manifest) -> Iterator[tuple[str, str, FileEntry]]:
    yield from (("stem", name, stem.file) for name, stem in manifest.stems.items())
    yield from (("mix", name, mix.file) for name, mix in manifest.mixes.items())


def pre_rolls(manifest: Manifest) -> dict[str, int]:
    """The frames before the music of each file: of its pre-roll, with a pop or none."""
    forms = manifest.forms
    return {e.path: forms[e.form].pre_roll_frames for e in manifest.files if e.form in forms}


def _sealed(look: Look) -> dict[str, str]:
    """The manifest's own hash, from the certificate, which says when that was altered."""
    path = look.place / CERTIFICATE
    try:
        sealed = json.loads(read_named(path, MAX_BYTES).decode("utf-8"))
        return {MANIFEST: str(sealed["sha256"][MANIFEST])}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        look.find(CERTIFICATE, "certificate", "fail", "is missing or damaged")
        return {}


def of_ducking_pass(look: Look, written: dict[str, str]) -> Certificate:
    """What a ducking pass wrote: as it wrote it? Its mixes and stems are those of the music.

    The list of phrases is there to be corrected.
    """
    known = {path: found for path, found in written.items() if path != PHRASES}
    extra = {path: m.sha256 for path, m in look.measures.items() if path not in known}
    for path, found in known.items():
        _compare(look, path, found, _hash_of(look, path), extra)
    for path in extra:
        look.find(path, "unknown file", "warn", "is no part of the ducking pass")
    audio = (path for path in known if path in look.measures)
    files = [look.measured(path, "stem", Path(path).stem, "stems") for path in audio]
    return look.certificate(real_path(look.place).name, None, files, NO_LIMITS, ())


def _hash_of(look: Look, path: str) -> str | None:
    """The hash of a file as it is now; None where none is there."""
    if path in look.measures:
        return look.measures[path].sha256
    full = look.place / path
    inside = real_path(full).is_relative_to(real_path(look.place))
    return sha256(full) if inside and is_file(full) else None


def _compare(look: Look, path: str, known: str, actual: str | None, extra: dict[str, str]) -> None:
    """One delivered file against its hash; a renamed one is taken out of `extra`."""
    if actual == known:
        return
    if actual is None:
        renamed = next((other for other, found in extra.items() if found == known), None)
        if renamed is None:
            look.find(path, "missing", "fail", "was delivered and is not there")
        else:
            look.find(path, "renamed", "fail", f"is now {renamed}; give it its name back")
            look.renamed[path], look.measures[path] = renamed, look.measures[renamed]
            del extra[renamed]
    elif path in look.unreadable:
        look.find(path, "truncated", "fail", look.unreadable[path])
    else:
        look.find(path, "altered", "fail", "is not the file that was delivered (SHA-256 differs)")
