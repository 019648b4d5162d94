"""Work grows with the length of the input and no faster, whatever it holds and in whatever pieces it comes.

The tests of this file cost 12 s of CPU.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from time import process_time

import pytest

from rung import TableError
from rung.tables import jsonld
from rung.tables.csv_parts import records
from rung.tables.opening import DelimitedOpening, NdjsonOpening, Opening, ReadOptions
from tests.growth import too_steep
from tests.tables.conftest import FINDER

RUNS = '.;? "([{<-/\\7a,\n\r'  # one of each kind: stops, blanks, quotes, brackets, dashes, slashes, digits, letters, ends
PAIRS = ["".join(pair) for pair in itertools.product(RUNS, repeat=2)]  # a pair of the same is a run of it
LENGTH = 20_000
FREE = 0.02  # seconds of CPU that a run of that length may cost however it grows; a square of its bytes costs far more

Work = Callable[[bytes], object]


def assert_linear(work: Work, run: str, length: int = LENGTH) -> None:
    data = (run * (length // len(run))).encode()
    began = process_time()
    work(data)
    if process_time() - began > FREE:
        steep = too_steep(lambda size: lambda: work(data[:size]), length, FREE, turns=2)
        assert not steep, f"{run!r}: {steep}"


def read(opening: Opening, data: bytes, piece: int) -> int:
    """Read a table in pieces; gives the number of rows."""
    cutter, count = None, 0
    for at in range(0, len(data) + piece, piece):
        fed, last = data[at : at + piece], at >= len(data)
        if cutter is None:
            table = opening.feed(fed, last=last)
            if table is None:
                continue
            cutter, fed = table.cutter(table.start), table.rest
        for block in (cutter.feed(fed), cutter.feed(b"", last=True) if last else None):
            count += len(block.keys) if block else 0
    return count


def csv_table(data: bytes, piece: int = 1_000) -> int:
    try:
        return read(DelimitedOpening(ReadOptions({"title": "title"}, {}), FINDER), data, piece)
    except TableError:
        return 0


def cell(data: bytes) -> object:
    return csv_table(b"title,x\nPM," + data + b"\nCPO,y\n")


def quoted_cell(data: bytes) -> object:
    return csv_table(b'title,x\nPM,"' + data + b'"\nCPO,y\n')


def never_closed(data: bytes) -> object:
    return csv_table(b'title,x\nPM,"' + data.replace(b'"', b'""'))


def heading(data: bytes) -> object:
    return csv_table(b"title," + data + b"\nPM,x\n")


def quoted_heading(data: bytes) -> object:
    return csv_table(b'title,"' + data + b'"\nPM,x\n')


def parts(data: bytes) -> object:
    return sum(1 for _ in records([b"title,x\nPM,", *(data[at : at + 1_000] for at in range(0, len(data), 1_000)), b"\n"]))


def ndjson(data: bytes) -> object:
    start = b'{"title":"PM"}\n{"title":"' if data[:1] != b"{" else b""
    try:
        return read(NdjsonOpening(ReadOptions({"title": "title"}, {}), FINDER), start + data + b'"}\n', 1_000)
    except TableError:
        return None


def page(data: bytes) -> object:
    text = data.decode()
    document = (
        f'<p>{text}</p><script {text} type="application/ld+json">{{}}</script><script type="application/ld+json">{text}</script>'
    )
    return jsonld.dump(jsonld.load(document))


def posting(data: bytes) -> object:
    escaped = (
        data.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n").replace(b"\r", b"\\r").replace(b"\t", b"\\t")
    )
    document = jsonld.load('{"@type": "JobPosting", "title": "' + escaped.decode() + '"}')
    return [jsonld.query(each) for each in document.postings()], jsonld.dump(document)


@pytest.mark.parametrize(
    "work",
    [cell, quoted_cell, never_closed, heading, quoted_heading, parts, ndjson, page, posting],
    ids=lambda work: work.__name__,
)
def test_runs_of_every_kind_take_linear_time(work) -> None:
    for run in PAIRS:
        assert_linear(work, run)


@pytest.mark.parametrize("run", ["a", "\n", '"', ",", "a\n"])
@pytest.mark.parametrize("start", [b"", b"title,x\nPM,", b'title,x\nPM,"', b'title,"'])
def test_a_row_in_tiny_chunks_takes_linear_time(start, run) -> None:
    assert_linear(lambda data: csv_table(start + data, 16), run, 400_000)


@pytest.mark.parametrize("run", ["a", "\n", "[", '{"a":1}\n'])
@pytest.mark.parametrize("start", [b"", b'{"title":"', b'{"title":"PM"}\n{"x":"'])
def test_a_line_in_tiny_chunks_takes_linear_time(start, run) -> None:
    def work(data: bytes) -> object:
        try:
            return read(NdjsonOpening(ReadOptions({"title": "title"}, {}), FINDER), start + data, 16)
        except TableError:
            return None

    assert_linear(work, run, 400_000)


@pytest.mark.parametrize("piece", [16, 1_000])
def test_waiting_for_rows_between_two_columns_takes_linear_time(piece) -> None:
    def work(data: bytes) -> object:
        return read(DelimitedOpening(ReadOptions({}, {}), FINDER), b'title,role\nPM,"' + data, piece)

    assert_linear(work, "a\n", 400_000)


@pytest.mark.parametrize(
    "page",
    [
        '<script type="application/ld+json">{</script>\n',
        '<script type="application/ld+json">{}</script>\n',
        '<script type="application/ld+json">',
        "<script ",
        "</script",
        "<script x>",
    ],
)
def test_pages_of_many_blocks_take_linear_time(page) -> None:
    def work(data: bytes) -> object:
        return jsonld.dump(jsonld.load('<script type="application/ld+json">{}</script>' + data.decode()))

    assert_linear(work, page, 400_000)


def test_an_object_of_many_keys_one_of_them_twice_takes_linear_time() -> None:
    def work(data: bytes) -> object:
        keys = [f'"k{n}":0' for n in range(len(data))]
        with pytest.raises(TableError, match="appears twice"):
            jsonld.load("{" + ",".join([*keys, keys[-1]]) + "}")
        return None

    assert_linear(work, "x", 20_000)
