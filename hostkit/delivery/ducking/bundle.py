"""A whole ducking pass over files: plan, audio, curves, report, chart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from hostkit.audio.files.reader import open_audio
from hostkit.audio.files.whole_file import whole_file
from hostkit.delivery.certificate.hashes import sha256
from hostkit.delivery.ducking.beside import heard_beside
from hostkit.delivery.ducking.chart import chart
from hostkit.delivery.ducking.curve_files import CONTROLLERS, curve_csv, curve_midi, curve_reaper
from hostkit.delivery.ducking.ducked_files import (
    DuckedFile,
    changes_of_format,
    described,
    output_paths,
    rehearse_ducked,
    write_ducked,
)
from hostkit.delivery.ducking.ducked_folder import RECORD, ducked_before
from hostkit.delivery.ducking.report import DuckReport, report_document
from hostkit.delivery.ducking.report_text import report_text
from hostkit.delivery.folder.incoming import incoming_folder, move_in
from hostkit.ducking.alignment import Layout
from hostkit.ducking.intelligibility import (
    Intelligibility,
    better_broadband,
    intelligibility,
)
from hostkit.ducking.listening.stem import MusicStem
from hostkit.ducking.phrase import Phrase
from hostkit.ducking.phrase_file import phrase_text
from hostkit.ducking.plan import DuckPlan, plan_duck
from hostkit.ducking.result import DuckResult, judged
from hostkit.ducking.settings import DuckSettings
from hostkit.timebase.tempo_map import TempoMap


@dataclass(frozen=True)
class Extras:
    """What a pass writes beyond the audio: the curve's controller, its bars, the scores.

    `pre_roll_frames` is how long the files run before the music; the curve as CSV and as an
    envelope counts from the files' start.
    """

    tempo_map: TempoMap = field(default_factory=TempoMap)
    controller: int = 11
    intelligibility: bool = False
    pre_roll_frames: int = 0


def duck_files(
    layout: Layout,
    settings: DuckSettings,
    folder: Path,
    phrases: Sequence[Phrase] | None = None,
    extras: Extras | None = None,
    *,
    force: bool = False,
    write: bool = True,
) -> DuckReport:
    """Ducks the music of a layout into a folder; nothing is written before all is decided.

    What an earlier pass of the same left there is replaced as a whole; with `force` also
    what else is in the way. Without `write` the pass is made and judged, but for its scores,
    and nothing is written. Raises RequestError for material that cannot be ducked or a
    folder that holds what is not to be replaced, StorageError where the disk refuses.
    Phrases that miss the target are no error here: they are in the report.
    """
    extras = extras or Extras()
    settings.checked([stem.name for stem in layout.stems])
    audio = [path.name for path in output_paths(layout, folder)]
    names = [*audio, *side_names(settings, extras.controller)]
    before = ducked_before(folder, names, layout.dialogue.path, phrases, force=force)
    with heard_beside(layout, settings, phrases) as elsewhere:
        plan = plan_duck(layout.dialogue.stem, layout.stems, settings, phrases, elsewhere)
    warnings = [*layout.warnings, *plan.warnings, *changes_of_format(layout.music)]
    report_of = partial(
        DuckReport,
        title=_title(layout),
        dialogue=str(layout.dialogue.path),
        aligned_by=layout.aligned_by,
    )
    if not write:
        return report_of(
            result=judged(plan, rehearse_ducked(plan, layout)),
            files=tuple(described(plan, layout, folder)),
            warnings=tuple(warnings),
        )
    with incoming_folder(folder) as incoming:
        new = incoming.new(RECORD).parent
        files, result = _written(plan, layout, new)
        scores = _scores(result, layout, files) if extras.intelligibility else []
        if scores and (said := better_broadband(plan, layout.dialogue.stem, layout.stems, scores)):
            warnings.append(said)
        report = report_of(
            result=result,
            files=tuple(replace(file, path=folder / file.path.name) for file in files),
            scores=tuple(scores),
            warnings=tuple(warnings),
        )
        hashes = {name: sha256(new / name) for name in audio}
        for name, portions in side_files(report, folder, extras):
            if name != RECORD:
                hashes[name] = write_portions(new / name, portions)
        report = replace(report, hashes=hashes)
        record = write_portions(new / RECORD, record_portions(report, folder))
        move_in(incoming, {**hashes, RECORD: record}, before)
    return report


def _written(plan: DuckPlan, layout: Layout, folder: Path) -> tuple[list[DuckedFile], DuckResult]:
    """The files and the judgement; what they were measured by is not kept."""
    files, music_after = write_ducked(plan, layout, folder)
    return files, judged(plan, music_after)


def _title(layout: Layout) -> str:
    stems = layout.stems
    music = stems[0].name if len(stems) == 1 else f"{len(stems)} stems"
    return f"{music} under {layout.dialogue.stem.name}"


def _scores(
    result: DuckResult, layout: Layout, files: Sequence[DuckedFile]
) -> list[Intelligibility]:
    after = [
        MusicStem(stem.name, open_audio(file.path), stem.start_seconds)
        for stem, file in zip(layout.stems, files, strict=True)
    ]
    return intelligibility(result.plan, layout.dialogue.stem, layout.stems, after)


def write_portions(path: Path, portions: Iterable[str | bytes]) -> str:
    """Writes a file whole, and returns its SHA-256."""
    digest = hashlib.sha256()
    with whole_file(path) as file:
        for portion in portions:
            data = portion if isinstance(portion, bytes) else portion.encode()
            digest.update(data)
            file.write(data)
    return digest.hexdigest()


def side_names(settings: DuckSettings, controller: int = 11) -> list[str]:
    """The names of the files that `side_files` makes."""
    curves = ["curve_rest", "curve_speech_band"] if settings.shape.splits else ["curve"]
    endings = [".csv", ".reaper.txt", f"_cc{controller}.mid"]
    return [
        "phrases.csv",
        RECORD,
        "duck_report.md",
        "duck.svg",
        *(f"{curve}{ending}" for curve in curves for ending in endings),
    ]


def record_portions(report: DuckReport, folder: Path) -> list[str]:
    """The text of duck.json."""
    return [json.dumps(report_document(report, folder), indent=2), "\n"]


def side_files(
    report: DuckReport, folder: Path, extras: Extras
) -> Iterator[tuple[str, Iterable[str | bytes]]]:
    """Names and contents, made one after the other. Each half of a split has its curve."""
    plan = report.result.plan
    spoken = plan.phrases
    yield "phrases.csv", [phrase_text([p.phrase for p in spoken], [p.speech_lufs for p in spoken])]
    yield RECORD, record_portions(report, folder)
    yield "duck_report.md", [report_text(report, folder)]
    yield "duck.svg", [chart(report.result, report.title)]
    for part, curve in plan.curves.named().items():
        name = "curve" if part == "music" else f"curve_{part}"
        number = extras.controller
        track = f"duck {part}, CC {number} {CONTROLLERS[number]}"
        in_files = curve.after(extras.pre_roll_frames)
        yield f"{name}.csv", curve_csv(in_files)
        yield f"{name}.reaper.txt", curve_reaper(in_files)
        yield f"{name}_cc{number}.mid", [curve_midi(curve, extras.tempo_map, number, track)]
