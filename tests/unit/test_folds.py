"""Folds keep a source whole, and are of about a size."""

from collections import Counter

from rung.training.folds import source_folds


def test_no_source_is_split_between_folds():
    sources = [f"source {number % 17}" for number in range(200)]
    fold = source_folds(sources)
    assert all(len({fold[at] for at, its in enumerate(sources) if its == source}) == 1 for source in set(sources))


def test_folds_are_of_about_a_size_as_far_as_the_largest_source_allows():
    sources = ["large"] * 50 + [f"small {number}" for number in range(200)]
    assert sorted(Counter(source_folds(sources).tolist()).values()) == [50, 50, 50, 50, 50]


def test_the_same_rows_fall_into_the_same_folds_in_any_order():
    sources = ["a", "b", "b", "c", "c", "c"]
    forwards, backwards = source_folds(sources), source_folds(sources[::-1])
    assert forwards.tolist() == backwards.tolist()[::-1]
