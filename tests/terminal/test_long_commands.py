"""Every long command on every terminal: a line that moves, fits, and is gone at the end."""

from __future__ import annotations

import re

import pytest
from commands import wait_for_the_end_of
from long_commands import COMMANDS, LongCommand
from long_work import World, world_in
from screens import CANCELLED, COLOUR, PERCENT, assert_fits, assert_left_clean, moving

TERMINATED = {"mixes", "preset audition", "plugins scan"}
"""One that delivers, one that hears, one that scans: the rest ends by the same lines."""

every_command = pytest.mark.parametrize("command", COMMANDS, ids=str)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_in(tmp_path_factory.mktemp("terminal"))


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
    assert ("NO_COLOR" in env) <= (not COLOUR.search(seen.sent))
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
    assert seen.text.count(CANCELLED) == 1
    assert not (world.folder / "given-up").exists()
    wait_for_the_end_of(at_work.process)


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.name in TERMINATED], ids=str)
def test_terminated(world: World, command: LongCommand):
    at_work = world.at_work(command, columns=80)
    at_work.until(lambda sent: len(moving(sent)) > 1)
    at_work.terminate()
    seen = at_work.ended()
    assert seen.code == 143, seen.sent
    assert_left_clean(seen)
    assert seen.text.count(CANCELLED) == 1
    wait_for_the_end_of(at_work.process)
