"""Duties: the text of a posting into what it says of family, level and people management, sentence by sentence.

The sentence model (``service.sentences``) and the cues (``service.cues``) give features of the whole text; a linear model over
these gives log-odds. Both models were trained with scikit-learn (``service.training.train``) and exported as plain arrays.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.cues import Cue, CueReader
from service.sentences import Floats, Scored, Scorer, readable
from service.strings import Spans


@dataclass(frozen=True, slots=True)
class SentenceReadings:
    """What the sentences say, in arrays of one value a sentence.

    ``duty``, ``graded`` and ``manages`` are probabilities (0 to 1) of being a duty, of the graded family and of people management;
    ``family`` is the likeliest one, as an index into the families of the model. ``spans`` is where each stands. ``level`` is the
    mean of the threshold scores (log-odds): above 0 speaks for the upper half of the grid.
    """

    spans: Spans
    duty: Floats
    graded: Floats
    manages: Floats
    level: Floats
    family: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class DutyReading:
    """What the text of a posting says, as log-odds against what is usual (natural logarithms, uncapped).

    ``levels`` has one value a level in order of rank; ``manager`` speaks for the manager track, ``family`` for the graded family;
    ``nearest`` is the neighbour whose duties the text resembles most; ``amount`` is how many sentences' worth of duties it has.
    ``sentences`` keeps what each sentence said; ``cues`` are the places of cues: (cue, start, end).
    """

    levels: tuple[float, ...]
    manager: float
    family: float
    nearest: str
    manages: float
    amount: float
    sentences: SentenceReadings
    cues: tuple[tuple[int, int, int], ...]
    truncated: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each part of the sentence scores lies: family names in order, then level thresholds, then people management."""

    families: tuple[str, ...]
    graded: int
    not_duty: int
    thresholds: int

    @property
    def neighbours(self) -> tuple[int, ...]:
        """The columns of the families beside the graded one."""
        return tuple(i for i in range(len(self.families)) if i not in (self.graded, self.not_duty))

    @property
    def levels(self) -> slice:
        """The columns of the level thresholds."""
        return slice(len(self.families), len(self.families) + self.thresholds)

    @property
    def people(self) -> slice:
        """The columns of people management: neither, yes, no."""
        return slice(len(self.families) + self.thresholds, len(self.families) + self.thresholds + 3)


@dataclass(frozen=True, slots=True)
class Shares:
    """The scores of sentences as probabilities, n by columns: families, and people management (neither, yes, no)."""

    families: Floats
    people: Floats
    duty: Floats


def softmax(scores: Floats) -> Floats:
    """Row-wise probabilities of linear scores."""
    exp = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(exp / exp.sum(axis=1, keepdims=True))


def shares(scores: Floats, columns: Columns) -> Shares:
    """The probabilities that the scores of sentences come to; ``duty`` is that of being a duty at all."""
    families = softmax(scores[:, : len(columns.families)])
    return Shares(families, softmax(scores[:, columns.people]), 1.0 - families[:, columns.not_duty])


def document_features(scores: Floats, said: Shares, cue_values: Floats, cues: Sequence[Cue], columns: Columns) -> dict[str, float]:
    """The features of a whole text by name, from the scores of its sentences (at least one) and its cues.

    All are means, shares or capped counts, so that a text of 18,000 characters reads like one of 1,000.
    """
    graded, duty = said.families[:, columns.graded], said.duty
    features = _family_features(scores, said.families, graded, duty, columns)
    features |= _level_features(scores[:, columns.levels], duty * graded + 1e-3)
    manages = np.sort(said.people[:, 1] * duty)
    features |= {
        "manages-most": float(manages[-1]),
        "manages-two": float(manages[-2:].mean()),
        "manages-four": float(manages[-4:].mean()),
        "manages-share": float(manages.sum() / (duty.sum() + 0.5)),
    }
    for cue, value in zip(cues, cue_values.tolist(), strict=True):
        features[cue.id] = min(value, 15.0) / 5.0 if cue.measure == "number" else min(1.0, math.log1p(value))
        if cue.measure == "number":
            features[f"no-{cue.id}"] = float(value == 0.0)
    return features


def _family_features(scores: Floats, families: Floats, graded: Floats, duty: Floats, columns: Columns) -> dict[str, float]:
    """How much the sentences speak for the graded family, by sentence and summed over the text."""
    neighbours = list(columns.neighbours)
    others = families[:, neighbours]
    rest = np.maximum(1.0 - graded - families[:, columns.not_duty], 0.0)
    odds = np.log((graded + 1e-4) / (rest + 1e-4))
    weight = float(duty.sum()) + 0.5
    mean = (scores[:, : len(columns.families)] * duty[:, None]).sum(axis=0) / weight
    beside = mean[neighbours]
    own = float(mean[columns.graded])
    return {
        "family-odds": float((odds * duty).sum()) / weight,
        "family-share": float(graded.sum()) / weight,
        "family-top": float(np.sort(graded)[-3:].mean()),
        "neighbour-share": float(others.sum(axis=0).max()) / weight,
        "family-margin": own - math.log(float(np.exp(beside).sum())),
        "family-lead": own - float(beside.max()),
        "family-first": float(((graded > others.max(axis=1)) & (duty > 0.5)).sum()) / weight,
    }


