"""Patterns over words: compiled from their readable form, and matched over the tokens of a text.

Gaps are bounded and nothing repeats without end, so the time is linear in the text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rung.kernel import native
from rung.text.alphabet import Alphabet
from rung.text.finders import Fields, PlainFinder, first_letters, native_find
from rung.text.tokens import Tokens, tokenise
from rung.text.wordings import Classes, Parser, symbols_of, without_leading_gap
from rung.title.clean import fold

TEXT = "text"  # the group of the patterns that are looked for in a whole text, in one walk


class Place(NamedTuple):
    """Where a pattern matched: its number, the tokens from ``start`` to before ``end``, and those of its capture (-1: none)."""

    pattern: int
    start: int
    end: int
    inner: tuple[int, int]


class Row(NamedTuple):
    """A pattern of the data: where it stands there, its text, its file, what a match means, and the group it is looked for with."""

    where: str
    pattern: str
    file: str = ""
    meaning: Any = None
    group: str = TEXT


class Source(NamedTuple):
    """Patterns of one part of the data, the classes of words of each of its files, and what its words of numbers stand for."""

    rows: Sequence[Row]
    classes: Mapping[str, Mapping[str, Sequence[str]]]
    numbers: Mapping[str, int] = {}


class Patterns:
    """Patterns that share one tokenisation, numbered in the order of their rows."""

    def __init__(self, *sources: Source) -> None:
        """Compile; a pattern knows the classes of its own file, and the numbers of all.

        Raises:
            DataError: a pattern or class cannot be read; the message names it and says what to fix.
        """
        rows = [row for source in sources for row in source.rows]
        classes = {file: Classes(forms, file) for source in sources for file, forms in source.classes.items()}
        nodes = [without_leading_gap(Parser(row.pattern, classes[row.file], row.where).parse()) for row in rows]
        every = (*nodes, *(node for own in classes.values() for node in own.values()))
        named = {symbol for node in every for symbol in symbols_of(node)}
        numbers = {fold(word): number for source in sources for word, number in source.numbers.items()}
        self.alphabet = Alphabet(named, numbers)
        self.meanings = [row.meaning for row in rows]
        groups = list(dict.fromkeys(row.group for row in rows))
        self._groups = {group: at for at, group in enumerate(groups)}
        starting: list[dict[str, list[int]]] = [{} for _ in groups]
        for number, (node, row) in enumerate(zip(nodes, rows, strict=True)):
            for letter in sorted(set(first_letters(node, self.alphabet)[0])):
                starting[self._groups[row.group]].setdefault(letter, []).append(number)
        self._find = (
            native_find(nodes, self.alphabet, starting) if native is not None else PlainFinder(nodes, self.alphabet, starting).find
        )

    def tokens(self, text: str) -> Tokens:
        """The tokens of a text."""
        return tokenise(text, self.alphabet.known)

    def find(self, letters: str, group: str = TEXT, start: int = 0, end: int | None = None) -> list[Place]:
        """Every place where a pattern of a group matches, by place and then by pattern; those of one pattern do not overlap.

        A match begins and ends within ``start`` and ``end``.
        """
        return list(map(Place._make, self.fields(letters, group, start, end)))

    def fields(self, letters: str, group: str = TEXT, start: int = 0, end: int | None = None) -> list[Fields]:
        """The same as plain tuples, the fields of ``Place``: where there are many, most of the time goes into making records."""
        at = self._groups.get(group)
        return [] if at is None else self._find(letters, at, start, len(letters) if end is None else end)
