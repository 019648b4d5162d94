"""Splitting texts into sentences, and scoring each with the sentence model.

``KernelScorer`` does it in C, if the package was built with a compiler (docs/decisions/0006-compiled-kernel.md), and otherwise
``rung.text.plain_scorer`` in Python and numpy; a test holds the two equal to 1e-9 for all of Unicode.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from rung.arrays import Array
from rung.kernel import native
from rung.markup import without_markup

_STOPS = ".!?;\n\r•"  # where repeats are cut; a stop inside a sentence only makes the pieces shorter


class Scored(NamedTuple):
    """The sentences of a text: their number, spans, and linear scores.

    ``spans`` are bytes of int64, a pair a sentence; ``scores`` are bytes of float64, one row a sentence. ``whole`` are the scores
    of the text as one sentence by a second scorer, if there is one.
    """

    number: int
    spans: bytes
    scores: bytes
    whole: bytes | None = None


class Scorer(Protocol):
    """The sentence model: TF-IDF over words and word pairs, then one linear score a column."""

    def read(self, text: str, limit: int, beside: Scorer | None = None) -> Scored:
        """Split a readable text into at most ``limit`` sentences and score each; ``beside`` scores the text as one sentence."""

    def score(self, text: str) -> bytes:
        """The linear scores of a text in lower case as one sentence: float64, one a column."""


def sentence_places(spans: bytes) -> list[tuple[int, int]]:
    """Where each sentence starts and ends."""
    ends = iter(memoryview(spans).cast("q"))
    return list(zip(ends, ends, strict=True))


def readable(text: str) -> str:
    """The text in lower case and of the same length, without its markup."""
    text = without_markup(text)
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


def scorer(terms: Sequence[str], idf: Array, weights: Array, scales: Array, intercepts: Array) -> Scorer:
    """The fastest scorer that this installation has.

    ``terms`` has a word or pair of words for each row and ``idf`` a value; ``weights`` (int8) is rows by columns, each column to be
    multiplied by its value of ``scales``; ``intercepts`` has one value a column.
    """
    if native is not None:
        return KernelScorer(terms, idf, weights, scales, intercepts)
    from rung.text.plain_scorer import PlainScorer  # noqa: PLC0415 - numpy is loaded only where there is no kernel

    return PlainScorer(terms, idf, weights, scales, intercepts)


class KernelScorer:
    """The model in C."""

    def __init__(self, terms: Sequence[str], idf: Array, weights: Array, scales: Array, intercepts: Array) -> None:
        words = len(set(" ".join(terms).split(" ")))
        idf_bytes, *others = (array("d", values.tolist()).tobytes() for values in (idf, scales, intercepts))
        self._kernel = native.Scorer(list(terms), words, idf_bytes, weights.tobytes(), *others)

    def read(self, text: str, limit: int, beside: Scorer | None = None) -> Scored:
        """As ``Scorer`` says: both score the text in one pass."""
        if isinstance(beside, KernelScorer):
            return Scored(*self._kernel.read(text, limit, beside._kernel))
        return Scored(*self._kernel.read(text, limit))

    def score(self, text: str) -> bytes:
        """As ``Scorer`` says."""
        return self._kernel.score(text)
