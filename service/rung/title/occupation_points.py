"""Titles as points: each term of a title, and each piece of its words, has a vector; their weighted sum is where the title stands.

Titles of like jobs stand in like directions, also where they share no word. ``training/occupation_points`` trains the vectors
on the titles of both schemes together, so that each learns from the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rung.numeric import Floats

POINTS = "points"
MEANINGS = "meanings"  # what words mean in all kinds of text, as points, too
POINT_ARRAYS = ("keys", "idf", "vectors", "scales")


def terms_of(words: Sequence[str]) -> list[str]:
    """The distinct terms of some words: each word, and each two that stand together."""
    return list(dict.fromkeys([*words, *(f"{a} {b}" for a, b in pairwise(words))]))


def pieces_of(words: Sequence[str], lengths: Sequence[int]) -> list[str]:
    """The distinct runs of letters of some words, by length; ``<`` and ``>`` are the ends of a word, ``#`` marks a piece."""
    marked = [f"<{word}>" for word in dict.fromkeys(words)]
    return list(dict.fromkeys(f"#{w[at : at + n]}" for w in marked for n in lengths for at in range(len(w) - n + 1)))


def term_key(term: str) -> int:
    """The 64-bit key that stands for a term in the arrays."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "big")


def weigh(words: Sequence[str], places: Callable[[Sequence[str]], Any], idf: NDArray[Any], lengths: Sequence[int]) -> Any:
    """The places of a title's known terms and pieces, and their values, which make a unit vector.

    ``places`` gives those of known texts. Pieces count less the more a title has.
    """
    terms, pieces = (np.asarray(places(texts), np.int64) for texts in (terms_of(words), pieces_of(words, lengths)))
    values = np.concatenate([idf[terms], idf[pieces] / max(len(pieces), 1) ** 0.5]).astype(np.float64)
    return np.concatenate([terms, pieces]), values / max(float(np.sqrt(values @ values)), 1e-9)


class Points:
    """Finds the points of titles; ``arrays`` has every name of ``POINT_ARRAYS``, sorted by key."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], lengths: Sequence[int]) -> None:
        self._arrays, self._lengths = arrays, lengths

    def of(self, words: Sequence[str]) -> Floats:
        """The point of a title; the origin where nothing of it is known."""
        arrays = self._arrays
        places, values = weigh(words, self._places, arrays["idf"], self._lengths)
        return np.asarray((values * arrays["scales"][places]) @ arrays["vectors"][places].astype(np.float64))

    def _places(self, texts: Sequence[str]) -> NDArray[np.int64]:
        known, wanted = self._arrays["keys"], np.array([term_key(text) for text in texts], np.uint64)
        found = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        return np.asarray(found[known[found] == wanted])
