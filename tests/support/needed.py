"""What some tests need besides the Python packages: left out without it, demanded in CI."""

from __future__ import annotations

import os

import pytest


def needed(there: object, what: str, cure: str) -> None:
    """Skips the test where `what` is not there; fails it where HOSTKIT_REQUIRE_PLUGINS is 1."""
    if there:
        return
    reason = f"{what} is not installed ({cure})"
    if os.environ.get("HOSTKIT_REQUIRE_PLUGINS") == "1":
        pytest.fail(reason)
    pytest.skip(reason)  # everything else can be tested without it, by whoever lacks it
