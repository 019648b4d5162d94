"""What one request costs inside the process, by kind of route, and what a refusal costs: ``python -m tests.api.cost_of_a_route``.

Only the ratios count.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time

from fastapi import FastAPI

from rung import Normaliser, Query
from rung.api import create_app
from rung.api.schemas.requests import QueryIn
from rung.settings import Settings
from rung.types import Result

ROUNDS, REQUESTS = 9, 400
BODY = json.dumps({"id": "1", "title": "Group PM"}).encode()
SCOPE = {
    "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http", "path": "/classify",
    "raw_path": b"/classify", "query_string": b"", "root_path": "", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
}  # fmt: skip
HEADERS = [(b"host", b"rung"), (b"content-type", b"application/json"), (b"content-length", b"%d" % len(BODY))]


def applications() -> dict[str, FastAPI]:
    normaliser = Normaliser.load()
    ordinary, echo = FastAPI(), FastAPI()

    @ordinary.post("/classify", response_model=Result)
    async def classify(query: QueryIn) -> object:
        return normaliser.classify(query.query()).as_json()

    @echo.post("/classify", response_model=QueryIn)
    async def answer(query: QueryIn) -> QueryIn:
        return query

    full = create_app(normaliser, Settings())
    full.state.service.gate.pending = Settings().max_pending
    return {"bytes": create_app(normaliser, Settings()), "refused": full, "ordinary": ordinary, "echo": echo}


async def cost(app: FastAPI) -> float:
    """CPU microseconds a request."""

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": BODY, "more_body": False}

    async def send(_: object) -> None:
        pass

    began = time.process_time()
    for _ in range(REQUESTS):
        await app(SCOPE | {"headers": list(HEADERS)}, receive, send)
    return (time.process_time() - began) / REQUESTS * 1e6


async def main() -> None:
    apps = applications()
    rows: dict[str, list[float]] = {name: [] for name in apps}
    for _ in range(ROUNDS):
        for name, app in apps.items():
            rows[name].append(await cost(app))
    normaliser, began = Normaliser.load(), time.process_time()
    for _ in range(REQUESTS):
        normaliser.classify(Query(title="Group PM"))
    print({name: round(statistics.median(row)) for name, row in rows.items()})
    print({"classifying alone": round((time.process_time() - began) / REQUESTS * 1e6)})


if __name__ == "__main__":
    asyncio.run(main())
