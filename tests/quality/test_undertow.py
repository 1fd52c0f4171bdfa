"""Undertow whole and by an engine's profile, at 24 kHz."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from by_profile import *  # noqa: F403  # its tests are those of every example
from outside import Delivery

pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.plugins,
]  # the first test of a delivery renders it

PROFILES = (*WHOLE, "game-audio")  # noqa: F405  # from by_profile


@pytest.fixture
def name() -> str:
    return "undertow"


@pytest.mark.parametrize("profile", ["game-audio"])
def test_an_engine_gets_layers_and_no_file_twice(
    name: str, profile: str, example: Callable[[str, str], Delivery]
):
    assert_layers_and_no_file_twice(example(name, profile))  # noqa: F405  # from by_profile
