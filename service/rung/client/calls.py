"""The calls of the client: each is one request, with the function that reads its response."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Generic, TypeVar, cast

import httpx
import orjson

from rung.client import answers
from rung.client.answers import LadderSummary
from rung.errors import InvalidQuery, ServiceError, TableError, TooLarge, Unavailable
from rung.ladders.crosswalk import Crossing
from rung.tables.csv_parts import parts
from rung.types import Query, Result

T = TypeVar("T")

Outcomes = list[Result | InvalidQuery]
CsvSource = Path | str | BinaryIO | Iterable[bytes]

_BATCH_BYTES = 1_000_000
# httpx sends a whole body before it reads the answer, and the service reads no more rows until its answers are read. A part must
# fit into the buffers of the sockets, or each would wait for the other.
_CSV_BYTES = 100_000
_READ = 1 << 16


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request; ``read`` reads its response."""

    method: str
    path: str
    read: Callable[[httpx.Response], T]
    params: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    media: str = "application/json"

    def arguments(self) -> dict[str, Any]:
        """The arguments of ``httpx.Client.request``."""
        headers = {"content-type": self.media} if self.content is not None else {}
        return {"method": self.method, "url": self.path, "params": self.params, "content": self.content, "headers": headers}


def classify(query: Query | str) -> Call[Result]:
    """Classify one job."""
    return Call("POST", "/classify", answers.result, content=_query_json(query))


def batch(queries: Iterable[bytes]) -> Call[Sequence[Result | InvalidQuery | Unavailable]]:
    """Classify a batch of queries in JSON."""
    return Call("POST", "/classify/batch", answers.outcomes, content=b'{"queries":[' + b",".join(queries) + b"]}")


def csv(part: bytes) -> Call[bytes]:
    """Classify a part of a CSV file; it begins with the heading."""
    return Call("POST", "/classify/csv", answers.content, content=part, media="text/csv")


def ladders() -> Call[tuple[LadderSummary, ...]]:
    """List the ladders."""
    return Call("GET", "/ladders", answers.ladders)


def crosswalk(
    start: str, position: str, to: str, size: str | None, sector: str | None, country: str | None
) -> Call[tuple[Crossing, ...]]:
    """Find a position of one ladder on another."""
    stated = {"from": start, "position": position, "to": to, "size": size, "sector": sector, "country": country}
    return Call("GET", "/crosswalk", answers.crossings, {name: value for name, value in stated.items() if value is not None})


def batches(queries: Iterable[Query | str], size: int) -> Iterator[list[bytes]]:
    """Batches of at most ``size`` queries and of at most 1 MB, unless one query is larger."""
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


def halves(queries: list[bytes], error: InvalidQuery) -> tuple[list[bytes], list[bytes]]:
    """The halves of a batch that was over a limit of the service; any other error of a whole batch is raised."""
    if not isinstance(error, TooLarge):
        raise error
    return queries[: len(queries) // 2], queries[len(queries) // 2 :]


def finished(outcomes: Sequence[Result | InvalidQuery | Unavailable]) -> Outcomes:
    """The outcomes up to the first query that the service had no time for; it answers the queries of a batch in order.

    Raises:
        Unavailable: it had no time for any of them.
        ServiceError: there are no outcomes.
    """
    if not outcomes:
        raise ServiceError("the answer has no outcomes; is the service of the same version?")
    if isinstance(outcomes[0], Unavailable):
        raise outcomes[0]
    done: Outcomes = []
    for outcome in outcomes:
        if isinstance(outcome, Unavailable):
            break
        done.append(outcome)
    return done


def csv_parts(source: CsvSource) -> Iterator[bytes]:
    """The parts of a CSV file, each with the heading."""
    return parts(_chunks(source), _CSV_BYTES)


def _query_json(query: Query | str) -> bytes:
    """A query in JSON; fields that are not set are left out."""
    if not isinstance(query, Query | str):
        raise InvalidQuery(f"a query must be a Query or a title, not {type(query).__name__}")
    stated = _stated(asdict(Query(title=query) if isinstance(query, str) else query))
    try:
        return orjson.dumps(stated)
    except orjson.JSONEncodeError:
        # A text cut inside an emoji ends in half of a surrogate pair, which is not UTF-8. Escaped, the service can repair it.
        return json.dumps(stated).encode()


def _stated(record: Mapping[str, Any]) -> dict[str, Any]:
    plain = {key: _stated(value) if isinstance(value, dict) else value for key, value in record.items()}
    return {key: value for key, value in plain.items() if value is not None and value != {}}


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
