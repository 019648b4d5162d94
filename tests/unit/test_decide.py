"""Weighing and deciding: what moves an answer, what must not, and when Rung abstains."""

import pytest

from rung import InvalidQuery, Normaliser, Query, TooLarge

SILENT = "Join a friendly team in a bright office. We offer thirty days of leave, a pension and a bicycle scheme. " * 3
MANAGES = (
    "You line-manage four product managers, appraise their work twice a year and decide whom to hire. You hold weekly one-to-ones "
    "with your direct reports and plan their careers. You build and lead the team of product managers for lending."
)


@pytest.fixture(scope="module")
def normaliser():
    return Normaliser.load()


def test_group_pm_is_a_senior_manager(normaliser):
    answer = normaliser.classify(Query(title="Group PM"))
    assert (answer.status, answer.level.label, answer.track) == ("classified", "Senior/GPM", "manager")


@pytest.mark.parametrize("title", ["VP Product", "Associate Product Manager", "Principal Product Manager", "Project Manager"])
def test_a_vague_text_never_overrules_a_clear_title(normaliser, title):
    alone, beside = (normaliser.classify(Query(title=title, description=text)) for text in (None, SILENT))
    assert (alone.status, alone.level, alone.track) == (beside.status, beside.level, beside.track)


def test_people_management_in_the_text_decides_the_track(normaliser):
    lead = normaliser.classify(Query(title="Lead Product Manager", description=MANAGES))
    assert (lead.level.id, lead.track, lead.people_management) == ("lead", "manager", "yes")
    assert any(e.source == "description" and e.towards == {"track": "manager"} for e in lead.evidence)


def test_an_open_title_is_ambiguous_with_the_question_that_decides(normaliser):
    answer = normaliser.classify(Query(title="Lead Product Manager"))
    assert answer.status == "ambiguous" or answer.range.question
    assert set(answer.range.tracks) == {"ic", "manager"}
    assert "line-manage" in answer.range.question


def test_evidence_stands_where_it_says(normaliser):
    text = f"Über uns: … {MANAGES}"
    answer = normaliser.classify(Query(title="Senior Prodüct Manager", description=text))
    assert answer.evidence
    for evidence in answer.evidence:
        source = {"title": "Senior Prodüct Manager", "description": text}.get(evidence.source)
        if source is not None:
            assert source[evidence.start : evidence.end] == evidence.text


def test_min_confidence_makes_rung_abstain(normaliser):
    assert normaliser.classify(Query(title="Product Owner", min_confidence=0.999)).status == "ambiguous"


def test_min_precision_picks_the_threshold_and_tells_the_coverage(normaliser):
    answer = normaliser.classify(Query(title="Senior Product Manager", min_precision=0.98))
    assert answer.status == "classified"
    assert any(flag.startswith("expected_coverage:0.") for flag in answer.flags)


@pytest.mark.parametrize(
    "title", ["Group PM", "Lead PM", "Senior Product Owner", "Head of Product", "Chief Product Owner", "PM III"]
)
def test_a_part_of_the_answer_is_never_less_likely_than_the_whole(normaliser, title):
    result = normaliser.classify(
        Query(title=title, description="You own the roadmap, hire product managers and report to the CEO. " * 3)
    )
    parts = result.confidences
    assert min(parts.family, parts.level, parts.track) >= result.confidence


def test_probabilities_never_exceed_one(normaliser):
    for title in ("Product Lead", "PM", "Product Owner", "(Senior) Product Manager"):
        answer = normaliser.classify(Query(title=title))
        assert answer.confidence + sum(a.confidence for a in answer.alternatives) <= 1.0001


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
