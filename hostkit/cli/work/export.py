"""`hostkit export` at work: a session written as a project, and what is said of it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from hostkit.audio.files.whole_file import whole_file
from hostkit.cli.show.document import print_document
from hostkit.cli.show.lines import tell, tell_error
from hostkit.cli.show.progress import showing
from hostkit.cli.take.options import RenderOptions
from hostkit.cli.take.target import expect_free, expect_no_source, expect_unused
from hostkit.cli.work.render import executor_for, store_for
from hostkit.errors import BadValue, RequestError
from hostkit.exchange.leaving.leave import Leaving
from hostkit.exchange.leaving.rendered import AudioKind, AudioOrder, ducked_mixes, with_ducking
from hostkit.exchange.project import Loss, Project, by_track, said_once
from hostkit.exchange.writers import WRITERS, Writer
from hostkit.ground.counted import counted
from hostkit.pipeline import load
from hostkit.plan.environment import Environment
from hostkit.render.outcome import Resources


@dataclass(frozen=True)
class ExportRequest:
    """Which session, as what, to which file; where nothing says what, the file's ending does."""

    session: Path
    to: str | None
    out: Path | None
    ramps: bool = False
    audio: AudioKind | None = None
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

    def audio_folder(self, target: Path) -> Path:
        """Where what is rendered for it goes."""
        return target.with_name(f"{target.stem}-audio")


def export_session(request: ExportRequest, options: RenderOptions) -> int:
    """Writes the file, and says what it holds and what it cannot; 0. Raises RequestError."""
    writer = request.writer
    target = request.target(writer)
    _check_target(request, writer, target)
    environment = Environment(options.plugin_dirs, midi={})
    loaded = load(request.session, environment)
    expect_no_source(target, loaded)
    leaving = Leaving.of(loaded, environment)
    with ExitStack() as stack:
        store = stack.enter_context(store_for(options))
        executor, _ = stack.enter_context(executor_for(options, store))
        project = leaving.project(
            executor,
            target.parent,
            ramps=request.ramps or writer.always_ramps,
            with_states=writer.has_devices,
        )
        if writer.has_devices and not options.dry_run:
            progress = stack.enter_context(showing(options.how, brief=options.quiet))
            resources = Resources(executor, store, progress)
            project = _with_rendered(project, leaving, request, target, resources)
            store.prune()
    try:
        with TemporaryFile() if options.dry_run else whole_file(target) as file:
            lost = writer.write(project, target.parent, file)
    except BadValue as error:
        raise RequestError(*error.fault.of(request.session)) from None
    losses = said_once((*project.losses, *lost) if writer.has_devices else lost)
    if options.json:
        print_document(_document(target, writer, project, losses))
        return 0
    _tell_losses(losses, quiet=options.quiet)
    would = "would be written, with " if options.dry_run else ""
    tell(f"{target}: {would}{_in_words(project)} ({writer.about})")
    return 0


def _check_target(request: ExportRequest, writer: Writer, target: Path) -> None:
    """Raises RequestError for a place that is taken or none, and for audio in no file."""
    expect_free(target, force=request.force)
    if not target.parent.is_dir():
        raise RequestError(
            "its folder does not exist", cure="create it first, or name another", file=target
        )
    if request.audio is None:
        return
    if not writer.has_devices:
        raise RequestError(f"a {writer.about} holds no audio", cure="leave --audio out")
    expect_unused(request.audio_folder(target), force=request.force)


def _with_rendered(
    project: Project,
    leaving: Leaving,
    request: ExportRequest,
    target: Path,
    resources: Resources,
) -> Project:
    """The project with what has to be rendered for it, if anything has."""
    session = leaving.loaded.name
    ducked = ducked_mixes(leaving.loaded.session)
    if request.audio is None and not ducked:
        return project
    plan = leaving.mixed()
    if request.audio is not None:
        order = AudioOrder.of(plan, request.audio, request.audio_folder(target))
        order.make(session, resources)
        project = order.added_to(project)
    return with_ducking(session, project, plan, resources) if ducked else project


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
