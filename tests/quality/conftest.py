"""Every example by every profile, from one store: each is rendered, looked at, and removed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import hostkit
from outside import Delivery

STORE_GB = "4"
TIMEOUT_SECONDS = 600
EXAMPLES = Path(__file__).parents[2] / "sessions"
ITS_PLUGINS = ("Nekobi", "Kars", "ZamDelay", "ZamCompX2", "ZaMaximX2")


@pytest.fixture(scope="session")
def deliver(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Delivery]:
    """Renders a session by a profile, or gives the delivery that was rendered just before.

    Tests of one delivery come together. It goes when another is asked for: all of them are 8 GB.
    A certificate that fails is no reason to stop: what is wrong is found here.
    """
    place = tmp_path_factory.mktemp("deliveries")
    made: dict[tuple[Path, str], Delivery] = {}

    def delivered(session: Path, profile: str = "", **env: str) -> Delivery:
        key = session, profile
        if key not in made:
            made.clear()
            for earlier in place.glob("delivery-*"):
                shutil.rmtree(earlier)
            folder = place / f"delivery-{session.stem}-{profile}"
            by = ("--profile", profile) if profile else ()
            limit = {"HOSTKIT_CACHE_GB": STORE_GB}
            store = _shared(tmp_path_factory) / "deliveries-store"
            done = hostkit(
                "mixes", session, "-o", folder, *by,
                cache=store, timeout_seconds=TIMEOUT_SECONDS, **limit, **env,
            )  # fmt: skip
            assert done.code in (0, 1), done.err
            found = sorted(folder.rglob("manifest.json"))
            assert len(found) == 1, done.err
            made[key] = Delivery(found[0].parent)
        return made[key]

    return delivered


def _shared(factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of the run have together, where there are several."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def example(deliver: Callable[..., Delivery], request: pytest.FixtureRequest):
    """An example session by a profile; `undertow` where its plug-ins are installed."""

    def delivered(name: str, profile: str) -> Delivery:
        env = {}
        if name == "undertow":
            plugin = request.getfixturevalue("plugin")
            folders = {plugin(one).path.parent for one in ITS_PLUGINS}
            env["HOSTKIT_PLUGIN_PATH"] = ":".join(map(str, sorted(folders)))
        return deliver(EXAMPLES / f"{name}.yaml", profile, **env)

    return delivered
