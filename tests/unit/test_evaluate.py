"""What counts as right, and that the report says the same to people and to programs."""

import json
from dataclasses import replace

import pytest

pytest.importorskip("scipy")

from rung import Normaliser
from rung.grid import Grid
from rung.training import any_job_sections, report, sections
from rung.training.evaluate import (
    Answer,
    FileAnswers,
    accuracy,
    answer_files,
    calibration,
    duties_alone,
    normaliser_answers,
    targets,
)
from rung.training.gold import GoldFile, GoldRow
from rung.training.metrics import Figure
from rung.types import ModelInfo

GRID = Grid.from_dict(
    {
        "family": "toys",
        "levels": {"mid": "Mid", "senior": "Senior", "head": "Head"},
        "positions": [{"id": "any", "label": "Any", "cells": ["mid/ic", "senior/ic", "senior/manager", "head/manager"]}],
    },
    {
        "levels": [{"id": name, "rank": rank} for rank, name in enumerate(("mid", "senior", "head"), 1)],
        "tracks": [{"id": "ic"}, {"id": "manager"}],
    },
)


def answer(label, guess, status="classified", *, sure=True, accept=(), confidence=0.9, shown=()):
    row = GoldRow("row | a", "Some | title", None, None, label, (label, *accept), sure, "plain", "en")
    graded = guess if "/" in guess else "mid/ic"
    return Answer(row, status, guess, graded, confidence, frozenset(shown))


def values(figures):
    return {name: figure.value for name, figure in figures.items()}


def test_an_abstention_on_a_sure_row_is_an_error_even_where_its_guess_is_right():
    found = values(targets([answer("mid/ic", "mid/ic"), answer("mid/ic", "mid/ic", "ambiguous")]))
    assert (found["joint, sure"], found["abstained, sure"]) == (0.5, 0.5)


def test_the_confidence_of_a_row_is_that_of_its_label():
    normaliser = Normaliser.load()
    row = GoldRow("a", "Registered Nurse", None, None, "other", ("other",), True, "plain", "en")
    classify = normaliser_answers(normaliser)
    graded, any_job = classify([row, replace(row, label="nursing/mid/ic", accept=("nursing/mid/ic",), form="any")])
    assert graded.guess == "other"
    assert graded.confidence > any_job.confidence == normaliser.classify(row.query).confidence


def test_on_a_row_in_doubt_any_accepted_guess_is_right_and_hedging_is_allowed():
    rows = [
        answer("mid/ic", "senior/ic", "ambiguous", sure=False, accept=("senior/ic",)),
        answer("mid/ic", "head/manager", sure=False),
    ]
    assert values(targets(rows))["accepted, unsure"] == 0.5


def test_another_job_counts_as_taken_for_the_family_only_where_the_answer_stands():
    rows = [answer("other", "mid/ic"), answer("other", "mid/ic", "ambiguous"), answer("other", "other", "classified")]
    assert values(targets(rows))["other classified, sure"] == pytest.approx(1 / 3)


def test_level_within_one_and_track_are_of_jobs_of_the_family_and_a_missed_job_is_wrong_in_all():
    rows = [answer("mid/ic", "senior/ic"), answer("senior/ic", "senior/manager"), answer("head/manager", "other", "classified")]
    found = values(accuracy([*rows, answer("other", "other", "classified")], GRID))
    assert found["level"] == pytest.approx(1 / 3)
    assert found["within one level"] == pytest.approx(2 / 3)
    assert found["track"] == pytest.approx(1 / 3)
    assert (found["family precision"], found["family recall"]) == (1.0, pytest.approx(2 / 3))


def test_duties_alone_reads_the_level_also_where_the_job_was_taken_for_another():
    found = values(duties_alone([answer("mid/ic", "other", "classified")], GRID))
    assert (found["level exact"], found["F1 family"]) == (1.0, 0.0)


def test_an_unreadable_row_has_no_confidence_to_calibrate():
    rows = [answer("mid/ic", "mid/ic", confidence=1.0), answer("mid/ic", "", "unreadable", confidence=0.0)]
    assert values(calibration(rows))["ECE"] == 0.0


def test_a_confidence_is_held_against_the_share_of_readers():
    split = answer("mid/ic", "mid/ic", sure=False, accept=("senior/ic",), confidence=0.6)
    other_side = answer("mid/ic", "senior/ic", sure=False, accept=("senior/ic",), confidence=0.4)
    unknown = answer("mid/ic", "head/manager", sure=False, confidence=0.9)
    assert values(calibration([split, other_side, unknown]))["ECE"] == 0.0


def test_duties_alone_ranks_by_the_expected_rank():
    # All three are answered as mid; only the expected rank tells them apart.
    rows = [
        replace(answer(label, "mid/ic"), expected_rank=rank)
        for label, rank in (("mid/ic", 1.1), ("senior/ic", 1.4), ("head/manager", 1.9))
    ]
    assert values(duties_alone(rows, GRID))["Spearman"] == pytest.approx(1.0)


