"""What the service answered: a response as the types of this package, or as the error that it reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import httpx
import orjson
from pydantic import TypeAdapter, ValidationError

from rung.errors import FieldError, InvalidQuery, RungError, ServiceError, TableError, Unavailable
from rung.ladders.crosswalk import Crossing
from rung.types import Result

_RETRIED = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class LadderSummary:
    """A ladder as the service lists it; ``positions`` is how many it has."""

    id: str
    label: str
    source: str
    summary: str
    positions: int


def checked(response: httpx.Response) -> httpx.Response:
    """The response, if it is an answer.

    Raises:
        RungError: what the service says was wrong.
    """
    if response.is_success:
        return response
    problem = _problem(response)
    if response.status_code in _RETRIED:
        raise Unavailable(problem["detail"], _fields(problem), retry_after=_retry_after(response.headers.get("retry-after")))
    raise _error(problem)


def result(response: httpx.Response) -> Result:
    """The answer to one query."""
    return _result(_decoded(response))


def outcomes(response: httpx.Response) -> list[Result | InvalidQuery]:
    """One outcome for each query of a batch, in order."""
    return [_outcome(item) for item in _decoded(response)["results"]]


def ladders(response: httpx.Response) -> tuple[LadderSummary, ...]:
    """The list of ladders."""
    summaries: tuple[LadderSummary, ...] = _typed(tuple[LadderSummary, ...], _decoded(response)["ladders"])
    return summaries


def crossings(response: httpx.Response) -> tuple[Crossing, ...]:
    """The relations of one position to the positions of a ladder."""
    relations: tuple[Crossing, ...] = _typed(tuple[Crossing, ...], _decoded(response)["crossings"])
    return relations


def content(response: httpx.Response) -> bytes:
    """The body as it came."""
    return response.content


def _problem(response: httpx.Response) -> dict[str, Any]:
    """The body of an error; if it is not one of Rung's, a body that says what came."""
    try:
        body = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        body = None
    if isinstance(body, dict) and isinstance(body.get("detail"), str):
        return body
    came = f"{response.status_code} {response.reason_phrase}".strip()
    return {"detail": f"{response.request.url} answered {came}, and not as Rung does. Is the address right?"}


def _error(problem: Mapping[str, Any]) -> RungError:
    return _errors_by_code().get(problem.get("code", ""), ServiceError)(problem["detail"], _fields(problem))


def _fields(problem: Mapping[str, Any]) -> list[FieldError]:
    return [FieldError(str(e.get("field", "")), str(e.get("message", ""))) for e in problem.get("errors") or ()]


@cache
def _errors_by_code() -> Mapping[str, type[RungError]]:
    """Every class of the error tree that a service may report, by its code."""
    by_code: dict[str, type[RungError]] = {}
    waiting: list[type[RungError]] = [InvalidQuery, TableError, ServiceError]
    while waiting:
        kind = waiting.pop()
        by_code[kind.code] = kind
        waiting += kind.__subclasses__()
    return by_code


def _retry_after(value: str | None) -> float | None:
    """Seconds from a ``Retry-After`` header, which is a number or a date; ``None`` if it is neither."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def _decoded(response: httpx.Response) -> Any:
    try:
        return orjson.loads(response.content)
    except orjson.JSONDecodeError as error:
        raise ServiceError(f"{response.request.url} answered something that is not JSON") from error


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _typed(kind: Any, data: Any) -> Any:
    """Plain data as a type of this package; fields that this version does not know are left out."""
    try:
        return _adapter(kind).validate_python(data)
    except ValidationError as error:
        raise ServiceError(f"this version of the client does not know such an answer: {error}") from error


def _result(data: Any) -> Result:
    answer: Result = _typed(Result, data)
    return answer


def _outcome(item: Mapping[str, Any]) -> Result | InvalidQuery:
    if item.get("status") != "error":
        return _result(item)
    error = _error(item["error"])
    if not isinstance(error, InvalidQuery):
        raise error
    return error
