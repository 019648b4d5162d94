"""The row contract: which columns are read, and that a row is answered as a query is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rung import InvalidQuery, Organisation, Query, TableError
from rung.tables.answers import Answerer, Task
from rung.tables.forms import Typed
from rung.tables.table import ASKED, BLANK, COLUMNS, Fault, added, cells, find_columns, neutral, query

TEXT = "You own the roadmap and lead a team of four product managers. You report to the VP of Product."


def test_title_is_found_by_common_headings() -> None:
    for heading in ("title", "Job Title", "JOB_TITLE", "jobTitle", "Stellenbezeichnung", "Intitulé du poste".replace("é", "e")):
        assert find_columns(["x", heading], {}).places["title"] == 1


def test_guessed_columns_are_said_and_exact_names_are_no_guess() -> None:
    columns = find_columns(["title", "Job Description"], {})
    assert columns.guessed == {"description"}
    assert columns.says() == "title from 'title', description from 'Job Description' (guessed)"


def test_named_column_wins_over_a_guess_and_empty_name_reads_none() -> None:
    columns = find_columns(["title", "role", "text"], {"title": "role", "description": ""})
    assert columns.places["title"] == 1
    assert "description" not in columns.places


def test_two_titles_must_be_told_apart_by_number() -> None:
    with pytest.raises(TableError, match="2 columns are called 'title'"):
        find_columns(["title", "title"], {})
    assert find_columns(["title", "title"], {"title": "#2"}).places["title"] == 1


@pytest.mark.parametrize(
    ("headings", "named", "said"),
    [
        (["a", "b"], {}, "no column of titles"),
        (["a"], {"title": "b"}, "no column has that heading"),
        (["title"], {"title": "#9"}, "only 1 columns"),
        (["title"], {"salary": "x"}, "no field is called 'salary'"),
        (["title", "rung_status"], {}, "already has the column 'rung_status'"),
    ],
)
def test_headings_that_cannot_be_read_are_refused_by_name(headings, named, said) -> None:
    with pytest.raises(TableError, match=said):
        find_columns(headings, named)


def test_foreign_size_column_is_not_taken_for_the_organisations() -> None:
    assert "size" not in find_columns(["title", "size"], {}).places


ROWS = [
    ("Group PM", "", "", "", "", ""),
    ("Senior Product Manager", TEXT, "", "", "", ""),
    ("VP Product", "", "Example Bank", "", "", ""),
    ("", TEXT, "", "", "", ""),
    ("Product Manager", "", "", "nine-levels", "government", "large"),
    ("=SUM(A1)", "", "", "", "", ""),
    ("", "", "", "", "", ""),
    ("x" * 501, "", "", "", "", ""),
]


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_answered_as_a_query_is(normaliser, row) -> None:
    ((written, facts),) = Answerer(Task(ASKED, ("nine-levels",), Typed()), normaliser)([row])
    title, description, company, ladder, sector, size = row
    asked = Query(
        title,
        description or None,
        company=company or None,
        organisation=Organisation(sector=sector or None, size=size or None),
        ladder=ladder or "reference",
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
    assert found["rung_track"] == result.track
    assert found["rung_confidence"] == result.confidence
    assert found["rung_levels"] == ("|".join(result.range.levels) or None)
    assert found["rung_tracks"] == ("|".join(result.range.tracks) or None)
    assert found["rung_question"] == result.range.question
    assert found["rung_flags"] == ("|".join(result.flags) or None)
    assert found["rung_error"] is None
    assert found["rung_reading_nine-levels"] == next((r.title for r in result.readings if r.ladder == "nine-levels"), None)


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

    answerer = Answerer(Task(("title",), (), Typed()), normaliser)
    monkeypatch.setattr(type(normaliser), "_accept", broken)
    answers = answerer(["Product Manager", "PM", "Group PM"])
    assert [facts.status for _, facts in answers] == ["classified", "error", "classified"]
    assert "ZeroDivisionError" in answers[1][0][list(COLUMNS).index("rung_error")]


def test_a_fault_is_an_error_and_a_blank_line_is_nothing(normaliser) -> None:
    answers = Answerer(Task(("title",), (), Typed()), normaliser)([Fault("why"), BLANK])
    assert [facts.status for _, facts in answers] == ["error", "blank"]


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=20))
def test_what_a_spreadsheet_would_run_is_neutralised_and_nothing_else_is_changed(text) -> None:
    shown = neutral(text)
    assert shown[:1] not in ("=", "+", "-", "@", "\t", "\r")
    assert shown in (text, "'" + text)
