"""The alphabet of pattern matching: each token of a text becomes one letter, so patterns over words are patterns over letters.

Each word that a pattern names has a letter, and so has each combination of beginnings and endings (``manag*``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from rung.cache import Computed
from rung.markup import BREAK
from rung.text.tokens import COLON, END, spelt
from rung.title.clean import fold

_DIGITS = re.compile(r"\d{1,3}\Z")
_MARK = re.compile(r"[^\w']+\Z")
_WORDS_KEPT, _LONGEST = 50_000, 40  # cached spellings, and the longest of them in characters
FIRST_LETTER = 0x4E00  # the start of a range in which no character is special in ``re``
NUMBER = "<n>"  # the symbol of any number
BEYOND = frozenset({"<mark>"})  # the symbols of a mark that no pattern names


class _Known(Computed[str, str]):
    """The letters of spellings; those of long words are not kept."""

    def __missing__(self, word: str) -> str:
        return super().__missing__(word) if len(word) <= _LONGEST else self._compute(word)


def is_plain(symbol: str) -> bool:
    """Whether a symbol is a whole word, not a beginning, an ending or a class."""
    return "*" not in symbol and not symbol.startswith("<")


class Symbols:
    """The symbols that patterns name: whole words, beginnings, endings, inner parts, and numbers."""

    def __init__(self, named: Iterable[str], numbers: Mapping[str, int]) -> None:
        every = sorted(named)
        self._numbers = numbers
        self.plain = frozenset(filter(is_plain, every))
        # Dictionaries are sets in order here.
        self.beginnings = dict.fromkeys(s[:-1] for s in every if s.endswith("*") and not s.startswith("*"))
        self.endings = dict.fromkeys(s[1:] for s in every if s.startswith("*") and not s.endswith("*"))
        self.inner = [s[1:-1] for s in every if s.startswith("*") and s.endswith("*")]
        self._beginning_sizes, self._ending_sizes = (sorted(set(map(len, some))) for some in (self.beginnings, self.endings))

    def of(self, word: str) -> frozenset[str]:
        """The symbols that match a folded word."""
        found = [f"{b}*" for size in self._beginning_sizes if (b := word[:size]) in self.beginnings]
        found += [f"*{e}" for size in self._ending_sizes if (e := word[-size:]) in self.endings]
        found += [f"*{i}*" for i in self.inner if i in word]
        if word in self.plain:
            found.append(word)
        if word in self._numbers or _DIGITS.match(word):
            found.append(NUMBER)
        return frozenset(found)

    def begun(self, word: str) -> frozenset[str]:
        """The symbols of every longer word with this beginning."""
        return frozenset(symbol for symbol in self.of(word) if symbol.endswith("*"))

    def ended(self, word: str) -> frozenset[str]:
        """The symbols of every longer word with this ending."""
        return frozenset(symbol for symbol in self.of(word) if symbol.startswith("*"))


def _sorted(symbols: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(symbols))


class Alphabet:
    """Maps words to letters: one for each word that a pattern names, and one for each set of symbols of any other word."""

    def __init__(self, signatures: Sequence[Sequence[str]], numbers: Mapping[str, int]) -> None:
        """``signatures``: the set of symbols of each letter, in the order of ``rung.text.compiling``."""
        self._numbers = numbers
        self.size = len(signatures)
        self._by_symbol: dict[str, str] = {}
        self._by_signature: dict[tuple[str, ...], str] = {}  # sorted symbols: a tuple is a quarter of a set
        self._words: dict[str, str] = {}
        for code, signature in enumerate(signatures, FIRST_LETTER):
            letter, words = chr(code), list(filter(is_plain, signature))
            for symbol in signature:
                self._by_symbol[symbol] = self._by_symbol.get(symbol, "") + letter
            if words:
                self._words[words[0]] = letter
            else:
                self._by_signature[_sorted(signature)] = letter
        self._symbols = Symbols(self._by_symbol, numbers)
        self.known = _Known(self._find, _WORDS_KEPT)
        self._gaps: dict[frozenset[str] | None, str] = {}
        self.number_letters = frozenset(self.letters([NUMBER]))
        self.end, self._break = self.letters([END]), self.letters([BREAK])
        self.colon = frozenset(self.letters([COLON]))

    def letters(self, symbols: Iterable[str]) -> str:
        """The letters of all words that match any of the symbols, in order."""
        return "".join(sorted({letter for symbol in symbols for letter in self._by_symbol.get(symbol, "")}))

    def ends(self, letters: str) -> str:
        """The letters with line breaks replaced by ``end``, so that one letter marks every end of a sentence."""
        return letters.replace(self._break, self.end)

    def gap(self, stops: frozenset[str] | None) -> str:
        """The letters that a gap may contain, in order."""
        if stops not in self._gaps:
            barred = {self.end, self._break}
            if stops is not None:
                barred |= {letter for word, letter in self._words.items() if _MARK.match(word)}
                barred |= {*self.letters(stops), self._by_signature[_sorted(BEYOND)]}
            every = map(chr, range(FIRST_LETTER, FIRST_LETTER + self.size))
            self._gaps[stops] = "".join(letter for letter in every if letter not in barred)
        return self._gaps[stops]

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
            return self._by_signature[_sorted(BEYOND)]
        signature = self._symbols.of(word)
        # A combination of beginning and ending that no signature has counts by its beginnings.
        letter = self._by_signature.get(_sorted(signature))
        if letter is None:
            letter = self._by_signature.get(_sorted(s for s in signature if not s.startswith("*")))
        return letter if letter is not None else self._by_signature[()]

    def number(self, word: str) -> int | None:
        """The value of a word that is a number; otherwise ``None``."""
        folded = fold(word)
        return int(folded) if _DIGITS.match(folded) else self._numbers.get(folded)
