"""From the bytes of a body to queries: the type is checked, the JSON is read and validated in one pass."""

from __future__ import annotations

import json
from typing import Any, NoReturn, TypeVar

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request

from rung.api.handlers import invalid_body
from rung.api.problems import InvalidJson, UnsupportedMedia
from rung.api.schemas import BatchIn, LooseBatchIn, QueryIn, parts
from rung.errors import InvalidQuery
from rung.types import DEFAULT_PARTS, Part, Query

T = TypeVar("T")

_QUERY = TypeAdapter(QueryIn)
_BATCH = TypeAdapter(BatchIn)
_LOOSE_BATCH = TypeAdapter(LooseBatchIn)


def check_type(request: Request) -> None:
    """Let JSON pass; where no type is stated, JSON is meant.

    Raises:
        UnsupportedMedia: the body is said to be something else.
    """
    for name, value in request.scope["headers"]:
        if name == b"content-type":
            if value == b"application/json":
                continue
            kind = value.split(b";", 1)[0].strip().lower()
            if kind != b"application/json" and not (kind.startswith(b"application/") and kind.endswith(b"+json")):
                raise UnsupportedMedia(f"send application/json, not {kind[:100].decode('latin-1')!r}")
        elif name == b"content-encoding" and value.strip().lower() not in (b"", b"identity"):
            raise UnsupportedMedia("send the body uncompressed; compressed ones are not read")


def read_query(body: bytes) -> Query:
    """The query of a body.

    Raises:
        InvalidJson, InvalidQuery: the body cannot be read, or a field breaks a rule.
    """
    return _validated(_QUERY, body).query()


def read_batch(body: bytes) -> list[Query | tuple[str | None, InvalidQuery]]:
    """The queries of a body, in order; in the place of a bad one its id, where it can be read, and what is wrong.

    Raises:
        InvalidJson, InvalidQuery: the body cannot be read, or is not a batch.
    """
    try:
        batch = _BATCH.validate_json(body)
        include = DEFAULT_PARTS if batch.include is None else parts(batch.include)
        return [query.query(include) for query in batch.queries]
    except ValidationError:
        loose = _validated(_LOOSE_BATCH, body)
        include = DEFAULT_PARTS if loose.include is None else parts(loose.include)
        return [_item(item, include) for item in loose.queries]


def _item(item: Any, include: tuple[Part, ...]) -> Query | tuple[str | None, InvalidQuery]:
    try:
        return _QUERY.validate_python(item).query(include)
    except ValidationError as error:
        found = item.get("id") if isinstance(item, dict) else None
        problem = invalid_body(error)
        assert isinstance(problem, InvalidQuery)  # noqa: S101 - only bytes can be invalid JSON, and these are values
        return found[:200] if isinstance(found, str) else None, problem


def _validated(adapter: TypeAdapter[T], body: bytes) -> T:
    try:
        return adapter.validate_json(body)
    except ValidationError as error:
        if "hex escape" not in str(error.errors(include_url=False, include_input=False)[0]["msg"]):
            raise invalid_body(error) from None
    try:
        return adapter.validate_python(_mended(body))
    except ValidationError as error:
        raise invalid_body(error) from None


def _mended(body: bytes) -> Any:
    """JSON whose strings hold halves of surrogate pairs, as texts cut in the middle of an emoji do; the halves become U+FFFD."""
    try:
        text = body.decode()
        whole = json.loads(text, parse_constant=_refuse)
        return json.loads(json.dumps(whole, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise InvalidJson(f"the body cannot be read: {type(error).__name__}") from None


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
