"""Streams over HTTP: rows come out while rows go in; a client that goes away, or takes nothing, costs nothing more.

A real server on a loopback socket, since an interface in process would hand the body over whole.
"""

from __future__ import annotations

import asyncio
import gzip
import itertools
import socket
import time
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import orjson
import pytest
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from rung import Query, TableError
from rung.api import handlers, stream_rows, streams
from rung.api.limits import Incomplete
from rung.api.problems import RateLimited, SlowClient
from rung.api.protocol import Protocol
from rung.api.state import Service
from rung.settings import Settings
from rung.tables.table import COLUMNS, OCCUPATION
from tests.serving import serving
from tests.tables.conftest import TITLES, cells


@pytest.fixture(scope="module")
def counted(normaliser):
    """The model, counting what it is asked."""

    class Counted:
        asked = 0

        def __getattr__(self, name: str):
            return getattr(normaliser, name)

        def decide_many(self, queries: list[Query]):
            type(self).asked += len(queries)
            return normaliser.decide_many(queries)

    return Counted()


@pytest.fixture(scope="module")
def address(counted) -> Iterator[str]:
    app = FastAPI()
    handlers.install(app)
    app.router.routes.extend(streams.routes(Service(counted, Settings(stall_seconds=1.0))))
    with serving(app) as url:
        yield url


def test_csv_rows_are_answered_as_queries_are(address, normaliser) -> None:
    body = "id,title\n" + "".join(f'{n},"{title}"\n' for n, title in enumerate(TITLES))
    answer = httpx.post(f"{address}/classify/csv", content=body)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = cells(answer.content)
    assert rows[0] == ["id", "title", *COLUMNS]
    assert [row[1:3] for row in rows[1:]] == [[title, normaliser.classify(Query(title)).status] for title in TITLES]


def test_ndjson_objects_are_answered_and_readings_come_on_request(address) -> None:
    answer = httpx.post(f"{address}/classify/ndjson?reading=nine-levels", content=b'{"title":"PM","x":[1]}\n{"title":""}\nno\n')
    rows = [orjson.loads(line) for line in answer.content.splitlines()]
    assert list(rows[0]) == ["title", "x", *COLUMNS, "rung_reading_nine-levels"]
    assert [row["rung_status"] for row in rows[1:]] == ["error", "error"]


@pytest.mark.parametrize(("form", "body"), [("csv", "title\nHead Chef\n"), ("ndjson", '{"title": "Head Chef"}\n')])
def test_occupation_codes_come_on_request(address, form, body) -> None:
    plain = httpx.post(f"{address}/classify/{form}", content=body)
    coded = httpx.post(f"{address}/classify/{form}?include=occupation", content=body)
    assert coded.status_code == 200
    assert all(name in coded.text and name not in plain.text for name in OCCUPATION)
    assert "35-1011.00" in coded.text


def test_a_stream_has_no_other_parts(address) -> None:
    answer = httpx.post(f"{address}/classify/csv?include=evidence", content="title\nPM\n")
    assert answer.status_code == 422
    assert "include=evidence" in answer.text


def test_columns_are_named_in_the_address(address) -> None:
    column = quote("title=Bezeichnung der Stelle")
    answer = httpx.post(f"{address}/classify/csv?column={column}", content="Bezeichnung der Stelle\nProduktmanager\n")
    assert "rung_status" in answer.text


@pytest.mark.parametrize("body", [b"", b"id,salary\n1,2\n", b"\n"])
def test_what_is_no_table_is_refused_as_a_problem(address, body) -> None:
    answer = httpx.post(f"{address}/classify/csv", content=body)
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_table"
    assert "--" not in answer.json()["detail"], "options of the command line are no help here"


def test_a_workbook_is_called_one_and_it_is_said_what_to_send(address) -> None:
    answer = httpx.post(f"{address}/classify/csv", content=b"PK\x03\x04" + bytes(100))
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("this is an Excel workbook or a zip archive")
    assert answer.json()["detail"].endswith("save the sheet as CSV (in Excel: CSV UTF-8), and send that")


def test_a_column_of_industries_is_not_read_as_the_sector(address) -> None:
    answer = httpx.post(f"{address}/classify/csv", content="title,sector\nNurse,Healthcare\nPM,\n")
    assert [row[2] for row in cells(answer.content)[1:]] == ["classified", "ambiguous"]
    answer = httpx.post(f"{address}/classify/csv", content="title,sector\nNurse,private\nPM,Retail\n")
    assert "To leave this column unread: ?column=sector=" in answer.text


@pytest.mark.parametrize("body", [b"", "\ufeff".encode()])
def test_a_body_without_anything_in_it_is_called_empty(address, body) -> None:
    assert "the table is empty" in httpx.post(f"{address}/classify/csv", content=body).text


