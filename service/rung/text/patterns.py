"""Patterns over words, matched over the tokens of a text; ``rung.text.compiling`` makes their tables from their readable form.

Gaps are bounded and nothing repeats without end, so the time is linear in the text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rung.arrays import Array
from rung.kernel import native
from rung.text.alphabet import Alphabet
from rung.text.finders import Fields, NativeFinder, PlainFinder
from rung.text.tokens import Tokens

TEXT = "text"  # the group of the patterns that are looked for in a whole text, in one walk


class PatternMatch(NamedTuple):
    """Where a pattern matched: its number, the tokens from ``start`` to before ``end``, and those of its capture (-1: none)."""

    pattern: int
    start: int
    end: int
    inner: tuple[int, int]


class Pattern(NamedTuple):
    """A pattern of the data: where it stands, its text, its file, the meaning of a match, and the group that it is matched with."""

    where: str
    text: str
    file: str = ""
    meaning: Any = None
    group: str = TEXT


class PatternSet(NamedTuple):
    """Patterns of one part of the data, the classes of words of each of its files, and its number words."""

    patterns: Sequence[Pattern]
    classes: Mapping[str, Mapping[str, Sequence[str]]]
    numbers: Mapping[str, int] = {}


class Tables(NamedTuple):
    """Compiled patterns, as ``rung.text.compiling`` makes them: a document of plain data, and arrays by name."""

    document: Mapping[str, Any]
    arrays: Mapping[str, Array]


class Patterns:
    """Patterns that share one tokenisation, numbered in the order of the data."""

    def __init__(self, tables: Tables) -> None:
        document, arrays = tables
        self.alphabet = Alphabet(document["signatures"], document["numbers"])
        self.set_sizes: Sequence[int] = document["set_sizes"]  # how many patterns each set has
        self.meanings = [document["meanings"][at] for at in document["means"]]
        self._groups = {group: at for at, group in enumerate(document["groups"])}
        self._finder: NativeFinder | PlainFinder
        if native is not None:
            self._finder = NativeFinder(self.alphabet, len(self._groups), arrays)
        else:
            self._finder = PlainFinder(self.alphabet, document, arrays)

    def tokens(self, text: str) -> Tokens:
        """The tokens of a text."""
        return self._finder.tokens(text)

    def has(self, group: str) -> bool:
        """Whether any pattern is in a group."""
        return group in self._groups

    def find(self, letters: str, group: str = TEXT, start: int = 0, end: int | None = None) -> list[PatternMatch]:
        """Every place where a pattern of a group matches, by place and then by pattern; those of one pattern do not overlap.

        A match begins and ends within ``start`` and ``end``.
        """
        return list(map(PatternMatch._make, self.fields(letters, group, start, end)))

    def fields(self, letters: str, group: str = TEXT, start: int = 0, end: int | None = None) -> list[Fields]:
        """The same as plain tuples, the fields of ``PatternMatch``: making records of many takes most of the time."""
        at = self._groups.get(group)
        return [] if at is None else self._finder.find(letters, at, start, len(letters) if end is None else end)
