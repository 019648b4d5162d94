"""The private alphabet in which a text is matched: one letter a word, so that patterns over words are patterns over letters.

Each distinct word that patterns know gets a letter, and so does each kind of word told by a beginning or ending (``manag*``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from rung.text.tokens import BREAK, COLON, END, spelt
from rung.title.clean import fold

_DIGITS = re.compile(r"\d{1,3}\Z")
_MARK = re.compile(r"[^\w']+\Z")
_WORDS_KEPT, _LONGEST = 50_000, 40  # spellings whose letter is cached, and their length in characters
FIRST_LETTER = 0x4E00  # a range of plain letters, so that no letter means anything to ``re``
NUMBER = "<n>"  # the symbol of any number
BEYOND = frozenset({"<mark>"})  # the symbols of a mark that no pattern names


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


def is_plain(symbol: str) -> bool:
    """Whether a symbol is a word, not the beginning or ending of words or a class of them."""
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
        """The symbols that a folded word has."""
        found = [f"{b}*" for size in self._beginning_sizes if (b := word[:size]) in self.beginnings]
        found += [f"*{e}" for size in self._ending_sizes if (e := word[-size:]) in self.endings]
        found += [f"*{i}*" for i in self.inner if i in word]
        if word in self.plain:
            found.append(word)
        if word in self._numbers or _DIGITS.match(word):
            found.append(NUMBER)
        return frozenset(found)

    def begun(self, word: str) -> frozenset[str]:
        """The symbols of every longer word that begins with a word."""
        return frozenset(symbol for symbol in self.of(word) if symbol.endswith("*"))

    def ended(self, word: str) -> frozenset[str]:
        """The symbols of every longer word that ends with a word."""
        return frozenset(symbol for symbol in self.of(word) if symbol.startswith("*"))


class Alphabet:
    """The letters of words: one for each word that a pattern names, and one for each set of beginnings and endings of any other."""

    def __init__(self, signatures: Sequence[Sequence[str]], numbers: Mapping[str, int]) -> None:
        """``signatures``: the symbols of the words of each letter, as ``rung.text.compiling`` orders them."""
        self._numbers = numbers
        self.size = len(signatures)
        self._by_symbol: dict[str, str] = {}
        self._by_signature: dict[frozenset[str], str] = {}
        self._words: dict[str, str] = {}
        for code, signature in enumerate(signatures, FIRST_LETTER):
            letter, words = chr(code), list(filter(is_plain, signature))
            for symbol in signature:
                self._by_symbol[symbol] = self._by_symbol.get(symbol, "") + letter
            if words:
                self._words[words[0]] = letter
            else:
                self._by_signature[frozenset(signature)] = letter
        self._symbols = Symbols(self._by_symbol, numbers)
        self.known = _Known(self._find)
        self._gaps: dict[frozenset[str] | None, str] = {}
        self.number_letters = frozenset(self.letters([NUMBER]))
        self.end, self._break = self.letters([END]), self.letters([BREAK])
        self.colon = frozenset(self.letters([COLON]))

    def letters(self, symbols: Iterable[str]) -> str:
        """The letters of all words that have one of some symbols, in order."""
        return "".join(sorted({letter for symbol in symbols for letter in self._by_symbol.get(symbol, "")}))

    def ends(self, letters: str) -> str:
        """Letters in which a sentence ends with ``end`` only, not with a line break."""
        return letters.replace(self._break, self.end)

    def gap(self, stops: frozenset[str] | None) -> str:
        """The letters of what a gap may hold, in order."""
        if stops not in self._gaps:
            barred = {self.end, self._break}
            if stops is not None:
                barred |= {letter for word, letter in self._words.items() if _MARK.match(word)}
                barred |= {*self.letters(stops), self._by_signature[BEYOND]}
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
            return self._by_signature[BEYOND]
        signature = self._symbols.of(word)
        # A word with a beginning and an ending that no pattern has met together counts by its beginnings.
        letter = self._by_signature.get(signature)
        if letter is None:
            letter = self._by_signature.get(frozenset(s for s in signature if not s.startswith("*")))
        return letter if letter is not None else self._by_signature[frozenset()]

    def number(self, word: str) -> int | None:
        """The number that a word as written stands for; ``None`` where it is no number."""
        folded = fold(word)
        return int(folded) if _DIGITS.match(folded) else self._numbers.get(folded)
