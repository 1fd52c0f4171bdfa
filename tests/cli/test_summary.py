"""What the end of a batch says of sessions that do not pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hostkit.cli.show.summary import MOST_WARNINGS, _counted, _warnings, verdict_of


@dataclass(frozen=True)
class Finding:
    verdict: str
    path: str
    text: str


@dataclass(frozen=True)
class Certificate:
    verdict: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Manifest:
    session: str
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Rendered:
    certificate: Certificate
    manifest: Manifest = Manifest("cue", ())
    lost: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    rendered: Rendered | None


def test_a_verdict_names_the_first_finding_that_made_it():
    silent, hot = Finding("warn", "a.wav", "it is silent"), Finding("fail", "b.wav", "clipped")
    made: Any = Certificate("fail", (silent, hot))
    assert verdict_of(made) == "fail (b.wav: clipped)"
    passed: Any = Certificate("pass")
    assert verdict_of(passed) == "pass"


def test_what_fails_its_checks_is_not_called_delivered():
    made = [Rendered(Certificate(verdict)) for verdict in ("pass", "warn", "fail")]
    results: Any = [*(Result(one) for one in made), Result(None)]
    assert _counted(results) == "2 of 4 sessions delivered, checks failed in 1"


def test_each_session_s_warnings_are_told_up_to_some():
    passed = Certificate("pass")
    first = Rendered(passed, Manifest("1m01", ("it drifts by 12 ms",)), lost=("a print was lost",))
    results: Any = [Result(first), Result(None)]
    assert list(_warnings(results)) == [
        "  warning: 1m01: it drifts by 12 ms",
        "  warning: 1m01: a print was lost",
    ]
    many = Rendered(passed, Manifest("1m02", tuple(f"number {i}" for i in range(MOST_WARNINGS))))
    results = [Result(first), Result(many)]
    *shown, more = _warnings(results)
    assert len(shown) == MOST_WARNINGS
    assert shown[-1] == f"  warning: 1m02: number {MOST_WARNINGS - 3}"
    assert more == "  2 more warnings: hostkit check tells those of a session"
