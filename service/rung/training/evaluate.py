"""Evaluation: the answers to labelled rows, and figures of them (``rung.training.metrics``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from rung.decision.weigh import Weighed
from rung.errors import InvalidQuery
from rung.grid import Cell, Grid
from rung.normaliser import Normaliser
from rung.training import metrics
from rung.training.gold import OTHER, UNREADABLE, GoldFile, GoldRow
from rung.training.metrics import Array, Figure, figure
from rung.types import Result

COVERAGES = (0.8, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class Answer:
    """A labelled row and its answer.

    ``guess`` is the best guess as a label of the row's form, ``""`` if nothing could be read. ``graded_guess`` is the best cell of
    the grid, even if the answer is of another family. ``shown`` are the cells of range and alternatives. ``confidence`` is that of
    the guess; if the guess is only "another family", it is not that of the answer, which also has a level and a track. A baseline
    gives its score. ``expected_rank`` is the mean rank for jobs of the graded family; if it is 0, the rank of ``graded_guess``
    counts.
    """

    row: GoldRow
    status: str
    guess: str
    graded_guess: str
    confidence: float
    shown: frozenset[str] = frozenset()
    expected_rank: float = 0.0

    @property
    def right(self) -> bool:
        """Whether the best guess is the row's own label."""
        return self.guess == self.row.label

    @property
    def share(self) -> float:
        """The share of careful readers who would give this answer; ``nan`` if the row has no shares."""
        readers = self.row.readers
        return readers.get(self.guess, 0.0) if readers else float("nan")

    @property
    def stands(self) -> bool:
        """Whether the answer is not an abstention."""
        return self.status == "classified"


class Classifier(Protocol):
    """Anything that answers labelled rows: the normaliser, or a baseline."""

    def __call__(self, rows: Sequence[GoldRow]) -> list[Answer]:
        """One answer a row, in order."""


def normaliser_answers(normaliser: Normaliser) -> Classifier:
    """The normaliser as a classifier of labelled rows."""

    def answer(row: GoldRow) -> Answer:
        try:
            result = normaliser.classify(replace(row.query, include=("alternatives",)))
        except InvalidQuery:
            return Answer(row, "unreadable", UNREADABLE, UNREADABLE, 0.0)
        guess = _guess(result, row)
        weighed = normaliser.weigh(row.query)
        graded, expected = _graded(normaliser, weighed)
        confidence = _confidence(normaliser, result, guess, weighed)
        return Answer(row, _status(normaliser, result, guess, confidence), guess, graded, confidence, _shown(result, row), expected)

    return lambda rows: [answer(row) for row in rows]


def _confidence(normaliser: Normaliser, result: Result, guess: str, weighed: Weighed) -> float:
    """The confidence of the guess: that of the answer, or that the job is of any family but the graded one."""
    if guess == OTHER and weighed.probabilities:
        scores, kind = weighed.probabilities, weighed.match_kind
        return normaliser.decider.confidence(scores, stated=weighed.stated, match_kind=kind)
    return result.confidence or 0.0


def _graded(normaliser: Normaliser, weighed: Weighed) -> tuple[str, float]:
    """The most likely cell of the grid and the mean rank of its cells, whatever the probability of the family."""
    probabilities, grid = weighed.probabilities, normaliser.grid
    inside = {cell: probabilities.get(cell, 0.0) for cell in grid.cells}
    total = sum(inside.values())
    expected = sum(grid.rank(cell) * p for cell, p in inside.items()) / total if total else 0.0
    return str(max(inside, key=inside.__getitem__)), expected


def _status(normaliser: Normaliser, result: Result, guess: str, confidence: float) -> str:
    """The status; "another family" counts as classified if that is certain enough, even if it is open which one."""
    certain = confidence >= normaliser.pipeline.thresholds["classified"] or normaliser.lexicon.graded not in result.range.families
    return "classified" if guess == OTHER and certain else result.status


def _guess(result: Result, row: GoldRow) -> str:
    """The answer as a label of the row's form."""
    if result.status == "unreadable" or result.family is None:
        return UNREADABLE
    if row.form == "any":
        return f"{result.family.id}/{result.level.id if result.level else ''}/{result.track or ''}"
    return f"{result.level.id}/{result.track}" if result.level and result.family.graded else OTHER


def _shown(result: Result, row: GoldRow) -> frozenset[str]:
    ranged = {f"{level}/{track}" for level in result.range.levels for track in result.range.tracks}
    others = {f"{a.level}/{a.track}" if a.level else OTHER for a in result.alternatives or ()}
    return frozenset(ranged | others | {_guess(result, row)})


def flags(answers: Sequence[Answer], test: Callable[[Answer], bool]) -> Array:
    """A truth value for each answer."""
    return np.array([test(a) for a in answers], dtype=bool)


def confidences(answers: Sequence[Answer]) -> Array:
    """The confidence of each answer."""
    return np.array([a.confidence for a in answers], dtype=float)


def ranks(grid: Grid, cells: Sequence[str]) -> Array:
    """The rank of each cell, 0 for what has none."""
    return np.array([grid.rank(Cell.parse(grid.family, cell)) if "/" in cell else 0 for cell in cells], dtype=int)


