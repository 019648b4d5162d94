"""``create_app``: wires routes, handlers and limits around one normaliser. It receives all it needs and reads no environment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from fastapi import FastAPI

from service.api import handlers, routes, schemas
from service.api.routes import RawRoute
from service.api.state import Service
from service.errors import RungError
from service.normaliser import Normaliser
from service.settings import Settings


def create_app(normaliser: Normaliser | None, settings: Settings) -> FastAPI:
    """The application. Without a normaliser it starts at once, loads what the settings name, and is ready once that is verified."""
    service = Service(normaliser, settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        loading = asyncio.create_task(_load(service)) if normaliser is None else None
        yield
        service.draining = True
        if loading is not None:
            loading.cancel()

    app = FastAPI(title="Rung", lifespan=lifespan, openapi_url="/openapi.json", redoc_url=None)
    app.state.service = service
    handlers.install(app)
    _add_routes(app)
    return app


async def _load(service: Service) -> None:
    with suppress(RungError):  # the state keeps it, the log has it, and readiness says it
        await service.load()


def _add_routes(app: FastAPI) -> None:
    def add(path: str, endpoint: routes.Endpoint, method: str, answer: type[schemas.Out], tag: str) -> None:
        responses: dict[int | str, dict[str, Any]] = {200: {"model": answer}}
        app.router.routes.append(RawRoute(path, endpoint, methods=[method], responses=responses, tags=[tag]))

    add("/classify", routes.classify, "POST", schemas.ResultOut, "classify")
    add("/classify/batch", routes.classify_batch, "POST", schemas.BatchOut, "classify")
    add("/healthz", routes.healthz, "GET", schemas.HealthOut, "operate")
    add("/readyz", routes.readyz, "GET", schemas.HealthOut, "operate")
    add("/info", routes.info, "GET", schemas.InfoOut, "operate")
