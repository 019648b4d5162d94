"""Queries that arrive together are answered together, each with its own outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from rung import InvalidQuery, Limits, Normaliser, Query
from rung.api.batching import AT_ONCE, Batcher
from rung.errors import Unavailable

QUERIES = [Query(title=f"Product Manager {letter}") for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJ"]


class Counting:
    """A normaliser that records its batches, and may fail at a title."""

    def __init__(self, normaliser: Normaliser, failing: str = "") -> None:
        self.batches: list[int] = []
        self._normaliser, self._failing = normaliser, failing

    def classify_many(self, queries: Sequence[Query]) -> Any:
        self.batches.append(len(queries))
        if any(query.title == self._failing for query in queries):
            raise ZeroDivisionError
        return self._normaliser.classify_many(queries)

    def classify(self, query: Query) -> Any:
        if query.title == self._failing:
            raise ZeroDivisionError
        return self._normaliser.classify(query)


@pytest.fixture(scope="module")
def normaliser() -> Normaliser:
    return Normaliser.load(limits=Limits(cache=0))


def together(counting: Counting, queries: Sequence[Query]) -> list[Any]:
    async def run() -> list[Any]:
        batcher = Batcher(lambda: counting)  # type: ignore[arg-type,return-value]
        return await asyncio.gather(*map(batcher.classify, queries), return_exceptions=True)

    return asyncio.run(run())


def test_queries_of_one_iteration_are_answered_together_in_their_order(normaliser: Normaliser) -> None:
    counting = Counting(normaliser)
    assert together(counting, QUERIES) == [normaliser.classify(query) for query in QUERIES]
    assert counting.batches == [AT_ONCE, AT_ONCE, len(QUERIES) - 2 * AT_ONCE]


def test_queries_of_one_iteration_after_another_are_answered_together(normaliser: Normaliser) -> None:
    counting = Counting(normaliser)

    async def run() -> list[Any]:
        batcher = Batcher(lambda: counting)  # type: ignore[arg-type,return-value]
        answers = []
        for query in QUERIES[:5]:
            answers.append(asyncio.ensure_future(batcher.classify(query)))
            await asyncio.sleep(0)
        return await asyncio.gather(*answers)

    assert asyncio.run(run()) == [normaliser.classify(query) for query in QUERIES[:5]]
    assert counting.batches == [5]


def test_a_query_that_comes_alone_waits_for_no_other(normaliser: Normaliser) -> None:
    counting = Counting(normaliser)
    for query in QUERIES[:2]:
        assert together(counting, [query]) == [normaliser.classify(query)]
    assert counting.batches == [1, 1]


def test_an_invalid_query_fails_alone(normaliser: Normaliser) -> None:
    answers = together(Counting(normaliser), [QUERIES[0], Query(title=" "), QUERIES[1]])
    assert isinstance(answers[1], InvalidQuery)
    assert [answers[0], answers[2]] == [normaliser.classify(query) for query in QUERIES[:2]]


def test_an_unforeseen_error_fails_alone(normaliser: Normaliser) -> None:
    answers = together(Counting(normaliser, failing=QUERIES[1].title), QUERIES[:3])
    assert isinstance(answers[1], ZeroDivisionError)
    assert [answers[0], answers[2]] == [normaliser.classify(query) for query in (QUERIES[0], QUERIES[2])]


def test_a_caller_who_leaves_takes_no_answer_from_others(normaliser: Normaliser) -> None:
    async def run() -> Any:
        batcher = Batcher(lambda: normaliser)
        leaving, staying = (asyncio.create_task(batcher.classify(query)) for query in QUERIES[:2])
        await asyncio.sleep(0)
        leaving.cancel()
        return await asyncio.gather(leaving, staying, return_exceptions=True)

    left, stayed = asyncio.run(run())
    assert isinstance(left, asyncio.CancelledError)
    assert stayed == normaliser.classify(QUERIES[1])


def test_without_a_model_nothing_waits() -> None:
    def missing() -> Normaliser:
        raise Unavailable("loading", retry_after=1)

    with pytest.raises(Unavailable):
        asyncio.run(Batcher(missing).classify(QUERIES[0]))
