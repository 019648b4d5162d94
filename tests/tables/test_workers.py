"""Who answers: what another process has answered is taken all at once, so that it does not run out of pieces."""

from __future__ import annotations

import multiprocessing
from collections import deque

from rung.tables.workers import WorkerPool, WorkerProcess, _Piece


def test_all_that_another_process_has_answered_is_taken_at_once() -> None:
    ours, theirs = multiprocessing.Pipe()
    pieces = [_Piece([f"title {number}"]) for number in range(3)]
    together = WorkerPool(None, list, at_once=True)
    together._others = [WorkerProcess(None, ours, ready=True, under_way=deque(pieces))]
    theirs.send(["first"])
    theirs.send(["second"])
    together._gather(0)
    assert [piece.answers for piece in pieces] == [["first"], ["second"], None]
