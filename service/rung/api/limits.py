"""What the service takes on at one time: bodies are read within a size and a time, and what cannot be answered soon is refused.

Nothing here can grow without bound: requests and the bytes of their bodies are counted from acceptance to answer, and past the
limit a caller is told at once to come again.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from time import monotonic

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rung.api.problems import BodyTooLarge, RateLimited, SlowClient
from rung.api.refusals import SAYS, Refusals
from rung.errors import Unavailable
from rung.settings import Settings

TURNS = 8  # requests answered between two looks at the network
CALLERS = 10_000  # callers whose rate is remembered; the longest silent is forgotten first, and by then has all its tokens again


class Full(Unavailable):
    """Raised when too much is pending already."""


class Vanished(Exception):
    """The client went away before it was answered; nobody is left to tell."""


class Gate:
    """Counts what is in hand. One loop uses it, so plain numbers are enough."""

    def __init__(self, settings: Settings, refused: Callable[[], None]) -> None:
        self.pending = 0
        self.pending_bytes = 0
        self.streams = 0
        self.refusals = Refusals()
        self._coming = 0
        self._turns = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._refused = refused
        self._settings = settings

    @property
    def full(self) -> bool:
        """True while no further request may enter."""
        settings = self._settings
        return self.pending + self._coming >= settings.max_pending or self.pending_bytes >= settings.max_pending_bytes

    def expect(self) -> None:
        """Count in advance a request that is passed on: it enters in the next round of the loop, and others come till then."""
        if not self._coming:
            asyncio.get_running_loop().call_soon(self._all_came)
        self._coming += 1

    def _all_came(self) -> None:
        self._coming = 0

    async def body(self, scope: Scope, receive: Receive) -> bytes:
        """The body of a request, read within its limits.

        Raises:
            BodyTooLarge, SlowClient: it is too large, or does not come in time.
            Full: too much is pending already.
            Vanished: the client went away.
        """
        largest = self._settings.max_body
        for name, value in scope["headers"]:
            if name == b"content-length" and int(value) > largest:
                raise BodyTooLarge(f"the body has {int(value):,} bytes; at most {largest:,} are accepted")
        await self._check()
        if not getattr(getattr(receive, "__self__", None), "more_body", True):
            # uvicorn has all of it already, as of most requests: nothing is to be waited for.
            return _chunk(await receive(), 0, largest)
        try:
            async with asyncio.timeout(self._settings.body_seconds):
                message = await receive()
                if not message.get("more_body", False):
                    return _chunk(message, 0, largest)
                return await self._chunks(_chunk(message, 0, largest), receive)
        except TimeoutError:
            raise SlowClient(f"the body did not come within {self._settings.body_seconds:g} s") from None

    async def _chunks(self, first: bytes, receive: Receive) -> bytes:
        parts, size, more = [first], len(first), True
        self.pending_bytes += size
        try:
            while more:
                await self._check()
                message = await receive()
                part = _chunk(message, size, self._settings.max_body)
                parts.append(part)
                size += len(part)
                self.pending_bytes += len(part)
                more = message.get("more_body", False)
        finally:
            self.pending_bytes -= size
        return b"".join(parts)

    async def turn(self) -> None:
        """Wait until it is this request's turn to be answered on the loop; ``pass_turn`` must follow.

        Turns go by order of arrival, a few to each round of the loop, so that between them the loop sees who has come meanwhile.
        """
        if self._turns < TURNS:
            self._turns += 1
            await asyncio.sleep(0)
            return
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self.pass_turn()
            raise

    def pass_turn(self) -> None:
        """Give the turn to whoever has waited longest."""
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return
        self._turns -= 1

    def streamed(self, app: ASGIApp) -> ASGIApp:
        """An application that reads its body as it comes, with so many open at a time, and none that has fallen silent."""
        waiting = self._settings.stall_seconds

        async def gated(scope: Scope, receive: Receive, send: Send) -> None:
            async def heard() -> Message:
                try:
                    async with asyncio.timeout(waiting):
                        return await receive()
                except TimeoutError:
                    raise SlowClient(f"nothing came for {waiting:g} s") from None

            if self.streams >= self._settings.streams:
                self._refused()
                raise Unavailable("as many streams as are allowed are open; try again later", retry_after=5)
            self.streams += 1
            try:
                await app(scope, heard, send)
            finally:
                self.streams -= 1

        return gated

    async def enter(self, size: int) -> None:
        """Count a request in.

        Raises:
            Full: too much is pending already.
        """
        await self._check(size)
        self.pending += 1
        self.pending_bytes += size

    def leave(self, size: int) -> None:
        """Count it out again."""
        self.pending -= 1
        self.pending_bytes -= size
        self.refusals.answered()

    async def _check(self, size: int = 0) -> None:
        if self.pending < self._settings.max_pending and self.pending_bytes + size <= self._settings.max_pending_bytes:
            return
        self._refused()
        await self.refusals.turn()
        raise Full(SAYS, retry_after=1)


def _chunk(message: object, before: int, largest: int) -> bytes:
    assert isinstance(message, dict)  # noqa: S101 - by the ASGI specification
    if message["type"] == "http.disconnect":
        raise Vanished
    body: bytes = message.get("body", b"")
    if before + len(body) > largest:
        raise BodyTooLarge(f"the body has more than {largest:,} bytes, which is the most that is accepted")
    return body


class Rates:
    """A bucket of tokens a caller: ``burst`` at first, ``rate`` more each second, one taken a request."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> None:
        """Take one token.

        Raises:
            RateLimited: the bucket is empty.
        """
        now = monotonic()
        tokens, then = self._buckets.pop(caller, (self._burst, now))
        tokens = min(self._burst, tokens + (now - then) * self._rate)
        taken = tokens >= 1.0
        self._buckets[caller] = (tokens - 1.0 if taken else tokens, now)
        if len(self._buckets) > CALLERS:
            self._buckets.popitem(last=False)
        if not taken:
            raise RateLimited(f"at most {self._rate:g} requests a second are answered", (1.0 - tokens) / self._rate)
