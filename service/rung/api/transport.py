"""A transport that sends what was written in one iteration of the event loop with one call to the system.

uvicorn writes the head and the body of an answer apart, and uvloop sends each at once.
"""

from __future__ import annotations

import asyncio
from typing import Any

_MOST = 65_536  # bytes that wait; more are sent at once, so that the transport can tell a stream to pause


class JoiningTransport:
    """Wraps the transport of a connection; everything but ``write`` and ``close`` is the transport's own."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._parts: list[bytes] = []
        self._size = 0

    def __getattr__(self, name: str) -> Any:
        """An attribute of the transport."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send some bytes before the next iteration of the event loop."""
        if not self._parts:
            asyncio.get_running_loop().call_soon(self._send)
        self._parts.append(data)
        self._size += len(data)
        if self._size > _MOST:
            self._send()

    def close(self) -> None:
        """Send what was written, and close."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        parts, self._parts, self._size = self._parts, [], 0
        if parts and not self._transport.is_closing():
            self._transport.write(b"".join(parts))
