"""The document model: features of a whole text, from the scores of its sentences and the counts of its cues, to log-odds.

``PlainDocument`` defines the computation in Python and numpy. ``KernelDocument`` does the same in C, if the package was built with
a compiler (``rung.kernel``).
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from rung.errors import ArtefactError
from rung.kernel import native
from rung.text.cues import Cue
from rung.text.sentences import Floats, Scored, Spans

Buffer = bytes | NDArray[np.float64] | NDArray[np.int64]


class Bounds(NamedTuple):
    """The bounds of features: ``duties.features`` of ``weights.yaml``, which explains each."""

    least_share: float
    spare: float
    least_weight: float
    counts: float
    sure: float
    largest: float
    unit: float


class SentenceReadings(NamedTuple):
    """The readings of the sentences, and their offsets (``spans``).

    ``figures`` is float64, one row a figure and one value a sentence: the probabilities (0 to 1) of being a duty, of the graded
    family and of people management, and the mean of the level thresholds' scores (log-odds; above 0 speaks for the upper half of
    the grid). ``families`` is int64: the likeliest one, as an index into the families of the model.
    """

    spans: Spans
    figures: Buffer
    families: Buffer

    def rows(self) -> Floats:
        """The figures as an array of four rows: duty, graded, manages, level."""
        return np.frombuffer(self.figures).reshape(4, -1)

    def likeliest(self) -> NDArray[np.int64]:
        """The families as an array."""
        return np.frombuffer(self.families, np.int64)


class Columns(NamedTuple):
    """The columns of the sentence scores: families in order, then level thresholds, then people management."""

    families: tuple[str, ...]
    graded: int
    not_duty: int
    thresholds: int

    @property
    def levels(self) -> slice:
        """The columns of the level thresholds."""
        return slice(len(self.families), len(self.families) + self.thresholds)

    @property
    def people(self) -> slice:
        """The columns of people management: neither, yes, no."""
        return slice(len(self.families) + self.thresholds, len(self.families) + self.thresholds + 3)


class Summary(NamedTuple):
    """The readings of the sentences, and the features of the whole text (``feature_names``).

    ``nearest`` is the most similar family other than the graded one, as an index into the families. ``amount`` is the expected
    number of duty sentences; ``manages`` is the highest probability of people management.
    """

    sentences: SentenceReadings
    nearest: int
    amount: float
    manages: float
    features: tuple[float, ...]


class Assessment(NamedTuple):
    """A text: its sentences as in ``Summary``, and log-odds against the training texts (natural logarithms).

    ``levels`` has one value a level in order of rank; ``manager`` speaks for the manager track, ``family`` for the graded family.
    """

    sentences: SentenceReadings
    nearest: int
    amount: float
    manages: float
    levels: tuple[float, ...]
    manager: float
    family: float


def softmax(scores: Floats) -> Floats:
    """Row-wise probabilities of linear scores."""
    exp = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(exp / exp.sum(axis=1, keepdims=True))


def summarise(scored: Scored, columns: Columns, bounds: Bounds) -> Summary:
    """The features of at least one sentence. They are means and shares, so they do not depend on the length of the text."""
    scores = scored.rows()
    families, people = softmax(scores[:, : len(columns.families)]), softmax(scores[:, columns.people])
    graded, duty = families[:, columns.graded], 1.0 - families[:, columns.not_duty]
    levels = scores[:, columns.levels]
    level = levels.mean(axis=1)
    weight = duty * graded + bounds.least_weight
    kept = np.sort(level[weight > bounds.counts]) if (weight > bounds.counts).any() else np.zeros(1)
    manages = np.sort(people[:, 1] * duty)
    mean = (levels * weight[:, None]).sum(axis=0) / weight.sum()
    values = [
        *_family_features(scores, families, columns, bounds),
        *mean.tolist(),
        kept[-3:].mean(),
        kept[:3].mean(),
        mean.mean(),
        manages[-1],
        manages[-2:].mean(),
        manages[-4:].mean(),
        manages.sum() / (duty.sum() + bounds.spare),
    ]
    totals = families.sum(axis=0)
    totals[[columns.graded, columns.not_duty]] = -1.0
    figures = np.ascontiguousarray([duty, graded, people[:, 1], level])
    readings = SentenceReadings(scored.spans, figures, families.argmax(axis=1))
    return Summary(readings, int(totals.argmax()), float(duty.sum()), float(manages[-1]), tuple(map(float, values)))


def _family_features(scores: Floats, families: Floats, columns: Columns, bounds: Bounds) -> list[float]:
    """The features for the graded family, in the order of ``feature_names``."""
    aside = [columns.graded, columns.not_duty]
    graded, duty = families[:, columns.graded], 1.0 - families[:, columns.not_duty]
    others = np.delete(families, aside, axis=1)
    rest = np.maximum(1.0 - graded - families[:, columns.not_duty], 0.0)
    odds = np.log((graded + bounds.least_share) / (rest + bounds.least_share))
    weight = duty.sum() + bounds.spare
    mean = (scores[:, : len(columns.families)] * duty[:, None]).sum(axis=0) / weight
    beside = np.delete(mean, aside)
    return [
        (odds * duty).sum() / weight,
        graded.sum() / weight,
        np.sort(graded)[-3:].mean(),
        others.sum(axis=0).max() / weight,
        mean[columns.graded] - np.log(np.exp(beside).sum()),
        mean[columns.graded] - beside.max(),
        ((graded > others.max(axis=1)) & (duty > bounds.sure)).sum() / weight,
    ]


@cache
def feature_names(thresholds: int) -> tuple[str, ...]:
    """The names of the features of the sentences, in order; those of the cues (``cue_names``) follow."""
    family = ("family-odds", "family-share", "family-top", "neighbour-share", "family-margin", "family-lead", "family-first")
    levels = (*(f"level-{k}" for k in range(1, thresholds + 1)), "level-top", "level-bottom", "level-mean")
    return (*family, *levels, "manages-most", "manages-two", "manages-four", "manages-share")


def cue_features(values: Sequence[float], cues: Sequence[Cue], bounds: Bounds) -> list[float]:
    """The features of the cues (``cue_names``): capped counts and numbers, and for each number whether it is missing."""
    features: list[float] = []
    for cue, value in zip(cues, values, strict=True):
        if cue.measure == "number":
            features += (min(value, bounds.largest) / bounds.unit, float(value == 0.0))
        else:
            features.append(min(1.0, math.log1p(value)) if value else 0.0)
    return features


def cue_names(cues: Sequence[Cue]) -> list[str]:
    """The features of the cues in their order."""
    return [name for cue in cues for name in ((cue.id, f"no-{cue.id}") if cue.measure == "number" else (cue.id,))]


class DocumentModel(NamedTuple):
    """Linear models over the features of a text: level thresholds, manager track, graded family; and the base rate of each.

    ``names`` are the features in order; ``mean`` and ``scale`` standardise them; ``weights`` is features by (thresholds + 2);
    ``usual_levels`` are the shares of the levels among the training texts, ``usual`` the log-odds of manager and family among them.
    """

    names: tuple[str, ...]
    mean: Floats
    scale: Floats
    weights: Floats
    intercepts: Floats
    usual_levels: Floats
    usual: Floats

    def arrays(self) -> tuple[Floats, Floats]:
        """The model as two arrays: rows of means, scales and weights with the intercepts in the last column; and the base rates."""
        head = np.vstack([self.mean, self.scale, self.weights.T])
        tail = np.concatenate([[0.0, 0.0], self.intercepts])[:, None]
        return np.hstack([head, tail]), np.concatenate([self.usual_levels, self.usual])


class Document(Protocol):
    """The document model: from the scores of at least one sentence, and one value a cue, to what the text says."""

    def assess(self, scored: Scored, counted: Sequence[float]) -> Assessment:
        """What the text says."""


class PlainDocument:
    """The model in Python and numpy. Standardisation is folded into the weights, so a text takes one product and one sum."""

    def __init__(
        self, names: Sequence[str], model: Floats, usual: Floats, columns: Columns, cues: Sequence[Cue], bounds: Bounds
    ) -> None:
        """``names`` are the features in order; ``model`` and ``usual`` are what ``DocumentModel.arrays`` gave.

        Raises:
            ArtefactError: the names differ from those that this version computes.
        """
        if tuple(names) != (*feature_names(columns.thresholds), *cue_names(cues)):
            raise ArtefactError("the document model has other features than this version computes; build the model again")
        mean, scale, weights, intercepts = model[0, :-1], model[1, :-1], model[2:, :-1], model[2:, -1]
        self._slopes = np.ascontiguousarray((weights / scale).T)
        self._offset = intercepts - (mean / scale) @ weights.T
        self._usual: list[float] = usual.tolist()
        self._columns, self._cues, self._bounds = columns, tuple(cues), bounds

    def assess(self, scored: Scored, counted: Sequence[float]) -> Assessment:
        """What the text says."""
        summary = summarise(scored, self._columns, self._bounds)
        features = np.array([*summary.features, *cue_features(counted, self._cues, self._bounds)])
        return Assessment(*summary[:4], *self._against_usual((features @ self._slopes + self._offset).tolist()))

    def _against_usual(self, sums: Sequence[float]) -> tuple[tuple[float, ...], float, float]:
        """The log-odds of the levels, of the manager track and of the graded family against the training texts."""
        *thresholds, manager, family = sums
        *usual_levels, usual_manager, usual_family = self._usual
        levels, above = [], 1.0
        for score, usual in zip((*thresholds, -math.inf), usual_levels, strict=True):
            # P(level) = P(above the level below) - P(above this level).
            behind = min(above, 1.0 / (1.0 + math.exp(-score))) if score > -700 else 0.0
            levels.append(math.log(min(1.0, max(1e-3, above - behind)) / usual))
            above = behind
        return tuple(levels), manager - usual_manager, family - usual_family


class KernelDocument(PlainDocument):
    """The same in C."""

    def __init__(
        self, names: Sequence[str], model: Floats, usual: Floats, columns: Columns, cues: Sequence[Cue], bounds: Bounds
    ) -> None:
        """As of ``PlainDocument``."""
        super().__init__(names, model, usual, columns, cues, bounds)
        layout = (len(columns.families), columns.graded, columns.not_duty, columns.thresholds)
        self._model = (layout, bounds[:5], self._slopes, self._offset)

    def assess(self, scored: Scored, counted: Sequence[float]) -> Assessment:
        """What the text says."""
        cue_values = array("d", cue_features(counted, self._cues, self._bounds))
        figures, families, nearest, amount, manages, sums = native.assess(scored.scores, cue_values, *self._model)
        readings = SentenceReadings(scored.spans, figures, families)
        return Assessment(readings, nearest, amount, manages, *self._against_usual(memoryview(sums).cast("d")))


def document(names: Sequence[str], model: Floats, usual: Floats, columns: Columns, cues: Sequence[Cue], bounds: Bounds) -> Document:
    """The fastest document model that this installation has."""
    return (KernelDocument if native is not None else PlainDocument)(names, model, usual, columns, cues, bounds)
