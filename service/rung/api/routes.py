"""The routes that classify: each reads a body, asks the normaliser and answers.

They are raw, which halves the CPU of a request (docs/decisions/0003-raw-bytes-route.md).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from time import perf_counter
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from rung.api.bodies import Item, Refused, check_type, read_batch, read_query
from rung.api.limits import LONG_TEXT, SLICE, Disconnected
from rung.api.problems import problem
from rung.api.raw import JSON, service_of
from rung.api.state import Service
from rung.errors import InvalidQuery, RungError, Unavailable, UnknownLadder
from rung.normaliser import Normaliser
from rung.types import Query, Result

STEP_QUERIES = 16  # answered together
STEP_TITLE_CHARS = 800  # the length of all titles that fills a step, about 2 ms of CPU


async def classify(request: Request, body: bytes) -> Response:
    """Classify one job."""
    check_type(request)
    query = read_query(body)
    service = service_of(request)
    if service.settings.log_titles:
        request.scope["rung.title"] = query.title
    try:
        if _is_long(query):
            result = await asyncio.get_running_loop().run_in_executor(service.threads, service.normaliser.classify, query)
        else:
            result = await service.batcher.classify(query)
    except UnknownLadder as error:
        raise _in_body(error) from None
    service.metrics.answered(result)
    return Response(orjson.dumps(result.as_json()), media_type=JSON)


async def classify_batch(request: Request, body: bytes) -> Response:
    """Classify several jobs, in order. An invalid one fails alone."""
    check_type(request)
    service = service_of(request)
    async with service.batches:
        batch = read_batch(body, service.settings.max_batch)
        normaliser = service.normaliser  # one for the whole batch, so that a reload does not mix two models
        leaving = asyncio.ensure_future(request.receive())
        try:
            answers = await _answers(service, normaliser, batch.items(), leaving)
        finally:
            leaving.cancel()
    model = orjson.dumps(normaliser.model)
    return Response(b'{"results":[' + b",".join(answers) + b'],"model":' + model + b"}", media_type=JSON)


async def _answers(service: Service, normaliser: Normaliser, items: Iterable[Item], leaving: asyncio.Future[Any]) -> list[bytes]:
    """The answers in order; between slices of time other requests run. Stops if the client has disconnected."""
    spent, began = 0.0, perf_counter()
    answers: list[bytes] = []
    for some in _steps(items):
        if spent > service.settings.request_seconds:
            answers += [_failed(item.id, _over_budget(service)) for item in some]
        else:
            answers += await _answer_together(service, normaliser, some)
        if perf_counter() - began > SLICE:
            spent += perf_counter() - began
            await asyncio.sleep(0)
            if leaving.done():
                raise Disconnected
            began = perf_counter()
    return answers


def _steps(items: Iterable[Item]) -> Iterator[list[Item]]:
    """The items in order, in short lists that are answered together."""
    some: list[Item] = []
    size = 0.0
    for item in items:
        part = 0.0 if isinstance(item, Refused) else _size(item)
        if some and (len(some) == STEP_QUERIES or size + part > 1.0):
            yield some
            some, size = [], 0.0
        some.append(item)
        size += part
    if some:
        yield some


async def _answer_together(service: Service, normaliser: Normaliser, items: Sequence[Item]) -> list[bytes]:
    """The answers of items that are answered together."""
    queries = [item for item in items if isinstance(item, Query)]
    if any(map(_is_long, queries)):
        outcomes = await asyncio.get_running_loop().run_in_executor(service.threads, normaliser.classify_many, queries)
    else:
        outcomes = normaliser.classify_many(queries)
    left = iter(outcomes)
    return [_failed(*item) if isinstance(item, Refused) else _written(service, item, next(left)) for item in items]


def _written(service: Service, query: Query, outcome: Result | InvalidQuery) -> bytes:
    if isinstance(outcome, InvalidQuery):
        return _failed(query.id, _in_body(outcome))
    service.metrics.answered(outcome)
    return orjson.dumps(outcome.as_json())


def _in_body(error: InvalidQuery) -> InvalidQuery:
    """The error with the status for a body: an unknown ladder is 422 there, and 404 in a path."""
    if isinstance(error, UnknownLadder):
        error.status = InvalidQuery.status
    return error


def _is_long(query: Query) -> bool:
    """Whether a thread answers a query, because it takes long: a long text, or occupation codes (3 ms, the first 0.2 s)."""
    return "occupation" in query.include or len(query.description or "") > LONG_TEXT


def _size(query: Query) -> float:
    """The share of a step of a batch that a query takes."""
    return len(query.title) / STEP_TITLE_CHARS + len(query.description or "") / LONG_TEXT + ("occupation" in query.include)


def _failed(caller_id: str | None, error: RungError) -> bytes:
    return orjson.dumps({"id": caller_id, "status": "error", "error": problem(error)})


def _over_budget(service: Service) -> RungError:
    return Unavailable(f"the batch took more than {service.settings.request_seconds:g} s; send this query again in a smaller one")
