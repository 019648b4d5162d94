"""The weights of linear models in eight bits a figure: a quarter of the memory, and a row in one line of a processor's cache."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_LARGEST = 127.0


def eight_bits(weights: NDArray[Any]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """The weights, rows by columns, as int8, and by what each column is multiplied to have them back."""
    scales = (np.abs(weights).max(axis=0) / _LARGEST).astype(np.float32)
    return np.rint(weights / scales.astype(np.float64)).clip(-_LARGEST, _LARGEST).astype(np.int8), scales
