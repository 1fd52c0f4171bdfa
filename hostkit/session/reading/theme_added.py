"""A theme put into a session, or into a file of themes, every other byte kept."""

from __future__ import annotations

from collections.abc import Mapping

from ruamel.yaml.nodes import MappingNode

from hostkit.errors import InvalidInput, RequestError
from hostkit.session import laid_out
from hostkit.session.editing import checked, flow, with_value_at
from hostkit.session.starting.scalars import scalar
from hostkit.session.yaml_tree import compose_yaml, parse_yaml, tree_of

KEY, OF_A_SESSION = "themes", "hostkit"


def with_theme(text: str, name: str, theme: Mapping[str, str], file: str) -> str:
    r"""The document with another theme. Raises InvalidInput for one that cannot be read.

    RequestError where there is one of that name, and for a session whose themes are elsewhere.

    >>> with_theme("ada: {notes: c4}  # hers\n", "ben", {"notes": "d4"}, "motifs.yaml")
    'ada: {notes: c4}  # hers\nben: {notes: d4}\n'
    >>> with_theme("{}  # none yet\n", "ben", {"notes": "d4"}, "motifs.yaml")
    '{ben: {notes: d4}}  # none yet\n'
    >>> with_theme("hostkit: 1\nthemes: {}\n", "ben", {"notes": "d4"}, "cue.yaml")
    'hostkit: 1\nthemes: {ben: {notes: d4}}\n'
    """
    top = compose_yaml(text, file)
    data = tree_of(top, file).data
    if not isinstance(top, MappingNode):
        raise InvalidInput([parse_yaml(text, file).place(()).problem("it is no map of themes")])
    written = flow(dict(theme))
    if OF_A_SESSION not in data:
        _check_new(name, data, file)
        after = laid_out.into_map(text, top, scalar(name), written)
        return checked(after, file, {**data, name: dict(theme)})
    if isinstance(data.get(KEY), str):
        cure = f"write it there: --into {data[KEY]}"
        raise RequestError(f"its themes are in {data[KEY]}", cure=cure, file=file)
    _check_new(name, data.get(KEY) or {}, file)
    return with_value_at(text, (KEY, name), written, file)


def _check_new(name: str, themes: Mapping[str, object], file: str) -> None:
    if name in themes:
        raise RequestError(
            f"there is a theme {name!r} already", cure="choose another name with --as", file=file
        )
