"""The document model: features of a whole text, from the scores of its sentences and the counts of its cues, to log-odds.

``KernelDocument`` computes them in C, if the package was built with a compiler (``rung.kernel``), and otherwise
``rung.text.plain_document`` in Python and numpy.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple, Protocol

from rung.arrays import Array, doubles
from rung.errors import ArtefactError
from rung.kernel import native
from rung.text.cues import Cue
from rung.text.sentences import Scored


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

    ``figures`` are bytes of float64, one row a figure and one value a sentence: the probabilities (0 to 1) of being a duty, of the
    graded family and of people management, and the mean of the level thresholds' scores (log-odds; above 0 speaks for the upper
    half of the grid). ``families`` are bytes of int64: the likeliest one, as an index into the families of the model.
    """

    spans: bytes
    figures: bytes
    families: bytes

    def rows(self) -> tuple[list[float], list[float], list[float], list[float]]:
        """The figures by sentence: duty, graded, manages, level."""
        values = doubles(self.figures)
        count = len(values) // 4
        return values[:count], values[count : 2 * count], values[2 * count : 3 * count], values[3 * count :]

    def likeliest(self) -> list[int]:
        """The likeliest family of each sentence."""
        return memoryview(self.families).cast("q").tolist()


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


class Document(Protocol):
    """The document model: from the scores of at least one sentence, and one value a cue, to what the text says."""

    def assess(self, scored: Scored, counted: Sequence[float]) -> Assessment:
        """What the text says."""


def against_usual(sums: Sequence[float], usual: Sequence[float]) -> tuple[tuple[float, ...], float, float]:
    """The log-odds of the levels, of the manager track and of the graded family against the training texts."""
    *thresholds, manager, family = sums
    *usual_levels, usual_manager, usual_family = usual
    levels, above = [], 1.0
    for score, share in zip((*thresholds, -math.inf), usual_levels, strict=True):
        # P(level) = P(above the level below) - P(above this level).
        behind = min(above, 1.0 / (1.0 + math.exp(-score))) if score > -700 else 0.0
        levels.append(math.log(min(1.0, max(1e-3, above - behind)) / share))
        above = behind
    return tuple(levels), manager - usual_manager, family - usual_family


def document(names: Sequence[str], model: Array, usual: Array, columns: Columns, cues: Sequence[Cue], bounds: Bounds) -> Document:
    """The fastest document model that this installation has.

    ``names`` are the features in order; ``model`` and ``usual`` are what ``DocumentModel.arrays`` of ``rung.training`` gave.

    Raises:
        ArtefactError: the names differ from those that this version computes.
    """
    if tuple(names) != (*feature_names(columns.thresholds), *cue_names(cues)):
        raise ArtefactError("the document model has other features than this version computes; build the model again")
    if native is not None:
        return KernelDocument(model, usual, columns, cues, bounds)
    from rung.text.plain_document import PlainDocument  # noqa: PLC0415 - numpy is loaded only where there is no kernel

    return PlainDocument(model, usual, columns, cues, bounds)


class KernelDocument:
    """The model in C."""

    def __init__(self, model: Array, usual: Array, columns: Columns, cues: Sequence[Cue], bounds: Bounds) -> None:
        self._usual: list[float] = usual.tolist()
        self._cues, self._bounds = tuple(cues), bounds
        layout = (len(columns.families), columns.graded, columns.not_duty, columns.thresholds)
        self._model = (layout, bounds[:5], *_folded(model.tolist()))

    def assess(self, scored: Scored, counted: Sequence[float]) -> Assessment:
        """What the text says."""
        features = array("d", cue_features(counted, self._cues, self._bounds)).tobytes()
        figures, families, nearest, amount, manages, sums = native.assess(scored.scores, features, *self._model)
        readings = SentenceReadings(scored.spans, figures, families)
        return Assessment(readings, nearest, amount, manages, *against_usual(doubles(sums), self._usual))


def _folded(model: Sequence[Sequence[float]]) -> tuple[bytes, bytes]:
    """The slopes of the features (features by outputs) and the offsets, with the standardising of features in them."""
    (*mean, _), (*scale, _), *outputs = model
    slopes = [[weight / by for weight, by in zip(row[:-1], scale, strict=True)] for row in outputs]
    offsets = [
        row[-1] - sum(slope * at for slope, at in zip(by, mean, strict=True)) for row, by in zip(outputs, slopes, strict=True)
    ]
    return array("d", chain.from_iterable(zip(*slopes, strict=True))).tobytes(), array("d", offsets).tobytes()
