"""``create_app``: wires routes, handlers and layers around one normaliser. It receives all it needs and reads no environment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.middleware import Middleware
from fastapi.middleware.cors import CORSMiddleware

from rung.api import about, files, handlers, ladders, routes, streams
from rung.api.access import AccessMiddleware
from rung.api.messages import names_of
from rung.api.raw import BodyRoute, RawRoute
from rung.api.responses import problems
from rung.api.schemas.requests import CrosswalkIn
from rung.api.state import Service
from rung.api.telemetry import Telemetry
from rung.errors import RungError
from rung.normaliser import Normaliser
from rung.settings import Settings


def create_app(
    normaliser: Normaliser | None, settings: Settings, on_failure: Callable[[RungError], None] = lambda error: None
) -> FastAPI:
    """The application. Without a normaliser it starts at once and is ready when the model of the settings is loaded and verified.

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
    for stream in streams.routes(service):
        stream.app = service.gate.streamed(stream.app)
        app.router.routes.append(stream)
    files.install(app)
    app.openapi = lambda: _document(app)  # type: ignore[method-assign]
    return app


async def _first_load(service: Service, on_failure: Callable[[RungError], None]) -> None:
    try:
        await service.load()
    except RungError as error:
        on_failure(error)


def _layers(service: Service) -> list[Middleware]:
    """The middleware, outermost first."""
    settings = service.settings
    layers = [Middleware(Telemetry, metrics=service.metrics, settings=settings, service=service)]
    if settings.cors_origins:
        headers = ["Authorization", "Content-Type", "X-API-Key", "X-Request-ID"]
        origins = settings.cors_origins.split()
        layers.append(Middleware(CORSMiddleware, allow_origins=origins, allow_methods=["GET", "POST"], allow_headers=headers))
    layers.append(Middleware(AccessMiddleware, settings=settings))
    return layers


def _add_routes(app: FastAPI) -> None:
    """Add each route with the query parameters that it takes, and the statuses of its possible errors.

    ``None`` for probes and metrics: some load balancers add a parameter of their own, and a refused probe restarts the service.
    """
    body, head = (400, 408, 413, 415, 422, 503), (401, 403, 429)
    asked = (*head, 422, 503)
    rows: tuple[tuple[type[RawRoute], str, str, Any, Sequence[str] | None, tuple[int, ...]], ...] = (
        (BodyRoute, "POST", "/classify", routes.classify, (), (*head, *body)),
        (BodyRoute, "POST", "/classify/batch", routes.classify_batch, (), (*head, *body)),
        (RawRoute, "GET", "/info", about.info, (), asked),
        (RawRoute, "GET", "/healthz", about.healthz, None, ()),
        (RawRoute, "GET", "/readyz", about.readyz, None, (503,)),
        (RawRoute, "GET", "/metrics", about.metrics, None, head),
        (RawRoute, "POST", "/admin/reload", about.reload, (), asked),
        (RawRoute, "GET", "/families", ladders.families, (), asked),
        (RawRoute, "GET", "/ladders", ladders.ladders, (), asked),
        (RawRoute, "GET", "/ladders/{ladder}", ladders.ladder, (), (*asked, 404)),
        (RawRoute, "GET", "/crosswalk", ladders.crosswalk, names_of(CrosswalkIn), (*asked, 404)),
    )
    for kind, method, path, endpoint, parameters, errors in rows:
        route = kind(
            path,
            endpoint,
            parameters=parameters,
            methods=[method, "HEAD"] if method == "GET" else [method],
            responses=problems(errors),
            operation_id=endpoint.__name__,
        )
        app.router.routes.append(route)


def _document(app: FastAPI) -> dict[str, Any]:
    from rung.api import document  # noqa: PLC0415 - rarely needed, and the schemas of answers take long to import

    return document.built(app)
