"""Finding patterns over words in a text of one letter a word: with Python's ``re``, or in C where there is a compiler."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from numpy.typing import NDArray

from rung.kernel import native
from rung.text.alphabet import FIRST_LETTER

_SET = re.compile(r"<(\d+)>")
Fields = tuple[int, int, int, tuple[int, int]]  # of a match: pattern, first token, the one after the last, those captured
Find = Callable[[str, int, int, int], list[Fields]]


class PlainFinder:
    """Finds matches with Python's ``re``, a pattern's expression compiled when a text first needs it."""

    def __init__(self, document: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
        """The tables that ``rung.text.compiling`` makes."""
        self._expressions, self._sets = document["expressions"], document["sets"]
        self._width = len(document["signatures"])
        self._starting, self._lists = arrays["pattern_starting"].tolist(), arrays["pattern_lists"].tolist()
        self._compiled: dict[int, re.Pattern[str]] = {}

    def find(self, letters: str, group: int, start: int, end: int) -> list[Fields]:
        """The matches of a group of patterns, each as the fields of ``Place``."""
        behind = dict[int, int]()
        places: list[Fields] = []
        for at in range(start, min(end, len(letters))):
            slot = group * self._width + ord(letters[at]) - FIRST_LETTER
            for number in self._lists[self._starting[slot] : self._starting[slot + 1]]:
                if at >= behind.get(number, 0) and (match := self._pattern(number).match(letters, at, end)) is not None:
                    behind[number] = match.end()
                    places.append((number, at, match.end(), match.span(1) if match.re.groups else (-1, -1)))
        return places

    def _pattern(self, number: int) -> re.Pattern[str]:
        if number not in self._compiled:
            self._compiled[number] = re.compile(_SET.sub(lambda match: self._sets[int(match[1])], self._expressions[number]))
        return self._compiled[number]


def native_find(width: int, arrays: Mapping[str, NDArray[Any]]) -> Find:
    """The same in C, for so many letters."""
    assert native is not None  # noqa: S101 - the caller looked
    parts = (arrays[f"pattern_{name}"].tobytes() for name in ("sets", "code", "entries", "starting", "lists"))
    return native.Words(FIRST_LETTER, width, *parts).find
