"""``POST /classify/csv`` and ``/classify/ndjson``: rows come out while rows go in, in memory that does not grow with them.

To mount: ``app.router.routes.extend(streams.routes(lambda: app.state.service.normaliser, settings))``. The routes read the body
themselves, a piece at a time, so nothing before them may. Errors before the first byte of the answer go to the handlers. A later
one (a row that is too long) adds a row that says so and cuts the answer off, which a client sees as an incomplete one.

A client is slowed down by its own reading: while it takes no answer, no more of its body is read. Each ``RUNG_MAX_BATCH`` rows
count as one request of its rate; where that is used up, the stream waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from time import perf_counter
from typing import NamedTuple

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from rung.api.problems import RateLimited, UnsupportedMedia
from rung.errors import TableError
from rung.normaliser import Normaliser
from rung.settings import Settings
from rung.tables.answers import Deduplicator, RowKey, Task, check_readings
from rung.tables.columns import ColumnFinder, column_finder
from rung.tables.delimited import Block
from rung.tables.opening import DelimitedOpening, NdjsonOpening, Opening, Table, Wanted
from rung.tables.table import BLANK, Fault, added
from rung.tables.workers import InProcess

SLICE = 0.004  # seconds that rows may hold the loop before other requests get their turn
PIECE = 4_096  # bytes that are cut into rows at a time
INLINE = 8_000  # characters of a text from which on a thread answers it
MEMORY = 2_000  # titles whose answers one stream remembers


class Gone(Exception):
    """The client went away; there is nobody to tell."""


class Options(NamedTuple):
    """What the address asks for: fields by heading, readings, and whether occupation codes are wanted."""

    columns: dict[str, str]
    readings: tuple[str, ...]
    occupation: bool

    @classmethod
    def of(cls, request: Request) -> Options:
        """From ``?column=title=Job%20title&reading=…&include=occupation``."""
        asked = request.query_params
        pairs = [text.partition("=") for text in asked.getlist("column")]
        if not all(equals for _, equals, _ in pairs):
            raise TableError("write column=FIELD=HEADING, as in column=title=Job%20title")
        parts = asked.getlist("include")
        if other := next((part for part in parts if part != "occupation"), None):
            raise TableError(f"include={other[:40]}: a stream can add the columns of occupation only")
        fields = {field: heading for field, _, heading in pairs}
        return cls(fields, tuple(dict.fromkeys(asked.getlist("reading"))), bool(parts))


Open = Callable[[Wanted, ColumnFinder], Opening]


def open_csv(wanted: Wanted, finder: ColumnFinder) -> Opening:
    """A delimited table; rows are looked at only where several columns may hold the titles, so that others are answered at once."""
    return DelimitedOpening(wanted, finder, look=False)


def open_ndjson(wanted: Wanted, finder: ColumnFinder) -> Opening:
    """Lines of objects, likewise."""
    return NdjsonOpening(wanted, finder, look=False)


class StreamRoute(APIRoute):
    """A route that reads and answers piece by piece; it is documented as any other."""

    def __init__(self, path: str, media: str, open_: Open, get_normaliser: Callable[[], Normaliser], settings: Settings) -> None:
        name = path.rpartition("/")[2]

        async def described() -> Response:  # only its words are used: in the documentation
            raise NotImplementedError

        described.__name__ = f"classify_{name}"
        described.__doc__ = (
            f"Rows of {name.upper()} in, the same rows with `rung_` columns out, as they come. Read the answer while you send "
            "(`curl -T` does): a client that takes no answer is read no further. Query parameters: `column=FIELD=HEADING` names "
            "the column of a field, `reading=LADDER` adds a reading; both may be repeated. `include=occupation` adds occupation "
            "codes."
        )
        super().__init__(
            path,
            described,
            methods=["POST"],
            response_model=None,
            response_class=Response,
            tags=["classify"],
            responses={200: {"content": {media: {"schema": {"type": "string"}}}, "description": "The rows, as they are answered."}},
            openapi_extra={
                "requestBody": {"required": True, "content": {media: {"schema": {"type": "string"}}}},
                "parameters": [
                    _parameter("column", "FIELD=HEADING: read this field from that column.", "title=Job title"),
                    _parameter("reading", "A ladder.", "nine-levels"),
                    _parameter("include", "`occupation`: add the columns of occupation codes.", "occupation"),
                ],
            },
        )

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            check_uncompressed(scope)
            options = Options.of(Request(scope))
            normaliser = get_normaliser()  # one for the whole stream, so that a reload does not mix two models
            check_readings(normaliser, options.readings)
            wanted = Wanted(options.columns, added(options.readings, occupation=options.occupation), limit=settings.max_row)
            body, outlet = Body(scope, receive), Outlet(send, media, settings.stall_seconds)
            try:
                table = await _opened(body, open_(wanted, column_finder(normaliser)))
                task = Task(table.columns.fields, options.readings, table.form, options.occupation)
                await Stream(table, InProcess(task, normaliser), task, body, outlet, Pace(scope, settings.max_batch)).run()
            except Gone:
                return

        self.app = app


def routes(get_normaliser: Callable[[], Normaliser], settings: Settings) -> list[StreamRoute]:
    """The two routes; ``get_normaliser`` raises where none is ready."""
    return [
        StreamRoute("/classify/csv", "text/csv", open_csv, get_normaliser, settings),
        StreamRoute("/classify/ndjson", "application/x-ndjson", open_ndjson, get_normaliser, settings),
    ]


def check_uncompressed(scope: Scope) -> None:
    """Check that the body is not compressed.

    Raises:
        UnsupportedMedia: its head says that it is.
    """
    for name, value in scope["headers"]:
        if name == b"content-encoding" and value.strip().lower() not in (b"", b"identity"):
            raise UnsupportedMedia("send the rows uncompressed; compressed bodies are not read")


class Body:
    """The body as it comes, in small pieces, so that none holds the loop for long."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope, self._receive = scope, receive
        self._got = b""
        self._more = True

    async def pieces(self) -> AsyncIterator[bytes]:
        """The pieces that were not given yet.

        Raises:
            Gone: the client went away.
            SlowClient: nothing came for too long.
        """
        while self._got or self._more:
            if not self._got:
                message = await self._receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                self._got, self._more = message.get("body", b""), message.get("more_body", False)
            piece, self._got = self._got[:PIECE], self._got[PIECE:]
            if piece:
                yield piece

    async def give_way(self) -> None:
        """Let other requests have their turn.

        Raises:
            Gone: the client went away meanwhile.
        """
        await asyncio.sleep(0)
        if self._scope.get("rung.gone"):  # set by the connection
            raise Gone


