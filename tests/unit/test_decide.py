"""Weighing and deciding: what moves an answer, what must not, and when Rung abstains."""

import pytest

from rung import InvalidQuery, Query, TooLarge
from rung.decision.calibration import Calibration
from rung.decision.decide import Decider, DecisionWeights
from rung.grid import OTHER

SILENT = "Join a friendly team in a bright office. We offer thirty days of leave, a pension and a bicycle scheme. " * 3
MANAGES = (
    "You line-manage four product managers, appraise their work twice a year and decide whom to hire. You hold weekly one-to-ones "
    "with your direct reports and plan their careers. You build and lead the team of product managers for lending."
)


def test_group_pm_is_a_senior_manager(normaliser):
    answer = normaliser.classify(Query(title="Group PM"))
    assert (answer.status, answer.level.label, answer.track) == ("classified", "Senior/GPM", "manager")


@pytest.mark.parametrize("title", ["VP Product", "Associate Product Manager", "Principal Product Manager", "Project Manager"])
def test_a_vague_text_never_overrules_a_clear_title(normaliser, title):
    alone, beside = (normaliser.classify(Query(title=title, description=text)) for text in (None, SILENT))
    for answer in (alone, beside):
        assert (answer.status, answer.track) == (alone.status, alone.track)
    assert (alone.level and alone.level.id) == (beside.level and beside.level.id)


@pytest.mark.parametrize(
    "title", ["Group PM", "Lead PM", "Senior Product Owner", "Head of Product", "Chief Product Owner", "PM III"]
)
def test_a_part_of_the_answer_is_never_less_likely_than_the_whole(normaliser, title):
    result = normaliser.classify(
        Query(title=title, description="You own the roadmap, hire product managers and report to the CEO. " * 3)
    )
    parts = result.confidences
    assert min(parts.family, parts.level, parts.track) >= result.confidence


def test_that_a_job_is_of_another_family_has_what_the_family_leaves(normaliser):
    as_is = Calibration(1.0, 0.0, 0.0, {})
    calibrations = {"joint": as_is._replace(intercept=-5.0), "family": as_is, "level": as_is, "track": as_is}
    decider = Decider(normaliser.grid, DecisionWeights(0.7, 0.5, 0.9, 3, 0.02), calibrations, ())
    scores = dict.fromkeys(normaliser.grid.cells, 0.1 / len(normaliser.grid.cells)) | {OTHER: 0.9}
    decision = decider.decide(scores, stated=False, match_kind="strong", head=None, min_confidence=None)
    assert (decision.cell, decision.confidence) == (OTHER, 0.9)
    assert decision.confidences.family == 0.9


def test_a_job_that_is_surely_of_another_family_has_no_rank_in_this_one(normaliser):
    calibrations = dict.fromkeys(("joint", "family", "level", "track"), Calibration(2.0, 0.0, 0.0, {}))
    decider = Decider(normaliser.grid, DecisionWeights(0.7, 0.5, 0.9, 3, 0.02), calibrations, ())
    scores = dict.fromkeys(normaliser.grid.cells, 0.0) | {OTHER: 1.0}
    decision = decider.decide(scores, stated=False, match_kind="strong", head=None, min_confidence=None)
    assert (decision.cell, decision.confidence, decision.expected_rank) == (OTHER, 0.999, 0.0)


def test_probabilities_never_exceed_one(normaliser):
    for title in ("Product Lead", "PM", "Product Owner", "(Senior) Product Manager"):
        answer = normaliser.classify(Query(title=title, include=("alternatives",)))
        assert answer.confidence + sum(a.confidence for a in answer.alternatives) <= 1.0001


@pytest.mark.parametrize(
    "title",
    ["Product Associate (New Grad)", "Principal Product Manager, Manager - Health", "JUNIOR SUPERVISOR", "Product Lead", "Lead PM"],
)
def test_no_alternative_is_likelier_than_the_answer(normaliser, title):
    answer = normaliser.classify(Query(title=title, include=("alternatives",)))
    assert answer.alternatives
    assert max(alternative.confidence for alternative in answer.alternatives) <= answer.confidence


@pytest.mark.parametrize(
    ("query", "error", "field"),
    [
        (Query(), InvalidQuery, "title"),
        (Query(title=" \n"), InvalidQuery, "title"),
        (Query(title="x" * 501), TooLarge, "title"),
        (Query(title="PM", description="x" * 50_001), TooLarge, "description"),
        (Query(title="PM", min_confidence=1.5), InvalidQuery, "min_confidence"),
        (Query(title="PM", min_precision=-1.0), InvalidQuery, "min_precision"),
    ],
)
def test_a_bad_query_is_named(normaliser, query, error, field):
    with pytest.raises(error) as caught:
        normaliser.classify(query)
    assert caught.value.errors[0].field == field


def test_a_bad_query_fails_alone(normaliser):
    good, bad = normaliser.classify_many([Query(title="Product Manager"), Query()])
    assert good.level.id == "mid"
    assert isinstance(bad, InvalidQuery)
