"""Exception handlers: each exception is answered as a problem. ``telemetry`` answers those that no handler here knows."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from rung.api.problems import OF_STATUS, InvalidRequest, respond, unexpected
from rung.errors import RungError
from rung.nearest import suggest


def install(app: FastAPI) -> None:
    """Register the handlers."""
    app.add_exception_handler(RungError, rung_error)
    app.add_exception_handler(HTTPException, http_error)


async def rung_error(_: Request, error: Exception) -> Response:
    """Answer an error of Rung."""
    return respond(error) if isinstance(error, RungError) else respond(unexpected())


async def http_error(request: Request, error: Exception) -> Response:
    """Answer an error of the framework: an unknown route or method."""
    status = getattr(error, "status_code", 500)
    kind = OF_STATUS.get(status)
    if kind is None:
        return respond(InvalidRequest("the request cannot be read") if status == 400 else unexpected())
    headers = getattr(error, "headers", None) or {}
    path = request.url.path[:200]
    if "Allow" in headers:
        return respond(kind(f"{path} does not answer {request.method}; use {headers['Allow']}"), headers)
    hint = suggest(path, _paths(request.app))
    return respond(kind(" ".join(filter(None, (f"There is no route {path}.", hint, "/docs lists the routes.")))), headers)


def _paths(app: Starlette) -> list[str]:
    """The paths that the application serves, without those of files."""
    return [route.path for route in app.routes if isinstance(route, APIRoute)]
