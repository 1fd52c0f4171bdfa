"""Every long command on every terminal: a line that moves, fits, and is gone at the end."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

import pytest
from long_commands import COMMANDS, LongCommand
from long_work import World, world_in
from terminal import Seen

from hostkit.cli.status_line import WIPE

GIVEN_UP = "given up; what was finished is kept"
PERCENT = re.compile(r"\d %(  |$)")
COLOUR = re.compile(r"\x1b\[[\d;]*m")

every_command = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world_in(tmp_path_factory.mktemp("terminal")) as made:
        yield made


def moving(sent: str) -> list[str]:
    """What stood on the line that moves, one after the other."""
    parts = (part for part in sent.split(WIPE) if part.endswith("\r"))
    return [part.rstrip("\r") for part in parts if "\n" not in part]


def cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def assert_fits(lines: Iterable[str], columns: int) -> None:
    assert not [line for line in lines if cells(line) >= columns]


def assert_left_clean(seen: Seen) -> None:
    assert seen.cursor_is_back
    assert seen.column == 0  # the shell's prompt has a line of its own
    assert not any(PERCENT.search(line) for line in seen.screen), seen.screen
    assert not COLOUR.search(seen.sent)


@every_command
def test_cold_on_40_columns(world: World, command: LongCommand):
    seen = world.first_run(command)
    assert seen.code == 0, seen.sent
    assert_left_clean(seen)
    assert any(PERCENT.search(line) for line in moving(seen.sent)), seen.sent
    assert_fits(moving(seen.sent), 40)


@every_command
@pytest.mark.parametrize(("columns", "env"), [(80, {"NO_COLOR": "1"}), (200, {})])
def test_warm(world: World, command: LongCommand, columns: int, env: dict[str, str]):
    seen = world.again(command, columns, **env)
    assert seen.code == 0, seen.sent
    assert_left_clean(seen)
    assert_fits(moving(seen.sent), columns)
    if command.where:
        assert re.search(rf"{command.where}\b.* in \d+\.\d s|nothing to do", seen.screen[-1])


@every_command
def test_a_dumb_terminal_gets_no_escapes(world: World, command: LongCommand):
    seen = world.again(command, 80, TERM="dumb")
    assert seen.code == 0, seen.sent
    assert "\x1b" not in seen.sent
    assert "\r" not in seen.sent.replace("\r\n", "")


@every_command
def test_made_narrow_and_given_up(world: World, command: LongCommand):
    at_work = world.at_work(command, columns=120)
    at_work.until(lambda sent: len(moving(sent)) > 1)
    at_work.resize(40)
    before = len(at_work.sent.decode())
    at_work.until(lambda sent: len(moving(sent[before:])) > 2)
    at_work.press_ctrl_c()
    seen = at_work.ended()
    assert seen.code == 130, seen.sent
    assert_left_clean(seen)
    assert_fits(moving(seen.sent[before:])[1:], 40)  # the first may have been on its way
    assert seen.sent.count(GIVEN_UP) == 1
    assert not (world.folder / "given-up").exists()
