"""The routes about families and ladders: which there are, one ladder whole, and a position of one on another."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from rung.api import document
from rung.api.raw import JSON, service_of
from rung.api.schemas import CrosswalkIn, CrosswalkOut, FamiliesOut, LadderOut, LaddersOut
from rung.ladders import crosswalk

_ERRORS: dict[int | str, dict[str, Any]] = {status: document.PROBLEMS[status] for status in (401, 403, 422, 429, 503)}
_FOUND = _ERRORS | {404: document.PROBLEMS[404]}

router = APIRouter()


@router.get("/families", responses=_ERRORS | {200: {"model": FamiliesOut}}, operation_id="families")
async def families(request: Request) -> Response:
    """Every job family that answers can name, the one with ladders first."""
    return _json({"families": service_of(request).normaliser.describe_families()})


@router.get("/ladders", responses=_ERRORS | {200: {"model": LaddersOut}}, operation_id="ladders")
async def ladders(request: Request) -> Response:
    """Every ladder that jobs are read on, the reference first."""
    known = service_of(request).normaliser.crosswalk.ladders.values()
    rows = [
        {"id": each.id, "label": each.label, "source": each.source, "summary": each.summary, "positions": _count(each)}
        for each in known
    ]
    return _json({"ladders": rows})


@router.get("/ladders/{ladder}", responses=_FOUND | {200: {"model": LadderOut}}, operation_id="ladder")
async def ladder(
    request: Request, ladder: Annotated[str, Path(description="Id of the ladder.", examples=["reference"], max_length=100)]
) -> Response:
    """One ladder in full: its positions, what each means, and the steps between them."""
    return _json(crosswalk.find_ladder(service_of(request).normaliser.crosswalk, ladder).to_dict())


@router.get("/crosswalk", responses=_FOUND | {200: {"model": CrosswalkOut}}, operation_id="crosswalk")
async def cross(request: Request, asked: Annotated[CrosswalkIn, Query()]) -> Response:
    """A position of one ladder on another: the best relation first, its alternatives after it."""
    facts = {name: value for name, value in (("size", asked.size), ("sector", asked.sector)) if value}
    found = crosswalk.cross(service_of(request).normaliser.crosswalk, asked.start, asked.position, asked.to, facts)
    return _json({"from": asked.start, "position": asked.position, "to": asked.to, "crossings": found})


def _count(ladder: Any) -> int:
    return len({position.id for position in ladder.positions})


def _json(content: Any) -> Response:
    return Response(orjson.dumps(content), media_type=JSON)
