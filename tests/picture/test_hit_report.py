"""The report of hits: what it says of each, as a table, and as a page in a browser."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser, a_browser
from commands import hostkit

# At 96 bpm a beat takes 15 frames; the first hit is on 2|1, 60 frames after the start.
SESSION = """\
hostkit: 1
title: The <b>Lamp
picture: {frame_rate: 24, start: 01:00:42:10}
tempo: [{at: 1|1, bpm: 96}]
hits:
  - {at: 01:00:46:05, name: door slams}
  - {at: 01:00:44:22, name: a look, weight: 3, land_on: downbeat}
  - {at: 01:00:51:06, name: lamp is lit, land_on: downbeat}
  - {at: 01:00:53:23, name: "=wave & <script>alert(1)</script>", tolerance_frames: 5}
  - {at: 01:00:54:23, name: between, land_on: any, tolerance_frames: 0}
  - {at: 7|1, name: end card}
tracks: {keys: {instrument: {tone: {}}}}
"""
OFF = {
    "a look": (0, "2|1", "caught"),
    "door slams": (-1, "2|3", "caught"),
    "lamp is lit": (28, "5|1", "missed"),
    "'=wave & <script>alert(1)</script>": (-7, "5|3", "near"),
    "between": (-1, "6|1", "near"),
    "end card": (0, "7|1", "caught"),
}


@pytest.fixture
def session(tmp_path: Path) -> Path:
    (tmp_path / "cue.yaml").write_text(SESSION)
    return tmp_path / "cue.yaml"


def test_the_table_has_every_hit_in_order_with_what_it_wants(session: Path, tmp_path: Path):
    file = session.with_name("hits.csv")
    done = hostkit("spot", "report", session, "-o", file, cache=tmp_path / "cache")
    assert (done.code, done.out.strip()) == (0, f"{file}: 6 hits: 3 caught, 2 near, 1 missed")
    with file.open(newline="", encoding="utf-8") as opened:
        rows = {row["hit"]: row for row in csv.DictReader(opened)}
    assert list(rows) == list(OFF)
    for name, (frames, place, outcome) in OFF.items():
        row = rows[name]
        assert float(row["frames off"]) == pytest.approx(frames, abs=0.001), name
        assert (row["lands at"], row["outcome"]) == (place, outcome), name
        late = float(row["lands at seconds"]) - float(row["seconds"])
        assert late == pytest.approx(frames / 24, abs=1e-5), name
    assert rows["door slams"]["timecode"] == "01:00:46:05"
    assert rows["door slams"]["lands at timecode"] == "01:00:46:04"
    assert rows["door slams"]["bar|beat"] == "2|3.067"
    assert [name for name in rows if rows[name]["written in bars"] == "yes"] == ["end card"]


def test_what_cannot_be_written_is_refused(session: Path, tmp_path: Path):
    done = hostkit("spot", "report", session, "-o", "hits.pdf", cache=tmp_path / "cache")
    assert (done.code, done.out) == (2, "")
    assert "hits.pdf: ends in none of .html, .csv" in done.err
    session.write_text(SESSION.replace("01:00:46:05", "01:00:41:05"))
    done = hostkit("spot", "report", session, cache=tmp_path / "cache")
    assert done.code == 2
    assert "cue.yaml:6:10: 01:00:41:05 lies before the music's start" in done.err
    assert not session.with_name("cue-hits.html").exists()


def test_without_hits_it_says_where_they_come_from(tmp_path: Path):
    session = tmp_path / "cue.yaml"
    session.write_text("hostkit: 1\ntracks: {keys: {instrument: {tone: {}}}}\n")
    done = hostkit("spot", "report", session, cache=tmp_path / "cache")
    assert (done.code, "no hits; write some under hits:" in done.out) == (0, True)
    assert "The session has no hits" in (tmp_path / "cue-hits.html").read_text(encoding="utf-8")
    listed = hostkit("spot", "list", session, cache=tmp_path / "cache")
    assert "hostkit spot import LIST --into SESSION" in listed.out


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    with a_browser(tmp_path / "profile") as opened:
        yield opened


COLOURS = """
[...document.querySelectorAll('h1, tr[data-outcome] b')].map(e => getComputedStyle(e).color)
"""
PLACES = """
[...document.querySelectorAll('circle')].map(dot => {
  const box = shape => shape.getBoundingClientRect();
  const band = box(dot.parentNode.querySelector('rect')), at = box(dot).x + box(dot).width / 2;
  return at < band.left - 1 ? 'early' : at > band.right + 1 ? 'late' : 'inside';
})
"""


def test_the_page_in_a_browser_light_and_dark(session: Path, tmp_path: Path, browser: Browser):
    done = hostkit("spot", "report", session, cache=tmp_path / "cache")
    assert done.code == 0, done.err
    browser.open(session.with_name("cue-hits.html"))
    text = browser.evaluate("document.body.innerText")
    assert "The <b>Lamp" in text
    assert "=wave & <script>alert(1)</script>" in text
    assert "6 hits · 3 caught · 2 near · 1 missed · 1|1 at 01:00:42:10" in text
    rows = browser.evaluate("[...document.querySelectorAll('tbody tr')].map(r => r.innerText)")
    assert [row.split("\t")[0] for row in rows] == [name.lstrip("'") for name in OFF]
    assert [row.split("\t")[6] for row in rows] == ["0", "−1", "+28", "−7", "−1", "in bars"]
    assert rows[0].split("\t")[7] == "1 early, 2 late"
    assert "− early" in browser.evaluate("document.querySelector('div + p').innerText")
    assert browser.evaluate(PLACES) == ["inside", "inside", "late", "early", "early", "inside"]
    shown = {}
    for scheme in ("light", "dark"):
        browser.prefer(scheme)
        shown[scheme] = browser.evaluate(COLOURS)
    assert all(a != b for a, b in zip(shown["light"], shown["dark"], strict=True))
    browser.resize(390, 844)  # each hit is a card there, with all of it to be seen
    cells = "[...document.querySelectorAll('td')].map(e => e.getBoundingClientRect().right)"
    assert max(browser.evaluate(cells)) <= 390
    elsewhere = "performance.getEntriesByType('resource').length"
    assert browser.evaluate(elsewhere) == 0
