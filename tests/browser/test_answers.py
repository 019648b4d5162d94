"""The answers that the page offers to the deciding questions: one for every side, each moving the job to the side it speaks for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from rung import Query

ROOT = Path(__file__).parents[2]
OFFERED = {item["question"]: item["answers"] for item in json.loads((ROOT / "service/rung/api/page/answers.json").read_text())}
ASKED = [
    each["ask"]
    for each in yaml.safe_load((ROOT / "training_data/families/product-management/sayings.yaml").read_text())["questions"]
]
GRADED = "product-management"
TITLES = (
    "Product Owner",
    "Lead Product Manager",
    "Product Manager / Senior Product Manager",
    "PM",
    "CPO",
    "Principal Product Manager",
    "Staff PM",
    "Product Lead",
)


@pytest.mark.parametrize("question", dict.fromkeys(ASKED))
def test_every_question_has_an_answer_for_each_side(question):
    answers = OFFERED[question]
    assert len({answer["towards"] for answer in answers}) == len(answers) >= 2


@pytest.mark.parametrize("title", TITLES)
def test_an_answer_moves_the_job_to_its_side(normaliser, title):
    before = normaliser.classify(Query(title=title, include=("alternatives",)))
    if before.range.question is None:
        pytest.skip("the title alone decides now")
    for answer in OFFERED[before.range.question]:
        after = normaliser.classify(Query(title=title, description=answer["sentence"], include=("alternatives",)))
        was, now = share(before, answer["towards"]), share(after, answer["towards"])
        assert now > was or now > 0.97, (answer["label"], was, now)


def share(result, towards):
    """How much of what a result deems possible lies on one side: the graded family or others, a level or a track."""
    cells = {(a.family, a.level, a.track): a.confidence for a in result.alternatives}
    cells[result.family.id, result.level.id if result.level else None, result.track] = result.confidence
    inside = {(level, track): p for (family, level, track), p in cells.items() if family == GRADED}
    if towards in ("family", "other"):
        family = sum(inside.values()) / sum(cells.values())
        return family if towards == "family" else 1 - family
    return sum(p for cell, p in inside.items() if towards in cell) / (sum(inside.values()) or 1.0)
