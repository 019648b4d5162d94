"""What the nginx of docs/deploy keeps from Rung: slow, endless and half-made requests; and what still reaches it behind one."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from rung import AsyncClient
from rung.api.keys import new_key
from rung.api.schemas.answers import ProblemOut
from tests.attack.conftest import Running, Serve, servers, until_closed
from tests.attack.proxy import Proxy, needs_nginx, proxied
from tests.attack.test_load import load

pytestmark = needs_nginx

HEAD = b"POST /classify HTTP/1.1\r\nhost: rung.example.org\r\ncontent-type: application/json\r\n"
TLS = bytes.fromhex("16030100c8010000c40303")  # how a ClientHello of 200 bytes begins
KEY, DIGEST = new_key()


@dataclass(frozen=True)
class Site:
    """A server that asks for keys, and nginx before it."""

    running: Running
    proxy: Proxy

    def ask(self, method: str, path: str, **more: object) -> httpx.Response:
        headers = {"x-api-key": KEY} | more.pop("headers", {})  # type: ignore[operator]
        with httpx.Client(verify=False, timeout=60) as client:
            return client.request(method, f"{self.proxy.url}{path}", headers=headers, **more)  # type: ignore[arg-type]

    def others_are_answered(self) -> None:
        assert self.ask("POST", "/classify", json={"title": "Group PM"}).status_code == 200

    def count(self, route: str) -> float:
        """Requests of a route that Rung itself has answered."""
        text = httpx.get(f"{self.running.url}/metrics", headers={"x-api-key": KEY}).text
        rows = [line for line in text.splitlines() if line.startswith("rung_requests_total{") and f'route="{route}"' in line]
        return sum(float(row.rpartition(" ")[2]) for row in rows)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    keys = folder / "keys"
    keys.write_text(f"tests classify,admin {DIGEST}\n")
    with servers(folder) as start:
        running = start(api_keys_file=keys)
        with proxied(folder / "nginx", running.port) as proxy:
            yield Site(running, proxy)


def test_it_answers_and_passes_on_who_asks(site: Site) -> None:
    answer = site.ask("POST", "/classify", json={"title": "Group PM"})
    assert answer.json()["position"]["id"] == "group-product-manager"
    assert site.ask("POST", "/classify", json={"title": "Group PM"}, headers={"x-api-key": "wrong"}).status_code == 401


@pytest.mark.parametrize("data", [b"", TLS], ids=["nothing", "half of a handshake"])
def test_a_handshake_that_does_not_end_is_not_waited_for(site: Site, data: bytes) -> None:
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(site.proxy.connect_plain()) for _ in range(30)]
        for connection in held:
            connection.sendall(data)
        site.others_are_answered()
        for connection in held:
            until_closed(connection)


@pytest.mark.parametrize("data", [b"POST /cl", HEAD, HEAD + b"x-a: " + b"a" * 100], ids=["a line", "a head", "a header"])
def test_a_head_that_does_not_end_never_reaches_rung(site: Site, data: bytes) -> None:
    before = site.count("/classify")
    with site.proxy.connect() as connection:
        connection.sendall(data)
        until_closed(connection)
    assert site.count("/classify") == before
    site.others_are_answered()


def test_a_body_that_does_not_end_never_reaches_rung(site: Site) -> None:
    before = site.count("/classify")
    with site.proxy.connect() as connection:
        connection.sendall(HEAD + b"content-length: 1000\r\n\r\n{")
        until_closed(connection)
    assert site.count("/classify") == before


def test_a_head_without_measure_is_refused(site: Site) -> None:
    before = site.count("/classify")
    with site.proxy.connect() as connection:
        with contextlib.suppress(OSError):
            for number in range(2_000):
                connection.sendall((HEAD if not number else b"") + b"x-%d: %s\r\n" % (number, b"a" * 100))
        heard = until_closed(connection)
        assert heard == b"" or heard.startswith(b"HTTP/1.1 4")
    assert site.count("/classify") == before
    site.others_are_answered()


@pytest.mark.parametrize("direct", [True, False], ids=["Rung", "nginx"])
def test_a_key_in_a_trailer_is_no_key(site: Site, direct: bool) -> None:
    trailer = b"x-api-key: %s\r\nauthorization: Bearer %s\r\n" % (KEY.encode(), KEY.encode())
    data = HEAD + b'transfer-encoding: chunked\r\nconnection: close\r\n\r\ne\r\n{"title":"PM"}\r\n0\r\n' + trailer + b"\r\n"
    with socket.create_connection(("127.0.0.1", site.running.port), timeout=30) if direct else site.proxy.connect() as connection:
        connection.sendall(data)
        assert until_closed(connection).startswith(b"HTTP/1.1 401 ")


def test_trailers_without_measure_do_not_reach_rung(site: Site) -> None:
    with site.proxy.connect() as connection:
        connection.sendall(HEAD + b"x-api-key: %s\r\n" % KEY.encode() + b"transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n")
        with contextlib.suppress(OSError):
            for _ in range(200):
                connection.sendall(b"a: b\r\n" * 1_000)
            connection.sendall(b"\r\n")
    site.others_are_answered()


def test_requests_sent_ahead_are_answered_in_their_order(site: Site) -> None:
    count = 60
    request = b"GET /readyz HTTP/1.1\r\nhost: rung.example.org\r\nx-request-id: n-%d\r\n%s\r\n"
    with site.proxy.connect() as connection:
        connection.sendall(b"".join(request % (n, b"connection: close\r\n" if n == count - 1 else b"") for n in range(count)))
        heard = until_closed(connection)
    ids = [line.partition(b": ")[2] for line in heard.split(b"\r\n") if line.startswith(b"x-request-id: ")]
    assert ids == [b"n-%d" % number for number in range(count)]


@pytest.mark.parametrize("path", ["/metrics", "/admin/reload", "/admin/", "/./metrics", "//metrics", "/%6detrics"])
def test_what_operators_ask_is_not_to_be_reached_from_outside(site: Site, path: str) -> None:
    assert site.ask("GET", path).status_code == 404


def test_rows_are_answered_while_they_are_sent(site: Site) -> None:
    """Neither way of a stream is held back until it is whole."""
    with site.proxy.connect() as connection:
        head = HEAD.replace(b"/classify", b"/classify/ndjson").replace(b"json\r", b"x-ndjson\r")
        connection.sendall(head + b"x-api-key: %s\r\ntransfer-encoding: chunked\r\n\r\n" % KEY.encode())
        row = b'{"title": "Group PM"}\n'
        for _ in range(2):
            connection.sendall(b"%x\r\n%s\r\n" % (len(row), row))
            heard = b""
            while b"rung_status" not in heard:
                part = connection.recv(65_536)
                assert part, heard
                heard += part
        connection.sendall(b"0\r\n\r\n")


def test_without_keys_the_metrics_are_not_shown_to_who_comes_through_a_proxy(serve: Serve, tmp_path: Path) -> None:
    """Though nginx forgets to keep them to itself, and the caller claims to be on this machine."""
    running = serve()
    assert httpx.get(f"{running.url}/metrics").status_code == 200
    with proxied(tmp_path / "open", running.port, {"location = /metrics { return 404; }": ""}) as proxy:
        for headers in ({}, {"x-forwarded-for": "127.0.0.1"}, {"host": "127.0.0.1"}):
            assert httpx.get(f"{proxy.url}/metrics", verify=False, headers=headers).status_code == 403


def test_errors_of_nginx_have_the_shape_of_rungs(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        nobody = unused.getsockname()[1]
    with proxied(tmp_path / "alone", nobody) as proxy, httpx.Client(base_url=f"http://127.0.0.1:{proxy.plain}") as client:
        answers = [
            client.get("/metrics"),
            client.get("/admin/x.js"),
            client.get("/problem/404"),
            client.post("/classify", content=bytes(5_000_000)),
            client.get("/", headers={"x-long": "a" * 20_000}),
            client.get("/"),
        ]
        with socket.create_connection(("127.0.0.1", proxy.plain), timeout=30) as connection:
            connection.sendall(b"\0\r\n\r\n")
            garbage = until_closed(connection)
        for _ in range(300):
            answer = client.get("/")
            if answer.status_code == 429:
                answers.append(answer)
                break
    assert [answer.status_code for answer in answers] == [404, 404, 404, 413, 431, 503, 429]
    for answer in answers:
        assert answer.headers["content-type"] == "application/problem+json"
        problem = ProblemOut.model_validate(answer.json())
        assert (problem.status, problem.type) == (answer.status_code, f"urn:rung:problem:{problem.code}")
        assert answer.headers.get("retry-after") == ("1" if answer.status_code in (429, 503) else None)
    assert garbage.startswith(b"HTTP/1.1 400 ")
    assert b'"code":"invalid_request"' in garbage


async def test_a_client_waits_for_its_turn_behind_nginx(serve: Serve, tmp_path: Path) -> None:
    """More calls at once than nginx lets through: the client waits as long as `Retry-After` says, and each is answered."""
    with proxied(tmp_path / "nginx", serve().port) as proxy:
        async with AsyncClient(f"http://127.0.0.1:{proxy.plain}") as client:
            results = await asyncio.gather(*(client.classify(f"Nurse {number}") for number in range(220)))
    assert len(results) == 220


@pytest.mark.slow
def test_three_times_what_can_be_served_through_nginx(serve: Serve, tmp_path: Path, record: Callable[..., None]) -> None:
    running = serve(cache=2_000)
    seconds = 30
    # The proxy's own limits are out of the way: what is refused here, the service refuses.
    unlimited = {"rate=50r/s": "rate=100000r/s", "burst=100 ": "burst=10000 ", "limit_conn rung_connections 50;": ""}
    changes = {**unlimited, "http_503 non_idempotent": "non_idempotent"}
    with proxied(tmp_path / "nginx", running.port, changes) as proxy:
        before = load(running, 10, port=proxy.plain)
        rate = 3 * before["answered"] / 10
        flood = load(running, seconds, rate, 400, port=proxy.plain)
        after = load(running, 10, port=proxy.plain)
    usual = (before["cpu"] + after["cpu"]) / (before["answered"] + after["answered"])
    kept = usual / (flood["cpu"] / max(1, flood["answered"]))
    figures = {name: value for name, value in flood.items() if name != "cpu"}
    record(seconds=seconds, offered_per_second=round(rate), kept_of_capacity=round(kept, 2), **figures)
    assert (flood["other"], flood["lost"]) == (0, 0)
    assert flood["answered"] > 0
    assert flood["without_retry_after"] == 0
    assert json.loads(httpx.get(f"{running.url}/healthz").content) == {"status": "ok"}
