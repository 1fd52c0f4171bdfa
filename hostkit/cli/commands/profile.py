"""`hostkit profile`: the delivery profiles there are."""

from __future__ import annotations

import typer

from hostkit.cli.show.lines import tell_error
from hostkit.cli.show.plain_help import PlainCommand
from hostkit.cli.take import parameters as take

app = typer.Typer(
    rich_markup_mode=None, help="List and show delivery profiles.", no_args_is_help=True
)


@app.command("list", cls=PlainCommand)
def list_profiles(json: take.Json = False) -> None:
    """List the profiles, your own and those that come with hostkit."""
    from hostkit.cli.show.document import print_document
    from hostkit.cli.show.table import print_rows
    from hostkit.delivery.profiles.load import load_profile, profile_files
    from hostkit.errors import RequestError

    files, profiles = profile_files(), {}
    for name in sorted(files):
        try:
            profiles[name] = load_profile(name)
        except RequestError as error:  # one that is broken hides no other
            tell_error(str(error))
    if json:
        rows = [
            {"name": name, "file": str(files[name]), "about": profile.about}
            for name, profile in profiles.items()
        ]
        print_document({"profiles": rows})
        return
    print_rows([(name, profile.about) for name, profile in profiles.items()])


@app.command(cls=PlainCommand)
def show(name: take.ProfileArgument, json: take.Json = False) -> None:
    """Show what a profile asks for, and the file it is written in."""
    from pathlib import Path

    from hostkit.cli.show.document import print_document
    from hostkit.delivery.profiles.load import load_profile, profile_files

    profile = load_profile(name)
    file = profile_files().get(name, Path(name))
    if json:
        settings = profile.model_dump(mode="json")
        print_document({"profiles": [{"name": name, "file": str(file), "settings": settings}]})
        return
    typer.echo(f"# {file}")
    typer.echo(file.read_text(encoding="utf-8").rstrip())
