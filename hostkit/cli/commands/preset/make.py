"""`hostkit preset new`, `capture`, `import` and `export`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hostkit.cli.commands.preset.capturing import Made, captured, commit_of, library, tries, would
from hostkit.cli.show.lines import tell, tell_error
from hostkit.cli.show.telling import How, counting_of
from hostkit.cli.take import completion
from hostkit.cli.take import parameters as take
from hostkit.cli.take.repeated import given

if TYPE_CHECKING:
    from hostkit.devices.description import PluginDescription

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="The new preset's name: strings/warm-ensemble.")
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PARAM=VALUE", help="Set this first; may be repeated."),
]
Description = Annotated[str, typer.Option(metavar="TEXT", help="A sentence about the sound.")]
Category = Annotated[
    str | None, typer.Option(metavar="NAME", help="family/kind: strings/sustains.")
]


def new(
    name: Name,
    session: Annotated[
        Path | None, typer.Option(metavar="FILE", help="From a track of this session …")
    ] = None,
    track: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="… and this is the track.",
            autocompletion=completion.tracks,
        ),
    ] = None,
    plugin: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="From this plug-in, as it starts.",
            autocompletion=completion.plugins,
        ),
    ] = None,
    params: Set = None,
    description: Description = "",
    category: Category = None,
    tag: take.Tags = None,
    to: take.Library = None,
    force: take.Force = False,
    plugin_dir: take.PluginDirs = None,
    json: take.Json = False,
    quiet: take.Quiet = False,
    dry_run: take.DryRun = False,
) -> None:
    """Make a preset of a session's track, or of a plug-in."""
    from hostkit.audition.state.save import About, left_to_say, save_track
    from hostkit.cli.show.document import tell_result
    from hostkit.errors import RequestError
    from hostkit.session.load import load_session

    about = About(description, category, given(tag))
    if plugin and not (session or track):
        how = counting_of(silent=json or quiet)
        made = captured(
            name, plugin, params, about, to, force, plugin_dir, how=how, dry_run=dry_run
        )
        tell_result(made.document, made.lines, as_json=json)
        return
    if not (session and track) or plugin or params:
        raise RequestError("give --session FILE and --track NAME, or --plugin NAME [--set P=V]")
    loaded, commit = load_session(session), commit_of(dry_run)
    path = save_track(name, library(to), loaded, track, about, force=force, commit=commit)
    notes = left_to_say(loaded.session.tracks[track], name)
    made = Made(path, notes, tuple(would(commit)))
    tell_result(made.document, made.lines, as_json=json)


def capture(
    plugin: take.PluginName,
    name: Annotated[
        str | None,
        typer.Argument(metavar="PRESET", help="The preset's name (default: the plug-in's)."),
    ] = None,
    params: Set = None,
    description: Description = "",
    category: Category = None,
    tag: take.Tags = None,
    to: take.Library = None,
    force: take.Force = False,
    plugin_dir: take.PluginDirs = None,
    json: take.Json = False,
    quiet: take.Quiet = False,
    progress: take.Progress = How.AUTO,
    dry_run: take.DryRun = False,
) -> None:
    """Open a plug-in's own editor, and save what is dialled when it is closed."""
    from hostkit.audition.state.editor import require_display
    from hostkit.audition.state.save import About
    from hostkit.cli.show.document import tell_result
    from hostkit.library.exchange.importing import plain

    require_display()
    about = About(description, category, given(tag))
    name, how = name or plain(plugin), counting_of(progress, silent=json or quiet)
    made = captured(
        name, plugin, params, about, to, force, plugin_dir, editor=True, how=how, dry_run=dry_run
    )
    tell_result(made.document, made.lines, as_json=json)


def import_presets(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…", help=".vstpreset, .fxp, .fxb and .aupreset files, or folders of them."
        ),
    ],
    to: take.Library = None,
    force: take.Force = False,
    plugin_dir: take.PluginDirs = None,
    json: take.Json = False,
    quiet: take.Quiet = False,
    dry_run: take.DryRun = False,
) -> None:
    """Bring plug-ins' presets into a library, without loading the plug-ins."""
    from hostkit.cli.show.document import print_document
    from hostkit.devices.plugins.scanning.find import Catalogue
    from hostkit.library.exchange.importing import import_files
    from hostkit.plan.devices.states import whose

    @cache  # scanned where a file is one that a plug-in may take
    def installed() -> tuple[PluginDescription, ...]:
        return Catalogue.standard(given(plugin_dir)).plugins()

    def match(class_id: str) -> PluginDescription | None:
        return next((p for p in installed() if p.class_id.upper() == class_id), None)

    def fit(data: bytes) -> tuple[PluginDescription, str] | None:
        return whose(data, installed())

    commit = commit_of(dry_run)
    results = import_files(files, library(to), match, fit, force=force, commit=commit)
    bad = [result for result in results if result.name is None]
    if json:
        entries = [{"file": str(r.file), "name": r.name, "note": r.note or None} for r in results]
        print_document({"presets": entries})
    else:
        for result in results:
            if result.name is None:
                tell_error(f"{result.file}: left out: {result.note}")
            elif not quiet:
                tell(f"{result.name}{f' ({result.note})' if result.note else ''}")
        for line in would(commit):
            tell(line)
        imported = "would be imported" if dry_run else "imported"
        tell(f"{len(results) - len(bad)} of {len(results)} files {imported}")
    raise typer.Exit(1 if bad else 0)


def export(
    name: take.PresetName,
    out: take.OutFile = None,
    force: take.Force = False,
    plugin_dir: take.PluginDirs = None,
    json: take.Json = False,
    quiet: take.Quiet = False,
    dry_run: take.DryRun = False,
) -> None:
    """Write a preset's plug-in as .vstpreset, for other hosts."""
    from hostkit.audio.files.whole_file import whole_file
    from hostkit.audition.resolve import audition_plan
    from hostkit.audition.state.capture import CaptureJob
    from hostkit.audition.state.capture import capture as taken
    from hostkit.audition.state.save import exported_plugin
    from hostkit.cli.show.document import tell_result
    from hostkit.cli.take.target import expect_free
    from hostkit.devices.spec import PluginSpec
    from hostkit.errors import RequestError
    from hostkit.plan.environment import Environment

    target = out or Path(name.rpartition("/")[2] + ".vstpreset")
    expect_free(target, force=force)
    environment = Environment(given(plugin_dir))
    loaded = environment.preset(name, Path.cwd())
    device = exported_plugin(loaded.preset, name)
    plan = audition_plan(loaded, Path.cwd(), environment).print
    specs = [s for s in plan.devices if isinstance(s, PluginSpec)]
    spec = next(spec for spec in specs if spec.name.lower() == device.plugin.lower())
    found = environment.find_plugin(device.plugin)
    info = {
        "Name": name.rpartition("/")[2],
        "PlugInName": found.name,
        "PlugInVendor": found.vendor,
        "PlugInCategory": found.category,
    }
    job = CaptureJob(spec, found.version, False, tuple(info.items()))
    with tries(found.name, counting_of(silent=json or quiet)) as told:
        held = taken(job, told)
    if held.file is None:
        raise RequestError(f"{found.name} is an Audio Unit; a .vstpreset holds a VST3's state")
    if not dry_run:
        with whole_file(target) as file:
            file.write(held.file)
    lost = [key for key, value in held.saved.params.items() if not value.in_state]
    loses = f"the state of {found.name} loses {', '.join(lost)}: set it in the other host"
    dry = (f"{target}: would be written",) if dry_run else ()
    made = Made(target, (loses,) if lost else (), dry)
    tell_result(made.document, made.lines, as_json=json)
