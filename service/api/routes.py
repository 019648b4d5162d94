"""The routes: each reads, asks the normaliser and answers.

They are raw: bytes in, bytes out, no dependency solving and no second validation of an answer that is already typed.
docs/decisions/0003-raw-bytes-route.md has the figures.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

import orjson
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from service.api.bodies import check_type, read_batch, read_query
from service.api.problems import problem
from service.api.state import Service
from service.errors import FieldError, InvalidQuery, TooLarge, Unavailable
from service.normaliser import Normaliser
from service.types import Query

Endpoint = Callable[[Request], Awaitable[Response]]

JSON = "application/json"
SLICE = 0.005  # seconds that a batch may hold the loop before others get their turn
INLINE = 8_000  # characters of description up to which a thread would cost more than it frees


class RawRoute(APIRoute):
    """A route whose endpoint takes the request and gives the response, with nothing around it; it is documented as any other."""

    def __init__(self, path: str, endpoint: Endpoint, **options: Any) -> None:
        super().__init__(path, endpoint, response_model=None, **options)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            response = await endpoint(Request(scope, receive))
            await response(scope, receive, send)

        self.app = app


def service_of(request: Request) -> Service:
    """The state of the application that a request came to."""
    return request.scope["app"].state.service  # type: ignore[no-any-return]


async def classify(request: Request) -> Response:
    """Place one job on the reference grid and on every ladder."""
    check_type(request)
    query = read_query(await request.body())
    return Response(await _answer(service_of(request).normaliser, query), media_type=JSON)


async def classify_batch(request: Request) -> Response:
    """Place several jobs; one that is not valid fails only itself."""
    check_type(request)
    service = service_of(request)
    items = read_batch(await request.body())
    limit = service.settings.max_batch
    if len(items) > limit:
        message = f"the batch has {len(items):,} queries; at most {limit:,} are accepted"
        raise TooLarge(message, [FieldError("queries", message)])
    # One normaliser for the whole batch, so that a reload in the middle of it does not mix two models.
    normaliser, answers, began = service.normaliser, [], perf_counter()
    for item in items:
        answers.append(await _outcome(normaliser, item))
        if perf_counter() - began > SLICE:
            await asyncio.sleep(0)
            began = perf_counter()
    return Response(b'{"results":[' + b",".join(answers) + b"]}", media_type=JSON)


async def _outcome(normaliser: Normaliser, item: Query | tuple[str | None, InvalidQuery]) -> bytes:
    if isinstance(item, tuple):
        return _failed(*item)
    try:
        return await _answer(normaliser, item)
    except InvalidQuery as error:
        return _failed(item.id, error)


async def _answer(normaliser: Normaliser, query: Query) -> bytes:
    if query.description is not None and len(query.description) > INLINE:
        return orjson.dumps(await asyncio.to_thread(normaliser.classify, query))
    return orjson.dumps(normaliser.classify(query))


def _failed(caller_id: str | None, error: InvalidQuery) -> bytes:
    return orjson.dumps({"id": caller_id, "status": "error", "error": problem(error)})


async def healthz(request: Request) -> Response:
    """Whether the process is alive; it asks nothing of the model."""
    return Response(b'{"status":"ok"}', media_type=JSON)


async def readyz(request: Request) -> Response:
    """Whether requests will be answered: the model is verified and the service is not stopping."""
    service = service_of(request)
    if not service.ready:
        raise Unavailable(service.why_not, retry_after=1)
    return Response(b'{"status":"ok"}', media_type=JSON)


async def info(request: Request) -> Response:
    """What this service is: model, limits, families, levels, ladders, thresholds."""
    service = service_of(request)
    return Response(orjson.dumps(described(service)), media_type=JSON)


def described(service: Service) -> dict[str, Any]:
    """The body of ``/info``."""
    from service import __version__  # noqa: PLC0415 - the package imports this module's parent when it is itself imported

    normaliser, settings = service.normaliser, service.settings
    families = normaliser.lexicon.families
    levels = sorted(normaliser.grid.levels.values(), key=lambda level: level.rank)
    return {
        "name": "rung",
        "version": __version__,
        "model": normaliser.model,
        "limits": {
            "title": settings.max_title,
            "description": settings.max_description,
            "batch": settings.max_batch,
            "body": settings.max_body,
        },
        "families": [{"id": key, "label": label} for key, label in families.items()],
        "levels": levels,
        "tracks": ["ic", "manager"],
        "ladders": [],
        "thresholds": {},
    }
