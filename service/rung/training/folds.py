"""Folds that keep sources whole: what is measured on a fold was fitted without any row of its sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FOLDS = 5


def source_folds(sources: Sequence[str], folds: int = FOLDS) -> NDArray[np.int64]:
    """The fold of each row, numbered from 0, by its source: whole sources, the largest first, each into the smallest fold."""
    rows = [0] * folds
    fold: dict[str, int] = {}
    for source, count in sorted(Counter(sources).items(), key=lambda item: (-item[1], item[0])):
        fold[source] = rows.index(min(rows))
        rows[fold[source]] += count
    return np.array([fold[source] for source in sources], dtype=np.int64)
