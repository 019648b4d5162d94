"""An option that a run would not use is refused, never ignored."""

from __future__ import annotations

from pathlib import Path

import pytest

from rung.cli.__main__ import main


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.csv").write_text("title\nGroup PM\n", encoding="utf-8")
    (tmp_path / "in.ndjson").write_text('{"title": "Group PM"}\n', encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["in.csv", "out.csv", "--master", "local[2]"], "--master is for Spark; add --engine spark"),
        (["in.csv", "out.csv", "--dry-run", "--report", "a.html"], "--dry-run writes nothing; leave out --report"),
        (["in.csv", "out.csv", "--dry-run", "--resume"], "--dry-run writes nothing; leave out --resume"),
        (["in.csv", "out.csv", "--engine", "spark", "--dry-run"], "--dry-run is for the local engine"),
        (["in.csv", "out.csv", "--engine", "spark", "--report", "a.html"], "--report is for the local engine"),
        (["in.csv", "out.csv", "--engine", "spark", "--processes", "2"], "--processes is for the local engine"),
        (["in.csv", "out.csv", "--engine", "spark", "--cache", "9"], "--cache is for the local engine"),
        (["in.ndjson", "out.csv", "--no-header"], "in.ndjson: --no-header is for CSV and TSV"),
    ],
)
def test_batch_names_an_option_that_it_would_not_use(
    folder: Path, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["batch", *arguments]) == 2
    assert sentence in capsys.readouterr().err
    assert not (folder / "out.csv").exists()


def test_the_input_has_one_format(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["batch", "in.csv", "out.csv", "--lines", "--format", "csv"])
    assert "argument --format: not allowed with argument --lines" in capsys.readouterr().err


@pytest.mark.parametrize(("option", "name"), [(["--no-header"], "--no-header"), (["--encoding", "utf-16"], "--encoding")])
def test_a_parquet_file_needs_neither_headings_nor_an_encoding(
    folder: Path, option: list[str], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pa = pytest.importorskip("pyarrow", reason="needs the parquet extra")
    pytest.importorskip("pyarrow.parquet").write_table(pa.table({"title": ["Group PM"]}), folder / "in.parquet")
    assert main(["batch", "in.parquet", "out.csv", *option]) == 2
    assert f"{name}: Parquet states its columns and its encoding" in capsys.readouterr().err


@pytest.mark.parametrize("style", ["table", "csv"])
@pytest.mark.parametrize("option", ["--all", "--occupation"])
def test_classify_refuses_parts_that_a_format_does_not_show(style: str, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["classify", "Group PM", "--format", style, option]) == 2
    assert capsys.readouterr().err == f"rung: {option} is for text and JSON, not for --format {style}\n"


def test_several_titles_with_occupation_codes_are_printed_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["classify", "Registered Nurse", "Bus Driver", "--occupation"]) == 0
    assert "29-1141.00" in capsys.readouterr().out
