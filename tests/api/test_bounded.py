"""Work is bounded before it is done: nothing is validated, or even parsed, of a body that has more parts than it can have."""

from __future__ import annotations

import asyncio
import contextlib
import gc

import httpx
import orjson
import pytest

from rung.api import bodies
from rung.api.messages import MOST_ERRORS
from rung.api.schemas.requests import QueryIn
from tests.api.conftest import Connect

JSON = {"content-type": "application/json"}


def unknown(count: int) -> bytes:
    return b"{" + b",".join(b'"%x":0' % number for number in range(count)) + b"}"


@pytest.fixture
def validated(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is validated as a query while a test runs."""
    seen: list[object] = []
    validate = QueryIn.model_validate

    def counted(value: object) -> QueryIn:
        seen.append(value)
        return validate(value)

    monkeypatch.setattr(QueryIn, "model_validate", counted)
    return seen


@pytest.mark.parametrize("item", [b"0", b'""', b"{}", b'{"title":5}'], ids=lambda item: item.decode())
async def test_queries_are_counted_before_one_is_validated(client: httpx.AsyncClient, validated: list[object], item: bytes) -> None:
    body = b'{"queries":[' + b",".join([item] * 30_000) + b"]}"
    answer = await client.post("/classify/batch", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.json()["detail"] == "the batch has 30,000 queries; at most 1,000 are accepted. Send it in parts."
    assert not validated


@pytest.mark.parametrize(
    "body",
    [unknown(1_000), unknown(140_000), b'{"organisation":%s}' % unknown(1_000), b'{"organisation":%s}' % unknown(140_000)],
    ids=["fields", "many fields", "fields inside", "many fields inside"],
)
async def test_fields_are_counted_before_one_is_validated(client: httpx.AsyncClient, validated: list[object], body: bytes) -> None:
    answer = await client.post("/classify", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_query")
    assert len(answer.content) < 1_000
    assert not validated


@pytest.mark.parametrize(
    "body",
    [
        unknown(bodies.MOST_MARKS),
        b'{"queries":[' + b",".join([b"{}"] * bodies.MOST_MARKS) + b"]}",
        b'{"queries":[' + b",".join([b"[[[]]]"] * (bodies.MOST_MARKS // 3)) + b"]}",
    ],
    ids=["fields", "objects", "lists"],
)
@pytest.mark.parametrize("path", ["/classify", "/classify/batch"])
async def test_structure_is_measured_before_it_is_parsed(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, path: str, body: bytes
) -> None:
    def parsed(_: bytes) -> None:
        raise AssertionError("it was parsed")

    monkeypatch.setattr(bodies.orjson, "loads", parsed)
    answer = await client.post(path, content=body, headers=JSON)
    monkeypatch.undo()
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert "at most 150,000 are read" in answer.json()["detail"]


async def test_halves_of_surrogate_pairs_are_counted_before_they_are_replaced(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "_mended", lambda _: pytest.fail("it was mended"))
    body = b'{"title":"%s"}' % (rb"\ud83d" * (bodies.MOST_MARKS + 1))
    answer = await client.post("/classify", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["detail"][:49]) == (413, "the body has 150,001 halves of surrogate pairs; a")


def test_the_collector_is_paused_for_the_parser_alone() -> None:
    assert gc.isenabled()
    for body in (b"{}", b"{", b'"\\ud83d"'):
        with contextlib.suppress(bodies.InvalidJson):
            bodies.parse(body)
        assert gc.isenabled()


async def test_an_answer_lists_a_handful_of_errors(client: httpx.AsyncClient) -> None:
    answer = await client.post("/classify", content=unknown(bodies.MOST_FIELDS), headers=JSON)
    assert len(answer.json()["errors"]) == MOST_ERRORS
    queries = [dict.fromkeys(map(str, range(bodies.MOST_FIELDS)), 0)] * 100
    batch = await client.post("/classify/batch", json={"queries": queries})
    assert {len(result["error"]["errors"]) for result in batch.json()["results"]} == {MOST_ERRORS}


async def test_names_and_words_of_a_caller_are_not_repeated_at_length(client: httpx.AsyncClient) -> None:
    for body in ({"x" * 100_000: 1}, {"title": "PM", "organisation": {"sector": "x" * 100_000}}, {"id": {"y" * 100_000: 1}}):
        answer = await client.post("/classify", json=body)
        assert answer.status_code == 422
        assert len(answer.content) < 2_000


async def test_the_largest_ordinary_batch_passes_the_measure(connect: Connect) -> None:
    """A thousand descriptions of four thousand characters, with links and lists as postings have them."""
    text = ("Duties: own the plan (see https://example.org/a?b=1), [remote]. You talk with customers. " * 40)[:3_900]
    body = orjson.dumps({"queries": [{"id": str(n), "title": "Product Manager", "description": text} for n in range(1_000)]})
    async with connect() as client:
        settings = client.app.state.service.settings
    assert len(body) < settings.max_body
    assert len(bodies.read_batch(body, settings.max_batch).queries) == 1_000


async def test_a_client_that_leaves_stops_the_validation_too(
    connect: Connect, validated: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rung.api.routes.SLICE", 0.0)
    async with connect() as client:
        app = client.app
        body = orjson.dumps({"queries": [{"titel": 1}] * 1_000})
        messages = iter([{"type": "http.request", "body": body, "more_body": False}, {"type": "http.disconnect"}])

        async def receive() -> dict[str, object]:
            return next(messages)

        async def send(_: object) -> None:
            raise AssertionError("nobody is left to answer")

        scope = httpx_scope("/classify/batch")
        await asyncio.wait_for(app(scope, receive, send), 60)
    assert 0 < len(validated) < 200
    assert app.state.service.gate.pending == 0


def httpx_scope(path: str) -> dict[str, object]:
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
    }  # fmt: skip
