"""Examples by profiles: each delivery is rendered once, looked at by all tests, and removed.

The profiles of one example share its prints, so they come one after the other, from one store.
One example is delivered at 48 kHz, as its profiles want it; the others at half of that, by the
same profiles with that changed, which costs half.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import hostkit
from outside import Delivery

pytest.register_assert_rewrite("by_profile")  # its tests tell what differs, as all others do
STORE_GB = "4"
TIMEOUT_SECONDS = 600
HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "sessions"
AT_FULL_RATE = "kitchen-light"
HALF_RATE = 24_000
ITS_PLUGINS = ("Nekobi", "Kars", "ZamDelay", "ZamCompX2", "ZaMaximX2")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one delivery come together, and so do the deliveries of one example.

    `items` are those of all folders that are tested; an example has a file of its own.
    """
    here = [item.path.is_relative_to(HERE) and "example" in _fixtures(item) for item in items]
    places = [place for place, ours in enumerate(here) if ours]
    together = sorted((items[place] for place in places), key=_delivery)
    for place, item in zip(places, together, strict=True):
        items[place] = item


def _fixtures(item: pytest.Item) -> list[str]:
    return item.fixturenames if isinstance(item, pytest.Function) else []


def _delivery(item: pytest.Item) -> list[str]:
    assert isinstance(item, pytest.Function)
    return [item.path.name, item.callspec.params["profile"]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test of an example is done with each delivery that its file names."""
    named = any(
        mark.args[0] == "profile" for mark in metafunc.definition.iter_markers("parametrize")
    )
    if "profile" in metafunc.fixturenames and not named:
        metafunc.parametrize("profile", metafunc.module.PROFILES)


@pytest.fixture(scope="session")
def deliver(
    tmp_path_factory: pytest.TempPathFactory, scans_into: Callable[[Path], None]
) -> Callable[..., Delivery]:
    """Renders a session by a profile, or gives the delivery that was rendered just before.

    It goes when another is asked for, the store with the session: all would fill a disk.
    A certificate that fails is no reason to stop: what is wrong is found here.
    """
    place = tmp_path_factory.mktemp("deliveries")
    made: dict[tuple[Path, str], Delivery] = {}

    def delivered(session: Path, profile: str = "", **env: str) -> Delivery:
        key = session, profile
        if key not in made:
            store = place / f"store-{session.stem}"
            for earlier in set(place.iterdir()) - {store}:
                shutil.rmtree(earlier)
            made.clear()
            scans_into(store)
            by = ("--profile", profile) if profile else ()
            done = hostkit(
                "mixes", session, "-o", place / "delivery", *by,
                cache=store, timeout_seconds=TIMEOUT_SECONDS, HOSTKIT_CACHE_GB=STORE_GB, **env,
            )  # fmt: skip
            assert done.code in (0, 1), done.err
            found = sorted((place / "delivery").rglob("manifest.json"))
            assert len(found) == 1, done.err
            made[key] = Delivery(found[0].parent)
        return made[key]

    return delivered


@pytest.fixture(scope="session")
def example(
    deliver: Callable[..., Delivery],
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
):
    """An example session by a profile; `undertow` where its plug-ins are installed."""
    folder = tmp_path_factory.mktemp("halved")

    def delivered(name: str, profile: str) -> Delivery:
        env = {}
        if name == "undertow":
            plugin = request.getfixturevalue("plugin")
            folders = {plugin(one).path.parent for one in ITS_PLUGINS}
            env["HOSTKIT_PLUGIN_PATH"] = ":".join(map(str, sorted(folders)))
        session, by = EXAMPLES / f"{name}.yaml", profile
        if name != AT_FULL_RATE:
            session, by = _halved(folder, session, profile)
        return deliver(session, by, **env)

    return delivered


def _halved(folder: Path, session: Path, profile: str) -> tuple[Path, str]:
    """The session and the profile at half the sample rate."""
    again, by = folder / session.name, folder / f"{profile}.yaml"
    again.write_text(f"hostkit: 1\nextends: {session}\nsample_rate: {HALF_RATE}\n")
    by.write_text(f"hostkit_profile: 1\nextends: {profile}\nsample_rate: {HALF_RATE}\n")
    return again, str(by)
