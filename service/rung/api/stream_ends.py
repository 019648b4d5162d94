"""The two ends of a stream: its body as it comes, its answer as it goes, and the pace between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from starlette.types import Receive, Scope, Send

from rung.api.limits import Disconnected
from rung.api.problems import RateLimited

PIECE = 4_096  # bytes that are cut into rows at a time


class Body:
    """The body as it comes, in small pieces, so that none holds the loop for long."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope, self._receive = scope, receive
        self._got = b""
        self._more = True

    async def pieces(self) -> AsyncIterator[bytes]:
        """The pieces that were not given yet.

        Raises:
            Disconnected: the client went away.
            SlowClient: nothing came for too long.
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
        """Let other requests have their turn.

        Raises:
            Disconnected: the client went away meanwhile.
        """
        await asyncio.sleep(0)
        if self._scope.get("rung.gone"):  # set by the connection
            raise Disconnected


class Outlet:
    """The answer: it starts with its first piece, and ends if the client stops reading for too long."""

    def __init__(self, send: Send, media: str, patience: float) -> None:
        self._send, self._media, self._patience = send, media, patience
        self.started = False

    async def write(self, text: str) -> None:
        """Send some rows.

        Raises:
            Disconnected: the client does not take them.
        """
        await self._put(text.encode("utf-8", "surrogateescape"), more=True)

    async def end(self) -> None:
        """Send that there are no more.

        Raises:
            Disconnected: the client does not take it.
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
    """Holds a stream to its caller's rate: so many rows count as one request."""

    def __init__(self, scope: Scope, rows: int) -> None:
        self._take: Callable[[], None] | None = scope.get("rung.take")  # set by the layer that knows the caller
        self._rows = self._left = rows  # the request itself has paid for the first ones

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
