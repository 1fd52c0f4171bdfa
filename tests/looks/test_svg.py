"""Charts in the colours of everything else."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from browser import a_browser

from hostkit.looks.colours import BAD, FAIR, GOOD, INK, LANES
from hostkit.looks.svg import document, label, polyline, symbol

SPACE = "{http://www.w3.org/2000/svg}"


def test_a_chart_is_light_or_dark_and_says_what_it_is() -> None:
    """Programs that know no style sheet see the light colours; each class has its dark one."""
    body = [label(1, 2, "a <b>", fill=INK), polyline([(0, 0), (1, 1)], stroke=LANES[1])]
    root = ElementTree.fromstring(document(100, 50, "T & T", "What it shows", body))
    assert [node.tag for node in root][:3] == [f"{SPACE}title", f"{SPACE}desc", f"{SPACE}style"]
    assert (root[0].text, root[1].text) == ("T & T", "What it shows")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title about"
    paper, text, line = list(root)[3:]
    assert (paper.get("fill"), paper.get("width")) == ("#ffffff", "100")
    assert (text.get("fill"), text.text) == (INK.light, "a <b>")
    assert (line.get("stroke"), line.get("fill")) == (LANES[1].light, "none")
    rules = (root[2].text or "").removeprefix("@media (prefers-color-scheme: dark) { ")
    assert rules == (
        f".fill-paper {{ fill: #14171b }} .fill-ink {{ fill: {INK.dark} }} "
        f".stroke-lane-2 {{ stroke: {LANES[1].dark} }} }}"
    )


def test_what_went_how_is_told_by_its_shape_too() -> None:
    drawn = [ElementTree.fromstring(symbol(status, 10, 10, 5)) for status in (GOOD, FAIR, BAD)]
    assert drawn[0].tag == "circle"
    assert [shape.get("d", "").count("L") for shape in drawn] == [0, 2, 3]


def test_a_chart_is_no_wider_than_its_window(tmp_path: Path) -> None:
    """Opened by itself, as from a mail on a telephone; its height goes with its width."""
    chart = tmp_path / "chart.svg"
    chart.write_text(document(600, 300, "T", "A", []))
    size = "(box => [box.width, box.height])(document.documentElement.getBoundingClientRect())"
    with a_browser(tmp_path / "profile") as browser:
        for window, shown in ((1000, [600, 300]), (390, [390, 195])):
            browser.open(chart, window, 844)
            assert browser.evaluate(size) == shown
