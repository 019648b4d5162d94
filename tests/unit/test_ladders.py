"""Ladder files: what is read, what comes back from plain data, and every way in which a file can be wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ladder_toys import DATA, TOY, crosswalk, write

from rung.errors import DataError
from rung.ladders.files import POSITION, ladder_from_dict, load_ladder, load_ladders
from rung.ladders.model import normal

GRID = crosswalk().grid


def broken(tmp_path: Path, old: str, new: str) -> str:
    """The message that a toy ladder gives after one change."""
    assert old in TOY
    with pytest.raises(DataError) as caught:
        load_ladder(write(tmp_path, TOY.replace(old, new)), GRID)
    return caught.value.detail


def test_the_shipped_ladders_are_the_six() -> None:
    assert list(crosswalk().ladders) == [
        "reference",
        "organisation-size",
        "uk-government",
        "nine-levels",
        "dual-track",
        "analyst-to-cpo",
    ]


@pytest.mark.parametrize("ladder", [name for name in crosswalk().ladders if name != "reference"])
def test_a_duty_that_cites_a_ladder_has_a_level_and_track_of_that_ladder(ladder: str) -> None:
    means = {share.cell for p in crosswalk().ladders[ladder].positions for name in p.names for share in name.reference}
    files = [path.read_text(encoding="utf-8").splitlines() for path in sorted((DATA / "duties").glob("*.jsonl"))]
    duties = [duty for lines in files for duty in map(json.loads, lines) if duty["source"] == ladder and "level" in duty]
    assert duties
    assert [d["text"] for d in duties if f"{d['level']}/{d['track']}" not in {f"{c.level}/{c.track}" for c in means}] == []


@pytest.mark.parametrize(
    ("ladder", "position", "fields"),
    [
        ("organisation-size", "senior-product-manager", {"scope"}),
        ("organisation-size", "head-of-product", {"scope"}),
        ("nine-levels", "vp-product", {"track", "people_management"}),
        ("nine-levels", "chief-product-officer", {"track", "people_management", "executive"}),
        ("dual-track", "head-of-product", {"people_management"}),
        ("analyst-to-cpo", "associate-product-manager", {"track", "next"}),
    ],
)
def test_what_a_source_leaves_open_is_marked_as_judged(ladder: str, position: str, fields: set[str]) -> None:
    assert all(set(entry.judged) == fields for entry in crosswalk().ladders[ladder].entries(position))


@pytest.mark.parametrize("path", sorted((DATA / "ladders").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_file_opens_with_a_comment_that_defines_every_field(path: Path) -> None:
    head = path.read_text(encoding="utf-8").split("\nid:")[0]
    assert all(field in head for field in (*POSITION, "seniority", "any_of", "share"))


@pytest.mark.parametrize("ladder", crosswalk().ladders.values(), ids=lambda ladder: ladder.id)
def test_a_ladder_comes_back_from_plain_data(ladder) -> None:
    assert ladder_from_dict(ladder.to_dict(), GRID) == ladder


def test_every_reference_position_stands_on_the_reference_ladder() -> None:
    assert {p.id for p in crosswalk().ladders["reference"].positions} == set(GRID.positions)


def test_a_fork_names_both_arms_and_neither_precedes_the_other() -> None:
    dual = crosswalk().ladders["dual-track"]
    assert dual.find("senior-product-manager").next == ("principal-product-manager", "lead-product-manager")
    assert not dual.precedes("principal-product-manager", "head-of-product")
    assert dual.precedes("senior-product-manager", "head-of-product")


def test_a_variant_overrides_only_what_it_states() -> None:
    size = crosswalk().ladders["organisation-size"]
    small, medium = size.find("product-manager", "small"), size.find("product-manager", "medium")
    assert (small.next, medium.next) == (("head-of-product",), ("senior-product-manager",))
    assert small.reference == medium.reference
    assert size.find("lead-product-manager", "medium") is None


def test_names_are_compared_without_case_accents_and_punctuation() -> None:
    assert normal("  Sénior  Product-Manager (PM) ") == "senior product manager pm"


def test_an_unknown_field_names_the_nearest(tmp_path: Path) -> None:
    message = broken(tmp_path, "    track: ic\n", "    trak: ic\n")
    assert "line 7" in message
    assert "Did you mean 'track'" in message


def test_a_missing_title_is_named_with_its_line(tmp_path: Path) -> None:
    assert "line 10: the field 'title' is missing" in broken(tmp_path, "    title: Product Shaper\n", "")


def test_a_bare_yes_is_explained(tmp_path: Path) -> None:
    assert 'Put yes and no in quotes: "yes"' in broken(tmp_path, 'people_management: "yes"', "people_management: yes")


def test_a_cycle_is_refused(tmp_path: Path) -> None:
    message = broken(tmp_path, "    title: Product Boss\n", "    title: Product Boss\n    next: [builder]\n")
    assert "line 8" in message
    assert "lead back to it" in message


def test_a_position_that_nothing_joins_is_refused(tmp_path: Path) -> None:
    message = broken(tmp_path, "    next: [boss]\n", "")
    assert "no steps join 'boss' to 'builder'" in message
    assert "line 18" in message


def test_an_unknown_step_names_the_nearest(tmp_path: Path) -> None:
    assert "Did you mean 'shaper'" in broken(tmp_path, "next: [shaper]", "next: [shapr]")


def test_a_position_id_stands_once(tmp_path: Path) -> None:
    message = broken(tmp_path, "  - id: boss", "  - id: builder")
    assert "appears twice (first on line 5)" in message
    assert "line 19" in message


def test_two_positions_cannot_claim_one_alias(tmp_path: Path) -> None:
    message = broken(tmp_path, "synonyms: [Shaper of Products]", "synonyms: [product BUILDER]")
    assert "claimed by 'builder' and by 'shaper'" in message
    assert "line 12" in message


def test_a_level_outside_the_grid_is_refused(tmp_path: Path) -> None:
    message = broken(tmp_path, "cell: mid/ic", "cell: emperor/ic")
    assert "'emperor' is outside the reference grid" in message
    assert "line 9" in message


def test_a_cell_that_its_position_has_not_is_refused(tmp_path: Path) -> None:
    assert "is not at 'mid/manager'" in broken(tmp_path, "cell: mid/ic", "cell: mid/manager")


def test_an_unknown_reference_position_names_the_nearest(tmp_path: Path) -> None:
    assert "the nearest are product-manager" in broken(tmp_path, "position: product-manager", "position: produkt-manager")


def test_shares_add_up_to_one(tmp_path: Path) -> None:
    assert "the shares add up to 0.85" in broken(tmp_path, "share: 0.75", "share: 0.6")


def test_an_expert_does_not_manage_people(tmp_path: Path) -> None:
    assert "on the track 'ic'" in broken(tmp_path, "    track: manager\n    people", "    track: ic\n    people")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("id: our-ladder", "id: Our Ladder", "lower-case words joined by hyphens"),
        ("track: ic", "track: sideways", "must be one of ic, manager, either, not stated"),
        ("label: Our ladder", "label: ''", "'label' is blank"),
        ("next: [shaper]", "next: {a: b}", "must be a list of texts"),
        ("    next: [shaper]\n", "    next: [shaper]\n    typical: {teams: 5..2}\n", "the lowest and the highest number"),
        (
            "    next: [shaper]\n",
            "    next: [shaper]\n    modality: {scop: often}\n",
            "no field is named 'scop'. Did you mean 'scope'?",
        ),
        ("    next: [shaper]\n", "    next: [shaper]\n    judged: [scope]\n", "leaves 'scope' open"),
        ("    next: [shaper]\n", "    next: [shaper]\n    takes_in: [bos]\n", "Did you mean 'boss'?"),
        ("    next: [shaper]\n", "    next: [shaper]\n    variants: {small: {}}\n", "the ladder names no variants"),
        ("label: Our ladder\n", "label: Our ladder\nlabel: Ours\n", "appears twice (again on line 3)"),
        ("positions:\n", "positions: nonsense\nignored:\n", "unknown field 'ignored'"),
        ("label: Our ladder", "label: [Our", "not valid YAML"),
        ("next: [shaper]", "next: &a [shaper]\n    org_span: *a", "an alias (*name) is not read here"),
        ("label: Our ladder", "label: Our ladder\n? [a, b]\n: c", "a field's name is a list or an object"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert says in broken(tmp_path, old, new)


@pytest.mark.parametrize("text", ["", "- a list\n", "just words\n", "id: x\nlabel: y\npositions: []\n"])
def test_what_is_no_ladder_at_all_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError, match=r"toy\.yaml"):
        load_ladder(write(tmp_path, text), GRID)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "toy.yaml"
    path.write_bytes(b"id: \xff\xfe")
    with pytest.raises(DataError, match="UTF-8"):
        load_ladder(path, GRID)


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nests too deeply|not valid YAML"):
        load_ladder(write(tmp_path, "id: " + "[" * 20_000), GRID)


def test_an_uncited_source_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"'ours' is not in SOURCES\.yaml"):
        load_ladder(write(tmp_path, TOY), GRID, ["reference"])


def test_one_id_for_two_files_is_refused(tmp_path: Path) -> None:
    write(tmp_path, TOY, "a.yaml")
    write(tmp_path, TOY, "b.yaml")
    with pytest.raises(DataError, match=r"b\.yaml, line 1: the ladder id 'our-ladder' is taken by .*a\.yaml"):
        load_ladders(tmp_path, GRID)


def test_an_empty_folder_and_a_missing_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no ladder file"):
        load_ladders(tmp_path, GRID)
    with pytest.raises(DataError, match="no such folder"):
        load_ladders(tmp_path / "nowhere", GRID)
