"""Problems, warnings and what is lacking come with the values they belong to."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import hostkit
from hostkit.devices.own import BUS_COMPRESSOR
from hostkit.errors import BadValue, Fault, InvalidInput, Problem, RequestError
from hostkit.plan.devices.resolve import Resolver
from hostkit.plan.environment import Environment
from hostkit.plan.form.routing import plan_buses
from hostkit.plan.found import Found, Gathering
from hostkit.session.load import LoadedSession, load_session
from hostkit.session.suggest import MOST_SUGGESTED
from hostkit.timebase.tempo_map import TempoMap

SESSION = """\
hostkit: 1
midi: cue.mid
buses: {hall: {effects: [{reverb: {room_siz: 1}}, {gain: {gain_db: 3}}], sends: {hal: 0}}}
master: [{bus_compressor: {}}]
tracks:
  low: {instrument: {tone: {}}}
"""
LOW = ("tracks", "low")


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LoadedSession:
    monkeypatch.chdir(tmp_path)
    Path("cue.yaml").write_text(SESSION)
    return load_session(Path("cue.yaml"))


def test_a_step_gathers_what_those_below_found_in_their_order(loaded: LoadedSession):
    told = Gathering(loaded)
    told.warn("first")
    told.lack("sting", Fault("too short"))
    assert told.take(Found(3, (Problem("a", 1, 1, "no"),), ("second",)), inside="x") == 3
    told.fault(LOW, "wrong", cure="right")
    found = told.with_value(None)
    assert [str(problem) for problem in found.all_problems] == [
        "a:1:1: x: no",
        "cue.yaml:6:8: wrong; right",
    ]
    assert found.warnings == ("first", "x: second")
    assert found.lacking == (("sting", ("too short", "")),)
    with pytest.raises(InvalidInput, match="x: no"):
        found.checked()
    assert Found(5, warnings=("but",)).checked() == 5


def test_what_is_raised_is_placed_and_what_follows_is_looked_at(loaded: LoadedSession):
    told = Gathering(loaded)
    for error in (
        BadValue("bad", "good"),
        RequestError("no"),
        InvalidInput([Problem("b", 2, 3, "its")]),
    ):
        with told.placing(LOW):
            raise error
    assert [str(problem) for problem in told.with_value(None).all_problems] == [
        "cue.yaml:6:8: bad; good",
        "cue.yaml:6:8: no",
        "b:2:3: its",
    ]
    with pytest.raises(KeyError), told.placing(LOW):
        raise KeyError("ours")


def test_only_the_first_problems_are_guessed_at_wherever_they_were_found(loaded: LoadedSession):
    told = Gathering(loaded)
    for _ in range(MOST_SUGGESTED - 1):
        told.fault(LOW, "wrong")
    for name in ("hal", "hol"):
        below = Gathering(loaded)
        below.unknown(LOW, "bus", name, {"hall": None})
        told.take(below.with_value(None))
    *_, guessed, plain = told.with_value(None).all_problems
    assert guessed.fault == ("there is no bus 'hal'", "did you mean 'hall'?")
    assert plain.fault == ("there is no bus 'hol'", "")


def test_asked_again_a_step_answers_the_same(loaded: LoadedSession):
    resolver = Resolver(loaded, Environment(), TempoMap())
    first, again = (plan_buses(loaded.session.buses, resolver) for _ in range(2))
    assert first == again
    (bus,) = first.value
    assert [effect.name for effect in bus.effects] == ["reverb", "gain"]
    assert [problem.fault for problem in first.all_problems] == [
        ("there is no bus 'hal'", "did you mean 'hall'?"),
        ("there is no parameter 'room_siz'", "did you mean 'room_size'?"),
    ]
    master = resolver.effects(loaded.session.master, ("master",))
    assert [effect.name for effect in master.checked()] == [BUS_COMPRESSOR]


def test_what_a_step_gathers_is_never_handed_to_another():
    """Each gives a `Found` of its own; only `Placing`, which is a block of the step, holds one."""
    package = Path(hostkit.__file__).parent
    functions = [
        (path, node)
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    ]
    assert len(functions) > 1000  # it did look
    handed = [
        f"{path.relative_to(package)}:{node.lineno} {node.name}"
        for path, node in functions
        for each in (*node.args.args, *node.args.kwonlyargs)
        if each.annotation is not None and ast.unparse(each.annotation) == Gathering.__name__
    ]
    assert handed == []
