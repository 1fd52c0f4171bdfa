"""How hostkit is installed here: what came with it, under which name, and how to get more.

A wheel carries the starter presets and the example sessions in `hostkit/starter/`. In a
checkout they lie beside the package, where the wheel's build takes them from. No other
folder is looked at: a `presets` beside an installed package is somebody else's.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Literal

DISTRIBUTION = "daw-hostkit"
"""The name on the package index, where `hostkit` is another program."""

_PACKAGE = Path(__file__).parents[1]

Shipped = Literal["presets", "sessions"]


def shipped_folder(kind: Shipped, package: Path = _PACKAGE) -> Path | None:
    """The folder of the starter presets or of the example sessions; None where it is missing."""
    inside = package / "starter" / kind
    if inside.is_dir():
        return inside
    beside = package.parent / kind
    return beside if checkout(package) and beside.is_dir() else None


def checkout(package: Path = _PACKAGE) -> Path | None:
    """The folder of hostkit's sources, where it is run from them."""
    project = package.parent / "pyproject.toml"
    try:
        ours = f'name = "{DISTRIBUTION}"' in project.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return package.parent if ours else None


def install_line(extra: str, package: Path = _PACKAGE) -> str:
    """The command that adds an extra to what is installed here.

    In a checkout it keeps to the checkout; a wheel in a folder of its own (`pip install
    --target`) stays in that folder.
    """
    sources = checkout(package)
    if sources is not None:
        return f"pip install --editable '{sources}[{extra}]'"
    target = f"--target '{package.parent}' " if _apart(package) else ""
    return f"pip install {target}'{DISTRIBUTION}[{extra}]'"


def this_command() -> list[str]:
    """The words by which the hostkit that runs is called again from here.

    Another program of that name, or none, may be what the shell finds.
    """
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return [sys.orig_argv[0], "-m", "hostkit"]
    found = shutil.which(called.name)
    ours = not called.is_file() or (found is not None and called.samefile(found))
    return [called.stem if ours else str(called)]


def version_line(version: str, package: Path = _PACKAGE) -> str:
    """What `hostkit --version` says: the version, which distribution it is of, and where."""
    sources = checkout(package)
    if sources is not None:
        return f"hostkit {version} (a checkout of {DISTRIBUTION} in {sources})"
    return f"hostkit {version} ({DISTRIBUTION} in {package.parent})"


def _apart(package: Path) -> bool:
    """Whether the package lies outside the folders where Python's own pip installs."""
    import sysconfig

    usual = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    if user := sysconfig.get_path("purelib", scheme=sysconfig.get_preferred_scheme("user")):
        usual.add(user)
    return str(package.parent) not in usual
