"""Any format to any other, lines of titles, tables without headings, samples and dry runs."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import orjson
import pytest

from rung import TableError
from rung.cli.__main__ import main
from rung.cli.batch import pace, pairs
from rung.tables import journal, sources
from rung.tables.answers import Setup
from rung.tables.files import BatchJob, preview
from rung.tables.table import COLUMNS
from tests.tables.conftest import TITLES, Heard, cells, table
from tests.tables.test_files import write_rows

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

FORMATS = ("csv", "tsv", "ndjson", "parquet")


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a file of any format, all as texts."""
    if path.suffix == ".parquet":
        rows = pq.read_table(path).to_pylist()
    elif path.suffix == ".ndjson":
        rows = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    else:
        rows = list(csv.DictReader(io.StringIO(path.read_text(), newline=""), delimiter="\t" if path.suffix == ".tsv" else ","))
    return [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows]


@pytest.mark.parametrize("target", FORMATS)
@pytest.mark.parametrize("source", FORMATS)
def test_each_format_becomes_each_other_with_the_same_rows(tmp_path, carry, source, target) -> None:
    write_rows(tmp_path / f"in.{source}", 30)
    carry(f"in.{source}", f"same.{source}")
    heard = Heard()
    carry(f"in.{source}", f"out.{target}", heard, overwrite=source == target)
    assert rows_of(tmp_path / f"out.{target}") == rows_of(tmp_path / f"same.{source}")
    assert (f"{source} is written as {target}" in heard.notes) == (source != target)


def test_typed_values_become_texts_and_nested_ones_json(tmp_path, carry) -> None:
    columns = {"title": ["PM", None], "n": [1, None], "when": [date(2026, 1, 2), None], "yes": [True, False], "raw": [b"\xff", b""]}
    pq.write_table(pa.table(columns), tmp_path / "in.parquet")
    carry("in.parquet", "out.csv")
    assert [row[:5] for row in cells((tmp_path / "out.csv").read_bytes())[1:]] == [
        ["PM", "1", "2026-01-02", "true", "\ufffd"],
        ["", "", "", "false", ""],
    ]
    carry("in.parquet", "out.ndjson")
    first = orjson.loads((tmp_path / "out.ndjson").read_bytes().splitlines()[0])
    assert (first["n"], first["when"], first["yes"]) == (1, "2026-01-02", True)
    (tmp_path / "in.ndjson").write_bytes(b'{"title":"PM","tags":["a",{"b":1}]}\nno json\n\n{"title":"VP"}\n')
    carry("in.ndjson", "tags.csv")
    found = cells((tmp_path / "tags.csv").read_bytes())
    assert [row[:3] for row in found[1:]] == [
        ["PM", '["a",{"b":1}]', found[1][2]],
        ["no json", "", "error"],
        ["VP", "", found[3][2]],
    ]


def test_members_that_come_too_late_for_a_heading_are_named(tmp_path, carry) -> None:
    lines = [b'{"title":"PM"}'] * 120 + [b'{"title":"PM","salary":1}']
    (tmp_path / "in.ndjson").write_bytes(b"\n".join(lines))
    heard = Heard()
    carry("in.ndjson", "out.csv", heard)
    assert heard.notes[-1] == "not written, since the first objects lack them: salary"


@pytest.mark.parametrize("target", ["out.ndjson", "out.parquet"])
def test_columns_of_one_name_cannot_become_members(tmp_path, carry, target) -> None:
    (tmp_path / "in.csv").write_bytes(b"title,x,x\nPM,1,2\n")
    with pytest.raises(TableError, match="two columns are called 'x'"):
        carry("in.csv", target)
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_formulas_are_neutralised_in_what_is_converted(tmp_path, carry) -> None:
    (tmp_path / "in.ndjson").write_bytes(b'{"title":"PM","x":"=1+1"}\n')
    carry("in.ndjson", "out.csv", safe=True)
    assert cells((tmp_path / "out.csv").read_bytes())[1][1] == "'=1+1"
    with pytest.raises(TableError, match="--safe-csv is for CSV"):
        carry("in.ndjson", "out.parquet", safe=True)


