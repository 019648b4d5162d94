"""The weight of a piece of evidence: what the log-odds of the answer lose when it is taken away and all is decided again."""

from __future__ import annotations

import math
import re

import pytest

from rung import Normaliser, Query
from rung.decision.decided import Decided
from rung.grid import OTHER
from rung.text.reader import blanked
from rung.types import Evidence

DUTY = re.compile("Such a duty|A duty|Leading")
SMALLEST = 0.005  # `smallest_share` of weights.yaml
ROUNDED = 0.011

ROADMAP = (
    "You write user stories and keep the backlog in order. You test new features with customers every week. "
    "You present the direction of the whole portfolio to the owners. You agree budgets with the finance director."
)
WEB = (
    "You write services in Python and review the code of others. You keep our databases fast. "
    "You plan sprints with the product manager. You answer alerts at night."
)
MIXED = "You sell to large accounts. You write tests and deploy services. You keep the books and prepare the tax return."


def odds(decided: Decided, normaliser: Normaliser, first: Decided) -> float:
    """The log-odds that a decision gives to the answer of the first one."""
    probabilities = decided.weighed.probabilities
    if first.decision is not None and first.decision.cell != OTHER:
        share = probabilities[first.decision.cell]
    else:
        answer, named = first.named, decided.named
        assert answer is not None
        rank = answer.level, answer.track
        share = 0.0 if named is None else normaliser.pipeline.named.probability(named.reading, named.weighed, answer.family, rank)
    held = min(1 - SMALLEST, max(SMALLEST, share))
    return math.log(held / (1 - held))


def fall(normaliser: Normaliser, title: str, text: str, without: Query) -> float:
    """By how much the log-odds of the answer fall if the query is another one."""
    (first,) = normaliser.decide_many([Query(title, description=text)])
    (other,) = normaliser.decide_many([without])
    assert isinstance(first, Decided)
    assert isinstance(other, Decided)
    return odds(first, normaliser, first) - odds(other, normaliser, first)


def pieces(normaliser: Normaliser, title: str, text: str | None, source: str) -> list[Evidence]:
    answer = normaliser.classify(Query(title, description=text))
    return [piece for piece in answer.evidence or () if piece.source == source]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Product Owner", ROADMAP),
        ("Head of Product", ROADMAP),
        ("PM", WEB),
        ("Analyst", WEB),
        ("Consultant", MIXED),
        ("", ROADMAP),
        ("", WEB),
        ("", MIXED),
    ],
)
def test_a_sentence_is_taken_away(normaliser: Normaliser, title: str, text: str) -> None:
    found = [piece for piece in pieces(normaliser, title, text, "description") if DUTY.match(piece.says)]
    assert found, "no sentence changes the answer"
    for piece in found:
        left = Query(title, description=blanked(text, piece.start, piece.end))
        assert piece.weight == pytest.approx(fall(normaliser, title, text, left), abs=ROUNDED), piece.text
        assert abs(piece.weight) >= 0.2


@pytest.mark.parametrize(
    ("title", "statement"),
    [
        ("Lead Product Manager", "You line-manage three product managers."),
        ("Product Manager", "You line-manage three product managers."),
        ("Group Product Manager", "This is an individual contributor role without direct reports."),
        ("Software Engineer", "You line-manage four engineers."),
        ("Sales Manager", "The role has no direct reports."),
        ("Accountant", "Seniority level: Director."),
    ],
)
def test_a_statement_is_taken_away(normaliser: Normaliser, title: str, statement: str) -> None:
    left = Query(title, description=" " * len(statement))
    expected = fall(normaliser, title, statement, left)
    weights = [piece.weight for piece in pieces(normaliser, title, statement, "description")]
    assert max(weights, key=abs) == pytest.approx(expected, abs=0.75)  # its words are also read as duties
    assert abs(expected) > 0.5


