"""`hostkit verify`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hostkit.cli.show.lines import tell, tell_error
from hostkit.cli.show.telling import How, counting_of
from hostkit.cli.take import parameters as take
from hostkit.ground.counted import counted

if TYPE_CHECKING:
    from hostkit.delivery.certificate.certificate import Certificate
    from hostkit.delivery.certificate.findings import Proven

EXACT_DBFS = -400


def verify(
    folders: take.Deliveries,
    jobs: take.Jobs = None,
    json: take.Json = False,
    quiet: take.Quiet = False,
    progress: take.Progress = How.AUTO,
) -> None:
    """Repeat every check on delivered folders, and compare their files' hashes."""
    import os

    from hostkit.cli.show.document import print_document
    from hostkit.cli.show.progress import showing
    from hostkit.delivery.folder.inside import deliveries
    from hostkit.delivery.verifying.verify import verify as verify_folder
    from hostkit.jobs.executors import LocalExecutor

    found: dict[Path, Certificate] = {}
    workers = jobs or os.cpu_count() or 1
    how = counting_of(progress, silent=json or quiet)
    with LocalExecutor(workers) as executor, showing(how) as view:
        for folder in view.each("delivery", deliveries(folders)):
            found[folder] = verify_folder(folder, executor)
            if not json:
                with view.aside():
                    _tell(folder, found[folder], quiet=quiet)
    if json:
        entries = [{"folder": str(f), **certificate.as_json()} for f, certificate in found.items()]
        print_document(entries[0] if len(entries) == 1 else {"deliveries": entries})
    failed = any(certificate.verdict == "fail" for certificate in found.values())
    raise typer.Exit(1 if failed else 0)


def _tell(folder: Path, certificate: Certificate, *, quiet: bool) -> None:
    alike: dict[tuple[str, str], list[str]] = {}
    for finding in certificate.findings:
        said = f"{finding.check}: {finding.text}"
        alike.setdefault((finding.verdict, said), []).append(finding.path)
    for (verdict, said), paths in alike.items():
        (tell_error if verdict == "fail" else tell)(f"{verdict}: {', '.join(paths)}: {said}")
    for proof in certificate.sums:
        if proof.test.verdict == "fail" or not quiet:
            stems = ", ".join(proof.stems)
            tell(f"{proof.test.verdict}: {proof.name} is the sum of {stems}: {_how(proof)}")
    files = counted(len(certificate.files), "file")
    tell(f"{folder}: {certificate.verdict} ({files}, {_mixes(certificate)})")


def _mixes(certificate: Certificate) -> str:
    """How many were tested, and of how many where those are not all."""
    tested, all_ = len(certificate.sums), sum(file.kind == "mix" for file in certificate.files)
    return f"{tested} of {counted(all_, 'mix')}" if tested < all_ else counted(all_, "mix")


def _how(proof: Proven) -> str:
    residual = proof.test.residual_dbfs
    return "exactly" if residual < EXACT_DBFS else f"to {residual:.0f} dBFS"
