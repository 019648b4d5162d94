"""Fitting: confidences that were wrong in a known way come right, and only the fitted record of the file changes."""

import numpy as np
import pytest
import yaml

pytest.importorskip("scipy")

from rung.errors import DataError
from rung.training import fit, metrics

WEIGHTS = """# a comment of the head
decide:
  min_confidence: 0.5   # a comment that stays

fitted:
  from: not yet
  joint:  {slope: 1.0, intercept: 0.0, text: 0.0, found: {}}
  risk_coverage: []

after: 1   # stays too
"""


def rows(count=2000, *, says=0.7, truth=0.95, found="strong", group="titles"):
    right = np.random.default_rng(5).random(count) < truth
    return [fit.ScoredRow(says, False, found, float(r), group, f"source {at % 10}") for at, r in enumerate(right)]


def test_a_way_of_finding_that_is_too_modest_is_raised_to_what_comes_true():
    calibration = fit.calibrate(rows())
    assert calibration.apply(0.7, False, "strong") == pytest.approx(0.95, abs=0.02)


def test_ways_of_finding_are_told_apart():
    calibration = fit.calibrate([*rows(), *rows(truth=0.4, found="weak")])
    assert calibration.apply(0.7, False, "strong") == pytest.approx(0.95, abs=0.03)
    assert calibration.apply(0.7, False, "weak") == pytest.approx(0.4, abs=0.03)


def test_few_rows_move_a_confidence_only_a_little():
    calibration = fit.calibrate([*rows(truth=0.7), *(fit.ScoredRow(0.7, False, "rare", 0.0, "titles", "a") for _ in range(2))])
    assert 0.4 < calibration.apply(0.7, False, "rare") < 0.7


def test_rows_without_a_title_do_not_bend_the_curve_of_the_others():
    titled = rows()
    with_untitled = fit.calibrate([*titled, *rows(truth=0.1, found="untitled")])
    assert with_untitled.apply(0.7, False, "strong") == fit.calibrate(titled).apply(0.7, False, "strong")
    assert with_untitled.apply(0.7, False, "untitled") == pytest.approx(0.1, abs=0.03)


def test_a_confidence_is_the_share_of_readers_where_they_differ():
    split = [fit.ScoredRow(0.9, False, "weak", 0.6, "titles", f"source {at % 10}", sure=False) for at in range(2000)]
    assert fit.calibrate(split).apply(0.9, False, "weak") == pytest.approx(0.6, abs=0.02)


def test_a_statement_of_the_text_is_told_apart():
    said = [fit.ScoredRow(0.8, True, "strong", 1.0, "titles", f"source {at % 10}") for at in range(1000)]
    calibration = fit.calibrate([*rows(says=0.8, truth=0.7), *said])
    assert calibration.apply(0.8, False, "strong") == pytest.approx(0.7, abs=0.03)
    assert calibration.apply(0.8, True, "strong") > 0.97


def test_answers_of_another_family_do_not_bend_the_joint_curve_and_are_measured_by_what_the_family_leaves():
    seen = {part: rows(400) for part in fit.PARTS}
    others = [fit.ScoredRow(0.02, False, "neighbour", 0.0, "others", f"source {at % 10}", graded=False) for at in range(400)]
    fitted = fit.fit({**seen, "family": [*seen["family"], *others]})
    assert fitted.calibrations["joint"] == fit.calibrate(seen["joint"])
    confidence, share = fitted.held_out["others"]
    assert share.tolist() == [1.0] * 400
    assert confidence.mean() > 0.97


def test_a_source_that_goes_its_own_way_is_measured_by_the_others():
    # One source in five is always wrong: fitted with it in sight its rows would look calibrated.
    seen = [fit.ScoredRow(0.9, False, "strong", float(at % 5 > 0), "titles", f"source {at % 5}") for at in range(500)]
    confidence = fit.held_out(seen)
    assert confidence[0] > 0.95
    assert confidence[1] < 0.85


def test_the_threshold_parts_what_readers_agree_on_from_what_splits_them():
    confidence = np.array([0.9] * 50 + [0.66] * 20 + [0.8] * 30)
    sure = np.array([True] * 50 + [False] * 20 + [True] * 30)
    threshold = fit.choose_threshold(confidence, sure, np.where(sure, 1.0, 0.6))
    assert 0.66 < threshold <= 0.8


def test_the_threshold_lies_above_the_confidence_of_a_split_title():
    assert fit.choose_threshold(np.array([0.3, 0.4]), np.array([True, True]), np.array([1.0, 1.0])) > 0.6


def test_held_out_confidences_are_calibrated_where_the_raw_ones_are_not():
    seen = rows()
    right = np.array([row.share for row in seen])
    assert metrics.ece(np.full(len(seen), 0.7), right) > 0.2
    assert metrics.ece(fit.held_out(seen), right) < 0.03


def test_a_higher_threshold_covers_less():
    random = np.random.default_rng(2)
    confidence = random.random(500)
    table = fit.risk_coverage(confidence, random.random(500) < confidence)
    thresholds, coverages, precisions = zip(*table, strict=True)
    assert list(thresholds) == sorted(thresholds)
    assert list(coverages) == sorted(coverages, reverse=True)
    assert coverages[0] == 1.0
    assert precisions[-1] > precisions[0]


def test_only_the_fitted_record_of_the_file_changes(tmp_path):
    path = tmp_path / "weights.yaml"
    path.write_text(WEIGHTS)
    fitted = fit.fit({part: rows(200) for part in fit.PARTS})
    fit.write(path, fitted, "2026-01-31")
    head, tail = WEIGHTS.partition("fitted:")[0], "\nafter: 1   # stays too\n"
    text = path.read_text()
    assert text.startswith(head)
    assert text.endswith(tail)
    record = yaml.safe_load(text)["fitted"]
    assert set(record) == {"from", "threshold", *fit.PARTS, "risk_coverage"}
    assert record["joint"]["slope"] == fitted.calibrations["joint"].slope
    assert "2026-01-31" in record["from"]
    fit.write(path, fitted, "2026-01-31")
    assert path.read_text() == text


def test_a_file_without_the_record_is_refused(tmp_path):
    path = tmp_path / "weights.yaml"
    path.write_text("decide: {}\n")
    with pytest.raises(DataError, match="fitted"):
        fit.write(path, fit.fit({part: rows(100) for part in fit.PARTS}), "2026-01-31")
