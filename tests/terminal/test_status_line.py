"""The line that moves, on a screen of another width than it was written for."""

from __future__ import annotations

import io

import pyte

from hostkit.cli.show.status_line import StatusLine


def test_a_line_for_a_wider_window_is_cropped_and_wiped(monkeypatch):
    """The window was made narrower between looking at its width and writing."""
    monkeypatch.setenv("COLUMNS", "120")
    sent = io.StringIO()
    line = StatusLine(sent)
    line.draw(0.03, "1:53 left", [f"preset my/{number}" for number in range(9)], now=True)
    narrow = pyte.Screen(40, 4)
    stream = pyte.Stream(narrow)
    stream.feed(drawn := sent.getvalue())
    assert narrow.cursor.y == 0
    assert [row.rstrip() for row in narrow.display[1:]] == [""] * 3
    line.print_above("preset my/0  8.1 dB " + "quieter " * 3)
    stream.feed(sent.getvalue().removeprefix(drawn))
    assert not any("%" in row for row in narrow.display)


def test_what_follows_wraps_again(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    sent = io.StringIO()
    line = StatusLine(sent)
    line.draw(0.5, "", ["track flute"], now=True)
    line.wipe()
    screen = pyte.Screen(10, 4)
    pyte.Stream(screen).feed(sent.getvalue() + "twelve signs")
    assert [row.rstrip() for row in screen.display] == ["twelve sig", "ns", "", ""]
