"""Cutting a CSV file into parts: every record whole, every byte kept, the heading on each."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rung.errors import TableError
from rung.tables.csv_parts import parts, records, without_heading
from tests.growth import assert_linear

CELL = st.text(alphabet='ab",;\n\r\té 🧭', max_size=8)


def rows(content, delimiter):
    return list(csv.reader(io.StringIO(content.decode(), newline=""), delimiter=delimiter))


@given(
    table=st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=12),
    delimiter=st.sampled_from(",;\t|"),
    size=st.integers(1, 60),
    chunk=st.integers(1, 40),
)
def test_parts_hold_all_rows_in_order_however_the_bytes_arrive(table, delimiter, size, chunk):
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter).writerows([["title", "x", "y"], *table])
    content = buffer.getvalue().encode()
    found = list(parts((content[at : at + chunk] for at in range(0, len(content), chunk)), size))
    assert all(rows(part, delimiter)[0] == ["title", "x", "y"] for part in found)
    assert [row for part in found for row in rows(part, delimiter)[1:]] == rows(content, delimiter)[1:]
    assert found[0] + b"".join(map(without_heading, found[1:])) == content


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"title", [b"title"]),
        (b"title\n", [b"title\n"]),
        (b'title\n"a\nb"\nc', [b"title\n", b'"a\nb"\n', b"c"]),
        (b'title,x\n5" screen PM,y\nb,z\n', [b"title,x\n", b'5" screen PM,y\n', b"b,z\n"]),
        (b'title\r\n"a ""b""\r\nc"\r\nd\r\n', [b"title\r\n", b'"a ""b""\r\nc"\r\n', b"d\r\n"]),
        (b'\xef\xbb\xbf"a\nb",title\nc,d\n', [b'\xef\xbb\xbf"a\nb",title\n', b"c,d\n"]),
        (b'title\n"never closed\nx\n', [b"title\n", b'"never closed\nx\n']),
    ],
)
def test_a_record_ends_where_a_line_does_outside_quotes(content, expected):
    assert list(records([content])) == expected


def test_nothing_is_one_empty_part_and_a_heading_alone_is_one_part():
    assert list(parts([], 10)) == [b""]
    assert list(parts([b"title"], 10)) == [b"title\n"]


@pytest.mark.parametrize(
    ("start", "name"),
    [
        ("title\nx".encode("utf-16"), "this is UTF-16, not text in UTF-8; `rung batch` reads it"),
        (b"\x1f\x8b\x08", "this is gzip, not text in UTF-8; `rung batch` reads it"),
        (b"PAR1", "this is Parquet, not text in UTF-8; `rung batch` reads it"),
        (
            b"PK\x03\x04",
            "this is an Excel workbook or a zip archive, not text in UTF-8; "
            "save the sheet as CSV (in Excel: CSV UTF-8), and send that",
        ),
        (b"%PDF-1.7", "this is a PDF, not text in UTF-8; save its rows as CSV, and send that"),
    ],
)
def test_what_is_no_csv_is_refused_by_its_name(start, name):
    with pytest.raises(TableError, match=re.escape(name)):
        list(parts([start], 10))


def test_a_heading_that_begins_as_an_archive_does_is_a_heading():
    assert list(parts([b"PK,title\n1,PM\n"], 10)) == [b"PK,title\n1,PM\n"]


@pytest.mark.parametrize("piece", [b'"', b'","', b'a"', b'"a\n'])
def test_a_cell_full_of_quotes_takes_time_in_proportion_to_its_length(piece):
    assert_linear(lambda count: list(records([b"title,x\n" + piece * count])), 100_001)


@pytest.mark.parametrize("size", [1, 5, 1_000])
def test_a_line_that_names_the_delimiter_is_part_of_the_heading(size):
    content = b'\xef\xbb\xbfsep=;\r\nid;title, or so\r\n1;"a;b\nc"\r\n2;x,y\r\n'
    found = list(parts([content[at : at + size] for at in range(0, len(content), size)], 1))
    assert [part.count(b"sep=;\r\nid;title, or so\r\n") for part in found] == [1, 1]
    assert found[0] + b"".join(map(without_heading, found[1:])) == content
