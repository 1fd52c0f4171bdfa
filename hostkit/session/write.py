"""Sessions back to text: what is at its default is left out."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML

from hostkit.session.model import Session


def session_data(session: Session) -> dict[str, Any]:
    """The session as plain maps, lists and scalars, in the model's order of keys."""
    data: dict[str, Any] = session.model_dump(mode="json", exclude_defaults=True)
    return {"hostkit": session.hostkit, **data}


def write_session(session: Session) -> str:
    """YAML that loads as an equal session (property: load(write(s)) == s)."""
    yaml: Any = YAML(typ="safe", pure=True)  # its attributes are typed by their defaults
    yaml.default_flow_style = None
    yaml.width = 100
    yaml.sort_base_mapping_type_on_output = False
    stream = io.StringIO()
    yaml.dump(session_data(session), stream)
    return stream.getvalue()
