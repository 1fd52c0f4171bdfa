"""How hostkit says what it is and how to add to it, for each way of being installed."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest

from hostkit.ground.installed import (
    checkout,
    install_line,
    shipped_folder,
    this_command,
    version_line,
)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "daw-hostkit"\n')
    for folder in ("hostkit", "presets", "sessions"):
        (tmp_path / folder).mkdir()
    return tmp_path / "hostkit"


def test_a_checkout_installs_into_itself(sources: Path) -> None:
    assert install_line("dask", sources) == f"pip install --editable '{sources.parent}[dask]'"
    assert (
        version_line("1.2", sources)
        == f"hostkit 1.2 (a checkout of daw-hostkit in {sources.parent})"
    )
    assert shipped_folder("presets", sources) == sources.parent / "presets"


def test_a_next_step_calls_the_hostkit_that_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its name where the shell finds it so, else by its path, else as a module."""
    for folder in ("venv", "other"):
        (tmp_path / folder).mkdir()
        script = tmp_path / folder / "hostkit"
        script.write_text("#!/bin/sh\n")
        script.chmod(0o755)
    ours = tmp_path / "venv" / "hostkit"
    monkeypatch.setattr("sys.argv", [str(ours), "demo"])
    for path, called in (("venv", "hostkit"), ("other", str(ours)), ("none", str(ours))):
        monkeypatch.setenv("PATH", str(tmp_path / path))
        assert this_command() == [called]
    monkeypatch.setattr("sys.argv", [str(tmp_path / "hostkit" / "__main__.py"), "demo"])
    monkeypatch.setattr("sys.orig_argv", ["python3", "-m", "hostkit", "demo"])
    assert this_command() == ["python3", "-m", "hostkit"]


def test_a_wheel_installs_from_the_index_under_its_own_name() -> None:
    site = Path(sysconfig.get_path("purelib")) / "hostkit"
    assert install_line("vad", site) == "pip install 'daw-hostkit[vad]'"


def test_a_folder_of_its_own_stays_that_folder(tmp_path: Path) -> None:
    line = install_line("vad", tmp_path / "hostkit")
    assert line == f"pip install --target '{tmp_path}' 'daw-hostkit[vad]'"


def test_presets_beside_an_installed_package_are_somebody_elses(tmp_path: Path) -> None:
    (tmp_path / "presets").mkdir()
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "film"\n')
    assert checkout(tmp_path / "hostkit") is None
    assert shipped_folder("presets", tmp_path / "hostkit") is None


def test_what_the_wheel_carries_comes_before_what_lies_beside_it(sources: Path) -> None:
    inside = sources / "starter" / "sessions"
    inside.mkdir(parents=True)
    assert shipped_folder("sessions", sources) == inside
