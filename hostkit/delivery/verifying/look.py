"""Looking through a folder: what its files measure, and what is found on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from hostkit.audio.formats import FLOAT32
from hostkit.delivery.certificate.certificate import Certificate
from hostkit.delivery.certificate.exclusion import check_exclusions
from hostkit.delivery.certificate.findings import Finding, Proven, check_files, check_sums
from hostkit.delivery.certificate.measuring import MeasureJob, ReadFile, measure_delivered
from hostkit.delivery.certificate.parts import LeftOut, StemAudio
from hostkit.delivery.certificate.residual import check_residuals
from hostkit.delivery.certificate.sums import Sum, SumJob, Verdict, prove_sums
from hostkit.delivery.gain import Gain
from hostkit.delivery.limits import Limits, Measured
from hostkit.delivery.manifest.entries import FileEntry
from hostkit.errors import HostkitError
from hostkit.jobs.executors import Executor


@dataclass(frozen=True)
class Tested:
    """A mix to be tested: its path, and name and path of each of its stems.

    `left_out` are stems of other mixes with what this one is to be `without`. `foreign` files
    are not hostkit's.
    """

    path: str
    stems: tuple[tuple[str, str], ...]
    left_out: tuple[tuple[str, str], ...] = ()
    tracks: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    foreign: bool = True


@dataclass
class Look:
    """What was read of a folder, and found on the way."""

    place: Path
    executor: Executor
    measures: dict[str, ReadFile] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)

    def at(self, path: str) -> Path:
        """Where a file is, under whatever name."""
        return self.place / self.renamed.get(path, path)

    def find(self, path: str, check: str, verdict: Verdict | Literal["note"], text: str) -> None:
        self.findings.append(Finding(path, check, verdict, text))

    def measure(self, paths: Iterable[str], pre_rolls: Mapping[str, int]) -> None:
        """Measures files; `pre_rolls` are the frames before their music, where there are."""
        jobs = {
            path: self.executor.submit(
                measure_delivered, MeasureJob(self.place / path, pre_rolls.get(path, 0))
            )
            for path in paths
        }
        for path, future in jobs.items():
            try:
                self.measures[path] = future.result()
            except HostkitError as error:
                self.unreadable[path] = str(error).removeprefix(f"{self.place / path}: ")

    def measured(
        self,
        path: str,
        kind: str,
        name: str,
        form: str,
        entry: FileEntry | None = None,
    ) -> Measured:
        """A file as it was read; only of an unaltered one is known how much was clipped."""
        found = self.measures[path]
        intact = entry is not None and entry.sha256 == found.sha256
        return Measured(
            path=path,
            kind=kind,
            name=name,
            form=form,
            sample_rate=found.sample_rate,
            time_reference=found.time_reference,
            measures=found.measures,
            clipping=entry.clipping if entry and intact else None,
            is_float=found.sample_format == FLOAT32.name,
        )

    def prove(self, wanted: Mapping[str, Tested]) -> list[Proven]:
        """The null tests of mixes."""
        proofs = []
        for name, tested in wanted.items():
            path, stems = tested.path, tested.stems
            formats = {self.measures[p].sample_format for p in (path, *(p for _, p in stems))}
            layouts = {self.measures[p].measures.channels for p in (path, *(p for _, p in stems))}
            kind = formats.pop()
            if kind is None or formats or len(layouts) > 1:
                self.find(path, "sum of stems", "warn", "not tested: formats differ")
                continue
            parts = tuple(StemAudio(stem, self.at(p)) for stem, p in stems)
            left_out = tuple(self._left_out(parts, *stem) for stem in tested.left_out)
            mix = Sum(name, self.at(path), tuple(range(len(parts))), left_out)
            job = SumJob(parts, (mix,), kind, tested.foreign)
            test = self.executor.submit(prove_sums, job).result()[name]
            names = tuple(stem for stem, _ in stems)
            proofs.append(Proven(name, path, names, test, tested.tracks, tested.without))
        return proofs

    def _left_out(self, kept: tuple[StemAudio, ...], name: str, path: str) -> LeftOut:
        """A stem left out, less the stem of that name that the mix has in its place."""
        bare = name.partition("@")[0]
        own = (part for part in kept if part.name.partition("@")[0] == bare)
        return LeftOut(StemAudio(name, self.at(path)), next(own, None))

    def certificate(
        self,
        title: str,
        profile: str | None,
        files: Iterable[Measured],
        limits: Limits,
        proofs: Iterable[Proven],
        gain: Gain | None = None,
    ) -> Certificate:
        known, proved = tuple(files), tuple(proofs)
        rate = known[0].sample_rate if known else 1
        findings = (
            *self.findings,
            *check_files(known, limits, gain),
            *check_sums(proved, known, rate),
            *check_residuals(proved, known),
            *check_exclusions(proved),
        )
        hashes = {path: found.sha256 for path, found in self.measures.items()}
        return Certificate(title, profile, known, proved, findings, hashes)
