"""From the models to JSON Schema (draft 2020-12)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from hostkit.delivery.profiles.profile import Profile
from hostkit.devices.builtin import BUILTINS, BuiltinEffect
from hostkit.devices.checking import find_param
from hostkit.devices.description import ParamDescription
from hostkit.devices.own import OWN
from hostkit.library.model import Preset
from hostkit.session.model.session import Session

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
KINDS: dict[str, type[BaseModel]] = {"session": Session, "preset": Preset, "profile": Profile}
"""The kinds of document there are schemas of."""

_PART = ".part"
"""Ends the name of a definition of which any key may be missing."""


def schema_of(kind: str) -> Schema:
    """The schema of a kind of document."""
    model = KINDS[kind]
    made = model.model_json_schema(mode="validation")
    definitions: Schema = made.pop("$defs", {})
    definitions["Builtin"] = _builtins()
    whole = _closed({**definitions, model.__name__: made})
    parts = {f"{name}{_PART}": _part(definition) for name, definition in whole.items()}
    top = parts.pop(f"{model.__name__}{_PART}")
    return {
        "$schema": DRAFT,
        **top,
        "if": {"not": {"required": ["extends"]}},
        "then": {"$ref": f"#/$defs/{model.__name__}"},
        "$defs": _reached({**whole, **parts}, [top, whole[model.__name__]])
        | {model.__name__: whole[model.__name__]},
    }


def schema_path(kind: str) -> Path:
    """Where the schema of a kind lies as a file."""
    return Path(__file__).with_name(f"{kind}.json")


def schema_text(kind: str) -> str:
    """The schema as it stands in its file."""
    return json.dumps(schema_of(kind), indent=1, ensure_ascii=False) + "\n"


def _builtins() -> Schema:
    """One key: the name of an effect that there is; its value: parameters that it has."""
    known = {**BUILTINS, **OWN}
    return {
        "title": "Built-in effect",
        "description": "one built-in effect as {name: {parameters}}",
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "properties": {name: _effect(effect) for name, effect in sorted(known.items())},
    }


def _effect(effect: BuiltinEffect) -> Schema:
    params: Schema = {file: {"type": "string", "minLength": 1} for file in effect.files}
    for param in effect.params:
        described = _param(param)
        params[param.key] = described
        if find_param(effect.params, param.short_key) is param:
            params.setdefault(param.short_key, described)
    found = {"type": "object", "additionalProperties": False, "properties": params}
    about = {"description": effect.note} if effect.note else {}
    if effect.files:
        return {**about, **found, "required": list(effect.files)}
    return {**about, "anyOf": [found, {"type": "null"}]}


def _param(param: ParamDescription) -> Schema:
    about: Schema = {"description": f"{param.label}, {param.units}".rstrip(", ")}
    if param.type == "switch":
        return {**about, "enum": [True, False, 0, 1]}
    if param.type == "choice":
        return {**about, "type": "string", "pattern": _any_case(param.choices)}
    limits = {"minimum": param.minimum, "maximum": param.maximum}
    return {**about, "type": "number", **{k: v for k, v in limits.items() if v is not None}}


def _any_case(words: tuple[str, ...]) -> str:
    """A pattern of words in capitals or not, which JSON Schema has no word for."""
    spelt = (
        "".join(f"[{c.lower()}{c.upper()}]" if c.isalpha() else c for c in word) for word in words
    )
    return rf"^\s*({'|'.join(spelt)})\s*$"


def _closed(schema: Any) -> Any:
    """Maps with patterns for their keys take no others."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _closed(value) for key, value in schema.items()}
    if "patternProperties" in made and not isinstance(made["patternProperties"].get("type"), str):
        made.setdefault("additionalProperties", False)
    return made


def _part(schema: Any) -> Any:
    """The same with every key optional, in it and in the maps it holds.

    Lists are not merged, so what is in one is whole.
    """
    if isinstance(schema, list):
        return [_part(item) for item in schema]
    if not isinstance(schema, dict) or schema.get("type") == "array":
        return schema
    made: Schema = {}
    for key, value in schema.items():
        if key in ("required", "minProperties"):
            continue
        if key == "$ref":
            made[key] = f"{value}{_PART}"
        elif key in ("properties", "patternProperties"):
            made[key] = {name: _part(item) for name, item in value.items()}
        elif key == "oneOf":  # a part may be one of several
            made["anyOf"] = _part(value)
        elif key in ("anyOf", "additionalProperties", "items"):
            made[key] = _part(value)
        else:
            made[key] = value
    return made


def _reached(definitions: Schema, roots: list[Schema]) -> Schema:
    """The definitions that the roots refer to, directly or not, by name."""
    found: Schema = {}
    waiting: list[Any] = list(roots)
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting += item
        elif isinstance(item, dict):
            reference = item.get("$ref")
            if isinstance(reference, str):
                name = reference.removeprefix("#/$defs/")
                if name not in found:
                    found[name] = definitions[name]
                    waiting.append(definitions[name])
            waiting += [value for value in item.values() if isinstance(value, (dict, list))]
    return dict(sorted(found.items()))