class Outlet:
    """The answer: it starts with its first piece, and ends where the client takes no more of it for too long."""

    def __init__(self, send: Send, media: str, patience: float) -> None:
        self._send, self._media, self._patience = send, media, patience
        self.started = False

    async def write(self, text: str) -> None:
        """Send some rows.

        Raises:
            Gone: the client does not take them.
        """
        await self._put(text.encode("utf-8", "surrogateescape"), more=True)

    async def end(self) -> None:
        """Send that there are no more.

        Raises:
            Gone: the client does not take it.
        """
        await self._put(b"", more=False)

    async def _put(self, data: bytes, *, more: bool) -> None:
        try:
            async with asyncio.timeout(self._patience):
                if not self.started:
                    self.started = True
                    kind = f"{self._media}; charset=utf-8".encode()
                    await self._send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]})
                await self._send({"type": "http.response.body", "body": data, "more_body": more})
        except (TimeoutError, OSError) as error:
            raise Gone from error


class Pace:
    """Holds a stream to its caller's rate: so many rows count as one request."""

    def __init__(self, scope: Scope, rows: int) -> None:
        self._take: Callable[[], None] | None = scope.get("rung.take")  # set by the layer that knows the caller
        self._rows = self._left = rows  # the request itself has paid for the first ones

    async def row(self) -> None:
        """Count a row; wait where the rate is used up."""
        if self._take is None:
            return
        self._left -= 1
        while self._left < 0:
            try:
                self._take()
                self._left += self._rows
            except RateLimited as error:
                await asyncio.sleep(error.retry_after)


async def _opened(body: Body, opening: Opening) -> Table:
    """The table, once enough of the body is there."""
    async for data in body.pieces():
        table = opening.feed(data)
        if table is not None:
            return table
    table = opening.feed(b"", last=True)
    assert table is not None  # noqa: S101 - with the last bytes it is there or refused
    return table


class Stream:
    """A table on its way: rows in, answers out."""

    def __init__(self, table: Table, classifier: InProcess, task: Task, body: Body, outlet: Outlet, pace: Pace) -> None:
        self._table, self._body, self._outlet, self._pace = table, body, outlet, pace
        self._classifier = classifier
        self._deduplicator = Deduplicator(classifier.submit, task.fields, MEMORY)
        self._blank = str(table.form.blank)
        self._began = perf_counter()

    async def run(self) -> None:
        """Answer all rows.

        Raises:
            Gone: the client went away.
            TableError: a row is too long; the answer says so in its last row.
        """
        table, outlet = self._table, self._outlet
        cutter = table.cutter(table.start)
        if table.opening:
            await outlet.write(table.opening.decode("utf-8", "surrogateescape"))
        try:
            await self._answer(cutter.feed(table.rest))
            async for data in self._body.pieces():
                await self._answer(cutter.feed(data))
            await self._answer(cutter.feed(b"", last=True))
        except TableError as error:
            if outlet.started:
                ((written, _),) = self._classifier.submit([Fault(error.detail)])()
                await outlet.write(table.empty_row + written)
            raise
        await outlet.end()

    async def _answer(self, block: Block | None) -> None:
        """Answer a block; after each slice of time what is ready is sent and other requests get their turn."""
        ready: list[str] = []
        for key, head in zip(block.keys, block.heads, strict=True) if block else ():
            ready.append(head + (self._blank if key is BLANK else await self._one(key)))
            if perf_counter() - self._began > SLICE:
                await self._pass_on(ready)
                ready.clear()
        if ready:
            await self._outlet.write("".join(ready))
        if perf_counter() - self._began > SLICE:  # cutting takes time, too
            await self._pass_on([])

    async def _pass_on(self, ready: list[str]) -> None:
        """Send what is ready, and begin another slice after the others' turn."""
        if ready:
            await self._outlet.write("".join(ready))
        await self._body.give_way()
        self._began = perf_counter()

    async def _one(self, key: RowKey) -> str:
        await self._pace.row()
        if _long(key):
            pending = await asyncio.to_thread(self._deduplicator.submit, [key])
        else:
            pending = self._deduplicator.submit([key])
        return str(pending.result()[0].written)


def _long(key: RowKey) -> bool:
    return isinstance(key, tuple) and sum(map(len, key)) > INLINE


def _parameter(name: str, description: str, example: str) -> dict[str, object]:
    schema = {"type": "array", "items": {"type": "string"}, "examples": [[example]]}
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
