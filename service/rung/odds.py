"""Log-odds of probabilities, the scale on which evidence adds up."""

from __future__ import annotations

import math

_LEAST = 1e-9  # keeps the logarithm finite


def log_odds(probability: float, least: float = _LEAST) -> float:
    """The natural log-odds of a probability, which counts as at least ``least`` and at most 1 minus that."""
    held = min(1.0 - least, max(least, probability))
    return math.log(held / (1.0 - held))
