"""What the service says was wrong, as the errors of ``rung.errors``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import httpx
import orjson

from rung.errors import FieldError, InvalidQuery, RungError, ServiceError, TableError, Unavailable

_RETRIED = frozenset({429, 502, 503, 504})


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
    raise error_of(problem)


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


def error_of(problem: Mapping[str, Any]) -> RungError:
    """A problem as the error of its code; ``ServiceError`` if the code is not known."""
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
