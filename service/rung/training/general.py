"""Training the general reader: which words, and how many years asked, go with which level in the ads of all families."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import Ridge

from rung.text.general import YearBuckets
from rung.text.sentences import Floats, PlainScorer
from rung.training.counts import Counts, narrowed, rows_of
from rung.training.folds import source_folds

_BESIDE = 0.5  # of an ad that asks for so many years, how much counts for each level beside its own
_SEED = 7


@dataclass(frozen=True, slots=True)
class GeneralSettings:
    """The settings of ``weights.yaml``'s ``training.general`` record: the ridge, and what is added to each count of years."""

    alpha: float
    smooth: float


@dataclass(frozen=True, slots=True)
class GeneralModel:
    """The general reader as arrays: terms with idf and weight towards the rank; ``words`` and ``years`` into log-odds of levels.

    ``words`` is slope and intercept (2) by level; ``years`` is buckets by level.
    """

    terms: tuple[str, ...]
    idf: Floats
    weights: Floats
    intercept: float
    words: Floats
    years: Floats

    def scorer(self) -> PlainScorer:
        """The words as serving scores them, by the plain path."""
        return PlainScorer(self.terms, self.idf, self.weights[:, None], np.array([self.intercept]))


def train_general(counts: Counts, levels: int, settings: GeneralSettings, buckets: YearBuckets) -> GeneralModel:
    """Train on all ads of the table; ``levels`` is how many levels there are.

    How far a score tells the levels apart is measured with whole sources left out.
    """
    transformer = _transformer().fit(counts.matrix)
    ridge = _ridge(transformer.transform(counts.matrix), counts.rank, settings)
    words = _words(held_out_scores(counts, settings), counts.rank, levels)
    weights = np.asarray(ridge.coef_, np.float32).astype(np.float64)
    idf, intercept = np.asarray(transformer.idf_), float(ridge.intercept_)
    return GeneralModel(counts.terms, idf, weights, intercept, words, _years(counts, levels, buckets, settings.smooth))


def held_out_scores(counts: Counts, settings: GeneralSettings, most: int | None = None) -> Floats:
    """The score of each ad by the ads of other sources, whole sources left out.

    With ``most``, they choose so many terms, too; without, the terms are those of the table, which all its ads have chosen.
    """
    scores = np.zeros(len(counts.rank))
    fold = source_folds(counts.source.tolist())
    for number in np.unique(fold):
        inside = fold == number
        kept = counts if most is None else narrowed(counts, telling_terms(rows_of(counts, ~inside), settings, most))
        scores[inside] = scores_without(kept, inside, kept.matrix[inside], settings)
    return scores


def scores_without(counts: Counts, left_out: NDArray[np.bool_], matrix: csr_matrix, settings: GeneralSettings) -> Floats:
    """The scores of counted texts (``matrix``, of the same terms) by a reader that has not seen the ads left out."""
    transformer = _transformer().fit(counts.matrix[~left_out])
    ridge = _ridge(transformer.transform(counts.matrix[~left_out]), counts.rank[~left_out], settings)
    return np.asarray(ridge.predict(transformer.transform(matrix)))


def telling_terms(counts: Counts, settings: GeneralSettings, most: int) -> NDArray[np.int64]:
    """The places of no more than so many terms, in order: those that move the score most from ad to ad."""
    matrix = _transformer().fit_transform(counts.matrix)
    ridge = _ridge(matrix, counts.rank, settings)
    moves = np.abs(ridge.coef_) * np.sqrt(np.asarray(matrix.multiply(matrix).mean(axis=0)).ravel())
    return np.sort(np.argsort(-moves, kind="stable")[:most])


def _transformer() -> TfidfTransformer:
    return TfidfTransformer(sublinear_tf=True)


def _ridge(matrix: csr_matrix, rank: NDArray[np.int64], settings: GeneralSettings) -> Ridge:
    return Ridge(alpha=settings.alpha, solver="sparse_cg", tol=1e-4, random_state=_SEED).fit(matrix, rank.astype(float))


def _words(scores: Floats, rank: NDArray[np.int64], levels: int) -> Floats:
    """Slope and intercept of each level's log-odds: scores of a level lie around their mean, each with the same spread.

    The means lie on one line over the ranks, so that the few ads of the top levels cannot bend it.
    """
    slope, base = np.polyfit(rank, scores, 1)
    spread = np.var(scores - (slope * rank + base))
    means = slope * np.arange(1, levels + 1) + base
    usual = means[np.clip(rank, 1, levels) - 1].mean()
    return np.array([(means - usual) / spread, -(means**2 - usual**2) / (2 * spread)])


def _years(counts: Counts, levels: int, buckets: YearBuckets, smooth: float) -> Floats:
    """Log-odds of the levels by bucket of years asked; an ad counts for the levels beside its own, too, but less."""
    table = np.full((len(buckets.starts) + 1, levels), smooth)
    for rank, years in zip(counts.rank, counts.years, strict=True):
        table[buckets.of(years), rank - 1] += 1.0
        for beside in (rank - 2, rank):
            if 0 <= beside < levels:
                table[buckets.of(years), beside] += _BESIDE
    shares = table / table.sum(axis=0, keepdims=True)
    return np.asarray(np.log(shares / (table.sum(axis=1, keepdims=True) / table.sum())))
