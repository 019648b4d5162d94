"""Who may call: keys, their scopes, the file that names them, and what is open without any."""

from __future__ import annotations

import hashlib
from pathlib import Path

import httpx
import pytest

from rung import Normaliser
from rung.api import create_app
from rung.api.keys import KeyRing, new_key, read_keys
from rung.cli.serve import check
from rung.errors import SettingsError
from rung.settings import Settings
from tests.api.conftest import Connect

KEY, KEY_DIGEST = new_key()
ADMIN, ADMIN_DIGEST = new_key()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "keys"
    path.write_text(f"# who may call\nscraper classify {KEY_DIGEST}\n\nops classify,admin {ADMIN_DIGEST}\n")
    return path


async def post(client: httpx.AsyncClient, **headers: str | bytes) -> int:
    return (await client.post("/classify", json={"title": "PM"}, headers=headers)).status_code


async def test_a_known_key_is_let_in_and_others_are_not(connect: Connect, file: Path) -> None:
    async with connect(api_keys_file=file) as client:
        assert await post(client, authorization=f"Bearer {KEY}") == 200
        assert await post(client, authorization=f"bearer {KEY}") == 200
        assert await post(client, **{"x-api-key": KEY}) == 200
        assert await post(client) == 401
        assert await post(client, authorization=f"Bearer {KEY}x") == 401
        assert await post(client, authorization=f"Basic {KEY}") == 401
        assert await post(client, authorization=b"Bearer \xff") == 401
        refused = await client.get("/info")
        assert (refused.headers["www-authenticate"], refused.json()["code"]) == ("Bearer", "unauthenticated")


async def test_scopes_are_kept(connect: Connect, file: Path) -> None:
    async with connect(api_keys_file=file) as client:
        for path in ("/metrics",):
            assert (await client.get(path, headers={"x-api-key": KEY})).status_code == 403
            assert (await client.get(path, headers={"x-api-key": ADMIN})).status_code == 200
        assert (await client.post("/admin/reload", headers={"x-api-key": KEY})).status_code == 403


@pytest.mark.parametrize(
    "path", ["/classify/", "//classify", "/classify/batch", "/./classify", "/Classify", "/metrics/", "/admin", "/ladders/x"]
)
async def test_no_spelling_of_a_path_gets_around_the_keys(connect: Connect, file: Path, path: str) -> None:
    async with connect(api_keys_file=file) as client:
        answer = await client.post(path, json={"title": "PM"}, follow_redirects=True)
        assert answer.status_code in (401, 404, 405)


async def test_health_and_the_page_need_no_key(connect: Connect, file: Path) -> None:
    async with connect(api_keys_file=file) as client:
        assert [(await client.get(path)).status_code for path in ("/healthz", "/readyz", "/openapi.json")] == [200, 200, 200]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.1:8000", "[::1]:8000"])
async def test_without_keys_this_machine_alone_reads_the_metrics(connect: Connect, host: str) -> None:
    async with connect() as client:
        assert (await client.get("/metrics", headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "rung.example"},
        {"host": "127.0.0.1.rung.example"},
        {"x-forwarded-for": "203.0.113.9"},
        {"x-forwarded-for": "127.0.0.1"},
        {"forwarded": "for=127.0.0.1"},
        {"x-real-ip": "127.0.0.1"},
        {"via": "1.1 proxy"},
        {"origin": "http://elsewhere.example"},
    ],
    ids=str,
)
async def test_without_keys_strangers_and_pages_do_not(connect: Connect, headers: dict[str, str]) -> None:
    async with connect() as client:
        answer = await client.get("/metrics", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_without_keys_another_address_does_not(normaliser: Normaliser) -> None:
    transport = httpx.ASGITransport(create_app(normaliser, Settings()), client=("203.0.113.9", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        assert (await client.get("/metrics")).status_code == 403
        assert (await client.post("/classify", json={"title": "PM"})).status_code == 200


async def test_without_keys_nobody_administers_the_service(connect: Connect, file: Path) -> None:
    async with connect() as client:
        answer = await client.post("/admin/reload")
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
        assert "RUNG_API_KEYS_FILE" in answer.json()["detail"]
    async with connect(api_keys_file=file) as client:
        assert (await client.post("/admin/reload")).status_code == 401
        assert (await client.post("/admin/reload", headers={"x-api-key": ADMIN})).status_code == 200


def test_the_hash_of_an_empty_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"ops admin sha256:{hashlib.sha256(b'').hexdigest()}\n")
    with pytest.raises(SettingsError, match="keys:1: this is the hash of an empty key"):
        read_keys(path)


def test_a_changed_file_is_read_again_and_a_broken_one_is_not_believed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rung.api.keys._LOOK_AGAIN", 0.0)
    ring = KeyRing(file)
    assert ring.find(KEY).name == "scraper"
    file.write_text("scraper classify nonsense\n")
    assert ring.find(KEY).name == "scraper"
    file.unlink()
    assert ring.find(KEY).name == "scraper"
    file.write_text(f"ops admin {ADMIN_DIGEST}\n")
    assert ring.find(KEY) is None
    assert ring.find(ADMIN).scopes == {"admin"}


@pytest.mark.parametrize(
    "line",
    [
        "name",
        "name classify",
        f"name root {KEY_DIGEST}",
        "name classify sha256:12",
        f"name classify md5:{KEY_DIGEST[7:]}",
        "",
        "\x00",
    ],
)
def test_a_file_that_is_not_right_is_refused_with_its_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "keys"
    path.write_text(f"# keys\n{line}\n")
    with pytest.raises(SettingsError, match=str(path)):
        read_keys(path)


def test_the_file_holds_no_key_but_its_hash(file: Path) -> None:
    assert KEY not in file.read_text()
    assert new_key()[0] != KEY


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_a_public_address_without_keys_is_refused(host: str, file: Path) -> None:
    with pytest.raises(SettingsError, match="--insecure"):
        check(Settings(host=host))
    check(Settings(host=host, insecure=True))
    check(Settings(host=host, api_keys_file=file))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_loopback_needs_no_keys(host: str) -> None:
    check(Settings(host=host))


def test_half_of_https_is_refused(file: Path) -> None:
    with pytest.raises(SettingsError, match="RUNG_TLS_KEY"):
        check(Settings(tls_certificate=file))


async def test_pages_of_other_origins_may_call_only_where_they_are_named(connect: Connect) -> None:
    asked = {"origin": "https://ours.example", "access-control-request-method": "POST"}
    async with connect() as client:
        assert "access-control-allow-origin" not in (await client.options("/classify", headers=asked)).headers
    async with connect(cors_origins="https://ours.example https://other.example") as client:
        assert (await client.options("/classify", headers=asked)).headers["access-control-allow-origin"] == "https://ours.example"
        denied = await client.options("/classify", headers=asked | {"origin": "https://evil.example"})
        assert "access-control-allow-origin" not in denied.headers
