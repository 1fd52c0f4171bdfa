"""`hostkit preset audition`."""

from __future__ import annotations

import math
from pathlib import Path

import typer

from hostkit.cli.commands.preset.chosen import All, chosen_presets, counted_presets, opened_studio
from hostkit.cli.show.lines import tell, tell_error
from hostkit.cli.show.telling import How, done_line, how_of
from hostkit.cli.take import parameters as take


def audition(
    names: take.PresetNames = None,
    everything: All = False,
    family: take.Family = None,
    out: take.OutFolder = Path("auditions"),
    jobs: take.Jobs = None,
    plugin_dir: take.PluginDirs = None,
    json: take.Json = False,
    quiet: take.Quiet = False,
    progress: take.Progress = How.AUTO,
) -> None:
    """Render a short phrase with each preset: a WAV, an image, and for many a page."""
    import time

    from hostkit.audition.files import write_page
    from hostkit.cli.show.document import print_document

    began = time.monotonic()
    chosen = chosen_presets(names, everything, family)
    how = how_of(progress, as_json=json or quiet)
    with opened_studio(jobs, plugin_dir) as studio, counted_presets(chosen, how) as told:
        files, failures = studio.audition(chosen, out, told)
    page = write_page(files, out, failures) if everything or family else None
    if json:
        entries = [
            {
                "name": file.loaded.name,
                "path": str(file.audio),
                "picture": str(file.image),
                "integrated_lufs": file.heard.loudness.integrated_lufs,
                "true_peak_dbtp": file.heard.loudness.true_peak_dbtp,
            }
            for file in files
        ]
        document = {"presets": entries, "page": str(page) if page else None, "failures": failures}
        print_document(document)
    else:
        for file in () if quiet else files:
            loud = file.heard.loudness
            levels = f"{loud.integrated_lufs:.1f} LUFS, {loud.true_peak_dbtp:.1f} dBTP"
            heard = levels if math.isfinite(loud.integrated_lufs) else "nothing is heard"
            tell(f"{file.audio} and {file.image.name}: {heard}")
        for failure in failures:
            tell_error(failure)
        if page:
            tell(f"open {page} in a browser")
        if files:
            tell(done_line(out, time.monotonic() - began))
    raise typer.Exit(1 if failures else 0)
