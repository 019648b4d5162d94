"""What statements change: the track without the level, once however often, bounded beside a clear title."""

from __future__ import annotations

import math

import pytest
from ladder_toys import cell, crosswalk
from statement_toys import counted, kinds, reader, rules

from rung.grid import OTHER, Cell

GRID = crosswalk().grid


def only(named: str, rest: float = 0.05) -> dict[Cell, float]:
    """Probabilities with nearly all at one cell."""
    spread = rest / (len(GRID.cells) - 1)
    return {**dict.fromkeys(GRID.cells, spread), cell(named): 0.9, OTHER: 0.05}


def by_level(probabilities: dict[Cell, float], level: str) -> float:
    return sum(p for c, p in probabilities.items() if c.level == level)


@pytest.mark.parametrize("level", ["senior", "lead"])
def test_management_moves_the_track_and_leaves_the_level(level: str) -> None:
    before = only(f"{level}/ic")
    after = rules().apply_track(before, 8.0)
    assert after[cell(f"{level}/manager")] > 0.7
    assert by_level(after, level) >= by_level(before, level)
    assert sum(after.values()) == pytest.approx(1.0)


def test_a_plain_product_manager_who_manages_is_open_about_the_level() -> None:
    after = rules().apply_track(only("mid/ic"), 8.0)
    best = sorted(after, key=after.__getitem__, reverse=True)[:2]
    assert best == [cell("senior/manager"), cell("lead/manager")]


def test_a_group_manager_without_reports_is_an_expert_of_that_level() -> None:
    after = rules().apply_track(only("senior/manager"), -7.0)
    assert max(after, key=after.__getitem__) == cell("senior/ic")


def test_a_head_without_reports_stays_likely() -> None:
    after = rules().apply_track(only("head/manager"), -7.0)
    assert max(after, key=after.__getitem__) == cell("head/manager")
    assert after[cell("lead/ic")] > 0.2


def test_a_statement_counts_once() -> None:
    text = "You line-manage five product managers. "
    once, often = counted(text), counted(text * 40)
    assert rules().odds(once, (), False) == rules().odds(often, (), False)
    assert len(often) == 1


def test_several_wordings_of_one_claim_count_as_the_strongest() -> None:
    text = "You line-manage five product managers. They are your direct reports. This is a people management role."
    track = rules().odds(counted(text), (), False).track
    assert track == max(s.effect.track for s in counted("You line-manage five product managers."))


def test_contradictory_claims_are_unknown() -> None:
    stated = counted("You line-manage five product managers. This is an individual contributor role.")
    assert rules().claim(stated, "manages") == "unknown"
    assert abs(rules().odds(stated, (), False).track) < 2


def test_other_peoples_management_says_nothing_but_explains_the_words() -> None:
    text = "Our CPO leads 20 product managers."
    statements = reader().read(text)
    odds = rules().odds(rules().counted(statements, None, False), statements, False)
    assert (odds.track, odds.mentions) == (0.0, True)


def test_managing_engineers_is_management_but_not_the_track() -> None:
    stated = counted("You are the line manager of six engineers.")
    assert rules().claim(stated, "manages") == "yes"
    assert rules().odds(stated, (), False).track == 0.0


def test_whoever_is_hired_says_nothing_of_the_family() -> None:
    stated = counted("You hire three more.")
    assert rules().claim(stated, "manages") == "yes"
    assert rules().odds(stated, (), False).family == 0.0


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Seniority level: Director", "head"),
        ("Level: Senior", "senior"),
        ("Nível: Sênior", "senior"),
        ("Grade: Junior", "associate"),
        ("Entry level role.", "associate"),
        ("Twelve-week paid summer internship.", "associate"),
        ("Als Werkstudent unterstützt du unser Team.", "associate"),
        ("Our two-year graduate rotation programme.", "associate"),
    ],
)
def test_a_stated_level_is_read_and_counts_less_beside_a_word_of_level(text: str, level: str) -> None:
    found = rules().reads(counted(text), "stated_level")
    assert found is not None
    assert rules().level(found.statement) == level
    at = next(i for i, c in enumerate(GRID.cells) if c.level == level)
    plain, beside = (rules().odds(counted(text, "", named), (), named).cells[at] for named in (False, True))
    assert plain > beside > 0


def test_stuffing_is_bounded_by_the_caps() -> None:
    text = "Internship. Graduate programme. Seniority level: Entry level. Junior role. You assist a product manager."
    caps = kinds()["cap"]
    odds = rules().odds(counted(text, "vp-product", True), (), True)
    assert max(map(abs, odds.cells)) <= caps["named"]
    text = " ".join(f"You manage {n} product managers and are the line manager of PMs." for n in range(2, 40))
    assert rules().odds(counted(text), (), True).track <= caps["track"]


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("You report to the CPO.", "product_executive_above", "yes"),
        ("You report to the CEO.", "product_executive_above", "no"),
        ("You will be our first product hire!", "size", "small"),
    ],
)
def test_statements_imply_facts_of_the_organisation(text: str, fact: str, value: str) -> None:
    assert {key: v for s in counted(text) for key, v in s.implies.items()}[fact] == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("You report to the Director of Product and run discovery.", "Director of Product"),
        ("Reports to: Head of Product | Leeds", "Head of Product"),
        ("Reporting directly into our Chief Product Officer,", "Chief Product Officer"),
        ("You report to the Director, Product Platforms, and run discovery.", "Director, Product Platforms"),
        ("Reporting to the CPO, you run discovery.", "CPO"),
    ],
)
def test_the_reporting_line_is_read(text: str, words: str) -> None:
    found = rules().reads(counted(text), "reports_to")
    assert found is not None
    assert found.statement.words == words


def test_a_text_of_nothing_but_statements_is_bounded() -> None:
    assert len(counted(" ".join(f"You report to boss {n}." for n in range(900)))) <= 60


def test_other_peoples_reporting_lines_are_not_the_jobs() -> None:
    assert rules().reads(counted("Our CPO reports to the CEO."), "reports_to") is None


def test_the_rules_name_only_what_exists() -> None:
    cells, positions = {*map(str, GRID.cells), *GRID.levels, "ic", "manager"}, set(GRID.positions)
    for row in kinds()["statements"]:
        for weights in row.get("weights", {}).values():
            assert set(weights) <= cells, row["id"]
            assert all(math.isfinite(v) for v in weights.values())
        assert set(row.get("positions", ())) <= positions, row["id"]
        assert row["says"], row["id"]
        assert set(row.get("senses", ("asserted", "denied"))) <= set(row["says"]), row["id"]
        assert all(says.endswith(".") for says in row["says"].values()), row["id"]
