"""The client: a running Rung service behind the types of this package, for threads (``Client``) and for asyncio (``AsyncClient``).

    >>> from rung.client import Client
    >>> with Client("http://127.0.0.1:8000") as rung:
    ...     rung.classify("Group PM").track
    'manager'

Both say the same and differ in ``async`` alone. Every call changes nothing in the service, so a call whose answer was lost is
repeated: after a growing pause with jitter, or after the pause that ``Retry-After`` names. A refusal (4xx) is never repeated. What
fails is raised as the errors of ``rung.errors``; in ``classify_many`` a bad query fails only itself, as its outcome.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeVar, cast

import httpx
import orjson
from pydantic import TypeAdapter, ValidationError

from rung.errors import FieldError, InvalidQuery, RungError, ServiceError, TableError, TooLarge, Unavailable
from rung.ladders.crosswalk import Crossing
from rung.tables.csv_parts import parts, without_heading
from rung.types import Query, Result

T = TypeVar("T")
R = TypeVar("R")

CsvSource = Path | str | BinaryIO | Iterable[bytes]

_RETRIED = frozenset({429, 502, 503, 504})
_FIRST_PAUSE, _LONGEST_PAUSE, _LONGEST_WAIT = 0.2, 5.0, 60.0
_BATCH_BYTES = 1_000_000
# httpx sends a body whole before it reads of the answer, and the service takes no more rows while nobody reads those that it has
# answered: a part that the sockets can hold keeps the two from waiting for one another.
_CSV_BYTES = 100_000
_READ = 1 << 16


@dataclass(frozen=True, slots=True)
class LadderSummary:
    """A ladder as the service lists it; ``positions`` is how many it has."""

    id: str
    label: str
    source: str
    summary: str
    positions: int


@dataclass(frozen=True, slots=True)
class _Call:
    """One request: what ``httpx`` needs, and nothing of how often it is tried."""

    method: str
    path: str
    params: Mapping[str, str]
    content: bytes | None = None
    media: str = "application/json"

    def arguments(self) -> dict[str, Any]:
        headers = {"content-type": self.media} if self.content is not None else {}
        return {"method": self.method, "url": self.path, "params": self.params, "content": self.content, "headers": headers}


class _Settings:
    """What both clients share: how a client is set up, and when a failed call is tried again."""

    def __init__(self, base_url: str, api_key: str | None, *, timeout: float, retries: int, chunk: int, concurrency: int) -> None:
        self._options: dict[str, Any] = {
            "base_url": base_url,
            "headers": {"authorization": f"Bearer {api_key}"} if api_key else {},
            "timeout": httpx.Timeout(timeout),
        }
        self._retries = retries
        self._chunk = chunk
        self._concurrency = concurrency

    def _pause(self, attempt: int, error: Unavailable) -> float:
        """Seconds to wait before the next attempt; raises the error where there is none."""
        if attempt >= self._retries or (error.retry_after or 0.0) > _LONGEST_WAIT:
            raise error
        jitter = random.uniform(0.0, min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**attempt))  # noqa: S311 (spreads callers, hides nothing)
        return (error.retry_after or 0.0) + jitter


class Client(_Settings):
    """Calls a service from threads; may be shared between them. Close it, or use it in a ``with`` block.

    ``timeout`` is in seconds, for connecting and for each read and write; ``retries`` counts repeats after the first attempt;
    ``chunk`` is the most queries of one request, ``concurrency`` the most requests under way in ``classify_many`` and
    ``stream_csv``; ``transport`` is an ``httpx`` transport (a proxy, a Unix socket).
    """

    def __init__(
        self,
        base_url: str = "http://127.0.0.1:8000",
        *,
        api_key: str | None = None,
        timeout: float = 30.0,
        retries: int = 4,
        chunk: int = 200,
        concurrency: int = 4,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        super().__init__(base_url, api_key, timeout=timeout, retries=retries, chunk=chunk, concurrency=concurrency)
        self._http = httpx.Client(**self._options, transport=transport)

    def classify(self, query: Query | str) -> Result:
        """Place one job; a string is its title.

        Raises:
            InvalidQuery: the query breaks a rule; its subclasses say which.
            Unavailable: the service cannot be reached, is starting or full, and stayed so.
            ServiceError: the service refused the key, failed, or answered what this client does not know.
        """
        return _result(self._json(_classify_call(query)))

    def classify_many(self, queries: Iterable[Query | str]) -> Iterator[Result | InvalidQuery]:
        """One outcome a query, in order, as they come; ``queries`` is read no further ahead than the requests under way."""
        for outcomes in self._ordered(self._batch, _batches(queries, self._chunk)):
            yield from outcomes

    def stream_csv(self, source: CsvSource) -> Iterator[bytes]:
        """A CSV file in, the same with the ``rung_`` columns out, piece by piece and in order; memory stays flat."""
        sent = self._ordered(lambda part: self._send(_csv_call(part)).content, parts(_chunks(source), _CSV_BYTES))
        for number, answer in enumerate(sent):
            yield without_heading(answer) if number else answer

    def ladders(self) -> tuple[LadderSummary, ...]:
        """Every ladder that the service knows, the reference first."""
        return _ladders(self._json(_Call("GET", "/ladders", {})))

    def crosswalk(
        self, start: str, position: str, to: str, *, size: str | None = None, sector: str | None = None
    ) -> tuple[Crossing, ...]:
        """A position of the ladder ``start`` on the ladder ``to``: the best relation first, the alternatives after it.

        Raises:
            UnknownLadder: there is no such ladder or position; the message names the nearest.
        """
        return _crossings(self._json(_crosswalk_call(start, position, to, size, sector)))

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _batch(self, queries: list[bytes]) -> list[Result | InvalidQuery]:
        try:
            return _outcomes(self._json(_batch_call(queries)))
        except InvalidQuery as error:
            if len(queries) == 1:
                return [error]
            return [outcome for half in _halves(queries, error) for outcome in self._batch(half)]

    def _json(self, call: _Call) -> Any:
        return _decoded(self._send(call))

    def _send(self, call: _Call) -> httpx.Response:
        attempt = 0
        while True:
            try:
                with _reaching():
                    response = self._http.request(**call.arguments())
                return _checked(response)
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


class AsyncClient(_Settings):
    """Calls a service from asyncio; the methods and arguments of ``Client``."""

    def __init__(
        self,
        base_url: str = "http://127.0.0.1:8000",
        *,
        api_key: str | None = None,
        timeout: float = 30.0,
        retries: int = 4,
        chunk: int = 200,
        concurrency: int = 4,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        super().__init__(base_url, api_key, timeout=timeout, retries=retries, chunk=chunk, concurrency=concurrency)
        self._http = httpx.AsyncClient(**self._options, transport=transport)

    async def classify(self, query: Query | str) -> Result:
        """As ``Client.classify``."""
        return _result(await self._json(_classify_call(query)))

    async def classify_many(self, queries: Iterable[Query | str]) -> AsyncIterator[Result | InvalidQuery]:
        """As ``Client.classify_many``."""
        async for outcomes in self._ordered(self._batch, _batches(queries, self._chunk)):
            for outcome in outcomes:
                yield outcome

    async def stream_csv(self, source: CsvSource) -> AsyncIterator[bytes]:
        """As ``Client.stream_csv``; ``source`` is read in this task, so it should be a file or data in memory."""

        async def work(part: bytes) -> bytes:
            return (await self._send(_csv_call(part))).content

        first = True
        async for answer in self._ordered(work, parts(_chunks(source), _CSV_BYTES)):
            yield answer if first else without_heading(answer)
            first = False

    async def ladders(self) -> tuple[LadderSummary, ...]:
        """As ``Client.ladders``."""
        return _ladders(await self._json(_Call("GET", "/ladders", {})))

    async def crosswalk(
        self, start: str, position: str, to: str, *, size: str | None = None, sector: str | None = None
    ) -> tuple[Crossing, ...]:
        """As ``Client.crosswalk``."""
        return _crossings(await self._json(_crosswalk_call(start, position, to, size, sector)))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()

    async def _batch(self, queries: list[bytes]) -> list[Result | InvalidQuery]:
        try:
            return _outcomes(await self._json(_batch_call(queries)))
        except InvalidQuery as error:
            if len(queries) == 1:
                return [error]
            return [outcome for half in _halves(queries, error) for outcome in await self._batch(half)]

    async def _json(self, call: _Call) -> Any:
        return _decoded(await self._send(call))

    async def _send(self, call: _Call) -> httpx.Response:
        attempt = 0
        while True:
            try:
                with _reaching():
                    response = await self._http.request(**call.arguments())
                return _checked(response)
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


@contextmanager
def _reaching() -> Iterator[None]:
    """Turns every failure to get an answer into ``Unavailable``."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise Unavailable(f"the service did not answer in time ({type(error).__name__})") from error
    except httpx.TransportError as error:
        raise Unavailable(f"the service cannot be reached: {error}") from error


