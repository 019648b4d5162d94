"""Dataclasses with described fields: the API's schema is made from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar, dataclass_transform

_T = TypeVar("_T")


class Doc(NamedTuple):
    """The description of a field, and an example; pydantic puts both into the JSON schema."""

    description: str
    example: Any = None

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> dict[str, Any]:
        schema: dict[str, Any] = handler(core_schema)
        schema = {**schema, "description": self.description}
        return schema if self.example is None else {**schema, "examples": [self.example]}


@dataclass_transform(frozen_default=True)
def schema_dataclass(cls: type[_T]) -> type[_T]:
    """A frozen dataclass whose JSON schema requires every field, because answers always send all of them."""
    made: Any = dataclass(frozen=True)(cls)
    made.__pydantic_config__ = {"json_schema_serialization_defaults_required": True}
    return made  # type: ignore[no-any-return]
