"""Keys that few sessions have: what stands under them is imported when one does.

With what they are made of, scores and themes took a tenth of the time in which a session is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

from pydantic import (
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializationInfo,
    TypeAdapter,
    ValidationInfo,
)
from pydantic_core import CoreSchema, core_schema

from hostkit.session.model.fields import YamlMap


@dataclass(frozen=True)
class WhenWritten:
    """Annotates a field of a `YamlMap`: its type is at `home`, as "module:name"."""

    home: str

    @cached_property
    def type(self) -> TypeAdapter[Any]:
        """The type, as strict as it would be in the map itself."""
        module, _, name = self.home.partition(":")
        return TypeAdapter(getattr(import_module(module), name), config=YamlMap.model_config)

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(
            self._validated,
            serialization=core_schema.plain_serializer_function_ser_schema(
                self._dumped, info_arg=True
            ),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return handler(self.type.core_schema)

    def _validated(self, value: Any, info: ValidationInfo) -> Any:
        return self.type.validate_python(value, context=info.context)

    def _dumped(self, value: Any, info: SerializationInfo) -> Any:
        return self.type.dump_python(
            value,
            mode="json" if info.mode_is_json() else "python",
            by_alias=info.by_alias,
            exclude_unset=info.exclude_unset,
            exclude_defaults=info.exclude_defaults,
            exclude_none=info.exclude_none,
        )
