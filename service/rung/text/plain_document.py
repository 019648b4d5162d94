"""The document model in Python and numpy: what trains it, and what serves where the compiled kernel was not built."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from rung.numeric import Floats, softmax
from rung.text.cues import Cue
from rung.text.document import Assessment, Bounds, Columns, SentenceReadings, Summary, against_usual, cue_features
from rung.text.sentences import Scored


def summarise(scored: Scored, columns: Columns, bounds: Bounds) -> Summary:
    """The features of at least one sentence. They are means and shares, so they do not depend on the length of the text."""
    scores = np.frombuffer(scored.scores).reshape(scored.number, -1)
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
    figures = np.array([duty, graded, people[:, 1], level])
    readings = SentenceReadings(scored.spans, figures.tobytes(), families.argmax(axis=1).tobytes())
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


class PlainDocument:
    """The model in Python and numpy. Standardisation is folded into the weights, so a text takes one product and one sum."""

    def __init__(self, model: ArrayLike, usual: ArrayLike, columns: Columns, cues: Sequence[Cue], bounds: Bounds) -> None:
        model = np.asarray(model)
        mean, scale, weights, intercepts = model[0, :-1], model[1, :-1], model[2:, :-1], model[2:, -1]
        self._slopes = np.ascontiguousarray((weights / scale).T)
        self._offset = intercepts - (mean / scale) @ weights.T
        self._usual: list[float] = np.asarray(usual).tolist()
        self._columns, self._cues, self._bounds = columns, tuple(cues), bounds

    def assess(self, scored: Scored, counted: Sequence[float]) -> Assessment:
        """What the text says."""
        summary = summarise(scored, self._columns, self._bounds)
        features = np.array([*summary.features, *cue_features(counted, self._cues, self._bounds)])
        return Assessment(*summary[:4], *against_usual((features @ self._slopes + self._offset).tolist(), self._usual))
