"""Whose folder it is: nothing is delivered over another's delivery, nor into one."""

from __future__ import annotations

from pathlib import Path

import pytest

from hostkit.delivery.folder.claimed import delivered_before
from hostkit.delivery.manifest import MANIFEST
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.errors import RequestError


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    """A folder with the delivery of a session `cue` without a profile: a manifest of no files."""
    folder = tmp_path / "there"
    folder.mkdir()
    (folder / MANIFEST).write_text(Manifest("cue", 48_000, "pcm24", 0, {}, {}, {}).text)
    return folder


@pytest.mark.parametrize(
    ("folder", "session", "profile"),
    [
        ("there/cue", "cue", None),
        ("there/stems/deep", "cue", "film-score"),
        ("there/film-score", "other", "film-score"),
        ("link/other", "other", None),
    ],
)
def test_a_folder_in_a_delivery_is_refused(
    folder: str, session: str, profile: str | None, delivery: Path
):
    (delivery.parent / "link").symlink_to(delivery)
    said = f"lies in {delivery.resolve()}, which holds the delivery of cue"
    with pytest.raises(RequestError, match=said) as refused:
        delivered_before(delivery.parent / folder, session, profile)
    assert refused.value.exit_code == 2
    assert refused.value.problems[0].cure == "choose a folder beside it (-o)"
    assert not (delivery / "cue").exists()


@pytest.mark.parametrize(
    ("folder", "session", "profile"),
    [
        ("there/film-score", "cue", "film-score"),  # as it is by default
        ("there/../beside", "other", None),
        ("there-too", "other", None),
    ],
)
def test_one_beside_it_is_taken(folder: str, session: str, profile: str | None, delivery: Path):
    assert delivered_before(delivery.parent / folder, session, profile) is None
