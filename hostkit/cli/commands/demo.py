"""`hostkit demo`: the example sessions, rendered where one can look at them."""

from __future__ import annotations

from pathlib import Path

import typer

from hostkit.cli.show.lines import tell, tell_error
from hostkit.cli.take import parameters as take


def demo(
    out: take.OutFolder = Path("hostkit-demo"),
    jobs: take.Jobs = None,
    json: take.Json = False,
    quiet: take.QuietOfCached = False,
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
    tell(f"the sessions and their files are in {out.absolute()}; change one, then:")
    again = [*this_command(), "render", str(out / "lighthouse.yaml"), "-o", str(out / "lighthouse")]
    typer.echo(f"  {shlex.join(again)}")  # a line to copy, whole
    raise typer.Exit(code)


def _copied(out: Path) -> list[Path]:
    """The examples' copies in `out`; what is there already stays as it is.

    Raises RequestError where no examples came with hostkit, StorageError.
    """
    from hostkit.audio.files.whole_file import storage_error, whole_file

    folder, files = _examples()
    try:
        for file in files:
            copy = out / file.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            if not copy.exists():
                with whole_file(copy) as made:
                    made.write(file.read_bytes())
    except OSError as error:
        raise storage_error(out, error) from error
    return sorted(out / session.name for session in _sessions(folder))


def _sessions(folder: Path) -> list[Path]:
    """Those that are sessions; what lies in folders below is what several of them share."""
    return list(folder.glob("*.yaml"))


def _examples() -> tuple[Path, list[Path]]:
    """The folder and the files that came with hostkit. Raises RequestError without them."""
    from hostkit.errors import RequestError
    from hostkit.ground.installed import shipped_folder

    examples = shipped_folder("sessions")
    if examples is None:
        raise RequestError(
            "the example sessions are missing from this hostkit", cure="install it again"
        )
    return examples, [
        *_sessions(examples),
        *examples.glob("*/*.yaml"),
        *examples.glob("*.mid"),
    ]


def _rehearse(out: Path) -> int:
    """Tells what would be copied and rendered; 1 where nothing can be."""
    folder, files = _examples()
    for file in sorted(files):
        copy = out / file.relative_to(folder)
        if not copy.exists():
            tell(f"{copy}: would be written")
    ready = [session for session in _sessions(folder) if _can_be_rendered(session)]
    for session in sorted(ready):
        tell(f"{out / session.stem}: {session.name} would be rendered to it")
    return 0 if ready else 1


def _can_be_rendered(session: Path) -> bool:
    """Whether a session plans here; says why not, so that a plug-in can be installed."""
    from hostkit.errors import InvalidInput
    from hostkit.pipeline import plan_session
    from hostkit.plan.environment import Environment

    try:
        plan_session(session, Environment())
    except InvalidInput as error:
        tell_error(f"left out {session}, which cannot be rendered here:")
        tell_error(f"{error}")
        return False
    return True
