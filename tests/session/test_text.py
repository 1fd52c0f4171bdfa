"""Text is read as far as it is taken, and what is none is told for what it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import hostkit
from scores import write_score

from hostkit.errors import InvalidInput
from hostkit.session.text import read_text


def test_text_is_read_without_its_byte_order_mark(tmp_path: Path):
    path = tmp_path / "cue.yaml"
    path.write_bytes("\ufefftitle: Spår".encode())
    assert read_text(path) == "title: Spår"
    assert read_text(path, max_bytes=path.stat().st_size) == "title: Spår"


def test_no_more_is_read_than_is_taken(tmp_path: Path):
    """A terabyte of nothing would not fit in memory."""
    path = tmp_path / "cue.yaml"
    with path.open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(InvalidInput, match="is larger than 1 MB"):
        read_text(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"title: \xff", "is not UTF-8 text \\(byte 7\\)"),
        ("title: a".encode("utf-16-le"), "is not UTF-8 text \\(byte 1\\); save it as UTF-8"),
        (None, "there is no such file"),
    ],
)
def test_what_cannot_be_read_is_named_as_it_was_given(
    tmp_path: Path, content: bytes | None, message: str
):
    path = tmp_path / "cue.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidInput, match=f"^shown.yaml: {message}"):
        read_text(path, Path("shown.yaml"))


@pytest.mark.parametrize("command", ["check", "render"])
def test_a_midi_file_in_the_place_of_a_session(tmp_path: Path, command: str):
    score = write_score(tmp_path / "cue.mid", {"a": [(0, 1, 60)]})
    ran = hostkit(command, score, cache=tmp_path / "cache")
    assert ran.code == 2
    assert f"hostkit init {score} makes a session of it" in ran.err
