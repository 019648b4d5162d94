"""`rung batch` without a file reads the pipe; at a terminal it says what to do."""

from __future__ import annotations

import subprocess
import sys

from rung.cli.__main__ import main


def test_without_a_file_the_pipe_is_read():
    command = [sys.executable, "-m", "rung.cli", "batch"]
    done = subprocess.run(command, input=b"id,title\n1,Group PM\n", capture_output=True, timeout=60, check=True)
    heading, row = done.stdout.decode().splitlines()
    assert heading.startswith("id,title,rung_status")
    assert row.startswith("1,Group PM,classified")


def test_at_a_terminal_it_says_what_to_do(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", type("Terminal", (), {"isatty": lambda self: True})())
    assert main(["batch"]) == 2
    assert "name a file, or pipe rows into rung batch" in capsys.readouterr().err


def test_the_run_ends_well_though_the_reader_of_its_notes_leaves(tmp_path):
    (tmp_path / "jobs.csv").write_text("title\n" + "Group PM\n" * 100)
    command = [sys.executable, "-m", "rung.cli", "batch", "jobs.csv", "out.csv", "--report", "out.html"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE) as running:
        running.stderr.close()
        assert running.wait(60) == 0
    assert (tmp_path / "out.csv").read_text().count("\n") == 101
    assert "100 rows" in (tmp_path / "out.html").read_text()


def test_a_workbook_is_refused_by_its_name(tmp_path, monkeypatch, capsys):
    """Not written as CSV under the name of a workbook, which no spreadsheet would open."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "jobs.csv").write_text("id,title\n1,Group PM\n")
    for arguments in (["jobs.csv", "levels.xlsx"], ["jobs.xlsx", "levels.csv"], ["jobs.csv", "levels.ods", "--to", "csv"]):
        assert main(["batch", *arguments]) == 2
        assert "is a workbook" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["jobs.csv"]
