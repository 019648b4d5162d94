"""The routes about the service itself: health, metrics, reload and ``/info``."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from rung.api.raw import JSON, service_of
from rung.api.state import Service
from rung.errors import Unavailable
from rung.normaliser import Normaliser

_OK = b'{"status":"ok"}'


async def healthz(request: Request) -> Response:
    """Whether the process is alive; it does not use the model."""
    return Response(_OK, media_type=JSON)


async def readyz(request: Request) -> Response:
    """Whether requests will be answered: the model is verified and the service is not stopping."""
    service = service_of(request)
    if not service.ready:
        raise Unavailable(service.why_not, retry_after=1)
    return Response(_OK, media_type=JSON)


async def metrics(request: Request) -> Response:
    """The figures of the service in Prometheus' text format."""
    content, media_type = service_of(request).metrics.page()
    return Response(content, media_type=media_type)


async def reload(request: Request) -> Response:
    """Reload the model. If the new one fails verification, it is refused and the old one keeps answering."""
    service = service_of(request)
    model = await service.load()
    return Response(orjson.dumps({"model": model}), media_type=JSON)


async def info(request: Request) -> Response:
    """What this service is: model, limits, families, levels, ladders, thresholds, questions."""
    return Response(orjson.dumps(described(service_of(request))), media_type=JSON)


def described(service: Service) -> dict[str, Any]:
    """The body of ``/info``."""
    from rung import __version__  # noqa: PLC0415 - the package imports this module's parent when it is itself imported

    normaliser, settings = service.normaliser, service.settings
    return {
        "name": "rung",
        "version": __version__,
        "model": normaliser.model,
        "limits": {
            "title": settings.max_title,
            "description": settings.max_description,
            "batch": settings.max_batch,
            "body": settings.max_body,
            "headers": settings.max_headers,
            "pending": settings.max_pending,
            "rate": settings.rate or None,
            "body_seconds": settings.body_seconds,
            "request_seconds": settings.request_seconds,
        },
        "families": normaliser.families,
        "levels": _levels(normaliser),
        "tracks": ["ic", "manager"],
        "ladders": [{"id": ladder.id, "label": ladder.label} for ladder in normaliser.crosswalk.ladders.values()],
        "thresholds": normaliser.pipeline.thresholds,
        "questions": [
            {"question": question, "answers": [answer._asdict() for answer in answers]}
            for question, answers in normaliser.pipeline.questions
        ],
    }


def _levels(normaliser: Normaliser) -> list[dict[str, Any]]:
    """The levels of the scale, each with what a family that has ladders calls it."""
    grid = normaliser.grid
    return [
        {**level._asdict(), "labels": {grid.family: grid.levels[level.id].label}} for level in normaliser.pipeline.scale.values()
    ]
