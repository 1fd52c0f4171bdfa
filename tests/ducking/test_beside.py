"""A long dialogue is listened to in a process of its own: nothing comes out otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest
from passes import SECONDS, run

from hostkit.delivery.ducking import beside
from hostkit.errors import QualityError, RequestError


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every dialogue is worth a process; who was asked to listen to one."""
    asked: list[str] = []

    class Asked(beside.LocalExecutor):
        def submit(self, task, job, *progress):
            asked.append(job.name)
            return super().submit(task, job, *progress)

    monkeypatch.setattr(beside, "WORTH_A_PROCESS_SECONDS", 0)
    monkeypatch.setattr(beside, "LocalExecutor", Asked)
    monkeypatch.setattr(beside.os, "cpu_count", lambda: 2)
    return asked


def test_the_bytes_are_those_of_a_pass_in_one_process(
    studio, spoken: Path, request: pytest.FixtureRequest
) -> None:
    music = studio.save("mx.wav", studio.music(SECONDS))
    runs = []
    for several in (False, True):
        asked = request.getfixturevalue("always") if several else []
        run(studio, music, spoken)
        assert asked == ([spoken.stem] if several else [])
        runs.append({p.name: p.read_bytes() for p in (studio.folder / "ducked").iterdir()})
    assert runs[0] == runs[1]


def test_what_cannot_be_ducked_is_said_alike(studio, spoken: Path, always: list[str]) -> None:
    quiet = studio.save("quiet.wav", 0.0 * studio.music(SECONDS))
    music = studio.save("mx.wav", studio.music(SECONDS))
    with pytest.raises(RequestError, match="no speech was found"):
        run(studio, music, quiet)
    with pytest.raises(RequestError, match="the music is silent from start to end"):
        run(studio, quiet, spoken)
    with pytest.raises(QualityError, match=r"are the two swapped\?"):
        run(studio, spoken, music)
    assert not (studio.folder / "ducked").exists()
    assert len(always) == 3


def test_how_far_it_was_read_is_told(studio, spoken: Path, always: list[str]) -> None:
    from dataclasses import replace

    from hostkit.ducking.alignment import lay_out
    from hostkit.ducking.settings import DuckSettings

    layout = lay_out(spoken, [studio.save("mx.wav", studio.music(SECONDS))])
    told: list[int] = []
    followed = replace(layout, dialogue=replace(layout.dialogue, follow=told.append))
    with beside.heard_beside(followed, DuckSettings(), None) as elsewhere:
        assert elsewhere is not None
        assert len(elsewhere().phrases) > 1
    assert told
    assert max(told) <= layout.dialogue.stem.source.frames
