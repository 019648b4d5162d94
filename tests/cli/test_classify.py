"""``rung classify``: titles, pipes, formats."""

from __future__ import annotations

import csv
import io
import json

import pytest

from rung.cli import classify as command
from rung.cli.__main__ import main
from rung.tables.table import COLUMNS
from rung.types import PARTS


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")


class Pipe:
    """Standard input that is no terminal."""

    def __init__(self, content: bytes) -> None:
        self.buffer = io.BytesIO(content)

    def isatty(self) -> bool:
        return False

    def read(self, size: int = -1) -> str:
        return self.buffer.read(size).decode()


@pytest.fixture
def pipe(monkeypatch):
    return lambda content: monkeypatch.setattr("sys.stdin", Pipe(content.encode()))


def test_the_short_answer_has_level_track_family_confidence_and_reasons(capsys):
    assert main(["classify", "Senior Product Manager"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Senior/GPM, ic track  (Senior Product Manager)"
    assert lines[1].startswith("classified, confidence 0.")
    assert lines[1].endswith("; Product management")
    assert all(line.startswith("  “") for line in lines[2:])
    assert 1 <= len(lines[2:]) <= 3


def test_what_is_open_is_named_with_its_question(capsys):
    assert main(["classify", "Lead Product Manager"]) == 0
    out = capsys.readouterr().out
    assert "open: track (ic or manager)" in out
    assert "question: " in out
    assert "?" in out


def test_all_adds_weights_alternatives_and_readings(capsys):
    main(["classify", "Lead Product Manager"])
    short = capsys.readouterr().out
    main(["classify", "Lead Product Manager", "--all"])
    whole = capsys.readouterr().out
    for heading in ("weight", "alternative", "ladder"):
        assert heading not in short
        assert heading in whole
    assert "nine-levels" in whole


def test_a_precision_that_nothing_reached_leaves_the_answer_ambiguous(capsys):
    assert main(["classify", "Group PM", "--min-precision", "1", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["status"], answer["flags"]) == ("ambiguous", ["expected_coverage:0.0"])


def test_several_titles_are_a_table_with_a_line_each(capsys):
    assert main(["classify", "Senior Product Manager", "Head of Product"]) == 0
    heading, first, second = capsys.readouterr().out.splitlines()
    assert heading.split() == ["title", "level", "track", "family", "confidence", "open"]
    assert first.startswith("Senior Product Manager ")
    assert second.startswith("Head of Product ")


@pytest.mark.parametrize("arguments", [["classify"], ["classify", "-"]])
def test_a_pipe_holds_one_title_a_line(arguments, pipe, capsys):
    pipe("Senior Product Manager\n\n  Head of Product\r\n")
    assert main(arguments) == 0
    assert [line.partition("  ")[0] for line in capsys.readouterr().out.splitlines()[1:]] == [
        "Senior Product Manager",
        "Head of Product",
    ]


def test_a_pipe_is_answered_in_chunks_and_in_order(pipe, capsys):
    titles = [f"Product Manager {number}" for number in range(2 * command.CHUNK + 1)]
    pipe("\n".join(titles))
    assert main(["classify", "-", "--format", "ndjson"]) == 0
    assert [json.loads(line)["title"] for line in capsys.readouterr().out.splitlines()] == titles


def test_a_line_that_is_too_long_fails_alone(pipe, capsys):
    pipe("CPO\n" + "x" * (3 * command.LONGEST_LINE) + "\nHead of Product\n")
    assert main(["classify", "-", "--format", "csv"]) == 1
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["rung_status"] == "error" for row in rows] == [False, True, False]
    assert "characters" in rows[1]["rung_error"]


def test_words_without_quotes_are_pointed_out(capsys):
    assert main(["classify", "Group", "PM"]) == 0
    assert 'quote the title: "Group PM"' in capsys.readouterr().err


def test_titles_in_quotes_are_not_pointed_out(capsys):
    main(["classify", "Group PM", "CPO"])
    assert capsys.readouterr().err == ""


def test_json_is_one_object_for_one_title_and_a_list_for_several(capsys):
    main(["classify", "Group PM", "--json"])
    one = json.loads(capsys.readouterr().out)
    main(["classify", "Group PM", "CPO", "--json"])
    several = json.loads(capsys.readouterr().out)
    assert one == several[0]
    assert len(several) == 2
    assert {part for part in PARTS if part in one} >= {"evidence", "query", "alternatives", "readings"}


def test_csv_has_the_columns_of_the_row_contract(capsys):
    main(["classify", '=Group, "PM"', "CPO", "--format", "csv"])
    reader = csv.DictReader(io.StringIO(capsys.readouterr().out))
    rows = list(reader)
    assert reader.fieldnames == ["title", *COLUMNS]
    assert [row["title"] for row in rows] == ['\'=Group, "PM"', "CPO"]


@pytest.mark.parametrize("style", ["text", "table", "json", "ndjson", "csv"])
def test_a_bad_title_fails_alone_in_every_format(style, capsys):
    assert main(["classify", "Group PM", " ", "--format", style]) == 1
    out = capsys.readouterr().out
    assert "error" in out
    assert "blank" in out


def test_one_bad_title_is_an_error(capsys):
    assert main(["classify", " "]) == 2
    assert "blank" in capsys.readouterr().err


def test_the_description_is_read_from_a_pipe(pipe, capsys):
    pipe("You manage four product managers, hold their appraisals, and hire two more this year.")
    assert main(["classify", "Product Lead", "--description", "-", "--json"]) == 0
    evidence = json.loads(capsys.readouterr().out)["evidence"]
    assert "description" in [piece["source"] for piece in evidence]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["classify", "A B", "C D", "--description", "x.txt"], "a description belongs to one title"),
        (["classify", "-", "CPO"], "- reads the titles from standard input"),
        (["classify", "CPO", "--description", "no-such-file.txt"], "no-such-file.txt cannot be read"),
    ],
)
def test_what_does_not_go_together_is_refused(arguments, said, pipe, capsys):
    pipe("")
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_without_a_title_on_a_terminal_it_says_how_to_name_one(monkeypatch, capsys):
    class Terminal(Pipe):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal(b""))
    assert main(["classify"]) == 2
    assert 'rung classify "Group PM"' in capsys.readouterr().err
