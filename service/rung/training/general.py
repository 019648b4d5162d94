"""Training the general reader: level and track by words, signs, years required and pay in the ads of all families."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression, Ridge

from rung.numeric import Floats
from rung.text.plain_scorer import PlainScorer
from rung.training.counts import Counts, narrowed, rows_of
from rung.training.folds import source_folds
from rung.training.quantise import quantise

_SEED = 7


@dataclass(frozen=True, slots=True)
class GeneralSettings:
    """The record ``training.general`` of ``weights.yaml``: ``alpha`` is that of the ridge regression."""

    alpha: float


@dataclass(frozen=True, slots=True)
class GeneralModel:
    """The general reader as arrays: terms with idf and weights towards rank and manager track (two columns).

    ``lines`` are slopes and intercepts of log-odds: by level, for the words' first score (``words``) and for the logarithms of
    ``years`` and ``pay``; and of the manager track, for the words' second score (``track``). ``signs`` are log-odds of the levels
    and of the manager track if an ad has a sign, one row for each sign.
    """

    terms: tuple[str, ...]
    idf: Floats
    weights: NDArray[np.int8]
    scales: NDArray[np.float32]
    intercept: Floats
    lines: Mapping[str, Floats]

    def scorer(self) -> PlainScorer:
        """The scorer of the words, on the plain path."""
        return PlainScorer(self.terms, self.idf, self.weights, self.scales, self.intercept)


def train_general(counts: Counts, levels: int, settings: GeneralSettings) -> GeneralModel:
    """Train on all ads of the table; ``levels`` is the number of levels.

    The lines are fitted on scores of ads whose source was left out.
    """
    transformer = _transformer().fit(counts.matrix)
    ridge = _ridge(transformer.transform(counts.matrix), counts, settings)
    lines = lines_of(counts, held_out_scores(counts, settings), levels)
    weights, scales = quantise(ridge.coef_.T)
    return GeneralModel(counts.terms, np.asarray(transformer.idf_), weights, scales, np.asarray(ridge.intercept_), lines)


def lines_of(counts: Counts, scores: Floats, levels: int) -> dict[str, Floats]:
    """The lines of ``GeneralModel``, by the scores of the words (rank and manager track) of each ad."""
    asked, paid = counts.years > 0, counts.pay > 0
    return {
        "words": _line(scores[:, 0], counts.rank, levels),
        "years": _line(np.log1p(counts.years[asked]), counts.rank[asked], levels),
        "pay": _line(np.log(counts.pay[paid]), counts.rank[paid], levels),
        "track": np.diff(_line(scores[:, 1], counts.manager + 1, 2), axis=1)[:, 0],
        "signs": signs_of(counts, levels),
    }


def signs_of(counts: Counts, levels: int) -> Floats:
    """Log ratios of the probability of each sign at a level to its mean: (signs, levels + 1).

    The last column is the log ratio between the manager track and the other at the same level. The probability is a logistic
    function of the rank, so that the few ads of the top levels have little influence.
    """
    ranks, alone = np.arange(1, levels + 1), np.zeros(levels)
    rows = [np.zeros((0, levels + 1))]
    for found in counts.signs.T:
        if found.all() or not found.any():
            rows.append(np.zeros((1, levels + 1)))
            continue
        model = LogisticRegression().fit(np.column_stack([counts.rank, counts.manager]), found)
        by_level, managing = (model.predict_log_proba(np.column_stack([ranks, alone + track]))[:, 1] for track in (0, 1))
        share = np.bincount(np.clip(counts.rank[counts.manager], 1, levels) - 1, minlength=levels) / max(1, counts.manager.sum())
        rows.append(np.append(by_level - np.log(found.mean()), share @ (managing - by_level))[None])
    return np.concatenate(rows)


def held_out_scores(counts: Counts, settings: GeneralSettings, most: int | None = None) -> Floats:
    """The scores of each ad for rank and manager track, by a model trained without its source.

    With ``most``, that many terms are selected without the source, too; else the terms are those of the table, selected on all ads.
    """
    scores = np.zeros((len(counts.rank), 2))
    fold = source_folds(counts.source.tolist())
    for number in np.unique(fold):
        inside = fold == number
        kept = counts if most is None else narrowed(counts, telling_terms(rows_of(counts, ~inside), settings, most))
        scores[inside] = scores_without(kept, inside, kept.matrix[inside], settings)
    return scores


def scores_without(counts: Counts, left_out: NDArray[np.bool_], matrix: csr_matrix, settings: GeneralSettings) -> Floats:
    """The scores of counted texts (``matrix``, with the same terms) by a model trained without the ads left out."""
    seen = rows_of(counts, ~left_out)
    transformer = _transformer().fit(seen.matrix)
    return np.asarray(_ridge(transformer.transform(seen.matrix), seen, settings).predict(transformer.transform(matrix)))


def telling_terms(counts: Counts, settings: GeneralSettings, most: int) -> NDArray[np.int64]:
    """The indices, in order, of the ``most`` terms with the largest effect on the score of rank or track."""
    matrix = _transformer().fit_transform(counts.matrix)
    moves = np.abs(_ridge(matrix, counts, settings).coef_) * np.sqrt(np.asarray(matrix.multiply(matrix).mean(axis=0)).ravel())
    shares = (moves / moves.sum(axis=1, keepdims=True)).max(axis=0)
    return np.sort(np.argsort(-shares, kind="stable")[:most])


def _transformer() -> TfidfTransformer:
    return TfidfTransformer(sublinear_tf=True)


def _ridge(matrix: csr_matrix, counts: Counts, settings: GeneralSettings) -> Ridge:
    targets = np.column_stack([counts.rank, counts.manager]).astype(float)
    return Ridge(alpha=settings.alpha, solver="sparse_cg", tol=1e-4, random_state=_SEED).fit(matrix, targets)


def _line(values: Floats, rank: NDArray[np.int64], levels: int) -> Floats:
    """Slope and intercept of the log-odds of each level: the values of a level are normal with a common variance.

    The means are linear in the rank, so that the few ads of the top levels have little influence.
    """
    slope, base = np.polyfit(rank, values, 1)
    spread = np.var(values - (slope * rank + base))
    means = slope * np.arange(1, levels + 1) + base
    usual = means[np.clip(rank, 1, levels) - 1].mean()
    return np.array([(means - usual) / spread, -(means**2 - usual**2) / (2 * spread)])
