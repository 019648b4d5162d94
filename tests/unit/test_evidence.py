"""Evidence of the description: what statements and duties are shown for."""

from __future__ import annotations

import pytest

from rung import Normaliser, Query
from rung.types import Evidence

TEAM = "You line-manage four product managers. You hire and appraise them, and you develop their careers."
DUTIES = "You own the goals of the payments area. You set its priorities with engineering and design every quarter."


def track_evidence(normaliser: Normaliser, text: str) -> list[Evidence]:
    answer = normaliser.classify(Query("Product Lead", text))
    return [piece for piece in answer.evidence if piece.source == "description" and "track" in piece.towards]


def test_beside_a_statement_no_duty_speaks_for_a_track(normaliser: Normaliser) -> None:
    (piece,) = track_evidence(normaliser, f"{TEAM} {DUTIES}")
    assert piece.text == "line-manage four product managers"
    assert piece.weight > 0


def test_a_statement_that_decides_nothing_is_for_no_track(normaliser: Normaliser) -> None:
    text = "You line-manage four product managers. You will hire and appraise people. You own the goals of the payments area."
    answer = normaliser.classify(Query("Product Lead", text))
    (piece,) = [each for each in answer.evidence if each.text == "hire and appraise people"]
    assert (piece.towards, piece.weight) == ({}, 0.0)


@pytest.mark.parametrize("text", ["You own the vision of our product.", "You write and refine user stories for the developers."])
def test_what_evidence_speaks_for_has_a_name(normaliser: Normaliser, text: str) -> None:
    answer = normaliser.classify(Query("Product Manager", f"{text} {DUTIES}"))
    assert all(value for piece in answer.evidence for value in piece.towards.values())


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Junior Software Engineer", "You line-manage a team of ten engineers."),
        ("Registered Nurse", "You hire and line-manage 25 nurses."),
        ("Engineering Manager", "This is an individual contributor role with no direct reports."),
        ("Senior Accountant", "Seniority level: Entry level."),
        ("Product Manager", "You line-manage five product managers."),
    ],
)
def test_a_text_that_contradicts_a_clear_title_is_flagged(normaliser: Normaliser, title: str, text: str) -> None:
    assert "title_description_conflict" in normaliser.classify(Query(title, text)).flags


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Registered Nurse", "You report to the ward manager, who leads twenty nurses."),
        ("Engineering Manager", "You line-manage eight engineers."),
        ("Senior Accountant", "Seniority level: Senior."),
        ("Accountant", "Seniority level: Senior."),
    ],
)
def test_a_text_that_agrees_is_not_flagged(normaliser: Normaliser, title: str, text: str) -> None:
    assert "title_description_conflict" not in normaliser.classify(Query(title, text)).flags


def test_a_text_whose_job_is_read_counts_as_used(normaliser: Normaliser) -> None:
    answer = normaliser.classify(Query(description="We are looking for an experienced plumber to install boilers."))
    assert "plumber" in {piece.text for piece in answer.evidence}
    assert "description_not_used" not in answer.flags
