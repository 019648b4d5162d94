"""Strings: where words of a text begin with some of them, so that a pattern is tried only where a match can start."""

from __future__ import annotations

import importlib
import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Spans = NDArray[np.int64]
_BEGINNING = re.compile(r"(?<![^\W_])[^\W_]")
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
        span. A word begins with a letter or digit where none stands before.
        """


def finder(groups: Sequence[Sequence[str]]) -> Finder:
    """The fastest finder that this installation has."""
    strings = [list(group) for group in groups]
    found: Finder = kernel.Finder(strings) if kernel is not None else PlainFinder(strings)
    return found


class PlainFinder:
    """Finds them with Python's own search; the compiled kernel does the same in one pass over the text."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        # By their first two letters, which few words share with any; those of one letter stand under it.
        self._strings: dict[str, list[tuple[str, int]]] = {}
        for number, group in enumerate(groups):
            for string in group:
                self._strings.setdefault(string[:2], []).append((string, number))

    def find(self, text: str, spans: Spans) -> list[Found]:
        """The groups with one of whose strings a word begins, each by its number with all such places, in order.

        ``spans`` are n by 2: starts and ends, in order; only words within them count, and each place comes with the end of its
        span. A word begins with a letter or digit where none stands before.
        """
        starts, ends = spans[:, 0].tolist(), spans[:, 1].tolist()
        get = self._strings.get
        found: dict[int, list[tuple[int, int]]] = {}
        for at in [match.start() for match in _BEGINNING.finditer(text)]:
            for string, number in (*get(text[at : at + 2], ()), *get(text[at], ())):
                if text.startswith(string, at):
                    span = bisect_right(starts, at) - 1
                    places = found.setdefault(number, [])
                    if span >= 0 and at < ends[span] and (not places or places[-1][0] != at):
                        places.append((at, ends[span]))
        return [(number, places) for number, places in sorted(found.items()) if places]
