"""From bytes to rows: whatever is in them, however they come, every row comes out once, in order, as it was."""

from __future__ import annotations

import csv
import io

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rung import TableError
from rung.tables import delimited
from rung.tables.delimited import Delimited, read_heading
from rung.tables.ndjson import Ndjson, open_lines
from rung.tables.table import BLANK, Fault, find_columns
from tests.tables.conftest import table

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=12) | st.sampled_from(
    ['a"b', "a,b", "a\nb", "a\r\nb", "", "é"]
)


def cut(data: bytes, at: list[int], *, safe: bool = False):
    """The keys and texts of a table that comes in pieces."""
    heading = read_heading(data, ",", whole=True)
    columns = find_columns(heading.cells, {"description": "", "company": ""})
    cutter = Delimited(heading, columns, safe=safe, position=heading.size)
    body, keys, heads = data[heading.size :], [], []
    places = sorted({min(a, len(body)) for a in at})
    pieces = [body[a:b] for a, b in zip([0, *places], [*places, len(body)], strict=True)]
    for block in (*map(cutter.feed, pieces), cutter.feed(b"", last=True)):
        if block:
            keys += block.keys
            heads += block.heads
            position = block.position
    assert position == len(data)
    return keys, heads


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=12),
    st.lists(st.integers(0, 400), max_size=5),
    st.sampled_from(["\n", "\r\n"]),
)
def test_rows_pass_untouched_wherever_the_bytes_are_cut(rows, at, newline) -> None:
    data = table([["id", "title", "note"], *map(list, rows)], lineterminator=newline)
    keys, heads = cut(data, at)
    assert keys == [title for _, title, _ in rows]
    text = "".join(head + newline for head in heads)
    assert "".join(["id,title,note", newline, text]).encode() == data


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200).filter(lambda b: b.strip(b"\r\n \n")), st.lists(st.integers(0, 200), max_size=4))
def test_any_bytes_at_all_become_rows_and_the_same_ones_however_they_come(noise, at) -> None:
    data = b"id,title\n" + noise
    assert cut(data, at) == cut(data, [])


def test_ragged_rows_are_kept_short_ones_answered_and_long_ones_named() -> None:
    keys, heads = cut(b"id,title,note\n1,PM\n2,PM,a,b,c\n3\n", [])
    assert keys[0] == "PM"
    assert isinstance(keys[1], Fault)
    assert "5 cells" in keys[1].reason
    assert keys[2] == ""
    assert heads == ["1,PM,", '2,PM,"a,b,c"', "3,,"]


def test_blank_lines_are_no_rows_and_pass() -> None:
    assert cut(b"id,title\n\n1,PM\n\n", []) == ([BLANK, "PM", BLANK], ["", "1,PM", ""])


def test_a_quote_that_is_never_closed_is_an_error_of_its_row_and_its_text_is_kept() -> None:
    keys, heads = cut(b'id,title\n1,PM\n2,"open\n', [])
    assert keys[0] == "PM"
    assert "never closed" in keys[1].reason
    assert next(csv.reader([heads[1]])) == ['2,"open', ""]


def test_bytes_that_are_no_utf8_pass_as_they_are_and_fail_only_rows_that_are_read() -> None:
    keys, heads = cut(b"id,title,note\n1,PM,\xff\n2,P\xffM,x\n", [])
    assert keys[0] == "PM"
    assert "UTF-8" in keys[1].reason
    assert "\n".join(heads).encode("utf-8", "surrogateescape") == b"1,PM,\xff\n2,P\xffM,x"


def test_a_cell_of_a_megabyte_with_line_breaks_passes() -> None:
    big = "line of text, and more\n" * 50_000
    keys, heads = cut(table([["id", "title", "note"], ["1", "PM", big], ["2", "VP", "x"]]), [5_000, 500_000])
    assert keys == ["PM", "VP"]
    assert next(csv.reader(io.StringIO(heads[0])))[2] == big


def test_a_row_without_end_is_refused_before_it_fills_the_memory(monkeypatch) -> None:
    monkeypatch.setattr(delimited, "MAX_RECORD", 1_000)
    with pytest.raises(TableError, match="does not end within 1,000 bytes"):
        cut(b'id,title\n1,"' + b"x\n" * 900, [100, 1_500])


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
def test_the_delimiter_is_found_in_the_headings(delimiter) -> None:
    heading = read_heading(delimiter.join(["id", "title", "note"]).encode() + b"\n", None, whole=True)
    assert (heading.delimiter, heading.cells) == (delimiter, ("id", "title", "note"))


def test_safe_rows_neutralise_what_passes_through() -> None:
    _, heads = cut(b'id,title,note\n1,PM,=1+1\n2,PM,"@x,y"\n', [], safe=True)
    assert heads == ["1,PM,'=1+1", '2,PM,"\'@x,y"']


def lines(data: bytes, added=("rung_status",)):
    columns = open_lines(data, {}, whole=True)
    block = Ndjson(columns, added, position=0).feed(data, last=True)
    return block.keys, block.heads


def test_objects_pass_untouched_with_members_at_their_end() -> None:
    keys, heads = lines(b'{"title": "PM",  "n": 1.50}\n{}\n\n{"title":null}\r\n')
    assert keys == ["PM", "", BLANK, ""]
    assert heads == ['{"title": "PM",  "n": 1.50,', "{", "", '{"title":null,']


def test_lines_that_are_no_objects_are_errors_and_their_text_is_kept() -> None:
    keys, heads = lines(b'{"title":"PM"}\nnot json\n[1]\n{"title":7}\n{"title":"\\ud800"}\n')
    assert [isinstance(key, Fault) for key in keys] == [False, True, True, True, True]
    assert orjson.loads(heads[1] + '"x":1}')["row"] == "not json"
    assert "int" in keys[3].reason


def test_members_of_an_earlier_run_are_replaced_not_doubled() -> None:
    _, heads = lines(b'{"title":"PM","rung_status":"old","n":1}\n')
    assert heads == ['{"title":"PM","n":1,']


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"[1,2]\n", "JSON array"), (b"hello\n", "no line of it"), (b"\n", "no row"), (b'{"a":1}\n', "no column of titles")],
)
def test_what_is_not_ndjson_is_named(data, said) -> None:
    with pytest.raises(TableError, match=said):
        open_lines(data, {}, whole=True)