@pytest.mark.parametrize(("source", "target"), [("in.csv", "out.parquet"), ("in.parquet", "out.csv"), ("in.ndjson", "out.csv.gz")])
def test_a_conversion_that_stopped_is_resumed_byte_for_byte(tmp_path, carry, monkeypatch, source, target) -> None:
    for module, name in (("sources", "CHUNK"), ("sources", "SAMPLE"), ("rows", "SAMPLE")):
        monkeypatch.setattr(f"rung.tables.{module}.{name}", 400)
    monkeypatch.setattr("rung.tables.columnar.MOST", 64)
    monkeypatch.setattr(journal, "EVERY", 0.0)
    write_rows(tmp_path / source, 300)
    carry(source, f"whole-{target}")
    real, calls = journal.Journalled.write, iter(range(1_000))

    def write(self, data) -> None:
        if next(calls) == 3:
            raise OSError(28, "No space left on device")
        real(self, data)

    with monkeypatch.context() as patched:
        patched.setattr(journal.Journalled, "write", write)
        with pytest.raises(OSError, match="No space"):
            carry(source, target)
    heard = Heard()
    carry(source, target, heard, resume=True)
    assert any(note.startswith("resuming after") for note in heard.notes)
    assert (tmp_path / target).read_bytes() == (tmp_path / f"whole-{target}").read_bytes()


@pytest.mark.parametrize("target", ["out.csv", "out.ndjson", "out.parquet"])
def test_lines_are_titles(tmp_path, carry, target) -> None:
    titles = ["Group PM", "VP, Product", 'Head of "X"', "Chef de produit"]
    (tmp_path / "in.txt").write_text("\r\n".join([titles[0], "", *titles[1:]]), encoding="utf-8")
    summary = carry("in.txt", target)
    assert summary.rows == 4
    rows = [row for row in rows_of(tmp_path / target) if row["title"]]
    assert [row["title"] for row in rows] == titles
    assert list(rows[0]) == ["title", *COLUMNS]
    with pytest.raises(TableError, match="lines hold titles alone"):
        carry("in.txt", "out.txt")


def test_a_table_without_headings_is_read_by_its_cells_or_by_number(tmp_path, carry) -> None:
    (tmp_path / "in.csv").write_bytes(table([[str(n), "Berlin", TITLES[n % 5]] for n in range(9)]))
    heard = Heard()
    summary = carry("in.csv", "out.csv", heard, headless=True)
    assert summary.rows == 9
    assert "reading title from 'column_3' (guessed)" in heard.notes
    found = cells((tmp_path / "out.csv").read_bytes())
    assert found[0][:4] == ["column_1", "column_2", "column_3", "rung_status"]
    assert found[1][:3] == ["0", "Berlin", TITLES[0]]
    carry("in.csv", "named.csv", heard, headless=True, columns={"title": "#3"})
    assert (tmp_path / "named.csv").read_bytes() == (tmp_path / "out.csv").read_bytes()
    (tmp_path / "cities.csv").write_bytes(b"1,Berlin\n2,Paris\n")
    with pytest.raises(TableError, match="no column holds job titles"):
        carry("cities.csv", "x.csv", headless=True)


@pytest.mark.parametrize("name", ["in.csv", "in.parquet", "in.ndjson"])
def test_a_sample_is_the_first_rows(tmp_path, carry, name) -> None:
    write_rows(tmp_path / name, 200)
    target = name.replace("in", "out")
    assert carry(name, target, sample=7).rows == 7
    assert [row["id"] for row in rows_of(tmp_path / target)] == [str(n) for n in range(7)]
    with pytest.raises(TableError, match="--sample is for a first try"):
        carry(name, target, sample=7, resume=True)


def test_a_dry_run_says_what_is_read_shows_answers_and_writes_nothing(tmp_path, capsys) -> None:
    (tmp_path / "in.csv").write_bytes(b"id,Job Title\n\n1,Group PM\n2,\n3,Nurse\n4,CPO\n")
    heard = Heard()
    rows = preview(BatchJob(str(tmp_path / "in.csv"), "-"), Setup(), heard, 3)
    assert heard.notes == ["reading title from 'Job Title' (guessed), id from 'id'"]
    assert [row["title"] for row in rows] == ["Group PM", "", "Nurse"]
    assert (rows[0]["rung_level"], rows[1]["rung_status"]) == ("senior", "error")
    assert main(["batch", str(tmp_path / "in.csv"), "--dry-run"]) == 0
    said = capsys.readouterr()
    assert "'Group PM'\n  rung_status: " in said.out
    assert "'CPO'" not in said.out
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_the_files_of_a_folder_or_a_pattern_go_into_a_folder(tmp_path, capsys) -> None:
    source, target = tmp_path / "jobs", tmp_path / "levels"
    source.mkdir()
    for name in ("b.csv", "a.csv", "c.ndjson"):
        write_rows(source / name, 3)
    (source / "notes.md").write_text("not rows")
    assert pairs(f"{source}/*.csv", str(target)) == [(f"{source}/{name}", f"{target}/{name}") for name in ("a.csv", "b.csv")]
    assert main(["batch", str(source), str(target), "--processes", "1"]) == 0
    assert sorted(path.name for path in target.iterdir()) == ["a.csv", "b.csv", "c.ndjson"]
    assert capsys.readouterr().err.count("3 rows in") == 3
    for given, output, said in (
        (str(source / "*.parquet"), str(target), "no file there ends in"),
        (str(source), "-", "name a folder"),
        (str(source), str(source), "the folder of the inputs"),
    ):
        with pytest.raises(TableError, match=said):
            pairs(given, output)


