"""What an error says and what cures it: apart, joined in one place, and kept across processes."""

from __future__ import annotations

import ast
import pickle
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hostkit
from hostkit.api import BatchFailed
from hostkit.delivery.names.naming import NamingError
from hostkit.errors import (
    MOST_CHARACTERS,
    MOST_PROBLEMS,
    BadValue,
    CannotMove,
    DeviceError,
    Fault,
    HostkitError,
    InvalidInput,
    LostPrint,
    Problem,
    RequestError,
    RunCancelled,
    fault_of,
)
from hostkit.plan.arranging.music import ImpossibleForm
from hostkit.render.outcome import Outcome, RenderFailed
from hostkit.timebase.tempo_map import TempoPointError

NO_STEM = Fault("there is no stem 'string'", "did you mean 'strings'?")
FAILED = Outcome("low", "failed", str(NO_STEM), fault=NO_STEM)
ERRORS = (
    RequestError(*NO_STEM),
    NamingError.of([NO_STEM, Fault("a name came out empty")]),
    InvalidInput([Problem("cue.yaml", 3, 5, *NO_STEM), Problem("", 0, 0, "it is empty")]),
    LostPrint("a1", "was damaged"),
    RunCancelled(143),
    RenderFailed("cue", (FAILED, FAILED)),
    BatchFailed((), {Path("cue.yaml"): RequestError(*NO_STEM)}),
    TempoPointError(2, NO_STEM),
    ImpossibleForm(("length",), *NO_STEM),
)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_from_another_process_is_as_it_was_there(error: HostkitError):
    there = pickle.loads(pickle.dumps(error))
    assert type(there) is type(error)
    assert (str(there), repr(vars(there))) == (str(error), repr(vars(error)))
    assert there.fault == error.fault


@given(st.text(), st.text())
def test_message_and_cure_stay_apart_whatever_stands_in_them(message: str, cure: str):
    (problem,) = RequestError(message, cure).problems
    assert (problem.message, problem.cure) == (message, cure)
    assert str(problem) == (f"{message}; {cure}" if cure else message)


def test_a_message_that_was_written_into_a_file_is_cut_in_its_middle_once():
    long = "x" * 5 * MOST_CHARACTERS
    error = RequestError(f"{long!r} is no name", "shorten it")
    assert len(str(error)) == MOST_CHARACTERS
    assert str(error).startswith("'xxx")
    assert str(error).endswith("xxx' is no name; shorten it")
    assert error.fault.cure == "shorten it"


def test_several_problems_are_told_line_by_line_each_with_its_cure():
    faults = [NO_STEM, Fault("it is empty"), NO_STEM]
    error = RequestError.of(faults)
    assert [problem.fault for problem in error.problems] == faults
    assert str(error).splitlines() == [str(fault) for fault in faults]
    many = InvalidInput(Problem("a.yaml", line, 1, "?") for line in range(1, MOST_PROBLEMS + 3))
    assert str(many).splitlines()[-1] == "… and 2 more"


def test_what_failed_of_one_cause_is_told_once_by_all_its_names():
    (problem,) = RenderFailed("cue", (FAILED, Outcome("mix", "skipped", "low failed"))).problems
    assert problem.fault == NO_STEM.of("cue: low")


def test_anybodys_exception_says_what_it_says():
    assert fault_of(BadValue("no", "yes")) == ("no", "yes")
    assert fault_of(DeviceError("no", "yes").with_traceback(None)) == ("no", "yes")
    assert fault_of(CannotMove("no", "yes")) == ("no", "yes")
    assert fault_of(FileNotFoundError(2, "not there", "a.wav")) == ("not there", "")
    assert fault_of(KeyError("what")) == ("'what'", "")


PACKAGE = Path(hostkit.__file__).parent
NAMES_OF_FILES = re.compile(r"(^|[._])(path|file|folder|out|target|place|library|session|archive)$")
OURS = ("RequestError", "StorageError", "DeviceError", "WorkError", "QualityError")


def test_what_is_wrong_with_a_file_says_which_apart_from_the_message():
    """So that `--json` has it under `file`: no message begins with a path of its own."""
    written = []
    for module in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id not in OURS or not node.args:
                continue
            message = node.args[0]
            if isinstance(message, ast.JoinedStr) and isinstance(
                first := message.values[0], ast.FormattedValue
            ):
                placed = any(keyword.arg == "file" for keyword in node.keywords)
                quoted = first.conversion != -1  # a name, and no path
                named = NAMES_OF_FILES.search(ast.unparse(first.value)) and not quoted
                if named and not placed:
                    written.append(f"{module.name}:{node.lineno}: {ast.unparse(message)}")
    several = ["render.py"]  # two sessions for one folder
    assert [one for one in written if one.partition(":")[0] not in several] == []


def test_what_is_long_and_wrong_in_many_places_is_said_once() -> None:
    long = "there is no plug-in 'Kars' in " + ", ".join(f"/usr/lib/vst3/{n}" for n in range(9))
    said = InvalidInput(Problem("a.yaml", line, 5, long, "install it") for line in (7, 37, 67))
    assert str(said).split("\n") == [
        f"a.yaml:7:5: {long}; install it",
        "a.yaml:37:5: the same as at line 7",
        "a.yaml:67:5: the same as at line 7",
    ]
    assert {problem.message for problem in said.problems} == {long}
    short = InvalidInput(Problem("a.yaml", line, 5, "unknown key 'x'") for line in (7, 37))
    assert str(short).count("unknown key") == 2
