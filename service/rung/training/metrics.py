"""Measures of accuracy and calibration, as plain functions of arrays, and the bootstrap that gives each its interval.

Every measure takes arrays of equal length, one place a row, and gives a number; ``nan`` where the rows do not allow one (no row of
the kind that it speaks of). ``figure`` draws the rows again and again and gives the middle 95% of what comes out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Metric = Callable[..., float]

BINS = 10
_DRAWS = 1000
_SEED = 20
_INTERVAL = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value, its 95% bootstrap interval, and the number of rows; ``nan`` if it is not defined."""

    value: float
    low: float
    high: float
    rows: int

    def __str__(self) -> str:
        return "–" if np.isnan(self.value) else f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def figure(metric: Metric, *arrays: Array, draws: int = _DRAWS) -> Figure:
    """A measure of the rows with its interval; the same rows give the same interval."""
    count = len(arrays[0])
    value = metric(*arrays) if count else float("nan")
    if np.isnan(value):
        return Figure(value, value, value, count)
    random = np.random.default_rng(_SEED)
    drawn = [metric(*(a[places] for a in arrays)) for places in random.integers(0, count, (draws, count))]
    low, high = np.nanpercentile(drawn, _INTERVAL)
    return Figure(value, float(low), float(high), count)


def share(hits: Array) -> float:
    """The share of rows that hit."""
    return float(hits.mean()) if len(hits) else float("nan")


def share_of(hits: Array, among: Array) -> float:
    """The share of rows that hit among those that count."""
    total = among.sum()
    return float((hits & among).sum() / total) if total else float("nan")


def precision(truth: Array, found: Array) -> float:
    """The share of what was found that is true."""
    return share_of(truth, found)


def recall(truth: Array, found: Array) -> float:
    """The share of what is true that was found."""
    return share_of(found, truth)


def f1(truth: Array, found: Array) -> float:
    """The harmonic mean of precision and recall."""
    total = truth.sum() + found.sum()
    return float(2 * (truth & found).sum() / total) if total else float("nan")


def exact(truth: Array, found: Array) -> float:
    """The share of ranks that are right; a rank of 0 (no answer) is wrong."""
    return share(truth == found)


def within_one(truth: Array, found: Array) -> float:
    """The share of ranks that are right or one off; a rank of 0 (no answer) is wrong."""
    return share((np.abs(truth - found) <= 1) & (found > 0))


def kappa(truth: Array, found: Array) -> float:
    """Cohen's kappa with quadratic weights, over the rows that have a rank on both sides."""
    both = (truth > 0) & (found > 0)
    truth, found = truth[both], found[both]
    if not len(truth):
        return float("nan")
    # The expected squared distance is that of every truth with every answer.
    expected = np.mean(truth**2) + np.mean(found**2) - 2.0 * np.mean(truth) * np.mean(found)
    return float(1.0 - np.mean((truth - found) ** 2.0) / expected) if expected else float("nan")


def spearman(truth: Array, found: Array) -> float:
    """The rank correlation; ties share their mean rank."""
    if len(np.unique(truth)) < 2 or len(np.unique(found)) < 2:
        return float("nan")
    return float(np.corrcoef(_ranks(truth), _ranks(found))[0, 1])


def _ranks(values: Array) -> Array:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Array = (np.cumsum(count) - (count - 1) / 2)[place]
    return ranks


def brier(confidence: Array, right: Array) -> float:
    """The mean squared distance of the confidence from what came true."""
    return float(np.mean((confidence - right) ** 2)) if len(right) else float("nan")


def gap(confidence: Array, right: Array) -> float:
    """The mean confidence less the share right: above 0 it promises too much."""
    return float(np.mean(confidence) - np.mean(right)) if len(right) else float("nan")


@dataclass(frozen=True, slots=True)
class Bin:
    """Rows of like confidence: how many, their mean confidence, and the share of them that is right."""

    rows: int
    confidence: float
    right: float


def reliability(confidence: Array, right: Array, bins: int = BINS) -> list[Bin]:
    """The rows by confidence in bins of equal mass."""
    order = np.argsort(confidence, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return [Bin(len(part), float(confidence[part].mean()), float(right[part].mean())) for part in parts]


def ece(confidence: Array, right: Array, bins: int = BINS) -> float:
    """The expected calibration error: the mean distance of confidence from the share right, over bins of equal mass."""
    if not len(right):
        return float("nan")
    return sum(b.rows * abs(b.confidence - b.right) for b in reliability(confidence, right, bins)) / len(right)


def ece_by_chance(confidence: Array, right: Array, draws: int = 200, bins: int = BINS) -> float:
    """The calibration error that perfectly calibrated confidences would show on these rows, by chance alone.

    Rows that are right or wrong are drawn again; what is a share between the two is no chance and stands as it was promised.
    """
    random = np.random.default_rng(_SEED)
    shared = (right > 0.0) & (right < 1.0)
    drawn = np.where(shared, confidence, random.random((draws, len(confidence))) < confidence)
    return float(np.mean([ece(confidence, each, bins) for each in drawn]))


def accuracy_at(coverage: float) -> Metric:
    """The measure 'share right among the most confident rows', for one coverage (share of rows answered)."""

    def at(confidence: Array, right: Array) -> float:
        kept = max(1, round(coverage * len(right)))
        return share(right[np.argsort(-confidence, kind="stable")[:kept]])

    return at
