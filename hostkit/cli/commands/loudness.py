"""`hostkit loudness`: the meter's report on audio files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hostkit.cli.show.telling import How, counting_of
from hostkit.cli.take import parameters as take

if TYPE_CHECKING:
    from hostkit.audio.loudness.report import FileLoudness
    from hostkit.errors import RequestError

_COLUMNS = (
    ("integrated_lufs", "LUFS"),
    ("max_momentary_lufs", "max M"),
    ("max_short_term_lufs", "max S"),
    ("loudness_range_lu", "LRA LU"),
    ("true_peak_dbtp", "dBTP"),
    ("sample_peak_dbfs", "dBFS"),
    ("duration_s", "seconds"),
)


def loudness(
    files: take.AudioFiles,
    json: take.Json = False,
    quiet: take.Quiet = False,
    progress: take.Progress = How.AUTO,
) -> None:
    """Measure loudness and true peak of audio files (BS.1770-4, EBU R 128)."""
    from hostkit.audio.loudness.report import measure_file
    from hostkit.cli.show.progress import showing
    from hostkit.delivery.folder.inside import audio_files
    from hostkit.errors import RequestError

    measured: list[FileLoudness] = []
    refused: list[RequestError] = []
    with showing(counting_of(progress, silent=json or quiet)) as view:
        for file in view.each("file", audio_files(files)):
            try:
                measured.append(measure_file(file))
            except RequestError as error:
                refused.append(error)
    _print(measured, refused, json)
    if refused:
        raise RequestError.of(error.fault for error in refused)


def _print(measured: list[FileLoudness], refused: list[RequestError], as_json: bool) -> None:
    from hostkit.cli.show.document import print_document, problem_objects
    from hostkit.cli.show.table import print_table

    entries = [file.as_json() for file in measured]
    if as_json:
        problems = [problem for error in refused for problem in problem_objects(error)]
        print_document({"files": entries, "problems": problems})
    elif entries:
        heads = [title for _, title in _COLUMNS]
        rows = [
            [*(_cell(entry[key]) for key, _ in _COLUMNS), str(entry["path"])] for entry in entries
        ]
        print_table([*heads, "file"], rows, numbers=heads, whole=["file"])


def _cell(value: str | int | float | None) -> str:
    return "-inf" if value is None else f"{value:.1f}"
