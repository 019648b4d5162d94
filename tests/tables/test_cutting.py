"""From bytes to rows: whatever is in them, however they come, every row comes out once, in order, as it was."""

from __future__ import annotations

import csv
import io

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rung import TableError
from rung.tables.opening import DelimitedOpening, NdjsonOpening, ReadOptions
from rung.tables.records import MAX_ROW
from rung.tables.table import BLANK, Fault
from tests.tables.conftest import FINDER, table

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=12) | st.sampled_from(
    ['a"b', "a,b", "a\nb", "a\r\nb", "", "é"]
)


def cut(data: bytes, at: list[int], *, safe: bool = False, limit: int = MAX_ROW):
    """The keys and texts of a table that comes in pieces."""
    wanted = ReadOptions({"description": "", "company": ""}, {}, safe, limit=limit)
    keys, heads = [], []
    places = sorted({min(a, len(data)) for a in at})
    pieces = [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True)]
    opening, cutter, position = DelimitedOpening(wanted, FINDER, ","), None, 0
    for number, piece in enumerate([*pieces, b""]):
        last, data = number == len(pieces), piece
        if cutter is None:
            table = opening.feed(data, last=last)
            if table is None:
                continue
            cutter, data = table.cutter(table.start), table.rest
        for block in (cutter.feed(data), cutter.feed(b"", last=True) if last else None):
            if block:
                keys += block.keys
                heads += block.heads
                position = block.position
    assert not keys or position == sum(map(len, pieces))
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


@pytest.mark.parametrize("at", [[], [100, 1_500], list(range(0, 2_000, 7))])
def test_a_row_without_end_is_refused_however_it_comes(at) -> None:
    with pytest.raises(TableError, match="longer than 1,000 bytes; a quote may be open"):
        cut(b'id,title\n1,"' + b"x\n" * 900, at, limit=1_000)


def test_the_rows_before_one_that_is_too_long_are_given_out() -> None:
    table = DelimitedOpening(ReadOptions({}, {}, limit=1_000), FINDER).feed(b"id,title\n")
    cutter = table.cutter(table.start)
    assert cutter.feed(b'1,PM\n2,"' + b"x" * 1_500).keys == ["PM"]
    with pytest.raises(TableError, match="at or after byte 14 is longer"):
        cutter.feed(b"x")


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
def test_the_delimiter_is_found_in_the_headings(delimiter) -> None:
    data = delimiter.join(["id", "title", "note"]).encode() + b"\n" + delimiter.join(["1", "PM", "x"]).encode() + b"\n"
    table = DelimitedOpening(ReadOptions({}, {}), FINDER).feed(data)
    assert table.form.delimiter == delimiter
    assert table.cutter(table.start).feed(table.rest).keys == ["PM"]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_a_first_line_that_names_the_delimiter_is_obeyed_and_passes(mark, newline) -> None:
    data = mark + b"sep=;" + newline + b"id;title, or so" + newline + b"1;PM" + newline
    for size in (1, 3, 1_000):
        opening = DelimitedOpening(ReadOptions({"title": "title, or so"}, {"rung_status": str}), FINDER)
        table, cutter, keys = None, None, []
        for piece in [*(data[i : i + size] for i in range(0, len(data), size)), b""]:
            fed = piece
            if cutter is None:
                table = opening.feed(fed, last=not piece)
                if table is None:
                    continue
                cutter, fed = table.cutter(table.start), table.rest
            block = cutter.feed(fed)
            keys += block.keys if block else []
        assert keys == ["PM"]
        assert table.opening == b"sep=;" + newline + b"id;title, or so;rung_status" + newline
        assert "as its first line says" in table.notes[0]


def test_safe_rows_neutralise_what_passes_through() -> None:
    _, heads = cut(b'id,title,note\n1,PM,=1+1\n2,PM,"@x,y"\n', [], safe=True)
    assert heads == ["1,PM,'=1+1", '2,PM,"\'@x,y"']


def lines(data: bytes, added=("rung_status",)):
    table = NdjsonOpening(ReadOptions({}, dict.fromkeys(added, str)), FINDER).feed(data, last=True)
    block = table.cutter(0).feed(table.rest, last=True)
    return block.keys, block.heads


def test_objects_pass_untouched_with_members_at_their_end() -> None:
    keys, heads = lines(b'{"title": "PM",  "n": 1.50}\n{}\n\n{"title":null}\r\n')
    assert keys == ["PM", "", BLANK, ""]
    assert heads == ['{"title": "PM",  "n": 1.50,', "{", "", '{"title":null,']


def test_lines_that_are_no_objects_are_errors_and_their_text_is_kept() -> None:
    keys, heads = lines(b'{"title":"PM"}\nnot json\n[1]\n{"title":7}\n{"title":"\\ud800"}\n')
    assert [isinstance(key, Fault) for key in keys] == [False, True, True, True, True]
    assert orjson.loads(heads[1] + '"x":1}')["row"] == "not json"
    assert keys[3].reason == "title: must be a string, not a number"


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"[1,2]\n", "JSON array"), (b"hello\n", "no line of it"), (b"\n", "no row"), (b'{"a":1}\n', "no column of titles")],
)
def test_what_is_not_ndjson_is_named(data, said) -> None:
    with pytest.raises(TableError, match=said):
        lines(data)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 90), max_size=6))
def test_objects_are_the_same_however_they_come(at) -> None:
    data = b'\xef\xbb\xbf\n{"id":1,"title":"PM"}\nno json\n{"title":"VP","x":"a\\nb"}\n\n{"title":"Head"}'
    opening, cutter, keys = NdjsonOpening(ReadOptions({}, {}), FINDER), None, []
    places = sorted({min(a, len(data)) for a in at})
    for piece in [*(data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True)), None]:
        fed = piece or b""
        if cutter is None:
            table = opening.feed(fed, last=piece is None)
            if table is None:
                continue
            cutter, fed = table.cutter(0), table.rest
        for block in (cutter.feed(fed), cutter.feed(b"", last=True) if piece is None else None):
            keys += block.keys if block else []
    assert [key for key in keys if not isinstance(key, Fault)] == ["PM", "VP", "Head"]
    assert keys.count(BLANK) == 2
