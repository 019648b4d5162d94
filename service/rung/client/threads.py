"""``Client``: calls a service from threads."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
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


class Client(Retrying[httpx.Client, httpx.BaseTransport]):
    """Calls a service from threads; may be shared between them. Close it, or use it in a ``with`` block.

    ``timeout`` is in seconds, for connecting and for each read and write; ``retries`` counts repeats after the first attempt;
    ``chunk`` is the most queries of one request, ``concurrency`` the most requests in flight in ``classify_many`` and
    ``stream_csv``; ``transport`` is an ``httpx`` transport (a proxy, a Unix socket).
    """

    def classify(self, query: Query | str) -> Result:
        """Classify one job; a string is its title.

        Raises:
            InvalidQuery: the query breaks a rule; its subclasses say which.
            Unavailable: the service could not be reached, was starting or full, and every retry failed.
            ServiceError: the service refused the key, failed, or gave an answer that this client cannot read.
        """
        return self._send(calls.classify(query))

    def classify_many(self, queries: Iterable[Query | str]) -> Iterator[Result | InvalidQuery]:
        """The outcome of each query, in order; ``queries`` is read only as far as requests are in flight."""
        for outcomes in self._ordered(self._batch, calls.batches(queries, self._chunk)):
            yield from outcomes

    def stream_csv(self, source: CsvSource) -> Iterator[bytes]:
        """The CSV file with the ``rung_`` columns added, in pieces and in order; memory does not grow with the file."""
        answers = self._ordered(lambda part: self._send(calls.csv(part)), calls.csv_parts(source))
        for number, answer in enumerate(answers):
            yield without_heading(answer) if number else answer

    def ladders(self) -> tuple[LadderSummary, ...]:
        """Every ladder that the service knows, the reference first."""
        return self._send(calls.ladders())

    def crosswalk(
        self, start: str, position: str, to: str, *, size: str | None = None, sector: str | None = None, country: str | None = None
    ) -> tuple[Crossing, ...]:
        """A position of the ladder ``start`` on the ladder ``to``: the best relation first, the alternatives after it.

        Raises:
            UnknownLadder: there is no such ladder or position; the message names the nearest.
        """
        return self._send(calls.crosswalk(start, position, to, size, sector, country))

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _open(self, options: dict[str, Any]) -> httpx.Client:
        return httpx.Client(**options)

    def _batch(self, queries: list[bytes]) -> Outcomes:
        done: Outcomes = []
        try:
            while len(done) < len(queries):
                done += calls.finished(self._send(calls.batch(queries[len(done) :])))
            return done
        except InvalidQuery as error:
            if len(queries) == 1:
                return [error]
            return [outcome for half in calls.halves(queries, error) for outcome in self._batch(half)]

    def _send(self, call: Call[T]) -> T:
        attempt = 0
        while True:
            try:
                with network_errors():
                    response = self._http.request(**call.arguments())
                return call.read(raise_for_problem(response))
            except Unavailable as error:
                time.sleep(self._pause(attempt, error))
            attempt += 1

    def _ordered(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        pending: deque[Future[R]] = deque()
        with ThreadPoolExecutor(self._concurrency, thread_name_prefix="rung-client") as pool:
            try:
                for item in items:
                    pending.append(pool.submit(work, item))
                    if len(pending) >= self._concurrency:
                        yield pending.popleft().result()
                while pending:
                    yield pending.popleft().result()
            finally:
                for future in pending:
                    future.cancel()
