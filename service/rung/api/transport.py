"""A transport that sends what was written in one iteration of the event loop with one call to the system.

uvicorn writes the head and the body of an answer apart, and uvloop sends each at once.
"""

from __future__ import annotations

import asyncio
from typing import Any


class JoiningTransport:
    """Wraps the transport of a connection; everything but ``write`` and ``close`` is the transport's own."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._parts: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        """An attribute of the transport."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send some bytes before the next iteration of the event loop."""
        if not self._parts:
            asyncio.get_running_loop().call_soon(self._send)
        self._parts.append(data)

    def close(self) -> None:
        """Send what was written, and close."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        parts, self._parts = self._parts, []
        if parts and not self._transport.is_closing():
            self._transport.write(b"".join(parts))
