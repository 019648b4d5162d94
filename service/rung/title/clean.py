"""Cleaning: a raw title or text into its normal form, with the way back to the characters it came from.

The same functions run over aliases when a model is built and over queries when they are answered, so that both meet in one form:
lower case, no accents, no markup, no invisible characters, look-alike letters folded. Everything is linear in the input's length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache, partial

from rung.cache import Computed
from rung.markup import without_tags
from rung.title.words import CleanTitle, Token
from rung.types import Modifier

_WORD = re.compile(r"([^\W_]+(?:'[^\W_]+)*|&|\+)")
# The same, with two or three letters between full stops as one word: "C.P.O.".
_WORD_OR_DOTTED = re.compile(r"((?<![\w.])(?:[^\W\d_]\.){1,2}[^\W\d_](?!\.?[^\W_])\.?|[^\W_]+(?:'[^\W_]+)*|&|\+)")
_AND = frozenset("&+")
_NOTHING = frozenset(("", " "))
_SPACES = re.compile(r"\s+")
_MARK = re.compile(r"[,;:|/()\[\]{}\n•·@-]")
_SIGNS = frozenset("™℠")  # signs that stand for letters which are no part of the word before them
_WORD_BEGINS, _NEVER = "(?<![a-z0-9])(?=[a-z0-9#])", "(?!)"  # a word, a number, or the mark of one
_GAPS = 1024  # of what stands between words, so many are cached
# Letters of other alphabets that look like Latin ones; folded only in words that mix them with Latin letters.
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁɡһӏвкмнтαεορντυικηΑΕΟΡΝΤΥΙΚΗАЕОРСУХВКМНТ", "aeopcyxijsdghlbkmhtaeopvtuiknaeopntyiknaeopcyxbkmht"
)
_FOREIGN = re.compile("[аеорсухіјѕԁɡһӏвкмнтαεορντυικηΑΕΟΡΝΤΥΙΚΗАЕОРСУХВКМНТ]")
_LATIN = re.compile("[a-z]", re.IGNORECASE)
# Letters without a decomposition that people type without their stroke.
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"}
    | dict.fromkeys("’‘`", "'")
    | dict.fromkeys("–—‐‑−―", "-")
)


def _fold_char(char: str) -> str:
    """The normal form of one character: "" for what is invisible, a space for what is blank or a control character."""
    category = unicodedata.category(char)
    if category in ("Cf", "Mn", "Me", "Cs", "Co", "Cn"):
        return ""
    if category in ("Cc", "Zs", "Zl", "Zp") or char in _SIGNS:
        return " "
    folded = unicodedata.normalize("NFKD", char).casefold().translate(_PLAIN)
    return "".join(c for c in folded if unicodedata.category(c) not in ("Mn", "Cf"))


_FOLDED = Computed(_fold_char, 20_000)  # texts use few characters, and one made of all of Unicode must not fill the memory
_BLANKS = dict.fromkeys((*range(32), 127), " ")


def fold(text: str) -> str:
    """The normal form of a short text, without the way back: what aliases and lexicon forms are stored in."""
    return _SPACES.sub(" ", "".join(map(_FOLDED.__getitem__, text))).strip()


def fold_with_offsets(text: str) -> tuple[str, Sequence[int]]:
    """The normal form of a text and, for each of its characters, the offset of the character in ``text`` that it came from."""
    text = without_tags(text)
    if text.isascii():
        lowered = text.lower()
        return lowered if lowered.isprintable() else lowered.translate(_BLANKS), range(len(text) + 1)
    chars = list(map(_FOLDED.__getitem__, text))
    folded = _fold_lookalikes("".join(chars))
    if len(folded) == len(text) and all(len(_FOLDED[c]) == 1 for c in set(text)):
        return folded, range(len(text) + 1)
    offsets = [index for index, char in enumerate(chars) for _ in char]
    offsets.append(len(text))
    return folded, offsets


def _fold_lookalikes(text: str) -> str:
    """Look-alike letters made Latin in each word that has Latin letters too; a Russian word stays as it is."""
    if text.isascii() or not _FOREIGN.search(text):
        return text
    return re.sub(r"[^\W_]+", lambda m: m.group().translate(_LOOKALIKES) if _LATIN.search(m.group()) else m.group(), text)


class Cleaner:
    """Turns raw titles into words; made once from the patterns of ``modifiers.yaml``."""

    def __init__(self, patterns: Iterable[tuple[str, str, bool]]) -> None:
        """``patterns``: a kind, a regular expression whose matches are set aside, and whether they begin where a word begins."""
        ordered = sorted(patterns, key=lambda pattern: not pattern[2])
        self._patterns = [(kind, re.compile(expression)) for kind, expression, _ in ordered]
        words, others = ([f"(?:{e})" for _, e, at_word in ordered if at_word is wanted] for wanted in (True, False))
        # All in one expression, so that a title is searched once: hardly one in thirty has a match.
        self._any = re.compile("|".join([f"{_WORD_BEGINS}(?:{'|'.join(words) or _NEVER})", *others]))

    def clean(self, raw: str) -> CleanTitle:
        """The words of a title with their offsets in ``raw``, and the noise that was set aside."""
        folded, offsets = fold_with_offsets(raw)
        aside: list[Modifier] = []
        text = self._any.sub(partial(self._set_aside, raw, offsets, aside), folded)
        tokens = cut_words(text, offsets)
        return CleanTitle(raw, " ".join([token[0] for token in tokens]), tokens, tuple(aside), folded, offsets)

    def _set_aside(self, raw: str, offsets: Sequence[int], aside: list[Modifier], match: re.Match[str]) -> str:
        found, (start, end) = match.group(), match.span()
        if found.strip():
            kind = next(kind for kind, pattern in self._patterns if pattern.match(match.string, start))
            aside.append(Modifier(kind, raw[offsets[start] : offsets[end - 1] + 1].strip(), found.strip()))
        # A closing bracket alone would read as a break inside a word ("Manager(in)"): blanks keep the length.
        return " " * len(found)


def cut_words(text: str, offsets: Sequence[int]) -> tuple[Token, ...]:
    """The words of a folded title, each with its offsets in the raw one and what stands before it."""
    dotted = "." in text
    pieces = (_WORD_OR_DOTTED if dotted else _WORD).split(text)  # what stands between, a word, what stands between, a word, …
    tokens, at = [], 0
    for between, word in zip(pieces[::2], pieces[1::2], strict=False):
        start = at + len(between)
        at = start + len(word)
        gap = "" if between in _NOTHING else _gap(between)
        plain = "and" if word in _AND else word.replace(".", "") if dotted else word
        tokens.append(Token(plain, offsets[start], offsets[at - 1] + 1, gap))
    return tuple(tokens)


@lru_cache(maxsize=_GAPS)
def _gap(between: str) -> str:
    """The separators between two words: a hyphen without spaces joins ("co-op" is two words of one part), with spaces it parts."""
    return "~" if between == "-" else "".join(_MARK.findall(between))
