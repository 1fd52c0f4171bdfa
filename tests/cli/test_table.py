"""Tables in a pipe: a line each, whole, without trailing spaces."""

from __future__ import annotations

import os

import pytest

from hostkit.cli.show import table
from hostkit.cli.show.table import print_rows, print_table

LONG = "An instrument with a very long name indeed " * 6


def test_in_a_pipe_no_row_is_folded(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("name", "frames", ""), [(LONG, "480", ""), ("Kars", "0", "x")], {"frames"})
    head, first, second = capsys.readouterr().out.splitlines()
    assert head == f"{'name':{len(LONG)}}  frames"
    assert first == f"{LONG}     480"
    assert second == f"{'Kars':{len(LONG)}}       0  x"


def test_rows_without_heads_fold_their_last_column(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    rows = [("a", "C2", "one two three four five six"), ("long", "", "end")]
    monkeypatch.setattr("builtins.print", said.append)
    print_rows(rows)
    assert said == ["a     C2  one two three four five six", "long      end"]
    said.clear()
    monkeypatch.setattr(table.sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(table.shutil, "get_terminal_size", lambda: os.terminal_size((30, 9)))
    print_rows(rows)
    assert said[0] == "a     C2  one two three four\n          five six"


def test_what_is_whole_stands_below_where_a_row_has_no_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Numbers stay a table at 20 columns; at 3 nothing is left but lists."""
    shown: list[str] = []
    monkeypatch.setattr("builtins.print", lambda *lines, sep="\n": shown.extend(lines))
    monkeypatch.setattr(table.sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    size = os.terminal_size((20, 9))
    monkeypatch.setattr(table.shutil, "get_terminal_size", lambda: size)
    rows = [("-20.5", "1", "renders/film/full.wav"), ("-9", "12", "a.wav")]
    print_table(("LUFS", "n", "file"), rows, {"LUFS", "n"}, {"file"})
    assert "\n".join(shown).splitlines() == [
        " LUFS   n",
        "  file",
        "-20.5   1",
        "  renders/film/full.wav",
        "   -9  12",
        "  a.wav",
    ]
    shown.clear()
    size = os.terminal_size((3, 9))
    print_table(("LUFS", "n", "file"), rows[1:], {"LUFS", "n"}, {"file"})
    assert shown == ["LUFS -9\n  n   12\n  file a.wav"]
