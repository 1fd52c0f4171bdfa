"""Where presets are made to sound: what is looked up, who works, what is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hostkit.audition.compare import Comparison, compare
from hostkit.audition.files import write_audition
from hostkit.audition.level import TARGET_LUFS, Levelled, is_bus, levelled
from hostkit.audition.measure import SoundMeasures, measure_print
from hostkit.audition.page import AuditionFiles
from hostkit.audition.phrase import common_phrase
from hostkit.audition.render import render_auditions
from hostkit.audition.resolve import SAMPLE_RATE, Audition, audition_plan, without_effects
from hostkit.errors import HostkitError, RequestError
from hostkit.ground.counted import counted
from hostkit.jobs.executors import Executor, LocalExecutor
from hostkit.jobs.prints import Print
from hostkit.jobs.store import Store
from hostkit.library.changes import Changes, Commit
from hostkit.library.folders import Libraries
from hostkit.library.load import LoadedPreset
from hostkit.library.model import Preset
from hostkit.library.write import with_number
from hostkit.plan.environment import Environment
from hostkit.session.text import read_text

Told = Callable[[str, str], None]
"""Hears the name of a preset, and '' or why it could not be heard."""


def no_one(name: str, problem: str) -> None:
    """Is told, and says nothing."""
    del name, problem


@dataclass(frozen=True)
class Studio:
    """`folder` is where sessions would lie that use the presets: it decides which are meant."""

    folder: Path
    environment: Environment
    executor: Executor
    store: Store

    @property
    def libraries(self) -> Libraries:
        return Libraries.around(self.folder)

    def load(self, name: str) -> LoadedPreset:
        """Raises RequestError, InvalidInput."""
        return self.environment.preset(name, self.folder)

    def plan(self, name: str) -> Audition:
        """Raises RequestError, InvalidInput."""
        return audition_plan(self.load(name), self.folder, self.environment)

    def render(
        self, names: Sequence[str], told: Told = no_one
    ) -> dict[str, tuple[Audition, Print] | HostkitError]:
        """Each preset's audition, or why there is none, in the order of `names`."""
        plans: dict[str, Audition] = {}
        results: dict[str, tuple[Audition, Print] | HostkitError] = {}
        for name in names:
            try:
                plans[name] = self.plan(name)
            except HostkitError as error:
                results[name] = error
                told(name, str(error))

        def heard(name: str, result: Print | HostkitError) -> None:
            told(name, str(result) if isinstance(result, HostkitError) else "")

        prints = render_auditions(plans.values(), self.executor, self.store, heard)
        for name, print_ in prints.items():
            results[name] = print_ if isinstance(print_, HostkitError) else (plans[name], print_)
        return {name: results[name] for name in names}

    def audition(
        self, names: Sequence[str], out: Path, told: Told = no_one
    ) -> tuple[list[AuditionFiles], list[str]]:
        """Writes each preset's sound and image to `out`; gives them, and what failed."""
        files: list[AuditionFiles] = []
        failures: list[str] = []
        for name, result in self.render(names, told).items():
            if isinstance(result, HostkitError):
                failures.append(f"{name}: {result}")
            else:
                files.append(write_audition(*result, out))
        return files, failures

    def measure(self, name: str, played: Preset | None = None) -> SoundMeasures:
        """Of one preset, heard on the phrase that suits it or `played`. Raises HostkitError."""
        plan = audition_plan(self.load(name), self.folder, self.environment, played=played)
        found = render_auditions([plan], self.executor, self.store)[name]
        if isinstance(found, HostkitError):
            raise found
        return measure_print(found, SAMPLE_RATE)

    def compare(self, first: str, second: str) -> Comparison:
        """Both, heard on one phrase where that can be. Raises HostkitError."""
        presets = self.load(first), self.load(second)
        phrase = common_phrase(*(loaded.preset for loaded in presets))
        heard = self.measure(first, phrase.played[0]), self.measure(second, phrase.played[1])
        return compare(presets, heard, phrase.told)

    def level(
        self,
        names: Sequence[str],
        target_lufs: float | None = None,
        told: Told = no_one,
        named: Sequence[Path] = (),
        *,
        commit: Commit = Changes.commit,
    ) -> tuple[list[Levelled], list[str]]:
        """Sets the `gain_db` of presets, in one step; gives what became of each, and failures.

        Without a target, instruments are brought to −23 LUFS and inserts to the level of what
        they are heard on. Chains for a bus are left alone, and presets of libraries that are
        not one's own fail unless those are `named`.
        """
        results: list[Levelled] = []
        failures: list[str] = []
        changes = Changes(f"level {counted(len(names), 'preset')}", self.libraries.sealed(named))
        for name, result in self.render(names, told).items():
            if isinstance(result, HostkitError):
                failures.append(f"{name}: {result}")
                continue
            audition, print_ = result
            if is_bus(audition.loaded):
                continue
            wanted = target_lufs if target_lufs is not None else self._reference(audition)
            measured = measure_print(print_, SAMPLE_RATE).loudness
            level = levelled(audition.loaded, measured, wanted)
            if level.after_db != level.before_db:
                path = audition.loaded.path
                text = with_number(read_text(path), "gain_db", level.after_db, str(path))
                try:
                    changes.put(path, text.encode(), force=True)
                except RequestError as error:
                    failures.append(f"{name}: {error}")
                    continue
            results.append(level)
        commit(changes)
        return results, failures

    def _reference(self, audition: Audition) -> float:
        if audition.loaded.preset.instrument is not None:
            return TARGET_LUFS
        bare = without_effects(audition, self.environment)
        found = render_auditions([bare], self.executor, self.store)[bare.loaded.name]
        if isinstance(found, HostkitError):
            raise found
        return measure_print(found, SAMPLE_RATE).loudness.integrated_lufs


@contextmanager
def open_studio(
    folder: Path, plugin_dirs: tuple[Path, ...], workers: int, store: Store
) -> Iterator[Studio]:
    """A studio with processes of this machine."""
    with LocalExecutor(workers) as executor:
        yield Studio(folder, Environment(plugin_dirs), executor, store)
