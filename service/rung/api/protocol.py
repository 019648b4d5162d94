"""One connection: what uvicorn leaves open is closed here.

Slow and oversized heads of requests, clients that take no more of their answer, too many connections, and more queries than can be
answered.
"""

from __future__ import annotations

import asyncio
from collections import deque
from time import monotonic
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from rung.api.refusals import refusal
from rung.api.state import Service
from rung.api.telemetry import identify
from rung.settings import Settings

_ANSWER = b"HTTP/1.1 "
_QUERIES = (b"/classify", b"/classify/batch")
_APPLICATIONS = frozenset((b"transfer-encoding", b"expect", b"origin", b"content-encoding"))  # headers of which it knows more
_HEAD_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class _Joined:
    """A transport that holds the head of an answer back until its body comes, so that both leave in one packet.

    The body of a plain answer comes in the same round of the loop; where none does, the head goes out at the end of the round.
    """

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._head = b""
        # What each request asks for is bound at once; what is asked seldom is looked up.
        self.is_closing, self.get_extra_info = transport.is_closing, transport.get_extra_info
        self.pause_reading, self.resume_reading = transport.pause_reading, transport.resume_reading

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send, or hold what begins an answer."""
        if not self._head and data.startswith(_ANSWER):
            self._head = data
            self._loop.call_soon(self.flush)
            return
        held, self._head = self._head, b""
        self._transport.write(held + data)

    def flush(self) -> None:
        """Send what is held."""
        if self._head:
            held, self._head = self._head, b""
            self._transport.write(held)

    def close(self) -> None:
        """Send what is held, and close."""
        self.flush()
        self._transport.close()


class Protocol(HttpToolsProtocol):
    """A connection that remembers since when a head has been coming in, and since when its answer has not gone out.

    Where the service is full it refuses by itself, before the application and at a small part of its cost.
    """

    head_since: float | None = None
    head_bytes = 0
    stalled_since: float | None = None
    settings: Settings  # of the class made for one server
    service: Service

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._refusing = False  # what comes now belongs to a request that is refused
        self._keep = True
        self._owed: deque[tuple[float, str, bytes]] = deque()  # refusals that wait: since when, of which route, and their bytes

    def connection_made(self, transport: Any) -> None:
        """Take the connection, or close it where there are too many."""
        super().connection_made(_Joined(transport, self.loop))  # type: ignore[arg-type]  # it has all that a transport has
        self.head_since = self.loop.time()
        if len(self.connections) > self.settings.max_connections:
            transport.abort()

    def data_received(self, data: bytes) -> None:
        """Feed the parser; a head that is not whole past its limit ends the connection."""
        if self.head_since is not None:
            self.head_bytes += len(data)
        super().data_received(data)
        if self.head_since is not None:
            if self.head_bytes > self.settings.max_headers and not self.transport.is_closing():
                self.transport.write(_HEAD_TOO_LARGE)
                self.transport.close()
        elif self.timeout_keep_alive_task is None and not self._owed and (self.cycle is None or self.cycle.response_complete):
            self.head_since = self.loop.time()  # bytes that begin no head, such as blank lines, have ended the idle time-out

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self.head_since = self.loop.time()

    def on_headers_complete(self) -> None:
        """The head is whole: the application has the request from here, unless it is refused."""
        self.head_bytes = 0
        self._refusing = bool(self._owed) or self._too_many()
        if self._refusing:
            self.head_since = self.loop.time()  # the little body that it has must come within the time and the size of a head
            self._keep = self.parser.should_keep_alive()
        else:
            self.head_since = None
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Part of a body; nobody reads that of a request that is refused."""
        if not self._refusing:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        if not self._refusing:
            super().on_message_complete()
            return
        self._refusing, self.head_since = False, None
        self._owed.append((monotonic(), self.url.decode() if self.url in _QUERIES else "other", self._refusal()))
        self.service.gate.refusals.ask(self._refuse)
        if self._owed:
            self.flow.pause_reading()

    def _too_many(self) -> bool:
        """True for a query in a small body that comes while the service is full; all others are the application's to refuse."""
        if self.url not in _QUERIES or self.parser.get_method() != b"POST":
            return False
        if self.cycle is not None and not self.cycle.response_complete:
            return False  # it waits behind an answer
        gate = self.service.gate
        if not gate.full or self.service.draining or self.settings.log_requests == "all":
            gate.expect()
            return False
        length = 0
        for name, value in self.headers:
            if name == b"content-length":
                length = int(value)
            elif name in _APPLICATIONS:
                return False
        return length <= self.settings.max_headers

    def _refusal(self) -> bytes:
        request_id, traceparent = identify({"headers": self.headers})
        headers = [*self.server_state.default_headers, (b"x-request-id", request_id), (b"x-content-type-options", b"nosniff")]
        if traceparent is not None:
            headers.append((b"traceparent", traceparent))
        return refusal(headers, self._keep)

    def _refuse(self) -> None:
        """Send the refusal whose turn it is, and hear what the client asks next."""
        if not self._owed or self.transport.is_closing():
            return
        since, route, data = self._owed.popleft()
        self.transport.write(data)
        self.transport.flush()  # type: ignore[attr-defined]  # it is one of ours, and holds what looks like a head
        self.service.metrics.refused.inc()
        self.service.metrics.request(route, "POST", 503, monotonic() - since)
        if self._owed:
            return
        if not self._keep:
            self.transport.close()
            return
        self.flow.resume_reading()
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def shutdown(self) -> None:
        """End the connection once what it asked is answered, or refused."""
        self._keep = False
        while self._owed:
            self._refuse()
        super().shutdown()

    def sweep(self, now: float) -> None:
        """End the connection where its client is too slow."""
        if self.head_since is not None and now - self.head_since > self.settings.header_seconds:
            self.transport.abort()
        elif not self.transport.get_write_buffer_size():
            self.stalled_since = None
        elif self.stalled_since is None:
            self.stalled_since = now
        elif now - self.stalled_since > self.settings.stall_seconds:
            self.transport.abort()
