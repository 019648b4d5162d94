"""The server: it stops in two steps and reloads the model on SIGHUP."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from time import monotonic
from types import FrameType

import uvicorn
from fastapi import FastAPI

from rung.api.app import create_app
from rung.api.protocol import Protocol
from rung.api.state import Service
from rung.errors import RungError
from rung.settings import Settings


class Server(uvicorn.Server):
    """Stops in two steps: on SIGTERM ``/readyz`` fails while requests are answered; then the port closes and the rest drains."""

    def __init__(self, config: uvicorn.Config, settings: Settings, service: Service) -> None:
        super().__init__(config)
        self._settings = settings
        self._service = service
        self._close_at: float | None = None
        self._reload_wanted = False
        self._reloading: asyncio.Task[None] | None = None

    async def main_loop(self) -> None:
        """Serve until told to stop."""
        with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):  # other systems, and threads, have no such signal
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self.reload)
        await super().main_loop()
        self._service.draining = True

    def reload(self) -> None:
        """Load the model again; signals that arrive during a load ask together for one more."""
        self._reload_wanted = True
        if self._reloading is None or self._reloading.done():
            self._reloading = asyncio.ensure_future(self._reload())

    async def _reload(self) -> None:
        while self._reload_wanted:
            self._reload_wanted = False
            with contextlib.suppress(RungError):  # it is in the log, and the old model keeps answering
                await self._service.load()

    async def on_tick(self, counter: int) -> bool:
        """Close the port when the time for draining is over."""
        if self._close_at is not None and monotonic() >= self._close_at:
            self.should_exit = True
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Start the drain on the first SIGTERM, so that load balancers stop sending; close the port at once on a second one."""
        if sig != signal.SIGTERM:
            super().handle_exit(sig, frame)
        elif self._close_at is None:
            self._service.draining = True
            self._close_at = monotonic() + self._settings.drain_seconds
        else:
            self.should_exit = True


def serve(settings: Settings, listener: socket.socket) -> None:
    """Serve on a bound socket until told to stop.

    Raises:
        RungError: the first model cannot be loaded.
    """
    failures: list[RungError] = []

    def failed(error: RungError) -> None:
        failures.append(error)
        server.should_exit = True

    app = create_app(None, settings, failed)
    server = Server(configure(app, settings), settings, app.state.service)
    server.run([listener])
    if failures:
        raise failures[0]


def configure(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """The options of uvicorn. Its access log is off, because Rung logs requests with their ids."""
    return uvicorn.Config(
        app,
        host=settings.host,
        http=type("Protocol", (Protocol,), {"settings": settings}),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=settings.idle_seconds,
        timeout_graceful_shutdown=round(settings.request_seconds + settings.stall_seconds),
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
    )
