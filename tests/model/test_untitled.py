"""Texts without a title: on the ladder that the query names they stand at their position, without it near its level.

``untitled.jsonl`` has texts that were written from what each ladder says of a position, apart from the wordings of statements.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rung import Normaliser, Query
from rung.types import Organisation

ROWS = [json.loads(line) for line in (Path(__file__).parent / "untitled.jsonl").read_text(encoding="utf-8").splitlines()]


def name(row: dict) -> str:
    return "/".join(filter(None, (row["ladder"], row["position"], row.get("size"))))


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_a_text_stands_at_its_position_on_the_ladder_that_is_named(normaliser: Normaliser, row: dict) -> None:
    query = Query("", row["text"], organisation=Organisation(size=row.get("size")), ladder=row["ladder"], include=["readings"])
    found = {reading.ladder: reading.position for reading in normaliser.classify(query).readings}
    assert found[row["ladder"]] == row["position"]


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_a_text_comes_out_at_the_level_of_its_position(normaliser: Normaliser, row: dict) -> None:
    answer = normaliser.classify(Query("", row["text"]))
    assert answer.family is not None
    assert answer.level is not None
    assert answer.family.id == "product-management"
    assert answer.level.id in row["levels"]