def test_rows_come_out_before_the_last_row_has_gone_in(address) -> None:
    with connection(address) as client:
        send(client, b"title\nPM\n")
        got = until(client, b"\nPM,")
        assert b"VP Product" not in got
        send(client, b"VP Product\n")
        until(client, b"VP Product,")
        client.sendall(b"0\r\n\r\n")
        assert until(client, b"0\r\n\r\n").endswith(b"0\r\n\r\n")


def test_rows_may_be_cut_anywhere(address) -> None:
    body = 'id,title,note\n1,"Group PM","a\nb"\n2,Produktmanager (m/w/d) Köln,x\n'.encode()
    whole = httpx.post(f"{address}/classify/csv", content=body).content
    with httpx.Client() as client:
        pieces = (body[i : i + 1] for i in range(len(body)))
        assert client.post(f"{address}/classify/csv", content=pieces).content == whole


def test_a_client_that_takes_nothing_is_read_no_further_and_let_go(address, counted) -> None:
    sent = 0

    def push(client: socket.socket) -> None:
        nonlocal sent
        send(client, b"title\n")
        while sent < 50_000_000:
            send(client, b"Product Manager\n" * 2_000)
            sent += 32_000

    with connection(address) as client:
        client.settimeout(1.0)
        with pytest.raises(OSError):  # noqa: PT011 - held back at first, and cut off when the server's patience ends
            push(client)
    assert sent < 30_000_000
    assert_idle(counted)


def test_the_connection_tells_the_request_that_it_is_lost(monkeypatch) -> None:
    monkeypatch.setattr(HttpToolsProtocol, "connection_lost", lambda self, exc: None)
    connection = Protocol.__new__(Protocol)
    connection.scope = {"type": "http"}
    connection.connection_lost(None)
    assert connection.scope["rung.disconnected"] is True


def test_work_stops_when_the_client_goes_away(address, counted) -> None:
    with connection(address) as client:
        send(client, b"title\n" + b"".join(b"Senior Product Manager number %d\n" % n for n in range(1_500)))
        until(client, b"rung_status")
    assert_idle(counted)


def assert_idle(counted) -> None:
    """Nothing is asked any more, soon after."""
    deadline, before = time.monotonic() + 20, -1
    while counted.asked != before:
        assert time.monotonic() < deadline, "the work goes on"
        before = counted.asked
        time.sleep(0.5)


async def test_a_stream_gives_way_to_other_requests(normaliser, monkeypatch) -> None:
    """Rows hold the loop for a slice of time and no longer, by a clock on which each row takes a quarter of one."""
    clock = itertools.count(step=stream_rows.SLICE / 4)
    monkeypatch.setattr(stream_rows, "perf_counter", lambda: next(clock))
    turns = 0

    async def watch() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    pieces = [b"title\n" + b"".join(b"Senior Product Manager number %d\n" % n for n in range(400)), b""]

    async def receive() -> dict[str, object]:
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def send_(message: object) -> None:
        """Takes everything at once."""

    (route, _) = streams.routes(Service(normaliser, Settings()))
    watcher = asyncio.create_task(watch())
    await route.app({"type": "http", "query_string": b"", "headers": []}, receive, send_)
    watcher.cancel()
    assert turns >= 400 / 6


class Talk:
    """One request told message by message; what is sent back is kept. By its clock, each row takes a quarter of a slice."""

    def __init__(self, normaliser, monkeypatch, messages: list[object], **scope: object) -> None:
        clock = itertools.count(step=stream_rows.SLICE / 4)
        monkeypatch.setattr(stream_rows, "perf_counter", lambda: next(clock))
        self.sent: list[bytes] = []
        self._messages = iter(messages)
        self._scope = {"type": "http", "query_string": b"", "headers": [], **scope}
        self._routes = streams.routes(Service(normaliser, Settings(max_row=1_000, max_batch=10)))

    async def receive(self) -> dict[str, object]:
        message = next(self._messages, None)
        if message is None:
            await asyncio.Event().wait()  # nothing comes any more
        if isinstance(message, Exception):
            raise message
        return message

    async def send(self, message: dict[str, object]) -> None:
        self.sent.append(message.get("body", b""))

    async def run(self, number: int = 0) -> list[list[str]]:
        """Tell it all; gives the rows of the answer."""
        async with asyncio.timeout(60):
            await self._routes[number].app(self._scope, self.receive, self.send)
        return cells(b"".join(self.sent))


def part(body: bytes, *, more: bool = True) -> dict[str, object]:
    return {"type": "http.request", "body": body, "more_body": more}


MANY = b"title\n" + b"".join(b"Senior Product Manager number %d\n" % n for n in range(400))


