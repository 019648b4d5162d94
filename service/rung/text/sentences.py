"""Splitting texts into sentences, and scoring each with the sentence model.

``PlainScorer`` defines the computation in Python and numpy. ``KernelScorer`` does the same in C, if the package was built with a
compiler (docs/decisions/0006-compiled-kernel.md); a test holds the two equal to 1e-9 for all of Unicode.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from rung.kernel import native

Floats = NDArray[np.float64]
Spans = bytes | NDArray[np.int64]  # starts and ends, int64 pairs; ``pairs`` gives them as an array

_TAG = re.compile(r"<(/?)([a-zA-Z]{1,10})[^<>]{0,300}>")
_BLOCK = frozenset({"p", "li", "ul", "ol", "br", "div", "tr", "td", "h1", "h2", "h3", "h4", "h5", "h6"})
# Ends of sentences: stops before a blank, line breaks and bullets, dashes between blanks. One set of characters comes first, so
# that all others are skipped quickly. Of a run of stops only the first is tried, which keeps the time linear.
_END = re.compile(
    r"[.!?;\n\r•·●▪◦■|…*–—-]"
    r"(?:(?<=[.!?;])(?<![.!?;][.!?;])[.!?;]*(?=\s)|(?<=[\n\r•·●▪◦■|…])[\n\r•·●▪◦■|…]*|(?<=\s[-*–—])(?=\s))"
)
_TOKEN = re.compile(r"\w\w+")
_STOPS = ".!?;\n\r•"  # where repeats are cut; a stop inside a sentence only makes the pieces shorter


def pairs(spans: Spans) -> NDArray[np.int64]:
    """Spans as an array of shape (n, 2): starts and ends."""
    return np.frombuffer(spans, np.int64).reshape(-1, 2)


class Scored(NamedTuple):
    """The sentences of a text: their number, spans, and linear scores (float64, one row a sentence).

    ``whole`` are the scores of the text as one sentence by a second scorer, if there is one.
    """

    number: int
    spans: Spans
    scores: bytes | Floats
    whole: bytes | Floats | None = None

    def rows(self) -> Floats:
        """The scores as an array: sentences by columns."""
        return np.frombuffer(self.scores).reshape(self.number, -1)


class Scorer(Protocol):
    """The sentence model: TF-IDF over words and word pairs, then one linear score a column."""

    def read(self, text: str, limit: int, beside: Scorer | None = None) -> Scored:
        """Split a readable text into at most ``limit`` sentences and score each; ``beside`` scores the text as one sentence."""

    def score(self, texts: Sequence[str]) -> Floats:
        """Linear scores of texts in lower case, each as one sentence: texts by columns."""


def readable(text: str) -> str:
    """The text in lower case and of the same length, with tags blanked and a line break for each block element."""
    if "<" in text:
        text = _TAG.sub(lambda m: ("\n" if m.group(2).lower() in _BLOCK else " ").ljust(len(m.group())), text)
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(c if len(c.lower()) != 1 else c.lower() for c in text)
    return lowered


def without_repeats(text: str) -> str:
    """The text, of the same length, with every repeated sentence blanked."""
    one_stop = text
    for stop in _STOPS[1:]:
        one_stop = one_stop.replace(stop, _STOPS[0])
    pieces = one_stop.split(_STOPS[0])
    everything = list(filter(None, map(str.strip, pieces)))
    if len(set(everything)) == len(everything):
        return text
    seen: set[str] = set()
    kept: list[str] = []
    start = behind = 0
    for piece in pieces:
        end, said = start + len(piece), piece.strip()
        if said in seen:
            kept += (text[behind:start], " " * len(piece))
            behind = end
        elif said:
            seen.add(said)
        start = end + 1
    return "".join([*kept, text[behind:]])


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


def scorer(terms: Sequence[str], idf: Floats, weights: NDArray[np.int8], scales: NDArray[Any], intercepts: Floats) -> Scorer:
    """The fastest scorer that this installation has.

    ``terms`` has a word or pair of words for each row and ``idf`` a value; ``weights`` is rows by columns, each column to be
    multiplied by its value of ``scales``; ``intercepts`` has one value a column.
    """
    return (KernelScorer if native is not None else PlainScorer)(terms, idf, weights, scales, intercepts)


class PlainScorer:
    """The model in Python and numpy: one pass over the words finds the known n-grams, and one gather sums their weights."""

    def __init__(
        self, terms: Sequence[str], idf: Floats, weights: NDArray[np.int8], scales: NDArray[Any], intercepts: Floats
    ) -> None:
        self._vocabulary = {term: row for row, term in enumerate(terms)}
        # Pairs by their first word, so that no string is built for a lookup.
        self._pairs: dict[str, dict[str, int]] = {}
        for term, row in self._vocabulary.items():
            first, _, second = term.partition(" ")
            if second:
                self._pairs.setdefault(first, {})[second] = row
        self._idf = idf
        self._weights = weights
        self._scales = np.asarray(scales, dtype=np.float64)
        self._intercepts = intercepts

    def read(self, text: str, limit: int, beside: Scorer | None = None) -> Scored:
        """As ``Scorer`` says."""
        spans = sentences(text, limit)
        scores = self.score([text[start:end] for start, end in spans])
        whole = beside.score([text])[0] if beside is not None else None
        return Scored(len(spans), np.array(spans, dtype=np.int64), scores, whole)

    def score(self, texts: Sequence[str]) -> Floats:
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


class KernelScorer:
    """The same in C."""

    def __init__(
        self, terms: Sequence[str], idf: Floats, weights: NDArray[np.int8], scales: NDArray[Any], intercepts: Floats
    ) -> None:
        words = len(set(" ".join(terms).split(" ")))
        parts = (idf, weights.astype(np.int8), np.asarray(scales, dtype=np.float64), intercepts)
        self._kernel = native.Scorer(list(terms), words, *(part.tobytes() for part in parts))
        self._columns = len(intercepts)

    def read(self, text: str, limit: int, beside: Scorer | None = None) -> Scored:
        """As ``Scorer`` says: both score the text in one pass."""
        if isinstance(beside, KernelScorer):
            return Scored(*self._kernel.read(text, limit, beside._kernel))
        return Scored(*self._kernel.read(text, limit))

    def score(self, texts: Sequence[str]) -> Floats:
        """Linear scores of texts in lower case, each as one sentence: texts by columns."""
        return np.frombuffer(b"".join(map(self._kernel.score, texts))).reshape(-1, self._columns)
