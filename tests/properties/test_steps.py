"""Properties of the steps: they never raise, lose no offset, and do not care for case and spacing, whatever the text."""

from __future__ import annotations

import os
import string
from collections.abc import Callable

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rung import InvalidQuery, Limits, Normaliser, Organisation, Query, Result
from rung.title.clean import fold, fold_with_offsets

QUERIES_AT_LENGTH = int(os.environ.get("ATTACK_QUERIES", "20000"))
NORMALISER = Normaliser.load(limits=Limits(cache=0))
WORDS = [
    *sorted({word for title in NORMALISER.lexicon.families.values() for word in title.split()}),
    *(
        "Senior",
        "Sr.",
        "Lead",
        "Group",
        "Product",
        "Manager",
        "Owner",
        "PM",
        "Head",
        "of",
        "VP",
        "Director",
        "II",
        "III",
        "Chief",
        "Officer",
    ),
    *(
        "(m/w/d)",
        "Berlin",
        "interim",
        "contract",
        "R-12345",
        "Remote",
        "Technical",
        "Associate",
        "&",
        "Principal",
        "Produktmanager",
    ),
]
GAPS = st.sampled_from([" ", ", ", " - ", "/", " / ", " (", ") ", ": ", " | ", "-", "\u00a0", "  "])
ANY_TEXT = st.text(max_size=500)
TITLES = st.lists(st.tuples(st.sampled_from(WORDS), GAPS), min_size=1, max_size=12).map(
    lambda rows: "".join(w + g for w, g in rows)[:500]
)
EITHER = st.one_of(TITLES, ANY_TEXT)
ORGANISATIONS = st.builds(
    Organisation,
    sector=st.sampled_from([None, "government", "private", "non-profit"]),
    size=st.sampled_from([None, "small", "medium", "large"]),
    product_teams=st.one_of(st.none(), st.integers(0, 1_000_000)),
)
QUERIES = st.builds(
    Query,
    title=EITHER,
    description=st.one_of(st.none(), st.text(max_size=2_000), st.lists(st.text(max_size=200), max_size=20).map(". ".join)),
    company=st.one_of(st.none(), st.text(max_size=50)),
    organisation=ORGANISATIONS,
    min_confidence=st.one_of(st.none(), st.floats(0, 1)),
)
usual = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def answered(query: Query) -> Result | None:
    try:
        return NORMALISER.classify(query)
    except InvalidQuery:
        return None


def outcome(result: Result | None) -> object:
    return result and (result.status, result.level, result.track, result.position)


@usual
@given(ANY_TEXT)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@usual
@given(ANY_TEXT)
def test_every_folded_character_comes_from_one_of_the_text(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    assert len(offsets) >= len(folded)
    places = [offsets[n] for n in range(len(folded))]
    assert all(0 <= place < len(text) for place in places)
    assert places == sorted(places)


@usual
@given(QUERIES)
def test_no_query_raises_but_by_the_contract(query: Query) -> None:
    result = answered(query)
    if result is not None:
        assert 0 <= (result.confidence or 0) <= 1
        assert orjson.loads(orjson.dumps(result))["status"] == result.status


@usual
@given(QUERIES)
def test_evidence_is_where_it_says(query: Query) -> None:
    result = answered(query)
    for item in result.evidence if result else ():
        text = {"title": query.title, "description": query.description or ""}.get(item.source)
        if text is not None:
            assert 0 <= item.start <= item.end <= len(text)
            assert text[item.start : item.end] == item.text


@usual
@given(QUERIES)
def test_an_answer_is_whole(query: Query) -> None:
    result = answered(query)
    if result is None:
        return
    placed = result.family is not None
    assert placed == (result.level is not None) == (result.track is not None)
    assert (placed and result.family.graded) == (result.position is not None)
    assert (result.status == "ambiguous") == bool(result.range.about) == (result.range.question is not None)
    assert (result.family is None) == (result.status == "unreadable")
    if placed:
        assert result.level.id in result.range.levels
        assert result.track in result.range.tracks


@usual
@given(QUERIES)
def test_the_same_query_has_the_same_answer(query: Query) -> None:
    assert orjson.dumps(answered(query)) == orjson.dumps(answered(query))


@usual
@given(TITLES)
def test_case_does_not_matter(title: str) -> None:
    assert outcome(answered(Query(title=title))) == outcome(answered(Query(title=title.upper())))


@usual
@given(TITLES, st.sampled_from(["  ", "\t", "\u00a0", "\n", "\u2003"]))
def test_width_of_spaces_does_not_matter(title: str, space: str) -> None:
    if len(title) > 240 or "\n" in title:
        return
    spaced = title.replace(" ", space) if space != "\n" else f"\n{title}\n"
    assert outcome(answered(Query(title=title))) == outcome(answered(Query(title=spaced)))


@usual
@given(TITLES, st.sampled_from(["\u200b", "\u00ad", "\ufeff", "\u2060", "\u202a"]), st.integers(0, 500))
def test_invisible_characters_do_not_matter(title: str, invisible: str, place: int) -> None:
    if len(title) < 499:
        dotted = title[:place] + invisible + title[place:]
        assert outcome(answered(Query(title=title))) == outcome(answered(Query(title=dotted)))


@usual
@given(st.text(alphabet=string.punctuation + string.whitespace, min_size=1, max_size=500))
def test_punctuation_alone_is_no_job(text: str) -> None:
    result = answered(Query(title=text))
    assert result is None or result.family is None or not result.family.graded


@pytest.mark.slow
def test_no_query_raises_but_by_the_contract_at_length(record: Callable[..., None]) -> None:
    # No deadline: it goes by the clock, and other work may take the processor; what a text may cost is tested by its CPU elsewhere.
    @settings(max_examples=QUERIES_AT_LENGTH, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(QUERIES)
    def attack(query: Query) -> None:
        answered(query)

    attack()
    record(queries=QUERIES_AT_LENGTH)
