"""What the end of a batch says of sessions that do not pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hostkit.cli.show.summary import _counted, verdict_of


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
class Rendered:
    certificate: Certificate


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
