"""The crosswalk: readings of one job on every ladder, ladder to ladder, what a title means there, and customers' own ladders."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ladder_toys import DATA, TOY, cell, conditions, crosswalk, write

from rung.errors import DataError, UnknownLadder
from rung.ladders.crosswalk import cross, family_readings, readings, title_prior
from rung.ladders.crosswalk_files import load_edges
from rung.ladders.own import map_ladder, with_own_ladders
from rung.ladders.relations import crosswalk_from_dict, nearest
from rung.types import Alternative, Evidence, Family, Level, ModelInfo, Named, Query, Range, Result

WALK = crosswalk()
CELLS = dict.fromkeys(WALK.grid.cells, 0.1)
HEADING = "from,to,relation,condition,source,note\n"


def reading(position: str, cell: str, ladder: str, **facts: str):
    """The reading of a job on one ladder; all of the probability lies in its cell."""
    _, level, track = cell
    return next(
        r for r in readings(WALK, {cell: 1.0}, position=position, level=level, track=track, facts=facts) if r.ladder == ladder
    )


def test_the_crosswalk_comes_back_from_plain_data() -> None:
    assert crosswalk_from_dict(WALK.to_dict(), WALK.grid) == WALK


def test_every_reference_position_has_a_stated_relation_to_every_ladder() -> None:
    """`none` is stated too: silence would be a gap in the data."""
    for position in WALK.grid.positions.values():
        for ladder in list(WALK.ladders)[1:]:
            assert ("reference", position.id, ladder) in WALK.pairs, f"{position.id} on {ladder}"


def test_every_position_is_reached_from_the_reference() -> None:
    for ladder in list(WALK.ladders.values())[1:]:
        for position in {p.id for p in ladder.positions}:
            assert (ladder.id, position, "reference") in WALK.pairs or ladder.id == "analyst-to-cpo", f"{ladder.id}/{position}"


@given(
    st.sampled_from([(p.id, cell) for p in WALK.grid.positions.values() for cell in p.cells]),
    st.sampled_from(["small", "medium", "large", ""]),
)
def test_a_reading_names_a_position_or_its_neighbours(place: tuple[str, str], size: str) -> None:
    position, (_, level, track) = place[0], place[1]
    facts = {"size": size} if size else {}
    found = readings(WALK, CELLS, position=position, level=level, track=track, facts=facts)
    assert [r.ladder for r in found] == list(WALK.ladders)
    for r in found:
        assert (r.position is None) == (r.relation == "none") == (r.title is None)
        assert r.position is not None or r.below or r.above
        assert 0.0 < r.likelihood <= 1.0
        assert r.position is None or WALK.ladders[r.ladder].find(r.position) or r.ladder == "reference"


def test_confidence_is_that_of_every_cell_that_leads_to_the_same_place() -> None:
    found = {
        r.ladder: r
        for r in readings(
            WALK,
            {cell("senior/ic"): 0.6, cell("senior/manager"): 0.3, cell("mid/ic"): 0.1},
            position="senior-product-manager",
            level="senior",
            track="ic",
        )
    }
    assert found["nine-levels"].likelihood == 0.6
    assert found["uk-government"].likelihood == 0.9


def test_an_open_track_shows_the_condition_that_would_decide() -> None:
    found = {r.ladder: r for r in readings(WALK, CELLS, position="lead-product-manager", level="lead", track=None)}
    assert conditions(found["dual-track"]) == ("track: manager", "reports: 1 to 5")
    assert conditions(found["uk-government"]) == ("sector: government", "track: manager", "teams: 3 to 10")


def test_a_missing_place_names_the_nearest_below_and_above() -> None:
    found = reading("director-of-product", cell("head/manager"), "nine-levels")
    assert (found.relation, found.below, found.above) == ("none", "group-product-manager", "head-of-product")
    found = reading("vp-product", cell("vp/manager"), "dual-track")
    assert (found.relation, found.below, found.above) == ("none", "head-of-product", None)


def test_nearest_sets_a_manager_among_managers_and_an_expert_among_all() -> None:
    nine = WALK.ladders["nine-levels"]
    assert nearest(WALK.grid, nine, 5, "manager") == ("group-product-manager", "head-of-product")
    assert nearest(WALK.grid, nine, 5, "ic") == ("principal-product-manager", "head-of-product")


def test_size_decides_between_variants() -> None:
    assert reading("group-product-manager", cell("senior/manager"), "organisation-size", size="small").position == "head-of-product"
    assert (
        reading("group-product-manager", cell("senior/manager"), "organisation-size", size="medium").position
        == "senior-product-manager"
    )


def test_an_unknown_size_lowers_confidence_by_the_share_of_variants_that_have_the_place() -> None:
    found = reading("group-product-manager", cell("senior/manager"), "organisation-size")
    assert conditions(found) == ("size: medium or large",)
    assert found.likelihood == pytest.approx(0.7)


def test_a_family_outside_is_read_on_the_ladder_that_takes_it_in() -> None:
    found = family_readings(WALK, "business-analysis", 0.9)
    assert [(r.ladder, r.position, r.relation) for r in found] == [("analyst-to-cpo", "business-analyst", "exact")]
    assert family_readings(WALK, "sales", 0.9) == ()


# --- ladder to ladder


def test_a_relation_reads_backwards_with_broad_and_narrow_swapped() -> None:
    there = cross(WALK, "uk-government", "lead-product-manager", "nine-levels")
    assert (there[0].position, there[0].relation) == ("head-of-product", "broad")
    back = {c.position: c.relation for c in cross(WALK, "nine-levels", "head-of-product", "uk-government")}
    assert back["lead-product-manager"] == "narrow"


def test_alternatives_follow_the_best() -> None:
    found = cross(WALK, "uk-government", "senior-product-manager", "nine-levels")
    assert [c.position for c in found] == ["group-product-manager", "senior-product-manager"]


def test_size_narrows_a_crossing() -> None:
    found = cross(WALK, "organisation-size", "head-of-product", "nine-levels", size="small")
    assert [c.position for c in found] == ["group-product-manager"]
    assert len(cross(WALK, "organisation-size", "head-of-product", "nine-levels")) > 1


def test_a_ladder_onto_itself_is_the_position_itself() -> None:
    assert cross(WALK, "dual-track", "head-of-product", "dual-track")[0].relation == "exact"


def test_an_unknown_ladder_names_the_nearest() -> None:
    with pytest.raises(UnknownLadder, match=r"'uk-goverment'; the nearest are uk-government"):
        cross(WALK, "uk-goverment", "product-manager", "dual-track")
    with pytest.raises(UnknownLadder, match="no ladder 'nine'"):
        cross(WALK, "uk-government", "product-manager", "nine")


def test_an_unknown_position_names_the_nearest() -> None:
    with pytest.raises(UnknownLadder, match=r"no position 'head of product'; the nearest are head-of-product"):
        cross(WALK, "nine-levels", "head of product", "dual-track")


# --- what a title means


def test_a_title_means_what_its_ladder_means() -> None:
    assert title_prior(WALK, "uk-government", "senior-product-manager", "senior").cells == {
        cell("senior/manager"): 0.7,
        cell("senior/ic"): 0.3,
    }
    assert title_prior(WALK, "nine-levels", "senior-product-manager", "senior").cells == {cell("senior/ic"): 1.0}


def test_a_title_that_a_ladder_has_not_keeps_its_plain_meaning() -> None:
    assert title_prior(WALK, "uk-government", "vp-product", "vp") is None
    assert title_prior(WALK, "reference", "vp-product", "vp") is None


def test_a_prefixed_product_owner_is_not_the_plain_one() -> None:
    assert title_prior(WALK, "analyst-to-cpo", "product-owner", "mid").position == "product-owner"
    assert title_prior(WALK, "analyst-to-cpo", "product-owner", "senior") is None


def test_an_unknown_size_mixes_the_variants_by_their_shares() -> None:
    mixed = title_prior(WALK, "organisation-size", "head-of-product", "head")
    assert mixed.variant == ""
    assert mixed.cells[cell("senior/manager")] == pytest.approx(0.3 * 0.65)
    assert sum(mixed.cells.values()) == pytest.approx(1.0)


def test_the_ladder_that_the_title_is_read_by_keeps_the_title() -> None:
    meaning = title_prior(WALK, "organisation-size", "head-of-product", "head", facts={"size": "small"})
    found = readings(
        WALK,
        {cell("senior/manager"): 1.0},
        position="group-product-manager",
        level="senior",
        track="manager",
        facts={"size": "small"},
        meaning=meaning,
    )
    here = next(r for r in found if r.ladder == "organisation-size")
    assert (here.position, here.relation, conditions(here)) == ("head-of-product", "exact", ("size: small",))


def test_duties_that_leave_what_the_title_means_there_leave_its_position_too() -> None:
    meaning = title_prior(WALK, "uk-government", "senior-product-manager", "senior")
    found = readings(WALK, {cell("mid/ic"): 1.0}, position="product-manager", level="mid", track="ic", facts={}, meaning=meaning)
    assert next(r for r in found if r.ladder == "uk-government").position == "product-manager"


def test_the_memo_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rung.ladders.crosswalk._MEMO_LIMIT", 5)
    for number in range(20):
        readings(WALK, CELLS, position="product-manager", level="mid", track="ic", facts={"employer": str(number)})
        assert len(WALK.memo) <= 5


# --- the file


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (
            "reference/product-manager,dual-track/product-manager,same,,reference,",
            "line 2: unknown relation 'same'; it must be one of exact",
        ),
        (
            "reference/product-manger,dual-track/product-manager,exact,,reference,",
            "is no position; the nearest are product-manager",
        ),
        (
            "reference/product-manager,dual-tracks/product-manager,exact,,reference,",
            "no ladder is named 'dual-tracks'; the nearest are dual-track",
        ),
        ("reference/product-manager,dual-track/,exact,,reference,", "with relation 'none'"),
        ("reference/product-manager,dual-track/product-manager,none,,reference,", "with relation 'none'"),
        ("reference/product-manager,organisation-size/lead-product-manager@small,exact,,reference,", "is no position"),
        ("reference/product-manager,dual-track/product-manager,exact,size small,reference,", "is not `fact=value`"),
        ("reference/product-manager,dual-track/product-manager,exact,level=boss,reference,", "outside the reference grid"),
        ("reference/product-manager,dual-track/product-manager,exact,,nowhere,", "'nowhere' is not in SOURCES.yaml"),
        ("reference/product-manager,dual-track/product-manager,exact,,reference", "5 fields; a row has 6"),
        (
            "reference/product-manager,dual-track/product-manager,exact,,reference,\n"
            "dual-track/product-manager,reference/product-manager,exact,,reference,",
            "line 3: dual-track/product-manager and reference/product-manager are related on line 2 already",
        ),
    ],
)
def test_a_row_that_is_wrong_is_named(tmp_path: Path, row: str, says: str) -> None:
    path = write(tmp_path, HEADING + row + "\n", "crosswalk.csv")
    with pytest.raises(DataError) as caught:
        load_edges(path, WALK.ladders.values(), WALK.grid, ["reference"])
    assert says in caught.value.detail


def test_columns_are_checked(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the columns must be from,to"):
        load_edges(write(tmp_path, "from,to\n", "c.csv"), [], WALK.grid)
    with pytest.raises(DataError, match="cannot be read"):
        load_edges(tmp_path / "none.csv", [], WALK.grid)


def test_the_shipped_file_is_sound() -> None:
    assert len(load_edges(DATA / "crosswalk.csv", WALK.ladders.values(), WALK.grid)) > 150


# --- customers' own ladders


def answer(query: Query) -> Result:
    """A stand-in for the classifier: a boss is a head, anything else is of another family."""
    boss = "Boss" in query.title
    return Result(
        id=None,
        status="classified" if boss else "ambiguous",
        family=Family("product-management", "Product management", graded=True),
        position=Named("head-of-product", "Head of Product") if boss else None,
        level=Level("head", "Head/Director", 5, 5.0) if boss else None,
        track="manager" if boss else None,
        people_management="unknown",
        confidence=0.8,
        confidences=None,
        range=Range(),
        alternatives=(
            Alternative("product-management", "vp-product", "vp", "manager", 0.2),
            Alternative("sales", None, None, None, 0.05),
        ),
        readings=(),
        evidence=(Evidence("title", "Boss", 8, 12, "Boss names a head.", {"level": "head"}, 2.0),),
        flags=(),
        model=ModelInfo("toy", "0", "sha256:0"),
    )


def test_an_own_ladder_is_in_the_readings_and_usable_as_ladder(tmp_path: Path) -> None:
    write(tmp_path, TOY)
    walk = with_own_ladders(WALK, tmp_path, answer)
    found = {r.ladder: r for r in readings(walk, CELLS, position="product-manager", level="mid", track="ic")}
    assert (found["our-ladder"].position, found["our-ladder"].relation) == ("builder", "exact")
    found = {r.ladder: r for r in readings(walk, CELLS, position="group-product-manager", level="senior", track="manager")}
    assert (found["our-ladder"].position, found["our-ladder"].relation) == ("shaper", "broad")
    assert title_prior(walk, "our-ladder", None, None, text="product SHAPER").cells == {
        cell("senior/manager"): 0.75,
        cell("lead/manager"): 0.25,
    }


def test_a_position_without_a_mapping_gets_a_proposed_one(tmp_path: Path) -> None:
    write(tmp_path, TOY)
    walk = with_own_ladders(WALK, tmp_path, answer)
    assert title_prior(walk, "our-ladder", None, None, text="Product Boss").cells == {
        cell("head/manager"): 0.8,
        cell("vp/manager"): 0.2,
    }
    assert title_prior(with_own_ladders(WALK, tmp_path), "our-ladder", None, None, text="Product Boss") is None


def test_an_unlisted_reference_position_of_a_claimed_cell_is_close(tmp_path: Path) -> None:
    write(tmp_path, TOY)
    found = {
        r.ladder: r
        for r in readings(
            with_own_ladders(WALK, tmp_path), CELLS, position="senior-product-manager", level="senior", track="manager"
        )
    }
    assert (found["our-ladder"].position, found["our-ladder"].relation) == ("shaper", "close")


def test_an_own_crosswalk_beside_the_ladder_is_read(tmp_path: Path) -> None:
    write(tmp_path, TOY)
    write(tmp_path, HEADING + "our-ladder/boss,nine-levels/head-of-product,close,size=small,ours,\n", "crosswalk.csv")
    found = cross(with_own_ladders(WALK, tmp_path), "our-ladder", "boss", "nine-levels")
    assert (found[0].position, conditions(found[0])) == ("head-of-product", ("size: small",))


def test_a_built_in_id_and_a_broken_file_refuse_all(tmp_path: Path) -> None:
    write(tmp_path, TOY)
    write(tmp_path, TOY.replace("our-ladder", "dual-track"), "other.yaml")
    with pytest.raises(DataError, match="'dual-track' is a built-in one"):
        with_own_ladders(WALK, tmp_path)
    write(tmp_path, "id: broken", "other.yaml")
    with pytest.raises(DataError, match=r"other\.yaml"):
        with_own_ladders(WALK, tmp_path)


def test_mapping_writes_a_proposal_for_review_and_touches_nothing_else(tmp_path: Path) -> None:
    path = write(tmp_path, TOY)
    text = map_ladder(path, WALK.grid, answer)
    added = [line for line in text.splitlines() if line not in TOY.splitlines()]
    assert added == [
        "    # proposed, confidence 0.80, classified: Boss names a head.",
        "    reference: [{position: head-of-product, cell: head/manager, share: 0.8}, "
        "{position: vp-product, cell: vp/manager, share: 0.2}]",
    ]
    again = write(tmp_path, text, "reviewed.yaml")
    assert map_ladder(again, WALK.grid, answer) == text


def test_mapping_reads_records_in_braces(tmp_path: Path) -> None:
    text = "id: flow\nlabel: Flow\npositions:\n  - {id: a, title: Thing, next: [b]}\n  - {id: b, title: Product Boss}\n"
    mapped = map_ladder(write(tmp_path, text), WALK.grid, answer).splitlines()
    assert mapped[3] == "  # proposed, confidence 0.80, ambiguous: Boss names a head."
    assert mapped[6].startswith("  - {id: b, title: Product Boss, reference: [{position: head-of-product")
    assert map_ladder(write(tmp_path, "\n".join(mapped) + "\n"), WALK.grid, answer).count("ambiguous") == 2


def test_the_worked_example_of_the_specification_holds(tmp_path: Path) -> None:
    page = (DATA.parents[2] / "docs" / "data-format-ladders.md").read_text(encoding="utf-8")
    write(tmp_path, page.split('```yaml title="our-ladder.yaml"\n')[1].split("```")[0])
    write(tmp_path, page.split("```csv\n")[1].split("```")[0], "crosswalk.csv")
    walk = with_own_ladders(WALK, tmp_path)
    small, unknown = (
        title_prior(walk, "our-ladder", "head-of-product", "head", facts=facts).cells for facts in ({"size": "small"}, {})
    )
    assert small == {cell("senior/manager"): 0.7, cell("head/manager"): 0.3}
    assert unknown[cell("senior/manager")] == pytest.approx(0.6 * 0.7)
    found = cross(walk, "our-ladder", "area-lead", "uk-government")
    assert (found[0].position, conditions(found[0])) == ("lead-product-manager", ("teams: 3 to 10",))
    assert title_prior(walk, "our-ladder", None, None, text="Area Lead").variant == "group"
    found = {r.ladder: r for r in readings(walk, CELLS, position="principal-product-manager", level="lead", track="ic")}
    assert found["our-ladder"].relation == "none"
    found = {r.ladder: r for r in readings(walk, CELLS, position="product-manager", level="mid", track="ic")}
    assert found["our-ladder"].relation == "exact"
