"""A multinomial linear model of thousands of classes over sparse rows: gradient descent, one rate per feature, then pruning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

_SEED = 20
_FIRST_SQUARE = 1e-4


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights by feature: of feature f the classes ``classes[rows[f]:rows[f + 1]]``, each with weight × the feature's scale."""

    rows: NDArray[np.uint32]
    classes: NDArray[np.uint16]
    weights: NDArray[np.int8]
    scales: NDArray[np.float32]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by the names that serving gives them."""
        return {
            "linear_rows": self.rows,
            "linear_classes": self.classes,
            "linear_weights": self.weights,
            "linear_scales": self.scales,
        }


def train_linear(
    matrix: Any, classes: NDArray[Any], count: int, shares: NDArray[np.float64], settings: Mapping[str, float]
) -> Linear:
    """Train on n rows (n × features, sparse) of ``count`` classes, row i weighing ``shares[i]``; deterministic."""
    scale = settings["scale"]
    weights = _descend((matrix * scale).astype(np.float32).tocsr(), classes, count, shares.astype(np.float32), settings)
    # A constant added to all classes of a feature changes no probability: around the median most weights are next to nothing.
    weights -= np.median(weights, axis=1, keepdims=True)
    return _pruned(weights * np.float32(scale), settings["prune"])


def _descend(
    matrix: Any, classes: NDArray[Any], count: int, shares: NDArray[np.float32], settings: Mapping[str, float]
) -> NDArray[np.float32]:
    random = np.random.default_rng(_SEED)
    weights = np.zeros((matrix.shape[1], count), np.float32)
    squares = np.full((matrix.shape[1], 1), _FIRST_SQUARE, np.float32)
    batch = int(settings["batch"])
    for _ in range(int(settings["epochs"])):
        order = random.permutation(matrix.shape[0])
        for start in range(0, len(order), batch):
            drawn = order[start : start + batch]
            rows = matrix[drawn]
            features, places = np.unique(rows.indices, return_inverse=True)
            part = sparse.csr_matrix((rows.data, places, rows.indptr), shape=(len(drawn), len(features)))
            error = _softmax(part @ weights[features])
            error[np.arange(len(drawn)), classes[drawn]] -= 1.0
            error *= shares[drawn][:, None]
            gradient = (part.T @ error) / np.float32(len(drawn))
            squares[features] += (gradient**2).sum(1, keepdims=True)
            weights[features] -= np.float32(settings["rate"]) * gradient / np.sqrt(squares[features])
    return weights


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    scores -= scores.max(1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(1, keepdims=True)
    return scores


def _pruned(weights: NDArray[np.float32], least: float) -> Linear:
    weights[np.abs(weights) < least] = 0.0
    scales = np.maximum(np.abs(weights).max(1), 1e-9) / 127
    kept = sparse.csr_matrix(np.round(weights / scales[:, None]).astype(np.int8))
    return Linear(kept.indptr.astype(np.uint32), kept.indices.astype(np.uint16), kept.data, scales.astype(np.float32))
