"""Titles of product management by the kind of case: what the shipped model answers on each."""

from pathlib import Path

import pytest

from rung.normaliser import Normaliser
from rung.types import Query, Result

TITLES = Path(__file__).with_name("product_titles.tsv")


def rows() -> list[tuple[str, str, str]]:
    """Kind of case, title, and the answers that are right."""
    lines = TITLES.read_text(encoding="utf-8").splitlines()
    return [(kind, title, answers) for kind, title, answers in (line.split("\t") for line in lines if line and line[0] != "#")]


def label(result: Result) -> str:
    """The answer as the table writes it."""
    if result.family is None:
        return "unreadable"
    return f"{result.level.id}/{result.track}" if result.family.graded and result.level else "other"


@pytest.mark.parametrize(("kind", "title", "answers"), rows())
def test_title_is_answered_as_its_kind_asks(normaliser: Normaliser, kind: str, title: str, answers: str) -> None:
    assert label(normaliser.classify(Query(title=title))) in answers.split("|"), kind


def test_a_grade_behind_the_job_is_shown_as_its_modifier(normaliser: Normaliser) -> None:
    modifiers = normaliser.lexicon.grades
    assert modifiers["level 4"] == modifiers["lvl4"] == "4"
    result = normaliser.classify(Query(title="Product Manager - Lvl IV", include=("query",)))
    assert [(m.kind, m.text, m.value) for m in result.query.modifiers] == [("numeral", "IV", "4")]
