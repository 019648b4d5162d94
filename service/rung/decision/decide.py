"""Deciding: calibrated probabilities into one answer, a range, or an abstention with the one question that would decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from rung.decision.weigh import Calibration
from rung.grid import OTHER, Grid
from rung.types import Confidences, Range, Status

_QUESTIONS = 4096  # pairs of an answer and its rival, by head, of which the question is remembered
Calibrated = Callable[[str, float], float]  # the name of a calibration and a probability into a confidence


class DecisionWeights(NamedTuple):
    """The figures of ``weights.yaml`` that deciding uses; all but ``alternatives`` are probabilities, 0 to 1."""

    clear_title: float
    clear_text: float
    out_of_family: float
    range_mass: float
    alternatives: int
    alternative_floor: float


class Question(NamedTuple):
    """A question and where it is asked: between two levels, tracks or family and other; ``head`` restricts it to one job."""

    ask: str
    between: frozenset[str]
    head: str | None
    same_level: bool

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Question:
        """Read one record of ``sayings.yaml``."""
        return cls(data["ask"], frozenset(data.get("between", ())), data.get("head"), data.get("same_level", False))


class Decision(NamedTuple):
    """The decision: status, cell (``None``: out of the family), confidences, range and the other cells by probability.

    ``confidences`` and ``alternatives`` may be missing where nobody asked for more than the answer.
    """

    status: Status
    cell: str | None
    confidence: float
    confidences: Confidences | None
    range: Range
    alternatives: tuple[tuple[str, float], ...]


class Decider:
    """Decides on one grid, with one calibration each for the joint answer, the family, the level and the track."""

    def __init__(
        self, grid: Grid, weights: DecisionWeights, calibrations: Mapping[str, Calibration], questions: Sequence[Question]
    ) -> None:
        self._grid = grid
        self._weights = weights
        self._calibrations = calibrations
        self._questions = tuple(questions)
        self._parts_of = {cell: tuple(cell.split("/")) for cell in grid.cells}
        self._cells_of = {
            name: [c for c, parts in self._parts_of.items() if name in parts] for parts in self._parts_of.values() for name in parts
        }
        self._alone = {cell: Range((level,), (track,)) for cell, (level, track) in self._parts_of.items()}
        self._question = lru_cache(maxsize=_QUESTIONS)(self._question_afresh)

    def decide(
        self,
        probabilities: Mapping[str, float],
        *,
        has_text: bool,
        found: str,
        head: str | None,
        min_confidence: float | None,
        explain: bool = True,
    ) -> Decision:
        """The answer for the probabilities of cells and ``other``; below ``min_confidence`` it is ``ambiguous`` in any case.

        Without ``explain`` it may lack the alternatives and the confidences of its parts.
        """

        def calibrated(name: str, probability: float) -> float:
            return round(self._calibrations[name].apply(probability, has_text, found), 4)

        best = self.best(probabilities)
        clear = probabilities[best] >= (self._weights.clear_text if has_text else self._weights.clear_title)
        joint = calibrated("joint", probabilities[best])
        doubted = min_confidence is not None and joint < min_confidence
        open_question = probabilities[best] < self._weights.range_mass or doubted
        wanted = self._weights.alternatives if explain or doubted else 1  # the strongest rival tells what to ask
        others = self._others(probabilities, best, joint, wanted) if explain or open_question else ()
        if best == OTHER and not (doubted and others):
            beyond = Confidences(round(1.0 - calibrated("family", 1.0 - probabilities[OTHER]), 4)) if explain else None
            return Decision("out_of_family", None, joint, beyond, Range(), others)
        if best == OTHER:
            # Below the confidence that was asked for, the best guess within the family is offered with the question.
            best, joint, clear = others[0][0], others[0][1], False
            others = self._others(probabilities, best, joint, wanted)
            open_question = True
        question = self._question(best, others[0][0], head) if open_question and others else None
        status: Status = "classified" if clear and not doubted else "ambiguous"
        shown = self._range(probabilities, best, question)
        confidences = self._parts(probabilities, best, joint, calibrated) if explain else None
        return Decision(status, best, joint, confidences, shown, others)

    def best(self, probabilities: Mapping[str, float]) -> str:
        """The answer: ``other`` where it alone is likely enough, else the likeliest cell of the family."""
        if probabilities[OTHER] > self._weights.out_of_family:
            return OTHER
        return max(self._grid.cells, key=probabilities.__getitem__)

    def _parts(self, probabilities: Mapping[str, float], cell: str, joint: float, calibrated: Calibrated) -> Confidences:
        """The confidences that the family, the level and the track of a cell are right, where all are with ``joint``."""
        level, track = self._parts_of[cell]
        by_level = sum([probabilities[c] for c in self._cells_of[level]])
        by_track = sum([probabilities[c] for c in self._cells_of[track]])
        parts = {"family": 1.0 - probabilities[OTHER], "level": min(1.0, by_level), "track": min(1.0, by_track)}
        # Each is calibrated by itself; that a part is right is never less likely than that all are.
        return Confidences(*[max(calibrated(name, probability), joint) for name, probability in parts.items()])

    def _others(self, probabilities: Mapping[str, float], best: str, joint: float, count: int) -> tuple[tuple[str, float], ...]:
        """So many of the next likeliest cells; together with the answer their probabilities stay within 1."""
        others = [(p, c) for c, p in probabilities.items() if c != best]
        scale = (1.0 - joint) / (sum([p for p, _ in others]) or 1.0)
        ranked = sorted(others, reverse=True)[:count] if count > 1 else [max(others)]
        return tuple([(c, round(p * scale, 4)) for p, c in ranked if p * scale >= self._weights.alternative_floor])

    def _range(self, probabilities: Mapping[str, float], best: str, question: str | None) -> Range:
        """The likeliest cells that together reach the range's mass of the family's probability; always the answer's own."""
        if question is None:
            return self._alone[best]
        cells = sorted(self._grid.cells, key=probabilities.__getitem__, reverse=True)
        wanted, mass, kept = self._weights.range_mass * sum([probabilities[c] for c in cells]), 0.0, []
        for cell in (best, *[c for c in cells if c != best]):
            kept.append(self._parts_of[cell])
            mass += probabilities[cell]
            if mass >= wanted:
                break
        levels = sorted({level for level, _ in kept}, key=lambda level: self._grid.levels[level].rank)
        return Range(tuple(levels), tuple(sorted({track for _, track in kept})), question)

    def _question_afresh(self, best: str, rival: str, head: str | None) -> str | None:
        """The question between the answer and its strongest rival."""
        same_level = False
        if OTHER in (best, rival):
            words = frozenset({"family", "other"})
        else:
            (level, track), (other_level, other_track) = self._parts_of[best], self._parts_of[rival]
            same_level = level == other_level
            words = frozenset({level, other_level, track, other_track})
        for question in self._questions:
            if question.between <= words and question.head in (None, head) and (same_level or not question.same_level):
                return question.ask
        return None
