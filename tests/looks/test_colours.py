"""The colours: read by everybody, and the same in pages and in charts."""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

import hostkit
from hostkit.looks.colours import COLOURS, FAINT, LANES, PANEL, PAPER, TEXTS, css

# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
EYES = {
    "all cones": np.eye(3),
    "no long ones": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no middle ones": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "no short ones": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
     [0.0193339, 0.1191920, 0.9503041]]
)  # fmt: skip
JUST_APART = 12.0
"""CIE76; 2.3 is seen by a trained eye side by side."""


def linear(colour):
    channels = np.array([int(colour[n : n + 2], 16) for n in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """WCAG's."""
    dark, light = sorted(float(TO_XYZ[1] @ linear(colour)) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lab(rgb):
    xyz = TO_XYZ @ np.clip(rgb, 0, 1) / [0.95047, 1.0, 1.08883]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_lanes_stand_out_from_their_paper(scheme):
    for paper in (PAPER, PANEL):
        ground = getattr(paper, scheme)
        for colour in TEXTS:
            assert contrast(getattr(colour, scheme), ground) >= 4.5, colour
    for colour in LANES:
        assert contrast(getattr(colour, scheme), getattr(PAPER, scheme)) >= 3.0, colour


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("eyes", EYES)
def test_lanes_can_be_told_apart(scheme, eyes):
    seen = {t.name: lab(EYES[eyes] @ linear(getattr(t, scheme))) for t in LANES}
    apart = {
        pair: float(np.linalg.norm(seen[pair[0]] - seen[pair[1]])) for pair in combinations(seen, 2)
    }
    assert min(apart.values()) >= JUST_APART, min(apart, key=lambda pair: apart[pair])


def test_the_pages_have_these_colours():
    sheet = (files("hostkit.listening.page") / "looks.css").read_text(encoding="utf-8")
    assert sheet.startswith(css())
    assert len({colour.name for colour in COLOURS}) == len(COLOURS)
    assert str(FAINT) == FAINT.light


OTHERS_COLOURS = ("exchange/", "looks/colours.py", "listening/page/looks.css")
"""Those of other programs, and the two places that are compared above."""


def test_nothing_that_is_drawn_has_a_colour_of_its_own():
    """But black around a film."""
    package = Path(hostkit.__file__).parent
    found = {
        (path.relative_to(package).as_posix(), colour)
        for path in sorted(package.rglob("*"))
        if path.suffix in (".py", ".css", ".js", ".html")
        and not path.relative_to(package).as_posix().startswith(OTHERS_COLOURS)
        for colour in re.findall(r"#[0-9a-fA-F]{6}\b", path.read_text(encoding="utf-8"))
    }
    assert found <= {("listening/live/page/live.css", "#000000")}
