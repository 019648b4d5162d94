"""``POST /classify/csv`` and ``/classify/ndjson``: rows come out while rows go in, in memory that does not grow with them.

To mount: ``app.router.routes.extend(streams.routes(lambda: app.state.service.normaliser, settings))``. The routes read the body
themselves, a piece at a time, so nothing before them may; errors raised before the first byte of the answer go to the handlers.
What comes later than that (a row without an end) cuts the answer off, which a client sees as an incomplete one.

The client is held back by its own reading: while it takes no answer, no more of its body is read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from time import perf_counter
from typing import NamedTuple, Protocol

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from rung.errors import TableError
from rung.normaliser import Normaliser
from rung.settings import Settings
from rung.tables.answers import Deduplicator, RowKey, Task, check_readings
from rung.tables.delimited import Block, Delimited, read_heading
from rung.tables.forms import DelimitedTail, Form, NdjsonTail
from rung.tables.ndjson import Ndjson, open_lines
from rung.tables.table import Columns, added, find_columns
from rung.tables.workers import InProcess

SLICE = 0.004  # seconds that rows may hold the loop before other requests get their turn
INLINE = 8_000  # characters of a text from which on a thread answers it
OPENING = 1_000_000  # bytes in which the headings, or the first object, must end
MEMORY = 2_000  # titles whose answers one stream remembers
BOM = b"\xef\xbb\xbf"


class Gone(Exception):
    """The client went away; there is nobody to tell."""


class Cutter(Protocol):
    """Cuts bytes into blocks of rows."""

    def feed(self, data: bytes, *, last: bool = False) -> Block | None:
        """The rows that are whole."""


class Table(NamedTuple):
    """A stream whose start has been read: what the answer begins with, the rows so far, and how the others are cut and answered."""

    opening: bytes
    rest: bytes
    cutter: Cutter
    columns: Columns
    form: Form


class Options(NamedTuple):
    """What the address asks for: fields by heading, and readings."""

    columns: dict[str, str]
    readings: tuple[str, ...]

    @classmethod
    def of(cls, request: Request) -> Options:
        """From ``?column=title=Job%20title&reading=…``."""
        pairs = [text.partition("=") for text in request.query_params.getlist("column")]
        if not all(equals for _, equals, _ in pairs):
            raise TableError("write column=FIELD=HEADING, as in column=title=Job%20title")
        return cls({field: heading for field, _, heading in pairs}, tuple(dict.fromkeys(request.query_params.getlist("reading"))))


Open = Callable[[bytes, Options, bool], Table | None]


def open_csv(data: bytes, options: Options, whole: bool) -> Table | None:
    """A delimited table from its first bytes; ``None`` where more are needed."""
    data = data.removeprefix(BOM)
    heading = read_heading(data, None, whole=whole) if data or whole else None
    if heading is None:
        return None
    columns, tail = find_columns(heading.cells, options.columns), DelimitedTail(heading.delimiter, heading.newline)
    names = "".join(heading.delimiter + name for name in added(options.readings))
    cutter = Delimited(heading, columns, safe=False, position=heading.size)
    opening = (heading.text + names + heading.newline).encode("utf-8", "surrogateescape")
    return Table(opening, data[heading.size :], cutter, columns, tail)


def open_ndjson(data: bytes, options: Options, whole: bool) -> Table | None:
    """Objects from their first bytes; ``None`` where more are needed."""
    data = data.removeprefix(BOM)
    columns = open_lines(data, options.columns, whole=whole)
    if columns is None:
        return None
    names = tuple(added(options.readings))
    return Table(b"", data, Ndjson(columns, names, position=0), columns, NdjsonTail(names))


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
            "the column of a field, `reading=LADDER` adds a reading; both may be repeated."
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
                ],
            },
        )

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            options = Options.of(Request(scope))
            normaliser = get_normaliser()  # one for the whole stream, so that a reload does not mix two models
            check_readings(normaliser, options.readings)
            try:
                await _stream(receive, Outlet(send, media, settings.stall_seconds), normaliser, open_, options)
            except Gone:
                return

        self.app = app


def routes(get_normaliser: Callable[[], Normaliser], settings: Settings) -> list[StreamRoute]:
    """The two routes; ``get_normaliser`` raises where none is ready."""
    return [
        StreamRoute("/classify/csv", "text/csv", open_csv, get_normaliser, settings),
        StreamRoute("/classify/ndjson", "application/x-ndjson", open_ndjson, get_normaliser, settings),
    ]


class Outlet:
    """The answer: it starts with its first piece, and ends where the client takes no more of it for too long."""

    def __init__(self, send: Send, media: str, patience: float) -> None:
        self._send, self._media, self._patience = send, media, patience
        self._started = False

    async def write(self, data: bytes, *, more: bool = True) -> None:
        """Send a piece.

        Raises:
            Gone: the client does not take it.
        """
        try:
            async with asyncio.timeout(self._patience):
                if not self._started:
                    self._started = True
                    kind = f"{self._media}; charset=utf-8".encode()
                    await self._send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]})
                await self._send({"type": "http.response.body", "body": data, "more_body": more})
        except (TimeoutError, OSError) as error:
            raise Gone from error


async def _stream(receive: Receive, outlet: Outlet, normaliser: Normaliser, open_: Open, options: Options) -> None:
    pieces = _pieces(receive)
    table = await _opened(pieces, open_, options)
    task = Task(table.columns.asked, options.readings, table.form)
    asker = Deduplicator(InProcess(task, normaliser).ask, task.asked, MEMORY)
    if table.opening:
        await outlet.write(table.opening)
    await _rows(table.cutter.feed(table.rest), asker, outlet)
    async for data in pieces:
        await _rows(table.cutter.feed(data), asker, outlet)
    await _rows(table.cutter.feed(b"", last=True), asker, outlet)
    await outlet.write(b"", more=False)


async def _pieces(receive: Receive) -> AsyncIterator[bytes]:
    """The body as it comes.

    Raises:
        Gone: the client went away.
    """
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        more = message.get("more_body", False)
        if message.get("body"):
            yield message["body"]


async def _opened(pieces: AsyncIterator[bytes], open_: Open, options: Options) -> Table:
    data = b""
    async for piece in pieces:
        data += piece
        table = open_(data, options, False)
        if table is not None:
            return table
        if len(data) > OPENING:
            raise TableError(f"the first row does not end within {OPENING:,} bytes; is this a table?")
    table = open_(data, options, True)
    if table is None:
        raise TableError("the body is empty")
    return table


async def _rows(block: Block | None, asker: Deduplicator, outlet: Outlet) -> None:
    """Answer a block; after each slice of time what is ready is sent and other requests get their turn."""
    if block is None:
        return
    ready: list[str] = []
    began = perf_counter()
    for key, head in zip(block.keys, block.heads, strict=True):
        if _long(key):
            waiting = await asyncio.to_thread(asker.ask, [key])
        else:
            waiting = asker.ask([key])
        ready.append(head + waiting.done()[0].written)
        if perf_counter() - began > SLICE:
            await outlet.write("".join(ready).encode("utf-8", "surrogateescape"))
            ready.clear()
            await asyncio.sleep(0)
            began = perf_counter()
    if ready:
        await outlet.write("".join(ready).encode("utf-8", "surrogateescape"))


def _long(key: RowKey) -> bool:
    return isinstance(key, tuple) and sum(map(len, key)) > INLINE


def _parameter(name: str, description: str, example: str) -> dict[str, object]:
    schema = {"type": "array", "items": {"type": "string"}, "examples": [[example]]}
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
