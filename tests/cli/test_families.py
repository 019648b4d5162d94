"""`rung families`: the list, as data, and as the page of the documentation."""

import json
from pathlib import Path

from rung.cli.__main__ import main

PAGE = Path(__file__).parents[2] / "docs" / "families.md"


def test_the_table_names_every_family(capsys):
    assert main(["families"]) == 0
    printed = capsys.readouterr().out
    assert "nursing" in printed
    assert "product-management" in printed


def test_json_has_definitions_and_codes(capsys):
    assert main(["families", "--format", "json"]) == 0
    families = {family["id"]: family for family in json.loads(capsys.readouterr().out)}
    assert families["product-management"]["graded"] is True
    assert families["nursing"]["isco"]
    assert families["nursing"]["definition"]
    near = {other for family in families.values() for other in family["near"]}
    assert near <= families.keys()


def test_the_page_in_the_docs_is_this_one(capsys):
    assert main(["families", "--format", "markdown"]) == 0
    assert PAGE.read_text(encoding="utf-8") == capsys.readouterr().out, "run: rung families --format markdown >docs/families.md"
