"""What measures is tried with few turns, so that it runs when it is needed; no figure is held to anything here."""

from __future__ import annotations

import json

import pytest

from bench import servers, table
from bench.table import BARS, Turns

FEWEST = Turns(pairs=1, kernels=1, inexact=64, titles=2_000, texts=200, growth=(500, 1_500))


def run(name: str, *ratios: float) -> list[table.Rows]:
    return [{name: {"ratio": ratio}} for ratio in ratios]


def test_kernels_and_files_are_measured_and_written_into_the_document(tmp_path) -> None:
    rows = table.together([table.measure(("kernels", "files"), FEWEST, lambda _: None)])
    assert rows.keys() == {
        "scorer", "scorer-plain", "parity", "fuzzy", "fuzzy-same", "fuzzy-title", "files-title", "files-text", "files-memory",
    }  # fmt: skip
    assert all(row["ratio"] >= 0 for row in rows.values())
    document = tmp_path / "performance.md"
    document.write_text(f"# Before\n\n{table.START}\nold\n{table.END}\n\nAfter.\n")
    table.write(rows, "python -m bench", document)
    text = document.read_text()
    assert text.startswith("# Before")
    assert text.endswith("After.\n")
    assert "old" not in text
    assert text.count("not measured yet") == len(BARS) - len(rows)


@pytest.mark.slow
@pytest.mark.skipif(servers.missing(), reason="wrk is not installed")
def test_the_service_is_measured_beside_the_echo() -> None:
    rows = table.measure(("http", "growth"), FEWEST, lambda _: None)
    assert rows.keys() == {
        "http-title", "http-board", "http-text", "p99-title", "p99-text", "pipeline", "batch-item", "memory", "start", "growth",
    }  # fmt: skip


def test_of_several_runs_the_median_is_shown_and_the_worst_counts() -> None:
    found = table.together(run("files-title", 0.5, 0.39, 1.2))
    assert found["files-title"] == {"ratio": 0.5, "worst": 0.39, "ratios": [0.5, 0.39, 1.2]}
    assert table.together(run("growth", 2.0, 11.0, 4.0))["growth"]["worst"] == 11.0
    line = table.markdown(table.stamp(found, "python -m bench --runs 3")).splitlines()
    shown = next(each for each in line if "csv loop" in each)
    assert "| **0.50** | 0.39 of 3 | ≥ 0.7 | ≥ 1 | missed |" in shown


def test_a_row_without_a_bar_meets_nothing_and_misses_nothing() -> None:
    rows = table.stamp(table.together(run("fuzzy-title", 2.4)), "python -m bench")
    assert "| **2.40** | one run |  |  |  |" in table.markdown(rows)


def test_what_an_earlier_run_measured_stays_in_the_table_until_it_is_measured_again(tmp_path) -> None:
    document = tmp_path / "performance.md"
    table.write(table.together(run("scorer", 40.0)), "first", document)
    table.write(table.together(run("parity", 1e-12)), "second", document)
    assert json.loads((tmp_path / "performance.json").read_text()).keys() == {"scorer", "parity"}
    assert "`first`, `second`" in document.read_text()


def test_a_group_that_lacks_what_it_needs_is_left_out_and_that_is_said(monkeypatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: object())  # whether or not the extra is installed here
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    said: list[str] = []
    assert table.measure(("http", "spark"), FEWEST, said.append) == {}
    assert said == ["http is left out: there is no wrk (`make wrk` installs it)", "spark is left out: there is no Java"]