@pytest.mark.parametrize(
    ("title", "word", "left"),
    [
        ("Senior Product Manager", "Senior", "Product Manager"),
        ("Group Product Manager", "Group", "Product Manager"),
        ("Senior Staff Nurse", "Senior", "Staff Nurse"),
        ("Senior Software Engineer", "Senior", "Software Engineer"),
        ("Assistant Store Manager", "Assistant", "Store Manager"),
        ("Leitender Ingenieur", "Leitender", "Ingenieur"),
        ("Junior Accountant", "Junior", "Accountant"),
        ("Director of Sales", "Director", "of Sales"),
    ],
)
def test_a_word_of_level_is_taken_away(normaliser: Normaliser, title: str, word: str, left: str) -> None:
    (first, other) = normaliser.decide_many([Query(title), Query(left)])
    assert isinstance(first, Decided)
    assert isinstance(other, Decided)
    (weight,) = [piece.weight for piece in pieces(normaliser, title, None, "title") if piece.text == word]
    if first.decision is not None and first.decision.cell != OTHER:
        expected = odds(first, normaliser, first) - odds(other, normaliser, first)
    else:  # the family stays that of the head, which is not taken away
        assert first.named is not None
        assert other.named is not None
        named, rank = normaliser.pipeline.named, (first.named.level, first.named.track)
        reading = first.named.reading._replace(rank=other.named.reading.rank)
        share = named.probability(reading, first.named.weighed, first.named.family, rank)
        expected = odds(first, normaliser, first) - math.log(max(SMALLEST, share) / (1 - max(SMALLEST, share)))
    assert weight == pytest.approx(expected, abs=0.5)
    assert weight > 1


def test_the_plain_level_of_a_job_needs_no_word(normaliser: Normaliser) -> None:
    (*_, level) = pieces(normaliser, "Registered Nurse", None, "title")
    assert level.towards == {"level": "mid", "track": "ic"}
    assert level.weight == 0.0


def test_a_fact_about_the_organisation_is_taken_away(normaliser: Normaliser) -> None:
    text = "Part of the DDaT profession in a government department."
    left = Query("Senior Product Manager", description=text.replace("DDaT", "    "))
    (fact,) = [piece for piece in pieces(normaliser, left.title, text, "description") if piece.text == "ddat"]
    assert fact.weight == pytest.approx(fall(normaliser, left.title, text, left), abs=0.1)
    assert abs(fact.weight) > 1


def test_a_clear_title_lists_no_sentence_that_changes_nothing(normaliser: Normaliser) -> None:
    assert (
        pieces(normaliser, "Registered Nurse", "You plan care and write it down. You teach patients and relatives.", "description")
        == []
    )


def test_where_the_title_leaves_the_family_open_duties_speak_for_the_family(normaliser: Normaliser) -> None:
    found = [piece for piece in pieces(normaliser, "PM", ROADMAP, "description") if DUTY.match(piece.says)]
    assert {piece.towards["family"] for piece in found} == {"product-management"}
    clear = [piece for piece in pieces(normaliser, "Product Owner", ROADMAP, "description") if DUTY.match(piece.says)]
    assert any(piece.says.startswith("Such a duty") for piece in clear)


def test_every_value_that_evidence_speaks_for_is_one_that_answers_have(normaliser: Normaliser) -> None:
    families = {family.id for family in normaliser.families}
    levels = {level.id for level in normaliser.pipeline.scale.values()}
    found = []
    for title in ("TPM", "PM", "Product Owner", "Scrum Master", "Nurse", "Chief Product Owner", ""):
        for text in (ROADMAP, WEB, MIXED):
            found += pieces(normaliser, title, text, "title") + pieces(normaliser, title, text, "description")
    assert {piece.towards.get("family") for piece in found} - {None} <= families
    assert {piece.towards.get("level") for piece in found} - {None} <= levels


def test_a_head_that_speaks_against_the_answer_has_a_negative_weight(normaliser: Normaliser) -> None:
    text = "You maintain the product backlog. You define the product roadmap."
    answer = normaliser.classify(Query("PO", description=text, include=("evidence",)))
    (head,) = (piece for piece in answer.evidence or () if piece.source == "title")
    assert answer.family is not None
    assert head.towards == {"family": answer.family.id}
    assert head.weight < 0


PROJECT = (
    "You keep the project plan. You track milestones and risks. You run the steering committee. "
    "You report the project status to sponsors."
)


def test_duties_that_each_change_nothing_are_told_where_together_they_do(normaliser: Normaliser) -> None:
    title = "Senior Product Manager"
    found = [piece for piece in pieces(normaliser, title, PROJECT, "description") if DUTY.match(piece.says)]
    assert [piece.towards for piece in found] == [{"family": "project-programme"}]
    assert found[0].weight == pytest.approx(fall(normaliser, title, PROJECT, Query(title)), abs=ROUNDED)


def test_the_graded_family_is_an_alternative_of_another_one(normaliser: Normaliser) -> None:
    answer = normaliser.classify(Query("Senior Product Manager", description=PROJECT, include=("alternatives",)))
    assert answer.family is not None
    assert answer.range.families == (answer.family.id, "product-management")
    (best, *_) = answer.alternatives or ()
    assert (best.family, best.position, best.level) == ("product-management", "senior-product-manager", "senior")
    assert (answer.confidence or 0) + sum(each.confidence for each in answer.alternatives or ()) <= 1.001