def test_any_job_asks_each_part_of_the_rows_that_agree_on_it():
    def job(label, guess, *accept, confidence=0.5):
        row = GoldRow("a", "A", None, None, label, (label, *accept), not accept, "", "", form="any")
        return Answer(row, "classified", guess, "", confidence)

    answers = (
        job("nursing/mid/ic", "nursing/mid/ic"),
        job("sales/senior/ic", "sales/mid/ic", confidence=0.95),
        job("sales/mid/ic", "retail/senior/manager", "retail/mid/ic"),
        job("sales/mid/ic", "retail/mid/ic", "retail/mid/ic"),
    )
    section = any_job_sections.any_jobs([FileAnswers(GoldFile("titles", tuple(a.row for a in answers), "any"), answers)])
    found = {name: figure.value for name, figure in section.rows}
    assert found["family"] == 1.0  # of the two rows with one family
    assert found["level"] == pytest.approx(2 / 4)
    assert found["in full"] == pytest.approx(2 / 4)
    assert found["confident errors, sure"] == pytest.approx(1 / 2)


def test_the_first_screen_sets_confidence_beside_the_readers_who_agree():
    rows = (
        answer("mid/ic", "mid/ic", sure=False, accept=("senior/ic",), confidence=0.7),
        answer("mid/ic", "other", confidence=0.5),
    )
    (row,) = sections.glance([FileAnswers(GoldFile("titles", tuple(a.row for a in rows)), rows)], []).rows
    name, count, accepted, agree, confidence, _ = row
    assert (name, count, accepted.value) == ("family with ladders: titles", 2, 0.5)
    assert (agree.value, confidence) == (pytest.approx(0.3), pytest.approx(0.6))


def test_field_cases_count_confident_errors_by_kind_and_label():
    def case(kind, label, guess, confidence, description=None):
        row = GoldRow("a", "A", description, None, label, (label,), True, kind, "", form="field")
        return Answer(row, "classified", guess, "", confidence)

    answers = (case("k1", "mid/ic", "mid/ic", 0.9), case("k2", "mid/ic", "other", 0.95, "text"), case("k2", "mid/ic", "other", 0.5))
    whole, kinds, labels = any_job_sections.field([FileAnswers(GoldFile("field", tuple(a.row for a in answers), "field"), answers)])
    assert [(row[0], row[1], row[4], row[5]) for row in whole.rows] == [("texts", 1, 1, 1), ("titles", 2, 1, 0), ("all", 3, 2, 1)]
    assert [(row[0], row[4]) for row in kinds.rows] == [("k2", 2), ("k1", 0)]
    assert [(row[0], row[1]) for row in labels.rows] == [("mid/ic", 3)]


def test_a_text_mends_and_spoils():
    def posting(label, by_title, by_both):
        row = GoldRow("a", "A", "text", None, label, (label,), True, "", "")
        return Answer(row, "classified", by_title, by_title, 0.9), Answer(row, "classified", by_both, by_both, 0.9)

    pairs = [posting("mid/ic", "mid/ic", "other"), posting("mid/ic", "other", "mid/ic"), posting("mid/ic", "mid/ic", "mid/ic")]
    by_title, by_both = zip(*pairs, strict=True)
    section = any_job_sections.texts([FileAnswers(GoldFile("postings", tuple(a.row for a in by_both)), by_both, (), by_title)])
    assert section.rows == (("postings, sure", 3, 2, 1, 1),)


def test_only_rows_with_a_text_are_answered_again_by_it_and_by_the_title_alone():
    rows = (answer("mid/ic", "").row, GoldRow("b", "Product Manager", "Own it.", None, "mid/ic", ("mid/ic",), True, "", ""))
    asked = []

    def classify(given):
        asked.append([row.title for row in given])
        return [Answer(row, "classified", "mid/ic", "mid/ic", 0.9) for row in given]

    (found,) = answer_files(classify, [GoldFile("titles", rows)])
    assert asked == [["Some | title", "Product Manager"], [""], ["Product Manager"]]
    assert (len(found.answers), len(found.duties), len(found.titles)) == (2, 1, 1)


@pytest.fixture
def whole():
    answers = (answer("mid/ic", "senior/ic", confidence=0.8), answer("other", "mid/ic"), answer("mid/ic", "mid/ic"))
    files = [FileAnswers(GoldFile("titles", tuple(a.row for a in answers)), answers, ())]
    shown = [
        sections.headline(files),
        *sections.slices(files, GRID),
        *sections.confusion(files, GRID, None),
        sections.errors(files),
    ]
    return report.Report(
        "2026-01-31", ModelInfo("m", "1.0", "sha256:0"), (("titles", 3),), "rung evaluate", tuple(shown), sections.GLOSSARY
    )


def test_the_report_says_the_same_to_people_and_to_programs(whole):
    text, document = report.markdown(whole), json.loads(report.as_json(whole))
    joint = document["sections"]["targets"][0]
    assert joint["figure"] == "joint, sure"
    assert f"{joint['titles (3)']['value']:.3f}"[:4] in text
    assert [row["confidence"] for row in document["sections"]["errors"]] == [0.9, 0.8]
    assert "2026-01-31" in text
    assert "\n## Glossary\n" in text


def test_a_bar_in_an_id_does_not_break_the_table(whole):
    text = report.markdown(whole)
    assert r"row \| a" in text
    assert "row | a" not in text


def test_what_cannot_be_reckoned_is_a_dash_and_null(whole):
    nothing = Figure(float("nan"), float("nan"), float("nan"), 0)
    assert report.show(nothing) == "–"
    section = report.Section("a", "A", "", ("name", "figure"), (("x", nothing),))
    document = json.loads(report.as_json(report.Report("", whole.model, (), "", (section,), ())))
    assert document["sections"]["a"][0]["figure"]["value"] is None
