"""Tokenising: the words, numbers and marks of a text, with their offsets.

One tokenisation serves all patterns over words (``rung.text.patterns``). It keeps words of one letter, numbers, and the marks that
patterns name, because "Direct reports: 0" needs both. Takes linear time.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rung.markup import BREAK, without_markup

END, COLON, DASH = ".", ":", "-"
_TOKEN = re.compile(
    r"[^\W_\d][^\W_]*(?:['’](?:ll|re|ve|d|s|t|m)(?![^\W_]))*"  # a word, with the short forms of English
    r"|\d+(?:[.,]\d+)*[^\W_\d]*"
    r"|[\n\r•·●▪◦■|…]+"
    r"|[.!?](?=[\s.!?\"”)\]*<]|$)"
    r"|[:;,()/+&%–—]"
    r"|(?:(?<=\s)|(?<=\d))-+(?=[\s\d])"
)
_PIECE = re.compile(rf"\*?(?:{_TOKEN.pattern})\*?")
_SPELT = {"–": DASH, "—": DASH, "!": END, "?": END, ";": END} | dict.fromkeys("\n\r•·●▪◦■|…", BREAK)


class Tokens(NamedTuple):
    """The tokens of a text: one letter each, and their offsets (start and end alternate in ``bounds``).

    ``text`` is the text without its markup, of the same length.
    """

    text: str
    letters: str
    bounds: Sequence[int]

    def word(self, at: int) -> str:
        """A token as written."""
        return self.text[self.bounds[2 * at] : self.bounds[2 * at + 1]]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the text of the tokens from ``start`` to before ``end``."""
        return self.bounds[2 * start], self.bounds[2 * end - 1]


def spelt(mark: str) -> str:
    """The one spelling of a mark that patterns name."""
    return _SPELT.get(mark[:1], mark[:1] if mark[:1] == DASH else mark)


def pieces(word: str) -> list[str]:
    """A word of a pattern, cut as texts are: ``cross-functional`` is two tokens; a star stands for letters."""
    found = _PIECE.findall(word)
    return found if len(found) > 1 else [word]


def tokenise(text: str, letters: Mapping[str, str]) -> Tokens:
    """The tokens of a text; ``letters`` maps each as written to its letter."""
    plain = without_markup(text)
    spans = [match.span() for match in _TOKEN.finditer(plain)]
    return Tokens(plain, "".join([letters[plain[a:b]] for a, b in spans]), array("i", [at for span in spans for at in span]))
