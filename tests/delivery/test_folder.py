"""The folder of files that are not delivered yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from hostkit.delivery.folder.incoming import incoming_folder, move_in
from hostkit.errors import RequestError

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
