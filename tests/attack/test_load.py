"""More than can be served, for minutes; a fifth of a million requests; a process killed under load. Run by ``make test-attack``."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.attack.conftest import Running, Serve, children, memory_kb, wait_for_lines

pytestmark = [pytest.mark.slow, pytest.mark.skipif(shutil.which("wrk") is None, reason="needs wrk (Debian: apt-get install wrk)")]

SECONDS = int(os.environ.get("ATTACK_SECONDS", "120"))
REQUESTS = int(os.environ.get("ATTACK_REQUESTS", "200000"))
SCRIPT = Path(__file__).parent / "load.lua"
LATENCY = re.compile(r"\s(50|99)%\s+([\d.]+)(us|ms|s)\b")
MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


def wrk(running: Running, connections: int, seconds: int) -> dict[str, float]:
    """What wrk counted: requests, refusals, errors of sockets, latencies in milliseconds."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "--latency", "-s", str(SCRIPT), running.url]
    out = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=True).stdout
    counted = dict(re.findall(r"^(\w+)=(\d+)$", out, re.MULTILINE))
    latencies = {f"p{share}_ms": float(value) * MILLISECONDS[unit] for share, value, unit in LATENCY.findall(out)}
    return {name: float(value) for name, value in counted.items()} | latencies


def test_more_callers_than_can_be_served(serve: Serve, record: Callable[..., None]) -> None:
    running = serve(max_pending=64)
    usual = wrk(running, 16, 10)
    before = memory_kb(running.process.pid)
    flood = wrk(running, 900, SECONDS)  # each asks again as soon as it is answered or refused
    after = memory_kb(running.process.pid)
    assert httpx.post(f"{running.url}/classify", json={"title": "Group PM"}).status_code == 200
    asked_per_second = flood["requests"] / SECONDS
    record(
        capacity_per_second=round(usual["requests"] / 10),
        asked_per_second=round(asked_per_second),
        share_of_capacity_kept=round(flood["answered"] / SECONDS / (usual["requests"] / 10), 2),
        seconds=SECONDS,
        answered=int(flood["answered"]),
        refused_with_503=int(flood["refused"]),
        other=int(flood["other"]),
        lost=int(flood["lost"]),
        later_than_20_s=int(flood["late"]),
        usual_p99_ms=usual["p99_ms"],
        p50_ms=flood["p50_ms"],
        p99_ms=flood["p99_ms"],
        memory_growth_kb=after - before,
    )
    assert flood["other"] == 0
    assert flood["lost"] == 0
    assert flood["refused"] > 0
    assert flood["answered"] / SECONDS > 0.3 * usual["requests"] / 10
    assert after - before < 100_000


def test_memory_stays_flat(serve: Serve, record: Callable[..., None]) -> None:
    running = serve(cache=2_000)
    counted, readings = 0.0, []
    while counted < REQUESTS:
        counted += wrk(running, 16, 20)["requests"]
        readings.append((int(counted), memory_kb(running.process.pid)))
    settled = next(kb for count, kb in readings if count >= REQUESTS / 10)
    record(requests=readings[-1][0], settled_kb=settled, last_kb=readings[-1][1], growth_kb=readings[-1][1] - settled)
    assert readings[-1][1] - settled < 10_240


def test_a_process_is_killed_under_load(serve: Serve, record: Callable[..., None]) -> None:
    running = serve(workers=2)
    wait_for_lines(running, "model loaded", 2)
    kills, answered, lost, other = 0, 0.0, 0.0, 0.0
    for _ in range(5):
        load = subprocess.Popen(
            ["wrk", "-t1", "-c16", "-d8s", "--timeout", "20s", "-s", str(SCRIPT), running.url], stdout=subprocess.PIPE, text=True
        )
        time.sleep(2)
        os.kill(children(running.process.pid)[0], signal.SIGKILL)
        kills += 1
        counted = dict(re.findall(r"^(\w+)=(\d+)$", load.communicate(timeout=60)[0], re.MULTILINE))
        answered, lost, other = (
            answered + float(counted["answered"]),
            lost + float(counted["lost"]),
            other + float(counted["other"]),
        )
        wait_for_lines(running, "model loaded", 2 + kills)  # the next one is killed only once this one's successor serves
    record(kills=kills, answered=int(answered), cut_off_with_the_killed_process=int(lost), other=int(other))
    assert other == 0
    assert lost <= kills * 16
