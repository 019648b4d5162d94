"""``create_app``: wires routes, handlers and layers around one normaliser. It receives all it needs and reads no environment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.middleware import Middleware
from fastapi.middleware.cors import CORSMiddleware

from rung.api import about, document, files, handlers, ladders, routes, schemas, streams
from rung.api.access import Keys
from rung.api.raw import BodyRoute, RawRoute
from rung.api.state import Service
from rung.api.telemetry import Telemetry
from rung.errors import RungError
from rung.normaliser import Normaliser
from rung.settings import Settings
from rung.types import Result


def create_app(
    normaliser: Normaliser | None, settings: Settings, on_failure: Callable[[RungError], None] = lambda error: None
) -> FastAPI:
    """The application. Without a normaliser it starts at once, loads what the settings name, and is ready once that is verified.

    ``on_failure`` is called if that first load fails.
    """
    service = Service(normaliser, settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.draining = False
        loading = asyncio.create_task(_first_load(service, on_failure)) if normaliser is None else None
        yield
        service.draining = True
        if loading is not None:
            loading.cancel()

    app = FastAPI(
        title="Rung",
        lifespan=lifespan,
        redirect_slashes=False,  # a redirect would go to whatever host the request names
        docs_url=None,  # its page would fetch scripts from another host
        redoc_url=None,
        middleware=_layers(service),
        telemetry={"tracing": settings.traces, "metrics": False, "logs": False, "auto_configure": settings.traces},
    )
    app.state.service = service
    handlers.install(app)
    _add_routes(app)
    app.include_router(ladders.router)
    for stream in streams.routes(lambda: service.normaliser, settings):
        stream.app = service.gate.streamed(stream.app)
        app.router.routes.append(stream)
    files.install(app)
    document.install(app)
    return app


async def _first_load(service: Service, on_failure: Callable[[RungError], None]) -> None:
    try:
        await service.load()
    except RungError as error:
        on_failure(error)


def _layers(service: Service) -> list[Middleware]:
    """What a request passes through, outermost first."""
    settings = service.settings
    layers = [Middleware(Telemetry, metrics=service.metrics, settings=settings, service=service)]
    if settings.cors_origins:
        headers = ["Authorization", "Content-Type", "X-API-Key", "X-Request-ID"]
        origins = settings.cors_origins.split()
        layers.append(Middleware(CORSMiddleware, allow_origins=origins, allow_methods=["GET", "POST"], allow_headers=headers))
    layers.append(Middleware(Keys, settings=settings))
    return layers


def _add_routes(app: FastAPI) -> None:
    """Each route with its answer's model, and the errors that it can end in."""
    body, head = (400, 408, 413, 415, 422, 503), (401, 403, 429)
    rows: tuple[tuple[type[RawRoute], str, str, Any, type[Any], tuple[int, ...]], ...] = (
        (BodyRoute, "POST", "/classify", routes.classify, Result, (*head, *body)),
        (BodyRoute, "POST", "/classify/batch", routes.classify_batch, schemas.BatchOut, (*head, *body)),
        (RawRoute, "GET", "/info", about.info, schemas.InfoOut, (*head, 503)),
        (RawRoute, "GET", "/healthz", about.healthz, schemas.HealthOut, ()),
        (RawRoute, "GET", "/readyz", about.readyz, schemas.HealthOut, (503,)),
        (RawRoute, "GET", "/metrics", about.metrics, schemas.MetricsOut, head),
        (RawRoute, "POST", "/admin/reload", about.reload, schemas.ReloadOut, (*head, 503)),
    )
    for kind, method, path, endpoint, answer, errors in rows:
        responses: dict[int | str, dict[str, Any]] = {200: {"model": answer, "description": (answer.__doc__ or "").strip()}}
        responses |= {status: document.PROBLEMS[status] for status in sorted(errors)}
        app.router.routes.append(kind(path, endpoint, methods=[method], responses=responses, operation_id=endpoint.__name__))
