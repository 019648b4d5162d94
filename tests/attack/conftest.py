"""Real servers on loopback, each a process of its own that ends with its test; what a long run measured goes to ``reports/``."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

REPORT = Path(__file__).parents[2] / "reports" / "reliability.jsonl"


@dataclass
class Running:
    """A server: its process, its port and where it writes its log."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(120)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)
            raise


Serve = Callable[..., Running]


@contextlib.contextmanager
def servers(folder: Path) -> Iterator[Serve]:
    """Starts ``rung serve`` with given settings on a free port; all that it started stop with the block."""
    with contextlib.ExitStack() as stack:

        def start(*, wait: bool = True, **settings: object) -> Running:
            log = folder / f"log-{time.monotonic_ns()}"
            environment = {key: value for key, value in os.environ.items() if not key.startswith("RUNG_")}
            environment |= {f"RUNG_{name.upper()}": str(value) for name, value in settings.items()}
            command = [sys.executable, "-m", "rung.cli", "serve", "--port", "0"]
            with log.open("wb") as stream:
                process = subprocess.Popen(command, env=environment, stdout=stream, stderr=stream)
            running = Running(process, 0, log)
            stack.callback(running.stop)
            if wait:
                running.port = wait_for_port(running)
                wait_until_ready(running)
            return running

        yield start


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts servers for one test."""
    with servers(tmp_path) as start:
        yield start


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server for a module, with little patience for bodies."""
    with servers(tmp_path_factory.mktemp("impatient")) as start:
        yield start(
            body_seconds=0.5,
            max_headers=16_384,
            max_pending=4,
            drain_seconds=0,
        )


def wait_for_port(running: Running, seconds: float = 120.0) -> int:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for line in running.lines():
            if line["event"] == "listening":
                return int(str(line["url"]).rsplit(":", 1)[1])
        assert running.process.poll() is None, running.log.read_text()
        time.sleep(0.05)
    raise AssertionError(f"no port after {seconds:g} s: {running.log.read_text()}")


def wait_until_ready(running: Running, seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{running.url}/readyz", timeout=5).status_code == 200:
                return
        time.sleep(0.02)
    raise AssertionError(f"not ready after {seconds:g} s: {running.log.read_text()}")


def wait_for_lines(running: Running, event: str, count: int, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while sum(line["event"] == event for line in running.lines()) < count:
        assert time.monotonic() < deadline, running.log.read_text()
        time.sleep(0.1)


@pytest.fixture
def record(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Keep the figures of a long run: one JSON line a test, and on the screen with ``-s``."""

    def kept(**figures: object) -> None:
        at = {"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "load": round(os.getloadavg()[0], 1)}
        line = json.dumps({"test": request.node.name, **at, **figures})
        REPORT.parent.mkdir(exist_ok=True)
        with REPORT.open("a") as stream:
            stream.write(line + "\n")
        print(line)

    return kept


def memory_kb(pid: int) -> int:
    """Resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


def until_closed(connection: socket.socket) -> bytes:
    """What a connection still says until the other end closes it; fails where it stays open for half a minute."""
    heard = b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65_536):
            heard += part
    return heard
