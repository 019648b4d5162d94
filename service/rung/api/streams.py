"""``POST /classify/csv`` and ``/classify/ndjson``: rows come out while rows go in, in memory that does not grow with them.

The routes read the body themselves, piece by piece, so no layer before them may. An error before the first byte of the answer
becomes a response like any other. A later one (a row that is too long) adds a row that says so and ends the answer early, which the
client sees as an incomplete response.

A client sets the pace by reading: while it takes no answer, no more of its body is read. Each ``RUNG_MAX_BATCH`` rows count as one
request against its rate limit; if the limit is used up, the stream waits.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from rung.api.bodies import check_not_form, check_uncompressed
from rung.api.limits import Disconnected
from rung.api.parameters import with_known_parameters
from rung.api.state import Service
from rung.api.stream_ends import Body, Outlet, Pace
from rung.api.stream_rows import Stream
from rung.errors import TableError
from rung.tables.answers import Task, check_readings
from rung.tables.columns import ColumnFinder, column_finder, in_address
from rung.tables.csv_parts import check_encoding
from rung.tables.opening import DelimitedOpening, NdjsonOpening, Opening, ReadOptions, Table
from rung.tables.signatures import LENGTH
from rung.tables.table import added
from rung.tables.workers import InProcess

_PARAMETERS = (  # name, description, example
    ("column", "FIELD=HEADING: read this field from that column.", "title=Job title"),
    ("reading", "A ladder.", "nine-levels"),
    ("include", "`occupation`: add the columns of occupation codes.", "occupation"),
)


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


Open = Callable[[ReadOptions, ColumnFinder], Opening]


def open_csv(wanted: ReadOptions, finder: ColumnFinder) -> Opening:
    """A delimited table; it is read by its headings alone, so that the first row is answered at once."""
    return DelimitedOpening(wanted, finder, look=False)


def open_ndjson(wanted: ReadOptions, finder: ColumnFinder) -> Opening:
    """Lines of objects, likewise."""
    return NdjsonOpening(wanted, finder, look=False)


class StreamRoute(APIRoute):
    """A route that reads and answers piece by piece; it is documented as any other."""

    def __init__(self, path: str, media: str, open_: Open, service: Service) -> None:
        super().__init__(
            path,
            _documented(path.rpartition("/")[2]),
            methods=["POST"],
            response_model=None,
            response_class=Response,
            tags=["classify"],
            responses={200: {"content": {media: {"schema": {"type": "string"}}}, "description": "The rows, as they are answered."}},
            openapi_extra={
                "requestBody": {"required": True, "content": {media: {"schema": {"type": "string"}}}},
                "parameters": [_parameter(*row) for row in _PARAMETERS],
            },
        )

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            settings = service.settings
            check_uncompressed(scope)
            check_not_form(scope)
            options = Options.of(Request(scope))
            normaliser = service.normaliser  # one for the whole stream, so that a reload does not mix two models
            check_readings(normaliser, options.readings)
            wanted = ReadOptions(options.columns, added(options.readings, occupation=options.occupation), limit=settings.max_row)
            body, outlet = Body(scope, receive), Outlet(send, media, settings.stall_seconds)
            try:
                table = await _opened(body, open_(wanted, column_finder(normaliser, in_address)))
                task = Task(table.columns.fields, options.readings, table.form, options.occupation, in_address)
                pace = Pace(scope, settings.max_batch)
                await Stream(table, InProcess(task, normaliser), task, body, outlet, pace, service.threads).run()
            except Disconnected:
                return

        self.app = with_known_parameters(app, [name for name, *_ in _PARAMETERS])


def _documented(name: str) -> Callable[[], Awaitable[Response]]:
    """An endpoint that is never called: the documentation takes the name and the text of the route from it."""

    async def documented() -> Response:
        raise NotImplementedError

    documented.__name__ = f"classify_{name}"
    documented.__doc__ = (
        f"Rows of {name.upper()} in, the same rows with `rung_` columns out, as they come. Read the answer while you send "
        "(`curl -T` does): a client that takes no answer is read no further. Query parameters: `column=FIELD=HEADING` names "
        "the column of a field, `reading=LADDER` adds a reading; both may be repeated. `include=occupation` adds occupation "
        "codes."
    )
    return documented


def routes(service: Service) -> list[StreamRoute]:
    """The two routes."""
    return [
        StreamRoute("/classify/csv", "text/csv", open_csv, service),
        StreamRoute("/classify/ndjson", "application/x-ndjson", open_ndjson, service),
    ]


async def _opened(body: Body, opening: Opening) -> Table:
    """The table, once enough of the body is there."""
    start = b""
    async for data in body.pieces():
        if len(start) < LENGTH:
            start += data[:LENGTH]
            check_encoding(start)
        table = opening.feed(data)
        if table is not None:
            return table
    table = opening.feed(b"", last=True)
    assert table is not None  # noqa: S101 - with the last bytes it is there or refused
    return table


def _parameter(name: str, description: str, example: str) -> dict[str, object]:
    schema = {"type": "array", "items": {"type": "string"}, "examples": [[example]]}
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
