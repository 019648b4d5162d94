"""What can be seen from outside, and what must not be seen."""

from __future__ import annotations

import contextlib
import json
import logging
from datetime import datetime, timedelta

import httpx
import pytest

from rung import Normaliser
from rung.api.logs import configure_logs, get_logger
from tests.api.conftest import Connect

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
SECRET = "Group PM of the Zanzibar desk"


@pytest.fixture
def logs(capfdbinary):
    """Log lines as the service writes them."""
    root, service = logging.getLogger(), logging.getLogger("rung")
    handlers, levels = root.handlers[:], (root.level, service.level)
    with open(2, "w", encoding="utf-8", closefd=False) as error, contextlib.redirect_stderr(error):
        root.handlers[:] = []  # ``configure_logs`` would close those of pytest
        configure_logs("info")
        yield lambda: [json.loads(line) for line in capfdbinary.readouterr().err.splitlines()]
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    service.setLevel(levels[1])


async def test_a_request_id_comes_in_and_goes_out(client: httpx.AsyncClient) -> None:
    async def sent(**headers: str) -> httpx.Headers:
        return (await client.get("/healthz", headers={k.replace("_", "-"): v for k, v in headers.items()})).headers

    assert (await sent(x_request_id="abc-1"))["x-request-id"] == "abc-1"
    traced = await sent(traceparent=TRACE)
    assert (traced["x-request-id"], traced["traceparent"]) == (TRACE[3:35], TRACE)
    assert (await sent(traceparent=TRACE, x_request_id="abc"))["x-request-id"] == "abc"
    fresh = [(await sent())["x-request-id"] for _ in range(3)]
    assert len(set(fresh)) == 3
    for odd in ("x" * 129, 'a"b', "a b", ""):
        assert (await sent(x_request_id=odd))["x-request-id"] != odd
    assert "traceparent" not in await sent(traceparent="00-xyz")


async def test_metrics_count_requests_answers_and_the_model(client: httpx.AsyncClient, normaliser: Normaliser) -> None:
    await client.post("/classify", json={"title": "Group PM"})
    await client.post("/classify/batch", json={"queries": [{"title": "Group PM"}, {"title": "Project Manager"}]})
    await client.get("/some/path/of/a/stranger")
    await client.request("BREW", "/classify")
    text = (await client.get("/metrics")).text
    digest = normaliser.model.digest
    assert f'rung_answers_total{{model="{digest}",status="classified"}} 3.0' in text
    assert 'rung_requests_total{method="POST",route="/classify",status="200"} 1.0' in text
    assert 'rung_requests_total{method="GET",route="other",status="404"} 1.0' in text
    assert 'method="other"' in text
    assert "rung_confidence_count 3.0" in text
    assert 'rung_request_seconds_bucket{le="+Inf",route="/classify"}' in text
    assert f'digest="{digest}"' in text
    assert "stranger" not in text


async def test_metrics_tell_how_many_titles_were_cached(connect: Connect) -> None:
    async with connect(model=Normaliser.load()) as client:
        for title in ("Group PM", "Group PM", "Head of Product"):
            await client.post("/classify", json={"title": title})
        text = (await client.get("/metrics")).text
    assert 'rung_titles_read{cached="yes"} 1.0' in text
    assert 'rung_titles_read{cached="no"} 2.0' in text


async def test_a_defect_is_answered_as_a_problem_and_told_to_the_log_alone(connect: Connect, normaliser: Normaliser, logs) -> None:
    async with connect() as client:
        client.app.state.service._normaliser = type("Broken", (), {"classify": lambda *_: 1 / 0})()
        answer = await client.post("/classify", json={"title": SECRET}, headers={"x-request-id": "r-1"})
    assert (answer.status_code, answer.json()["code"], answer.headers["x-request-id"]) == (500, "internal", "r-1")
    assert "zero" not in answer.text.lower()
    lines = logs()
    assert {line["request_id"] for line in lines} == {"r-1"}
    assert any("ZeroDivisionError" in line.get("exception", "") for line in lines)


async def test_titles_and_keys_are_not_logged(connect: Connect, logs) -> None:
    async with connect(log_requests="all") as client:
        await client.post("/classify", json={"title": SECRET}, headers={"x-api-key": "hush"})
        await client.post("/classify", json={"title": SECRET * 50})
        await client.post("/classify", content=SECRET.encode(), headers={"content-type": "application/json"})
    lines = logs()
    assert [line["status"] for line in lines] == [200, 413, 400]
    assert "Zanzibar" not in json.dumps(lines)
    assert "hush" not in json.dumps(lines)


async def test_titles_are_logged_where_that_is_asked_for(connect: Connect, logs) -> None:
    async with connect(log_requests="all", log_titles=True) as client:
        await client.post("/classify", json={"title": SECRET})
    assert [line["title"] for line in logs()] == [SECRET]


def test_a_line_has_its_fields_and_what_every_line_has(logs) -> None:
    log = get_logger()
    logging.getLogger("rung").debug("too small")
    logging.getLogger("uvicorn.error").info("not for the log")
    log.info("listening", url="http://x")
    logging.getLogger("uvicorn.error").warning("%s is odd", "this")
    mine, foreign = logs()
    assert list(mine) == ["url", "event", "level", "timestamp"]
    assert (mine["url"], mine["event"], mine["level"]) == ("http://x", "listening", "info")
    assert datetime.fromisoformat(mine["timestamp"]).utcoffset() == timedelta()
    assert (foreign["event"], foreign["level"]) == ("this is odd", "warning")


async def test_the_page_may_load_nothing_from_strangers(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")
    if answer.status_code == 404:
        pytest.fail("the page is not served")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/../settings.py", "/%2e%2e/settings.py", "/page/index.html", "/..%2fapp.py", "/fonts/", "/app.py"]
)
async def test_nothing_beside_the_page_can_be_fetched(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404
