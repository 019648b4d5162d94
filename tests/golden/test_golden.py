"""Every golden case is a test of its own: a title or posting written for this project, and what it should come out as.

A sure row must be answered so, without abstaining; on a row in doubt the best guess must be one that a careful reader could give.
Rows that are known to fail stand in known_failures.txt with the reason, and must fail, so that the list stays true.
"""

from pathlib import Path

import pytest

from rung.normaliser import Normaliser
from rung.training.evaluate import normaliser_answers
from rung.training.gold import read_gold
from rung.types import Limits

HERE = Path(__file__).parent
LEVELS = ("associate", "mid", "senior", "lead", "head", "vp", "chief")
ROWS = [row for name in ("titles", "postings") for row in read_gold(HERE / f"{name}.jsonl", LEVELS, "product-management").rows]
LISTED = (HERE / "known_failures.txt").read_text(encoding="utf-8").splitlines()
KNOWN = dict(line.split(maxsplit=1) for line in LISTED if line and not line.startswith("#"))


@pytest.fixture(scope="module")
def classify():
    answers = normaliser_answers(Normaliser.load(limits=Limits(cache=0)))
    return lambda row: answers([row])[0]


def as_it_should(answer):
    return answer.right and answer.stands if answer.row.sure else answer.guess in answer.row.accept


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_golden_case(row, classify):
    answer = classify(row)
    if row.id in KNOWN:
        assert not as_it_should(answer), f"{row.title!r} comes right now: take {row.id} out of known_failures.txt"
    else:
        assert as_it_should(answer), (
            f"{row.title!r} is {' or '.join(row.accept)}, answered {answer.guess or 'nothing'} ({answer.status})"
        )


def test_every_golden_case_has_an_id_of_its_own():
    assert len({row.id for row in ROWS}) == len(ROWS)


def test_known_failures_are_golden_cases_with_a_reason():
    assert set(KNOWN) <= {row.id for row in ROWS}
    assert all(reason.strip() for reason in KNOWN.values())
