"""The commands for ladders: what they print and the exit code they end with."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest
from ladder_toys import DATA, TOY, crosswalk, write

from rung.cli import ladders as command
from rung.errors import DataError, InvalidQuery, UnknownLadder
from rung.types import Query, Result


class Toy:
    """A normaliser with the shipped ladders and no model."""

    crosswalk = crosswalk()

    def classify(self, query: Query) -> Result:
        raise AssertionError("no position of these files needs a proposal")


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(command, "_load", lambda ladders: Toy())

    def run(*arguments: object) -> int:
        parser = argparse.ArgumentParser()
        command.register(parser.add_subparsers(required=True))
        options = parser.parse_args([str(argument) for argument in arguments])
        return int(options.run(options))

    return run


def test_ladders_are_listed(rung: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert rung("ladders") == 0
    printed = capsys.readouterr().out
    assert all(ladder in printed for ladder in crosswalk().ladders)
    assert "sector: government" in printed


def test_ladders_are_listed_for_programs(rung: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert rung("ladders", "--json") == 0
    assert [ladder["id"] for ladder in json.loads(capsys.readouterr().out)] == list(crosswalk().ladders)


@pytest.mark.parametrize("ladder", crosswalk().ladders.values(), ids=lambda ladder: ladder.id)
def test_a_tree_shows_every_position(rung: Any, capsys: pytest.CaptureFixture[str], ladder: Any) -> None:
    assert rung("ladders", "show", ladder.id) == 0
    printed = capsys.readouterr().out
    assert all(position.title in printed for position in ladder.positions)


def test_a_fork_opens_two_branches(rung: Any, capsys: pytest.CaptureFixture[str]) -> None:
    rung("ladders", "show", "dual-track")
    lines = capsys.readouterr().out.splitlines()
    depth = {
        title: next(line.index(title) for line in lines if f"─ {title}" in line)
        for title in ("Senior P", "Principal P", "Lead P", "Head of P")
    }
    assert depth["Senior P"] < depth["Principal P"] == depth["Lead P"] < depth["Head of P"]


def test_a_second_way_to_a_step_stands_beside_the_first(rung: Any, capsys: pytest.CaptureFixture[str]) -> None:
    rung("ladders", "show", "analyst-to-cpo")
    lines = capsys.readouterr().out.splitlines()
    titles = ("Business Analyst", "Product Owner", "Associate Product Manager", "Product Manager", "Group", "Chief")
    order = [next(at for at, line in enumerate(lines) if f"─ {title}" in line) for title in titles]
    assert order == sorted(order)
    assert [at for at, line in enumerate(lines) if "→ Product Manager" in line] == [order[2] - 1, order[3] - 1]


def test_a_tree_tells_what_a_source_leaves_open_and_how_it_says_the_rest(rung: Any, capsys: pytest.CaptureFixture[str]) -> None:
    rung("ladders", "show", "nine-levels")
    printed = capsys.readouterr().out
    assert "9. Chief Product Officer" in printed
    assert "executive: sometimes (on the executive committee where the organisation is mature)" in printed
    assert "people management: not stated" in printed
    assert "reports to: chief executive officer" in printed
    assert "source: nine-levels; judged here: track" in printed


def test_an_unknown_ladder_is_named(rung: Any) -> None:
    with pytest.raises(UnknownLadder):
        rung("ladders", "show", "nope")


def test_a_sound_file_passes_and_says_what_is_open(rung: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, TOY)
    assert rung("ladders", "check", path) == 0
    printed = capsys.readouterr().out
    assert "sound; ladder 'our-ladder' with 3 positions" in printed
    assert "No mapping is stated for boss" in printed


def test_a_broken_file_ends_with_one(rung: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rung("ladders", "check", write(tmp_path, TOY.replace("[boss]", "[bos]"))) == 1
    assert "toy.yaml, line 15" in capsys.readouterr().err
    assert rung("ladders", "check", DATA / "ladders" / "dual-track.yaml") == 1
    assert "is a built-in one" in capsys.readouterr().err


def test_mapping_a_file_that_needs_none_gives_it_back(rung: Any, tmp_path: Path) -> None:
    source, out = DATA / "ladders" / "dual-track.yaml", tmp_path / "mapped.yaml"
    assert rung("ladders", "map", source, "--out", out) == 0
    assert out.read_text(encoding="utf-8") == source.read_text(encoding="utf-8")


def test_mapping_a_broken_file_raises(rung: Any, tmp_path: Path) -> None:
    with pytest.raises(DataError):
        rung("ladders", "map", write(tmp_path, "id: x"))


def test_drawing_writes_the_picture(rung: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "ladders.svg"
    assert rung("ladders", "draw", "--out", out) == 0
    assert out.read_text(encoding="utf-8").startswith("<svg")
    capsys.readouterr()
    assert rung("ladders", "draw") == 0
    assert capsys.readouterr().out == out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "uk-government", "--position", "senior-product-manager", "--to", "nine-levels"),
        ("uk-government", "senior-product-manager", "nine-levels"),
        ("--to", "nine-levels", "uk-government", "senior-product-manager"),
    ],
)
def test_a_crossing_is_named_by_options_or_by_places(
    rung: Any, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert rung("crosswalk", *arguments, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [(c["position"], c["relation"]) for c in found] == [
        ("group-product-manager", "close"),
        ("senior-product-manager", "narrow"),
    ]


def test_a_missing_place_is_shown_between_its_neighbours(rung: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert rung("crosswalk", "nine-levels", "vp-product", "uk-government", "--size", "large") == 0
    assert "between head-of-product-management and the top" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [(), ("uk-government",), ("uk-government", "product-manager", "dual-track", "--to", "nine-levels")]
)
def test_a_crossing_names_three_things(rung: Any, arguments: tuple[str, ...]) -> None:
    with pytest.raises(InvalidQuery, match="once each"):
        rung("crosswalk", *arguments)
