"""The JSON Schema of session files, for editors that complete and check."""

from __future__ import annotations

from typing import Any

from hostkit.session.model import Session


def session_schema() -> dict[str, Any]:
    """JSON Schema, draft 2020-12."""
    schema = Session.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
