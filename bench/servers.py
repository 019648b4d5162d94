"""HTTP: Rung against an echo application. Both run at once and wrk loads them alternately (ABBA), one second each.

CPU time is that of each process tree. Only ratios within one run count: on a shared machine absolute figures vary by half, these
ratios by little.
"""

from __future__ import annotations

import compileall
import contextlib
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.generate import text, titles

ROOT = Path(__file__).parents[1]
LUA = Path(__file__).with_name("load.lua")
CONNECTIONS = 16
BODIES = 512
_NEW, _CACHED = 0.12, 20_000  # share of new titles on a job board; titles that Rung caches by default
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its process id, its address, and the seconds that it took to start."""

    pid: int
    url: str
    start: float

    def cpu(self) -> float:
        """CPU seconds (user and system) that its process tree has used so far."""
        return sum(_cpu(pid) for pid in tree(self.pid))

    def megabytes(self) -> float:
        """Resident memory of its process tree, in MB."""
        return sum(_resident(pid) for pid in tree(self.pid)) / 1e6


@dataclass(frozen=True, slots=True)
class Slice:
    """One turn of load: CPU seconds per item, items per second, and the 99th percentile of latency in microseconds."""

    cpu: float
    rate: float
    p99: float


def tree(pid: int) -> list[int]:
    """The ids of a process and all its descendants."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents.setdefault(int(stat.read_text().rpartition(")")[2].split()[1]), []).append(int(stat.parent.name))
    found = [pid]
    for each in found:
        found += parents.get(each, [])
    return found


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
    except OSError:
        return 0


