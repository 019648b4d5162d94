"""Limits on concurrent work: bodies must arrive within a size and a time, and requests beyond the limits are refused.

Requests and the bytes of their bodies are counted from acceptance to answer, so memory is bounded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rung.api.problems import BodyTooLarge, SlowClient
from rung.errors import Unavailable
from rung.settings import Settings

REFUSAL_SECONDS = 0.1  # delay before a refusal, so that callers who retry at once leave CPU for answers
SLICE = 0.005  # seconds for which a batch or a stream may hold the event loop before other requests run
LONG_TEXT = 8_000  # characters of description from which a thread answers


class Disconnected(Exception):
    """The client closed the connection, or takes no more of the answer: nobody is left to tell."""


class Incomplete(Exception):
    """An answer that has begun cannot be completed; its last row says why."""


class Gate:
    """Bounds the requests in progress. One event loop uses it, so plain numbers need no lock."""

    def __init__(self, settings: Settings, refused: Callable[[], None]) -> None:
        self.pending = 0
        self.pending_bytes = 0
        self.streams = 0
        self._refused = refused
        self._settings = settings

    async def admit(self, scope: Scope, receive: Receive) -> bytes:
        """Read the body of a request; the request counts as pending from then until ``release``.

        Raises:
            BodyTooLarge, SlowClient: the body is too large, or does not arrive in time.
            Unavailable: too much is pending already.
            Disconnected: the client closed the connection.
        """
        body = await self._body(scope, receive)
        self.pending += 1
        return body

    def release(self, body: bytes) -> None:
        """Count an admitted request no longer."""
        self.pending -= 1
        self.pending_bytes -= len(body)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        for name, value in scope["headers"]:
            if name == b"content-length":
                self._check_size(int(value))
        parts: list[bytes] = []
        size, more = 0, True
        try:
            async with asyncio.timeout(self._settings.body_seconds):
                while more:
                    await self._check_room(0)
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Disconnected
                    part, more = message.get("body", b""), message.get("more_body", False)
                    self._check_size(size + len(part))
                    await self._check_room(len(part))
                    parts.append(part)
                    size += len(part)
                    self.pending_bytes += len(part)
        except TimeoutError:
            self.pending_bytes -= size
            raise _too_slow("the body did not arrive", self._settings.body_seconds) from None
        except BaseException:
            self.pending_bytes -= size
            raise
        return b"".join(parts)

    def streamed(self, app: ASGIApp) -> ASGIApp:
        """Wrap a streaming application: limit how many run at the same time, and end one whose client sends nothing."""

        async def gated(scope: Scope, receive: Receive, send: Send) -> None:
            async def receive_in_time() -> Message:
                try:
                    async with asyncio.timeout(self._settings.stall_seconds):
                        return await receive()
                except TimeoutError:
                    raise _too_slow("nothing arrived", self._settings.stall_seconds) from None

            if self.streams >= self._settings.streams:
                self._refused()
                raise Unavailable(f"{self.streams} streams are open, the most at a time; try again later", retry_after=5)
            self.streams += 1
            try:
                await app(scope, receive_in_time, send)
            finally:
                self.streams -= 1

        return gated

    def _check_size(self, size: int) -> None:
        if size > self._settings.max_body:
            raise BodyTooLarge(f"the body is larger than {self._settings.max_body:,} bytes; send it in smaller parts")

    async def _check_room(self, size: int) -> None:
        settings = self._settings
        if self.pending >= settings.max_pending or self.pending_bytes + size > settings.max_pending_bytes:
            self._refused()
            await asyncio.sleep(REFUSAL_SECONDS)
            raise Unavailable("the service is full; try again in a moment", retry_after=1)


def _too_slow(what: str, seconds: float) -> SlowClient:
    return SlowClient(f"{what} within {seconds:g} s; send the request again")
