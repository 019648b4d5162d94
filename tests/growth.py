"""How CPU grows with length: ratios of CPU times of this process, so that no test depends on the clock, the machine or its load."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import process_time

GROWTH = 10  # by which CPU may grow where the length grows fourfold: linear work grows by 4, quadratic by 16
TURNS = 5
ATTEMPTS = 3  # work that grows too much in each of these is not linear; other work on the machine spoils one at times
_LEAST = 0.005  # CPU seconds that one measurement takes at least: what is quicker is done several times


def cpu(work: Callable[[], object], turns: int = TURNS) -> float:
    """CPU seconds of one call, in the cheapest of some turns, without collections of garbage that others left."""
    least, collecting = float("inf"), gc.isenabled()
    gc.disable()
    try:
        for _ in range(turns):
            calls, began = 0, process_time()
            while process_time() - began < _LEAST:
                work()
                calls += 1
            least = min(least, (process_time() - began) / calls)
    finally:
        if collecting:
            gc.enable()
    return least


def assert_linear(work: Callable[[int], object], length: int) -> None:
    """Work on a length costs at most ``GROWTH`` times what it costs on a quarter of it."""
    said = too_steep(lambda size: lambda: work(size), length)
    assert not said, said


def too_steep(work: Callable[[int], Callable[[], object]], length: int, allowed: float = 0.0, turns: int = TURNS) -> str:
    """What is wrong with how work grows; empty where nothing is, or where the whole costs no more CPU seconds than ``allowed``."""
    said = ""
    for _ in range(ATTEMPTS):
        quarter, whole = (cpu(work(size), turns) for size in (length // 4, length))
        if whole <= max(allowed, GROWTH * quarter):
            return ""
        said = f"{quarter:.4f} s of CPU for {length // 4:,}, {whole:.4f} s for {length:,}"
    return said