def targets(answers: Sequence[Answer]) -> dict[str, Figure]:
    """The figures that targets are set for, on one file."""
    sure = [a for a in answers if a.row.sure]
    unsure = [a for a in answers if not a.row.sure]
    others = [a for a in sure if not a.row.graded]
    return {
        "joint, sure": figure(metrics.share, flags(sure, lambda a: a.right and a.stands)),
        "accepted, unsure": figure(metrics.share, flags(unsure, lambda a: a.guess in a.row.accept)),
        "other classified, sure": figure(metrics.share, flags(others, lambda a: a.stands and a.guess != OTHER)),
        "abstained, sure": figure(metrics.share, flags(sure, lambda a: not a.stands)),
    }


def hedging(answers: Sequence[Answer]) -> dict[str, Figure]:
    """Figures of rows on which careful readers may differ."""
    unsure = [a for a in answers if not a.row.sure]
    sure = [a for a in answers if a.row.sure]
    return {
        "all accepted shown, unsure": figure(metrics.share, flags(unsure, lambda a: set(a.row.accept) <= a.shown)),
        "confidence, sure": figure(metrics.share, confidences(sure)),
        "confidence, unsure": figure(metrics.share, confidences(unsure)),
    }


def duties_alone(answers: Sequence[Answer], grid: Grid) -> dict[str, Figure]:
    """Figures of texts without titles; levels and tracks over all jobs of the graded family, whatever the answer."""
    graded = [a for a in answers if a.row.graded]
    truth, found = ranks(grid, [a.row.label for a in graded]), ranks(grid, [a.graded_guess for a in graded])
    expected = np.array([a.expected_rank or rank for a, rank in zip(graded, found.tolist(), strict=True)])
    manager = flags(graded, lambda a: a.row.label.endswith("/manager"))
    says_manager = flags(graded, lambda a: a.graded_guess.endswith("/manager"))
    return {
        "level exact": figure(metrics.exact, truth, found),
        "within one": figure(metrics.within_one, truth, found),
        "Spearman": figure(metrics.spearman, truth, expected),
        "F1 manager": figure(metrics.f1, manager, says_manager),
        "F1 family": figure(metrics.f1, flags(answers, lambda a: a.row.graded), flags(answers, lambda a: "/" in a.guess)),
    }


def calibration(answers: Sequence[Answer]) -> dict[str, Figure]:
    """Calibration: confidence against the share of careful readers who would give the answer."""
    confidence, share = confidence_and_share(answers)
    found = {
        "ECE": figure(metrics.ece, confidence, share),
        "confidence − accuracy": figure(metrics.gap, confidence, share),
        "Brier": figure(metrics.brier, confidence, share),
    }
    for coverage in COVERAGES:
        found[f"accuracy at coverage {coverage}"] = figure(
            metrics.accuracy_at(coverage), confidences(answers), flags(answers, lambda a: a.right)
        )
    return found


def confidence_and_share(answers: Sequence[Answer]) -> tuple[Array, Array]:
    """Confidence and share of readers, of rows with an answer and with shares of readers."""
    answered = [a for a in answers if a.status != "unreadable" and a.row.readers]
    return confidences(answered), np.array([a.share for a in answered], dtype=float)


def accuracy(answers: Sequence[Answer], grid: Grid) -> dict[str, Figure]:
    """Figures of family, level, track and all three; levels and tracks over the jobs of the graded family."""
    graded, says = flags(answers, lambda a: a.row.graded), flags(answers, lambda a: "/" in a.guess)
    inside = [a for a in answers if a.row.graded]
    truth, found = ranks(grid, [a.row.label for a in inside]), ranks(grid, [a.guess for a in inside])
    return {
        "family precision": figure(metrics.precision, graded, says),
        "family recall": figure(metrics.recall, graded, says),
        "family F1": figure(metrics.f1, graded, says),
        "level": figure(metrics.exact, truth, found),
        "within one level": figure(metrics.within_one, truth, found),
        "kappa": figure(metrics.kappa, truth, found),
        "track": figure(metrics.share, flags(inside, lambda a: a.guess.rpartition("/")[2] == a.row.label.rpartition("/")[2])),
        "joint": figure(metrics.share, flags(answers, lambda a: a.right)),
    }


@dataclass(frozen=True, slots=True)
class FileAnswers:
    """The answers on one file; rows with a text also without their title (``duties``) and without their text (``titles``).

    ``duties`` is empty unless the file is of the graded form.
    """

    file: GoldFile
    answers: tuple[Answer, ...]
    duties: tuple[Answer, ...] = ()
    titles: tuple[Answer, ...] = ()


def answer_files(classify: Classifier, files: Sequence[GoldFile]) -> list[FileAnswers]:
    """The answers of a classifier on every file."""

    def run(rows: Sequence[GoldRow]) -> tuple[Answer, ...]:
        return tuple(classify(rows)) if rows else ()

    return [
        FileAnswers(
            f,
            run(f.rows),
            run([row.duties_alone for row in f.postings]) if f.form == "graded" else (),
            run([row.title_alone for row in f.postings if row.title.strip()]),
        )
        for f in files
    ]
