"""Starting, reloading and stopping: no accepted request is lost, and no broken model is served."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from rung.api.keys import new_key
from rung.normaliser import newest_model
from tests.attack.conftest import Running, Serve

PM = {"title": "Group PM"}
KEY, DIGEST = new_key()
ADMIN = {"x-api-key": KEY}


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """A file of keys with one that may do everything."""
    path = tmp_path / "keys"
    path.write_text(f"tests classify,admin {DIGEST}\n")
    return path


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A copy of the model that may be spoilt."""
    return shutil.copytree(newest_model(), tmp_path / "model")


def spoil(model: Path) -> None:
    content = bytearray((model / "weights.json").read_bytes())
    content[len(content) // 2] ^= 1
    (model / "weights.json").write_bytes(content)


class Caller(threading.Thread):
    """Asks again and again on one connection; counts what it was answered and what it lost."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url, self.over = url, threading.Event()
        self.statuses: list[int] = []
        self.lost: list[str] = []
        self.digests: set[str] = set()

    def run(self) -> None:
        with httpx.Client(timeout=20) as client:
            while not self.over.is_set():
                try:
                    answer = client.post(f"{self.url}/classify", json=PM, headers=ADMIN)
                except httpx.ConnectError:
                    return  # the port is closed: this request was never accepted
                except httpx.TransportError as error:
                    self.lost.append(repr(error))
                    continue
                self.statuses.append(answer.status_code)
                time.sleep(0.005)
                if answer.status_code == 200:
                    self.digests.add(answer.json()["model"]["digest"])

    def finish(self) -> None:
        self.over.set()
        self.join(30)


def callers(running: Running, count: int = 4) -> list[Caller]:
    made = [Caller(running.url) for _ in range(count)]
    for caller in made:
        caller.start()
    deadline = time.monotonic() + 120
    while not all(caller.statuses for caller in made):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return made


def wait_for(condition, seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


def test_a_stop_says_so_before_it_closes_the_port(serve: Serve) -> None:
    running = serve(drain_seconds=600)
    with httpx.Client(timeout=30) as client:
        assert "connection" not in client.post(f"{running.url}/classify", json=PM).headers
        running.process.send_signal(signal.SIGTERM)
        wait_for(lambda: client.get(f"{running.url}/readyz").status_code == 503)
        assert client.get(f"{running.url}/readyz").json()["detail"] == "the service is stopping"
        answer = client.post(f"{running.url}/classify", json=PM)
        assert (answer.status_code, answer.headers["connection"]) == (200, "close")
    running.process.send_signal(signal.SIGTERM)  # a second one does not wait for the ten minutes to pass
    assert running.process.wait(60) == 0


@pytest.mark.slow
def test_a_stop_under_load_loses_no_accepted_request(serve: Serve) -> None:
    """Requests that have arrived are answered; a connection may be closed only in the moment in which the port closes."""
    running = serve(drain_seconds=5, log_requests="all")
    made = callers(running)
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(60) == 0
    for caller in made:
        caller.finish()
        assert set(caller.statuses) == {200}
    assert sum(len(caller.lost) for caller in made) <= len(made)
    heard = [line["status"] for line in running.lines() if line["event"] == "request" and line["route"] == "/classify"]
    assert heard == [200] * sum(len(caller.statuses) for caller in made)


def test_a_batch_in_hand_is_finished_before_the_stop(serve: Serve) -> None:
    running = serve(drain_seconds=0)
    queries = [
        {"title": f"Product Manager {n} of team {n * 7}", "description": "You lead a team of five and own the plan. " * 20}
        for n in range(200)
    ]
    answers: list[httpx.Response] = []
    thread = threading.Thread(
        target=lambda: answers.append(httpx.post(f"{running.url}/classify/batch", json={"queries": queries}, timeout=60))
    )
    thread.start()
    wait_for(lambda: "rung_pending 1.0" in httpx.get(f"{running.url}/metrics").text or answers)
    assert running.stop() == 0
    thread.join(30)
    assert len(answers[0].json()["results"]) == 200


def test_a_reload_fails_no_request(serve: Serve, model: Path, keys: Path) -> None:
    running = serve(model=model, api_keys_file=keys)
    made = callers(running)
    manifest = json.loads((model / "manifest.json").read_text())
    (model / "manifest.json").write_text(json.dumps(manifest | {"version": "1.0.1"}))
    running.process.send_signal(signal.SIGHUP)
    wait_for(lambda: httpx.get(f"{running.url}/info", headers=ADMIN).json()["model"]["version"] == "1.0.1")
    assert httpx.post(f"{running.url}/admin/reload", headers=ADMIN, timeout=60).json()["model"]["version"] == "1.0.1"
    wait_for(lambda: all(len(caller.digests) == 2 for caller in made))
    for caller in made:
        caller.finish()
        assert not caller.lost
        assert set(caller.statuses) == {200}
        assert len(caller.digests) == 2


def test_a_broken_model_is_refused_while_the_old_one_answers(serve: Serve, model: Path, keys: Path) -> None:
    running = serve(model=model, api_keys_file=keys)
    digest = httpx.get(f"{running.url}/info", headers=ADMIN).json()["model"]["digest"]
    spoil(model)
    refused = httpx.post(f"{running.url}/admin/reload", headers=ADMIN, timeout=60)
    assert (refused.status_code, refused.json()["code"]) == (503, "invalid_artefact")
    running.process.send_signal(signal.SIGHUP)
    wait_for(lambda: sum(line["event"] == "model refused" for line in running.lines()) == 2)
    assert httpx.get(f"{running.url}/readyz").status_code == 200
    assert httpx.post(f"{running.url}/classify", json=PM, headers=ADMIN).json()["model"]["digest"] == digest


def test_a_broken_model_is_not_served_at_all(serve: Serve, model: Path) -> None:
    spoil(model)
    running = serve(model=model, wait=False)
    assert running.process.wait(30) == 2
    assert "is not the file that the manifest lists" in running.log.read_text()


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "rung.cli", "serve", "--port", str(port)]
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert done.returncode == 2
    assert f"Cannot listen on 127.0.0.1:{port}: Address already in use. Choose another port with --port.".encode() in done.stderr
