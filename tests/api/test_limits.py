"""What is too much is refused at once and in words, and what was accepted is answered all the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import count

import pytest

from rung.api.problems import RateLimited
from rung.api.rates import CALLERS, Rates
from tests.api.conftest import Connect

JSON = {"content-type": "application/json"}


async def chunks(part: bytes, count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield part


async def silent() -> AsyncIterator[bytes]:
    yield b"{"
    await asyncio.Event().wait()


async def test_a_large_body_is_refused_before_it_is_read(connect: Connect) -> None:
    async with connect(max_body=1_000) as client:
        answer = await client.post("/classify", content=b" " * 1_001, headers=JSON)
        assert (answer.status_code, answer.json()["code"], answer.headers["connection"]) == (413, "too_large", "close")


async def test_a_large_body_without_a_length_is_refused_where_it_passes_the_limit(connect: Connect) -> None:
    async with connect(max_body=1_000) as client:
        answer = await client.post("/classify", content=chunks(b" " * 400, 1_000_000_000), headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_a_body_in_pieces_is_read_whole(connect: Connect) -> None:
    async with connect() as client:
        answer = await client.post("/classify", content=chunks(b'{"title":"PM"}', 1), headers=JSON)
        assert answer.status_code == 200
        assert client.app.state.service.gate.pending_bytes == 0


async def test_a_batch_over_its_limit_is_refused_whole(connect: Connect) -> None:
    async with connect(max_batch=2) as client:
        answer = await client.post("/classify/batch", json={"queries": [{"title": "PM"}] * 3})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (413, "queries")


async def test_past_the_limit_of_pending_requests_callers_are_told_to_come_again(connect: Connect) -> None:
    async with connect(max_pending=3) as client:
        answers = await asyncio.gather(*(client.post("/classify", json={"title": "PM"}) for _ in range(10)))
        refused = [a for a in answers if a.status_code == 503]
        assert len(refused) == 7
        assert {a.headers["retry-after"] for a in refused} == {"1"}
        assert {a.json()["code"] for a in refused} == {"unavailable"}
        assert (await client.post("/classify", json={"title": "PM"})).status_code == 200
        assert "rung_refused_total 7.0" in (await client.get("/metrics")).text


async def test_the_short_queue_is_answered_in_full_and_leaves_nothing_behind(connect: Connect) -> None:
    async with connect(max_pending=40) as client:
        answers = await asyncio.gather(*(client.post("/classify", json={"title": "PM"}) for _ in range(40)))
        assert {a.status_code for a in answers} == {200}
        gate = client.app.state.service.gate
        assert (gate.pending, gate.pending_bytes) == (0, 0)


async def test_bodies_are_held_within_their_memory(connect: Connect) -> None:
    async with connect(max_pending_bytes=1_000, max_body=2_000) as client:
        body = b'{"title": "PM", "description": "' + b"x" * 1_000 + b'"}'
        assert (await client.post("/classify", content=body, headers=JSON)).status_code == 503
        assert (await client.post("/classify", content=chunks(b" " * 300, 5), headers=JSON)).status_code == 503
        assert client.app.state.service.gate.pending_bytes == 0


async def test_a_batch_that_takes_too_long_fails_in_its_rest_alone(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = count()
    monkeypatch.setattr("rung.api.routes.perf_counter", lambda: float(next(seconds)))  # each step takes one second
    async with connect(request_seconds=5) as client:
        queries = [{"id": str(n), "title": f"Product Manager {n} of the team of {n * 7} and {n * 11}"} for n in range(900)]
        results = (await client.post("/classify/batch", json={"queries": queries})).json()["results"]
        assert [r["id"] for r in results] == [q["id"] for q in queries]
        assert results[0]["status"] == "classified"
        assert results[-1]["error"]["code"] == "unavailable"


async def test_a_long_batch_lets_others_pass(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rung.api.routes.SLICE", 0.0)
    async with connect() as client:
        queries = [{"title": f"Product Manager {n} of the team of {n * 7} and {n * 11}"} for n in range(900)]
        batch = asyncio.ensure_future(client.post("/classify/batch", json={"queries": queries}))
        passed = 0
        while not batch.done():
            assert (await client.post("/classify", json={"title": "PM"})).status_code == 200
            passed += 1
        assert passed >= 5


async def test_each_caller_has_its_own_rate(connect: Connect) -> None:
    async with connect(rate=0.5, burst=3) as client:
        statuses = [(await client.post("/classify", json={"title": "PM"})).status_code for _ in range(5)]
        assert statuses == [200, 200, 200, 429, 429]
        refused = await client.post("/classify", json={"title": "PM"})
        assert 1 <= int(refused.headers["retry-after"]) <= 2
        assert (await client.get("/healthz")).status_code == 200


def test_a_bucket_fills_again_and_no_more_than_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("rung.api.rates.monotonic", lambda: now)
    rates = Rates(rate=2.0, burst=1)
    rates.take("a")
    with pytest.raises(RateLimited):
        rates.take("a")
    now += 0.5
    rates.take("a")
    for caller in range(CALLERS + 100):
        rates.take(str(caller))
    assert len(rates._buckets) == CALLERS


async def test_info_states_the_limits(connect: Connect) -> None:
    async with connect(max_title=12, max_batch=5, rate=7, max_pending=9) as client:
        limits = (await client.get("/info")).json()["limits"]
        assert (limits["title"], limits["batch"], limits["rate"], limits["pending"]) == (12, 5, 7.0, 9)


async def test_a_body_that_does_not_come_is_not_waited_for(connect: Connect) -> None:
    async with connect(body_seconds=0.05) as client:
        answer = await client.post("/classify", content=silent(), headers=JSON)
        assert (answer.status_code, answer.json()["code"], answer.headers["connection"]) == (408, "slow_client", "close")
