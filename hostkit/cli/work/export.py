"""`hostkit export` at work: a session written as a project, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hostkit.audio.files.whole_file import whole_file
from hostkit.cli.show.document import print_document
from hostkit.cli.show.lines import tell, tell_error
from hostkit.cli.take.options import RenderOptions
from hostkit.cli.take.target import expect_free, expect_no_source
from hostkit.cli.work.render import executor_for, store_for
from hostkit.errors import BadValue, RequestError
from hostkit.exchange.leaving.leave import Leaving
from hostkit.exchange.project import Loss, Project, by_track, said_once
from hostkit.exchange.writers import WRITERS, Writer
from hostkit.ground.counted import counted
from hostkit.pipeline import load
from hostkit.plan.environment import Environment


@dataclass(frozen=True)
class ExportRequest:
    """Which session, as what, to which file; where nothing says what, the file's ending does."""

    session: Path
    to: str | None
    out: Path | None
    ramps: bool = False
    force: bool = False

    @property
    def writer(self) -> Writer:
        """Raises RequestError where nothing says what to write."""
        if self.to is not None:
            return WRITERS[self.to]
        by_ending = {writer.ending: writer for writer in WRITERS.values()}
        if self.out is None:
            names = ", ".join(WRITERS)
            raise RequestError("nothing says what to write", cure=f"add --to with one of {names}")
        if (found := by_ending.get(self.out.suffix.lower())) is None:
            raise RequestError(
                f"ends in none of {', '.join(by_ending)}",
                cure="say what to write with --to",
                file=self.out,
            )
        return found

    def target(self, writer: Writer) -> Path:
        """Beside the session, under a name that no DAW gave its own project."""
        return self.out or self.session.with_name(f"{self.session.stem}-export{writer.ending}")


def export_session(request: ExportRequest, options: RenderOptions) -> int:
    """Writes the file, and says what it holds and what it cannot; 0. Raises RequestError."""
    writer = request.writer
    target = request.target(writer)
    expect_free(target, force=request.force)
    environment = Environment(options.plugin_dirs)
    loaded = load(request.session, environment)
    expect_no_source(target, loaded)
    leaving = Leaving.of(loaded, environment)
    with store_for(options) as store, executor_for(options, store) as (executor, _):
        project = leaving.project(
            executor,
            target.parent,
            ramps=request.ramps or writer.always_ramps,
            with_states=writer.has_devices,
        )
    try:
        data, lost = writer.to_bytes(project, target.parent)
    except BadValue as error:
        raise RequestError(*error.fault.of(request.session)) from None
    losses = said_once((*project.losses, *lost) if writer.has_devices else lost)
    if not options.dry_run:
        with whole_file(target) as file:
            file.write(data)
    if options.json:
        print_document(_document(target, writer, project, losses))
        return 0
    _tell_losses(losses, quiet=options.quiet)
    would = "would be written, with " if options.dry_run else ""
    tell(f"{target}: {would}{_in_words(project)} ({writer.about})")
    return 0


def _tell_losses(losses: tuple[Loss, ...], *, quiet: bool) -> None:
    if quiet:
        return
    for _, of_it in by_track(losses):
        for loss in of_it:
            tell_error(f"warning: {loss}")


def _in_words(project: Project) -> str:
    counts = _counts(project)
    parts = [counted(counts["tracks"], "track"), counted(counts["notes"], "note")]
    if counts["clips"]:
        parts.append(counted(counts["clips"], "audio clip"))
    if counts["states"]:
        parts.append(counted(counts["states"], "plug-in state"))
    return ", ".join(parts)


def _counts(project: Project) -> dict[str, int]:
    tracks = [track for track in project.tracks if track.role == "regular"]
    devices = [device for track in project.tracks for device in track.devices]
    return {
        "tracks": len(tracks),
        "notes": sum(len(track.notes) for track in tracks),
        "clips": sum(len(track.clips) for track in tracks),
        "states": sum(bool(device.state) for device in devices),
        "markers": len(project.markers),
    }


def _document(
    target: Path, writer: Writer, project: Project, losses: tuple[Loss, ...]
) -> dict[str, Any]:
    return {
        "file": str(target),
        "kind": writer.name,
        **_counts(project),
        "losses": [
            {"track": loss.track or None, "what": loss.what, "count": loss.count}
            for _, of_it in by_track(losses)
            for loss in of_it
        ],
    }
