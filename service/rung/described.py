"""Types whose fields say what they hold: the API's schema and the reference of the docs are made from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar, dataclass_transform

_T = TypeVar("_T")


class Doc(NamedTuple):
    """What a field holds, and an example of it; pydantic puts both into the schema."""

    description: str
    example: Any = None

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> dict[str, Any]:
        schema: dict[str, Any] = handler(core_schema)
        schema = {**schema, "description": self.description}
        return schema if self.example is None else {**schema, "examples": [self.example]}


@dataclass_transform(frozen_default=True)
def whole(cls: type[_T]) -> type[_T]:
    """A frozen dataclass whose fields are all sent, always: its schema requires each."""
    made: Any = dataclass(frozen=True)(cls)
    made.__pydantic_config__ = {"json_schema_serialization_defaults_required": True}
    return made  # type: ignore[no-any-return]
