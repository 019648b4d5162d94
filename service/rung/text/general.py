"""What a text says of the level by what ads of all jobs say there: their words as a whole, and the years that they ask.

The words were learned from real ads of all families (``rung.training.general``) and are carried over to the graded family, beside
what its own sentences say. All figures are log-odds of each level against what is usual (natural logarithms), in order of rank.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rung.text.sentences import Floats, Scorer, scorer

YEARS = "years"  # the cue that reads how many years of experience are asked


class Blend(NamedTuple):
    """How far each source of the level counts, and the mean score of the graded family's ads above that of all.

    ``own`` weighs the sentences of the graded family, ``years`` the years asked, ``general`` the words of ads of all families.
    """

    own: float
    years: float
    general: float
    shift: float


class YearBuckets(NamedTuple):
    """Years in buckets: ``starts`` are the fewest years of each but the first, which is of texts that ask for none.

    More years than ``most`` are a firm's age, and count as none.
    """

    starts: Sequence[int]
    most: int

    def of(self, years: float) -> int:
        """The bucket of a number of years; 0 means that none are stated."""
        return bisect_right(self.starts, years) if years <= self.most else 0


class Language(NamedTuple):
    """The language of the ads learned from: one of its ``words`` stands in a text at least once in ``every`` so many characters."""

    words: Sequence[str]
    every: int

    def of(self, text: str) -> bool:
        """Whether a readable text is in it."""
        letters = len(text) - text.count(" ") - text.count("\n")  # what was blanked, such as repeats, does not count
        return sum([text.count(f" {word} ") for word in self.words]) * self.every >= letters


class GeneralReader:
    """Reads the level of a whole text by words and years as in ads of all families; in another language, by the years alone."""

    def __init__(
        self, scorer: Scorer, words: Floats, years: Floats, buckets: YearBuckets, blend: Blend, language: Language
    ) -> None:
        """``scorer`` has one column, the rank; ``words`` is slope and intercept by level; ``years`` is buckets by level."""
        self._scorer = scorer
        self._language = language
        slopes, intercepts = words
        # The shift and the weight of the words are folded in: what is left is one product a level.
        self._slopes = (blend.general * slopes).tolist()
        self._intercepts = (blend.general * (intercepts - slopes * blend.shift)).tolist()
        self._years = (blend.years * years).tolist()
        self._buckets = buckets
        self._own = blend.own

    def levels(self, text: str, years: float, own: Sequence[float]) -> tuple[float, ...]:
        """The log-odds of the levels by a readable text, the years that it asks (0: none), and what its own family says of it."""
        by_years = self._years[self._buckets.of(years)]
        told = [asked + self._own * value for asked, value in zip(by_years, own, strict=True)]
        if not self._language.of(text):
            return tuple(told)
        score = float(self._scorer.score([text])[0, 0])
        rows = zip(told, self._slopes, self._intercepts, strict=True)
        return tuple([value + slope * score + intercept for value, slope, intercept in rows])


def general_reader(terms: Sequence[str], arrays: Mapping[str, Floats], weights: Mapping[str, Any]) -> GeneralReader:
    """The reader of a built model: its terms, its arrays and its ``weights.yaml`` as plain data."""
    words = scorer(terms, arrays["general_idf"], arrays["general_weights"], arrays["general_intercept"])
    duties = weights["duties"]
    buckets, blend, language = YearBuckets(**duties["years"]), Blend(**duties["blend"]), Language(**duties["language"])
    return GeneralReader(words, arrays["general_words"], arrays["general_years"], buckets, blend, language)