def _level_features(levels: Floats, weight: Floats) -> dict[str, float]:
    """The level thresholds averaged over the duties, and the highest and lowest sentences."""
    mean = (levels * weight[:, None]).sum(axis=0) / weight.sum()
    kept = np.sort(levels.mean(axis=1)[weight > 0.2])
    if not len(kept):
        kept = np.zeros(1)
    features = {f"level-{k}": value for k, value in enumerate(mean.tolist(), 1)}
    return features | {
        "level-top": float(kept[-3:].mean()),
        "level-bottom": float(kept[:3].mean()),
        "level-mean": float(mean.mean()),
    }


@dataclass(frozen=True, slots=True)
class DocumentModel:
    """Linear models over the features of a text: level thresholds, manager track, graded family; and what is usual of each.

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
        """The model as two arrays, for ``from_arrays``: mean, scale and weights in rows beside the intercepts; what is usual."""
        head = np.vstack([self.mean, self.scale, self.weights.T])
        tail = np.concatenate([[0.0, 0.0], self.intercepts])[:, None]
        return np.hstack([head, tail]), np.concatenate([self.usual_levels, self.usual])

    @classmethod
    def from_arrays(cls, names: Sequence[str], model: Floats, usual: Floats) -> DocumentModel:
        """Read back what ``arrays`` gave."""
        return cls(tuple(names), model[0, :-1], model[1, :-1], model[2:, :-1].T, model[2:, -1], usual[:-2], usual[-2:])

    def read(self, features: Mapping[str, float]) -> tuple[Floats, float, float]:
        """Log-likelihood ratios of the levels, of the manager track and of the graded family."""
        values = np.array([features[name] for name in self.names])
        scores = ((values - self.mean) / self.scale) @ self.weights + self.intercepts
        above = np.minimum.accumulate(1.0 / (1.0 + np.exp(-scores[:-2])))
        levels = np.clip(np.append(1.0, above) - np.append(above, 0.0), 1e-3, 1.0)
        return np.log(levels / self.usual_levels), float(scores[-2] - self.usual[0]), float(scores[-1] - self.usual[1])


class DutyReader:
    """Reads the text of a posting with a sentence model, the cues and a document model (``None`` while that one is trained)."""

    def __init__(
        self, scorer: Scorer, columns: Columns, cues: Sequence[Cue], document: DocumentModel | None, max_sentences: int
    ) -> None:
        self._scorer = scorer
        self._columns = columns
        self._cues = CueReader(cues)
        self._document = document
        self._max_sentences = max_sentences

    @property
    def cues(self) -> tuple[Cue, ...]:
        """The cues in order, as ``DutyReading.cues`` numbers them."""
        return self._cues.cues

    @property
    def columns(self) -> Columns:
        """Where each part of the sentence scores lies."""
        return self._columns

    def features(self, text: str) -> dict[str, float] | None:
        """The features of a text; ``None`` where it has no words."""
        read = self._read(text)
        return read[0] if read is not None else None

    def read(self, text: str) -> DutyReading | None:
        """What the text says, or ``None`` where it has no words."""
        read = self._read(text)
        if read is None or self._document is None:
            return None
        features, scored, said, places = read
        levels, manager, family = self._document.read(features)
        columns = self._columns
        duty, manages = said.duty, said.people[:, 1]
        totals = said.families.sum(axis=0)
        totals[[columns.graded, columns.not_duty]] = -1.0
        readings = SentenceReadings(
            scored.spans,
            duty,
            said.families[:, columns.graded],
            manages,
            scored.scores[:, columns.levels].mean(axis=1),
            said.families.argmax(axis=1),
        )
        nearest = columns.families[int(totals.argmax())]
        truncated = len(scored.spans) >= self._max_sentences
        most = float((manages * duty).max())
        return DutyReading(
            tuple(levels.tolist()), manager, family, nearest, most, float(duty.sum()), readings, tuple(places), truncated
        )

    def _read(self, text: str) -> tuple[dict[str, float], Scored, Shares, list[tuple[int, int, int]]] | None:
        lowered = readable(text)
        scored = self._scorer.read(lowered, self._max_sentences)
        if not len(scored.spans):
            return None
        said = shares(scored.scores, self._columns)
        values, places = self._cues.read(lowered, scored.spans)
        return document_features(scored.scores, said, values, self.cues, self._columns), scored, said, places
