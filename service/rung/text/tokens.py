"""Tokens: a text into its words, numbers and marks, once, with the way back to its characters.

One tokenisation serves all patterns over words (``rung.text.patterns``). It keeps words of one letter, numbers, and the marks that
patterns name, since "Direct reports: 0" is told by two of them. Linear in the text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# A tag is replaced by as many characters as it has, so that offsets keep their meaning.
_TAG = re.compile(r"</?([a-zA-Z]{1,10})\b[^<>]{0,300}>")
_INLINE = frozenset({"a", "abbr", "b", "em", "font", "i", "mark", "small", "span", "strong", "sub", "sup", "u"})
BREAK, END, DASH = "\n", ".", "-"
_TOKEN = re.compile(
    r"[^\W_\d][^\W_]*(?:['’](?:ll|re|ve|d|s|t|m)(?![^\W_]))*"  # a word, with the short forms of English
    r"|\d+(?:[.,]\d+)*[^\W_\d]*"
    r"|[\n\r•·●▪◦■|…]+"
    r"|[.!?](?=[\s.!?\"”)\]*<]|$)"
    r"|[:;,()/+&%–—]"
    r"|(?:(?<=\s)|(?<=\d))-+(?=[\s\d])"
)
_SPELT = {"–": DASH, "—": DASH, "!": END, "?": END, ";": END} | dict.fromkeys("\n\r•·●▪◦■|…", BREAK)


class Tokens(NamedTuple):
    """The tokens of a text in order, as written, and what they were found in: the text without its markup, of the same length."""

    words: list[str]
    text: str

    def spans(self) -> list[tuple[int, int]]:
        """Where each token starts and ends in the text: between tokens stand no letters, so each is the next of its kind."""
        spans, end = [], 0
        for word in self.words:
            start = self.text.index(word, end)
            end = start + len(word)
            spans.append((start, end))
        return spans


def spelt(mark: str) -> str:
    """The one spelling of a mark that patterns name."""
    return _SPELT.get(mark[:1], mark[:1] if mark[:1] == DASH else mark)


def without_markup(text: str) -> str:
    """The text with each tag replaced by as many characters as it has: a line break first, unless it stands inside a line."""
    return _TAG.sub(_blank, text) if "<" in text else text


def _blank(match: re.Match[str]) -> str:
    return (" " if match.group(1).lower() in _INLINE else BREAK).ljust(len(match.group()))


def tokenise(text: str) -> Tokens:
    """The tokens of a text."""
    plain = without_markup(text)
    return Tokens(_TOKEN.findall(plain), plain)
