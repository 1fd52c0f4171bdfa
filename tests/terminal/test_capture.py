"""`preset capture` on a terminal, with a display for the plug-in's editor."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from display import close_windows, display, find_server
from needed import needed
from screens import CANCELLED, COLOUR, PERCENT, assert_fits, assert_left_clean, moving
from terminal import Seen, Terminal

from hostkit.devices.description import PluginDescription

pytestmark = pytest.mark.plugins
OPENS = "the editor of ZamCompX2 opens"


@dataclass(frozen=True)
class Desk:
    """A folder, a display, and where the plug-in is."""

    folder: Path
    screen: str
    plugins: Path

    def capture(self, columns: int, **env: str) -> Terminal:
        own = {"HOSTKIT_USER_PRESETS": str(self.folder / "presets")}  # not the tester's
        env = {"DISPLAY": self.screen, "HOSTKIT_PLUGIN_PATH": str(self.plugins), **own, **env}
        words = ["preset", "capture", "ZamCompX2", "my/comp", "--force"]
        return Terminal(words, self.folder / "cache", columns, **env)

    def closed_by_hand(self, at_work: Terminal) -> Seen:
        """Its window is closed as soon as it is there."""
        ended = threading.Event()
        hand = threading.Thread(
            target=close_windows, args=(self.screen, lambda: not ended.is_set())
        )
        hand.start()
        try:
            return at_work.ended()
        finally:
            ended.set()
            hand.join()


@pytest.fixture(scope="module")
def desk(
    plugin: Callable[[str], PluginDescription], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    needed(find_server(), "Xvfb, to show an editor on,", "apt install xvfb")
    found = plugin("ZamCompX2")
    with display() as screen:
        yield Desk(tmp_path_factory.mktemp("desk"), screen, found.path.parent)


CIRCUMSTANCES = [(40, {}), (80, {"NO_COLOR": "1"}), (200, {}), (80, {"TERM": "dumb"})]


@pytest.mark.parametrize(("columns", "env"), CIRCUMSTANCES)
def test_captured(desk: Desk, columns: int, env: dict[str, str]):
    seen = desk.closed_by_hand(desk.capture(columns, **env))
    assert seen.code == 0, seen.sent
    assert OPENS in seen.sent
    assert_left_clean(seen)
    assert not COLOUR.search(seen.sent)
    assert_fits(moving(seen.sent), columns)
    if "TERM" in env:
        assert "\x1b" not in seen.sent
    else:
        assert any(PERCENT.search(line) for line in moving(seen.sent)), seen.sent
    assert re.search(r"wrote presets/my/comp\.yaml\s+$", seen.sent)


def test_given_up_while_the_editor_is_open(desk: Desk):
    at_work = desk.capture(80)
    at_work.until(lambda sent: OPENS in sent)
    at_work.resize(40)
    at_work.wait(1.0)
    at_work.press_ctrl_c()
    seen = at_work.ended()
    assert seen.code == 130, seen.sent
    assert_left_clean(seen)
    assert seen.text.count(CANCELLED) == 1
