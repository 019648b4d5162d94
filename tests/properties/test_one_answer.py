"""A query gets one answer: whether titles are cached or not, alone or among others, in whatever order.

Queries are made as files bring them: titles that repeat, texts, companies, facts of the organisation, ladders, other scripts,
noise, and some that are not valid.
"""

from __future__ import annotations

import dataclasses
import math
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

import pytest

from bench.generate import COMPANIES, repeated, text
from rung import InvalidQuery, Limits, Normaliser, Organisation, Query, Result
from tests.attack.hostile import TITLES as HOSTILE

OTHER_SCRIPTS = (
    "プロダクトマネージャー", "产品经理", "고급 프로덕트 매니저", "Старший менеджер по продукту", "مدير منتج",
    "Διευθυντής Προϊόντων",
    "उत्पाद प्रबंधक", "מנהל מוצר בכיר", "Ｓｅｎｉｏｒ ＰＭ", "Sénior Chef de produit", "Head of Product 🚀", "PM\u200b II",
)  # fmt: skip
OTHER_TEXTS = (
    "Sie führen ein Team von fünf Produktmanagern und verantworten die Strategie. ",
    "Vous définissez la feuille de route et encadrez l’équipe produit. ",
    "プロダクトの戦略を策定し、チームを率います。",
    "• own the roadmap\n• manage four product managers\n• report to the CPO\n",
)
BANKS = ("JPMorgan Chase", "Barclays", "UK Civil Service", "Department for Work and Pensions")

Outcome = Result | InvalidQuery


def queries(count: int, ladders: Sequence[str]) -> list[Query]:
    """So many, the same for the same count."""
    rng = random.Random(count)
    titles = islice(repeated(count, 0.4, seed=17), count)
    return [_query(rng, number, title, ladders) for number, title in enumerate(titles)]


def _query(rng: random.Random, number: int, title: str, ladders: Sequence[str]) -> Query:
    kind = rng.random()
    if kind < 0.08:
        title = rng.choice(OTHER_SCRIPTS)
    elif kind < 0.12:
        title = rng.choice(HOSTILE)
    elif kind < 0.13:
        title = "x" * rng.choice((499, 500, 501))  # the last is not valid
    description = None
    if rng.random() < 0.3:
        other = rng.random() < 0.3
        description = (
            rng.choice(OTHER_TEXTS) * rng.choice((1, 5)) if other else text(rng, rng.choice((80, 300, 1_000)), stating=0.6)
        )
    organisation = Organisation()
    if rng.random() < 0.25:
        organisation = Organisation(
            sector=rng.choice((None, "government", "private", "non-profit")),
            size=rng.choice((None, "small", "medium", "large")),
            product_teams=rng.choice((None, 0, 1, 4, 40)),
        )
    return Query(
        title=title if rng.random() < 0.98 else "",
        description=description,
        company=rng.choice((None, *COMPANIES, *BANKS)),
        organisation=organisation,
        ladder=rng.choice(ladders) if rng.random() < 0.3 else "reference",
        min_confidence=rng.choice((None, None, None, 0.0, 0.5, 0.9)),
        min_precision=rng.choice((None, None, None, 0.9)),
        id=str(number),
    )


def alone(normaliser: Normaliser, query: Query) -> Outcome:
    try:
        return normaliser.classify(query)
    except InvalidQuery as error:
        return error


def same(one: Any, other: Any) -> bool:
    """Equal in everything, and numbers to a billionth."""
    if isinstance(one, float) or isinstance(other, float):
        return isinstance(one, int | float) and isinstance(other, int | float) and math.isclose(one, other, rel_tol=0, abs_tol=1e-9)
    if isinstance(one, InvalidQuery):
        return isinstance(other, InvalidQuery) and (one.code, one.errors) == (other.code, other.errors)
    if dataclasses.is_dataclass(one):
        return type(one) is type(other) and all(
            same(getattr(one, field.name), getattr(other, field.name)) for field in dataclasses.fields(one)
        )
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def differing(asked: Sequence[Query], one: Sequence[Outcome], other: Sequence[Outcome]) -> list[Query]:
    return [query for query, a, b in zip(asked, one, other, strict=True) if not (a == b or same(a, b))]


@pytest.fixture(scope="module")
def forgetful() -> Normaliser:
    return Normaliser.load(limits=Limits(cache=0))


@pytest.mark.parametrize("count", [500, pytest.param(20_000, marks=pytest.mark.slow)])
def test_cached_titles_and_batches_change_no_answer(forgetful: Normaliser, count: int, record: Callable[..., None]) -> None:
    began = time.process_time()
    asked = queries(count, list(forgetful.crosswalk.ladders))
    by_one = [alone(forgetful, query) for query in asked]
    caching = Normaliser.load(limits=Limits(cache=count // 10))  # fewer than there are, so that some are forgotten too
    assert not differing(asked, by_one, caching.classify_many(asked))
    backwards = caching.classify_many(reversed(asked))
    assert not differing(asked, by_one, backwards[::-1])
    kinds = Counter("error" if isinstance(each, InvalidQuery) else each.status for each in by_one)
    assert set(kinds) == {"classified", "ambiguous", "unreadable", "error"}
    if count > 1_000:
        record(queries=count, cpu_seconds=round(time.process_time() - began), **kinds)


def test_numbers_apart_by_more_than_a_billionth_are_told_apart(forgetful: Normaliser) -> None:
    result = forgetful.classify(Query(title="Group PM"))
    assert same(result, dataclasses.replace(result, confidence=result.confidence + 1e-10))
    assert not same(result, dataclasses.replace(result, confidence=result.confidence + 1e-8))
    assert not same(result, dataclasses.replace(result, evidence=()))
