"""A scan that a command needs is told and counted on a terminal, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from hostkit.cli.show import scanning, status_line
from hostkit.devices.plugins.scanning.scan import Scanned

MANY = [Path(f"/plugins/{number}.vst3") for number in range(scanning.FEW)]


@pytest.mark.parametrize(
    ("paths", "terminal", "told"),
    [(MANY, True, True), (MANY, False, False), (MANY[1:], True, False)],
)
def test_what_is_said_of_it(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    paths: list[Path],
    terminal: bool,
    told: bool,
) -> None:
    monkeypatch.setattr(status_line, "is_terminal", lambda: terminal)
    scans = [Scanned(path, failure="crashed") for path in paths]
    assert list(scanning.shown(paths, iter(scans))) == scans
    said = capsys.readouterr().err
    assert said.startswith("looking at 5 files of plug-ins that are new here, once") == told
    assert bool(said) == told
