"""Gaps of a data frame are blanks; a value of another type is an error of its row alone."""

from __future__ import annotations

import decimal
import math
import re
import string

import numpy as np
import pytest

from rung import InvalidQuery, Organisation, Query, Result
from rung.queries import is_missing, with_blanks
from rung.types import COUNTRY


class NAType:
    """Like ``pandas.NA``: it refuses to say whether it equals anything, itself included."""

    def __ne__(self, other: object) -> bool:
        raise TypeError("boolean value of NA is ambiguous")

    __hash__ = object.__hash__


class NaT:
    """Like ``pandas.NaT``: it is unlike itself."""

    def __ne__(self, other: object) -> bool:
        return True

    __hash__ = object.__hash__


MISSING = [None, math.nan, np.nan, np.float32("nan"), NAType(), NaT(), decimal.Decimal("nan")]


@pytest.mark.parametrize("value", MISSING, ids=lambda value: type(value).__name__)
def test_what_stands_for_an_empty_cell_is_missing(value):
    assert is_missing(value)
    query = with_blanks(Query(title=value, description=value, company=value, id=value, min_confidence=value, organisation=value))
    assert query == Query()


@pytest.mark.parametrize("value", ["", "nan", "None", 0, 0.0, False, [], np.array([1.0, math.nan]), object()], ids=repr)
def test_nothing_else_is_missing(value):
    assert not is_missing(value)


def test_the_values_of_pandas_are_missing():
    pandas = pytest.importorskip("pandas", reason="pandas is not installed (the recipes extra)")
    frame = pandas.DataFrame({"title": ["Group PM", None, pandas.NA], "seen": [pandas.Timestamp(0), pandas.NaT, None]})
    assert [is_missing(value) for value in (pandas.NA, pandas.NaT, frame.title[1], frame.title[2], frame.seen[1])] == [True] * 5


def test_a_query_without_gaps_is_not_copied():
    query = Query(title="Group PM", description="You lead.", company="Acme", id="7")
    assert with_blanks(query) is query


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        (Query(title=7), "title", "title must be a string or missing, not an int"),
        (Query(title=True), "title", "title must be a string or missing, not a bool"),
        (Query(title=b"PM"), "title", "title must be a string or missing, not a bytes"),
        (Query(title="PM", description=["You lead."]), "description", "description must be a string or missing, not a list"),
        (Query(title="PM", company=3.5), "company", "company must be a string or missing, not a float"),
        (Query(title="PM", id=7), "id", "id must be a string or missing, not an int"),
        (
            Query(title="PM", min_confidence="high"),
            "min_confidence",
            "min_confidence must be a number from 0 to 1 or missing, not a str",
        ),
        (Query(title="PM", organisation={}), "organisation", "organisation must be an Organisation or missing, not a dict"),
        (
            Query(title="PM", organisation=Organisation(product_teams=2.5)),
            "organisation.product_teams",
            "organisation.product_teams must be a whole number from 0 to 1,000,000 or missing, not 2.5",
        ),
        (
            Query(title="PM", organisation=Organisation(product_teams=-1)),
            "organisation.product_teams",
            "organisation.product_teams must be a whole number from 0 to 1,000,000 or missing, not -1",
        ),
        (
            Query(title="PM", organisation=Organisation(products=10**400)),
            "organisation.products",
            "organisation.products must be a whole number from 0 to 1,000,000 or missing, not a larger one",
        ),
        (
            Query(title="PM", organisation=Organisation(products=1_000_001)),
            "organisation.products",
            "organisation.products must be a whole number from 0 to 1,000,000 or missing, not 1000001",
        ),
        (Query(title="PM", include=(["evidence"],)), "include", "include must be a tuple of parts or missing, not a tuple"),
        (
            Query(title="PM", organisation=Organisation(sector=3)),
            "organisation.sector",
            "organisation.sector must be a string or missing, not an int",
        ),
        (
            Query(title="PM", organisation=Organisation(size="big")),
            "organisation.size",
            "organisation.size is 'big'; it must be one of small, medium, large, or missing",
        ),
        (
            Query(title="PM", organisation=Organisation(country="gb")),
            "organisation.country",
            "organisation.country is 'gb'; it must be a country code of ISO 3166, two capital letters: GB, not UK, or missing",
        ),
        (
            Query(title="PM", organisation=Organisation(country="ZZ")),
            "organisation.country",
            "organisation.country is 'ZZ'; it must be a country code of ISO 3166, two capital letters: GB, not UK, or missing",
        ),
    ],
)
def test_a_value_of_another_type_is_named(wrong, field, message):
    with pytest.raises(InvalidQuery) as caught:
        with_blanks(wrong)
    assert [(error.field, error.message) for error in caught.value.errors] == [(field, message)]


def test_every_wrong_field_is_named():
    with pytest.raises(InvalidQuery) as caught:
        with_blanks(Query(title=7, description=8, organisation=Organisation(product_teams="many")))
    assert [error.field for error in caught.value.errors] == ["title", "description", "organisation.product_teams"]


@pytest.mark.parametrize("value", [{"title": "PM"}, "PM", None, math.nan])
def test_what_is_no_query_is_refused(value):
    with pytest.raises(InvalidQuery, match=r"a Query is needed, not an? "):
        with_blanks(value)


def test_gaps_of_the_organisation_are_not_stated():
    gaps = Organisation(sector=math.nan, size=None, country=math.nan, product_teams=np.float64(6.0))
    stated = with_blanks(Query(title="PM", organisation=gaps)).organisation
    assert stated == Organisation(product_teams=6)
    assert type(stated.product_teams) is int


def test_a_gap_is_an_error_of_its_row_alone(normaliser):
    titles = ["Group PM", math.nan, "Product Manager", 12, None, "", "Product Owner"]
    outcomes = normaliser.classify_many([*(Query(title=title) for title in titles), {"title": "PM"}])
    assert [isinstance(outcome, Result) for outcome in outcomes] == [True, False, True, False, False, False, True, False]
    blank = "title and description are both blank; state at least one of them"
    assert [o.detail for o in outcomes if isinstance(o, InvalidQuery)] == [
        blank, "title must be a string or missing, not an int", blank, blank, "a Query is needed, not a dict",
    ]  # fmt: skip


def test_a_missing_title_beside_a_text_is_read_by_the_text(normaliser):
    text = "You own the roadmap of one product and write the stories. You work with engineers and designers every day. " * 3
    one, same = (normaliser.classify(Query(title=title, description=text)) for title in (math.nan, ""))
    assert one == same
    with_gap = normaliser.classify(Query(title="Product Manager", description=math.nan, company=math.nan))
    assert with_gap == normaliser.classify(Query(title="Product Manager"))


def test_the_countries_are_those_of_iso_3166():
    letters = string.ascii_uppercase
    known = {a + b for a in letters for b in letters if re.fullmatch(COUNTRY, a + b)}
    assert len(known) == 249
    assert {"GB", "US", "DE", "CY", "ZA"} <= known
    assert not {"UK", "EU", "ZZ", "XX"} & known
