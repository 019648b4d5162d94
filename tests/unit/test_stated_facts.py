"""What texts state besides the management of people: counts, the boss, years, levels, the first product person.

``statements/stated.jsonl`` holds texts as ads are written, beside their title and its reference position ("" outside product
management), and one fact of each; all were written before the wordings that hear them.
"""

from __future__ import annotations

from typing import Any

import pytest
from statement_toys import manages, reader, rules, sentences

CLAIMS = frozenset({"only_product_person", "product_executive_above", "executive", "specifies_only", "owns_vision"})


def stated(row: dict[str, Any]) -> object:
    """What the text of a row states of its fact."""
    found = rules().counted(reader().read(row["text"]), row["position"], level_named=False, title=row["title"])
    if row["fact"] in CLAIMS:
        return rules().claim(found, row["fact"])
    read = rules().reads(found, row["fact"])
    if read is None:
        return None
    told = {"reports_to": read.statement.words, "stated_level": rules().level(read.statement)}
    return told.get(row["fact"], read.statement.least)


@pytest.mark.parametrize("row", sentences("stated"), ids=lambda row: f"{row['fact']}: {row['text']}")
def test_facts_are_read_from_any_wording(row: dict[str, Any]) -> None:
    assert stated(row) == row["value"]


def test_direct_reports_count_before_a_whole_team() -> None:
    text = "You line-manage a team of nine people; four direct reports lead the rest."
    assert stated({"text": text, "title": "Head of Support", "position": "", "fact": "reports"}) == 4


def test_one_to_ones_are_no_count_of_people() -> None:
    assert stated({"text": "You hold 1:1s with your team.", "title": "Bar Manager", "position": "", "fact": "reports"}) is None


def test_who_is_sought_may_have_a_comma_in_the_title() -> None:
    found = reader().read("We seek a Deputy Manager, Software Quality to lead our gifted testing team.")
    assert [(s.kind, s.subject) for s in found] == [("leads-team", "job")]


@pytest.mark.parametrize("answer", ["None", "- None", "- No staff is supervised", "No supervisory duties", "- no"])
@pytest.mark.parametrize("field", ["Supervisory duties", "Management responsibility:", "People responsibilities"])
def test_a_denial_in_the_line_below_its_heading_is_heard(field: str, answer: str) -> None:
    assert manages(f"Keep the ledgers.\n{field}\n{answer}\nBenefits", "") == "no"


@pytest.mark.parametrize(
    ("text", "fact", "bounds"),
    [
        ("At least 7 years of experience in product management.", "years", (7, None)),
        ("7+ years of experience in product management.", "years", (7, None)),
        ("Seven or more years of experience.", "years", (7, None)),
        ("Up to 3 years of experience.", "years", (None, 3)),
        ("5 to 7 years of experience.", "years", (5, 7)),
        ("Six years of experience.", "years", (6, 6)),
        ("Mindestens 5 Jahre Berufserfahrung.", "years", (5, None)),
        ("Vous encadrez jusqu'à 5 personnes.", "reports", (None, 5)),
        ("You lead a team of 8+ nurses.", "reports", (8, None)),
        ("You have no more than five direct reports.", "reports", (None, 5)),
        ("You own up to 3 products.", "products", (None, 3)),
    ],
)
def test_a_count_has_only_the_bound_that_the_text_states(text: str, fact: str, bounds: tuple[int | None, int | None]) -> None:
    read = rules().reads(rules().counted(reader().read(text), "product-manager", level_named=False), fact)
    assert read is not None
    assert (read.statement.least, read.statement.most) == bounds


@pytest.mark.parametrize(
    ("text", "reports"), [("You have up to five direct reports.", (1, 5)), ("You have at least three direct reports.", (3, None))]
)
def test_a_condition_is_held_against_both_ends_of_a_count(text: str, reports: tuple[int, int | None]) -> None:
    assert rules().facts(rules().counted(reader().read(text), "product-manager", level_named=False))["reports"] == reports


def test_an_open_count_meets_no_case_that_ends() -> None:
    several, open_ended = (
        rules().counted(reader().read(f"You have {count} direct reports."), None, level_named=False)[0].effect.odds
        for count in ("four", "at least four")
    )
    assert several != open_ended
