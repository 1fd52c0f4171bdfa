"""Files that are saved are told of, wherever they lie and whatever becomes of their folder."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from threading import Event

import pytest

from hostkit.listening.live.serving.watch import Watcher

PATIENCE_SECONDS = 30  # of a machine that has much else to do


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_folder_whose_name_is_not_utf_8_is_watched(tmp_path: Path):
    session = tmp_path / "reel\udcff" / "cue.yaml"
    session.parent.mkdir()
    session.write_text("hostkit: 1\n")
    told = Event()
    watcher = Watcher(lambda: frozenset({session}), lambda _files: told.set())
    watcher.start()
    try:
        _save_until(told, session)
    finally:
        watcher.stop()


@pytest.mark.skipif(sys.platform == "win32", reason="a folder that is watched is held there")
def test_a_folder_that_goes_and_comes_again_is_watched(tmp_path: Path):
    session = tmp_path / "reel" / "cue.yaml"
    gone, back = Event(), Event()

    def changed(files: frozenset[Path]) -> None:
        (back if session.exists() else gone).set()

    session.parent.mkdir()
    session.write_text("hostkit: 1\n")
    watcher = Watcher(lambda: frozenset({session}), changed)
    watcher.start()
    try:
        _save_until(back, session)  # it is watched from here on
        back.clear()
        shutil.rmtree(session.parent)
        assert gone.wait(PATIENCE_SECONDS)
        session.parent.mkdir()
        session.write_text("hostkit: 1\ntitle: again\n")
        assert back.wait(PATIENCE_SECONDS)
    finally:
        watcher.stop()


def _save_until(told: Event, session: Path) -> None:
    """Saves now and then: what was saved before the first look is not told."""
    for number in range(PATIENCE_SECONDS):
        session.write_text(f"hostkit: 1\nversion: {number}\n")
        if told.wait(1.0):
            return
    raise AssertionError("nothing was told")
