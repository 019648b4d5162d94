"""The family of a title: the phrase that is its head, or a linear model over its words and letters.

A head decides alone; the model reads titles without one, and those whose head names many kinds of work. It was trained with
scikit-learn (``rung.training.families``) on titles of occupations and on the forms of the data, and exported as plain arrays. All
families but the graded one compete; what a graded family's titles are, the aliases decide.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rung.grid import UNKNOWN
from rung.title.family_heads import HeadFinder, parted
from rung.tries import trie_of
from rung.types import CleanTitle, Token

Floats = NDArray[np.float64]

_GRAMS = (3, 4, 5)  # letters
_WORDS = 8_192  # words whose letters are cached
_TERMS = 16_384  # words and pairs of words whose rows are cached
_READABLE = 4  # letters of a word from which its letters say something


class FamilyWeights(NamedTuple):
    """Figures of ``weights.yaml``: the share of a head's family, where the title says nothing else (``alone``) and where it does;

    the log-odds of a weak head, the temperature, and the shares of ``unknown`` where words are known and where none is.
    """

    alone: float
    head: float
    weak: float
    temperature: float
    unknown_words: float
    unread: float


class FamilyReading(NamedTuple):
    """The probabilities of the families (of all but the graded ones; they add up to 1), the likeliest first.

    ``head`` is where the head stands in the raw title, if one is known; ``match_kind`` is ``head``, ``weak``, ``words``,
    ``letters`` (no word is known), ``noun`` (it names a job and no work, as "Supervisor" does) or ``none``.
    """

    probabilities: Mapping[str, float]
    head: tuple[int, int] | None
    match_kind: str

    @property
    def best(self) -> str:
        """The likeliest family."""
        return next(iter(self.probabilities))


class FamilyDescription(NamedTuple):
    """A named family as its data describes it: what the person does, what it is mistaken for, and prefixes of its codes."""

    definition: str
    near: tuple[str, ...]
    isco: tuple[str, ...]
    soc: tuple[str, ...]


class FamilyReader:
    """Reads the family of cleaned titles; made from the artefact's ``families`` document and arrays."""

    def __init__(self, data: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], weights: FamilyWeights) -> None:
        self._names: Sequence[str] = data["names"]
        self.labels: Mapping[str, str] = data["labels"]
        self.descriptions: Mapping[str, FamilyDescription] = {
            name: FamilyDescription(definition, tuple(data["near"][name]), *map(tuple, _codes(data["codes"][name])))
            for name, definition in data["definitions"].items()
        }
        self.heads = HeadFinder(data, arrays)
        self._junk = frozenset(data["junk"])
        self._empty = frozenset(data["empty"])
        self._nouns = frozenset(data["nouns"])
        self._words = trie_of(arrays["family_words"])  # one or two words each, numbered as the rows are
        self._row = lru_cache(maxsize=_TERMS)(self._words.get)
        self._letters = np.array(data["letters"].split("\n"))  # in order: an array takes a fifth of the memory of a dictionary
        self._idf = arrays["family_idf"].astype(np.float64)
        self._coefficients = arrays["family_weights"]
        self._scales = arrays["family_scales"].astype(np.float64)
        self._intercepts = arrays["family_intercepts"].astype(np.float64)
        self._letters_share = float(data["letters_share"])
        self._weights = weights
        self._letters_of = lru_cache(maxsize=_WORDS)(self._letters_uncached)
        self._alone, self._beside = (
            {name: self._of_head(share, name, data["near"][name]) for name in self._names}
            for share in (weights.alone, weights.head)
        )

    def _of_head(self, share: float, family: str, near: Sequence[str]) -> Mapping[str, float]:
        """The shares where a head names a family: the families near it divide what is left of its own."""
        others = [name for name in near if name in self.labels] or [UNKNOWN]
        return {family: share, **dict.fromkeys(others, (1.0 - share) / len(others))}

    def rarity(self, word: str) -> float:
        """The IDF of a word; infinite where the model does not know it."""
        row = self._row(word)
        return math.inf if row is None else float(self._idf[row])

    def read(self, title: CleanTitle) -> FamilyReading:
        """The family of a title; of junk and of titles without a known word it is ``unknown`` with the share of the data."""
        match = self.heads.find(title)
        if match is None:
            return self._by_words(title)
        tokens = title.tokens
        head = (tokens[match.start].start, tokens[match.end - 1].end)
        if not self.heads.is_weak(match):
            more = any(self._tells(token) for token in (*tokens[: match.start], *tokens[match.end :]))
            return FamilyReading((self._beside if more else self._alone)[match.family], head, "head")
        if not any(map(self._tells, tokens)):
            return self._by_words(title)
        scores = self._scores(parted(title.text))
        scores[self._names.index(match.family)] += self._weights.weak
        return FamilyReading(self._shares(scores, self._weights.unknown_words), head, "weak")

    def _by_words(self, title: CleanTitle) -> FamilyReading:
        """The family of a title without a head."""
        content = [word for token in title.tokens if self._tells(token) for word in parted(token.text).split()]
        if not content or title.text in self._junk:
            named = any(token.text in self._nouns for token in title.tokens)
            return FamilyReading({UNKNOWN: 1.0}, None, "noun" if named else "none")
        scores = self._scores(parted(title.text))
        if any(word in self._words for word in content):
            return FamilyReading(self._shares(scores, self._weights.unknown_words), None, "words")
        kind = "letters" if any(len(word) >= _READABLE for word in content) else "none"
        return FamilyReading(self._shares(scores, self._weights.unread), None, kind)

    def _tells(self, token: Token) -> bool:
        """Whether a word can say something of the family."""
        return token.text not in self._empty and not token.text.isdigit()

    def _shares(self, scores: Floats, unknown: float) -> Mapping[str, float]:
        """The probabilities of scores beside a share of ``unknown``, the likeliest first."""
        exp = np.exp((scores - scores.max()) / self._weights.temperature)
        shares = dict(zip(self._names, (exp * ((1.0 - unknown) / exp.sum())).tolist(), strict=True)) | {UNKNOWN: unknown}
        return {name: shares[name] for name in sorted(shares, key=shares.__getitem__, reverse=True)}

    def _scores(self, text: str) -> Floats:
        """The linear scores of the families: TF-IDF of words, and of the letters of each word, of length one, times the weights."""
        words = text.split()
        scores = self._intercepts.copy()
        terms = {*words, *[f"{a} {b}" for a, b in pairwise(words)]}
        rows = [row for row in map(self._row, terms) if row is not None]
        if rows:
            moved, square = self._moved(rows)
            scores += moved * (1.0 / math.sqrt(square))
        letters = [self._letters_of(word) for word in words]
        if square := sum(square for _, square in letters):
            scores += sum(moved for moved, _ in letters) * (self._letters_share / math.sqrt(square))
        return scores

    def _moved(self, rows: list[int]) -> tuple[Floats, float]:
        """What some terms add to the scores before their length is made one, and the square of that length."""
        values = self._idf[rows]
        return values @ self._coefficients[rows] * self._scales, float(values @ values)

    def _letters_uncached(self, word: str) -> tuple[Floats, float]:
        """What the known runs of letters of a word add to the scores, and the square of their length."""
        runs = np.array(list(letter_grams([word])))
        at = np.searchsorted(self._letters, runs)
        at = at[self._letters[np.minimum(at, len(self._letters) - 1)] == runs]
        return self._moved((at + len(self._words)).tolist())


def _codes(codes: Mapping[str, Sequence[str]]) -> tuple[Sequence[str], Sequence[str]]:
    return codes["isco"], codes["soc"]


def letter_grams(words: Sequence[str]) -> Iterator[str]:
    """The runs of three to five characters of each word with a blank on both sides, as scikit-learn's ``char_wb`` cuts them."""
    for word in words:
        padded = f" {word} "
        for size in _GRAMS:
            yield padded[:size]
            if len(padded) <= size:
                break
            for at in range(1, len(padded) - size + 1):
                yield padded[at : at + size]
