"""A query gets one answer: whether titles are remembered or not, alone or among others, in whatever order."""

from __future__ import annotations

import random
from itertools import islice

import pytest

from service import Limits, Normaliser, Query
from tests.bench.generate import COMPANIES, repeated, text


def queries(count: int) -> list[Query]:
    """Titles as files repeat them, every fourth with a text, so that a remembered title meets texts that it has not met."""
    rng = random.Random(count)
    titles = islice(repeated(count, 0.4, seed=17), count)
    return [
        Query(title=t, description=text(rng, rng.choice((80, 300, 1_000))) if n % 4 == 0 else None, company=rng.choice(COMPANIES))
        for n, t in enumerate(titles)
    ]


@pytest.fixture(scope="module")
def forgetful() -> Normaliser:
    return Normaliser.load(limits=Limits(cache=0))


@pytest.mark.parametrize("count", [500, pytest.param(20_000, marks=pytest.mark.slow)])
def test_remembered_titles_and_batches_change_no_answer(forgetful, count):
    asked = queries(count)
    remembering = Normaliser.load(limits=Limits(cache=count // 10))  # fewer than there are, so that some are forgotten too
    alone = [forgetful.classify(query) for query in asked]
    assert remembering.classify_many(asked) == alone
    backwards = remembering.classify_many(reversed(asked))
    assert backwards == alone[::-1]