@contextlib.contextmanager
def serving(kind: str, cache: int = 0) -> Iterator[Server]:
    """Start ``rung``, or ``echo`` or ``pipeline`` of this folder, as a process, and stop it at the end of the block.

    ``cache`` is the number of titles whose answers Rung caches.

    Raises:
        RuntimeError: the server is not ready within 60 s.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    compileall.compile_dir(ROOT / "service", quiet=1)  # as pip does for an installed package
    command = ["-m", "uvicorn", f"bench.{kind}:app", "--port", str(port), "--log-level", "critical", "--no-access-log"]
    if kind == "rung":
        command = ["-m", "rung.cli", "serve", "--port", str(port)]
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "RUNG_CACHE": str(cache), "RUNG_DRAIN_SECONDS": "0"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{url}/readyz", process)
        yield Server(process.pid, url, time.perf_counter() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except (OSError, urllib.error.URLError):
            time.sleep(0.005)
        else:
            return
    raise RuntimeError(f"{url} does not answer")


def write_bodies(path: Path, size: int, batch: int = 0, new: float = 1.0) -> Path:
    """Write one request body a line: a title with a text of ``size`` characters (0: none), or a batch of ``batch`` of these.

    ``new`` is the share of titles that are unique in every request (wrk replaces their ``@@``); the others repeat.
    """
    rng = random.Random(size + batch)
    made = iter(titles(BODIES + batch * 64, seed=11))

    def query() -> dict[str, str]:
        title = f"{next(made)}, Team {'@@' if rng.random() < new else '7'}"
        return {"title": title, "description": text(rng, size)} if size else {"title": title}

    lines = [json.dumps({"queries": [query() for _ in range(batch)]} if batch else query()) for _ in range(64 if batch else BODIES)]
    path.write_text("\n".join(lines) + "\n")
    return path


def drive(server: Server, bodies: Path, seconds: float, first: int, *, path: str = "/classify", items: int = 1) -> Slice:
    """Load one server for some seconds; ``items`` is the number of titles in each body.

    Raises:
        RuntimeError: a request was not answered with 200.
    """
    before = server.cpu()
    done = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS if items == 1 else 2}", f"-d{seconds:g}s", "--timeout", "20s", "-s", str(LUA), server.url],
        env={**os.environ, "BENCH_BODIES": str(bodies), "BENCH_FIRST": str(first), "BENCH_PATH": path},
        capture_output=True,
        text=True,
        timeout=seconds + 60,
        check=True,
    )
    time.sleep(0.05)  # the server still answers the requests that were in progress when wrk stopped
    found = json.loads(done.stdout.splitlines()[-1])
    if found["bad"] or not found["requests"]:
        raise RuntimeError(f"{found['bad']} of {found['requests']} requests failed")
    count = found["requests"] * items
    return Slice((server.cpu() - before) / count, count / found["seconds"], found["p99"])


def pairs(sides: Sequence[tuple[Server, Path, str, int]], count: int, seconds: float = 1.0) -> list[tuple[Slice, Slice]]:
    """Pairs of turns in the order A B, B A, …; ``sides`` are two servers, each with its bodies, path and items per body."""
    number = iter(range(1, 10_000))

    def turn(side: int) -> Slice:
        server, bodies, path, items = sides[side]
        return drive(server, bodies, seconds, next(number) * 10_000_000, path=path, items=items)

    for side in (0, 1):
        turn(side)  # warm-up
    found = []
    for pair in range(count):
        order = (0, 1) if pair % 2 == 0 else (1, 0)
        turns = {side: turn(side) for side in order}
        found.append((turns[0], turns[1]))
    return found


def measure(folder: Path, count: int, seconds: float) -> dict[str, dict[str, float]]:
    """All rows of this group by name: the ratio and the figures behind it."""
    plain, text4, batch = (
        write_bodies(folder / "title", 0),
        write_bodies(folder / "text", 4_000),
        write_bodies(folder / "batch", 0, batch=100),
    )
    rows: dict[str, dict[str, float]] = {}
    with serving("echo") as echo, serving("rung") as rung:
        for name, bodies in (("title", plain), ("text", text4)):
            found = pairs(((echo, bodies, "/classify", 1), (rung, bodies, "/classify", 1)), count, seconds)
            rows[f"http-{name}"] = _row([(e.cpu / r.cpu) for e, r in found], found)
            rows[f"p99-{name}"] = {"ratio": _median(r.p99 / e.p99 for e, r in found)}
        board = write_bodies(folder / "board", 0, new=_NEW)
        with serving("rung", cache=_CACHED) as caching:
            found = pairs(((echo, board, "/classify", 1), (caching, board, "/classify", 1)), count, seconds)
        rows["http-board"] = _row([(e.cpu / r.cpu) for e, r in found], found)
        found = pairs(((rung, plain, "/classify", 1), (rung, batch, "/classify/batch", 100)), count, seconds)
        rows["batch-item"] = _row([(b.cpu / s.cpu) for s, b in found], found)
        with serving("pipeline") as pipeline:
            found = pairs(((pipeline, plain, "/classify", 1), (rung, plain, "/classify", 1)), count, seconds)
        rows["pipeline"] = _row([(p.cpu / r.cpu) for p, r in found], found)
        rows["memory"] = {"ratio": rung.megabytes() / echo.megabytes(), "echo": echo.megabytes(), "rung": rung.megabytes()}
    starts = [(_start("echo"), _start("rung")) for _ in range(max(2, count // 2))]
    rows["start"] = {
        "ratio": _median(r / e for e, r in starts),
        "echo": _median(e for e, _ in starts),
        "rung": _median(r for _, r in starts),
    }
    return rows


def growth(folder: Path, low: int = 20_000, high: int = 100_000) -> dict[str, dict[str, float]]:
    """The growth of Rung's memory in MB between two numbers of unique titles."""
    bodies = write_bodies(folder / "title", 0)
    with serving("rung") as rung:
        sent, turn, then = 0.0, 0, 0.0
        while sent < high:
            turn += 1
            seconds = 5.0
            sent += drive(rung, bodies, seconds, turn * 10_000_000).rate * seconds
            then = then or (rung.megabytes() if sent >= low else 0.0)
        return {"growth": {"ratio": rung.megabytes() - then, "requests": sent}}


def _start(kind: str) -> float:
    with serving(kind) as server:
        return server.start


def _row(ratios: Sequence[float], found: Sequence[tuple[Slice, Slice]]) -> dict[str, float]:
    return {
        "ratio": _median(ratios),
        "low": min(ratios),
        "high": max(ratios),
        "pairs": len(ratios),
        "first_us": _median(a.cpu for a, _ in found) * 1e6,
        "second_us": _median(b.cpu for _, b in found) * 1e6,
        "first_rate": _median(a.rate for a, _ in found),
        "second_rate": _median(b.rate for _, b in found),
    }


def _median(values: Sequence[float] | Iterator[float]) -> float:
    return statistics.median(values)


def missing() -> bool:
    """Whether wrk is not installed."""
    return shutil.which("wrk") is None
