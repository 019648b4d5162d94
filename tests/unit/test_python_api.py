"""The Python package: quick to import, one call for a title, one for a data frame, readable in a notebook."""

from __future__ import annotations

import subprocess
import sys

import pytest

import rung
from rung.errors import InvalidQuery, TableError
from rung.tables.table import COLUMNS, OCCUPATION, cells
from rung.types import Query


def test_importing_loads_none_of_what_it_offers():
    code = "import sys, rung; print([m for m in ('numpy', 'pydantic', 'httpx', 'rung.normaliser') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", rung.__all__)
def test_every_name_is_there(name):
    assert getattr(rung, name) is not None
    assert name in dir(rung)


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Normalizer'"):
        rung.Normalizer  # noqa: B018


def test_classify_answers_as_the_normaliser_does(normaliser):
    query = Query(title="Lead Product Manager", include=("evidence", "query"))
    assert rung.classify("Lead Product Manager") == normaliser.classify(query)


def test_classify_takes_the_fields_of_a_query():
    assert rung.classify("Group PM", id="7", include=()).as_json().keys().isdisjoint({"evidence", "query"})
    with pytest.raises(TypeError, match=r"no field 'compny'. Did you mean 'company'\?"):
        rung.classify("Group PM", compny="ACME")
    with pytest.raises(InvalidQuery, match=r"there is no part .fact.\. Known: evidence, query"):
        rung.classify("Group PM", include=["fact"])
    assert rung.classify("Group PM", include=["all"]).occupation is not None
    with pytest.raises(InvalidQuery, match="blank"):
        rung.classify(" ")


ROWS = {"ref": [1, 2, 3, 4], "Job title": ["Group PM", None, "Registered Nurse", "Group PM"]}


@pytest.fixture(params=["pandas", "polars"])
def library(request):
    return pytest.importorskip(request.param)


def lists(df):
    """The columns as plain lists, with what is missing as None."""
    if type(df).__module__.startswith("polars"):
        return df.to_dict(as_series=False)
    plain = df.astype(object).where(df.notna(), None)
    return {name: plain[name].tolist() for name in df.columns}


def test_a_frame_gets_the_cells_of_the_row_contract(library, normaliser):
    answered = lists(rung.frame(library.DataFrame(ROWS), readings=["nine-levels"]))
    assert list(answered) == [*ROWS, *COLUMNS, "rung_reading_nine-levels"]
    assert {name: answered[name] for name in ROWS} == ROWS
    result = normaliser.classify(Query(title="Group PM", include=("readings",)))
    wanted = cells(result, normaliser.model.short, ["nine-levels"])
    for row in (0, 3):
        assert tuple(answered[name][row] for name in list(answered)[2:]) == wanted
    assert answered["rung_status"][1] == "error"
    assert "blank" in answered["rung_error"][1]


def test_a_frame_has_occupation_codes_on_request(library):
    answered = lists(rung.frame(library.DataFrame({"title": ["Head Chef", "プロダクト"]}), occupation=True))
    assert list(answered) == ["title", *COLUMNS, *OCCUPATION]
    assert answered["rung_soc"] == ["35-1011.00", None]


def test_a_frame_is_not_changed_and_may_be_empty(library):
    df = library.DataFrame(ROWS)
    rung.frame(df)
    assert list(df.columns) == list(ROWS)
    empty = rung.frame(df.head(0))
    assert (len(empty), list(empty.columns)) == (0, [*ROWS, *COLUMNS])


def test_a_value_that_is_no_text_fails_alone(library):
    answered = lists(rung.frame(library.DataFrame({"title": ["CPO", "PM"], "company": [None, "ACME"]})))
    assert "error" not in answered["rung_status"]
    answered = lists(rung.frame(library.DataFrame({"title": [1, 2]}), columns={"title": "title"}))
    assert answered["rung_status"] == ["error", "error"]
    assert answered["rung_error"][0] == "title: must be a string, not a number"
    answered = lists(rung.frame(library.DataFrame({"title": ["CPO", "PM"], "sector": ["private", "Retail"]})))
    assert answered["rung_error"][1].endswith("To leave this column unread: columns={'sector': ''}")


def test_pandas_keeps_an_index_that_is_not_unique():
    pandas = pytest.importorskip("pandas")
    df = pandas.DataFrame(ROWS, index=["x", "x", "y", "z"])
    assert rung.frame(df).index.tolist() == ["x", "x", "y", "z"]


def test_columns_without_names_are_named_by_their_numbers():
    pandas = pytest.importorskip("pandas")
    df = pandas.DataFrame([["x", "CPO"], ["CPO", "x"]])
    assert rung.frame(df, columns={"title": 1})["rung_level"].tolist()[0] == "chief"
    assert rung.frame(df, columns={"title": 0})["rung_level"].tolist()[1] == "chief"


def test_what_is_no_mapping_or_list_is_refused(library):
    df = library.DataFrame({"headline": ["CPO"]})
    with pytest.raises(TableError, match=r"columns must map fields to headings, such as .*, not a string"):
        rung.frame(df, columns="headline")
    with pytest.raises(TableError, match=r"readings must be a list of ladders, such as \['nine-levels'\], not a string"):
        rung.frame(df, columns={"title": "headline"}, readings="nine-levels")


def test_what_is_no_frame_is_refused(library):
    with pytest.raises(TableError, match="not list"):
        rung.frame(["CPO"])
    with pytest.raises(TableError, match="no-such-ladder"):
        rung.frame(library.DataFrame(ROWS), readings=["no-such-ladder"])
    with pytest.raises(TableError, match=r"name it with columns={'title': 'HEADING'}"):
        rung.frame(library.DataFrame({"colour": ["red"]}))


def test_a_result_prints_as_one_line(normaliser):
    assert str(rung.classify("Group PM")).startswith(
        "Senior/GPM, manager track (Group Product Manager); classified, confidence 0.9"
    )
    assert str(rung.classify("???")) == "unreadable: no words of a job in it"
    assert "track (Nursing and midwifery); classified" in str(rung.classify("Registered Nurse"))


def test_a_notebook_shows_the_title_with_its_evidence_marked():
    html = rung.classify("Group PM <b>")._repr_html_()
    assert "Group Product Manager · Senior/GPM · manager" in html
    assert "<b>Group Product Manager" in html
    assert ">Group</mark>" in html
    assert "PM <b>" not in html


def test_a_notebook_escapes_what_the_title_holds():
    html = rung.classify("<script>alert(1)</script> Product Manager & Owner")._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_a_notebook_shows_what_is_open_and_what_is_unreadable():
    assert "Question: " in rung.classify("Lead Product Manager")._repr_html_()
    assert "Unreadable" in rung.classify("???")._repr_html_()
