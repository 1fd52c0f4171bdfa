"""Files that change while something is made of them: told, and nothing of it is kept."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from here import Here
from scores import RATE
from takes import noise, write_take

from hostkit.devices.soundfont.embedded import embedded_soundfont
from hostkit.plan.nodes.contents import contents_of


class Touching(Here):
    """Runs each job, then a file is saved again as it was."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def submit(self, *job: Any) -> Any:
        future = super().submit(*job)
        os.utime(self._path)
        return future


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    font = tmp_path / "own.sf2"
    shutil.copy(embedded_soundfont(), font)
    sfz, included = tmp_path / "own.sfz", tmp_path / "map.txt"
    sfz.write_text('#include "map.txt"')
    included.write_text("<region> sample=b.wav")
    for name in ("a.wav", "b.wav"):
        write_take(tmp_path / name, noise(RATE))
    return {
        "sf2": font,
        "sfz": sfz,
        "included": included,
        "sample": tmp_path / "b.wav",
        "wav": tmp_path / "a.wav",
    }


SFZ = "t: {instrument: {sfz: own.sfz}, midi: {track: t}}"
TRACKS = {
    "sf2": "t: {instrument: {soundfont: own.sf2, program: 0}, midi: {track: t}}",
    **dict.fromkeys(("sfz", "included", "sample"), SFZ),
    "wav": "t: {audio: [{file: a.wav, at: 1|1}], effects: [{gain: {gain_db: -3}}]}",
}


@pytest.mark.parametrize("kind", TRACKS)
def test_what_is_made_of_a_file_that_changed_is_not_kept(make, files, tmp_path: Path, kind: str):
    path = files[kind]
    made = make(f"tracks: {{{TRACKS[kind]}}}", executor=Touching(path), t=[(0, 1, 69)])
    track, stem = made.production.outcomes.values()
    assert (track.status, stem.status) == ("failed", "skipped")
    assert track.reason == f"{path}: changed while it was used; render again"
    assert not list((tmp_path / "store/prints").glob("??/*"))
    again = make(f"tracks: {{{TRACKS[kind]}}}", t=[(0, 1, 69)])
    assert all(outcome.is_there for outcome in again.production.outcomes.values())


def test_a_plan_knows_all_its_files(make, files):
    tracks = (TRACKS[kind].replace("t:", f"{kind}:", 1) for kind in ("sf2", "sfz", "wav"))
    made = make(f"tracks: {{{', '.join(tracks)}}}", t=[(0, 1, 69)])
    contents = [content for node in made.plan.whole.tracks for content in contents_of(node.plan)]
    known = [file for content in contents for file in (content, *content.parts)]
    assert [file.path for file in known] == list(files.values())
    assert all(file.state for file in known)
