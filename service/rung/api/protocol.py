"""The HTTP protocol of one connection: uvicorn's, with a bound on request heads and without trailers (docs/decisions/0005)."""

from __future__ import annotations

from typing import Any

import orjson
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from rung.api.problems import MEDIA_TYPE, HeadTooLarge, InvalidRequest, problem
from rung.api.transport import JoiningTransport
from rung.errors import RungError
from rung.settings import Settings

_BAD_REQUEST = InvalidRequest("The bytes received are not an HTTP/1.1 request. Send one, as any HTTP client does.")


class Protocol(HttpToolsProtocol):
    """A connection. ``undelivered`` counts the bytes since the parser last completed a head or a piece of a body."""

    settings: Settings  # of the class made for one server

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.undelivered = 0
        self._in_head = True
        self._error: RungError = _BAD_REQUEST

    def connection_made(self, transport: Any) -> None:
        """Take the connection, or close it if there are too many."""
        super().connection_made(JoiningTransport(transport))  # type: ignore[arg-type]  # it has all that uvicorn asks of one
        if len(self.connections) > self.settings.max_connections:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Mark the request in progress, because a stream that works on a piece of the body does not ask for the next one."""
        if self.scope is not None:
            self.scope["rung.disconnected"] = True  # type: ignore[typeddict-unknown-key]  # a key of ours
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser; close the connection if a head, the framing of a body or the trailers do not end within the limit."""
        self.undelivered += len(data)
        super().data_received(data)
        if self.undelivered > self.settings.max_headers and not self.transport.is_closing():
            self._error = self._too_large()
            self.send_400_response("")

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._in_head = True

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; one that follows the body is a trailer, which nothing reads."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Measure the whole head before the application sees the request.

        Raises:
            HeadTooLarge: it is over the limit; the parser stops there.
        """
        self._in_head, self.undelivered = False, 0
        if len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > self.settings.max_headers:
            self._error = self._too_large()
            raise self._error
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass on a piece of the body."""
        self.undelivered = 0
        super().on_body(body)

    def _too_large(self) -> HeadTooLarge:
        return HeadTooLarge(
            f"The head of the request is larger than {self.settings.max_headers:,} bytes. Send fewer or shorter headers."
        )

    def send_400_response(self, msg: str) -> None:
        """Say in the form of all errors what is wrong with the bytes, and close."""
        error, body = self._error, orjson.dumps(problem(self._error))
        head = b"content-type: %s\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % (MEDIA_TYPE.encode(), len(body))
        self.transport.write(STATUS_LINE[error.status] + head + body)
        self.transport.close()
