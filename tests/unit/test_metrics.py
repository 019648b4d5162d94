"""The measures on rows small enough to reckon by hand; the intervals on rows whose spread is known."""

import math

import numpy as np
import pytest

from rung.training import metrics


def ranks(*values):
    return np.array(values)


def truths(text):
    return np.array([letter == "1" for letter in text])


def test_f1_is_the_harmonic_mean_of_precision_and_recall():
    truth, found = truths("111100"), truths("110010")
    precision, recall = metrics.precision(truth, found), metrics.recall(truth, found)
    assert (precision, recall) == (pytest.approx(2 / 3), pytest.approx(2 / 4))
    assert metrics.f1(truth, found) == pytest.approx(2 * precision * recall / (precision + recall))


def test_a_measure_without_rows_of_its_kind_is_no_number():
    nothing = truths("000")
    assert math.isnan(metrics.f1(nothing, nothing))
    assert math.isnan(metrics.precision(truths("111"), nothing))
    assert math.isnan(metrics.share(truths("")))
    assert math.isnan(metrics.spearman(ranks(1, 2, 3), ranks(2, 2, 2)))


def test_no_answer_is_neither_exact_nor_within_one_even_of_the_lowest_level():
    assert metrics.exact(ranks(1, 1), ranks(0, 1)) == 0.5
    assert metrics.within_one(ranks(1, 1, 1, 1), ranks(0, 1, 2, 3)) == 0.5


def test_kappa_is_one_for_agreement_and_nought_for_chance():
    assert metrics.kappa(ranks(1, 2, 3), ranks(1, 2, 3)) == pytest.approx(1.0)
    assert metrics.kappa(ranks(1, 1, 2, 2), ranks(1, 2, 1, 2)) == pytest.approx(0.0)


def test_kappa_weighs_an_error_by_the_square_of_its_distance():
    # Reckoned with the textbook's table: weights (i - j)², observed over expected.
    truth, found = ranks(1, 1, 2, 3), ranks(1, 3, 2, 3)
    observed = 4 / 4
    expected = np.mean([(t - f) ** 2 for t in truth for f in found])
    assert metrics.kappa(truth, found) == pytest.approx(1 - observed / expected)


def test_spearman_gives_ties_their_mean_rank():
    scipy_stats = pytest.importorskip("scipy.stats")
    random = np.random.default_rng(1)
    truth, found = random.integers(1, 8, 50), random.integers(1, 8, 50)
    assert metrics.spearman(truth, found) == pytest.approx(scipy_stats.spearmanr(truth, found).statistic)


def test_bins_of_equal_mass_hold_as_many_rows_each_and_all_rows_together():
    bins = metrics.reliability(np.linspace(0, 1, 103), truths("1" * 103))
    assert sum(b.rows for b in bins) == 103
    assert {b.rows for b in bins} == {10, 11}


def test_ece_is_the_distance_of_confidence_from_what_came_true():
    confidence, right = np.full(20, 0.9), truths("1" * 15 + "0" * 5)
    assert metrics.ece(confidence, right, bins=1) == pytest.approx(0.15)
    sure_and_right = np.repeat([0.0, 1.0], 10)
    assert metrics.ece(sure_and_right, sure_and_right == 1.0) == 0.0


def test_ece_by_chance_shrinks_with_rows_and_is_what_calibrated_confidences_show():
    few, many = np.full(50, 0.8), np.full(5000, 0.8)
    random = np.random.default_rng(3)
    by_chance = [metrics.ece_by_chance(rows, np.ones(len(rows))) for rows in (few, many)]
    assert by_chance[0] > by_chance[1] > 0.0
    seen = metrics.ece(many, random.random(5000) < many)
    assert seen == pytest.approx(by_chance[1], abs=0.01)


def test_what_readers_are_known_to_share_is_no_chance():
    confidence = np.full(50, 0.6)
    assert metrics.ece_by_chance(confidence, np.full(50, 0.6)) == pytest.approx(0.0)
    assert metrics.ece_by_chance(confidence, np.ones(50)) > 0.0


def test_the_gap_is_above_nought_where_confidence_promises_too_much():
    assert metrics.gap(np.full(4, 0.9), truths("1100")) == pytest.approx(0.4)


def test_accuracy_at_coverage_takes_the_most_confident_rows():
    confidence, right = np.array([0.1, 0.9, 0.8, 0.2]), truths("0110")
    assert metrics.accuracy_at(0.5)(confidence, right) == 1.0
    assert metrics.accuracy_at(1.0)(confidence, right) == 0.5


def test_an_interval_holds_its_value_and_is_that_of_the_binomial():
    hits = truths("1" * 80 + "0" * 20)
    figure = metrics.figure(metrics.share, hits)
    spread = 1.96 * math.sqrt(0.8 * 0.2 / 100)
    assert figure.low < figure.value == 0.8 < figure.high
    assert (figure.low, figure.high) == (pytest.approx(0.8 - spread, abs=0.02), pytest.approx(0.8 + spread, abs=0.02))


def test_the_same_rows_give_the_same_interval():
    hits = truths("1101001110")
    assert metrics.figure(metrics.share, hits) == metrics.figure(metrics.share, hits)


def test_a_figure_that_cannot_be_reckoned_shows_a_dash():
    assert str(metrics.figure(metrics.share, truths(""))) == "–"