def test_outputs_in_a_folder_end_as_their_format_does(tmp_path) -> None:
    for name in ("a.csv.gz", "b.txt", "c.parquet"):
        (tmp_path / name).touch()
    names = [Path(target).name for _, target in pairs(str(tmp_path), "levels")]
    assert names == ["a.csv.gz", "b.csv", "c.parquet"]
    assert [Path(target).name for _, target in pairs(str(tmp_path), "levels", "ndjson")] == ["a.ndjson", "b.ndjson", "c.ndjson"]
    (tmp_path / "a.csv").touch()
    with pytest.raises(TableError, match=r"two outputs would be called a\.ndjson"):
        pairs(str(tmp_path), "levels", "ndjson")


def test_a_name_that_contradicts_the_wanted_format_is_refused(tmp_path, carry) -> None:
    (tmp_path / "in.csv").write_bytes(b"title\nPM\n")
    with pytest.raises(TableError, match=r"is csv by its name, and --to says parquet"):
        carry("in.csv", "out.csv", to="parquet")
    carry("in.csv", "levels", to="ndjson")
    assert orjson.loads((tmp_path / "levels").read_bytes())["title"] == "PM"


def test_one_file_is_one_run_even_where_its_name_looks_like_a_pattern(tmp_path) -> None:
    (tmp_path / "jobs[1].csv").write_bytes(b"title\nPM\n")
    path = str(tmp_path / "jobs[1].csv")
    assert pairs(path, "out.csv") == []


def test_a_folder_of_one_file_is_a_folder(tmp_path, capsys) -> None:
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "a.csv").write_bytes(b"title\nPM\n")
    for source, target in ((tmp_path / "jobs", tmp_path / "one"), (tmp_path / "jobs" / "*.csv", tmp_path / "two")):
        assert main(["batch", str(source), str(target), "--processes", "1"]) == 0
        assert [path.name for path in target.iterdir()] == ["a.csv"]


def test_a_file_that_cannot_be_read_does_not_stop_the_others_and_what_is_left_out_is_said(tmp_path, capsys) -> None:
    source = tmp_path / "jobs"
    source.mkdir()
    for name, data in (
        ("a.csv", b"title\nPM\n"),
        ("b.csv", b"salary\n1\n"),
        ("c.csv", b"title\nPM\n"),
        ("d.xlsx", b""),
        (".e", b""),
    ):
        (source / name).write_bytes(data)
    assert main(["batch", str(source), str(tmp_path / "out"), "--processes", "1"]) == 2
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.csv", "c.csv"]
    said = capsys.readouterr().err
    assert "not read, since the name says no format: d.xlsx; save the sheet of a workbook as CSV\n" in said
    assert f"rung: {source}/b.csv: no column of titles among 'salary'" in said
    assert said.endswith(f"not done: 1 of 3 files: {source}/b.csv\n")


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ((500, 500, 0.25, 2.0), "500 rows, 250/s, 25%, 0:06 left"),
        ((900, 400, 0.5, 100.0), "900 rows, 4/s, 50%, 1:40 left"),
        ((500, 500, 0.0, 2.0), "500 rows, 250/s"),
    ],
)
def test_progress_says_rows_answered_their_rate_and_the_time_left(figures, said) -> None:
    assert pace(*figures) == said


def test_the_share_that_is_done_is_that_of_the_rows_that_are_written(tmp_path, carry, monkeypatch) -> None:
    monkeypatch.setattr(sources, "CHUNK", 2_000)
    monkeypatch.setattr(sources, "SAMPLE", 2_000)
    write_rows(tmp_path / "in.csv", 1_000)
    size = (tmp_path / "in.csv").stat().st_size

    class Watched(Heard):
        def progress(self, rows: int, done: float) -> None:
            told.append((rows, done))

    told: list[tuple[int, float]] = []
    carry("in.csv", "out.csv", Watched(), processes=2)
    assert told[0][0] == 0
    assert told[-1] == (1_000, 1.0)
    assert all(abs(done - rows / 1_000) < 0.1 + 4_000 / size for rows, done in told)
