"""The colours, each by its purpose: on light paper and on dark.

Nothing is said by colour alone. Text has a contrast of 4.5 to 1 with its paper, what is drawn
3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11); lanes can be told apart by eyes that lack a kind of cone.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Colour:
    """A colour as `#rrggbb`, `light` on light paper and `dark` on dark.

    As text it is the light one, so that a program that knows no style sheet draws that.
    """

    name: str
    light: str
    dark: str

    def __str__(self) -> str:
        return self.light


PAPER = Colour("paper", "#ffffff", "#14171b")
PANEL = Colour("panel", "#f4f6f8", "#1d2127")
INK = Colour("ink", "#22262b", "#e8eaed")
FAINT = Colour("faint", "#5d6570", "#a3abb5")
GRID = Colour("grid", "#dfe3e8", "#363c45")
EDGE = Colour("edge", "#7b848f", "#7d8793")
"""Around what can be pressed."""
ACCENT = Colour("accent", "#0067a5", "#6cb0f0")
"""What can be pressed, has the focus, or plays."""
QUIET = Colour("quiet", "#c3cad2", "#4c545f")
"""What was before, or does not sound."""
GOOD = Colour("good", "#00735f", "#4fd1ae")
FAIR = Colour("fair", "#8f5b00", "#f0b840")
BAD = Colour("bad", "#c01b2e", "#ff7b81")

LANES = (
    Colour("lane-1", "#0067a5", "#5e9fe0"),
    Colour("lane-2", "#c25400", "#e8822e"),
    Colour("lane-3", "#005c45", "#2fd1a0"),
    Colour("lane-4", "#c76ca4", "#f3b8dc"),
    Colour("lane-5", "#38207a", "#8f5ff0"),
    Colour("lane-6", "#6f8f2a", "#fff08a"),
)
"""Of things side by side, in this order and from the start again."""
SPEECH, MUSIC, CURVES = LANES[0], LANES[2], (LANES[1], LANES[4])

TEXTS = (INK, FAINT, ACCENT, GOOD, FAIR, BAD)
COLOURS = (PAPER, PANEL, INK, FAINT, GRID, EDGE, ACCENT, QUIET, GOOD, FAIR, BAD, *LANES)

FONT = 'Inter, "Helvetica Neue", Helvetica, Arial, sans-serif'


def css() -> str:
    """The colours as custom properties of a page, by the scheme that its reader prefers."""
    light = " ".join(f"--{colour.name}: {colour.light};" for colour in COLOURS)
    dark = " ".join(f"--{colour.name}: {colour.dark};" for colour in COLOURS)
    return (
        f":root {{ color-scheme: light dark; --font: {FONT};\n  {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{\n  {dark} }} }}\n"
    )
