"""``AsyncClient``: calls a service from asyncio. It has the methods and arguments of ``Client``."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from rung.client import calls
from rung.client.answers import LadderSummary
from rung.client.calls import Call, CsvSource, Outcomes
from rung.client.problems import raise_for_problem
from rung.client.retries import Retrying, network_errors
from rung.errors import InvalidQuery, Unavailable
from rung.ladders.crosswalk import Crossing
from rung.tables.csv_parts import without_heading
from rung.types import Query, Result

T = TypeVar("T")
R = TypeVar("R")


class AsyncClient(Retrying[httpx.AsyncClient, httpx.AsyncBaseTransport]):
    """Calls a service from asyncio; the methods and arguments of ``Client``."""

    async def classify(self, query: Query | str) -> Result:
        """As ``Client.classify``."""
        return await self._send(calls.classify(query))

    async def classify_many(self, queries: Iterable[Query | str]) -> AsyncIterator[Result | InvalidQuery]:
        """As ``Client.classify_many``."""
        async for outcomes in self._ordered(self._batch, calls.batches(queries, self._chunk)):
            for outcome in outcomes:
                yield outcome

    async def stream_csv(self, source: CsvSource) -> AsyncIterator[bytes]:
        """As ``Client.stream_csv``; ``source`` is read in this task, so it should be a file or data in memory."""
        first = True
        async for answer in self._ordered(lambda part: self._send(calls.csv(part)), calls.csv_parts(source)):
            yield answer if first else without_heading(answer)
            first = False

    async def ladders(self) -> tuple[LadderSummary, ...]:
        """As ``Client.ladders``."""
        return await self._send(calls.ladders())

    async def crosswalk(
        self, start: str, position: str, to: str, *, size: str | None = None, sector: str | None = None, country: str | None = None
    ) -> tuple[Crossing, ...]:
        """As ``Client.crosswalk``."""
        return await self._send(calls.crosswalk(start, position, to, size, sector, country))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()

    def _open(self, options: dict[str, Any]) -> httpx.AsyncClient:
        return httpx.AsyncClient(**options)

    async def _batch(self, queries: list[bytes]) -> Outcomes:
        done: Outcomes = []
        try:
            while len(done) < len(queries):
                done += calls.finished(await self._send(calls.batch(queries[len(done) :])))
            return done
        except InvalidQuery as error:
            if len(queries) == 1:
                return [error]
            return [outcome for half in calls.halves(queries, error) for outcome in await self._batch(half)]

    async def _send(self, call: Call[T]) -> T:
        attempt = 0
        while True:
            try:
                with network_errors():
                    response = await self._http.request(**call.arguments())
                return call.read(raise_for_problem(response))
            except Unavailable as error:
                await asyncio.sleep(self._pause(attempt, error))
            attempt += 1

    async def _ordered(self, work: Callable[[T], Awaitable[R]], items: Iterable[T]) -> AsyncIterator[R]:
        pending: deque[asyncio.Future[R]] = deque()
        try:
            for item in items:
                pending.append(asyncio.ensure_future(work(item)))
                if len(pending) >= self._concurrency:
                    yield await pending.popleft()
            while pending:
                yield await pending.popleft()
        finally:
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)
