"""Clients that are slow, silent, huge, gone or not speaking HTTP: none holds up another, and none stays for ever."""

from __future__ import annotations

import contextlib
import socket
import time

import httpx
import pytest

from tests.attack.conftest import Running, Serve

HEAD = b"POST /classify HTTP/1.1\r\nhost: rung\r\ncontent-type: application/json\r\n"


def opened(running: Running) -> socket.socket:
    return socket.create_connection(("127.0.0.1", running.port), timeout=15)


def closed_within(connection: socket.socket, seconds: float) -> bytes:
    """What a connection still says until it is closed; fails where it stays open."""
    connection.settimeout(seconds)
    heard = b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65_536):
            heard += part
    return heard


def others_are_answered(running: Running) -> None:
    began = time.monotonic()
    assert httpx.post(f"{running.url}/classify", json={"title": "Group PM"}, timeout=10).status_code == 200
    assert time.monotonic() - began < 5


def let_go(connection: socket.socket, request: bytes) -> bool:
    """True where the other end has closed the connection."""
    try:
        for _ in range(200):
            connection.sendall(request)
            time.sleep(0.01)
    except TimeoutError:
        return False
    except OSError:
        return True
    return False


@pytest.mark.parametrize(
    "head",
    [b"", b"POST", HEAD, HEAD + b"x-header: " + b"a" * 100, b"\r\n", b"\x16\x03\x01"],
    ids=["nothing", "a word", "half a head", "half a header", "a blank line", "half of TLS"],
)
def test_a_head_that_does_not_end_is_not_waited_for(impatient: Running, head: bytes) -> None:
    with opened(impatient) as connection:
        connection.sendall(head)
        closed_within(connection, 6)
    others_are_answered(impatient)


def test_blank_lines_after_an_answer_do_not_keep_a_connection(impatient: Running) -> None:
    with opened(impatient) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nhost: rung\r\n\r\n")
        assert b"200 OK" in connection.recv(4096)
        connection.sendall(b"\r\n")
        closed_within(connection, 6)


def test_a_head_without_measure_is_refused(impatient: Running) -> None:
    with opened(impatient) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(HEAD)
            for number in range(20_000):
                connection.sendall(b"x-%d: %s\r\n" % (number, b"a" * 100))
        heard = closed_within(connection, 6)
        assert heard == b"" or b" 431 " in heard
    others_are_answered(impatient)


def test_a_body_that_trickles_is_refused(impatient: Running) -> None:
    with opened(impatient) as connection:
        connection.sendall(HEAD + b"content-length: 1000\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            for _ in range(10):
                connection.sendall(b" ")
                time.sleep(0.1)
        assert b" 408 " in closed_within(connection, 6)
    others_are_answered(impatient)


@pytest.mark.parametrize("length", [b"-1", b"1e3", b"99999999999999999999", b"0x10", b"1, 2"])
def test_an_odd_length_is_refused(impatient: Running, length: bytes) -> None:
    with opened(impatient) as connection:
        connection.sendall(HEAD + b"content-length: " + length + b"\r\n\r\n{}")
        connection.shutdown(socket.SHUT_WR)
        heard = closed_within(connection, 6)
        assert b"HTTP/1.1 4" in heard
        assert b" 500 " not in heard
    others_are_answered(impatient)


def test_requests_are_not_smuggled_in_by_two_lengths(impatient: Running) -> None:
    inner = b"GET /metrics HTTP/1.1\r\nhost: rung\r\n\r\n"
    with opened(impatient) as connection:
        connection.sendall(HEAD + b"content-length: %d\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n" % (len(inner) + 5) + inner)
        connection.shutdown(socket.SHUT_WR)
        assert b"rung_requests" not in closed_within(connection, 6)


def test_a_client_that_takes_no_answer_is_let_go(impatient: Running) -> None:
    body = b'{"queries":[' + b",".join(b'{"title":"Group PM"}' for _ in range(1_000)) + b"]}"
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    connection.connect(("127.0.0.1", impatient.port))
    request = HEAD.replace(b"/classify", b"/classify/batch") + b"content-length: %d\r\n\r\n" % len(body) + body
    with connection:
        connection.settimeout(1)
        with contextlib.suppress(OSError):
            for _ in range(20):
                connection.sendall(request)
        others_are_answered(impatient)
        time.sleep(4)
        assert let_go(connection, request)
    others_are_answered(impatient)


def test_more_connections_than_are_allowed_are_closed_at_once(serve: Serve) -> None:
    running = serve(max_connections=20, header_seconds=2)
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(opened(running)) for _ in range(40)]
        time.sleep(0.5)
        gone = 0
        for connection in held:
            connection.setblocking(False)
            try:
                gone += connection.recv(1) == b""
            except ConnectionResetError:
                gone += 1
            except BlockingIOError:
                pass
        assert 15 <= gone <= 25
        time.sleep(3.5)
        others_are_answered(running)


def test_a_client_that_vanishes_stops_its_work(impatient: Running) -> None:
    text = "You lead a team of five product managers and own the plan of the year. " * 50
    queries = b",".join(b'{"title":"Product Manager %d","description":"%s"}' % (n, text.encode()) for n in range(1_000))
    body = b'{"queries":[' + queries + b"]}"
    for _ in range(3):
        with opened(impatient) as connection:
            connection.sendall(HEAD.replace(b"/classify", b"/classify/batch") + b"content-length: %d\r\n\r\n" % len(body) + body)
            time.sleep(0.3)
    deadline = time.monotonic() + 20
    while "rung_vanished_total 3.0" not in httpx.get(f"{impatient.url}/metrics", timeout=10).text:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    others_are_answered(impatient)


def test_bytes_that_are_no_http_are_refused(impatient: Running) -> None:
    for nonsense in (b"\x00" * 100, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"{}" * 1_000 + b"\r\n\r\n", bytes(range(256)) * 40):
        with opened(impatient) as connection:
            connection.sendall(nonsense)
            heard = closed_within(connection, 15)
            assert heard == b"" or heard.startswith(b"HTTP/1.1 4")
    others_are_answered(impatient)
