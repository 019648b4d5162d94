"""Who answers: this process, or several that share the cores. Which of them it is changes nothing in the output."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing.connection import wait
from typing import Protocol

from service.batch.answers import Answered, Answerer, Question, Setup, Task
from service.errors import ServiceError
from service.normaliser import Normaliser

PIECE = 256  # keys sent at a time: enough that sending is cheap, few enough that all processes end together
ALONE = 2_000  # keys answered in this process before others are worth starting


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


class Processes:
    """Answers in other processes, started afresh (not forked, so that no thread or lock of this one is copied half-way)."""

    depth = 4

    def __init__(self, setup: Setup, task: Task, count: int) -> None:
        self._pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), _start, (setup, task))
        # A process inherits the mask that it is started under: Ctrl-C while it still starts must not end it with a traceback.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            for _ in range(count):
                self._pool.submit(int)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def ask(self, keys: Sequence[Question]) -> Callable[[], list[Answered]]:
        """Send the keys in pieces."""
        try:
            pieces = [self._pool.submit(_answer, keys[i : i + PIECE]) for i in range(0, len(keys), PIECE)]
        except BrokenProcessPool as error:
            raise _lost() from error
        return lambda: _collect(pieces)

    def close(self) -> None:
        """Stop the processes after the piece that each is at."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class Growing:
    """Answers in this process while there is little to answer, and starts the others once there is more."""

    def __init__(self, here: Here, more: Callable[[], Workers]) -> None:
        self._now: Workers = here
        self._more: Callable[[], Workers] | None = more
        self._asked = 0

    @property
    def depth(self) -> int:
        """That of those who answer now."""
        return self._now.depth

    def ask(self, keys: Sequence[Question]) -> Callable[[], list[Answered]]:
        """Ask those who answer now."""
        self._asked += len(keys)
        if self._more is not None and self._asked > ALONE:
            self._now, self._more = self._more(), None
        return self._now.ask(keys)

    def close(self) -> None:
        """Stop them."""
        self._now.close()


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _collect(pieces: list[Future[list[Answered]]]) -> list[Answered]:
    try:
        return [answered for piece in pieces for answered in piece.result()]
    except BrokenProcessPool as error:
        raise _lost() from error


def _lost() -> WorkerLost:
    return WorkerLost("a process that answers rows was killed, perhaps for want of memory; try fewer with --processes")


_answerer: Answerer  # one a process, set by _start


def _start(setup: Setup, task: Task) -> None:
    global _answerer  # noqa: PLW0603 - the one way to keep a model between the calls of a pool
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides what it means
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    _answerer = Answerer(task, replace(setup, limits=task.limits(setup.limits)).load())
    gc.freeze()  # the model is not garbage: keep the collector from walking it again and again


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)  # the parent was killed: nobody will fetch an answer, and nothing here needs tidying


def _answer(keys: Sequence[Question]) -> list[Answered]:
    return _answerer(keys)
