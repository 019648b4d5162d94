"""The routes about families, ladders and the crosswalk."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from rung.api.bodies import validated
from rung.api.raw import JSON, service_of
from rung.api.schemas.requests import CrosswalkIn, LadderIn
from rung.ladders.crosswalk import cross, find_ladder


async def families(request: Request) -> Response:
    """Every job family that answers can name, the one with ladders first."""
    return _json({"families": service_of(request).normaliser.describe_families()})


async def ladders(request: Request) -> Response:
    """Every ladder that jobs are read on, the reference first."""
    known = service_of(request).normaliser.crosswalk.ladders.values()
    rows = [
        {"id": each.id, "label": each.label, "source": each.source, "summary": each.summary, "positions": _count(each)}
        for each in known
    ]
    return _json({"ladders": rows})


async def ladder(request: Request) -> Response:
    """One ladder in full: its positions, what each means, and the steps between them."""
    asked = validated(LadderIn, request.path_params)
    return _json(find_ladder(service_of(request).normaliser.crosswalk, asked.ladder).to_dict())


async def crosswalk(request: Request) -> Response:
    """A position of one ladder on another: the best relation first, its alternatives after it."""
    asked = validated(CrosswalkIn, dict(request.query_params))
    stated = (("size", asked.size), ("sector", asked.sector), ("country", asked.country))
    facts = {name: value for name, value in stated if value}
    found = cross(service_of(request).normaliser.crosswalk, asked.start, asked.position, asked.to, facts)
    return _json({"from": asked.start, "position": asked.position, "to": asked.to, "crossings": found})


def _count(ladder: Any) -> int:
    return len({position.id for position in ladder.positions})


def _json(content: Any) -> Response:
    return Response(orjson.dumps(content), media_type=JSON)
