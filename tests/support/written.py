"""Sessions that tests make, as text to be loaded again; what is at its default is left out."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.representer import SafeRepresenter

from hostkit.session.model.session import Session


class _Representer(SafeRepresenter):
    """Text with characters that cannot be seen, or that begins a key, is quoted and kept."""


def _text(representer: Any, text: str) -> Any:
    style = None if text.isprintable() and not text.startswith("?") else '"'
    return representer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Representer.add_representer(str, _text)


def session_text(session: Session) -> str:
    """YAML that loads as an equal session (property: load(write(s)) == s)."""
    yaml: Any = YAML(typ="safe", pure=True)  # its attributes are typed by their defaults
    yaml.Representer = _Representer
    yaml.default_flow_style = None
    yaml.width = 100
    yaml.sort_base_mapping_type_on_output = False
    stream = io.StringIO()
    data = session.model_dump(mode="json", exclude_defaults=True, by_alias=True)
    yaml.dump({"hostkit": session.hostkit, **data}, stream)
    return stream.getvalue()
