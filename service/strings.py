"""Strings: where words of a text begin with some of them, so that a pattern is tried only where a match can start."""

from __future__ import annotations

import importlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Spans = NDArray[np.int64]
Found = tuple[int, Sequence[tuple[int, int]]]


_REVISION = 1


def _compiled() -> Any:
    """The kernel; ``None`` where the package was installed without a compiler, or the library is not of this source."""
    try:
        library = importlib.import_module("service._kernel")
    except ImportError:
        return None
    return library if library.REVISION == _REVISION else None


kernel = _compiled()


class Finder(Protocol):
    """Finds groups of strings."""

    def find(self, text: str, spans: Spans) -> Sequence[Found]:
        """The groups with one of whose strings a word begins, each by its number with all such places, in order.

        ``spans`` are n by 2: starts and ends, in order; only words within them count, and each place comes with the end of its
        span. A word begins where no letter or digit stands before.
        """


def finder(groups: Sequence[Sequence[str]]) -> Finder:
    """The fastest finder that this installation has."""
    strings = [list(group) for group in groups]
    found: Finder = kernel.Finder(strings) if kernel is not None else PlainFinder(strings)
    return found


class PlainFinder:
    """Finds them with Python's own search; the compiled kernel does the same in one pass over the text."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        self._groups = groups

    def find(self, text: str, spans: Spans) -> list[Found]:
        """The groups with one of whose strings a word begins, each by its number with all such places, in order.

        ``spans`` are n by 2: starts and ends, in order; only words within them count, and each place comes with the end of its
        span. A word begins where no letter or digit stands before.
        """
        starts, ends = spans[:, 0].tolist(), spans[:, 1].tolist()
        found: list[Found] = []
        for number, group in enumerate(self._groups):
            places = sorted({at for string in group if string in text for at in _places(text, string)})
            within = ((at, bisect_right(starts, at) - 1) for at in places)
            kept = [(at, ends[span]) for at, span in within if span >= 0 and at < ends[span]]
            if kept:
                found.append((number, kept))
        return found


def _places(text: str, string: str) -> Iterator[int]:
    at = text.find(string)
    while at >= 0:
        if at == 0 or not text[at - 1].isalnum():
            yield at
        at = text.find(string, at + 1)
