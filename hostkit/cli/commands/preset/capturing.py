"""What `preset new`, `capture` and `export` do with a plug-in, and how they tell of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hostkit.cli.show.lines import tell_error
from hostkit.cli.show.telling import How
from hostkit.cli.take.repeated import given

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hostkit.audition.state.save import About
    from hostkit.devices.description import ParamValue, PluginDescription
    from hostkit.library.changes import Commit
    from hostkit.library.folders import Library


def library(to: Path | None) -> Library:
    """The library to write to."""
    from hostkit.library.folders import Libraries, Library

    return Library(to, "named") if to else Libraries.around(Path.cwd()).own


def commit_of(dry_run: bool) -> Commit:
    """What a command does with changes of a library."""
    from hostkit.library.changes import Changes, Rehearsal

    return Rehearsal() if dry_run else Changes.commit


def would(commit: Commit) -> list[str]:
    """What a dry run would have done, a line for each file; nothing where it was done."""
    from hostkit.library.changes import Rehearsal

    files = commit.files if isinstance(commit, Rehearsal) else []
    return [f"{shown(change.path)}: would be {change.becomes}" for change in files]


def shown(path: Path) -> Path:
    """A path as other commands print it: from here, where it lies below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


@dataclass(frozen=True)
class Made:
    """A file that was written, and what is good to know of it; `would` is said in a dry run."""

    path: Path
    notes: tuple[str, ...] = ()
    would: tuple[str, ...] = ()

    @property
    def document(self) -> dict[str, Any]:
        return {"file": str(self.path), "notes": list(self.notes)}

    @property
    def lines(self) -> list[str]:
        return [*self.notes, *(self.would or [f"wrote {shown(self.path)}"])]


def captured(
    name: str,
    plugin: str,
    params: list[str] | None,
    about: About,
    to: Path | None,
    force: bool,
    plugin_dir: list[Path] | None,
    *,
    editor: bool = False,
    how: How,
    dry_run: bool = False,
) -> Made:
    from dataclasses import replace

    from hostkit.audition.state.capture import CaptureJob
    from hostkit.audition.state.capture import capture as taken
    from hostkit.audition.state.save import save_captured
    from hostkit.devices.checking import check_params
    from hostkit.devices.plugins.scanning.find import find_plugin
    from hostkit.devices.spec import PluginSpec
    from hostkit.errors import RequestError

    target = library(to)
    place = target.path_of(name)
    if place.exists() and not force:
        raise RequestError("is there already", cure="--force replaces it", file=place)
    found: PluginDescription = find_plugin(plugin, given(plugin_dir))
    values = _values(given(params))
    if problems := check_params(found, values):
        raise RequestError.of(problem.of("--set") for problem in problems)
    spec = replace(PluginSpec.of(found), params=tuple(sorted(values.items())))
    info = {"Name": name.rpartition("/")[2], "PlugInName": found.name, "PlugInVendor": found.vendor}
    info["PlugInCategory"] = found.category
    job = CaptureJob(spec, found.version, editor, tuple(info.items()))
    if editor and how is not How.NONE:
        tell_error(f"the editor of {found.name} opens; close it to save what is dialled")
    with tries(found.name, how) as told:
        held = taken(job, told)
    commit = commit_of(dry_run)
    path = save_captured(name, target, found, held, about, force=force, commit=commit)
    notes = []
    if held.file and not held.state:
        notes.append(
            f"its own state does not bring {found.name} back; the preset keeps parameters alone"
        )
    if not held.faithful:
        notes.append(f"{found.name} does not sound the same twice; listen to what comes back")
    return Made(path, tuple(notes), tuple(would(commit)))


@contextmanager
def tries(plugin: str, how: How) -> Iterator[Callable[[str], None]]:
    """Counts what is tried of a captured plug-in, each from when the next one begins."""
    from hostkit.audition.state.capture import TRIES
    from hostkit.cli.show.progress import showing

    with showing(how) as view:
        at_work: list[str] = []
        for each in TRIES:
            view.expected(plugin, each, 1)

        def told(each: str) -> None:
            if at_work:
                view.finished(plugin, at_work.pop())
            view.moved(plugin, each, 0)
            at_work.append(each)

        yield told


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