def _checked(response: httpx.Response) -> httpx.Response:
    """The response, where it is an answer.

    Raises:
        RungError: what the service says was wrong.
    """
    if response.is_success:
        return response
    problem = _problem(response)
    if response.status_code in _RETRIED:
        raise Unavailable(problem["detail"], _fields(problem), retry_after=_retry_after(response.headers.get("retry-after")))
    raise _error(problem)


def _problem(response: httpx.Response) -> dict[str, Any]:
    """The body of an error; where it is none of ours, one that says what came."""
    try:
        body = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        body = None
    if isinstance(body, dict) and isinstance(body.get("detail"), str):
        return body
    came = f"{response.status_code} {response.reason_phrase}".strip()
    return {"detail": f"{response.request.url} answered {came}, which is no answer of Rung"}


def _error(problem: Mapping[str, Any]) -> RungError:
    return _by_code().get(problem.get("code", ""), ServiceError)(problem["detail"], _fields(problem))


def _fields(problem: Mapping[str, Any]) -> list[FieldError]:
    return [FieldError(str(e.get("field", "")), str(e.get("message", ""))) for e in problem.get("errors") or ()]


@cache
def _by_code() -> Mapping[str, type[RungError]]:
    """Every class of the error tree by its code."""
    found: dict[str, type[RungError]] = {}
    waiting: list[type[RungError]] = [InvalidQuery, TableError, ServiceError]
    while waiting:
        kind = waiting.pop()
        found[kind.code] = kind
        waiting += kind.__subclasses__()
    return found


