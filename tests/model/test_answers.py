"""The questions of ``sayings.yaml`` that have sides: answered in their own words and in three others, each side decides.

``tests/unit/statements/answers.jsonl`` names for each side where Rung asks (title, organisation, ladder) and the answers; they were
written apart from the wordings.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from rung import Normaliser, Query
from rung.types import Organisation

ROOT = Path(__file__).parents[2]
ROWS = [json.loads(line) for line in (ROOT / "tests/unit/statements/answers.jsonl").read_text(encoding="utf-8").splitlines()]
PARAGRAPH = (
    " You work with design, engineering and data every day, talk to customers each week, and keep the roadmap honest."
    " You present results to stakeholders every month."
)


def label(normaliser: Normaliser, row: dict, text: str) -> str:
    query = Query(
        row["title"],
        description=text,
        organisation=Organisation(**row.get("organisation", {})),
        ladder=row.get("ladder", "reference"),
    )
    answer = normaliser.classify(query)
    inside = answer.family is not None and answer.family.id == "product-management"
    return f"{answer.level.id}/{answer.track}" if inside else "other"


@pytest.mark.parametrize("text", ["", PARAGRAPH], ids=["alone", "before a paragraph"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['title']}: {row['wanted'][0]}")
def test_an_answer_to_a_question_decides(normaliser: Normaliser, row: dict, text: str) -> None:
    assert {answer: label(normaliser, row, answer + text) for answer in row["texts"]}.items() <= {
        (answer, wanted) for answer in row["texts"] for wanted in row["wanted"]
    }


def test_every_question_that_has_sides_is_answered() -> None:
    sayings = yaml.safe_load((ROOT / "training_data/families/product-management/sayings.yaml").read_text(encoding="utf-8"))
    asked = {question["ask"] for question in sayings["questions"] if "between" in question}
    answered = [ask for ask in asked if any(ask.startswith(row["question"]) for row in ROWS)]
    assert sorted(answered) == sorted(asked)
    assert all(len(row["texts"]) == 4 for row in ROWS)


@pytest.mark.parametrize("title", ["Associate Product Manager", "Senior Product Manager", "VP of Product"])
def test_repeating_a_text_adds_nothing(normaliser: Normaliser, title: str) -> None:
    text = "You sit on the executive committee. You hire, coach and appraise directors of product. You own the P&L. "
    once, often = (normaliser.classify(Query(title, description=text * times)) for times in (1, 40))
    assert (once.level, once.track, once.confidence) == (often.level, often.track, often.confidence)


@pytest.mark.parametrize(
    ("title", "text", "flagged"),
    [
        ("Senior Product Manager", "You line-manage four product managers.", True),
        ("Principal Product Manager", "You line-manage four product managers.", True),
        ("Lead Product Manager", "This role has no direct reports.", False),
        ("Senior Product Manager", "You report to the CPO and run discovery.", False),
        ("Senior Product Manager", "Seniority level: Director", True),
    ],
)
def test_only_a_statement_against_a_clear_title_is_a_conflict(normaliser: Normaliser, title: str, text: str, flagged: bool) -> None:
    assert ("title_description_conflict" in normaliser.classify(Query(title, description=text)).flags) is flagged


@pytest.mark.parametrize(
    ("text", "flagged"), [("Apply now!", True), ("<p></p>", True), ("Мы ищем", True), ("No reports.", False), (None, False)]
)
def test_a_description_that_could_not_be_used_is_flagged(normaliser: Normaliser, text: str | None, flagged: bool) -> None:
    assert ("description_not_used" in normaliser.classify(Query("Senior PM", description=text)).flags) is flagged


@pytest.mark.parametrize(
    "text",
    [
        "404 Not Found. The page that you asked for does not exist on this server.",
        "Access denied. You have no permission to see this page.",
        "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt.",
        "This vacancy is no longer open. Browse other vacancies.",
        "502 Bad Gateway",
        "See attachment",
        "Loading...",
        "Apply now!",
        "Just a moment... We are checking that you are a person.",
    ],
)
def test_a_page_of_an_error_or_a_placeholder_is_no_job(normaliser: Normaliser, text: str) -> None:
    answer = normaliser.classify(Query("", description=text))
    assert (answer.status, answer.family, answer.level, answer.confidence) == ("unreadable", None, None, None)
    assert "no_job_words" in answer.flags
    assert normaliser.classify(Query("Accountant", description=text)).family.id == "finance"


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("You look after patients on the ward.", "nursing"),
        ("You answer phones and greet visitors.", "administration"),
        ("You write and test code in Python.", "software-engineering"),
        ("You teach maths to children.", "education"),
        ("You own the roadmap of our app.", "product-management"),
    ],
)
def test_one_sentence_of_duties_is_enough(normaliser: Normaliser, text: str, family: str) -> None:
    assert normaliser.classify(Query("", description=text)).family.id == family


@pytest.mark.parametrize(
    "text", ["You line-manage five nurses on the ward.", "5 direct reports", "You lead four engineers, who report to you."]
)
def test_a_text_without_a_title_contradicts_none(normaliser: Normaliser, text: str) -> None:
    assert "title_description_conflict" not in normaliser.classify(Query("", description=text)).flags


def test_facts_name_their_evidence(normaliser: Normaliser) -> None:
    text = "You manage three to five product managers and report to the Director of Product. 7+ years of experience."
    answer = normaliser.classify(Query("Lead PM", description=text, include=("evidence", "facts")))
    facts, evidence = answer.facts, answer.evidence
    assert (facts.reports.min, facts.reports.max, facts.manages) == (3, 5, "yes")
    assert evidence[facts.reports.evidence].text == "manage three to five product managers"
    assert (facts.reports_to.text, facts.reports_to.position) == ("Director of Product", "director-of-product")
    assert (facts.years.min, answer.people_management) == (7, "yes")


def test_the_weight_of_a_statement_is_what_the_answer_loses_without_it(normaliser: Normaliser) -> None:
    text = "You line-manage two product managers."
    answer = normaliser.classify(Query("Lead PM", description=text))
    (piece,) = [e for e in answer.evidence if e.source == "description" and e.says.startswith("The job line-manages")]
    assert piece.weight > 1
    assert piece.towards["track"] == "manager"
