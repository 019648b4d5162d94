"""Spelling: a word of a title that nothing knows, read as the common word that it is one typing error away from.

An error is two neighbouring letters that changed places, a letter doubled or one of two alike left out, or a letter left out, added
or replaced inside the word. Names, places and other languages are full of words one letter from a common one, so a word is mended
only where the common one is long enough for the kind of error, and where no other such word is nearly as common.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container, Mapping
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rung.types import CleanTitle

_WORDS = 8_192  # words that are remembered with what they are read as
_TWICE = re.compile(r"(.)\1")


class SpellingFigures(NamedTuple):
    """Figures of ``weights.yaml``: by kind of error the letters of the shortest word that is found in it; all else is IDF.

    The rarest word (``common``) that others are read as, what a word of level counts as (``level``), by how much the word that is
    meant is commoner than the next (``margin``), and from where a known word is an error too (``rare``).
    """

    letters: Mapping[str, int]
    common: float
    level: float
    margin: float
    rare: float


class Speller:
    """Mends words; made once from what the readers of titles know."""

    def __init__(
        self,
        common: Mapping[str, float],
        known: Container[str],
        rarity: Callable[[str], float],
        figures: SpellingFigures,
        short: Mapping[str, str] | None = None,
    ) -> None:
        """``common``: the words that others are read as, with their IDF; ``known``: words that stay; ``rarity``: any word's IDF.

        ``short``: abbreviations, and the words that they stand for.
        """
        self._common, self._known, self._rarity, self._figures, self._short = common, known, rarity, figures, short or {}
        self._least = min(figures.letters.values())
        # By the first letter, and by how long a misspelling of the word can be.
        self._alike: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in self._common:
            for size in range(len(word) - 1, len(word) + 2):
                self._alike[word[0], size].append(word)
        self._read = lru_cache(maxsize=_WORDS)(self._read_uncached)

    def mend(self, title: CleanTitle) -> CleanTitle:
        """The title with its misspelt and abbreviated words written out, each where it stood."""
        words = [self._read(token[0]) for token in title.tokens]
        text = " ".join(words)
        if text == title.text:
            return title
        return title._replace(text=text, tokens=tuple(t._replace(text=w) for t, w in zip(title.tokens, words, strict=True)))

    def _read_uncached(self, word: str) -> str:
        if word in self._short:
            return self._short[word]
        if len(word) < self._least or not word.isalpha() or word in self._known:
            return word
        alike = process.extract(word, self._alike.get((word[0], len(word)), ()), scorer=OSA.distance, score_cutoff=1, limit=None)
        swapped = word[1] + word[0] + word[2:]  # it begins otherwise
        others = {swapped, *(found[0] for found in alike)} - {word}
        near = sorted((self._common[w], w) for w in others if w in self._common)
        if not near:
            return word
        idf, meant = near[0]
        kind = _kind(word, meant)
        long = kind and len(meant) >= self._figures.letters[kind]
        clear = len(near) == 1 or near[1][0] - idf >= self._figures.margin
        return meant if long and clear and self._rarity(word) - idf >= self._figures.rare else word


def _kind(word: str, meant: str) -> str:
    """The kind of the error by which a word is not the one that is meant; "" where it ends otherwise, as other forms do."""
    if sorted(word) == sorted(meant):
        return "swapped"
    if word[-1] != meant[-1]:
        return ""
    if _TWICE.sub(r"\1", word) == _TWICE.sub(r"\1", meant):
        return "doubled"
    return "replaced" if len(word) == len(meant) else "dropped" if len(word) < len(meant) else "added"
