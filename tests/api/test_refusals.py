"""A full service refuses in step with its answers, by a short way that says the same as the long one, and forgets nobody."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from rung.api import refusals
from rung.api.refusals import A_TICK, AN_ANSWER, AT_ONCE, TICK, Refusals
from rung.api.server import Server, configure
from rung.settings import Settings
from tests.api.conftest import Connect

REQUEST = b'POST /classify HTTP/1.1\r\nhost: rung\r\ncontent-type: application/json\r\ncontent-length: 14\r\n\r\n{"title":"PM"}'


async def test_refusals_keep_step_with_answers() -> None:
    sent: list[int] = []
    pace = Refusals()
    for number in range(AT_ONCE + 3 * AN_ANSWER):
        pace.ask(lambda number=number: sent.append(number))
    assert len(sent) == AT_ONCE
    pace.answered()
    assert len(sent) == AT_ONCE + AN_ANSWER
    pace.answered()
    pace.answered()
    assert sent == list(range(AT_ONCE + 3 * AN_ANSWER))  # in order of arrival


async def test_where_nothing_is_answered_refusals_go_out_all_the_same() -> None:
    sent: list[int] = []
    pace = Refusals()
    for number in range(AT_ONCE + A_TICK + 1):
        pace.ask(lambda number=number: sent.append(number))
    await asyncio.sleep(1.5 * TICK)
    assert len(sent) == AT_ONCE + A_TICK
    await asyncio.sleep(TICK)
    assert len(sent) == AT_ONCE + A_TICK + 1


async def test_one_who_gives_up_while_waiting_takes_nobody_s_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "AT_ONCE", 0)
    pace = Refusals()
    first, second = asyncio.ensure_future(pace.turn()), asyncio.ensure_future(pace.turn())
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    pace.answered()
    await asyncio.wait_for(second, 1)


@pytest.fixture
def full(normaliser) -> Iterator[tuple[int, Server]]:
    """A server that is full, on a socket; the pace of its refusals is the test's to set."""
    from rung.api import create_app

    settings = Settings(drain_seconds=0)
    app = create_app(normaliser, settings)
    app.state.service.gate.pending = settings.max_pending
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(configure(app, settings), settings, app.state.service)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield listener.getsockname()[1], server
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


def asked(port: int, data: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=5)
    connection.sendall(data)
    time.sleep(0.05)  # the server has read it
    return connection


def heard(connection: socket.socket, count: int) -> bytes:
    """So many answers; fails where they do not come."""
    got = b""
    while got.count(b'"errors":[]}') < count:
        part = connection.recv(65_536)
        assert part, got
        got += part
    return got


async def test_the_short_way_says_what_the_long_way_says(full, connect: Connect) -> None:
    port, _ = full
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    headers = {"traceparent": trace, "x-request-id": "r-1"}
    short = await asyncio.to_thread(httpx.post, f"http://127.0.0.1:{port}/classify", json={"title": "PM"}, headers=headers)
    async with connect(max_pending=1) as client:
        client.app.state.service.gate.pending = 1
        long = await client.post("/classify", json={"title": "PM"}, headers=headers)
    assert (short.status_code, short.json()) == (long.status_code, long.json()) == (503, short.json())
    assert {name: value for name, value in short.headers.items() if name != "date"} == dict(long.headers)


def test_requests_in_one_piece_are_refused_one_by_one_and_the_connection_stays(full) -> None:
    port, server = full
    with asked(port, REQUEST * 3) as connection:
        assert heard(connection, 3).count(b"HTTP/1.1 503") == 3
        connection.sendall(REQUEST)
        heard(connection, 1)
        server._service.gate.pending = 0
        connection.sendall(REQUEST)
        assert b"HTTP/1.1 200" in connection.recv(65_536)


def test_an_order_is_kept_where_refusals_must_wait(full) -> None:
    port, server = full
    server._service.gate.refusals._left = 0
    with asked(port, REQUEST * 2) as connection:
        server._service.gate.pending = 0
        connection.sendall(REQUEST.replace(b"14\r\n\r\n", b"14\r\nconnection: close\r\n\r\n"))
        got = heard(connection, 2)
        while part := connection.recv(65_536):
            got += part
        assert [got[place + 9 : place + 12] for place in range(len(got)) if got.startswith(b"HTTP/1.1 ", place)] == [
            b"503",
            b"503",
            b"200",
        ]


def test_who_asks_for_the_connection_to_be_closed_has_it_closed(full) -> None:
    port, _ = full
    with asked(port, REQUEST.replace(b"14\r\n\r\n", b"14\r\nconnection: close\r\n\r\n")) as connection:
        assert b"connection: close\r\n" in heard(connection, 1)
        assert connection.recv(1) == b""


def test_other_routes_are_answered_while_queries_are_refused(full) -> None:
    port, _ = full
    assert httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
    assert httpx.get(f"http://127.0.0.1:{port}/ladders").status_code == 200
    assert "rung_refused_total 0.0" in httpx.get(f"http://127.0.0.1:{port}/metrics").text


def test_refusals_are_counted(full) -> None:
    port, _ = full
    httpx.post(f"http://127.0.0.1:{port}/classify", json={"title": "PM"})
    text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    assert "rung_refused_total 1.0" in text
    assert 'rung_requests_total{method="POST",route="/classify",status="503"} 1.0' in text


def test_a_stop_sends_the_refusals_that_it_owes(full) -> None:
    port, server = full
    server._service.gate.refusals._left = 0
    server._service.gate.refusals._moving = True
    with asked(port, REQUEST) as connection:
        server.should_exit = True
        heard(connection, 1)
        assert connection.recv(1) == b""


def test_a_body_that_trickles_is_not_waited_for_though_it_would_be_refused(full) -> None:
    port, server = full
    with asked(port, REQUEST[:-1]) as connection:
        for each in list(server._connections()):
            each.settings = Settings(header_seconds=0.2)
        connection.settimeout(5)
        with contextlib.suppress(ConnectionResetError):
            assert connection.recv(1) == b""
