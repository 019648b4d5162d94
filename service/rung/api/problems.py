"""Errors as ``application/problem+json`` (RFC 9457), and the errors that only HTTP has.

::

    RungError
    ├── InvalidRequest         the bytes are not an HTTP request
    ├── HeadTooLarge           the head of the request is over its limit
    ├── InvalidJson            the body is not JSON, or not UTF-8
    ├── UnsupportedMedia       the body is of a type, or in an encoding, that the route does not read
    ├── BodyTooLarge           the body is over its limit
    ├── NotFound               no such route
    ├── MethodNotAllowed       the route exists, with other methods
    ├── Unauthenticated        no API key, or one that is not known
    ├── Forbidden              the key lacks the scope
    ├── RateLimited            the key, or the address, asks too often
    ├── SlowClient             the body did not come in time
    └── Unavailable            starting, draining or full (from ``rung.errors``)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

from rung.errors import RungError, Unavailable

MEDIA_TYPE = "application/problem+json"


class InvalidRequest(RungError):
    """Raised when the bytes that arrive are not an HTTP request."""

    code = "invalid_request"
    status = 400
    title = "The request cannot be read"


class HeadTooLarge(RungError):
    """Raised when the head of a request is over its limit."""

    code = "too_large"
    status = 431
    title = "The head of the request is too large"


class InvalidJson(RungError):
    """Raised when a body cannot be read as JSON."""

    code = "invalid_json"
    status = 400
    title = "The body is not valid JSON"


class UnsupportedMedia(RungError):
    """Raised when a body is of another type than the route reads."""

    code = "unsupported_media_type"
    status = 415
    title = "The media type is not supported"


class BodyTooLarge(RungError):
    """Raised when a body is over its limit, before it is read whole."""

    code = "too_large"
    status = 413
    title = "The input is too large"


class NotFound(RungError):
    """Raised when there is no such route."""

    code = "not_found"
    status = 404
    title = "There is nothing here"


class MethodNotAllowed(RungError):
    """Raised when the route exists, with other methods."""

    code = "method_not_allowed"
    status = 405
    title = "The method is not allowed"


class Unauthenticated(RungError):
    """Raised when no API key, or an unknown one, comes with a request that needs one."""

    code = "unauthenticated"
    status = 401
    title = "An API key is needed"


class Forbidden(RungError):
    """Raised when the API key lacks the scope of the route."""

    code = "forbidden"
    status = 403
    title = "The API key does not allow this"


class RateLimited(RungError):
    """Raised when a caller asks more often than it may; ``retry_after`` is in seconds."""

    code = "rate_limited"
    status = 429
    title = "Too many requests"

    def __init__(self, detail: str, retry_after: float) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class SlowClient(RungError):
    """Raised when the body of a request does not come in time."""

    code = "slow_client"
    status = 408
    title = "The request did not come in time"


OF_STATUS: Mapping[int, type[RungError]] = {c.status: c for c in (NotFound, MethodNotAllowed, UnsupportedMedia, BodyTooLarge)}


def unexpected() -> RungError:
    """The error for a defect: the caller only learns how to find it in the log."""
    return RungError("an unexpected error happened; the log has it under the id in the X-Request-ID header")


def problem(error: RungError) -> dict[str, Any]:
    """An error as the fields of a problem."""
    return {
        "type": f"urn:rung:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "errors": [{"field": e.field, "message": e.message} for e in error.errors],
    }


def respond(error: RungError, headers: Mapping[str, str] | None = None) -> Response:
    """An error as a response, with the headers that its status calls for."""
    more = dict(headers or {})
    retry_after = getattr(error, "retry_after", None)
    if isinstance(error, Unavailable) or retry_after is not None:
        more["Retry-After"] = str(max(1, round(retry_after or 1)))
    if isinstance(error, BodyTooLarge | SlowClient):
        more["Connection"] = "close"  # what is left of the body is not read
    if isinstance(error, Unauthenticated):
        more["WWW-Authenticate"] = "Bearer"
    body = orjson.dumps(problem(error), option=orjson.OPT_NON_STR_KEYS)
    return Response(body, error.status, more, media_type=MEDIA_TYPE)
