"""The folder of files that are not delivered yet."""

from __future__ import annotations

import errno
import importlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from hostkit.audio.files.whole_file import storage_error
from hostkit.delivery.folder.default import default_folder
from hostkit.delivery.folder.incoming import incoming_folder, move_in
from hostkit.disk.unfinished import unfinished_name
from hostkit.errors import RequestError, StorageError
from hostkit.pipeline import Rendered

BEFORE = {"a.wav": "0" * 64}


def test_a_file_that_hostkit_did_not_deliver_is_in_the_way(tmp_path: Path):
    (tmp_path / "b.wav").write_bytes(b"mine")
    with incoming_folder(tmp_path) as folder:
        now = {name: folder.put(name, b"new") for name in ("a.wav", "b.wav")}
        with pytest.raises(RequestError, match=r"b\.wav: there already, and not delivered"):
            move_in(folder, now, BEFORE)
    assert [path.name for path in tmp_path.iterdir()] == ["b.wav"]
    assert (tmp_path / "b.wav").read_bytes() == b"mine"


def test_what_is_there_as_it_would_be_is_no_hindrance(tmp_path: Path):
    (tmp_path / "a.wav").write_bytes(b"new")
    with incoming_folder(tmp_path) as folder:
        folder.new("a.wav").write_bytes(b"new")
        now = {"a.wav": folder.put("a.wav", b"new"), "b.wav": folder.put("b.wav", b"new")}
        move_in(folder, now, {})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "a.wav": b"new",
        "b.wav": b"new",
    }


def test_nothing_is_written_through_a_link_out_of_the_folder(tmp_path: Path):
    place, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    place.mkdir()
    elsewhere.mkdir()
    (place / "stems").symlink_to(elsewhere)
    with incoming_folder(place) as folder:
        now = {"stems/a.wav": folder.put("stems/a.wav", b"new")}
        with pytest.raises(RequestError, match="leads out of"):
            move_in(folder, now, {})
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("moment", ["_write", "prove", "certify"])
@pytest.mark.parametrize("again", [False, True], ids=["first", "again"])
def test_a_folder_that_is_removed_in_mid_run_is_told_and_not_made_again(
    moment: str,
    again: bool,
    cue: Path,
    delivered: Callable[..., Rendered],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if again:
        delivered(cue)
        cue.write_text(cue.read_text().replace("loud_bass: {", "loud_bass: {mute: [high], "))
    place, renders = default_folder(cue, None), cue.parent / "renders"
    step = getattr(importlib.import_module("hostkit.delivery.deliver"), moment)

    def removed_before(*arguments: object) -> object:
        shutil.rmtree(place)
        return step(*arguments)

    monkeypatch.setattr(f"hostkit.delivery.deliver.{moment}", removed_before)
    with pytest.raises(StorageError) as caught:
        delivered(cue)
    message = str(caught.value)
    assert str(place) in message
    assert "was removed while it was written; run it again" in message
    assert ".hostkit" not in message
    assert list(renders.rglob("*")) == []
    assert again or not renders.exists()


def test_a_file_that_waits_is_told_by_its_place(tmp_path: Path) -> None:
    waiting = tmp_path / unfinished_name() / "files" / "stems" / "a.wav"
    told = storage_error(waiting, OSError(errno.ENOSPC, "No space left on device"))
    assert (
        told.fault.message == f"{tmp_path / 'stems' / 'a.wav'}: cannot be written: the disk is full"
    )
