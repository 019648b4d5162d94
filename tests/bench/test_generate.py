"""The bench's own texts: no two alike, and as dense as real postings."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable

from bench.generate import text
from rung import Limits, Normaliser
from rung.text.matches import TextMatches


def test_texts_differ_and_come_out_the_same_again() -> None:
    first, second = ([text(rng, 1_000) for _ in range(200)] for rng in (random.Random(1), random.Random(1)))
    assert first == second
    assert len(set(first)) == len(first)
    assert all(900 < len(one) <= 1_000 for one in first)


def test_texts_state_as_much_as_real_ones() -> None:
    rng, read = random.Random(2), Normaliser.load(limits=Limits(cache=0)).pipeline.texts.read
    found = [read(text(rng, 4_000)) for _ in range(200)]

    def mean(count: Callable[[TextMatches], int]) -> float:
        return statistics.mean(map(count, found))

    assert 1.5 < mean(lambda one: len(one.statements)) < 3.5
    assert 3.5 < mean(lambda one: len(one.cues)) < 6.5
    assert 640 < mean(lambda one: len(one.tokens.letters)) < 740


def test_texts_state_more_where_that_is_asked_for() -> None:
    assert text(random.Random(3), 4_000, stating=0.0).count("product managers") == 0
    assert text(random.Random(3), 4_000, stating=1.0).count("product managers") > 0
