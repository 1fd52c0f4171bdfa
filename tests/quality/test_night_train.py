"""Night Train whole and by a library's profile, at 24 kHz."""

from __future__ import annotations

import pytest
from by_profile import *  # noqa: F403  # its tests are those of every example

pytestmark = pytest.mark.timeout(900)  # the first test of a delivery renders it

PROFILES = (*WHOLE, "production-library")  # noqa: F405  # from by_profile


@pytest.fixture
def name() -> str:
    return "night-train"
