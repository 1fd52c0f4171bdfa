"""What pip installs: a wheel and an sdist, built from here and looked at from outside.

The environments of these tests have hostkit from the wheel alone, its dependencies from the
environment of the tests; `make test-install` (in CI) installs those anew, too.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
import typer

ROOT = Path(__file__).parents[2]
NOT_IN_THE_SDIST = {".gitignore"}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a wheel and an sdist of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    return folder


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    return next(built.glob("daw_hostkit-*.whl"))


def unpacked(wheel: Path, folder: Path) -> Path:
    """A folder as `pip install --target` leaves it."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def hostkit(site: Path, *arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Runs the hostkit of `site`, and no other: without `site` packages' own path files."""
    path = f"{site}:{Path(typer.__file__).parents[1]}"
    start = (
        "import sys; sys.path[:0] = sys.argv.pop(1).split(':');from hostkit.cli import main; main()"
    )
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", start, path, *map(str, arguments)],
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin", "HOME": str(cwd), "HOSTKIT_CACHE": str(cwd / "cache")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_wheel_holds_package_presets_profiles_and_examples(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    in_checkout = {
        f"hostkit/starter/{path.relative_to(ROOT).as_posix()}"
        for kind, patterns in {"presets": ("*.yaml",), "sessions": ("*.yaml", "*.mid")}.items()
        for pattern in patterns
        for path in (ROOT / kind).rglob(pattern)
    }
    assert len(in_checkout) > 130
    assert in_checkout <= names
    assert "hostkit/delivery/profiles/film-score.yaml" in names
    not_ours = {
        name
        for name in names
        if name.split("/")[0] not in ("hostkit", "daw_hostkit-0.1.0.dist-info")
    }
    assert not not_ours


def test_the_sdist_holds_every_file_of_the_repository(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    there = {name for name in listed if (ROOT / name).is_file()}
    assert there - names - NOT_IN_THE_SDIST == set()


def test_installed_into_a_folder_it_finds_its_presets_and_not_those_beside_it(
    wheel: Path, tmp_path: Path
) -> None:
    site = unpacked(wheel, tmp_path / "site")
    foreign = site / "presets" / "strings"
    foreign.mkdir(parents=True)
    (foreign / "foreign.yaml").write_text("preset: 1\ninstrument: {soundfont: gm}\n")
    empty = tmp_path / "empty"
    empty.mkdir()
    listed = hostkit(site, "preset", "list", cwd=empty)
    assert listed.returncode == 0, listed.stderr
    assert "strings/warm-ensemble" in listed.stdout
    assert "foreign" not in listed.stdout


def test_installed_it_says_which_distribution_it_is(wheel: Path, tmp_path: Path) -> None:
    site = unpacked(wheel, tmp_path / "site")
    said = hostkit(site, "--version", cwd=tmp_path)
    assert said.stdout == f"hostkit 0.1.0 (daw-hostkit in {site})\n", said.stderr


EXAMPLES = [path.stem for path in sorted((ROOT / "sessions").glob("*.yaml"))]


def test_demo_copies_and_renders_the_examples_and_keeps_what_is_there(
    wheel: Path, tmp_path: Path
) -> None:
    site = unpacked(wheel, tmp_path / "site")
    out = tmp_path / "demo"
    out.mkdir()
    mine = (
        "hostkit: 1\nmidi: night-train.mid\nsample_rate: 8000\nlength: 3s\n"
        "tracks:\n  mine: {midi: {track: Piano}, instrument: {soundfont: gm}, stem: a}\n"
    )
    for name in EXAMPLES:
        (out / f"{name}.yaml").write_text(mine)
    done = hostkit(site, "demo", "-o", out, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (out / "lighthouse.yaml").read_text() == mine
    for name in ("lighthouse.mid", "winter/themes.yaml"):
        assert (out / name).read_bytes() == (ROOT / "sessions" / name).read_bytes()
    for name in EXAMPLES:
        assert (out / name / "mixes" / "full.wav").is_file()
