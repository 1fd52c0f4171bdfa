"""Somebody else's folder: its files against each other, by what they seem to be."""

from __future__ import annotations

from pathlib import Path

from hostkit.delivery.certificate.certificate import Certificate
from hostkit.delivery.limits import NO_LIMITS
from hostkit.delivery.verifying.look import Look, Tested
from hostkit.delivery.verifying.roles import MAX_FILES, Roles, SharesJob, find_shares, guess_roles
from hostkit.ground.places import real_path


def of_unknown_origin(look: Look) -> Certificate:
    """Somebody else's folder: everything it tells about itself."""
    for path, reason in look.unreadable.items():
        look.find(path, "unreadable", "fail", reason)
    roles = guess_roles(look.measures)
    lengths = [look.measures[path].measures.frames for path in roles.stems]
    usual = max(lengths, key=lengths.count, default=None)
    files = [look.measured(path, "stem", Path(path).stem, "stems") for path in roles.stems]
    for path in roles.mixes:
        # A mix of another length is a cut-down, not a fault
        form = "stems" if look.measures[path].measures.frames == usual else path
        files.append(look.measured(path, "mix", Path(path).stem, form))
    proofs = look.prove(_found_sums(look, roles, usual))
    return look.certificate(real_path(look.place).name, None, files, NO_LIMITS, proofs)


def _found_sums(look: Look, roles: Roles, usual: int | None) -> dict[str, Tested]:
    """The mixes that seem to be sums of stems here."""
    mixes = [path for path in roles.mixes if look.measures[path].measures.frames == usual]
    for path in roles.mixes if roles.stems else ():
        if path not in mixes:
            look.find(path, "sum of stems", "note", "not tested: the stems have another length")
    files = [look.measures[path] for path in (*roles.stems, *mixes)]
    layouts = {(file.sample_rate, file.measures.channels, file.sample_format) for file in files}
    if not mixes or not roles.stems or len(roles.stems) + len(mixes) > MAX_FILES:
        return {}
    if len(layouts) > 1 or None in layouts.pop():
        look.find(mixes[0], "sum of stems", "warn", "not tested: the files' formats differ")
        return {}
    job = SharesJob(
        tuple(look.place / path for path in roles.stems), tuple(look.place / p for p in mixes)
    )
    shares = look.executor.submit(find_shares, job).result()
    sums = {}
    for path, members in zip(mixes, shares, strict=True):
        if members is None:
            look.find(path, "sum of stems", "warn", "is no sum of the stems here")
            continue
        stems = tuple((Path(roles.stems[n]).stem, roles.stems[n]) for n in members)
        name = Path(path).stem
        sums[path if name in sums else name] = Tested(path, stems)
    return sums
