"""The row contract: a row is answered as a query is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rung import InvalidQuery, Organisation, Query
from rung.tables.answers import KeyClassifier, Task
from rung.tables.forms import Typed
from rung.tables.table import BLANK, COLUMNS, KEY_FIELDS, OCCUPATION, Fault, added, cells, neutral, query

TEXT = "You own the roadmap and lead a team of four product managers. You report to the VP of Product."


ROWS = [
    ("Group PM", "", "", "", "", "", ""),
    ("Senior Product Manager", TEXT, "", "", "", "", ""),
    ("VP Product", "", "Example Bank", "", "", "", ""),
    ("", TEXT, "", "", "", "", ""),
    ("Product Manager", "", "", "nine-levels", "government", "large", ""),
    ("=SUM(A1)", "", "", "", "", "", ""),
    ("", "", "", "", "", "", ""),
    ("x" * 501, "", "", "", "", "", ""),
    ("Product Manager", "", "", "", "", "", "Senior level"),
]


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_answered_as_a_query_is(normaliser, row) -> None:
    ((written, facts),) = KeyClassifier(Task(KEY_FIELDS, ("nine-levels",), Typed()), normaliser)([row])
    title, description, company, ladder, sector, size, level = row
    asked = Query(
        title,
        description or None,
        company=company or None,
        organisation=Organisation(sector=sector or None, size=size or None),
        ladder=ladder or "reference",
        stated_level=level or None,
        include=("readings",),
    )
    found = dict(zip(added(["nine-levels"]), written, strict=True))
    assert found["rung_model"] == normaliser.model.short
    (result,) = normaliser.classify_many([asked])
    if isinstance(result, InvalidQuery):
        assert (found["rung_status"], found["rung_error"]) == ("error", result.detail)
        assert facts.reason == result.detail
        return
    assert found["rung_status"] == result.status
    assert found["rung_family"] == (result.family and result.family.id)
    assert found["rung_position"] == (result.position and result.position.id)
    assert found["rung_level"] == (result.level and result.level.id)
    assert found["rung_level_rank"] == (result.level and result.level.rank)
    assert found["rung_level_label"] == (result.level and result.level.label)
    assert found["rung_expected_rank"] == (result.level and result.level.expected_rank)
    assert found["rung_track"] == result.track
    assert found["rung_people_management"] == result.people_management
    assert found["rung_about"] == ("|".join(result.range.about) or None)
    assert found["rung_confidence"] == result.confidence
    assert found["rung_levels"] == ("|".join(result.range.levels) or None)
    assert found["rung_tracks"] == ("|".join(result.range.tracks) or None)
    assert found["rung_question"] == result.range.question
    assert found["rung_flags"] == ("|".join(result.flags) or None)
    assert found["rung_error"] is None
    assert found["rung_reading_nine-levels"] == next((r.title for r in result.readings or () if r.ladder == "nine-levels"), None)


@pytest.mark.parametrize("title", ["Registered Nurse", "Group PM", "Head Chef"])
def test_occupation_columns_hold_the_likeliest_codes_of_the_title(normaliser, title) -> None:
    task = Task(("title",), ("nine-levels",), Typed(), occupation=True)
    ((written, _),) = KeyClassifier(task, normaliser)([title])
    assert list(task.added()) == [*COLUMNS, "rung_reading_nine-levels", *OCCUPATION]
    found = dict(zip(task.added(), written, strict=True))
    codes = normaliser.classify(Query(title, include=("occupation",))).occupation
    esco, soc = codes.esco[0], codes.soc[0]
    assert [found[name] for name in OCCUPATION] == [
        *(esco.uri, esco.label, esco.isco, esco.confidence),
        *(soc.code, soc.title, soc.confidence),
    ]
    ((plain, _),) = KeyClassifier(Task(("title",), ("nine-levels",), Typed()), normaliser)([title])
    assert written[: len(plain)] == plain


@pytest.mark.parametrize("key", ["プロダクト", "", "x" * 501, Fault("why"), BLANK])
def test_occupation_columns_are_empty_where_no_word_is_known_or_the_row_failed(normaliser, key) -> None:
    task = Task(("title",), (), Typed(), occupation=True)
    ((written, _),) = KeyClassifier(task, normaliser)([key])
    if key == BLANK:
        assert written == Typed().blank
    else:
        assert len(written) == len(task.added())
        assert written[-len(OCCUPATION) :] == (None,) * len(OCCUPATION)


def test_the_employer_is_part_of_the_question_and_the_id_is_not(normaliser) -> None:
    asked = ("title", "company")
    at_a_bank, elsewhere = (normaliser.classify(query(asked, ("VP Product", name))) for name in ("Example Bank", "Example Games"))
    assert cells(at_a_bank, "d", ()) != cells(elsewhere, "d", ())
    assert cells(at_a_bank, "d", ()) == cells(normaliser.classify(Query("VP Product", id="7", company="Example Bank")), "d", ())


@pytest.mark.parametrize(("field", "value"), [("sector", "public"), ("size", "51-200")])
def test_a_sector_or_size_that_is_none_is_an_error_of_its_row(field, value) -> None:
    with pytest.raises(InvalidQuery, match=f"{field} is '{value}'"):
        query(("title", field), ("PM", value))


def test_a_mistake_of_ours_fails_only_its_row(normaliser, monkeypatch) -> None:
    accept = type(normaliser)._accept

    def broken(self, asked: Query) -> None:
        if asked.title == "PM":
            raise ZeroDivisionError(asked.title)
        accept(self, asked)

    answerer = KeyClassifier(Task(("title",), (), Typed()), normaliser)
    monkeypatch.setattr(type(normaliser), "_accept", broken)
    answers = answerer(["Product Manager", "PM", "Group PM"])
    assert [facts.status for _, facts in answers] == ["classified", "error", "classified"]
    assert "ZeroDivisionError" in answers[1][0][list(COLUMNS).index("rung_error")]


def test_a_fault_is_an_error_and_a_blank_line_is_nothing(normaliser) -> None:
    answers = KeyClassifier(Task(("title",), (), Typed()), normaliser)([Fault("why"), BLANK])
    assert [facts.status for _, facts in answers] == ["error", "blank"]


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=20))
def test_what_a_spreadsheet_would_run_is_neutralised_and_nothing_else_is_changed(text) -> None:
    shown = neutral(text)
    assert shown[:1] not in ("=", "+", "-", "@", "\t", "\r")
    assert shown in (text, "'" + text)
