"""Deciding: turns probabilities into one answer, or a range with the question that would settle it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from rung.decision.calibration import Calibration
from rung.grid import OTHER, Cell, Grid
from rung.types import Confidences, Open, Status

_QUESTIONS = 4096  # pairs of an answer and its rival, by head, whose question is cached
_FAMILY = frozenset({"family", "other"})  # what a question is between if the family is open


class DecisionWeights(NamedTuple):
    """The figures of ``weights.yaml`` that deciding uses; all but ``alternatives`` are probabilities, 0 to 1."""

    threshold: float
    other_family: float
    range_mass: float
    alternatives: int
    alternative_floor: float


class Question(NamedTuple):
    """A question between two levels, two tracks, or the family and another; ``head`` restricts it to titles with that head."""

    ask: str
    between: frozenset[str]
    head: str | None
    same_level: bool

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Question:
        """Read one record of ``sayings.yaml``."""
        return cls(data["ask"], frozenset(data.get("between", ())), data.get("head"), data.get("same_level", False))


class Decision(NamedTuple):
    """The decision: the answer's cell, its calibrated confidence, and what is open.

    ``scores`` are the uncalibrated probabilities. For one clear answer, ``about`` is empty and ``question`` is ``None``. ``cells``
    are the possible cells, the answer's first. ``confidences`` are those of family, level and track. ``expected_rank`` is the mean
    rank under the calibrated probabilities of the family's cells, rounded to two digits, and 0 for a job of another family.
    """

    status: Status
    cell: Cell
    confidence: float
    about: tuple[Open, ...]
    cells: tuple[Cell, ...]
    question: str | None
    scores: Mapping[Cell, float]
    confidences: Confidences
    expected_rank: float


class Decider:
    """Decides on one grid, with one calibration each for the joint answer, the family, the level and the track."""

    def __init__(
        self, grid: Grid, weights: DecisionWeights, calibrations: Mapping[str, Calibration], questions: Sequence[Question]
    ) -> None:
        self._grid = grid
        self._weights = weights
        self._calibrations = calibrations
        self._questions = tuple(questions)
        self._question = lru_cache(maxsize=_QUESTIONS)(self._find_question)

    def decide(
        self,
        scores: Mapping[Cell, float],
        *,
        stated: bool,
        match_kind: str,
        head: str | None,
        min_confidence: float | None,
    ) -> Decision:
        """The decision for the probabilities of cells and ``OTHER``: ``classified`` if its confidence reaches the threshold.

        ``stated``: a statement of the text counts. ``min_confidence`` replaces the threshold.
        """
        best, confidence = self.best(scores), self.confidence(scores, stated=stated, match_kind=match_kind)
        confidences = self._confidences(scores, best, confidence, stated, match_kind)
        expected = 0.0 if best == OTHER else self._expected_rank(calibrated(scores, best, confidence))
        if confidence >= (self._weights.threshold if min_confidence is None else min_confidence):
            return Decision("classified", best, confidence, (), (best,), None, scores, confidences, expected)
        cells = self._open_cells(scores, best)
        about = self._about(cells)
        question = self._question(best, cells[1], head)
        return Decision("ambiguous", best, confidence, about, cells, question, scores, confidences, expected)

    def best(self, scores: Mapping[Cell, float]) -> Cell:
        """The best answer: ``OTHER`` if it is likely enough, else the most likely cell of the family."""
        if scores[OTHER] > self._weights.other_family:
            return OTHER
        return max(self._grid.cells, key=scores.__getitem__)

    def confidence(self, scores: Mapping[Cell, float], *, stated: bool, match_kind: str) -> float:
        """The calibrated probability of the answer; for ``OTHER``, one minus that of the family."""
        best = self.best(scores)
        if best == OTHER:
            return round(1.0 - self._calibrated("family", 1.0 - scores[OTHER], stated, match_kind), 4)
        return self._calibrated("joint", scores[best], stated, match_kind)

    def probabilities(self, decision: Decision) -> dict[Cell, float]:
        """The calibrated probability of every cell and ``OTHER``."""
        return calibrated(decision.scores, decision.cell, decision.confidence)

    def _expected_rank(self, probabilities: Mapping[Cell, float]) -> float:
        inside = [(self._grid.rank(cell), probabilities[cell]) for cell in self._grid.cells]
        return round(sum(rank * p for rank, p in inside) / sum(p for _, p in inside), 2)

    def _confidences(self, scores: Mapping[Cell, float], cell: Cell, joint: float, stated: bool, match_kind: str) -> Confidences:
        """The confidences of family, level and track; each is at least the joint one."""
        if cell == OTHER:
            return Confidences(joint)
        inside = self._calibrated("family", 1.0 - scores[OTHER], stated, match_kind)
        by_level = sum(scores[c] for c in self._grid.cells if c.level == cell.level)
        by_track = sum(scores[c] for c in self._grid.cells if c.track == cell.track)
        level, track = (
            self._calibrated(name, min(1.0, p), stated, match_kind) for name, p in (("level", by_level), ("track", by_track))
        )
        return Confidences(max(inside, joint), max(level, joint), max(track, joint))

    def alternatives(self, decision: Decision) -> tuple[tuple[Cell, float], ...]:
        """The next most likely cells, none more likely than the answer; all probabilities together are at most 1."""
        most = decision.confidence  # calibration may leave the answer with less than another cell
        others = [(min(p, most), cell) for cell, p in self.probabilities(decision).items() if cell != decision.cell]
        likely = sorted(others, reverse=True)[: self._weights.alternatives]
        return tuple((cell, round(p, 4)) for p, cell in likely if p >= self._weights.alternative_floor)

    def _calibrated(self, name: str, probability: float, stated: bool, match_kind: str) -> float:
        return round(self._calibrations[name].apply(probability, stated, match_kind), 4)

    def _open_cells(self, scores: Mapping[Cell, float], best: Cell) -> tuple[Cell, ...]:
        """The answer and the most likely other cells: as many as reach the mass of a range, and at least one."""
        kept, mass = [best], scores[best]
        for cell in sorted((c for c in scores if c != best), key=scores.__getitem__, reverse=True):
            if len(kept) > 1 and mass >= self._weights.range_mass:
                break
            kept.append(cell)
            mass += scores[cell]
        return tuple(kept)

    @staticmethod
    def _about(cells: Sequence[Cell]) -> tuple[Open, ...]:
        """What differs between cells; ``OTHER`` differs in the family only."""
        inside = [cell for cell in cells if cell != OTHER]
        about: list[Open] = ["family"] if len(inside) < len(cells) else []
        if len({cell.level for cell in inside}) > 1:
            about.append("level")
        if len({cell.track for cell in inside}) > 1:
            about.append("track")
        return tuple(about)

    def _find_question(self, best: Cell, rival: Cell, head: str | None) -> str | None:
        """The question between the answer and its strongest rival."""
        same_level = best.level == rival.level
        words = _FAMILY if OTHER in (best, rival) else frozenset({best.level, rival.level, best.track, rival.track})
        for question in self._questions:
            if question.between <= words and question.head in (None, head) and (same_level or not question.same_level):
                return question.ask
        return None


def calibrated(scores: Mapping[Cell, float], answer: Cell, confidence: float) -> dict[Cell, float]:
    """Probabilities in which the answer has its confidence and the other cells share the rest, in proportion to their scores."""
    rest = 1.0 - scores[answer] or 1.0
    scale = (1.0 - confidence) / rest
    return {cell: p * scale for cell, p in scores.items()} | {answer: confidence}
