"""Responses of the service as the types of this package; what cannot be read raises ``ServiceError``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import orjson
from pydantic import TypeAdapter, ValidationError

from rung.client.problems import error_of
from rung.errors import InvalidQuery, ServiceError, Unavailable
from rung.ladders.crosswalk import Crossing
from rung.types import Result


@dataclass(frozen=True, slots=True)
class LadderSummary:
    """A ladder in the list of the service; ``positions`` is their number."""

    id: str
    label: str
    source: str
    summary: str
    positions: int


def result(response: httpx.Response) -> Result:
    """The answer to one query."""
    return _result(_decoded(response))


def outcomes(response: httpx.Response) -> Sequence[Result | InvalidQuery | Unavailable]:
    """One outcome for each query of a batch, in order; ``Unavailable`` for those that the service had no time for."""
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
    """The unchanged body."""
    return response.content


def _decoded(response: httpx.Response) -> Any:
    try:
        return orjson.loads(response.content)
    except orjson.JSONDecodeError as error:
        raise ServiceError(f"the answer of {response.request.url} is not JSON; is the address that of a Rung service?") from error


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _typed(kind: Any, data: Any) -> Any:
    """Plain data as a type of this package; fields unknown to this version are ignored."""
    try:
        return _adapter(kind).validate_python(data)
    except ValidationError as error:
        raise ServiceError(
            f"this version of the client cannot read the answer; is the service of the same version? {error}"
        ) from error


def _result(data: Any) -> Result:
    answer: Result = _typed(Result, data)
    return answer


def _outcome(item: Mapping[str, Any]) -> Result | InvalidQuery | Unavailable:
    if item.get("status") != "error":
        return _result(item)
    error = error_of(item["error"])
    if not isinstance(error, InvalidQuery | Unavailable):
        raise error
    return error
