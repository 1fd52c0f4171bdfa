"""Files that are begun while their last stems are being written, and follow them as they grow.

What is begun ahead is written as everything else is, beside the delivery. Whatever is wrong with
it, it is written again when the stems are there, and only then told.

In the benchmark's session a change took 4.1 s with it, 4.4 s without (medians of nine each, in
turn, on two busy cores): one of its two cores had half a second to spare.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from hostkit.audio.formats import sample_format
from hostkit.delivery.underway import Underway
from hostkit.errors import HostkitError
from hostkit.ground.process.threads import as_ended
from hostkit.plan.plan import SessionPlan
from hostkit.render.outcome import Outcomes, Resources

if TYPE_CHECKING:  # what writes files is imported when the jobs that they wait for have begun
    from hostkit.delivery.folder.incoming import Folder
    from hostkit.delivery.profiles.order import Order
    from hostkit.delivery.writing.file_orders import FileOrder
    from hostkit.delivery.writing.files import WrittenFile
    from hostkit.jobs.following import InProgress


@dataclass
class FilesAhead:
    """The files of a delivery that were `begun`, by path, and the folder that they wait in.

    A context manager: at its end no job is at it any more, and what is left is gone.
    """

    plan: SessionPlan
    order: Order
    place: Path
    resources: Resources
    begun: dict[str, Future[WrittenFile]] = field(default_factory=dict)
    _folder: Folder | None = None
    _open: ExitStack = field(default_factory=ExitStack)

    def begin(self, outcomes: Outcomes, in_progress: Mapping[str, InProgress]) -> None:
        """Begins those with a stem that is `in_progress`, by fingerprint; the others have outcomes.

        Only where every length is planned, and for integer samples: the step that float files
        have in common is known when all stems are.
        """
        from hostkit.delivery.writing.file_orders import file_orders
        from hostkit.delivery.writing.steps import stems_of

        if self._folder or sample_format(self.plan.sample_format).is_float:
            return
        forms = self.plan.plans
        stems = {stem.fingerprint for form in forms for stem in form.stems}
        if stems.isdisjoint(in_progress) or not all(form.frames for form in forms):
            return
        with suppress(HostkitError):  # it is told when the delivery is written
            steps = {form.form.name: 1 for form in forms}
            made = stems_of(self.plan, outcomes)
            files = file_orders(self.plan, self.order, made, steps, self.place, in_progress)
            for file in sorted(files, key=lambda file: -len(file.wanted.stems)):
                if file.job.in_progress:
                    self._begin(file)

    def _begin(self, file: FileOrder) -> None:
        from hostkit.delivery.writing.files import write_file

        job = file.job.to(self._incoming().new(file.wanted.path))
        moved = Underway(self.resources.progress).moving("file", file.wanted)
        future = self.resources.executor.submit_beside(write_file, job, moved)
        if future is not None:
            self.begun[file.wanted.path] = future

    def _incoming(self) -> Folder:
        from hostkit.delivery.folder.incoming import incoming_folder

        if self._folder is None:
            self._folder = self._open.enter_context(incoming_folder(self.place))
        return self._folder

    @contextmanager
    def folder(self) -> Iterator[Folder]:
        """The folder for new files, with those that were begun; gone at the end. StorageError."""
        with self:
            yield self._incoming()

    def __enter__(self) -> FilesAhead:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for _ in as_ended(self.begun.values()):
            pass
        self.begun.clear()
        self._folder = None
        self._open.__exit__(kind, error, traceback)
