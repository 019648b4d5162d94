"""Quantisation: the weights of linear models as int8, so that a row of weights fits into one cache line."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_LARGEST = 127.0


def quantise(weights: NDArray[Any]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Weights (rows by columns) as int8, and the scale by which each column is multiplied to restore them."""
    scales = (np.abs(weights).max(axis=0) / _LARGEST).astype(np.float32)
    return np.rint(weights / scales.astype(np.float64)).clip(-_LARGEST, _LARGEST).astype(np.int8), scales
