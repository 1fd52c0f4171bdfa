"""Fixtures for tests that play real plug-ins, and a cache folder of the test run's own."""

from __future__ import annotations

import ctypes
import os
import pickle
import runpy
import shutil
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from commands import run_script
from hypothesis import settings
from needed import needed

from hostkit.audio.block import Audio
from hostkit.devices.description import PluginDescription
from hostkit.devices.plugins.scanning.cache import PluginCache
from hostkit.devices.plugins.scanning.find import Catalogue
from hostkit.devices.plugins.scanning.folders import plugin_folders
from hostkit.devices.plugins.scanning.scan import Scanned
from hostkit.devices.spec import PluginSpec

pytest_plugins = ["workers"]
INSTALL = "make test-plugins installs it"
# No test asserts a time: a machine that is busy with others is none of its business.
settings.register_profile("hostkit", deadline=None)
settings.load_profile("hostkit")
LV2 = Path("/usr/lib/lv2/ZamCompX2.lv2")
PLAY = Path(__file__).parent / "devices" / "play.py"
# Hundreds of tests start hostkit as a process of its own: it is compiled once, not each time.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


LONGEST = (
    "docs/test_console.py",
    "quality/test_undertow.py",
    "library/test_verify.py",
    "quality/test_kitchen_light.py",
    "quality/test_lighthouse.py",
    "test_examples.py",
    "themes/test_winter.py",
    "quality/test_night_train.py",
    "listening/test_live.py",
    "fuzz/test_fuzz.py",
    "ducking/test_pass.py",
    "cli/test_bad_input.py",
)
"""Those begin first, so that no process is still at one of them when the others are done."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: tests also wait, for disks, clocks, shells and hangs."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    first = {Path(__file__).parent / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: first.get(item.path, len(first)))


def installed_plugins() -> Path:
    """The folder that .ci/install-plugins.sh installs to."""
    default = Path.home() / ".cache" / "hostkit-test-plugins"
    return Path(os.environ.get("HOSTKIT_TEST_PLUGINS") or default)


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory):
    """Tests leave the user's cache alone; what they scan is scanned once a run.

    Of the system's LV2s they see the one that they play, as each scan takes half a second.
    """
    lv2s = tmp_path_factory.mktemp("lv2")
    if LV2.is_dir():
        (lv2s / LV2.name).symlink_to(LV2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOSTKIT_CACHE", str(folder := tmp_path_factory.mktemp("cache")))
        patch.setenv("LV2_PATH", str(lv2s))
        yield folder


@pytest.fixture(autouse=True)
def _same_arithmetic():
    """Plug-ins compiled with -ffast-math turn subnormal numbers off for the whole process.

    They do so while they are loaded; the next test gets them back (hypothesis insists).
    """
    if sys.platform == "win32":
        yield
        return
    maths = ctypes.CDLL(None)
    environment = ctypes.create_string_buffer(256)  # fenv_t is 32 bytes or less
    maths.fegetenv(environment)
    yield
    maths.fesetenv(environment)


@pytest.fixture(scope="session")
def scans_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one process of a run has scanned, the others know: a scan takes a second each."""
    own = tmp_path_factory.getbasetemp()
    return (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "scanned"


@pytest.fixture(scope="session")
def catalogue(own_cache: Path, scans_of_the_run: Path) -> Catalogue:
    """The test plug-ins and those of the system."""
    folders = plugin_folders([installed_plugins() / "vst3"])
    return Catalogue(folders, PluginCache(scans_of_the_run))


@pytest.fixture(scope="session")
def scanned(catalogue: Catalogue, own_cache: Path, scans_of_the_run: Path) -> tuple[Scanned, ...]:
    """All there is to scan, which whoever asks for a missing plug-in has to know."""
    scans = Catalogue(catalogue.folders, PluginCache(scans_of_the_run)).scan()
    PluginCache(own_cache).put(scans)
    return scans


@pytest.fixture
def knowing_cache(tmp_path: Path, scanned: tuple[Scanned, ...]) -> Path:
    """A cache folder of the test's own, `cache`, in which all plug-ins are known."""
    folder = tmp_path / "cache"
    PluginCache(folder).put(scanned)
    return folder


@pytest.fixture(scope="session")
def plugin(
    catalogue: Catalogue, own_cache: Path, scans_of_the_run: Path
) -> Callable[[str], PluginDescription]:
    """Describes a plug-in by the name of its file; leaves the test out where it is missing."""

    @cache
    def find(name: str) -> PluginDescription:
        needed(any(path.stem == name for path in catalogue.files), name, INSTALL)
        found = Catalogue(catalogue.folders, PluginCache(scans_of_the_run)).find(name)
        scan = PluginCache(scans_of_the_run).get(found.path)
        PluginCache(own_cache).put([scan] if scan else [])
        return found

    return find


@pytest.fixture(scope="session")
def scans_into(own_cache: Path) -> Callable[[Path], None]:
    """Lets another cache know of the plug-ins that were asked for here so far, and nothing else."""

    def put(cache: Path) -> None:
        cache.mkdir(parents=True, exist_ok=True)
        if (known := PluginCache(own_cache).path).exists():
            shutil.copy(known, cache)

    return put


@pytest.fixture(scope="session")
def spec(plugin: Callable[[str], PluginDescription]) -> Callable[..., PluginSpec]:
    """A PluginSpec by name, with params, state or lanes."""

    def make(name: str, **fields: object) -> PluginSpec:
        found = plugin(name)
        return PluginSpec(found.name, found.path, found.identity, **fields)  # type: ignore[arg-type]  # whatever the test gives

    return make


@pytest.fixture(scope="session")
def bad_plugins() -> Path:
    """The folder of the plug-ins that crash or hang when they are loaded."""
    folder = installed_plugins() / "bad"
    needed(folder.is_dir(), "HostkitProbeCrashOnLoad", INSTALL)
    return folder


@pytest.fixture(scope="session")
def odd_plugins() -> Path:
    """The folder of the plug-ins that lose notes, have odd channels, or share a file."""
    folder = installed_plugins() / "odd"
    needed(folder.is_dir(), "HostkitBundle", INSTALL)
    return folder


@pytest.fixture
def play_fresh(tmp_path: Path) -> Callable[..., Audio]:
    """Plays devices (tests/devices/play.py) in a process that has played nothing yet."""

    def play(how: str = "hostkit", **job: object) -> Audio:
        job_file, answer = tmp_path / "job.pickle", tmp_path / "audio.npy"
        job_file.write_bytes(pickle.dumps({"how": how, **job}))
        done = run_script(PLAY, job_file, answer)
        assert done.code == 0, done.err[-2000:]
        return np.load(answer)

    return play


@pytest.fixture
def play_here() -> Callable[..., Audio]:
    """The same in this process, for devices that cannot harm it."""
    module = runpy.run_path(str(PLAY))

    def play(how: str = "hostkit", **job: object) -> Audio:
        return module["PLAYERS"][how](**job)

    return play
