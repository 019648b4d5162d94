"""A batch is answered in steps of a few queries, in order, and each query is validated only when its step comes."""

from __future__ import annotations

import pytest

from rung.api.bodies import Refused
from rung.api.routes import LONG_TEXT, STEP_QUERIES, STEP_TITLE_CHARS, _is_long, _steps
from rung.errors import InvalidQuery
from rung.types import Query

SHORT = Query(title="Product Manager")
REFUSED = Refused("1", InvalidQuery("why"))


@pytest.mark.parametrize(
    ("item", "together"),
    [
        (SHORT, STEP_QUERIES),
        (REFUSED, STEP_QUERIES),
        (Query(title="x" * (STEP_TITLE_CHARS // 2)), 2),
        (Query(title="", description="x" * (LONG_TEXT // 4)), 4),
        (Query(title="", description="x" * (LONG_TEXT + 1)), 1),
        (Query(title="Nurse", include=("occupation",)), 1),
    ],
)
def test_as_many_are_answered_together_as_a_slice_holds(item: object, together: int) -> None:
    items = [item] * (2 * together + 1)
    assert [len(some) for some in _steps(items)] == ([together, together, 1])


@pytest.mark.parametrize(
    ("query", "long"),
    [
        (SHORT, False),
        (Query(title="", description="x" * LONG_TEXT), False),
        (Query(title="", description="x" * (LONG_TEXT + 1)), True),
        (Query(title="Nurse", include=("evidence",)), False),
        (Query(title="Nurse", include=("evidence", "occupation")), True),
    ],
)
def test_long_texts_and_occupation_codes_are_left_to_a_thread(query: Query, long: bool) -> None:
    assert _is_long(query) is long


def test_items_are_read_only_when_their_step_comes() -> None:
    read = []

    def items():
        for number in range(10 * STEP_QUERIES):
            read.append(number)
            yield REFUSED

    next(_steps(items()))
    assert len(read) <= STEP_QUERIES + 1


def test_all_items_are_answered_in_their_order() -> None:
    items = [
        SHORT,
        REFUSED,
        Query(title="", description="x" * (LONG_TEXT + 1)),
        SHORT,
        Query(title="x" * STEP_TITLE_CHARS),
        REFUSED,
    ]
    assert [item for some in _steps(items) for item in some] == items
