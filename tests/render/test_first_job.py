"""What a render does before its first job is begun: one core works, and all others wait for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from commands import environment
from scores import write_score

from hostkit.jobs.isolate import PRELOAD
from hostkit.render.production import TASKS

SESSION = """
hostkit: 1
midi: cue.mid
length: 2s
tracks: {bass: {instrument: {tone: {}}, sends: {hall: -6}}}
buses: {hall: {effects: [{reverb: {room_size: 0.5}}]}}
"""
LISTING = """
import os, sys
from hostkit.jobs.executors import LocalExecutor
def told(*_):
    os.write(1, " ".join(sys.modules).encode())
    os._exit(0)
LocalExecutor.submit = told
from hostkit.cli import main
main()
"""
NOT_YET = (
    "pedalboard",
    "numpy.ma",
    "soundfile",
    "plistlib",
    "xml",
    "dask",
    "rich",
    "ssl",
    "scipy",
    "hostkit.audition",
    "hostkit.delivery.certificate.certificate",
    "hostkit.delivery.deliver",
    "hostkit.delivery.documents.making",
    "hostkit.delivery.ducking",
    "hostkit.delivery.writing.files",
    "hostkit.devices.minihost",
    "hostkit.devices.pedalboard",
    "hostkit.ducking.listening",
    "hostkit.ducking.speech",
    "hostkit.exchange",
    "hostkit.listening",
    "hostkit.picture.solver",
    "hostkit.picture.spotting",
    "hostkit.plan.scoring.scores",
    "hostkit.plan.remaining",
    "hostkit.render.master",
    "hostkit.render.stem",
    "hostkit.render.track",
    "hostkit.session.model.score",
    "hostkit.session.starting",
    "hostkit.themes.figures",
    "hostkit.themes.notation.reading",
)
"""Packages and modules that a render of MIDI tracks needs in its jobs, when they run, or never."""


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """What is imported when the first job of a render is handed over."""
    folder: Path = tmp_path_factory.mktemp("first")
    write_score(folder / "cue.mid", {"bass": [(0, 2, 45)]})
    (folder / "cue.yaml").write_text(SESSION)
    ran = subprocess.run(
        [sys.executable, "-c", LISTING, "render", "cue.yaml", "-o", "out"],
        cwd=folder,
        env=environment(folder / "cache"),
        capture_output=True,
        text=True,
        check=True,
    )
    return frozenset(ran.stdout.split())


def test_the_first_job_waits_for_no_import_that_it_can_do_without(imported: frozenset[str]):
    assert "hostkit.plan.build" in imported  # it did look
    early = {
        module
        for module in imported
        for name in NOT_YET
        if module == name or module.startswith(f"{name}.")
    }
    assert early == set()


def test_every_task_is_where_it_is_named_and_the_server_has_it():
    for task in TASKS.values():
        assert task.home.partition(":")[0] in PRELOAD
        assert callable(task.found)
