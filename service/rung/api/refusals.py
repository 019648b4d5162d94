"""How a full service refuses: at a pace that leaves time for answers, and by the shortest way.

A refusal is cheap beside an answer, but callers who ask again at once would be refused as fast as the processor can, and nobody
answered. So refusals keep step with answers; those beyond wait, and their callers with them, at no cost but a connection each.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

import orjson

from rung.api.problems import MEDIA_TYPE, problem
from rung.errors import Unavailable

AN_ANSWER = 3  # refusals sent for each answer: at three times what can be answered, two are needed, and three where a third is lost
AT_ONCE = 64  # refusals sent before any must wait
TICK = 0.1  # seconds between looks at those who wait
A_TICK = 50  # refusals sent then, where nothing was answered meanwhile
SAYS = "the service is full; try again in a moment"


class Refusals:
    """Who is to be refused, in order of arrival, and how many may be refused now. One loop uses it, so plain numbers are enough."""

    def __init__(self) -> None:
        self._left = AT_ONCE
        self._moving = False  # answers have gone out since the last look
        self._waiting: deque[Callable[[], None]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def ask(self, send: Callable[[], None]) -> None:
        """Have a refusal sent, now or when its turn has come."""
        if self._left:
            self._left -= 1
            send()
            return
        self._waiting.append(send)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(TICK, self._tick)

    def answered(self) -> None:
        """An answer is out: some refusals may follow."""
        self._moving = True
        for _ in range(AN_ANSWER):
            if self._waiting:
                self._waiting.popleft()()
            else:
                self._left = min(AT_ONCE, self._left + 1)

    async def turn(self) -> None:
        """Wait until one more may be refused."""
        come = asyncio.get_running_loop().create_future()
        self.ask(lambda: None if come.done() else come.set_result(None))
        await come

    def _tick(self) -> None:
        for _ in range(0 if self._moving else min(A_TICK, len(self._waiting))):
            self._waiting.popleft()()
        self._moving = False
        self._timer = asyncio.get_running_loop().call_later(TICK, self._tick) if self._waiting else None


_BODY = orjson.dumps(problem(Unavailable(SAYS)))
_HEAD = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: %s\r\nretry-after: 1\r\ncontent-length: %d\r\n" % (
    MEDIA_TYPE.encode(),
    len(_BODY),
)


def refusal(headers: Sequence[tuple[bytes, bytes]], keep_alive: bool) -> bytes:
    """The whole refusal as it goes over the wire, with these headers too."""
    parts = [_HEAD]
    for name, value in headers:
        parts += (name, b": ", value, b"\r\n")
    parts += (b"\r\n" if keep_alive else b"connection: close\r\n\r\n", _BODY)
    return b"".join(parts)
