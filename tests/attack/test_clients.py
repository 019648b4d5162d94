"""Clients that are slow, huge, gone or not speaking HTTP, at Rung itself: what no proxy can keep from it.

Slow heads, half-made handshakes and answers that are not taken are the proxy's to end (``test_proxy.py``).
"""

from __future__ import annotations

import contextlib
import socket
import time

import httpx
import pytest

from tests.attack.conftest import Running, Serve, until_closed

HEAD = b"POST /classify HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"


def opened(running: Running) -> socket.socket:
    return socket.create_connection(("127.0.0.1", running.port), timeout=30)


def others_are_answered(running: Running) -> None:
    assert httpx.post(f"{running.url}/classify", json={"title": "Group PM"}, timeout=30).status_code == 200


def test_a_head_without_measure_is_refused(impatient: Running) -> None:
    with opened(impatient) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(HEAD)
            for number in range(20_000):
                connection.sendall(b"x-%d: %s\r\n" % (number, b"a" * 100))
        heard = until_closed(connection)
        assert heard == b"" or b" 431 " in heard
    others_are_answered(impatient)


def test_trailers_without_measure_end_the_connection(impatient: Running) -> None:
    with opened(impatient) as connection:
        connection.sendall(HEAD + b"transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n")
        with pytest.raises(ConnectionError):  # it is closed long before all of these are sent
            connection.sendall(b"a:b\r\n" * 20_000_000)
    others_are_answered(impatient)


def test_a_body_that_does_not_arrive_is_refused(impatient: Running) -> None:
    with opened(impatient) as connection:
        connection.sendall(HEAD + b"content-length: 1000\r\n\r\n{")
        assert b" 408 " in until_closed(connection)
    others_are_answered(impatient)


@pytest.mark.parametrize("length", [b"-1", b"1e3", b"99999999999999999999", b"0x10", b"1, 2"])
def test_an_odd_length_is_refused(impatient: Running, length: bytes) -> None:
    with opened(impatient) as connection:
        connection.sendall(HEAD + b"content-length: " + length + b"\r\n\r\n{}")
        connection.shutdown(socket.SHUT_WR)
        heard = until_closed(connection)
        assert b"HTTP/1.1 4" in heard
        assert b" 500 " not in heard
    others_are_answered(impatient)


def test_requests_are_not_smuggled_in_by_two_lengths(impatient: Running) -> None:
    inner = b"GET /metrics HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"
    with opened(impatient) as connection:
        connection.sendall(HEAD + b"content-length: %d\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n" % (len(inner) + 5) + inner)
        connection.shutdown(socket.SHUT_WR)
        assert b"rung_requests" not in until_closed(connection)


@pytest.mark.slow
def test_a_client_that_vanishes_stops_its_work(serve: Serve) -> None:
    """The same without sockets, and without a race: ``tests/api/test_bounded.py``."""
    running = serve()
    text = "You lead a team of five product managers and own the plan of the year. " * 50
    queries = b",".join(b'{"title":"Product Manager %d","description":"%s"}' % (n, text.encode()) for n in range(1_000))
    body = b'{"queries":[' + queries + b"]}"
    with opened(running) as connection:
        connection.sendall(HEAD.replace(b"/classify", b"/classify/batch") + b"content-length: %d\r\n\r\n" % len(body) + body)
        wait_for_metric(running, "rung_pending 1.0")
    wait_for_metric(running, "rung_disconnected_total 1.0")
    others_are_answered(running)


def wait_for_metric(running: Running, line: str) -> None:
    deadline = time.monotonic() + 120
    while line not in httpx.get(f"{running.url}/metrics", timeout=60).text:
        assert time.monotonic() < deadline, line
        time.sleep(0.01)


def test_bytes_that_are_no_http_are_refused(impatient: Running) -> None:
    for nonsense in (b"\x00" * 100, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"{}" * 1_000 + b"\r\n\r\n", bytes(range(256)) * 40):
        with opened(impatient) as connection:
            connection.sendall(nonsense)
            heard = until_closed(connection)
            assert heard == b"" or heard.startswith(b"HTTP/1.1 400 ")
    others_are_answered(impatient)
