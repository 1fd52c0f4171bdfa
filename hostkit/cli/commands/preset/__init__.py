"""`hostkit preset`: the library."""

from __future__ import annotations

import typer

from hostkit.cli.on_demand import OnDemand, group_of

HERE = "hostkit.cli.commands.preset"

COMMANDS = (
    OnDemand("list", f"{HERE}.find:list_presets", "List presets, by name."),
    OnDemand("search", f"{HERE}.find:search", "Find presets by words, best first."),
    OnDemand(
        "show",
        f"{HERE}.look:show",
        "Show one preset: where it is from, what it is made of, what it hides.",
    ),
    OnDemand(
        "tree",
        f"{HERE}.look:tree",
        "Show the libraries in the order they are searched, and their presets by folder.",
    ),
    OnDemand(
        "audition",
        f"{HERE}.audition:audition",
        "Render a short phrase with each preset: a WAV, an image, and for many a page.",
    ),
    OnDemand(
        "compare",
        f"{HERE}.compare:compare",
        "Show what is set, and what is heard, otherwise in a second preset.",
    ),
    OnDemand("new", f"{HERE}.make:new", "Make a preset of a session's track, or of a plug-in."),
    OnDemand(
        "capture",
        f"{HERE}.make:capture",
        "Open a plug-in's own editor, and save what is dialled when it is closed.",
    ),
    OnDemand(
        "import",
        f"{HERE}.make:import_presets",
        "Bring plug-ins' presets into a library, without loading the plug-ins.",
    ),
    OnDemand(
        "export",
        f"{HERE}.make:export",
        "Write a preset's plug-in as .vstpreset, for other hosts.",
    ),
    OnDemand(
        "pack", f"{HERE}.keep:pack", "Put a library into one file, with a manifest and hashes."
    ),
    OnDemand("unpack", f"{HERE}.keep:unpack", "Take a packed library out, all of it or nothing."),
    OnDemand(
        "level",
        f"{HERE}.level:level",
        "Match presets in loudness, by the gain_db of their files (undo takes it back).",
    ),
    OnDemand(
        "verify",
        f"{HERE}.verify:verify",
        "Load and play presets (default: all) in worker processes, and report what is wrong.",
    ),
    OnDemand(
        "where-used",
        f"{HERE}.look:where_used",
        "List the sessions and tracks that use a preset, also through one built on it.",
    ),
    OnDemand(
        "rename",
        f"{HERE}.keep:rename",
        "Rename a preset, in every session that uses it as well (undo takes it back).",
    ),
    OnDemand(
        "lock",
        "hostkit.cli.commands.lock:preset_lock",
        "The old spelling of `hostkit lock`.",
        hidden=True,
    ),
    OnDemand(
        "undo",
        f"{HERE}.keep:undo",
        "Take back the last change of presets: new, import, level, rename, unpack …",
    ),
)

app = typer.Typer(
    cls=group_of(COMMANDS),
    rich_markup_mode=None,
    help="Find, hear, make and keep presets.",
    no_args_is_help=True,
)
