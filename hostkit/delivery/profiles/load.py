"""The files of profiles: found by name or by path, and read with what they extend.

The shipped ones lie beside this module; a new one is one file there, in
the user's folder of profiles, or anywhere, given by its path.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from hostkit.delivery.profiles.profile import Profile
from hostkit.errors import Fault, InvalidInput, RequestError
from hostkit.ground.named_file import what_is_at
from hostkit.session.extends import expect_map, merge
from hostkit.session.load import validate_as
from hostkit.session.suggest import did_you_mean
from hostkit.session.text import read_text
from hostkit.session.yaml_tree import Tree, parse_yaml

SHIPPED = Path(__file__).parent
SUFFIX = ".yaml"
_MAX_CHAIN = 8
_NOT_A_MAP = Fault("a profile is a map of keys", "begin with hostkit_profile: 1")


def load_profile(name: str) -> Profile:
    """A profile by its name, or by the path of its file.

    Raises RequestError when there is none, InvalidInput for what is wrong with it.
    """
    return validate_as(Profile, _read(_find(name, ()), ()), _NOT_A_MAP)


def profile_files() -> dict[str, Path]:
    """All profiles known by name; the user's own go before shipped ones."""
    files: dict[str, Path] = {}
    for folder in (SHIPPED, user_profiles()):
        files |= {path.stem: path for path in sorted(folder.glob(f"*{SUFFIX}"))}
    return files


def user_profiles() -> Path:
    """`HOSTKIT_PROFILES`, else `profiles` in the user's configuration folder."""
    chosen = os.environ.get("HOSTKIT_PROFILES")
    return Path(chosen) if chosen else platformdirs.user_config_path("hostkit") / "profiles"


def _read(path: Path, above: tuple[Path, ...]) -> Tree:
    tree = parse_yaml(read_text(path), str(path))
    base = tree.data.get("extends") if isinstance(tree.data, dict) else None
    if not isinstance(base, str):
        return tree
    chain, place = (*above, path), tree.place(("extends",))
    try:
        found = _find(base, chain)
    except RequestError as error:
        raise InvalidInput([place.problem(*error.fault)]) from None
    if found in chain or len(chain) >= _MAX_CHAIN:
        wrong = "extends goes in a circle, or too deep"
        raise InvalidInput([place.problem(wrong, "take one out")])
    low = _read(found, chain)
    expect_map(low, _NOT_A_MAP)
    return merge(low, tree)


def _find(name: str, above: tuple[Path, ...]) -> Path:
    if name.endswith((SUFFIX, ".yml")):
        return Path(name)
    known = profile_files()
    if name not in known:
        if what := what_is_at(Path(name)):
            raise RequestError(
                f"there is no profile {name!r}, and what is called so here is {what}",
                cure=f"give a profile's name, or a file ending in {SUFFIX}",
            )
        raise RequestError(
            f"there is no profile {name!r} (one of your own is given by its path, "
            f"ending in {SUFFIX})",
            cure=did_you_mean(name, known),
        )
    if known[name] in above and (shipped := SHIPPED / f"{name}{SUFFIX}").is_file():
        return shipped  # the user's own on top of the shipped one of that name
    return known[name]
