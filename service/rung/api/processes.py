"""Several processes on one port: one that dies is replaced, signals reach all of them, and the stop waits for each to drain."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import tempfile
from multiprocessing.process import BaseProcess
from time import monotonic, sleep
from types import FrameType

from rung.api.logs import get_logger
from rung.errors import RungError, ServiceError
from rung.settings import Settings

log = get_logger()

BACKLOG = 2048
_LOOK = 0.2  # seconds between looks at the processes
_SOON = 5.0  # a process that ends so soon after its start, and was never killed, would only end again


def shared(address: tuple[str, int], family: int) -> socket.socket:
    """A socket on an address that several processes have each their own on, so that the system deals connections out evenly."""
    made = socket.socket(family)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.bind(address)
    return made


def serve_all(settings: Settings, listener: socket.socket) -> None:
    """Serve on the address of a bound socket from ``settings.workers`` processes until told to stop.

    Raises:
        ServiceError: a process could not start.
    """
    with tempfile.TemporaryDirectory(prefix="rung-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder  # read by prometheus-client where the processes import it
        _Pool(settings, listener).run()


class _Pool:
    """The processes, and since when each has been there."""

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        self._settings = settings
        self._listener = listener
        self._processes: list[tuple[BaseProcess, float]] = []
        self._stop: int | None = None
        self._reload = False

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._asked_to_stop)
        signal.signal(signal.SIGHUP, self._asked_to_reload)
        self._processes = [self._started() for _ in range(self._settings.workers)]
        broken = False
        while self._stop is None and not broken:
            sleep(_LOOK)
            if self._reload:
                self._reload = False
                self._pass_on(signal.SIGHUP)
            broken = self._replace_the_dead()
        self._pass_on(self._stop or signal.SIGTERM)
        for process, _ in self._processes:
            process.join()
        if broken:
            raise ServiceError("a process could not start serving; the log says why")

    def _started(self) -> tuple[BaseProcess, float]:
        process = multiprocessing.get_context("spawn").Process(target=_work, args=(self._settings, self._listener))
        process.start()
        return process, monotonic()

    def _replace_the_dead(self) -> bool:
        """Start another process for each that ended; true where one of them never got to serve."""
        for index, (process, since) in enumerate(self._processes):
            if process.is_alive():
                continue
            log.error("process ended", pid=process.pid, exit_code=process.exitcode)
            if (process.exitcode or 0) >= 0 and monotonic() - since < _SOON:
                return True
            self._processes[index] = self._started()
        return False

    def _pass_on(self, number: int) -> None:
        for process, _ in self._processes:
            if process.pid is not None and process.is_alive():
                os.kill(process.pid, number)

    def _asked_to_stop(self, number: int, _: FrameType | None) -> None:
        self._stop = number

    def _asked_to_reload(self, _: int, __: FrameType | None) -> None:
        self._reload = True


def _work(settings: Settings, listener: socket.socket) -> None:
    """What each process does, on a socket of its own; the one that is asked to reload has its parent tell the others."""
    from rung.api.logs import configure_logs  # noqa: PLC0415
    from rung.api.server import serve  # noqa: PLC0415 - the parent needs none of it

    configure_logs(settings.log_level)
    try:
        with shared(listener.getsockname()[:2], listener.family) as own:
            own.listen(BACKLOG)
            serve(settings, own, lambda: os.kill(os.getppid(), signal.SIGHUP))
    except RungError as error:
        log.error("cannot serve", detail=error.detail)
        raise SystemExit(2) from None
