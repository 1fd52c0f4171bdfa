"""`hostkit verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hostkit.cli.render import Json


def verify(
    folder: Annotated[Path, typer.Argument(help="The folder of a delivery, of whoever made it.")],
    jobs: Annotated[
        int | None, typer.Option("-j", "--jobs", min=1, help="Processes at once (default: cores).")
    ] = None,
    json: Json = False,
) -> None:
    """Repeat every check on a delivered folder, and compare its files' hashes."""
    import json as encoder
    import os

    from hostkit.delivery.certificate.verify import verify as verify_folder
    from hostkit.engine.executors import LocalExecutor

    with LocalExecutor(jobs or os.cpu_count() or 1) as executor:
        certificate = verify_folder(folder, executor)
    if json:
        typer.echo(encoder.dumps(certificate.as_json(), indent=2))
    else:
        for finding in certificate.findings:
            line = f"{finding.verdict}: {finding.path}: {finding.check}: {finding.text}"
            typer.echo(line, err=finding.verdict == "fail")
        for proof in certificate.sums:
            stems = ", ".join(proof.stems)
            typer.echo(f"{proof.test.verdict}: {proof.name} is the sum of {stems}: {_how(proof)}")
        files, sums = len(certificate.files), len(certificate.sums)
        typer.echo(f"{folder}: {certificate.verdict} ({files} files, {sums} mixes)")
    raise typer.Exit(1 if certificate.verdict == "fail" else 0)


def _how(proof: object) -> str:
    from hostkit.delivery.certificate.findings import Proven

    assert isinstance(proof, Proven)
    residual = proof.test.residual_dbfs
    return "exactly" if residual < -400 else f"to {residual:.0f} dBFS"
