"""Patterns: where many regular expressions match in a text, each tried only where a word begins as its matches begin.

``PlainMatcher`` says what is found, with Python's ``re``. ``KernelMatcher`` finds the same in C where the package was built with a
compiler (``service/rung/kernel/_kernel.c``), from the instructions that ``rung.kernel.programs`` makes of each expression.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from rung.kernel import native
from rung.kernel.programs import program

Spans = bytes | NDArray[np.int64]  # starts and ends, int64 pairs; ``pairs`` gives them as an array
_ANYTHING = r"[\s\S]*"
_BEGINNING = re.compile(r"(?<![^\W_])[^\W_]")


class Pattern(NamedTuple):
    """A regular expression, and plain strings with one of which each of its matches begins, where it is looked for by these."""

    expression: str
    starts: tuple[str, ...] = ()


def pairs(spans: Spans) -> NDArray[np.int64]:
    """Spans as an array: n by 2, starts and ends."""
    return np.frombuffer(spans, np.int64).reshape(-1, 2)


class Match(NamedTuple):
    """Where a pattern, by its number, matched: offsets into the text."""

    pattern: int
    start: int
    end: int


class Matcher(Protocol):
    """Finds the matches of some patterns."""

    def find(self, text: str, spans: Spans | None = None) -> Sequence[tuple[int, int, int]]:
        """The matches (fields of ``Match``) by pattern, then by place; those of one pattern do not overlap.

        A match begins where a word does: at a letter or digit with none before it. ``spans`` are in order: a
        match lies within one of them; without them it lies anywhere.
        """

    def first(self, text: str, number: int) -> int:
        """The first pattern, from this number on, that matches anywhere in a text, whatever it begins with; -1 where none does."""


def matcher(patterns: Sequence[Pattern]) -> Matcher:
    """The fastest matcher that this installation has."""
    return KernelMatcher(patterns) if native is not None else PlainMatcher(patterns)


@cache
def compiled(expression: str) -> re.Pattern[str]:
    """An expression of the data, compiled when a text first needs it: most are never met, and all take longer than the rest."""
    return re.compile(expression)


class PlainMatcher:
    """Finds them with Python's own matching."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._expressions = [pattern.expression for pattern in patterns]
        # Their starts by the first two letters, which few words share with any; those of one letter stand under it.
        self._starts: dict[str, list[tuple[str, int]]] = {}
        for number, pattern in enumerate(patterns):
            for start in _shortest(pattern.starts):
                self._starts.setdefault(start[:2], []).append((start, number))

    def find(self, text: str, spans: Spans | None = None) -> list[Match]:
        """The matches by pattern, then by place; those of one pattern do not overlap."""
        starts, ends = pairs(spans).T.tolist() if spans is not None else ([0], [len(text)])
        get = self._starts.get
        behind = [0] * len(self._expressions)
        found: list[Match] = []
        for at in [match.start() for match in _BEGINNING.finditer(text)]:
            span = bisect_right(starts, at) - 1
            if span < 0 or at >= ends[span]:
                continue
            for start, number in (*get(text[at : at + 2], ()), *get(text[at], ())):
                if at < behind[number] or not text.startswith(start, at):
                    continue
                match = compiled(self._expressions[number]).match(text, at, ends[span])
                if match is not None:
                    found.append(Match(number, at, match.end()))
                    behind[number] = max(match.end(), at + 1)
        return sorted(found)

    def first(self, text: str, number: int) -> int:
        """The first pattern, from this number on, that matches anywhere in a text; -1 where none does."""
        numbers = range(number, len(self._expressions))
        return next((number for number in numbers if compiled(self._expressions[number]).search(text)), -1)


class KernelMatcher:
    """The same in C; an expression becomes a program when a text first needs it."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        expressions = [pattern.expression for pattern in patterns]

        def asked(number: int, anywhere: bool) -> bytes:
            return program(f"{_ANYTHING if anywhere else ''}(?:{expressions[number]})")

        found = native.Matcher([_shortest(pattern.starts) for pattern in patterns], asked)
        self.find, self.first = found.find, found.first


def _shortest(starts: Sequence[str]) -> list[str]:
    """The strings without those that begin with another of them."""
    return [start for start in starts if not any(start != other and start.startswith(other) for other in starts)]
