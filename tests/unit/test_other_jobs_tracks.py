"""The track of jobs without ladders: what a text says of managing people decides, whoever these people are."""

import pytest

from rung import Normaliser, Query


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Registered Nurse", "You manage a team of five nurses."),
        ("Accountant", "Three bookkeepers report to you."),
        ("Software Engineer", "You line manage four engineers."),
        ("Chef", "You will lead a brigade of six cooks and do their appraisals."),
        ("Designer", "You hire, coach and appraise the designers of the studio."),
        ("Data Analyst", "This role has six direct reports."),
    ],
)
def test_a_text_that_says_who_reports_makes_a_manager(normaliser: Normaliser, title: str, text: str) -> None:
    answer = normaliser.classify(Query(title, description=text))
    assert (answer.people_management, answer.track) == ("yes", "manager")
    assert "track" not in answer.range.about


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Store Manager", "You have no direct reports."),
        ("Engineering Manager", "Nobody reports to this role."),
        ("Teacher", "You do not manage anyone."),
        ("Head of Legal", "This role has no line management responsibility."),
    ],
)
def test_a_text_that_denies_reports_makes_none(normaliser: Normaliser, title: str, text: str) -> None:
    answer = normaliser.classify(Query(title, description=text))
    assert (answer.people_management, answer.track) == ("no", "ic")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Nurse", "You report to the ward manager, who manages a team of five."),
        ("Electrician", "You will coach apprentices."),
        ("Accountant", "Our finance director manages three controllers."),
    ],
)
def test_other_peoples_reports_do_not_count(normaliser: Normaliser, title: str, text: str) -> None:
    assert normaliser.classify(Query(title, description=text)).track == "ic"


@pytest.mark.parametrize(
    ("title", "piece"),
    [
        ("Product Delivery Manager", "Delivery Manager"),
        ("Administrative Assistant, Product Management", "Administrative Assistant"),
        ("Line Manager", "Line Manager"),
        ("Product Partner", "Product Partner"),
    ],
)
def test_a_sentence_of_evidence_stands_once(normaliser: Normaliser, title: str, piece: str) -> None:
    evidence = normaliser.classify(Query(title)).evidence
    says = [each.says for each in evidence]
    assert len(says) == len(set(says))
    assert piece in {each.text for each in evidence}
