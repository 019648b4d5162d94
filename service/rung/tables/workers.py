"""Who answers: this process, alone or with others that share the cores. Which of them it is changes nothing in the output."""

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

from rung.errors import ServiceError
from rung.normaliser import Normaliser
from rung.tables.answers import Answered, Answerer, Question, Setup, Task

PIECE = 64  # keys sent at a time: enough that sending is cheap, few enough that all processes end together
AHEAD = 16  # pieces that another process holds: what it answers while this one is at a piece of its own, or writes
ALONE = 1_000  # keys answered in this process before others are worth starting


class WorkerLost(ServiceError):
    """Raised when a process that answers was killed, as for want of memory; what was written stays and can be resumed."""

    code = "worker_lost"
    title = "A process was lost"


class Workers(Protocol):
    """Answers lists of keys; the answers are fetched by calling what ``ask`` gives.

    ``depth`` is how many lists are worth asking before the first is fetched.
    """

    @property
    def depth(self) -> int:
        """See above."""

    def ask(self, keys: Sequence[Question]) -> Callable[[], list[Answered]]:
        """Start on some keys."""

    def close(self) -> None:
        """Stop, dropping what has not been fetched."""


class Here:
    """Answers in this process."""

    depth = 0

    def __init__(self, task: Task, normaliser: Normaliser) -> None:
        self._answer = Answerer(task, normaliser)

    def ask(self, keys: Sequence[Question]) -> Callable[[], list[Answered]]:
        """Answer at once."""
        answers = self._answer(keys)
        return lambda: answers

    def close(self) -> None:
        """Nothing to stop."""


@dataclass(slots=True)
class _Piece:
    keys: Sequence[Question]
    answers: list[Answered] | None = None


class Together:
    """Answers in this process and in ``others`` of them, each taking the next piece when it is done with one.

    This one answers, too, so that it works while the others start, and no processor waits where there are as many of them. Nobody
    waits for one that has not started yet.
    """

    depth = 4

    def __init__(self, here: Here, others: Callable[[], list[Other]], *, at_once: bool) -> None:
        self._here = here
        self._start: Callable[[], list[Other]] | None = others
        self._others: list[Other] = []
        self._queue: deque[_Piece] = deque()
        self._left = 0 if at_once else ALONE

    def ask(self, keys: Sequence[Question]) -> Callable[[], list[Answered]]:
        """Put the keys into the queue, in pieces."""
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

    def _answers(self, piece: _Piece) -> list[Answered]:
        """The answers of a piece; until they are there, this process answers what nobody has begun."""
        while piece.answers is None:
            if self._queue:
                mine = self._queue.popleft()
                mine.answers = self._here.ask(mine.keys)()
                self._gather(0)
            else:
                self._gather(None)
            self._hand_out()
        return piece.answers

    def _gather(self, timeout: float | None) -> None:
        """Take all that the others have answered; wait for the first of it where there is no timeout."""
        ready = wait([other.connection for other in self._others], timeout)
        for other in self._others:
            # All of it: one that answers more quickly than this process, which reads and writes, too, would run out of pieces.
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
class Other:
    """Another process that answers, what connects to it, whether it has started, and the pieces that it was sent."""

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
        """Take the answers of the oldest piece, or, first of all, the word that it has started.

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
        """End the process, whatever it is at: it may not even have started to listen, and has nothing to tidy."""
        self.process.terminate()
        self.process.join()
        self.connection.close()


def start(setup: Setup, task: Task, count: int) -> list[Other]:
    """So many other processes, started afresh (not forked, so that no thread or lock of this one is copied half-way)."""
    context = multiprocessing.get_context("spawn")
    others = []
    resource_tracker.ensure_running()  # before the mask, which its start would take away
    # A process inherits the mask that it is started under: Ctrl-C while it still starts must not end it with a traceback.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        for _ in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, setup, task), daemon=True)
            process.start()
            theirs.close()  # so that this end learns of the other's end
            others.append(Other(process, ours))
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return others


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Within this, the collector of cycles leaves the model alone and comes seldom: rows and answers are many and have none."""
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
    return WorkerLost("a process that answers rows was killed, perhaps for want of memory; try fewer with --processes")


def _serve(connection: Connection, setup: Setup, task: Task) -> None:
    """The life of another process: pieces in, answers out, until nobody is at the other end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides what it means
    pieces: SimpleQueue[Sequence[Question]] = SimpleQueue()
    threading.Thread(target=_receive, args=(connection, pieces), daemon=True).start()
    answer = Answerer(task, replace(setup, limits=task.limits(setup.limits)).load())
    with collecting_rarely():
        try:
            connection.send(None)  # started: nothing is sent here before, since it would be waited for
            while True:
                connection.send(answer(pieces.get()))
        except OSError:
            os._exit(1)  # as below: nobody is there any more


def _receive(connection: Connection, pieces: SimpleQueue[Sequence[Question]]) -> None:
    """Take pieces as they come, in a thread of its own, so that the sender is not held up by a piece that is being answered."""
    try:
        while True:
            pieces.put(connection.recv())
    except (EOFError, OSError):
        os._exit(1)  # the parent is done or was killed: nobody will fetch an answer, and nothing here needs tidying
