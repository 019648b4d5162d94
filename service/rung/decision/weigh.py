"""Weighing: what the title says and what the duties say, as log-odds, into probabilities of every cell of the grid.

The title gives shares; each way of finding them is believed so far and no further, so that clear duties can always outweigh them.
The duties give log-likelihood ratios, each with a factor and a cap, so that vague text never outweighs a clear title. The sum is a
score; calibration turns it into the confidence that is answered.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rung.grid import OTHER, Grid
from rung.text.reader import DutyReading
from rung.title.meaning import TitleReading


class Belief(NamedTuple):
    """How far a way of finding a title's meaning is believed, and how the rest is spread; all are shares of 1."""

    trust: float
    near: float
    beside: float
    other: float
    far: float


class Strength(NamedTuple):
    """A factor on log-odds, and the most that they may count for (``cap``) and against (``floor``, below 0)."""

    factor: float
    cap: float
    floor: float

    def of(self, log_odds: float) -> float:
        """The log-odds as they count."""
        counts = self.factor * log_odds
        return self.cap if counts > self.cap else self.floor if counts < self.floor else counts


def log_odds(probability: float) -> float:
    """The log-odds of a probability, within 20 of nought."""
    return math.log(probability / (1.0 - probability)) if 1e-9 < probability < 1 - 1e-9 else math.copysign(20.0, probability - 0.5)


class Calibration(NamedTuple):
    """A logistic curve from a score's log-odds to a probability, shifted by whether there is a text and how the title was found."""

    slope: float
    intercept: float
    text: float
    found: Mapping[str, float]

    def apply(self, probability: float, has_text: bool, found: str) -> float:
        """The calibrated probability, within 0.001 and 0.999."""
        slope, intercept, text, shifts = self
        score = slope * log_odds(probability) + intercept + (text if has_text else 0.0) + shifts.get(found, 0.0)
        calibrated = 1.0 / (1.0 + math.exp(-score))
        return 0.999 if calibrated > 0.999 else 0.001 if calibrated < 0.001 else calibrated


class WeighingWeights(NamedTuple):
    """The figures of ``weights.yaml`` that weighing uses."""

    title: Mapping[str, Belief]
    other: Mapping[str, float]
    usual: Mapping[str, float]
    usual_other: float
    level: Strength
    manager: Strength
    family: Strength
    several: float
    enough: float

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> WeighingWeights:
        """Read ``weights.yaml`` as plain data."""
        duties = data["duties"]
        return cls(
            title={k: Belief(**v) for k, v in data["title"].items()},
            other=data["other"],
            usual=data["usual"]["cells"],
            usual_other=data["usual"]["other"],
            level=Strength(**duties["level"]),
            manager=Strength(**duties["manager"]),
            family=Strength(**duties["family"]),
            several=duties["several"],
            enough=duties["enough"],
        )


class DutyOdds(NamedTuple):
    """What the text adds, in log-odds: to the graded family against all others, and to each cell against the others of the grid.

    ``cells`` has one value a cell, in the order of the grid.
    """

    family: float
    cells: Sequence[float]


def moved(prior: Mapping[str, float], cells: Sequence[str], odds: Sequence[float], family: float) -> dict[str, float]:
    """Probabilities after log-odds of each cell, and of the family against what is no cell (``other``).

    The odds of cells move probability within the family only; how much of it there is, the family's decide.
    """
    inside = [prior[cell] * math.exp(value) for cell, value in zip(cells, odds, strict=True)]
    graded = sum([prior[cell] for cell in cells]) * math.exp(family)
    whole, total = graded + prior[OTHER], sum(inside) or 1.0
    moved = dict(zip(cells, [p / total * graded / whole for p in inside], strict=True))
    moved[OTHER] = prior[OTHER] / whole
    return moved


class Weigher:
    """Weighs one title and one text on one grid."""

    def __init__(self, grid: Grid, weights: WeighingWeights) -> None:
        self._grid = grid
        self._weights = weights
        self._spread = {
            (found, cell): self._around(cell, belief) for found, belief in weights.title.items() for cell in (*grid.cells, OTHER)
        }
        self._places = [(grid.rank(cell) - 1, cell.endswith("/manager")) for cell in grid.cells]
        total = sum(weights.usual.values())
        self._usual = {cell: weights.usual.get(cell, 0.0) / total for cell in grid.cells}
        self._untitled = {c: p * (1 - weights.usual_other) for c, p in self._usual.items()} | {OTHER: weights.usual_other}

    def _around(self, cell: str, belief: Belief) -> dict[str, float]:
        """One cell's share as it is believed: most of it stays, the rest goes to what it is mistaken for."""
        grid = self._grid
        if cell == OTHER:
            spread = {c: belief.other / len(grid.cells) for c in grid.cells} | {OTHER: 1.0}
        else:
            level, track = cell.split("/")
            rank = grid.rank(cell)
            spread = {OTHER: belief.other}
            for c in grid.cells:
                same_level, distance = c.split("/")[0] == level, abs(grid.rank(c) - rank)
                spread[c] = (
                    belief.trust
                    if c == cell
                    else belief.near
                    if same_level
                    else belief.beside
                    if distance == 1 and c.endswith(track)
                    else belief.far
                )
        total = sum(spread.values())
        return {c: share / total for c, share in spread.items()}

    def title(self, reading: TitleReading | None) -> Mapping[str, float]:
        """The probabilities of the cells (and ``other``) by the title alone; what is usual where there is no title."""
        if reading is None:
            return self._untitled
        if reading.shares.get(OTHER, 0.0) >= 1.0:
            graded = self._weights.other[reading.found]
            return {**{c: p * graded for c, p in self._usual.items()}, OTHER: 1.0 - graded}
        out = dict.fromkeys((*self._grid.cells, OTHER), 0.0)
        for cell, share in reading.shares.items():
            if share:
                for c, p in self._spread[reading.found, cell].items():
                    out[c] += share * p
        return out

    def duties(self, reading: DutyReading | None) -> DutyOdds | None:
        """The log-odds that the text adds, as they count, less where it has few duties; ``None`` where there is no text."""
        if reading is None:
            return None
        weights = self._weights
        share = min(1.0, reading.amount / weights.enough)
        manager = weights.manager.of(reading.manager)
        factor, cap, floor = weights.level
        # Written out, since it is done for every level of every text.
        levels = [cap if (v := factor * value) > cap else floor if v < floor else v for value in reading.levels]
        cells = [share * (levels[at] + manager) if managing else share * levels[at] for at, managing in self._places]
        return DutyOdds(share * weights.family.of(reading.family), cells)

    def beside(self, odds: DutyOdds, title: TitleReading | None) -> DutyOdds:
        """The log-odds of a text beside its title: of one of several jobs they count less, since the text speaks of all of them."""
        if title is None or title.found != "several":
            return odds
        share = self._weights.several
        return DutyOdds(share * odds.family, [share * value for value in odds.cells])

    def move(self, prior: Mapping[str, float], odds: Sequence[float], family: float = 0.0) -> dict[str, float]:
        """Probabilities after log-odds of the cells in order, which move it within the family, and of the family."""
        return moved(prior, self._grid.cells, odds, family)

    def combine(self, prior: Mapping[str, float], duties: DutyOdds | None) -> dict[str, float]:
        """The probabilities of the cells by title and duties together."""
        return dict(prior) if duties is None else self.move(prior, duties.cells, duties.family)