def _retry_after(value: str | None) -> float | None:
    """Seconds from a ``Retry-After`` header, which is a number or a date; ``None`` where it is neither."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def _decoded(response: httpx.Response) -> Any:
    try:
        return orjson.loads(response.content)
    except orjson.JSONDecodeError as error:
        raise ServiceError(f"{response.request.url} answered something that is not JSON") from error


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _typed(kind: Any, data: Any) -> Any:
    """Plain data as a type of this package; fields that this version does not know are left out."""
    try:
        return _adapter(kind).validate_python(data)
    except ValidationError as error:
        raise ServiceError(f"the answer is not one that this version of the client knows: {error}") from error


def _result(data: Any) -> Result:
    found: Result = _typed(Result, data)
    return found


def _outcomes(data: Any) -> list[Result | InvalidQuery]:
    return [_outcome(item) for item in data["results"]]


def _outcome(item: Mapping[str, Any]) -> Result | InvalidQuery:
    if item.get("status") != "error":
        return _result(item)
    error = _error(item["error"])
    if not isinstance(error, InvalidQuery):
        raise error
    return error


def _ladders(data: Any) -> tuple[LadderSummary, ...]:
    found: tuple[LadderSummary, ...] = _typed(tuple[LadderSummary, ...], data["ladders"])
    return found


def _crossings(data: Any) -> tuple[Crossing, ...]:
    found: tuple[Crossing, ...] = _typed(tuple[Crossing, ...], data["crossings"])
    return found


def _classify_call(query: Query | str) -> _Call:
    return _Call("POST", "/classify", {}, _query_json(query))


def _batch_call(queries: Iterable[bytes]) -> _Call:
    return _Call("POST", "/classify/batch", {}, b'{"queries":[' + b",".join(queries) + b"]}")


def _halves(queries: list[bytes], error: InvalidQuery) -> tuple[list[bytes], list[bytes]]:
    """A batch in two, where it was over a limit of the service; any other error of a whole batch is raised."""
    if not isinstance(error, TooLarge):
        raise error
    return queries[: len(queries) // 2], queries[len(queries) // 2 :]


def _csv_call(content: bytes) -> _Call:
    return _Call("POST", "/classify/csv", {}, content, "text/csv")


def _crosswalk_call(start: str, position: str, to: str, size: str | None, sector: str | None) -> _Call:
    known = {"from": start, "position": position, "to": to, "size": size, "sector": sector}
    return _Call("GET", "/crosswalk", {name: value for name, value in known.items() if value is not None})


def _query_json(query: Query | str) -> bytes:
    """A query as the service reads it; what is not stated is left out."""
    stated = _stated(asdict(Query(title=query) if isinstance(query, str) else query))
    try:
        return orjson.dumps(stated)
    except orjson.JSONEncodeError:
        # Half of a surrogate pair, as texts cut in the middle of an emoji hold, is no UTF-8; as an escape the service mends it.
        return json.dumps(stated).encode()


def _stated(record: Mapping[str, Any]) -> dict[str, Any]:
    plain = {key: _stated(value) if isinstance(value, dict) else value for key, value in record.items()}
    return {key: value for key, value in plain.items() if value is not None and value != {}}


def _batches(queries: Iterable[Query | str], size: int) -> Iterator[list[bytes]]:
    """Batches of queries: at most ``size``, and few enough bytes for the limit that a service has."""
    held: list[bytes] = []
    length = 0
    for query in queries:
        content = _query_json(query)
        if held and (len(held) >= size or length + len(content) > _BATCH_BYTES):
            yield held
            held, length = [], 0
        held.append(content)
        length += len(content)
    if held:
        yield held


def _chunks(source: CsvSource) -> Iterator[bytes]:
    """The bytes of a path, an open binary file or an iterable."""
    if isinstance(source, str | Path):
        try:
            with Path(source).open("rb") as file:
                yield from _read(file)
        except OSError as error:
            raise TableError(f"{source} cannot be read: {error.strerror}") from error
    elif isinstance(source, Iterable) and not hasattr(source, "read"):
        yield from source
    else:
        yield from _read(cast(BinaryIO, source))


def _read(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_READ):
        yield chunk
