"""More than can be served, for minutes, and a fifth of a million requests. Run by ``make test-slow``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.attack.conftest import Running, Serve, memory_kb

pytestmark = pytest.mark.slow

SECONDS = int(os.environ.get("ATTACK_SECONDS", "120"))
REQUESTS = int(os.environ.get("ATTACK_REQUESTS", "200000"))
TIMES = 3
CALLERS = 400  # connections that the driver may open; the service takes 500


def driver(port: int, seconds: float, rate: float = 0.0, connections: int = 16) -> subprocess.Popen[str]:
    """The driver as a process of its own: at a fixed rate, or without one as fast as it is answered."""
    command = [
        sys.executable,
        "-m",
        "tests.attack.offered",
        str(port),
        "--seconds",
        str(seconds),
        "--connections",
        str(connections),
    ]
    if rate:
        command.append(f"--rate={rate}")
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def counted(process: subprocess.Popen[str], seconds: float) -> dict[str, Any]:
    out, _ = process.communicate(timeout=seconds + 600)
    assert process.returncode == 0
    found: dict[str, Any] = json.loads(out)
    return found


def load(running: Running, seconds: float, rate: float = 0.0, connections: int = 16, port: int | None = None) -> dict[str, Any]:
    """What the driver counted at a port, and the CPU seconds of the server; fails where the driver itself was not let run."""
    before = cpu(running.process.pid)
    found = counted(driver(port or running.port, seconds, rate, connections), seconds)
    assert not rate or found["paused_s"] < seconds / 10, "the machine stood still during the run: run it again"
    return found | {"cpu": cpu(running.process.pid) - before}


def cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ceiling() -> int:
    """Requests for which the driver needs one second of CPU, against a server that does nothing."""
    server = subprocess.Popen([sys.executable, "-m", "tests.attack.trivial"], stdout=subprocess.PIPE, text=True)
    try:
        found = counted(driver(int(server.stdout.readline()), 3, connections=64), 3)
    finally:
        server.kill()
        server.communicate()
    assert found["lost"] == 0
    return round(found["sent"] / (found["driver_cpu"] * 3))


class Watch(threading.Thread):
    """Looks at a process each second: the most memory and the most descriptors that it held."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.over = pid, threading.Event()
        self.memory = self.descriptors = 0

    def run(self) -> None:
        while not self.over.wait(1.0):
            self.memory = max(self.memory, memory_kb(self.pid))
            self.descriptors = max(self.descriptors, sum(1 for _ in Path(f"/proc/{self.pid}/fd").iterdir()))

    def finish(self) -> None:
        self.over.set()
        self.join(5)


def test_three_times_what_can_be_served(serve: Serve, record: Callable[..., None]) -> None:
    running = serve(cache=2_000)
    pid = running.process.pid
    before, held = load(running, 10), memory_kb(pid)
    rate = TIMES * before["answered"] / 10
    watch = Watch(pid)
    watch.start()
    flood = load(running, SECONDS, rate, CALLERS)
    watch.finish()
    after = load(running, 10)
    capacity = (before["answered"] + after["answered"]) / 20
    usual = (before["cpu"] + after["cpu"]) / (before["answered"] + after["answered"])
    kept = usual / (flood["cpu"] / flood["answered"])
    record(
        seconds=SECONDS,
        capacity_per_second=round(capacity),
        offered_per_second=round(rate),
        times_capacity=round(rate / capacity, 2),
        kept_of_capacity=round(kept, 2),
        answered_per_second=round(flood["answered"] / SECONDS),
        share_of_a_processor=round(flood["cpu"] / SECONDS, 2),
        usual_p50_ms=before["p50_ms"],
        usual_p99_ms=before["p99_ms"],
        memory_before_kb=held,
        memory_most_kb=watch.memory,
        descriptors_most=watch.descriptors,
        driver_ceiling_per_second=ceiling(),
        **{name: value for name, value in flood.items() if name != "cpu"},
    )
    assert (flood["other"], flood["lost"], flood["without_retry_after"]) == (0, 0, 0)
    assert flood["refused"] > 0
    assert watch.memory - held < 50_000
    assert watch.descriptors < CALLERS + 100
    assert httpx.post(f"{running.url}/classify", json={"title": "Group PM"}).status_code == 200


def test_callers_who_ask_again_at_once(serve: Serve, record: Callable[..., None]) -> None:
    running = serve(cache=2_000)
    before = load(running, 10)
    flood = load(running, SECONDS / 4, connections=CALLERS)
    after = load(running, 10)
    usual = (before["cpu"] + after["cpu"]) / (before["answered"] + after["answered"])
    kept = usual / (flood["cpu"] / flood["answered"])
    record(kept_of_capacity=round(kept, 2), **{name: value for name, value in flood.items() if name != "cpu"})
    assert (flood["other"], flood["lost"], flood["without_retry_after"]) == (0, 0, 0)


def test_memory_stays_flat(serve: Serve, record: Callable[..., None]) -> None:
    running = serve(cache=2_000)
    asked, readings = 0, []
    while asked < REQUESTS:
        found = load(running, 20)
        assert found["answered"] == found["sent"]
        asked += found["answered"]
        readings.append((asked, memory_kb(running.process.pid)))
    settled = next(kb for count, kb in readings if count >= REQUESTS / 10)
    record(requests=asked, settled_kb=settled, last_kb=readings[-1][1], growth_kb=readings[-1][1] - settled)
    assert readings[-1][1] - settled < 10_240
