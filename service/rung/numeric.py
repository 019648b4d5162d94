"""What the modules that use numpy share: the type of their arrays, the softmax, and vectors of length 1."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def softmax(scores: Floats) -> Floats:
    """Probabilities from scores, along the last axis; the result has the shape of ``scores``."""
    exp = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(exp / exp.sum(axis=-1, keepdims=True))


def unit(vectors: NDArray[Any]) -> NDArray[Any]:
    """The vectors along the last axis, each divided by its length; the result has the shape of ``vectors``."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))
