"""The private alphabet in which a text is matched: one letter a word, so that patterns over words are patterns over letters.

Each distinct word that patterns know gets a letter, and so does each kind of word told by a beginning or ending (``manag*``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from rung.text.tokens import BREAK, COLON, END, spelt
from rung.text.wordings import NUMBER
from rung.title.clean import fold

_NUMBER = re.compile(r"\d{1,3}\Z")
_MARK = re.compile(r"[^\w']+\Z")
_WORDS_KEPT, _LONGEST = 50_000, 40  # spellings whose letter is cached, and their length in characters
FIRST_LETTER = 0x4E00  # a range of plain letters, so that no letter means anything to ``re``


class _Known(dict[str, str]):
    """The letters of the spellings met so far; a text of nothing but new words must not fill the memory."""

    def __init__(self, find: Callable[[str], str]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, word: str) -> str:
        letter = self._find(word)
        if len(self) >= _WORDS_KEPT:
            self.clear()
        if len(word) <= _LONGEST:
            self[word] = letter
        return letter


class Alphabet:
    """The letters of words: one for each word that a pattern names, and one for each set of beginnings and endings of any other."""

    def __init__(self, symbols: Iterable[str], numbers: Mapping[str, int]) -> None:
        named = sorted({*symbols, *numbers, END, BREAK, COLON})
        self._numbers = numbers
        self._beginnings = [s[:-1] for s in named if s.endswith("*") and not s.startswith("*")]
        self._endings = [s[1:] for s in named if s.startswith("*") and not s.endswith("*")]
        self._inner = [s[1:-1] for s in named if s.startswith("*") and s.endswith("*")]
        self._by_signature: dict[frozenset[str], str] = {}
        self._by_symbol: dict[str, list[str]] = {}
        self._plain = {s for s in named if "*" not in s and not s.startswith("<")}
        self.known = _Known(self._find)
        self._gaps: dict[frozenset[str], str] = {}
        heads = [frozenset(self._of(b)) for b in self._beginnings]
        tails = [frozenset(self._of(e)) for e in self._endings]
        middles = [frozenset(self._of(i)) for i in self._inner]
        for signature in {frozenset[str](), *heads, *tails, *middles, *(h | t for h in heads for t in tails)}:
            self._letter(frozenset(s for s in signature if "*" in s))
        self._letter(frozenset({f"<{NUMBER}>"}))
        self._words = {word: self._letter(frozenset(self._of(word))) for word in sorted(self._plain)}
        self.number_letters = frozenset(self.letters([f"<{NUMBER}>"]))
        self.marks = "".join(letter for word, letter in self._words.items() if _MARK.match(word))
        self.other_mark = self._letter(frozenset({"<mark>"}))
        self.ends = self._words.get(END, "") + self._words.get(BREAK, "")
        self.colon = frozenset(self.letters([":"]))
        self.end = re.compile(f"[{self.ends}]")
        self._any = "".join(letter for letter in self._by_signature.values() if letter not in self.ends)

    def _of(self, word: str) -> Iterable[str]:
        """The symbols that a folded word has."""
        if word in self._plain:
            yield word
        if word in self._numbers or _NUMBER.match(word):
            yield f"<{NUMBER}>"
        yield from (f"{b}*" for b in self._beginnings if word.startswith(b))
        yield from (f"*{e}" for e in self._endings if word.endswith(e))
        yield from (f"*{i}*" for i in self._inner if i in word)

    def _letter(self, signature: frozenset[str]) -> str:
        letter = self._by_signature.get(signature)
        if letter is None:
            letter = chr(FIRST_LETTER + len(self._by_signature))
            self._by_signature[signature] = letter
            for symbol in signature:
                self._by_symbol.setdefault(symbol, []).append(letter)
        return letter

    def letters(self, symbols: Iterable[str]) -> str:
        """The letters of all words that have one of some symbols."""
        return "".join(letter for symbol in symbols for letter in self._by_symbol.get(symbol, ()))

    @property
    def size(self) -> int:
        """How many letters there are."""
        return len(self._by_signature)

    def gap(self, stops: frozenset[str] | None) -> str:
        """The letters of what a gap may hold."""
        if stops is None:
            return self._any
        found = self._gaps.get(stops)
        if found is None:
            barred = {*self.letters(stops), *self.marks, self.other_mark}
            found = self._gaps[stops] = "".join(letter for letter in self._any if letter not in barred)
        return found

    def _find(self, raw: str) -> str:
        """The letter of a word as it is written in a text."""
        mark = spelt(raw)
        if mark in self._words and _MARK.match(mark):
            return self._words[mark]
        word = fold(raw)
        named = self._words.get(word)
        if named is not None:
            return named
        if _MARK.match(word):
            return self.other_mark
        signature = frozenset(self._of(word))
        # A word with a beginning and an ending that no pattern has met together counts by its beginnings.
        letter = self._by_signature.get(signature)
        if letter is None:
            letter = self._by_signature.get(frozenset(s for s in signature if not s.startswith("*")))
        return letter if letter is not None else self._by_signature[frozenset()]

    def number(self, word: str) -> int | None:
        """The number that a word as written stands for; ``None`` where it is no number."""
        folded = fold(word)
        return int(folded) if _NUMBER.match(folded) else self._numbers.get(folded)
