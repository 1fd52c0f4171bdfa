"""`hostkit plugins`: what can be hosted on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hostkit.cli.show.lines import tell, tell_error
from hostkit.cli.show.plain_help import PlainCommand
from hostkit.cli.show.table import print_table
from hostkit.cli.show.telling import How, counting_of
from hostkit.cli.take import parameters as take
from hostkit.cli.take.repeated import given
from hostkit.ground.counted import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hostkit.devices.description import ParamDescription, PluginDescription
    from hostkit.devices.plugins.scanning.find import Catalogue
    from hostkit.devices.plugins.scanning.scan import Scanned

app = typer.Typer(
    rich_markup_mode=None, help="Find, scan and describe plug-ins.", no_args_is_help=True
)

Rescan = Annotated[
    bool, typer.Option("--rescan", help="Scan again what is known, crashes and hangs included.")
]


@app.command(cls=PlainCommand)
def scan(
    plugin_dir: take.PluginDirs = None,
    rescan: Rescan = False,
    timeout: take.Timeout = take.TIMEOUT_SECONDS,
    json: take.Json = False,
    quiet: take.Quiet = False,
    progress: take.Progress = How.AUTO,
) -> None:
    """Look through the plug-in folders and describe what is new there."""
    from hostkit.devices.plugins.scanning.find import Catalogue

    catalogue = Catalogue.standard(given(plugin_dir), timeout)
    scans = _scan(catalogue, rescan, counting_of(progress, silent=json or quiet))
    if json:
        _print_json(scans)
        return
    _print_failures(scans)
    plugins = sum(len(scan.plugins) for scan in scans)
    tell(f"{counted(plugins, 'plug-in')} in {counted(len(scans), 'file')}")
    for folder in () if quiet else catalogue.folders:
        tell(f"  {folder}{'' if folder.is_dir() else ' (there is none)'}")


@app.command("list", cls=PlainCommand)
def list_plugins(
    plugin_dir: take.PluginDirs = None,
    rescan: Rescan = False,
    timeout: take.Timeout = take.TIMEOUT_SECONDS,
    json: take.Json = False,
) -> None:
    """List the plug-ins that can be hosted, scanning what is new."""
    from collections import Counter

    from hostkit.devices.plugins.scanning.find import Catalogue

    scans = _scan(Catalogue.standard(given(plugin_dir), timeout), rescan, counting_of(silent=json))
    if json:
        _print_json(scans)
        return
    plugins = [plugin for scan in scans for plugin in scan.plugins]
    if plugins:
        alike = Counter(map(_called, plugins))
        rows = [
            (*_row(plugin), str(plugin.path) if alike[_called(plugin)] > 1 else "")
            for plugin in sorted(plugins, key=lambda p: (p.kind, p.name.lower()))
        ]
        heads = ("name", "kind", "format", "channels", "samples late", "vendor", "version", "")
        print_table(heads, rows, numbers={"samples late"}, whole={"name", ""})
    else:
        tell("no plug-ins are installed; hostkit plugins scan shows where it looks")
    _print_failures(scans)


@app.command(cls=PlainCommand)
def show(
    name: take.PluginName,
    kind: take.PluginFormat = None,
    plugin_dir: take.PluginDirs = None,
    json: take.Json = False,
) -> None:
    """Describe one plug-in: its parameters with range, unit and default."""
    from hostkit.cli.show.document import print_document
    from hostkit.devices.plugins.scanning.find import find_plugin

    plugin = find_plugin(name, given(plugin_dir), kind=kind and kind.value)
    if json:
        print_document({"plugins": [plugin.as_json()]})
        return
    version = f" {plugin.version}" if plugin.version else ""
    tell(f"{plugin.name}{version}, {plugin.kind} ({plugin.format}), {plugin.vendor}")
    tell(f"{plugin.path}")
    tell(f"channels: {plugin.layout}; latency: {counted(plugin.latency_frames, 'sample')}")
    for remark in plugin.remarks:
        tell(remark)
    buses = zip(plugin.output_names, plugin.outputs, strict=True)
    for number, (output, bus) in enumerate(buses, 1):
        if number > 1:
            tell(f"output {number}, {output}: {counted(bus.channels, 'channel')}")
    if plugin.key_switch:
        at = "on" if plugin.key_switch_value is True else f"at {plugin.key_switch_value}"
        tell(f"its side-chain is heard with {plugin.key_switch} {at}, which hostkit sees to")
    if plugin.tempo_synced:
        tell("looks tempo-synced: it is hosted by minihost, and told the session's tempo")
    if plugin.params:
        print()
        rows = [_param_row(param) for param in plugin.params]
        print_table(("parameter", "values", "default", "automation"), rows)


def _scan(catalogue: Catalogue, rescan: bool, how: How) -> tuple[Scanned, ...]:

    from hostkit.cli.show.progress import showing

    with showing(how) as view:
        for file in catalogue.files:
            view.expected("plug-in", file.name, 1)
            view.moved("plug-in", file.name, 0)
        scans = catalogue.scan(rescan, lambda scanned: view.finished("plug-in", scanned.path.name))
    if catalogue.not_kept:
        tell_error(f"warning: {catalogue.not_kept}")
    return scans


def _print_json(scans: Sequence[Scanned]) -> None:
    from hostkit.cli.show.document import print_document

    plugins = [plugin.as_json() for scan in scans for plugin in scan.plugins]
    failures = [{"path": str(s.path), "reason": s.failure} for s in scans if s.failure]
    failures += [
        {"path": str(s.path), "name": one.name, "reason": one.failure}
        for s in scans
        for one in s.broken
    ]
    print_document({"plugins": plugins, "failures": failures})


def _print_failures(scans: Sequence[Scanned]) -> None:
    from hostkit.cli.show.lines import tell_error

    for scanned in scans:
        if scanned.failure:
            tell_error(f"{scanned.path}: left out: it {scanned.failure}")
        for one in scanned.broken:
            tell_error(f"{scanned.path}: {one.name} left out: it {one.failure}")
    if any(scanned.failure or scanned.broken for scanned in scans):
        tell_error("what was left out is tried again by: hostkit plugins scan --rescan")


def _called(plugin: PluginDescription) -> tuple[str, str]:
    """By what a session tells it from others."""
    return plugin.name.lower(), plugin.format


def _row(plugin: PluginDescription) -> tuple[str, ...]:
    return (
        plugin.name,
        plugin.kind,
        plugin.format,
        plugin.layout,
        str(plugin.latency_frames),
        plugin.vendor,
        plugin.version,
    )


def _param_row(param: ParamDescription) -> tuple[str, ...]:
    values: Any = {
        "number": f"{_number(param.minimum)} … {_number(param.maximum)} {param.units}".strip(),
        "switch": "true, false",
        "choice": ", ".join(param.choices),
        "text": "text",
    }[param.type]
    default = _number(param.default) if param.type == "number" else str(param.default)
    if param.type == "switch":
        default = default.lower()
    return param.key, values, default, "" if param.automatable else "no"


def _number(value: Any) -> str:
    return "…" if value is None else f"{value:.6g}"
