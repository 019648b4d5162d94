"""What official titles mean: the meanings of their words, which are data, added up.

The meanings of words were found on all kinds of English text, so they also bring words together that share no title.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rung.numeric import unit
from rung.title.occupation import SCHEMES
from rung.title.occupation_points import Points, term_key
from rung.training.occupation_tables import Tables


def word_meanings(tables: Tables) -> dict[str, NDArray[Any]]:
    """The arrays of ``Points`` for the words that have a meaning; a word counts more the fewer official titles have it."""
    official = [title for scheme in SCHEMES for title in tables.titles[scheme] if title.source != "vacancy"]
    counts = Counter(word for title in official for word in dict.fromkeys(tables.words.cut(title.text)))
    words = sorted(tables.meanings, key=term_key)
    shares = [tables.settings["terms"]["light_share"] if word in tables.light else 1.0 for word in words]
    seen = np.array([counts[word] for word in words])
    return {
        "keys": np.array([term_key(word) for word in words], np.uint64),
        "idf": ((np.log((len(official) + 1) / (1 + seen)) + 1) * shares).astype(np.float32),
        "vectors": np.stack([tables.meanings[word] for word in words]),
        "scales": np.ones(len(words), np.float32),
    }


def title_meanings(meanings: Points, titles: Sequence[Sequence[str]], shares: NDArray[np.float64]) -> dict[str, NDArray[Any]]:
    """What titles (the words of each) mean, in eight bits; ``shares``: what the likeness with each counts."""
    means = unit(np.stack([meanings.of(words) for words in titles]))
    scales = np.maximum(np.abs(means).max(1), 1e-9) / 127  # a title without a known word means nothing
    return {
        "meaning_weights": np.round(means / scales[:, None]).astype(np.int8).T,
        "meaning_scales": (scales * shares).astype(np.float32),
    }
