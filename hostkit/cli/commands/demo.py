"""`hostkit demo`: the example sessions, rendered where one can look at them."""

from __future__ import annotations

import shutil
from pathlib import Path

import typer

from hostkit.cli.take import parameters as take


def demo(
    out: take.OutFolder = Path("hostkit-demo"),
    jobs: take.Jobs = None,
    json: take.Json = False,
    quiet: take.Quiet = False,
    dry_run: take.DryRun = False,
) -> None:
    """Render the example sessions that come with hostkit, and leave copies of them to change."""
    import shlex

    from hostkit.cli.take.options import RenderOptions
    from hostkit.cli.work.render import render_all
    from hostkit.ground.installed import this_command

    if dry_run:
        raise typer.Exit(_rehearse(out))
    ready = [session for session in _copied(out) if _can_be_rendered(session)]
    options = RenderOptions(out=out, jobs=jobs, json=json, quiet=quiet)
    code = render_all(ready, options) if ready else 1
    if json or quiet:
        raise typer.Exit(code)
    typer.echo(f"the sessions and their files are in {out.absolute()}; change one, then:")
    again = [*this_command(), "render", str(out / "lighthouse.yaml"), "-o", str(out / "lighthouse")]
    typer.echo(f"  {shlex.join(again)}")
    raise typer.Exit(code)


def _copied(out: Path) -> list[Path]:
    """The examples' copies in `out`; what is there already stays as it is.

    Raises RequestError where no examples came with hostkit, StorageError.
    """
    from hostkit.audio.files.whole_file import storage_error

    files = _examples()
    try:
        out.mkdir(parents=True, exist_ok=True)
        for file in files:
            if not (out / file.name).exists():
                shutil.copyfile(file, out / file.name)
    except OSError as error:
        raise storage_error(out, error) from error
    return sorted(out / file.name for file in files if file.suffix == ".yaml")


def _examples() -> list[Path]:
    """The files that came with hostkit. Raises RequestError where there are none."""
    from hostkit.errors import RequestError
    from hostkit.ground.installed import shipped_folder

    examples = shipped_folder("sessions")
    if examples is None:
        raise RequestError(
            "the example sessions are missing from this hostkit", cure="install it again"
        )
    return [*examples.glob("*.yaml"), *examples.glob("*.mid")]


def _rehearse(out: Path) -> int:
    """Tells what would be copied and rendered; 1 where nothing can be."""
    files = _examples()
    for file in sorted(files):
        if not (out / file.name).exists():
            typer.echo(f"{out / file.name}: would be written")
    ready = [file for file in files if file.suffix == ".yaml" and _can_be_rendered(file)]
    for session in sorted(ready):
        typer.echo(f"{out / session.stem}: {session.name} would be rendered to it")
    return 0 if ready else 1


def _can_be_rendered(session: Path) -> bool:
    """Whether a session plans here; says why not, so that a plug-in can be installed."""
    from hostkit.errors import InvalidInput
    from hostkit.pipeline import plan_session
    from hostkit.plan.environment import Environment

    try:
        plan_session(session, Environment())
    except InvalidInput as error:
        typer.echo(f"left out {session}, which cannot be rendered here:", err=True)
        typer.echo(f"{error}", err=True)
        return False
    return True
