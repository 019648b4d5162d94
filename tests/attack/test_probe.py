"""How long ``/healthz`` waits beside one request that is made to cost much: figures for docs/reliability.md."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from rung.settings import Settings
from tests.attack.conftest import Running, servers
from tests.attack.hostile import UNITS
from tests.attack.test_load import cpu

pytestmark = pytest.mark.slow

SIZE = Settings.model_fields["max_body"].default - 100
TEXT = Settings.model_fields["max_description"].default


def batch(item: bytes, most: int | None = None) -> bytes:
    """As many items as a body has room for, or so many."""
    return b'{"queries":[' + b",".join([item] * min(most or SIZE, SIZE // (len(item) + 1))) + b"]}"


def fields(count: int, value: bytes = b"0") -> bytes:
    return b"{" + b",".join(b'"%x":%s' % (number, value) for number in range(count)) + b"}"


def texts(unit: str) -> bytes:
    text = (unit * TEXT)[:TEXT].encode("unicode_escape").replace(b"\\x", b"\\u00").replace(b'"', b"'").replace(b"\\U000", b" ")
    return batch(b'{"title":"PM","description":"%s"}' % text.replace(b"\\'", b"'"), 20)


ATTACKS: dict[str, tuple[str, bytes]] = {
    "batch of zeros": ("/classify/batch", batch(b"0")),
    "batch of empty strings": ("/classify/batch", batch(b'""')),
    "batch of objects": ("/classify/batch", batch(b"{}", 149_000)),
    "batch of lists": ("/classify/batch", batch(b"[[[]]]", 49_000)),
    "1,000 items of 50 unknown fields": ("/classify/batch", batch(fields(50), 1_000)),
    "1,000 items of 5 bad fields": (
        "/classify/batch",
        batch(b'{"title":1,"description":2,"id":3,"company":4,"ladder":5,"min_confidence":"x"}', 1_000),
    ),
    "140,000 unknown fields": ("/classify", fields(140_000)),
    "400,000 unknown fields": ("/classify", fields(400_000)),
    "organisation of 140,000 fields": ("/classify", b'{"title":"PM","organisation":%s}' % fields(140_000)),
    "halves of surrogate pairs": ("/classify", b'{"title":"%s"}' % (rb"\ud83d" * (SIZE // 6))),
    "backslashes and one half": ("/classify", b'{"title":"%s"}' % (rb"\\" * (SIZE // 2 - 10) + rb"\ud83d")),
    "a title of a whole body": ("/classify", b'{"title":"%s"}' % (b"a b" * (SIZE // 3))),
    "an id of a whole body": ("/classify", b'{"title":"PM","id":"%s"}' % (b"a" * SIZE)[: SIZE - 40]),
    "1,000 ordinary queries of 3,900 characters": (
        "/classify/batch",
        batch(b'{"title":"Product Manager","description":"%s"}' % (b"You lead a team, and own the plan of the year. " * 83), 1_000),
    ),
    "20 texts of dots": ("/classify/batch", texts(".")),
    **{f"20 texts of {name}": ("/classify/batch", texts(unit)) for name, unit in UNITS.items() if name not in ("null", "controls")},
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with servers(tmp_path_factory.mktemp("probe")) as start:
        yield start()


class Probe(threading.Thread):
    """Asks ``/healthz`` again and again; keeps how long each answer took, in milliseconds."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url, self.over, self.times = url, threading.Event(), list[float]()

    def run(self) -> None:
        with httpx.Client(timeout=120) as client:
            while not self.over.wait(0.002):
                began = time.perf_counter()
                assert client.get(f"{self.url}/healthz").status_code == 200
                self.times.append((time.perf_counter() - began) * 1000)


def peak_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


@pytest.mark.parametrize("name", ATTACKS)
def test_health_beside(running: Running, record: Callable[..., None], name: str) -> None:
    path, body = ATTACKS[name]
    probe, pid = Probe(running.url), running.process.pid
    probe.start()
    while len(probe.times) < 20:
        time.sleep(0.01)
    usual, before = statistics.median(probe.times), cpu(pid)
    with httpx.Client(timeout=120) as client:
        answer = client.post(f"{running.url}{path}", content=body, headers={"content-type": "application/json"})
    spent = cpu(pid) - before
    probe.over.set()
    probe.join(130)
    record(
        attack=name,
        bytes=len(body),
        status=answer.status_code,
        cpu_s=round(spent, 2),
        health_usual_ms=round(usual, 1),
        health_worst_ms=round(max(probe.times)),
        peak_mb=round(peak_kb(pid) / 1024),
    )
    assert answer.status_code in (200, 413, 422)
    assert httpx.get(f"{running.url}/readyz").status_code == 200
