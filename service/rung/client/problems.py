"""Error responses of the service (RFC 9457) as the errors of ``rung.errors``."""

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


def raise_for_problem(response: httpx.Response) -> httpx.Response:
    """The response, if the status is a success.

    Raises:
        Unavailable: the status is one after which to try again.
        RungError: any other error; its class is that of the ``code`` in the body.
    """
    if response.is_success:
        return response
    problem = _problem(response)
    if response.status_code in _RETRIED:
        raise Unavailable(problem["detail"], _fields(problem), retry_after=_retry_after(response.headers.get("retry-after")))
    raise error_of(problem)


def _problem(response: httpx.Response) -> dict[str, Any]:
    """The body of an error; if Rung did not write it, one that names the status."""
    try:
        body = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        body = None
    if isinstance(body, dict) and isinstance(body.get("detail"), str):
        return body
    status = f"{response.status_code} {response.reason_phrase}".strip()
    return {"detail": f"{response.request.url} answered {status}, but not in the form of Rung. Is the address right?"}


def error_of(problem: Mapping[str, Any]) -> RungError:
    """The error with the code of a problem; ``ServiceError`` if the code is unknown."""
    return _errors_by_code().get(problem.get("code", ""), ServiceError)(problem["detail"], _fields(problem))


def _fields(problem: Mapping[str, Any]) -> list[FieldError]:
    return [FieldError(str(e.get("field", "")), str(e.get("message", ""))) for e in problem.get("errors") or ()]


@cache
def _errors_by_code() -> Mapping[str, type[RungError]]:
    """The classes of errors that a service may report, by their code."""
    by_code: dict[str, type[RungError]] = {}
    waiting: list[type[RungError]] = [InvalidQuery, TableError, ServiceError]
    while waiting:
        kind = waiting.pop()
        by_code[kind.code] = kind
        waiting += kind.__subclasses__()
    return by_code


def _retry_after(value: str | None) -> float | None:
    """The seconds to wait by a ``Retry-After`` header (a number or a date); ``None`` if it is neither."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
