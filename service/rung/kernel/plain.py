"""Functions of the compiled kernel in Python and numpy; buffers are bytes, as there."""

from __future__ import annotations

import numpy as np


def mean_shares(scores: bytes, columns: int) -> bytes:
    """The mean over the rows of the softmax of each.

    ``scores`` are float64, row by row; the result has one value a column.
    """
    rows = np.frombuffer(scores).reshape(-1, columns)
    shares = np.exp(rows - rows.max(axis=1, keepdims=True))
    return bytes((shares / shares.sum(axis=1, keepdims=True)).mean(axis=0).tobytes())


def sum_rows(rows: bytes, idf: bytes, weights: bytes, scales: bytes) -> bytes:
    """The idf of some rows, together of length one, times their weights: float64, one value a column.

    ``rows`` are int32, ``idf`` float32, ``weights`` int8, row by row, and ``scales`` float64, one a column.
    """
    by_column, numbers = np.frombuffer(scales), np.frombuffer(rows, np.int32)
    values = np.frombuffer(idf, np.float32)[numbers].astype(np.float64)
    sums = values @ np.frombuffer(weights, np.int8).reshape(-1, len(by_column))[numbers] * by_column
    return bytes((sums / (np.sqrt(values @ values) or 1.0)).tobytes())
