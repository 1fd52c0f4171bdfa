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
