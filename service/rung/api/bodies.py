"""From the bytes of a body to queries, with bounded work: brackets are counted before the JSON is parsed, and fields, entries and
queries before they are validated."""

from __future__ import annotations

import codecs
import gc
import re
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.types import Scope

from rung.api.messages import invalid, names_of, refused
from rung.api.problems import InvalidJson, UnsupportedMedia
from rung.api.schemas.requests import BatchIn, QueryIn
from rung.errors import FieldError, InvalidQuery, TooLarge
from rung.queries import json_kind, named_parts
from rung.types import DEFAULT_PARTS, Part, Query

MOST_MARKS = 150_000  # brackets, braces and colons of one body: parsing so many values takes less than a tenth of a second
MOST_FIELDS = 50  # fields of an object and entries of a list inside a query
_LONGEST_ID = 200
_HALF = re.compile(  # one half of a surrogate pair, escaped, without the other
    rb"\\u[dD](?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|[c-fC-F][0-9a-fA-F]{2}(?<!\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}))"
)

M = TypeVar("M", bound=BaseModel)


class Refused(NamedTuple):
    """A query of a batch that is not valid: its id, if it can be read, and what is wrong."""

    id: str | None
    error: InvalidQuery


Item = Query | Refused


class Batch(NamedTuple):
    """The queries of a batch, counted but not validated, and the parts to send for a query that names none."""

    queries: list[Any]
    include: tuple[Part, ...]

    def items(self) -> Iterator[Item]:
        """Each query, or what is wrong with it; validated one by one during iteration."""
        for number, query in enumerate(self.queries):
            try:
                yield validated(QueryIn, query, f"queries.{number}").query(self.include)
            except InvalidQuery as error:
                stated = query.get("id") if isinstance(query, dict) else None
                yield Refused(stated[:_LONGEST_ID] if isinstance(stated, str) else None, error)


def check_type(request: Request) -> None:
    """Check that the body is declared as uncompressed JSON, or has no declared type.

    Raises:
        UnsupportedMedia: the headers say something else.
    """
    for name, value in request.scope["headers"]:
        if name == b"content-type" and value != b"application/json":
            kind = value.split(b";", 1)[0].strip().lower()
            if kind != b"application/json" and not (kind.startswith(b"application/") and kind.endswith(b"+json")):
                raise UnsupportedMedia(f"set the header 'Content-Type: application/json'; it says {kind[:100].decode('latin-1')!r}")
    check_uncompressed(request.scope)


def check_uncompressed(scope: Scope) -> None:
    """Check that the body is not compressed.

    Raises:
        UnsupportedMedia: its head says that it is.
    """
    for name, value in scope["headers"]:
        if name == b"content-encoding" and value.strip().lower() not in (b"", b"identity"):
            raise UnsupportedMedia("send the body uncompressed; compressed bodies are not read")


def check_not_form(scope: Scope) -> None:
    """Check that a file is the body itself, not a part of a form.

    Raises:
        UnsupportedMedia: the head says that it is a form.
    """
    for name, value in scope["headers"]:
        if name == b"content-type" and value.lower().startswith(b"multipart/"):
            raise UnsupportedMedia("send the file as the body (curl -T FILE, or --data-binary @FILE), not in a form")


def read_query(body: bytes) -> Query:
    """The query of a body.

    Raises:
        InvalidJson, InvalidQuery: the body cannot be read, or a field breaks a rule.
    """
    return validated(QueryIn, parse(body)).query()


def read_batch(body: bytes, most: int) -> Batch:
    """The batch of a body, with at most ``most`` queries, which are not yet validated.

    Raises:
        InvalidJson, InvalidQuery: the body cannot be read, or is not a batch.
        TooLarge: it has more queries.
    """
    whole = parse(body)
    queries = whole.get("queries") if isinstance(whole, dict) else None
    if not isinstance(queries, list):
        validated(BatchIn, whole)
        raise refused("queries", f"must be a list, not {json_kind(queries)}")
    if len(queries) > most:
        message = f"the batch has {len(queries):,} queries; at most {most:,} are accepted. Send it in parts."
        raise TooLarge(message, [FieldError("queries", message)])
    batch = validated(BatchIn, whole | {"queries": []})
    return Batch(queries, DEFAULT_PARTS if batch.include is None else named_parts(batch.include))


def parse(body: bytes) -> Any:
    """The JSON of a body; a byte order mark before it is skipped.

    Raises:
        TooLarge: it has too many values.
        InvalidJson: it is not JSON, not UTF-8, or nested without end.
    """
    body = body.removeprefix(codecs.BOM_UTF8)
    _check_count(body, "brackets, braces and colons", b"[", b"{", b":")
    try:
        return _loads(body)
    except orjson.JSONDecodeError as error:
        if "surrogate" not in error.msg:
            raise _not_json(error, body) from None
    _check_count(body, "halves of surrogate pairs", b"\\ud", b"\\uD")
    try:
        return _loads(_mended(body))
    except orjson.JSONDecodeError as error:
        raise _not_json(error, body) from None


def _check_count(body: bytes, what: str, *marks: bytes) -> None:
    count = sum(map(body.count, marks))
    if count > MOST_MARKS:
        message = f"the body has {count:,} {what}; at most {MOST_MARKS:,} are read. Send it in smaller parts."
        raise TooLarge(message, [FieldError("body", message)])


def _loads(body: bytes) -> Any:
    """``orjson.loads`` with the garbage collector paused: it would scan the new objects up to a hundred times."""
    paused = gc.isenabled()
    gc.disable()
    try:
        return orjson.loads(body)
    finally:
        if paused:
            gc.enable()


def _not_json(error: orjson.JSONDecodeError, body: bytes) -> InvalidJson:
    if not body.strip():
        return InvalidJson('the body is empty; send a JSON object such as {"title": "…"}')
    if "depth" in error.msg or "ecursion" in error.msg:
        return InvalidJson("the body is nested too deeply; a query has two levels, a batch four")
    return InvalidJson(
        f"the body is not JSON at line {error.lineno:,}, column {error.colno:,}; check the quotes, commas and brackets there, "
        "and that it is encoded as UTF-8"
    )


def _mended(body: bytes) -> bytes:
    """The JSON with U+FFFD in place of lone halves of surrogate pairs, which texts cut in the middle of an emoji contain."""
    if b"\0" in body:
        return body  # not JSON, which contains no such byte
    # While escaped backslashes are hidden, every backslash that is left begins an escape.
    return _HALF.sub(rb"\\ufffd", body.replace(b"\\\\", b"\0\0")).replace(b"\0\0", b"\\\\")


def validated(model: type[M], value: Any, where: str = "body") -> M:
    """Validate a value as a model; a value with more fields or entries than ``MOST_FIELDS`` is refused without validation.

    ``where`` names the value in an error about all of it.

    Raises:
        InvalidQuery: it is not valid.
    """
    if not isinstance(value, dict):
        raise refused(where, f"must be an object, not {json_kind(value)}")
    if len(value) > MOST_FIELDS:
        raise refused(where, f"has {len(value):,} fields; known are {', '.join(names_of(model))}")
    for name, part in value.items():
        if isinstance(part, dict | list) and len(part) > MOST_FIELDS:
            raise refused(name[:100], f"has {len(part):,} entries; at most {MOST_FIELDS} are read")
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise invalid(error.errors(include_url=False), model) from None
