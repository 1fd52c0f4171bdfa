"""`hostkit demo`: the example sessions, rendered where one can look at them."""

from __future__ import annotations

import shutil
from pathlib import Path

import typer

from hostkit.cli import parameters as take


def demo(
    out: take.OutFolder = Path("hostkit-demo"),
    jobs: take.Jobs = None,
    json: take.Json = False,
    quiet: take.Quiet = False,
) -> None:
    """Render the example sessions that come with hostkit, and leave copies of them to change."""
    import shlex

    from hostkit.cli.options import RenderOptions
    from hostkit.cli.rendering import render_all

    ready = [session for session in _copied(out) if _can_be_rendered(session)]
    options = RenderOptions(out=out, jobs=jobs, json=json, quiet=quiet)
    code = render_all(ready, options) if ready else 1
    if json or quiet:
        raise typer.Exit(code)
    typer.echo(f"the sessions and their files are in {out.absolute()}; change one, then:")
    again = ["hostkit", "render", str(out / "lighthouse.yaml"), "-o", str(out / "lighthouse")]
    typer.echo(f"  {shlex.join(again)}")
    raise typer.Exit(code)


def _copied(out: Path) -> list[Path]:
    """The examples' copies in `out`; what is there already stays as it is.

    Raises RequestError where no examples came with hostkit, StorageError.
    """
    from hostkit.audio.whole_file import storage_error
    from hostkit.errors import RequestError
    from hostkit.installed import shipped_folder

    examples = shipped_folder("sessions")
    if examples is None:
        raise RequestError("the example sessions are missing from this hostkit; install it again")
    try:
        out.mkdir(parents=True, exist_ok=True)
        for file in [*examples.glob("*.yaml"), *examples.glob("*.mid")]:
            if not (out / file.name).exists():
                shutil.copyfile(file, out / file.name)
    except OSError as error:
        raise storage_error(out, error) from error
    return sorted(out / session.name for session in examples.glob("*.yaml"))


def _can_be_rendered(session: Path) -> bool:
    """Whether a session plans here; says why not, so that a plug-in can be installed."""
    from hostkit.errors import InvalidInput
    from hostkit.pipeline import plan_session
    from hostkit.plan.surroundings import Surroundings

    try:
        plan_session(session, Surroundings())
    except InvalidInput as error:
        typer.echo(f"left out {session}, which cannot be rendered here:", err=True)
        typer.echo(f"{error}", err=True)
        return False
    return True
