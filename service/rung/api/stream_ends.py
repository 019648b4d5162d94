"""Input, output and rate limit of a stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from starlette.types import Receive, Scope, Send

from rung.api.limits import Disconnected
from rung.api.problems import RateLimited

PIECE = 4_096  # bytes that are cut into rows at a time


class Body:
    """The body of a request in small pieces, so that none holds the event loop for long."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope, self._receive = scope, receive
        self._got = b""
        self._more = True

    async def pieces(self) -> AsyncIterator[bytes]:
        """The pieces of the body, from where the last iteration stopped.

        Raises:
            Disconnected: the client closed the connection.
            SlowClient: nothing arrived for too long.
        """
        while self._got or self._more:
            if not self._got:
                message = await self._receive()
                if message["type"] == "http.disconnect":
                    raise Disconnected
                self._got, self._more = message.get("body", b""), message.get("more_body", False)
            piece, self._got = self._got[:PIECE], self._got[PIECE:]
            if piece:
                yield piece

    async def give_way(self) -> None:
        """Let other requests run.

        Raises:
            Disconnected: the client closed the connection meanwhile.
        """
        await asyncio.sleep(0)
        if self._scope.get("rung.disconnected"):  # set by the connection
            raise Disconnected


class Outlet:
    """The answer: the response starts with the first piece; it fails if the client reads nothing for too long."""

    def __init__(self, send: Send, media: str, patience: float) -> None:
        self._send, self._media, self._patience = send, media, patience
        self.started = False

    async def write(self, text: str) -> None:
        """Send some rows.

        Raises:
            Disconnected: the client does not read.
        """
        await self._put(text.encode("utf-8", "surrogateescape"), more=True)

    async def end(self) -> None:
        """End the answer.

        Raises:
            Disconnected: the client does not read.
        """
        await self._put(b"", more=False)

    async def _put(self, data: bytes, *, more: bool) -> None:
        try:
            async with asyncio.timeout(self._patience):
                if not self.started:
                    self.started = True
                    kind = f"{self._media}; charset=utf-8".encode()
                    await self._send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]})
                await self._send({"type": "http.response.body", "body": data, "more_body": more})
        except (TimeoutError, OSError) as error:
            raise Disconnected from error


class Pace:
    """The rate limit of a stream: ``rows`` rows count as one request."""

    def __init__(self, scope: Scope, rows: int) -> None:
        self._take: Callable[[], None] | None = scope.get("rung.take")  # set by the layer that knows the caller
        self._rows = self._left = rows  # the request itself covers the first ones

    async def row(self) -> None:
        """Count a row; wait if the rate limit is reached."""
        if self._take is None:
            return
        self._left -= 1
        while self._left < 0:
            try:
                self._take()
                self._left += self._rows
            except RateLimited as error:
                await asyncio.sleep(error.retry_after)
