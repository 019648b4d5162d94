"""What a refusal costs by the connection and by the application, beside an answer: ``python -m tests.api.cost_of_a_refusal``.

No sockets, and everything in one process; only the ratios count.
"""

from __future__ import annotations

import asyncio
import statistics
import time

from uvicorn.server import ServerState

from rung import Normaliser
from rung.api import create_app
from rung.api.server import configure
from rung.settings import Settings
from tests.attack.offered import request

ROUNDS, REQUESTS = 7, 1_000


class Deaf:
    """A transport that takes everything and sends nothing."""

    sent = b""

    def get_extra_info(self, _: str) -> None:
        return None

    def write(self, data: bytes) -> None:
        self.sent += data

    def is_closing(self) -> bool:
        return False

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


async def main() -> None:
    settings = Settings(cache=0)
    app = create_app(Normaliser.load(), settings)
    gate = app.state.service.gate
    config = configure(app, settings)
    config.load()
    transport = Deaf()
    protocol = config.http_protocol_class(config=config, server_state=ServerState(), app_state={})
    protocol.connection_made(transport)
    plain = [request(number) for number in range(REQUESTS)]
    from_a_page = [data.replace(b"host: rung\r\n", b"host: rung\r\norigin: null\r\n") for data in plain]  # goes the long way

    async def cost(requests: list[bytes], pending: int, status: bytes) -> float:
        """CPU microseconds a request."""
        gate.pending, began = pending, time.process_time()
        for data in requests:
            transport.sent = b""
            protocol.data_received(data)
            while not transport.sent.endswith(b"}"):
                await asyncio.sleep(0)
            gate.refusals.answered()
            assert transport.sent.startswith(b"HTTP/1.1 " + status)
        return (time.process_time() - began) / len(requests) * 1e6

    kinds = {"refused by the connection": (plain, 10**6, b"503"), "refused by the application": (from_a_page, 10**6, b"503")}
    kinds["answered"] = (plain, 0, b"200")
    rows: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(ROUNDS):
        for name, kind in kinds.items():
            rows[name].append(await cost(*kind))
    print({name: round(statistics.median(row)) for name, row in rows.items()})


if __name__ == "__main__":
    asyncio.run(main())
