"""Answering keys in this process or in a pool of processes, with the same output."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from typing import Protocol

from rung.errors import RungError
from rung.normaliser import Normaliser
from rung.tables.answers import KeyClassifier, RowKey, Setup, Task, WrittenAnswer

PIECE = 64  # keys a message: enough to make sending cheap, few enough that all processes finish together
AHEAD = 4  # pieces queued per worker, so that it never idles while this process is busy, and leaves pieces for this process
LISTS = 4  # lists in progress per process: a list of long texts has hardly two pieces
ALONE = 1_000  # keys answered in this process before workers are started


class WorkerLost(RungError):
    """Raised when a worker was killed, for example because memory ran out; the run can be resumed."""

    code = "worker_lost"
    title = "A process was lost"


class Workers(Protocol):
    """Answers lists of keys; call what ``submit`` returns to fetch the answers.

    ``depth`` is how many lists to submit before the first is fetched.
    """

    @property
    def depth(self) -> int:
        """See above."""

    def submit(self, keys: Sequence[RowKey]) -> Callable[[], list[WrittenAnswer]]:
        """Start on some keys."""

    def close(self) -> None:
        """Stop, dropping what has not been fetched."""


class InProcess:
    """Answers in this process."""

    depth = 0

    def __init__(self, task: Task, normaliser: Normaliser) -> None:
        self._answer = KeyClassifier(task, normaliser)

    def submit(self, keys: Sequence[RowKey]) -> Callable[[], list[WrittenAnswer]]:
        """Answer at once."""
        answers = self._answer(keys)
        return lambda: answers

    def close(self) -> None:
        """Nothing to stop."""


@dataclass(slots=True)
class _Piece:
    keys: Sequence[RowKey]
    answers: list[WrittenAnswer] | None = None


class WorkerPool:
    """Answers in this process and in workers, which share a queue of pieces.

    This process answers too, so that it works while the workers start. Nothing is sent to a worker that has not started yet.
    """

    def __init__(self, own: InProcess, others: Callable[[], list[WorkerProcess]], *, processes: int, at_once: bool) -> None:
        """``others`` starts the workers, at once or when there is enough to do; ``processes`` is their number, with this one."""
        self.depth = LISTS * processes
        self._own = own
        self._start: Callable[[], list[WorkerProcess]] | None = others
        self._others: list[WorkerProcess] = []
        self._queue: deque[_Piece] = deque()
        self._left = 0 if at_once else ALONE

    def submit(self, keys: Sequence[RowKey]) -> Callable[[], list[WrittenAnswer]]:
        """Queue the keys, in pieces."""
        pieces = [_Piece(keys[i : i + PIECE]) for i in range(0, len(keys), PIECE)]
        self._queue += pieces
        self._left -= len(keys)
        if self._start is not None and self._left < 0:
            self._others, self._start = self._start(), None
        self._hand_out()
        return lambda: [answered for piece in pieces for answered in self._answers(piece)]

    def close(self) -> None:
        """Stop the others at once."""
        for other in self._others:
            other.close()

    def _answers(self, piece: _Piece) -> list[WrittenAnswer]:
        """The answers of a piece; until they arrive, this process answers pieces that no worker has."""
        while piece.answers is None:
            if self._queue:
                mine = self._queue.popleft()
                mine.answers = self._own.submit(mine.keys)()
                self._gather(0)
            else:
                self._gather(None)
            self._hand_out()
        return piece.answers

    def _gather(self, timeout: float | None) -> None:
        """Take all that the workers have answered; without a timeout, wait for the first answer."""
        ready = wait([other.connection for other in self._others], timeout)
        for other in self._others:
            # Take all of its answers: a fast worker would otherwise run out of pieces while this process reads and writes.
            waits = other.connection in ready
            while waits:
                other.receive()
                waits = other.connection.poll()

    def _hand_out(self) -> None:
        for _ in range(AHEAD):
            for other in self._others:
                if self._queue and other.ready and len(other.under_way) < AHEAD:
                    other.send(self._queue.popleft())


@dataclass(slots=True)
class WorkerProcess:
    """A worker, the connection to it, whether it has started, and the pieces that it was sent."""

    process: multiprocessing.process.BaseProcess
    connection: Connection
    ready: bool = False
    under_way: deque[_Piece] = field(default_factory=deque)

    def send(self, piece: _Piece) -> None:
        """Hand a piece over.

        Raises:
            WorkerLost: the process is gone.
        """
        try:
            self.connection.send(piece.keys)
        except OSError as error:
            raise _lost() from error
        self.under_way.append(piece)

    def receive(self) -> None:
        """Take the answers of the oldest piece; the first message only says that the worker has started.

        Raises:
            WorkerLost: the process is gone.
        """
        try:
            answers = self.connection.recv()
        except (EOFError, OSError) as error:
            raise _lost() from error
        if self.ready:
            self.under_way.popleft().answers = answers
        self.ready = True

    def close(self) -> None:
        """End the process at once: it has nothing to clean up."""
        self.process.terminate()
        self.process.join()
        self.connection.close()


def start(setup: Setup, task: Task, count: int) -> list[WorkerProcess]:
    """Start ``count`` workers. They are spawned, not forked, because a fork would copy locks that threads hold."""
    context = multiprocessing.get_context("spawn")
    others = []
    resource_tracker.ensure_running()  # first, because starting it resets the signal mask
    # A process inherits the signal mask, so Ctrl-C does not end a starting worker with a traceback.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        for _ in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, setup, task), daemon=True)
            process.start()
            theirs.close()  # so that this process notices when the worker ends
            others.append(WorkerProcess(process, ours))
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return others


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Inside this block, the garbage collector skips the model and runs rarely, because rows and answers have no cycles."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _lost() -> WorkerLost:
    return WorkerLost("a worker process was killed, perhaps because memory ran out; try fewer with --processes")


def _serve(connection: Connection, setup: Setup, task: Task) -> None:
    """The loop of a worker: answers pieces until the connection is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides what it means
    pieces: SimpleQueue[Sequence[RowKey]] = SimpleQueue()
    threading.Thread(target=_receive, args=(connection, pieces), daemon=True).start()
    answer = KeyClassifier(task, replace(setup, limits=task.limits(setup.limits)).load())
    with collecting_rarely():
        try:
            connection.send(None)  # started
            while True:
                connection.send(answer(pieces.get()))
        except OSError:
            os._exit(1)  # the parent is gone, as in _receive


def _receive(connection: Connection, pieces: SimpleQueue[Sequence[RowKey]]) -> None:
    """Receive pieces in a thread, so that the sender does not wait while a piece is being answered."""
    try:
        while True:
            pieces.put(connection.recv())
    except (EOFError, OSError):
        os._exit(1)  # the parent is done or was killed, and nothing here needs cleaning up
