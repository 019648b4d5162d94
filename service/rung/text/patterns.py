"""Patterns over words: compiled from their readable form, and matched over the tokens of a text.

Gaps are bounded and nothing repeats without end, so the time is linear in the text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rung.kernel import native
from rung.text.alphabet import Alphabet
from rung.text.finders import PlainFinder, first_letters, native_find
from rung.text.tokens import Tokens
from rung.text.wordings import Classes, Parser, symbols_of, without_leading_gap
from rung.title.clean import fold


class Place(NamedTuple):
    """Where a pattern matched: its number, the tokens from ``start`` to before ``end``, and those of its capture (-1: none)."""

    pattern: int
    start: int
    end: int
    inner: tuple[int, int]


class Row(NamedTuple):
    """A pattern of the data: where it stands there, its text, its language, and the group that it is looked for with."""

    where: str
    pattern: str
    language: str = ""
    group: str = ""


class Patterns:
    """Patterns that share one tokenisation, numbered in the order of their rows."""

    def __init__(
        self,
        rows: Sequence[Row],
        classes: Mapping[str, Mapping[str, Sequence[str]]],
        numbers: Mapping[str, int],
    ) -> None:
        """Compile; ``classes`` of words by language and name: a pattern knows those of its own language.

        Raises:
            DataError: a pattern or class cannot be read; the message names it and says what to fix.
        """
        known = {language: Classes(forms, language) for language, forms in classes.items()}
        nodes = [without_leading_gap(Parser(row.pattern, known[row.language], row.where).parse()) for row in rows]
        every = (*nodes, *(node for own in known.values() for node in own.values()))
        named = {symbol for node in every for symbol in symbols_of(node)}
        self.alphabet = Alphabet(named, {fold(word): number for word, number in numbers.items()})
        groups = list(dict.fromkeys(row.group for row in rows))
        self._groups = {group: at for at, group in enumerate(groups)}
        starting: list[dict[str, list[int]]] = [{} for _ in groups]
        for number, (node, row) in enumerate(zip(nodes, rows, strict=True)):
            for letter in sorted(set(first_letters(node, self.alphabet)[0])):
                starting[self._groups[row.group]].setdefault(letter, []).append(number)
        self._find = (
            native_find(nodes, self.alphabet, starting) if native is not None else PlainFinder(nodes, self.alphabet, starting).find
        )

    def encode(self, tokens: Tokens) -> str:
        """A text as letters, one a token."""
        return "".join(map(self.alphabet.known.__getitem__, tokens.words))

    def find(self, letters: str, group: str = "", start: int = 0, end: int | None = None) -> list[Place]:
        """Every place where a pattern of a group matches, by place and then by pattern; those of one pattern do not overlap.

        A match begins and ends within ``start`` and ``end``.
        """
        at = self._groups.get(group)
        if at is None:
            return []
        return [Place(*place) for place in self._find(letters, at, start, len(letters) if end is None else end)]
