"""The answers that the page offers to the deciding questions: one for each side, moving the job to that side."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from rung import Query

ROOT = Path(__file__).parents[2]
QUESTIONS = yaml.safe_load((ROOT / "training_data/families/product-management/sayings.yaml").read_text())["questions"]
OFFERED = {each["ask"]: each["answers"] for each in QUESTIONS if "answers" in each}
SHARED = yaml.safe_load((ROOT / "training_data/shared/sayings.yaml").read_text())
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


@pytest.mark.parametrize("question", dict.fromkeys(each["ask"] for each in QUESTIONS))
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


def test_an_answer_about_people_decides_the_track_of_any_job(normaliser):
    """Jobs of families without ladders whose track is open: each of the two answers closes it, on its own side."""
    titles = ("Manager, Product Marketing", "Senior Manager, Program Management", "Senior Manager, Product Marketing")
    manages, leads = (answer["sentence"] for answer in SHARED["answers"]["track"])
    for title in titles:
        before = normaliser.classify(Query(title=title))
        assert before.range.question == SHARED["questions"]["track"], title
        tracks = [normaliser.classify(Query(title=title, description=text)).range.tracks for text in (manages, leads)]
        assert tracks == [("manager",), ("ic",)], title


def test_the_answers_about_levels_decide_where_the_title_has_no_word_of_level(normaliser):
    for title in ("Network Architect", "Solution Architect"):
        assert normaliser.classify(Query(title=title)).range.question == SHARED["questions"]["level"], title
        ranks = [normaliser.classify(Query(title=title, description=a["sentence"])).level.rank for a in SHARED["answers"]["level"]]
        assert ranks == sorted(set(ranks)), (title, ranks)


def share(result, towards):
    """How much of what a result deems possible lies on one side: the graded family or others, a level or a track."""
    cells = {(a.family, a.level, a.track): a.confidence for a in result.alternatives}
    cells[result.family.id, result.level.id if result.level else None, result.track] = result.confidence
    inside = {(level, track): p for (family, level, track), p in cells.items() if family == GRADED}
    if towards in ("family", "other"):
        family = sum(inside.values()) / sum(cells.values())
        return family if towards == "family" else 1 - family
    return sum(p for cell, p in inside.items() if towards in cell) / (sum(inside.values()) or 1.0)
