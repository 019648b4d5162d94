"""Kinds of plain words in which texts tell who is managed, and by whom: each kind in many wordings, with what only resembles it.

The rows of ``statements/told.jsonl`` have what a careful reader hears: whether the job manages people (``manages``) and how many
(``reports``). ``told_facts.jsonl`` has other facts in the same way. They stand beside the title of a product manager where they
speak of product people, else beside that of another job.
"""

from __future__ import annotations

from typing import Any

import pytest
from statement_toys import counted, manages, reader, rules, sentences

ROWS = sentences("told")
FACTS = sentences("told_facts")
POSITIONS = {"executive": "head-of-product", "vision": "product-owner"}  # the title that a fact is read beside, if any


def of_kind(*kinds: str) -> pytest.MarkDecorator:
    """Parametrises a test with the rows of some kinds."""
    return pytest.mark.parametrize("row", [row for row in ROWS if row["kind"] in kinds], ids=lambda row: row["text"])


def of_fact(fact: str) -> pytest.MarkDecorator:
    """Parametrises a test with the rows of a fact."""
    return pytest.mark.parametrize("row", [row for row in FACTS if row["fact"] == fact], ids=lambda row: row["text"])


def assert_heard(row: dict[str, Any]) -> None:
    """What the text of a row states of managing people, and of how many, is heard, and no number where it states none."""
    stated = counted(row["text"], row["position"])
    assert rules().claim(stated, "manages") == row["manages"]
    reports = rules().reads(stated, "reports")
    if "reports" in row:
        assert reports is not None
        assert (reports.statement.least, reports.statement.most) == (row["reports"], row["reports"])
    elif row["manages"] != "yes":
        assert reports is None or not reports.statement.most


@of_kind("one-to-ones")
def test_one_to_ones_and_reviews_are_held_with_ones_own_people(row: dict[str, Any]) -> None:
    assert_heard(row)


@of_kind("everyone")
def test_what_is_done_to_everyone_of_a_place_or_team(row: dict[str, Any]) -> None:
    assert_heard(row)


@of_kind("nouns")
def test_nouns_of_managing_in_a_list(row: dict[str, Any]) -> None:
    assert_heard(row)


@of_kind("one of those managed")
def test_the_job_may_be_one_of_those_whom_somebody_manages(row: dict[str, Any]) -> None:
    assert_heard(row)


@of_kind("lists")
def test_the_items_of_a_list_of_people_add_up(row: dict[str, Any]) -> None:
    assert_heard(row)


@of_kind("shapes", "fields")
def test_forms_and_lines_that_give_a_number(row: dict[str, Any]) -> None:
    assert_heard(row)


@of_kind("below-the-boss")
def test_what_follows_whom_the_job_reports_to_is_said_of_the_job(row: dict[str, Any]) -> None:
    assert_heard(row)


@of_kind("work for you")
def test_people_who_work_for_the_job(row: dict[str, Any]) -> None:
    assert_heard(row)


@of_kind("managers of managers")
def test_managers_through_whom_the_job_leads(row: dict[str, Any]) -> None:
    assert_heard(row)


@of_kind("named before")
def test_people_are_named_in_one_sentence_and_managed_in_the_next(row: dict[str, Any]) -> None:
    assert_heard(row)


@of_kind("their manager")
def test_the_job_is_the_manager_of_somebody(row: dict[str, Any]) -> None:
    assert_heard(row)


@of_kind("abroad")
def test_the_same_kinds_in_other_languages(row: dict[str, Any]) -> None:
    assert_heard(row)


@of_kind("prose")
def test_management_and_its_denial_in_prose(row: dict[str, Any]) -> None:
    assert_heard(row)


@of_kind("charges")
def test_people_animals_and_machines_that_a_job_looks_after_are_no_reports(row: dict[str, Any]) -> None:
    assert_heard(row)


@of_kind("future")
def test_what_may_come_is_not_stated(row: dict[str, Any]) -> None:
    assert_heard(row)


@of_kind("past")
def test_what_applicants_have_done_is_not_stated_of_the_job(row: dict[str, Any]) -> None:
    assert_heard(row)


@of_kind("others")
def test_what_is_said_of_others_is_not_stated_of_the_job(row: dict[str, Any]) -> None:
    assert_heard(row)


@of_fact("only_product_person")
def test_the_first_or_only_product_person(row: dict[str, Any]) -> None:
    assert rules().claim(counted(row["text"]), "only_product_person") == row["value"]


@of_fact("executive")
def test_a_seat_among_the_executives(row: dict[str, Any]) -> None:
    assert rules().claim(counted(row["text"], POSITIONS["executive"]), "executive") == row["value"]


@of_fact("vision")
def test_who_decides_where_the_product_goes(row: dict[str, Any]) -> None:
    stated = counted(row["text"], POSITIONS["vision"])
    elsewhere = rules().claim(stated, "specifies_only") == "yes" or rules().claim(stated, "owns_vision") == "no"
    assert elsewhere == (row["value"] == "yes")


@of_fact("boss")
def test_whom_the_job_works_for(row: dict[str, Any]) -> None:
    boss = rules().reads(counted(row["text"]), "reports_to")
    assert (boss.statement.words if boss else "") == row["value"]


@of_fact("level")
def test_a_level_in_plain_words(row: dict[str, Any]) -> None:
    level = rules().reads(counted(row["text"]), "stated_level")
    assert (rules().level(level.statement) if level else "unknown") == row["value"]


@pytest.mark.parametrize(
    ("title", "claim"), [("Senior Product Manager", "unknown"), ("Group Product Manager", "yes"), ("Group PM", "yes")]
)
def test_a_product_manager_of_another_rank_is_somebody_else(title: str, claim: str) -> None:
    found = rules().counted(reader().read("The Group PM manages four product managers."), "senior-product-manager", True, title)
    assert rules().claim(found, "manages") == claim


def test_a_noun_that_begins_with_you_is_somebody_else() -> None:
    assert manages("Je teamleider stuurt twaalf verkopers aan.", "") == "unknown"
    assert manages("Je stuurt twaalf verkopers aan.", "") == "yes"
