"""Requests at a fixed rate, whatever becomes of them: ``python -m tests.attack.offered PORT --rate 3000 --seconds 10``.

Callers who wait for an answer before they ask again slow down with the service, and so never offer it much more than it can do.
Here each request has a moment at which it is due, its time counts from then, and connections are opened until there are enough of
them; a caller for whom none comes free within a second gives up. Without a rate each connection asks again as soon as it is
answered, which finds what a server can do.
"""

from __future__ import annotations

import argparse
import json
import resource
import select
import socket
import time
from array import array
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

HEADS = (
    "Senior Product Manager", "Product Manager II", "Director, Product Management", "Group PM", "Head of Product",
    "Software Engineer", "Product Owner", "VP Product", "Snr Prodct Mangr", "Project Manager", "Chief Product Officer",
    "Produktmanager (m/w/d)",
)  # fmt: skip
HEAD = b"POST /classify HTTP/1.1\r\nhost: rung\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
GIVES_UP = 1.0  # seconds after which a request that has found no free connection is not sent
PATIENCE = 30.0  # seconds that the last answers are waited for


def request(number: int) -> bytes:
    """A request whose title no other has."""
    title = f"{HEADS[number % len(HEADS)]} - {number}, Team {number * 7919 % 100003}"
    body = b'{"id":"%d","title":"%s"}' % (number, title.encode())
    return HEAD % len(body) + body


@dataclass
class Counted:
    """What became of the requests, and how long they took in seconds from when they were due."""

    statuses: Counter[int] = field(default_factory=Counter)
    without_retry_after: int = 0
    given_up: int = 0
    paused: float = 0.0
    lost: int = 0
    connections: int = 0
    answered: array[float] = field(default_factory=lambda: array("d"))
    refused: array[float] = field(default_factory=lambda: array("d"))
    late: array[float] = field(default_factory=lambda: array("d"))


class Connection:
    """A socket that has at most one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setblocking(False)
        self.busy = False
        self.due = 0.0
        self.missing = -1  # bytes of the answer yet to come; below zero where its head has not come whole
        self.heard = b""

    def ask(self, data: bytes, due: float) -> None:
        self.busy, self.due, self.missing, self.heard = True, due, -1, b""
        self.socket.send(data)

    def hear(self) -> bool:
        """Take what has come; true where that ends the answer. ``heard`` then begins with its head."""
        part = self.socket.recv(262_144)
        if not part:
            raise ConnectionResetError
        if self.missing >= 0:
            self.missing -= len(part)
        else:
            self.heard += part
            end = self.heard.find(b"\r\n\r\n")
            if end >= 0:
                self.heard = self.heard[:end].lower() + self.heard[end:]  # proxies write names of headers in their own way
                place = self.heard.index(b"content-length: ") + 16
                self.missing = int(self.heard[place : self.heard.index(b"\r", place)]) - (len(self.heard) - end - 4)
        return self.missing == 0


class Driver:
    """All connections of one run."""

    def __init__(self, port: int, rate: float | None, seconds: float, most: int) -> None:
        self._port, self._most = port, most
        self._interval = 1.0 / rate if rate else None
        self._seconds = seconds
        self._poll = select.epoll()
        self._idle: deque[Connection] = deque()
        self._open: dict[int, Connection] = {}
        self._busy = 0
        self.sent = 0
        self.counted = Counted()

    def run(self) -> None:
        began = now = time.perf_counter()
        over, number = began + self._seconds, 0
        patient_until = over + PATIENCE
        while True:
            before, now = now, time.perf_counter()
            if now - before > 1.0:  # the machine stood still, not the server
                self.counted.paused += now - before
                patient_until = now + PATIENCE
            if now >= over and (not self._busy or now > patient_until):
                break
            wait = 0.05
            while now < over:
                due = began + number * self._interval if self._interval else now
                if due > now:
                    wait = min(wait, due - now)
                    break
                if now - due > GIVES_UP:
                    self.counted.given_up += 1
                    number += 1
                    continue
                connection = self._free()
                if connection is None:
                    break
                self._ask(connection, number, due)
                number += 1
                now = time.perf_counter()
            for descriptor, _ in self._poll.poll(max(0.0, wait)):
                self._hear(descriptor)
        self.sent = number - self.counted.given_up
        self.counted.lost += self._busy

    def _free(self) -> Connection | None:
        if self._idle:
            return self._idle.popleft()
        if len(self._open) >= self._most:
            return None
        made = Connection(self._port)
        self._open[made.socket.fileno()] = made
        self._poll.register(made.socket, select.EPOLLIN)
        self.counted.connections = max(self.counted.connections, len(self._open))
        return made

    def _ask(self, connection: Connection, number: int, due: float) -> None:
        self._busy += 1
        try:
            connection.ask(request(number), due)
        except OSError:
            self._drop(connection)
        self.counted.late.append(time.perf_counter() - due)

    def _hear(self, descriptor: int) -> None:
        connection = self._open[descriptor]
        if not connection.busy:  # it can only have been closed
            self._idle.remove(connection)
            self._forget(connection)
            return
        try:
            if not connection.hear():
                return
        except OSError:
            self._drop(connection)
            return
        took = time.perf_counter() - connection.due
        status = int(connection.heard[9:12])
        counted = self.counted
        counted.statuses[status] += 1
        if status == 200:
            counted.answered.append(took)
        else:
            counted.refused.append(took)
            counted.without_retry_after += b"\r\nretry-after: " not in connection.heard
        self._busy -= 1
        connection.busy = False
        self._idle.append(connection)

    def _drop(self, connection: Connection) -> None:
        self._busy -= 1
        self.counted.lost += 1
        self._forget(connection)

    def _forget(self, connection: Connection) -> None:
        del self._open[connection.socket.fileno()]
        self._poll.unregister(connection.socket)
        connection.socket.close()


def percentile(times: Sequence[float], share: float) -> float:
    """In milliseconds."""
    ordered = sorted(times)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 1) if ordered else 0.0


def drive(port: int, rate: float | None, seconds: float, connections: int) -> dict[str, float]:
    """Run, and sum up."""
    driver = Driver(port, rate, seconds, connections)
    spent = time.process_time()
    driver.run()
    spent = time.process_time() - spent
    found = driver.counted
    return {
        "due": round(rate * seconds) if rate else driver.sent,
        "sent": driver.sent,
        "given_up": found.given_up,
        "answered": found.statuses[200],
        "refused": found.statuses[503] + found.statuses[429],
        "other": sum(found.statuses.values()) - found.statuses[200] - found.statuses[503] - found.statuses[429],
        "lost": found.lost,
        "without_retry_after": found.without_retry_after,
        "connections": found.connections,
        "p50_ms": percentile(found.answered, 0.5),
        "p99_ms": percentile(found.answered, 0.99),
        "refused_p50_ms": percentile(found.refused, 0.5),
        "refused_p99_ms": percentile(found.refused, 0.99),
        "paused_s": round(found.paused, 1),
        "late_p99_ms": percentile(found.late, 0.99),
        "driver_cpu": round(spent / seconds, 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--rate", type=float)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--connections", type=int, default=16)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
    print(json.dumps(drive(options.port, options.rate, options.seconds, options.connections)))


if __name__ == "__main__":
    main()
