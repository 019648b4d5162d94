"""Files of every kind: rows pass untouched with Rung's columns after them; what cannot be rows is named and nothing is written."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import sys

import orjson
import pytest

from rung import Query, TableError
from rung.tables.answers import Setup
from rung.tables.files import BatchJob, run
from rung.tables.opening import ReadOptions
from rung.tables.rows import open_rows
from rung.tables.sources import table_file
from rung.tables.table import COLUMNS, OCCUPATION
from tests.tables.conftest import FINDER, TITLES, Heard, cells, rung, table

zstandard = pytest.importorskip("zstandard")
pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

ROWS = [["id", "title", "note"], *([str(n), TITLES[n % len(TITLES)], "a, b" if n % 3 else 'say "no"\nand go'] for n in range(60))]


def test_rows_of_csv_keep_their_text_and_gain_the_columns(tmp_path, carry, normaliser) -> None:
    source = table(ROWS)
    (tmp_path / "in.csv").write_bytes(source)
    summary = carry("in.csv", "out.csv")
    found = cells((tmp_path / "out.csv").read_bytes())
    assert found[0] == [*ROWS[0], *COLUMNS]
    assert [row[:3] for row in found] == ROWS
    assert summary.rows == len(ROWS) - 1
    for row in found[1:]:
        answer = normaliser.classify(Query(title=row[1]))
        assert row[3] == answer.status
        assert row[found[0].index("rung_confidence")] == ("" if answer.confidence is None else str(answer.confidence))
    # Untouched means the very characters: each row's own text stands in the output.
    text = (tmp_path / "out.csv").read_bytes().decode()
    assert all(line in text for line in source.decode().split("\n"))


@pytest.mark.parametrize("name", ["in.csv", "in.csv.gz", "in.csv.zst", "in.tsv", "in.ndjson", "in.ndjson.gz", "in.parquet"])
@pytest.mark.parametrize("processes", [1, 2, 3])
def test_the_output_is_the_same_whatever_the_number_of_processes(tmp_path, carry, monkeypatch, name, processes) -> None:
    if processes == 3 and name != "in.csv":
        pytest.skip("three are like two")
    small_blocks(monkeypatch)
    write_rows(tmp_path / name, 300)
    carry(name, name.replace("in", "alone"), processes=1)
    carry(name, name.replace("in", "shared"), processes=processes)
    assert (tmp_path / name.replace("in", "alone")).read_bytes() == (tmp_path / name.replace("in", "shared")).read_bytes()


@pytest.mark.parametrize("ending", ["csv", "ndjson", "parquet"])
def test_occupation_codes_are_columns_on_request(tmp_path, carry, monkeypatch, normaliser, ending) -> None:
    small_blocks(monkeypatch)
    write_rows(tmp_path / "in.csv", 60)
    carry("in.csv", f"out.{ending}", occupation=True, processes=2)
    written = (tmp_path / f"out.{ending}").read_bytes()
    if ending == "parquet":
        rows = pq.read_table(io.BytesIO(written)).to_pylist()
        kinds = [str(pq.read_schema(io.BytesIO(written)).field(name).type) for name in OCCUPATION]
        assert kinds == ["string", "string", "string", "double", "string", "string", "double"]
    elif ending == "ndjson":
        rows = [orjson.loads(line) for line in written.splitlines()]
    else:
        head, *lines = cells(written)
        rows = [dict(zip(head, line, strict=True)) for line in lines]
    assert list(rows[0]) == ["id", "title", "note", *COLUMNS, *OCCUPATION]
    for row in rows[:5]:
        codes = normaliser.classify(Query(row["title"], include=("occupation",))).occupation
        assert (row["rung_esco"] or "") == (codes.esco[0].uri if codes.esco else "")
        assert str(row["rung_soc_confidence"] or "") == (str(codes.soc[0].confidence) if codes.soc else "")
    assert sum(bool(row["rung_soc"]) for row in rows) > 30


def small_blocks(monkeypatch) -> None:
    """Blocks so small that a small file has many, and is worth several processes."""
    monkeypatch.setattr("rung.tables.sources.CHUNK", 1_000)
    monkeypatch.setattr("rung.tables.rows.SAMPLE", 1_000)
    monkeypatch.setattr("rung.tables.sources.SAMPLE", 1_000)
    monkeypatch.setattr("rung.tables.columnar.MOST", 64)
    monkeypatch.setattr("rung.tables.rows.LARGE", 2)


def write_rows(path, count: int) -> None:
    rows = [
        (str(n), TITLES[n % len(TITLES)] + (f" {n}" if n % 5 == 0 else ""), 'x, "y"\nz' if n % 7 == 0 else "x")
        for n in range(count)
    ]
    heading, name = ("id", "title", "note"), path.name
    if "parquet" in name:
        pq.write_table(pa.table([list(column) for column in zip(*rows, strict=True)], names=heading), path)
        return
    if "ndjson" in name:
        data = b"".join(orjson.dumps(dict(zip(heading, row, strict=True))) + b"\n" for row in rows)
    else:
        data = table([list(heading), *map(list, rows)], delimiter="\t" if "tsv" in name else ",")
    packed = gzip.compress(data) if name.endswith(".gz") else zstandard.compress(data) if name.endswith(".zst") else data
    path.write_bytes(packed)


@pytest.mark.parametrize("name", ["in.csv", "in.csv.gz", "in.ndjson.zst"])
def test_a_run_resumed_after_any_block_cuts_the_rest_as_a_whole_run_does(tmp_path, monkeypatch, name) -> None:
    """Blocks are members of compressed output, so the same bytes need the same blocks, however often a run was resumed."""
    small_blocks(monkeypatch)
    write_rows(tmp_path / name, 400)
    path = str(tmp_path / name)

    def places(start):
        rows = open_rows(table_file(path, None), table_file(path, None), ReadOptions({}, COLUMNS), FINDER)
        try:
            return [dict(piece.place) for piece in rows.pieces(start)]
        finally:
            rows.close()

    whole = places(None)
    assert len(whole) > 8
    for number, place in enumerate(whole, 1):
        assert places(place) == whole[number:]


def test_compressed_output_opens_as_what_it_holds(tmp_path, carry, monkeypatch) -> None:
    small_blocks(monkeypatch)
    write_rows(tmp_path / "in.csv", 200)
    for target in ("out.csv", "out.csv.gz", "out.csv.zst"):
        carry("in.csv", target)
    plain = (tmp_path / "out.csv").read_bytes()
    assert gzip.decompress((tmp_path / "out.csv.gz").read_bytes()) == plain
    reader = zstandard.ZstdDecompressor().stream_reader(
        io.BytesIO((tmp_path / "out.csv.zst").read_bytes()), read_across_frames=True
    )
    assert reader.read() == plain


def test_parquet_columns_pass_with_their_types(tmp_path, carry) -> None:
    schema = pa.schema(
        [
            ("title", pa.large_string()),
            ("n", pa.int16()),
            ("when", pa.timestamp("ms")),
            ("kind", pa.dictionary(pa.int8(), pa.string())),
        ]
    )
    source = pa.table([["PM", None, "VP Product"], [1, None, 3], [0, 1, None], ["a", "b", "a"]], schema=schema)
    pq.write_table(source, tmp_path / "in.parquet")
    summary = carry("in.parquet", "out.parquet")
    found = pq.read_table(tmp_path / "out.parquet")
    assert found.select(source.column_names).equals(source)
    assert found.schema.names == [*source.column_names, *COLUMNS]
    assert found.schema.field("rung_confidence").type == pa.float64()
    assert summary.statuses["error"] == 1  # the row without a title


def test_missing_titles_are_blank_whatever_says_so_and_fail_alone(tmp_path, carry) -> None:
    """None, NaN and empty texts, as data frames write them."""
    gaps = pa.table({"title": ["PM", None, "", "  ", "VP Product"], "description": pa.nulls(5, pa.float64())})
    pq.write_table(gaps, tmp_path / "in.parquet")
    pq.write_table(
        pa.table({"title": pa.array([float("nan"), None]), "description": ["You lead six teams. " * 9, None]}),
        tmp_path / "nan.parquet",
    )
    (tmp_path / "in.ndjson").write_bytes(b'{"title":"PM"}\n{"title":null}\n{"title":""}\n{}\n')
    (tmp_path / "in.csv").write_bytes(b"id,title\n1,PM\n2,\n3\n")
    for name, errors in (("in.parquet", 3), ("nan.parquet", 1), ("in.ndjson", 3), ("in.csv", 2)):
        summary = carry(name, f"out-{name}")
        assert summary.statuses["error"] == errors, name
        assert all("title and description are both blank" in reason for _, reason in summary.errors)


@pytest.mark.parametrize(
    ("source", "target", "module", "said"),
    [
        ("in.parquet", "out.parquet", "pyarrow.parquet", "Parquet needs pyarrow; install it with: pip install 'rung\\[files\\]'"),
        ("in.csv.zst", "out.csv", "zstandard", "zstd needs zstandard; install it with: pip install 'rung\\[files\\]'"),
        ("in.csv", "out.csv.zst", "zstandard", "zstd needs zstandard"),
    ],
)
def test_an_extra_that_is_missing_is_named_before_any_work(tmp_path, monkeypatch, source, target, module, said) -> None:
    def load(self) -> None:
        raise AssertionError("the model was loaded")

    monkeypatch.setitem(sys.modules, module, None)  # as where it is not installed
    monkeypatch.setattr(Setup, "load", load)
    with pytest.raises(TableError, match=said):
        run(BatchJob(str(tmp_path / source), str(tmp_path / target)), Setup(), Heard())


def test_ndjson_gains_members(tmp_path, carry) -> None:
    (tmp_path / "in.ndjson").write_bytes(b'{"title":"PM","tags":["a",{"b":1}]}\nnonsense\n')
    carry("in.ndjson", "out.ndjson")
    first, second = map(orjson.loads, (tmp_path / "out.ndjson").read_bytes().splitlines())
    assert list(first) == ["title", "tags", *COLUMNS]
    assert first["tags"] == ["a", {"b": 1}]
    assert isinstance(first["rung_confidence"], float)
    assert (second["row"], second["rung_status"]) == ("nonsense", "error")


@pytest.mark.parametrize(
    ("encode", "said"),
    [
        (lambda text: text.encode("utf-8-sig"), None),
        (lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"), "utf-16-le"),
        (lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"), "utf-16-be"),
        (lambda text: text.encode("utf-16-le"), "utf-16-le"),
        (lambda text: text.encode("cp1252"), "cp1252"),
        (lambda text: text.replace("\n", "\r").encode(), "CR alone"),
    ],
)
def test_encodings_are_found_said_and_written_as_utf8(tmp_path, carry, encode, said) -> None:
    text = (
        "title,where\nProduktmanager für Köln,Łódź\nPM,x\n"
        if said != "cp1252"
        else "title,where\nProduktmanager für Köln,Málaga\nPM,x\n"
    )
    (tmp_path / "in.csv").write_bytes(encode(text))
    heard = Heard()
    carry("in.csv", "out.csv", heard)
    assert [row[:2] for row in cells((tmp_path / "out.csv").read_bytes())] == list(csv.reader(text.splitlines()))
    assert (said is None) == (len(heard.notes) == 1)
    assert said is None or said in heard.notes[0]


def test_byte_order_mark_is_kept_so_that_spreadsheets_read_the_output_as_they_read_the_input(tmp_path, carry) -> None:
    (tmp_path / "in.csv").write_bytes(codecs.BOM_UTF8 + b"title\nPM\n")
    carry("in.csv", "out.csv")
    assert (tmp_path / "out.csv").read_bytes().startswith(codecs.BOM_UTF8 + b"title,rung_status")


BAD = {
    "no-title.csv": (b"id,salary\n1,2\n", "no column of titles"),
    "empty.csv": (b"", "the file is empty"),
    "header.csv": (b"id,title\n", "no row in it"),
    "blank.csv": (b"\n\n", "the first row is blank"),
    "binary.csv": (bytes(range(256)) * 20, "binary file"),
    "workbook.csv": (b"PK\x03\x04rest", "an Excel workbook"),
    "json.csv": (b'{"title":"PM"}\n', "JSON objects"),
    "array.ndjson": (b'[{"title":"PM"}]', "JSON array"),
    "packed.csv": (gzip.compress(b"title\nPM\n"), "gzip by its content"),
    "plain.csv.gz": (b"title\nPM\n", "not gzip"),
    "cut.csv.gz": (gzip.compress(b"title\n" + b"PM\n" * 9_000)[:-12], "cut off"),
    "cut.csv.zst": (zstandard.compress(b"title\n" + b"PM\n" * 9_000)[:-4], "cut off"),
    "damaged.csv.gz": (gzip.compress(b"title\nPM\n")[:-8] + b"12345678", "damaged"),
    "text.parquet": (b"title\nPM\n", "not a whole Parquet file"),
    "what.xyz": (b"title\nPM\n", "does not say the format"),
    "twice.csv": (b"title,title\nPM,PM\n", "2 columns are called 'title'"),
    "open.csv": (b'"title\nPM\n', "never closed"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named_and_nothing_is_written(tmp_path, carry, name) -> None:
    data, said = BAD[name]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(TableError, match=said):
        carry(name, f"out-{name}")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_nested_columns_of_parquet_pass_through(tmp_path, carry) -> None:
    table = pa.table(
        {
            "title": ["PM", None],
            "tags": [["a", None], None],
            "place": [{"town": "Bern", "codes": [1]}, None],
            "more": pa.array([[("key", b"\xff")], []], pa.map_(pa.string(), pa.binary())),
        }
    )
    pq.write_table(table, tmp_path / "in.parquet")
    carry("in.parquet", "out.parquet")
    found = pq.read_table(tmp_path / "out.parquet")
    assert found.select(table.column_names).equals(table)
    assert found.column("rung_status").to_pylist()[1] == "error"
    carry("in.parquet", "out.csv")
    assert cells((tmp_path / "out.csv").read_bytes())[1][:4] == [
        "PM", '["a",null]', '{"town":"Bern","codes":[1]}', '[["key","\ufffd"]]',
    ]  # fmt: skip


def test_an_employer_as_an_object_counts_by_its_name(tmp_path, carry) -> None:
    lines = [
        {"title": "Vice President", "company": {"display_name": "Example Bank"}},
        {"title": "Vice President", "company": "Example Bank"},
        {"title": "Vice President", "company": {"@id": "x"}},
        {"title": "Vice President", "company": ["Example Bank"]},
    ]
    (tmp_path / "in.ndjson").write_bytes(b"\n".join(map(orjson.dumps, lines)))
    carry("in.ndjson", "out.ndjson")
    rows = [orjson.loads(line) for line in (tmp_path / "out.ndjson").read_bytes().splitlines()]
    assert [row["company"] for row in rows] == [line["company"] for line in lines]
    assert {**rows[0], "company": ""} == {**rows[1], "company": ""}
    assert [row["rung_error"] for row in rows[2:]] == [
        "company: must be a string, not an object without a name. To leave this column unread: --column company=",
        "company: must be a string, not a list. To leave this column unread: --column company=",
    ]


def test_members_that_rung_adds_are_never_dropped(tmp_path, carry) -> None:
    """As in the other formats, the input is refused; a later object fails alone and is kept as text."""
    (tmp_path / "in.ndjson").write_bytes(b'{"title":"PM","rung_status":"mine"}\n')
    with pytest.raises(TableError, match="already has the column 'rung_status'"):
        carry("in.ndjson", "out.ndjson")
    late = '{"title":"PM","rung_status":"mine"}'
    (tmp_path / "in.ndjson").write_text('{"title":"PM"}\n' * 100 + late)
    carry("in.ndjson", "out.ndjson")
    row = orjson.loads((tmp_path / "out.ndjson").read_bytes().splitlines()[-1])
    assert (row["row"], row["rung_status"]) == (late, "error")
    assert "member 'rung_status', which Rung adds; drop or rename it" in row["rung_error"]


def test_bad_input_ends_the_command_with_code_2_and_one_line(tmp_path) -> None:
    (tmp_path / "in.csv").write_bytes(b"id,salary\n1,2\n")
    done = rung(tmp_path / "in.csv", tmp_path / "out.csv")
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1
    assert "Traceback" not in done.stderr.decode()
    assert not (tmp_path / "out.csv").exists()


def test_outputs_that_would_destroy_something_are_refused(tmp_path, carry) -> None:
    (tmp_path / "in.csv").write_bytes(b"title\nPM\n")
    (tmp_path / "there.csv").write_bytes(b"precious")
    (tmp_path / "left.csv.part").write_bytes(b"half")
    (tmp_path / "link.csv").symlink_to(tmp_path / "in.csv")
    for target, said in (
        ("there.csv", "exists"),
        ("left.csv", "unfinished"),
        ("in.csv", "the input itself"),
        ("link.csv", "the input itself"),
        ("no/such.csv", "not a folder"),
    ):
        with pytest.raises(TableError, match=said):
            carry("in.csv", target)
    assert (tmp_path / "there.csv").read_bytes() == b"precious"
    carry("in.csv", "there.csv", overwrite=True)
    assert b"rung_status" in (tmp_path / "there.csv").read_bytes()


def test_an_unknown_reading_is_named(tmp_path, carry) -> None:
    (tmp_path / "in.csv").write_bytes(b"title\nPM\n")
    with pytest.raises(TableError, match="There is no ladder 'x'; the nearest are"):
        carry("in.csv", "out.csv", readings=("x",))


def test_cells_that_a_spreadsheet_would_run_are_neutralised_on_request_and_this_is_said(tmp_path, carry) -> None:
    (tmp_path / "in.csv").write_bytes(b'title,=note\nPM,=1+1\n@PM,"-2"\n')
    heard = Heard()
    carry("in.csv", "out.csv")
    carry("in.csv", "safe.csv", heard, safe=True)
    assert b"\nPM,=1+1," in (tmp_path / "out.csv").read_bytes()
    found = cells((tmp_path / "safe.csv").read_bytes())
    assert not [cell for row in found for cell in row if cell[:1] in ("=", "+", "-", "@")]
    assert any("--safe-csv" in note for note in heard.notes)


def test_rows_that_failed_are_counted_shown_and_make_the_exit_code_1(tmp_path) -> None:
    (tmp_path / "in.csv").write_bytes(b"id,title\n1,PM\n2,\n")
    done = rung(tmp_path / "in.csv", tmp_path / "out.csv")
    assert done.returncode == 1
    assert b"row 2: title and description are both blank" in done.stderr


def test_the_report_is_one_page_and_has_no_markup_of_the_input(tmp_path) -> None:
    (tmp_path / "in.csv").write_bytes(b"title\nPM\n<script>alert(1)</script> Product Manager\n")
    done = rung(tmp_path / "in.csv", tmp_path / "out.csv", "--report", tmp_path / "out.html")
    page = (tmp_path / "out.html").read_text()
    assert done.returncode == 0, done.stderr
    assert "2 rows" in page
    assert "<script>" not in page
    assert "http" not in page
