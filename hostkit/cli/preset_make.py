"""`hostkit preset new`, `capture`, `import` and `export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hostkit.cli import completion
from hostkit.cli import parameters as take

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hostkit.library.folders import Library
    from hostkit.plugins.description import ParamValue, PluginDescription

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
) -> None:
    """Make a preset of a session's track, or of a plug-in."""
    from hostkit.audition.state.save import About, save_track
    from hostkit.errors import RequestError
    from hostkit.session.load import load_session

    about = About(description, category, tuple(tag or ()))
    if plugin and not (session or track):
        _capture(name, plugin, params, about, to, force, plugin_dir, editor=False)
        return
    if not (session and track) or plugin or params:
        raise RequestError("give --session FILE and --track NAME, or --plugin NAME [--set P=V]")
    path = save_track(name, library(to), load_session(session), track, about, force=force)
    print(f"wrote {path}")


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
) -> None:
    """Open a plug-in's own editor, and save what is dialled when it is closed."""
    from hostkit.audition.state.editor import require_display
    from hostkit.audition.state.save import About
    from hostkit.library.exchange.importing import plain

    require_display()
    about = About(description, category, tuple(tag or ()))
    _capture(name or plain(plugin), plugin, params, about, to, force, plugin_dir, editor=True)


def _capture(
    name: str,
    plugin: str,
    params: list[str] | None,
    about: object,
    to: Path | None,
    force: bool,
    plugin_dir: list[Path] | None,
    *,
    editor: bool,
) -> None:
    from dataclasses import replace

    from hostkit.audition.state.capture import CaptureJob
    from hostkit.audition.state.capture import capture as taken
    from hostkit.audition.state.save import About, save_captured
    from hostkit.errors import RequestError
    from hostkit.plan.devices import PluginSpec
    from hostkit.plugins.checking import check_params
    from hostkit.plugins.find import find_plugin

    assert isinstance(about, About)
    target = library(to)
    place = target.path_of(name)
    if place.exists() and not force:
        raise RequestError(f"{place} is there already; --force replaces it")
    found: PluginDescription = find_plugin(plugin, tuple(plugin_dir or ()))
    values = _values(params or ())
    if problems := check_params(found, values):
        raise RequestError("\n".join(f"--set: {problem}" for problem in problems))
    spec = replace(PluginSpec.of(found), params=tuple(sorted(values.items())))
    info = {"Name": name.rpartition("/")[2], "PlugInName": found.name, "PlugInVendor": found.vendor}
    info["PlugInCategory"] = found.category
    job = CaptureJob(spec, found.version, editor, tuple(info.items()))
    captured = taken(job)
    path = save_captured(name, target, found, captured, about, force=force)
    if captured.file and not captured.state:
        print(f"its own state does not bring {found.name} back; the preset keeps parameters alone")
    if not captured.faithful:
        print(f"{found.name} does not sound the same twice; listen to what comes back")
    print(f"wrote {path}")


def _values(pairs: Sequence[str]) -> dict[str, ParamValue]:
    from hostkit.errors import RequestError
    from hostkit.session.yaml_tree import parse_yaml

    values: dict[str, ParamValue] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        value = parse_yaml(text, "--set").data if text.strip() else None
        if not equals or not isinstance(value, (bool, int, float, str)):
            raise RequestError(f"--set {pair!r}: write PARAM=VALUE, such as cutoff=40")
        values[key] = value
    return values


def library(to: Path | None) -> Library:
    """The library to write to."""
    from hostkit.library.folders import Libraries, Library

    return Library(to, "named") if to else Libraries.around(Path.cwd()).own


def import_presets(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help=".vstpreset files, or folders of them.")
    ],
    to: take.Library = None,
    force: take.Force = False,
    plugin_dir: take.PluginDirs = None,
    json: take.Json = False,
) -> None:
    """Bring .vstpreset files into a library, without loading their plug-ins."""
    import sys

    from hostkit.cli.document import print_document
    from hostkit.library.exchange.importing import import_files
    from hostkit.plugins.find import Catalogue

    installed = Catalogue.standard(plugin_dir or ()).plugins()
    by_class = {plugin.class_id.upper(): plugin for plugin in installed if plugin.class_id}
    results = import_files(files, library(to), by_class.get, force=force)
    bad = [result for result in results if result.name is None]
    if json:
        entries = [{"file": str(r.file), "name": r.name, "note": r.note or None} for r in results]
        print_document({"presets": entries})
    else:
        for result in results:
            if result.name is None:
                print(f"{result.file}: left out: {result.note}", file=sys.stderr)
            else:
                print(f"{result.name}{f' ({result.note})' if result.note else ''}")
        print(f"{len(results) - len(bad)} of {len(results)} files imported")
    raise typer.Exit(1 if bad or not results else 0)


def export(
    name: take.PresetName,
    out: take.OutFile = None,
    force: take.Force = False,
    plugin_dir: take.PluginDirs = None,
) -> None:
    """Write a preset's plug-in as .vstpreset, for other hosts."""
    from hostkit.audio.whole_file import whole_file
    from hostkit.audition.resolve import audition_plan
    from hostkit.audition.state.capture import CaptureJob
    from hostkit.audition.state.capture import capture as taken
    from hostkit.audition.state.save import exported_plugin
    from hostkit.errors import RequestError
    from hostkit.plan.devices import PluginSpec
    from hostkit.plan.surroundings import Surroundings

    target = out or Path(name.rpartition("/")[2] + ".vstpreset")
    if target.exists() and not force:
        raise RequestError(f"{target} is there already; --force replaces it")
    surroundings = Surroundings(tuple(plugin_dir or ()))
    loaded = surroundings.preset(name, Path.cwd())
    device = exported_plugin(loaded.preset, name)
    plan = audition_plan(loaded, Path.cwd(), surroundings).print
    specs = [s for s in (plan.instrument, *plan.effects) if isinstance(s, PluginSpec)]
    spec = next(spec for spec in specs if spec.name.lower() == device.plugin.lower())
    found = surroundings.find_plugin(device.plugin)
    info = {
        "Name": name.rpartition("/")[2],
        "PlugInName": found.name,
        "PlugInVendor": found.vendor,
        "PlugInCategory": found.category,
    }
    captured = taken(CaptureJob(spec, found.version, False, tuple(info.items())))
    if captured.file is None:
        raise RequestError(f"{found.name} is an Audio Unit; a .vstpreset holds a VST3's state")
    with whole_file(target) as file:
        file.write(captured.file)
    lost = [key for key, value in captured.saved.params.items() if not value.in_state]
    if lost:
        print(f"the state of {found.name} loses {', '.join(lost)}: set it in the other host")
    print(f"wrote {target}")
