"""Tokens: a text into its words, numbers and marks, once, with the way back to its characters.

One tokenisation serves all patterns over words (``rung.text.patterns``). It keeps words of one letter, numbers, and the marks that
patterns name, since "Direct reports: 0" is told by two of them. Linear in the text.
"""

from __future__ import annotations

import html
import re
from typing import NamedTuple

# Tags and entities are replaced by as many characters as they have, so that offsets keep their meaning; an entity is filled up with
# soft hyphens, which part no word ("S&ecirc;nior").
_TAG = re.compile(r"(?:<|&lt;)(/?)([a-zA-Z]{1,10})\b(?:[^<>&]|&(?!lt;|gt;)){0,300}(?:>|&gt;)")
_ENTITY = re.compile(r"&(?:amp;)?(#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,12});")
_INLINE = frozenset({"a", "abbr", "b", "em", "font", "i", "mark", "small", "span", "strong", "sub", "sup", "u"})
_FILL = "\xad"
BREAK, END, DASH = "\n", ".", "-"
_TOKEN = re.compile(
    r"[^\W_\d][^\W_]*(?:\xad[^\W_]*|['’](?:ll|re|ve|d|s|t|m)(?![^\W_]))*"  # a word, with the short forms of English
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
        """Where each token starts and ends in the text."""
        return [match.span() for match in _TOKEN.finditer(self.text)]


def spelt(mark: str) -> str:
    """The one spelling of a mark that patterns name."""
    return _SPELT.get(mark[:1], mark[:1] if mark[:1] == DASH else mark)


def without_markup(text: str) -> str:
    """The text with tags and entities, plain or escaped, replaced by as many characters as they have."""
    if "<" in text or "&lt;" in text:
        text = _TAG.sub(_blank, text)
    if "&" in text:
        text = _ENTITY.sub(_letter, text)
    return text


def _blank(match: re.Match[str]) -> str:
    return (" " if match.group(2).lower() in _INLINE else BREAK).ljust(len(match.group()))


def _letter(match: re.Match[str]) -> str:
    letter = html.unescape(f"&{match.group(1)};")
    return (letter if len(letter) == 1 else " ").ljust(len(match.group()), _FILL)


def tokenise(text: str) -> Tokens:
    """The tokens of a raw text."""
    plain = without_markup(text)
    return Tokens(_TOKEN.findall(plain), plain)
