"""What becomes of an exception: every one ends as a problem. What none of these foresees is answered by ``telemetry``."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from rung.api.problems import OF_STATUS, InvalidJson, respond
from rung.errors import FieldError, InvalidQuery, RungError


def install(app: FastAPI) -> None:
    """Register the handlers."""
    app.add_exception_handler(RungError, rung_error)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(RequestValidationError, parameter_error)


async def rung_error(_: Request, error: Exception) -> Response:
    """An error of ours says itself what it is."""
    return respond(error) if isinstance(error, RungError) else respond(RungError("something unforeseen happened"))


async def http_error(request: Request, error: Exception) -> Response:
    """An error that the framework raised: no such route, another method."""
    status = getattr(error, "status_code", 500)
    kind = OF_STATUS.get(status)
    if kind is None:
        return respond(InvalidJson("the request cannot be read") if status == 400 else RungError("something unforeseen happened"))
    return respond(kind(f"{request.method} {request.url.path[:200]} is not served"), getattr(error, "headers", None))


async def parameter_error(_: Request, error: Exception) -> Response:
    """A parameter of the path or of the query string breaks a rule."""
    rows = error.errors() if isinstance(error, RequestValidationError) else []
    return respond(invalid(rows, skip=1))


def invalid(rows: Any, skip: int = 0) -> InvalidQuery:
    """An error of the validator in the words of the contract; ``skip`` leaves out what every location starts with."""
    errors = [FieldError(".".join(str(part) for part in row["loc"][skip:])[:200] or "body", row["msg"]) for row in rows]
    first = errors[0] if errors else FieldError("body", "is not valid")
    return InvalidQuery(f"{first.field}: {first.message}", errors[:20])


def invalid_body(error: ValidationError) -> RungError:
    """What was wrong with a body: not JSON at all, or which field."""
    rows = error.errors(include_url=False, include_context=False, include_input=False)
    if rows[0]["type"] == "json_invalid":
        return InvalidJson(rows[0]["msg"].removeprefix("Invalid JSON: "))
    return invalid(rows)
