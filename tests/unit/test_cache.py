"""The cache of recent values, and what the answers of titles do with it."""

from __future__ import annotations

import pytest

from rung import Limits, Normaliser, Query
from rung.cache import Recent


def test_what_is_asked_for_again_stays_and_what_is_not_goes() -> None:
    cache = Recent[str, int](4)
    cache.put("often", 1)
    for number in range(20):
        assert cache.get("often") == 1
        cache.put(f"once {number}", number)
    assert cache.get("once 0") is None


def test_it_never_holds_more_than_its_size() -> None:
    cache = Recent[int, int](100)
    for number in range(1_000):
        cache.put(number, number)
    assert sum(cache.get(number) is not None for number in range(1_000)) <= 100


def test_a_size_of_nothing_keeps_nothing() -> None:
    cache = Recent[str, int](0)
    cache.put("a", 1)
    assert cache.get("a") is None


def test_a_size_of_one_keeps_the_last() -> None:
    cache = Recent[str, int](1)
    cache.put("a", 1)
    cache.put("b", 2)
    assert (cache.get("a"), cache.get("b")) == (None, 2)


@pytest.fixture(scope="module")
def caching() -> Normaliser:
    return Normaliser.load(limits=Limits(cache=100))


def test_an_answer_that_comes_again_has_the_id_of_its_own_query(caching: Normaliser) -> None:
    first, second, third = (caching.classify(Query(title="Head of Payroll", id=id_)) for id_ in ("a", "b", None))
    assert (first.id, second.id, third.id) == ("a", "b", None)
    assert first.changed(id=None) == second.changed(id=None) == third
    assert caching.title_cache == (2, 1)


@pytest.mark.parametrize(
    "other",
    [Query(title="Lead PM", company="Barclays"), Query(title="Lead PM", min_confidence=0.99), Query(title="Lead PM", include=())],
)
def test_a_query_that_states_more_is_not_answered_for_the_title_alone(caching: Normaliser, other: Query) -> None:
    caching.classify(Query(title="Lead PM"))
    assert caching.classify(other) == Normaliser.load(limits=Limits(cache=0)).classify(other)


def test_a_text_is_read_each_time(caching: Normaliser) -> None:
    title = "Product Lead"
    alone = caching.classify(Query(title=title))
    told = caching.classify(Query(title=title, description="You line-manage five product managers."))
    assert told.people_management == "yes" != alone.people_management
