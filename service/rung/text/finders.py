"""Finding patterns in a text of one letter a word: with Python's ``re``, or in C if the kernel was compiled."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from rung.arrays import Array
from rung.kernel import native
from rung.markup import without_markup
from rung.text.alphabet import FIRST_LETTER, Alphabet
from rung.text.tokens import Tokens, tokenise

_SET = re.compile(r"<(\d+)>")
Fields = tuple[int, int, int, tuple[int, int]]  # of a match: pattern, first token, end, captured tokens


class PlainFinder:
    """Finds matches with Python's ``re``; an expression is compiled when a text first needs it."""

    def __init__(self, alphabet: Alphabet, document: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
        """The tables that ``rung.text.compiling`` makes."""
        self._alphabet = alphabet
        self._expressions, self._sets = document["expressions"], document["sets"]
        self._groups = len(document["groups"])
        self._begins, numbers = arrays["pattern_begins"].tolist(), [number for number, _, _ in arrays["pattern_starts"].tolist()]
        self._starting = [tuple(dict.fromkeys(numbers[a:b])) for a, b in pairwise(arrays["pattern_offsets"].tolist())]
        self._compiled: dict[int, re.Pattern[str]] = {}

    def tokens(self, text: str) -> Tokens:
        """The tokens of a text."""
        return tokenise(text, self._alphabet.known)

    def find(self, letters: str, group: int, start: int, end: int) -> list[Fields]:
        """The matches of a group of patterns, each as the fields of ``PatternMatch``."""
        behind = dict[int, int]()
        places: list[Fields] = []
        for at in range(start, min(end, len(letters))):
            for number in self._starting[self._begins[ord(letters[at]) - FIRST_LETTER] * self._groups + group]:
                if at >= behind.get(number, 0) and (match := self._pattern(number).match(letters, at, end)) is not None:
                    behind[number] = match.end()
                    places.append((number, at, match.end(), match.span(1) if match.re.groups else (-1, -1)))
        return places

    def _pattern(self, number: int) -> re.Pattern[str]:
        if number not in self._compiled:
            self._compiled[number] = re.compile(_SET.sub(lambda match: self._sets[int(match[1])], self._expressions[number]))
        return self._compiled[number]


class NativeFinder:
    """The same in C."""

    def __init__(self, alphabet: Alphabet, groups: int, arrays: Mapping[str, Array]) -> None:
        """The tables that ``rung.text.programs`` makes for so many groups of patterns."""
        parts = (
            arrays[f"pattern_{name}"].tobytes()
            for name in ("members", "rows", "needs", "code", "begins", "offsets", "starts", "required", "needed", "ends")
        )
        self._words = native.Words(FIRST_LETTER, alphabet.size, len(arrays["pattern_members"]), groups, alphabet.known, *parts)
        self.find: Callable[[str, int, int, int], list[Fields]] = self._words.find

    def tokens(self, text: str) -> Tokens:
        """The tokens of a text."""
        plain = without_markup(text)
        letters, bounds = self._words.tokens(plain)
        return Tokens(plain, letters, array("i", bounds))
