"""Spelling: replaces an unknown word of a title by the common word that is one typing error away.

An error is two neighbouring letters swapped, a letter doubled or one of a double letter left out, or a letter left out, added or
replaced inside the word. Many names, places and foreign words are one letter from a common word, so a word is corrected only if the
common one is long enough for the kind of error, and no other candidate is nearly as common.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rung.title.words import CleanTitle, Token

_WORDS = 8_192  # words of which the corrected form is cached
_TWICE = re.compile(r"(.)\1")
_WITHIN = frozenset(("", "~", "/"))  # gaps between the words of an abbreviation: "A/P Clerk"


class SpellingFigures(NamedTuple):
    """Figures of ``weights.yaml``: ``letters`` are the fewest letters of a corrected word by kind of error; the others are IDF.

    ``common`` is the IDF of the rarest word that others are corrected to; ``level`` counts as that of a word of level. ``margin``
    is the least difference to the second candidate, ``rare`` the least difference to the misspelt word. ``core`` are words in
    so many titles that ``core_letters`` are enough.
    """

    letters: Mapping[str, int]
    common: float
    level: float
    margin: float
    rare: float
    core: Sequence[str] = ()
    core_letters: Mapping[str, int] = {}


class NearWords:
    """Finds, among some words, those that are one typing error from a word and begin with the same letter."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words: dict[tuple[str, int], list[str]] = defaultdict(list)  # by first letter and length of a misspelling
        for word in dict.fromkeys(words):
            for size in range(len(word) - 1, len(word) + 2):
                self._words[word[0], size].append(word)

    def find(self, word: str) -> list[str]:
        """The words one error away from ``word``, which must not be blank; without the word itself, in no particular order."""
        alike = self._words.get((word[0], len(word)), ())
        near = process.extract(word, alike, scorer=OSA.distance, score_cutoff=1, limit=None)
        return [other for other, distance, _ in near if distance]


class Speller:
    """Corrects words; made once from the words that the readers of titles know."""

    def __init__(
        self,
        common: Mapping[str, float],
        known: Container[str],
        rarity: Callable[[str], float],
        figures: SpellingFigures,
        short: Mapping[str, str] | None = None,
    ) -> None:
        """``common`` are the words that others are corrected to, with their IDF; ``known`` are words that stay.

        ``rarity`` gives the IDF of any word; ``short`` maps abbreviations, of one word or several, to as many words.
        """
        self._common, self._known, self._rarity, self._figures, self._short = common, known, rarity, figures, short or {}
        self._least = min(figures.letters.values())
        self._core = frozenset(figures.core)
        self._phrases = {form: words for form, words in self._short.items() if " " in form}
        self._longest: dict[str, int] = {}  # by first word: the words of the longest abbreviation
        for form in self._phrases:
            first, _, more = form.partition(" ")
            self._longest[first] = max(self._longest.get(first, 2), 2 + more.count(" "))
        self._near = NearWords(common)
        self._read = lru_cache(maxsize=_WORDS)(self._read_uncached)

    def correct(self, title: CleanTitle) -> CleanTitle:
        """The title with misspelt and abbreviated words replaced, in the same places."""
        tokens: Sequence[Token] = title.tokens
        words = [self._read(token[0]) for token in tokens]
        if any(word in self._longest for word in words):
            tokens = self._read_phrases(tokens, words)
        text = " ".join(words)
        if text == title.text and tokens is title.tokens:
            return title
        return title._replace(text=text, tokens=tuple(t._replace(text=w) for t, w in zip(tokens, words, strict=True)))

    def _read_phrases(self, tokens: Sequence[Token], words: list[str]) -> Sequence[Token]:
        """Replace abbreviations of several words ("bus dev") in ``words``; the tokens, with no gap inside these."""
        joined, at = list(tokens), 0
        while at < len(words):
            for size in range(min(self._longest.get(words[at], 1), len(words) - at), 1, -1):
                inside = range(at + 1, at + size)
                meant = self._phrases.get(" ".join(words[at : at + size]))
                if meant is not None and all(tokens[n].gap in _WITHIN for n in inside):
                    words[at : at + size] = meant.split()
                    for n in inside:
                        joined[n] = tokens[n]._replace(gap="")
                    at += size - 1
                    break
            at += 1
        return joined

    def _read_uncached(self, word: str) -> str:
        if word in self._short:
            return self._short[word]
        if len(word) < self._least or not word.isalpha() or word in self._known:
            return word
        swapped = word[1] + word[0] + word[2:]  # begins with another letter
        others = {swapped, *self._near.find(word)} - {word}
        near = sorted((self._common[w], w) for w in others if w in self._common)
        if not near:
            return word
        idf, meant = near[0]
        kind = _kind(word, meant)
        letters = self._figures.core_letters if meant in self._core else self._figures.letters
        long = kind and len(meant) >= letters[kind]
        clear = len(near) == 1 or near[1][0] - idf >= self._figures.margin
        return meant if long and clear and self._rarity(word) - idf >= self._figures.rare else word


def _kind(word: str, meant: str) -> str:
    """The kind of error that makes the meant word into this one; "" if the last letters differ, as in inflected forms."""
    if sorted(word) == sorted(meant):
        return "swapped"
    if word[-1] != meant[-1]:
        return ""
    if _TWICE.sub(r"\1", word) == _TWICE.sub(r"\1", meant):
        return "doubled"
    return "replaced" if len(word) == len(meant) else "dropped" if len(word) < len(meant) else "added"
