"""The sentence model in Python and numpy: what trains it, and what serves where the compiled kernel was not built."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rung.numeric import Floats
from rung.text.sentences import Scored, Scorer

# Ends of sentences: stops before a blank, line breaks and bullets, dashes between blanks. One set of characters comes first, so
# that all others are skipped quickly. Of a run of stops only the first is tried, which keeps the time linear.
_END = re.compile(
    r"[.!?;\n\r•·●▪◦■|…*–—-]"
    r"(?:(?<=[.!?;])(?<![.!?;][.!?;])[.!?;]*(?=\s)|(?<=[\n\r•·●▪◦■|…])[\n\r•·●▪◦■|…]*|(?<=\s[-*–—])(?=\s))"
)
_TOKEN = re.compile(r"\w\w+")


def sentences(text: str, limit: int) -> list[tuple[int, int]]:
    """The spans of the first ``limit`` sentences of a readable text.

    A line, a bullet or a full stop before a space ends a sentence. A piece without a word of two letters is not a sentence.
    """
    found: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        _append(found, text, start, match.end())
        start = match.end()
        if len(found) >= limit:
            return found
    _append(found, text, start, len(text))
    return found


def _append(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if _TOKEN.search(stripped):
        at = start + len(piece) - len(piece.lstrip())
        found.append((at, at + len(stripped)))


class PlainScorer:
    """The model in Python and numpy: one pass over the words finds the known n-grams, and one gather sums their weights."""

    def __init__(self, terms: Sequence[str], idf: ArrayLike, weights: ArrayLike, scales: ArrayLike, intercepts: ArrayLike) -> None:
        self._vocabulary = {term: row for row, term in enumerate(terms)}
        # Pairs by their first word, so that no string is built for a lookup.
        self._pairs: dict[str, dict[str, int]] = {}
        for term, row in self._vocabulary.items():
            first, _, second = term.partition(" ")
            if second:
                self._pairs.setdefault(first, {})[second] = row
        self._idf, self._scales, self._intercepts = (np.asarray(part, dtype=np.float64) for part in (idf, scales, intercepts))
        self._weights = np.asarray(weights)

    def read(self, text: str, limit: int, beside: Scorer | None = None) -> Scored:
        """As ``Scorer`` says."""
        spans = sentences(text, limit)
        scores = self.score_many([text[start:end] for start, end in spans])
        whole = beside.score(text) if beside is not None else None
        return Scored(len(spans), np.array(spans, dtype=np.int64).tobytes(), scores.tobytes(), whole)

    def score(self, text: str) -> bytes:
        """As ``Scorer`` says."""
        return self.score_many([text]).tobytes()

    def score_many(self, texts: Sequence[str]) -> Floats:
        """Linear scores of texts in lower case, each as one sentence: texts by columns."""
        get, follow = self._vocabulary.get, self._pairs.get
        rows: list[int] = []
        counts: list[int] = []
        for text in texts:
            words = _TOKEN.findall(text)
            before = len(rows)
            rows.extend([r for w in words if (r := get(w)) is not None])
            rows.extend([r for a, b in pairwise(words) if (after := follow(a)) is not None and (r := after.get(b)) is not None])
            counts.append(len(rows) - before)
        return self._sum(np.array(rows, dtype=np.int64), np.array(counts, dtype=np.int64))

    def _sum(self, rows: NDArray[np.int64], counts: NDArray[np.int64]) -> Floats:
        """Sublinear TF-IDF, scaled to unit length for each text, times the weights."""
        size = len(self._idf)
        out = np.tile(self._intercepts, (len(counts), 1))
        if not len(rows):
            return out
        owner = np.repeat(np.arange(len(counts)), counts)
        keys, frequency = np.unique(owner * size + rows, return_counts=True)
        owner, term = np.divmod(keys, size)
        values = (1.0 + np.log(frequency)) * self._idf[term]
        norms = np.sqrt(np.bincount(owner, values * values, minlength=len(counts)))
        values /= norms[owner]
        present, starts = np.unique(owner, return_index=True)
        out[present] += np.add.reduceat(values[:, None] * self._weights[term], starts, axis=0) * self._scales
        return out
