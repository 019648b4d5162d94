"""Calibration: turns a score into a probability that matches the share of right answers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from rung.odds import log_odds


class Calibration(NamedTuple):
    """A logistic curve from the log-odds of a score to a probability.

    ``match_kind`` shifts it by how the title was matched, ``text`` if a statement of the text counts.
    """

    slope: float
    intercept: float
    text: float
    match_kind: Mapping[str, float]

    def apply(self, probability: float, stated: bool, match_kind: str) -> float:
        """The calibrated probability, within 0.001 and 0.999."""
        slope, intercept, text, shifts = self
        score = slope * log_odds(probability) + intercept + (text if stated else 0.0) + shifts.get(match_kind, 0.0)
        calibrated = 1.0 / (1.0 + math.exp(-score))
        return 0.999 if calibrated > 0.999 else 0.001 if calibrated < 0.001 else calibrated
