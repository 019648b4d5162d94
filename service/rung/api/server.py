"""The server around the application: it looks after all connections while it serves, and stops in steps.

What a single connection may do is in ``rung.api.protocol``.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import Callable, Iterator
from time import monotonic
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI

from rung.api.app import create_app
from rung.api.protocol import Protocol
from rung.api.state import Service
from rung.errors import RungError
from rung.settings import Settings

_SWEEP = 1.0  # seconds between looks at all connections
_DOOR = 0.05  # seconds between looks at those who have connected and wait to be taken in
_GRACE = 1.0  # seconds for those who have connected to say what they want, once the port is closed
_YOUNG = 10_000  # objects made before the collector looks at them: what an answer is made of needs no collector
_OTHER_DESCRIPTORS = 200  # open files beside connections: models, logs, those that are refused


class Server(uvicorn.Server):
    """Stops in two steps: on SIGTERM ``/readyz`` fails while requests are answered; then the port closes and the rest drains."""

    def __init__(self, config: uvicorn.Config, settings: Settings, service: Service) -> None:
        super().__init__(config)
        self._settings = settings
        self._service = service
        self._close_at: float | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._coming: set[asyncio.Task[None]] = set()  # connections that are being taken in
        self._listeners: list[socket.socket] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen."""
        self._listeners = sockets or []
        await super().startup(sockets)

    async def main_loop(self) -> None:
        """Serve; look at all connections now and then, through the drain too, so that no slow client holds it up."""
        with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):  # other systems, and threads, have no such signal
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, lambda: self._start(self._reload()))
        self._start(self._sweep())
        self._start(self._take_in())
        await super().main_loop()
        self._service.draining = True

    async def on_tick(self, counter: int) -> bool:
        """Close once the time to say so is over."""
        if self._close_at is not None and monotonic() >= self._close_at:
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take in whoever has connected, close the port, hear what they ask, and only then close what is idle."""
        loop = asyncio.get_running_loop()
        listeners, self._listeners = self._listeners, []
        waiting = [connection for listener in listeners for connection in _backlog(listener)]
        for server in self.servers:
            server.close()
        for connection in waiting:
            await self._connect(connection)
        deadline = loop.time() + _GRACE
        if self._coming:
            await asyncio.wait(self._coming)
        await asyncio.sleep(0.01)  # for those whom the loop itself is taking in
        while any(c.cycle is None for c in self._connections()) and loop.time() < deadline:
            await asyncio.sleep(0.01)
        await super().shutdown(sockets)

    def _protocol(self) -> Any:
        made: Any = self.config.http_protocol_class
        return made(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)

    def _connections(self) -> list[Protocol]:
        return [connection for connection in self.server_state.connections if isinstance(connection, Protocol)]

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """On the first SIGTERM be not ready for a while, so that whoever sends requests here stops; a second one closes at once."""
        if sig == signal.SIGTERM and self._close_at is None:
            self._service.draining = True
            self._close_at = monotonic() + self._settings.drain_seconds
        else:
            super().handle_exit(sig, frame)

    def _start(self, work: Any, among: set[asyncio.Task[None]] | None = None) -> None:
        tasks = self._tasks if among is None else among
        task = asyncio.ensure_future(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def _reload(self) -> None:
        with contextlib.suppress(RungError):  # the log has it, and the old model goes on answering
            await self._service.load()

    async def _connect(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):  # gone already
            await asyncio.get_running_loop().connect_accepted_socket(self._protocol, connection, ssl=self.config.ssl)

    async def _take_in(self) -> None:
        """Take in those whom a busy loop leaves waiting: by itself it takes one in each round, and a round may answer dozens."""
        while True:
            await asyncio.sleep(_DOOR)
            for listener in self._listeners:
                for connection in _backlog(listener):
                    self._start(self._connect(connection), self._coming)

    async def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_SWEEP)
            for connection in self._connections():
                connection.sweep(loop.time())


def _backlog(listener: socket.socket) -> Iterator[socket.socket]:
    """Those who have connected and whom nobody has taken in yet; closing the port would cut them off."""
    listener.setblocking(False)
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listener.accept()
            connection.setblocking(False)
            yield connection


def serve(settings: Settings, listener: socket.socket, tell_others: Callable[[], None] | None = None) -> None:
    """Serve on a bound socket until told to stop.

    Raises:
        RungError: the first model cannot be loaded.
    """
    _allow_descriptors(settings.max_connections + _OTHER_DESCRIPTORS)
    gc.set_threshold(_YOUNG)
    failures: list[RungError] = []

    def failed(error: RungError) -> None:
        failures.append(error)
        server.should_exit = True

    app = create_app(None, settings, failed)
    service: Service = app.state.service
    if tell_others is not None:
        service.tell_others = tell_others
    server = Server(configure(app, settings), settings, service)
    server.run([listener])
    if failures:
        raise failures[0]


def _allow_descriptors(count: int) -> None:
    """Have the system allow as many open files as there may be connections, as far as it lets us."""
    try:
        import resource  # noqa: PLC0415 - other systems have none
    except ImportError:
        return
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if most == resource.RLIM_INFINITY else min(count, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def configure(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """What uvicorn is told; its own log of requests is off, since ours has their ids."""
    return uvicorn.Config(
        app,
        host=settings.host,
        http=type("Protocol", (Protocol,), {"settings": settings, "service": app.state.service}),
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
