"""What one connection refuses: heads without measure, trailers, bytes that are no request. No sockets: bytes go to the protocol."""

from __future__ import annotations

import asyncio
import json

import pytest
from uvicorn.server import ServerState

from rung.api.server import configure
from rung.settings import Settings

HEAD = b"POST /classify HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
CHUNKED = HEAD + b"transfer-encoding: chunked\r\n\r\n"
LIMIT = 4_096


class Transport:
    """Keeps what is written to it."""

    def __init__(self) -> None:
        self.sent, self.closed = b"", False

    def get_extra_info(self, _: str) -> None:
        return None

    def write(self, data: bytes) -> None:
        self.sent += data

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    abort = close

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


class Connection:
    """A connection to an application that keeps what it is asked."""

    def __init__(self, state: ServerState | None = None, **settings: object) -> None:
        self.seen: list[tuple[dict[bytes, bytes], bytes]] = []
        made = Settings(max_headers=LIMIT, **settings)

        async def application(scope, receive, send) -> None:
            body, more = b"", True
            while more:
                message = await receive()
                body, more = body + message.get("body", b""), message.get("more_body", False)
            self.seen.append((dict(scope["headers"]), body))
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        config = configure(application, made)
        config.load()
        self.transport = Transport()
        self.protocol = config.http_protocol_class(config=config, server_state=state or ServerState(), app_state={})
        self.protocol.connection_made(self.transport)

    async def feed(self, *pieces: bytes) -> None:
        for piece in pieces:
            if self.transport.closed:
                return
            self.protocol.data_received(piece)
            for _ in range(5):
                await asyncio.sleep(0)


def refused(connection: Connection, status: int, code: str) -> None:
    head, _, body = connection.transport.sent.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"content-type: application/problem+json" in head
    assert json.loads(body)["code"] == code
    assert connection.transport.closed
    assert not connection.seen


async def test_a_request_within_the_limits_passes() -> None:
    connection = Connection()
    await connection.feed(HEAD + b"content-length: 2\r\n\r\n{}")
    assert connection.seen[0][1] == b"{}"
    assert not connection.transport.closed


@pytest.mark.parametrize("piece", [10_000_000, 65_536, 100, 1], ids=["whole", "large pieces", "small pieces", "bytes"])
@pytest.mark.parametrize("more", [b"x-a: b\r\n" * 1_000, b"x-long: " + b"a" * 8_000 + b"\r\n"], ids=["many", "long"])
async def test_a_head_over_its_limit_is_refused_in_whatever_pieces_it_arrives(more: bytes, piece: int) -> None:
    connection = Connection()
    data = HEAD + more + b"content-length: 2\r\n\r\n{}"
    await connection.feed(*(data[at : at + piece] for at in range(0, len(data), piece)))
    refused(connection, 431, "too_large")


async def test_an_address_over_the_limit_is_refused() -> None:
    connection = Connection()
    await connection.feed(b"GET /" + b"a" * 2 * LIMIT + b" HTTP/1.1\r\nhost: localhost\r\n\r\n")
    refused(connection, 431, "too_large")


@pytest.mark.parametrize("head", [b"x-a: b\r\n", b"x-long: " + b"a" * 1_000], ids=["many", "one"])
async def test_a_head_that_never_ends_is_refused(head: bytes) -> None:
    connection = Connection()
    await connection.feed(HEAD, *([head] * 3_000))
    refused(connection, 431, "too_large")


async def test_a_trailer_is_no_header() -> None:
    """An API key that follows the body must not be taken for one that came before it."""
    connection = Connection()
    await connection.feed(CHUNKED + b"2\r\n{}\r\n0\r\nx-api-key: secret\r\nauthorization: Bearer secret\r\n\r\n")
    await connection.feed(CHUNKED, b"2\r\n{}\r\n0\r\n", b"x-api-key: secret\r\n\r\n")
    assert [body for _, body in connection.seen] == [b"{}", b"{}"]
    for headers, _ in connection.seen:
        assert not {b"x-api-key", b"authorization"} & headers.keys()


async def test_a_header_of_the_next_request_is_one_again() -> None:
    connection = Connection()
    await connection.feed(CHUNKED + b"2\r\n{}\r\n0\r\nx-a: 1\r\n\r\n")
    await connection.feed(HEAD + b"x-api-key: known\r\ncontent-length: 2\r\n\r\n{}")
    assert connection.seen[1][0][b"x-api-key"] == b"known"


@pytest.mark.parametrize("piece", [b"a: b\r\n" * 100, b"a" * 600], ids=["many", "one"])
async def test_trailers_without_measure_end_the_connection(piece: bytes) -> None:
    connection = Connection()
    await connection.feed(CHUNKED + b"2\r\n{}\r\n0\r\nt: ", *([piece] * 1_000))
    assert connection.transport.closed
    assert connection.protocol.undelivered < 2 * LIMIT


async def test_the_framing_of_a_body_without_measure_ends_the_connection() -> None:
    connection = Connection()
    await connection.feed(CHUNKED + b"2;", *([b"a" * 600] * 1_000))
    assert connection.transport.closed
    assert connection.protocol.undelivered < 2 * LIMIT


async def test_a_body_is_bounded_elsewhere() -> None:
    """The bytes of a body are the gate's to count, in however small pieces they arrive."""
    connection = Connection()
    await connection.feed(CHUNKED, *([b"1\r\n \r\n"] * 5_000), b"0\r\n\r\n")
    assert connection.seen[0][1] == b" " * 5_000


@pytest.mark.parametrize("data", [b"\x00" * 100, b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01", b"{}\r\n\r\n", bytes(range(256))])
async def test_bytes_that_are_no_request_are_refused_in_the_one_shape(data: bytes) -> None:
    connection = Connection()
    await connection.feed(data)
    refused(connection, 400, "invalid_request")


async def test_more_connections_than_are_allowed_are_closed_at_once() -> None:
    state = ServerState()
    made = [Connection(state, max_connections=3) for _ in range(5)]
    assert [connection.transport.closed for connection in made] == [False, False, False, True, True]
