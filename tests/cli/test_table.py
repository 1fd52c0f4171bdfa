"""Tables in a pipe: a line each, whole, without trailing spaces."""

from __future__ import annotations

import pytest

from hostkit.cli.show.table import print_table

LONG = "An instrument with a very long name indeed " * 6


def test_in_a_pipe_no_row_is_folded(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("name", "frames", ""), [(LONG, "480", ""), ("Kars", "0", "x")], {"frames"})
    head, first, second = capsys.readouterr().out.splitlines()
    assert head == f"{'name':{len(LONG)}}  frames"
    assert first == f"{LONG}     480"
    assert second == f"{'Kars':{len(LONG)}}       0  x"
