"""The engine that pages play with: samples that leave its graph, computed and compared."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import Browser, a_browser

import hostkit.listening.page

RATE, SEGMENT, FRAMES = 48_000, 4_800, 24_000
LEAD, FADE, EDGE = 1_440, 1_440, 192
HERE = Path(__file__).parent
PLAYER = (Path(hostkit.listening.page.__file__).parent / "player.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with a_browser(tmp_path_factory.mktemp("profile")) as opened:
        opened.open("about:blank")
        yield opened


def scene(name: str, **parts: str) -> str:
    """A script of this folder, with the engine and other parts in it."""
    text = (HERE / name).read_text(encoding="utf-8")
    parts["PLAYER"] = PLAYER.replace("export { Player };", "")
    for part, said in parts.items():
        text = text.replace(f"{part}\n", f"{said}\n").replace(f"{part};", f"{said};")
    return text


def played(browser: Browser, script: str, length: int = 36_000, ahead: int = 99) -> Any:
    """What leaves the graph, (channels, frames)."""
    settings = {"rate": RATE, "segmentFrames": SEGMENT, "frames": FRAMES}
    numbers = json.dumps({**settings, "length": length, "ahead": ahead})
    shown = browser.evaluate(scene("offline_player.js", SCRIPT=script, SETTINGS=numbers))
    return np.array(shown, dtype=np.float32)


def wave(kind: str, start: int = 0, stop: int = FRAMES) -> Any:
    """The samples of a source, as the page makes them."""
    frame = np.arange(start, stop)
    if kind == "a":
        return np.array([((frame * 7 + c) % 1000) / 2000 - 0.25 for c in (0, 1)], dtype=np.float32)
    return np.tile(np.float32((frame * 13 % 500) / 2000), (2, 1))


def test_tracks_add_up_to_the_sample(browser: Browser) -> None:
    heard = played(
        browser,
        "player.load({frames, tracks: tracks('a', 'b')});"
        "player.mix('track 1', {gain: 0.5}); await player.play();",
    )
    assert np.all(heard[:, :LEAD] == 0)
    got = heard[:, LEAD : LEAD + FRAMES]
    settled = EDGE + 128  # the fader has moved by then
    wanted = wave("a") + np.float32(0.5) * wave("b")
    np.testing.assert_array_equal(got[:, settled:], wanted[:, settled:])
    assert np.all(heard[:, LEAD + FRAMES :] == 0)


def test_it_begins_inside_and_goes_round_a_loop(browser: Browser) -> None:
    start, end = 7_000, 13_001
    heard = played(
        browser,
        "player.load({frames, tracks: tracks('a')});"
        f"player.loop = {{start: {start}, end: {end}}};"
        "await player.seek(6000); await player.play();",
        ahead=5,
    )
    first = heard[:, LEAD : LEAD + end - 6_000]
    np.testing.assert_array_equal(
        first[:, EDGE + 1 : -EDGE], wave("a", 6_000, end)[:, EDGE + 1 : -EDGE]
    )
    again = heard[:, LEAD + end - 6_000 :][:, : end - start]
    np.testing.assert_array_equal(again[:, EDGE:-EDGE], wave("a", start, end)[:, EDGE:-EDGE])
    assert np.all(again[:, 0] == 0)  # both sides of the seam are faded


EXCHANGE = """
  player.load({frames, tracks: tracks('a', 'b')});
  await player.play();
  const stops = context.suspend(0.25).then(async () => {
    await player.load({frames, tracks: tracks('a', 'a'), level: %s});
    await context.resume();
  });
"""


@pytest.mark.parametrize("level", [1.0, 0.5])
def test_sources_are_exchanged_at_the_same_position(browser: Browser, level: float) -> None:
    heard = played(browser, EXCHANGE % level)[:, LEAD : LEAD + FRAMES]
    before, after = wave("a") + wave("b"), np.float32(level) * (wave("a") + wave("a"))
    # Asked for after 0.25 s, which is on a quantum of 128 frames; crosses over from a lead later.
    begin = -(-12_000 // 128) * 128
    np.testing.assert_array_equal(heard[:, :begin][:, 1:], before[:, :begin][:, 1:])
    way = np.clip((np.arange(FRAMES) - begin) / FADE, 0, 1).astype(np.float32)
    np.testing.assert_allclose(heard, (1 - way) * before + way * after, atol=2e-5)
    over = begin + FADE + 1
    np.testing.assert_array_equal(heard[:, over:], after[:, over:])


def test_a_solo_and_a_mute(browser: Browser) -> None:
    heard = played(
        browser,
        "player.load({frames, tracks: tracks('a', 'b', 'b')});"
        "player.mix('track 0', {solo: true}); player.mix('track 2', {solo: true, mute: true});"
        "await player.play();",
    )
    got = heard[:, LEAD : LEAD + FRAMES]
    np.testing.assert_array_equal(got[:, EDGE:], wave("a")[:, EDGE:])


def test_a_segment_that_fails_is_asked_for_again(browser: Browser) -> None:
    told = browser.evaluate(scene("player_in_trouble.js"))
    assert told == {"asked": 4, "troubles": 1, "playing": False}
