"""Flags that words of a title raise: a place on a programme for beginners ("Rotational Program").

The words may be part of a rank or of a subject, too, so they are looked for in the tokens, apart from the phrases.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rung.title.lexicon import FlagForms, Phrase
from rung.title.words import Token

_SOFT = frozenset({"", "~"})  # gaps within a part of a title


class FlagReader:
    """Finds the flags of titles; made once from the forms of the lexicon."""

    def __init__(self, rows: Iterable[FlagForms]) -> None:
        self._by_last_word: dict[str, list[tuple[FlagForms, Phrase]]] = {}
        for row in rows:
            for form in sorted(row.forms):
                self._by_last_word.setdefault(form[-1], []).append((row, form))

    def flags(self, tokens: Sequence[Token]) -> tuple[str, ...]:
        """The flags that the words of a title raise, each once."""
        found: dict[str, None] = {}
        for last, token in enumerate(tokens):
            for row, form in self._by_last_word.get(token[0], ()):
                start, end = last + 1 - len(form), last + 1
                if start >= 0 and _is_form(tokens[start:end], form) and _fits(row, tokens, start, end):
                    found[row.flag] = None
        return tuple(found)


def _is_form(tokens: Sequence[Token], form: Phrase) -> bool:
    return all(token.text == word for token, word in zip(tokens, form, strict=True)) and all(t.gap in _SOFT for t in tokens[1:])


def _fits(row: FlagForms, tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether a form stands where it raises the flag: first in its part, or last in it and behind no word that it belongs to."""
    first = start == 0 or tokens[start].gap not in _SOFT
    if row.place == "start":
        return first
    last = end == len(tokens) or tokens[end].gap not in _SOFT or tokens[end].text in row.before
    return last and (first or tokens[start - 1].text not in row.not_behind)
