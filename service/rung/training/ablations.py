"""Ablations: the model without one of its parts, or queries without one of theirs; and thresholds checked on unseen rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rung.artefact import Artefact
from rung.normaliser import Normaliser
from rung.training import fit, metrics
from rung.training.evaluate import FileAnswers, flags, normaliser_answers
from rung.training.folds import source_folds
from rung.training.gold import GoldFile, GoldRow
from rung.training.metrics import Figure, figure
from rung.types import Limits

PRECISIONS = (0.97, 0.98, 0.99)
_CUTOFFS = (70.0, 76.0, 80.0, 84.0, 88.0, 92.0, 100.0)
_EXACT = 100.0


@dataclass(frozen=True, slots=True)
class Ablation:
    """A model or query with a part left out, and its answers on every file."""

    name: str
    answers: tuple[FileAnswers, ...]


def ablations(artefact: Artefact, files: Sequence[GoldFile]) -> list[Ablation]:
    """Title only, duties only (the text unchanged), both; the model without fuzzy matching, and without calibration."""
    with_text = [GoldFile(f.name, f.postings) for f in files if f.postings]

    def run(name: str, change: Callable[[GoldRow], GoldRow], model: Artefact, among: Sequence[GoldFile]) -> Ablation:
        classify = normaliser_answers(Normaliser(model, Limits(cache=0)))
        return Ablation(name, tuple(FileAnswers(f, tuple(classify([change(row) for row in f.rows])), ()) for f in among))

    return [
        run("title only", lambda row: replace(row, description=None), artefact, with_text),
        run("duties only", lambda row: replace(row, title=""), artefact, with_text),
        run("both", lambda row: row, artefact, with_text),
        run("whole model", lambda row: row, artefact, files),
        run("without fuzzy matching", lambda row: row, without_fuzzy(artefact, files), files),
        run("without calibration", lambda row: row, without_calibration(artefact), files),
    ]


def with_cutoff(artefact: Artefact, cutoff: float) -> Artefact:
    """The model with another cut-off of fuzzy matching (0 to 100); at 100 only equal words match."""
    return _changed(artefact, lambda weights: weights["retrieval"].update(cutoff=cutoff))


def without_fuzzy(artefact: Artefact, files: Sequence[GoldFile]) -> Artefact:
    """The model without fuzzy matching and spelling correction: every word of these files counts as known."""
    normaliser = Normaliser(artefact, Limits(cache=0))
    words = {word for file in files for row in file.rows for word in normaliser.weigh(row.query).parsed.view.cleaned.split()}
    taxonomy = deepcopy(artefact.documents["taxonomy"])
    taxonomy["lexicon"]["words"] = sorted(words.union(taxonomy["lexicon"]["words"]))
    return with_cutoff(replace(artefact, documents={**artefact.documents, "taxonomy": taxonomy}), _EXACT)


def without_calibration(artefact: Artefact) -> Artefact:
    """The model with its scores as confidences."""
    identity = {"slope": 1.0, "intercept": 0.0, "text": 0.0, "match_kind": {}}
    return _changed(artefact, lambda weights: weights["fitted"].update(dict.fromkeys(fit.PARTS, identity)))


def _changed(artefact: Artefact, change: Callable[[dict[str, Any]], None]) -> Artefact:
    weights = deepcopy(artefact.documents["weights"])
    change(weights)
    return replace(artefact, documents={**artefact.documents, "weights": weights})


@dataclass(frozen=True, slots=True)
class ThresholdCheck:
    """A threshold chosen five times on four fifths of the rows: ``chosen`` are the lowest and the highest value.

    ``promised`` is the share right on the rows on which it was chosen, ``held`` that on the others, ``coverage`` the share of the
    others that are answered.
    """

    name: str
    chosen: tuple[float, float]
    promised: float
    held: Figure
    coverage: float


def thresholds_hold(artefact: Artefact, files: Sequence[GoldFile]) -> list[ThresholdCheck]:
    """The five-fold check of the thresholds: of confidence for a precision, of calibration, of fuzzy matching."""
    normaliser = Normaliser(artefact, Limits(cache=0))
    seen = [row for row in fit.observe(normaliser, files)["joint"] if row.match_kind != "untitled"]
    fold = source_folds([row.source for row in seen])
    confidence, right = fit.held_out(seen), np.array([row.right for row in seen])
    return [*(_precision_holds(p, fold, confidence, right) for p in PRECISIONS), _cutoff_holds(artefact, files)]


def _precision_holds(wanted: float, fold: metrics.Array, confidence: metrics.Array, right: metrics.Array) -> ThresholdCheck:
    """The lowest confidence that reaches a precision on four parts, applied to the fifth."""
    chosen, promised = [], []
    kept = np.zeros(len(right), dtype=bool)
    for number in np.unique(fold):
        rest, part = fold != number, fold == number
        table = fit.risk_coverage(confidence[rest], right[rest])
        good = [row for row in table if row[2] >= wanted] or [max(table, key=lambda row: row[2])]
        chosen.append(good[0][0])
        promised.append(good[0][2])
        kept[part] = confidence[part] >= good[0][0]
    return ThresholdCheck(
        f"confidence for a precision of {wanted}",
        (min(chosen), max(chosen)),
        float(np.mean(promised)),
        figure(metrics.share_of, right, kept),
        float(kept.mean()),
    )


def _cutoff_holds(artefact: Artefact, files: Sequence[GoldFile]) -> ThresholdCheck:
    """The cut-off of fuzzy matching that is right most often on four parts, applied to the fifth."""
    rows = [row for file in files for row in file.rows]
    by_cutoff = [_right(with_cutoff(artefact, cutoff), rows) for cutoff in _CUTOFFS]
    fold = source_folds([row.source for row in rows])
    chosen, promised = [], []
    held = np.zeros(len(rows), dtype=bool)
    for number in np.unique(fold):
        rest, part = fold != number, fold == number
        # Of equally good cut-offs the strictest, because it matches the fewest titles.
        best = max(range(len(_CUTOFFS)), key=lambda place: (by_cutoff[place][rest].mean(), _CUTOFFS[place]))
        chosen.append(_CUTOFFS[best])
        promised.append(by_cutoff[best][rest].mean())
        held[part] = by_cutoff[best][part]
    return ThresholdCheck(
        "cut-off of fuzzy matching", (min(chosen), max(chosen)), float(np.mean(promised)), figure(metrics.share, held), 1.0
    )


def _right(artefact: Artefact, rows: Sequence[GoldRow]) -> metrics.Array:
    normaliser = Normaliser(artefact, Limits(cache=0))
    return flags(normaliser_answers(normaliser)(rows), lambda a: a.right)