async def test_rows_of_a_client_that_left_are_not_answered(normaliser, monkeypatch) -> None:
    talk = Talk(normaliser, monkeypatch, [part(MANY)], **{"rung.disconnected": True})
    assert len(await talk.run()) < 20


async def test_a_client_that_leaves_between_two_pieces_is_noticed(normaliser, monkeypatch) -> None:
    talk = Talk(normaliser, monkeypatch, [part(b"title\nPM\n"), {"type": "http.disconnect"}])
    assert [row[0] for row in await talk.run()] == ["title", "PM"]


async def test_silence_while_rows_are_awaited_ends_the_stream(normaliser, monkeypatch) -> None:
    with pytest.raises(SlowClient):
        await Talk(normaliser, monkeypatch, [part(b"title\nPM\n"), SlowClient("nothing came")]).run()


@pytest.mark.parametrize(
    ("number", "start", "long"),
    [(0, b"id,title\n1,PM\n", b'2,"' + b"x" * 1_200), (1, b'{"id":1,"title":"PM"}\n', b'{"title":"' + b"x" * 1_200)],
)
async def test_a_row_that_is_too_long_is_said_in_the_last_row_and_cuts_the_answer_off(
    normaliser, monkeypatch, number, start, long
) -> None:
    talk = Talk(normaliser, monkeypatch, [part(start), part(long), part(b"x"), part(b"", more=False)])
    with pytest.raises(Incomplete, match="longer than 1,000 bytes"):
        await talk.run(number)
    first, *_, last = b"".join(talk.sent).splitlines()[1 - number :]
    assert b"classified" in first or b"ambiguous" in first
    assert b"longer than 1,000 bytes" in last
    assert b"error" in last
    assert talk.sent[-1] != b"", "the answer must not look whole"


async def test_a_heading_that_is_too_long_is_refused(normaliser, monkeypatch) -> None:
    talk = Talk(normaliser, monkeypatch, [part(b"title," + b"x," * 400) for _ in range(3)])
    with pytest.raises(TableError, match="longer than 1,000 bytes"):
        await talk.run()
    assert not talk.sent


async def test_empty_lines_pass_and_are_never_answered(normaliser, monkeypatch) -> None:
    asked: list[str] = []

    class Noted:
        def __getattr__(self, name: str):
            return getattr(normaliser, name)

        def decide_many(self, queries: list[Query]):
            asked.extend(query.title for query in queries)
            return normaliser.decide_many(queries)

    talk = Talk(Noted(), monkeypatch, [part(b"id,title\n" + b"\n" * 5_000), part(b"1,PM\n\n", more=False)])
    await talk.run()
    assert asked == ["PM"]
    assert b"".join(talk.sent).count(b"\n") == 5_003


@pytest.mark.parametrize(("rows", "taken"), [(10, 0), (11, 1), (31, 3)])
async def test_so_many_rows_count_as_one_request_and_wait_for_their_turn(normaliser, monkeypatch, rows, taken) -> None:
    calls = itertools.count(1)

    def take() -> None:
        if next(calls) % 2:
            raise RateLimited("too many", 0.0)

    body = b"title\n" + b"PM\n" * rows
    talk = Talk(normaliser, monkeypatch, [part(body, more=False)], **{"rung.take": take})
    assert len(await talk.run()) == rows + 1
    assert next(calls) - 1 == 2 * taken


@pytest.mark.parametrize("encoding", ["gzip", "zstd", "br"])
def test_a_compressed_body_is_refused_and_not_read_as_rows(address, encoding) -> None:
    body = gzip.compress(b"title\nPM\n")
    answer = httpx.post(f"{address}/classify/csv", content=body, headers={"content-encoding": encoding})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert httpx.post(f"{address}/classify/csv", content=b"title\n", headers={"content-encoding": "identity"}).status_code == 200


class connection:  # noqa: N801 - used as a function
    """A socket on which a chunked request to /classify/csv has begun."""

    def __init__(self, address: str) -> None:
        self._at = httpx.URL(address)

    def __enter__(self) -> socket.socket:
        self._socket = socket.create_connection((self._at.host, self._at.port), timeout=20)
        self._socket.sendall(b"POST /classify/csv HTTP/1.1\r\nhost: rung\r\ntransfer-encoding: chunked\r\n\r\n")
        return self._socket

    def __exit__(self, *_: object) -> None:
        self._socket.close()


def send(client: socket.socket, data: bytes) -> None:
    client.sendall(b"%x\r\n%s\r\n" % (len(data), data))


def until(client: socket.socket, wanted: bytes) -> bytes:
    got = b""
    while wanted not in got:
        data = client.recv(65_536)
        assert data, f"the answer ended with {got[-200:]!r}"
        got += data
    return got
