"""Who answers: what another process has answered is taken all at once, and each process gets its share of the pieces."""

from __future__ import annotations

import multiprocessing
from collections import deque

from rung.tables.workers import PIECE, WorkerPool, WorkerProcess, _Piece


def test_all_that_another_process_has_answered_is_taken_at_once() -> None:
    ours, theirs = multiprocessing.Pipe()
    pieces = [_Piece([f"title {number}"]) for number in range(3)]
    together = WorkerPool(None, list, processes=2, at_once=True)
    together._others = [WorkerProcess(None, ours, ready=True, under_way=deque(pieces))]
    theirs.send(["first"])
    theirs.send(["second"])
    together._gather(0)
    assert [piece.answers for piece in pieces] == [["first"], ["second"], None]


def test_short_lists_keep_this_process_busy_beside_another() -> None:
    """A block of long texts has two pieces: with few lists in progress the other process would have taken all of them."""
    ours, theirs = multiprocessing.Pipe()
    other = WorkerProcess(None, ours, ready=True)
    together = WorkerPool(None, lambda: [other], processes=2, at_once=True)
    for _ in range(together.depth):
        together.submit([f"text {number}" for number in range(2 * PIECE)])
    assert theirs.poll()
    assert 2 <= len(other.under_way) <= len(together._queue)
