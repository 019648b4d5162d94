"""A title that leaves the family open ("PM") is decided by one plain duty, one that names a job is not."""

from __future__ import annotations

import pytest

from rung.normaliser import Normaliser
from rung.types import Query


@pytest.mark.parametrize(
    ("title", "text", "answer"),
    [
        ("PM", "Dependency tracking, Gantt charts and status reports for four client roll-outs.", "other"),
        ("Sr. PM", "Sprint ceremonies, risk logs, Gantt charts and weekly status reports for our clients.", "other"),
        ("PM", "Choose which problems of shop owners to solve and set the roadmap of the till with engineering.", "mid/ic"),
        ("TPM", "You own the vision and backlog of the event platform and decide which features developers get.", "mid/ic"),
        ("Senior TPM", "Own the roadmap of the machine learning platform and prioritise what data scientists need.", "senior/ic"),
        ("TPM", "Drive programmes across teams: plans, dependencies, risks and status for executives.", "other"),
        ("Product Manager", "Dependency tracking, Gantt charts and status reports for four client roll-outs.", "mid/ic"),
    ],
)
def test_one_duty_decides_where_the_title_leaves_the_family_open(
    normaliser: Normaliser, title: str, text: str, answer: str
) -> None:
    result = normaliser.classify(Query(title=title, description=text))
    graded = result.family is not None and result.family.graded and result.level is not None
    assert (f"{result.level.id}/{result.track}" if graded else "other") == answer


def test_a_short_form_without_a_text_keeps_its_usual_family(normaliser: Normaliser) -> None:
    result = normaliser.classify(Query(title="Senior TPM"))
    assert result.family is not None
    assert not result.family.graded
