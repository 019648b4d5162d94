"""The measures of occupation codes, on numbers that can be checked by hand."""

import numpy as np
import pytest

from rung.errors import DataError
from rung.title.occupation import Words
from rung.training.metrics import ece
from rung.training.occupation_scores import (
    Observed,
    cross_fitted,
    figures,
    fit,
    fit_confidence,
    fold_of,
    probabilities,
    ranks,
    write_fitted,
)  # fmt: skip
from rung.training.occupations import Tables


def observed(informative, owners, seed=0):
    """Two features of random numbers; the first is higher at the true occupation by ``informative``."""
    random = np.random.default_rng(seed)
    owners = np.array(owners)
    features = {name: random.normal(size=(len(owners), 6)).astype(np.float32) for name in ("speaks", "noise")}
    features["speaks"][np.arange(len(owners)), owners] += informative
    return Observed(features, owners, np.arange(len(owners)) % 5)


def test_ranks_count_from_one_and_share_ties():
    scores = np.array([[3, 1, 2], [1, 1, 0], [0, 0, 5]], np.float32)
    assert ranks(scores, np.array([2, 0, 0])).tolist() == [2.0, 1.5, 2.5]


def test_micro_counts_titles_and_macro_occupations():
    found = figures(np.array([1.0, 1.0, 1.0, 20.0]), np.array([4, 4, 4, 7]))
    assert found["micro recall@10"] == pytest.approx(0.75)
    assert found["macro recall@10"] == pytest.approx(0.5)
    assert found["micro MRR"] == pytest.approx((3 + 1 / 20) / 4)
    assert found["macro MRR"] == pytest.approx((1 + 1 / 20) / 2)


def test_the_fit_believes_the_feature_that_speaks():
    weights = fit(observed(3.0, np.arange(600) % 6), {"speaks": 1.0, "noise": 1.0})
    assert weights["speaks"] > 1.0
    assert abs(weights["noise"]) < 0.3


def test_the_weight_of_label_is_held():
    seen = observed(3.0, np.arange(600) % 6)
    weights = fit(
        Observed({**seen.features, "label": seen.features["noise"]}, seen.owners, seen.folds), {"label": 3.0, "speaks": 1.0}
    )
    assert weights["label"] == 3.0
    assert weights["speaks"] > 1.0


def test_fitted_confidences_are_calibrated_on_other_titles():
    knots = [0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.97, 1.0]
    seen, other = observed(2.0, np.arange(3000) % 6), observed(2.0, np.arange(3000) % 6, seed=1)
    weights = {"speaks": 4.0, "noise": 0.0}  # too sure
    table = fit_confidence(seen.scores(weights), seen.owners, knots)
    scores = other.scores(weights)
    right = (scores.argmax(1) == other.owners).astype(float)
    said = probabilities(scores).max(1)
    assert ece(said, right) > 0.08
    assert ece(np.interp(said, knots, table), right) < 0.05
    assert table == sorted(table)


def test_every_fold_is_scored_by_the_others():
    seen = observed(2.0, np.arange(900) % 6)
    scores, confidences = cross_fitted(seen, {"speaks": 1.0, "noise": 1.0}, [0.0, 0.5, 1.0])
    assert (ranks(scores, seen.owners) == 1).mean() > 0.6
    assert confidences.mean() == pytest.approx((scores.argmax(1) == seen.owners).mean(), abs=0.05)


def test_titles_of_the_same_words_share_a_fold():
    tables = Tables({}, {}, Words(frozenset({"urgent"}), {}), frozenset(), {}, {})
    assert fold_of(tables, "Nurse, Staff") == fold_of(tables, "URGENT staff nurses")
    assert len({fold_of(tables, f"title {number}") for number in range(60)}) == 5


def test_fitted_figures_replace_their_lines_only(tmp_path):
    path = tmp_path / "settings.yaml"
    path.write_text("# figures\nconfidence:\n  soc: [1]\nweights:\n  soc: {linear: 2.0}\nrest: 1\n")
    write_fitted(path, {"soc": {"linear": 0.25, "nearest": 3.0}}, {"soc": [0.0, 0.9]})
    lines = path.read_text().splitlines()
    assert lines == ["# figures", "confidence:", "  soc: [0.0, 0.9]", "weights:", "  soc: {linear: 0.25, nearest: 3.0}", "rest: 1"]
    with pytest.raises(DataError, match="needed for isco"):
        write_fitted(path, {"isco": {}}, {"isco": []})
