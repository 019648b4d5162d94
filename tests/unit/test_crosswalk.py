"""The crosswalk: readings of one job on every ladder, ladder to ladder, what a title means there, and customers' own ladders."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ladder_toys import DATA, TOY, cell, conditions, crosswalk, write

from rung.errors import DataError, UnknownLadder
from rung.grid import Cell
from rung.ladders.conditions import FactValue, Requirement, checked, disagree
from rung.ladders.crosswalk import cross, places_by_title, title_prior
from rung.ladders.crosswalk_files import load_edges
from rung.ladders.own import map_ladder, with_own_ladders
from rung.ladders.placements import nearest, variant_shares
from rung.ladders.readings import LadderPlaces, family_readings, readings
from rung.ladders.relations import Crosswalk, crosswalk_from_dict
from rung.types import Alternative, Evidence, Family, Level, ModelInfo, Named, Query, Range, Reading, Result

WALK = crosswalk()
CELLS = dict.fromkeys(WALK.grid.cells, 0.3 / len(WALK.grid.cells))
HEADING = "from,to,relation,condition,source,note\n"


def reading(position: str, cell: Cell, ladder: str, **facts: FactValue) -> Reading:
    """The reading of a job on one ladder; all of the probability lies in its cell."""
    found = readings(WALK, {cell: 1.0}, position=position, cell=cell, track=cell.track, facts=facts)
    return next(r for r in found if r.ladder == ladder)


def read(walk: Crosswalk, position: str, at: str) -> tuple[Reading, ...]:
    """A job of one reference position, certain of its cell, on every ladder of a crosswalk."""
    return readings(walk, {cell(at): 1.0}, position=position, cell=cell(at), track=cell(at).track)


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
    st.sampled_from(["government", "private", ""]),
)
def test_a_reading_names_a_position_or_its_neighbours(place: tuple[str, Cell], size: str, sector: str) -> None:
    facts = {name: value for name, value in (("size", size), ("sector", sector)) if value}
    found = readings(WALK, {**CELLS, place[1]: 0.7}, position=place[0], cell=place[1], track=place[1].track, facts=facts)
    assert [r.ladder for r in found] == list(WALK.ladders)
    for r in found:
        assert (r.position is None) == (r.relation == "none") == (r.title is None)
        assert r.position is not None or r.below or r.above
        assert 0.0 < r.likelihood <= 1.0
        assert r.position is None or r.likelihood >= WALK.likelihood.enough
        assert r.position is None or r.ladder == "reference" or WALK.ladders[r.ladder].find(r.position)
        assert len(r.candidates) in (0, 2)


@given(
    st.sampled_from([(ladder.id, p.id) for ladder in WALK.ladders.values() for p in ladder.positions]),
    st.sampled_from(list(WALK.ladders)),
    st.fixed_dictionaries(
        {},
        optional={
            "size": st.sampled_from(["small", "medium", "large"]),
            "products": st.integers(0, 5),
            "product_managers": st.integers(0, 30),
            "business_areas": st.integers(0, 4),
            "reports": st.tuples(st.integers(0, 3), st.one_of(st.none(), st.integers(3, 20))),
            "product_executive_above": st.sampled_from(["yes", "no", "unknown"]),
        },
    ),
)
def test_likelihoods_add_up_and_come_in_order(place: tuple[str, str], to: str, facts: dict[str, FactValue]) -> None:
    if place[0] != to:
        found = [crossing.likelihood for crossing in cross(WALK, *place, to, facts)]
        assert sum(found) == pytest.approx(1.0, abs=0.001)
        assert found == sorted(found, reverse=True)


def test_likelihood_adds_up_over_the_cells_that_lead_to_one_place() -> None:
    cells = {cell("senior/ic"): 0.6, cell("senior/manager"): 0.3, cell("mid/ic"): 0.1}
    found = {r.ladder: r for r in readings(WALK, cells, position="senior-product-manager", cell=cell("senior/ic"), track="ic")}
    assert found["nine-levels"].likelihood == 0.6
    assert found["uk-government"].likelihood == 0.9


def test_the_likeliest_place_counts_and_not_the_answers_own() -> None:
    cells = {cell("lead/ic"): 0.55, cell("lead/manager"): 0.45}
    for answer in cells:
        found = readings(WALK, cells, position="lead-product-manager", cell=answer)
        dual = next(r for r in found if r.ladder == "dual-track")
        assert dual.position == "principal-product-manager"
        assert [c.position for c in dual.candidates] == ["principal-product-manager", "lead-product-manager"]


def test_below_half_no_place_is_given_and_both_candidates_are_named() -> None:
    found = cross(WALK, "dual-track", "head-of-product", "nine-levels")
    assert [c.position for c in found[:2]] == ["head-of-product", "chief-product-officer"]
    ladder_places = LadderPlaces("dual-track", {cell("head/manager"): {("head-of-product", ""): 1.0}})
    read = readings(
        WALK, {cell("head/manager"): 1.0}, position="head-of-product", cell=cell("head/manager"), ladder_places=ladder_places
    )
    nine = next(r for r in read if r.ladder == "nine-levels")
    assert (nine.position, nine.relation) == (None, "none")
    assert [c.position for c in nine.candidates] == ["head-of-product", "chief-product-officer"]


def test_an_open_track_shows_the_condition_that_would_decide() -> None:
    cells = {cell("lead/manager"): 0.8, cell("lead/ic"): 0.2}
    found = {r.ladder: r for r in readings(WALK, cells, position="lead-product-manager", cell=cell("lead/manager"))}
    assert conditions(found["dual-track"]) == ("track: manager", "reports: typically 1 to 5")
    assert conditions(found["uk-government"]) == ("sector: government", "country: GB", "track: manager", "teams: typically 3 to 10")
    assert {c.holds for c in found["uk-government"].conditions} == {"unknown"}


def test_a_required_condition_that_fails_takes_the_place_away_and_is_shown() -> None:
    at = ("senior-product-manager", cell("senior/manager"), "uk-government")
    assert reading(*at).position == "senior-product-manager"
    assert reading(*at, sector="government", country="GB").position == "senior-product-manager"
    other = reading(*at, sector="government", country="US")
    assert (other.position, other.relation) == (None, "none")
    assert [(c.fact, c.here, c.holds) for c in other.conditions] == [
        ("sector", "government", "yes"),
        ("country", "US", "no"),
    ]


@pytest.mark.parametrize(
    ("reports", "position"),
    [((3, 3), "lead-product-manager"), ((8, 8), "director-of-product"), ((12, None), "director-of-product")],
)
def test_eight_reports_are_not_one_to_five(reports: tuple[int, int | None], position: str) -> None:
    assert reading("lead-product-manager", cell("lead/manager"), "dual-track", reports=reports).position == position


def test_a_typical_condition_that_fails_is_shown_and_rules_nothing_out() -> None:
    found = reading("lead-product-manager", cell("lead/manager"), "uk-government", teams=12)
    assert found.position == "lead-product-manager"
    assert [(c.wanted, c.here, c.holds) for c in found.conditions if c.fact == "teams"] == [("typically 3 to 10", "12", "no")]


def test_a_missing_place_names_the_nearest_below_and_above() -> None:
    found = reading("director-of-product", cell("head/manager"), "nine-levels")
    assert (found.relation, found.below, found.above) == ("none", "group-product-manager", "head-of-product")
    found = reading("vp-product", cell("vp/manager"), "dual-track", product_executive_above="yes")
    assert (found.relation, found.below, found.above) == ("none", "head-of-product", None)


def test_nearest_sets_a_manager_among_managers_and_an_expert_among_all() -> None:
    nine = WALK.ladders["nine-levels"]
    assert nearest(WALK, nine, cell("head/manager"), {}) == ("group-product-manager", "head-of-product")
    assert nearest(WALK, nine, cell("lead/ic"), {}) == ("senior-product-manager", "lead-product-manager")


def test_the_nearest_are_never_the_wrong_way_round() -> None:
    """Head stands at different heights by size; neighbours come from one form of the ladder."""
    size = WALK.ladders["organisation-size"]
    for facts in ({}, {"size": "small"}, {"size": "medium"}, {"size": "large"}):
        for place in WALK.grid.cells:
            below, above = nearest(WALK, size, place, facts)
            assert below is None or above is None or any(size.precedes(below, above, v.id) for v in size.variants)


def test_size_decides_between_variants() -> None:
    assert reading("group-product-manager", cell("senior/manager"), "organisation-size", size="small").position == "head-of-product"
    assert (
        reading("group-product-manager", cell("senior/manager"), "organisation-size", size="medium").position
        == "senior-product-manager"
    )


def test_an_unknown_size_lowers_likelihood_by_the_share_of_variants_that_have_the_place() -> None:
    found = reading("group-product-manager", cell("senior/manager"), "organisation-size")
    assert conditions(found) == ("size: medium or large",)
    assert found.likelihood == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("facts", "variant"),
    [
        ({"size": "small"}, "small"),
        ({"size": "small", "products": 1, "product_managers": 2}, "small"),
        ({"size": "medium", "products": 1, "product_managers": 2}, "small"),
        ({"size": "medium", "products": 1, "product_managers": 20}, "medium"),
        ({"size": "small", "products": 3}, "medium"),
        ({"size": "medium"}, "medium"),
        ({"products": (2, None)}, "medium"),
        ({"size": "large"}, "enterprise"),
        ({"size": "large", "products": 6}, "enterprise"),
        ({"business_areas": 3}, "enterprise"),
    ],
)
def test_products_managers_and_areas_choose_the_variant_beside_the_size(facts: dict[str, FactValue], variant: str) -> None:
    shares = variant_shares(WALK, WALK.ladders["organisation-size"], facts)
    assert max(shares, key=lambda name: shares[name]) == variant
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares[variant] > 0.5


def test_a_family_outside_is_read_on_the_ladder_that_takes_it_in() -> None:
    found = family_readings(WALK, "business-analysis", 0.9)
    assert [(r.ladder, r.position, r.relation) for r in found] == [("analyst-to-cpo", "business-analyst", "exact")]
    assert family_readings(WALK, "sales", 0.9) == ()


# --- conditions


@pytest.mark.parametrize(
    ("wanted", "here", "holds"),
    [
        ("government", "government", "yes"),
        ("medium|large", "large", "yes"),
        ("medium|large", "small", "no"),
        ("1..5", 5, "yes"),
        ("1..5", 8, "no"),
        ("1..5", (2, 4), "yes"),
        ("1..5", (4, 9), "unknown"),
        ("1..5", (6, None), "no"),
        ("1..5", (3, None), "unknown"),
        ("2..", (3, None), "yes"),
        ("2..", 1, "no"),
        ("1", 1, "yes"),
        ("1", "2..5", "no"),
        ("3..10", "3..10", "yes"),
        ("no", "unknown", "unknown"),
    ],
)
def test_a_condition_holds_fails_or_stays_open(wanted: str, here: FactValue, holds: str) -> None:
    assert Requirement("fact", wanted).holds({"fact": here}) == holds
    assert Requirement("fact", wanted).holds({}) == "unknown"


def test_a_condition_is_shown_with_what_is_known_here() -> None:
    shown = checked((Requirement("reports", "1..5", True), Requirement("size", "medium|large")), {"reports": (6, None)})
    assert [tuple(vars(c).values()) for c in shown] == [
        ("reports", "typically 1 to 5", "6 or more", "no"),
        ("size", "medium or large", None, "unknown"),
    ]


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [("small", "large", True), ("small", "small", False), (3, (2, None), False), ((1, 2), (3, 4), True), ("unknown", "yes", False)],
)
def test_two_statements_of_a_fact_disagree_where_both_cannot_be_true(one: FactValue, other: FactValue, differ: bool) -> None:
    assert disagree(one, other) is disagree(other, one) is differ


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
    found = cross(WALK, "organisation-size", "head-of-product", "nine-levels", {"size": "small"})
    assert found[0].position == "group-product-manager"
    assert found[0].likelihood > cross(WALK, "organisation-size", "head-of-product", "nine-levels")[0].likelihood


def test_what_a_source_states_comes_before_what_this_project_judges() -> None:
    assert cross(WALK, "analyst-to-cpo", "group-product-manager", "dual-track")[0].position == "director-of-product"
    assert cross(WALK, "dual-track", "director-of-product", "uk-government")[0].position == "head-of-product-management"
    assert cross(WALK, "uk-government", "head-of-product-management", "dual-track")[0].source == "uk-government"


def test_a_pair_that_nobody_relates_is_read_through_the_reference_and_says_so() -> None:
    assert ("nine-levels", "senior-product-manager", "analyst-to-cpo") not in WALK.pairs
    found = cross(WALK, "nine-levels", "senior-product-manager", "analyst-to-cpo")
    assert [(c.position, c.relation, c.source) for c in found] == [(None, "none", "reference")]


def test_no_source_is_credited_with_a_relation_to_the_reference_grid() -> None:
    for edge in WALK.edges:
        if "reference" in (edge.start.ladder, edge.to.ladder):
            assert edge.source == "reference", f"{edge.start} {edge.to}"


def test_a_source_is_credited_only_with_relations_of_its_own_ladder() -> None:
    for edge in WALK.edges:
        if "families" not in (edge.start.ladder, edge.to.ladder):
            assert edge.source in ("reference", edge.start.ladder, edge.to.ladder)
            assert edge.relation != "exact" or edge.source == "reference"


def test_a_form_of_a_ladder_compared_with_another_says_which_side_is_which() -> None:
    found = cross(WALK, "organisation-size", "senior-product-manager", "organisation-size")
    assert [c.position for c in found] == ["senior-product-manager", "head-of-product"]
    assert "From: enterprise" in found[1].note
    assert "To: small" in found[1].note


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
        cell=cell("senior/manager"),
        track="manager",
        facts={"size": "small"},
        ladder_places=places_by_title(meaning, named=True),
    )
    here = next(r for r in found if r.ladder == "organisation-size")
    assert (here.position, here.relation, conditions(here)) == (
        "head-of-product",
        "exact",
        ("size: small or medium", "products: 1", "product managers: 1 to 4"),
    )


def test_duties_that_leave_what_the_title_means_there_leave_its_position_too() -> None:
    meaning = title_prior(WALK, "uk-government", "senior-product-manager", "senior")
    found = readings(
        WALK,
        {cell("mid/ic"): 1.0},
        position="product-manager",
        cell=cell("mid/ic"),
        track="ic",
        ladder_places=places_by_title(meaning, named=True),
    )
    assert next(r for r in found if r.ladder == "uk-government").position == "product-manager"


def test_the_memo_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rung.ladders.placements._MEMO_LIMIT", 5)
    for number in range(20):
        readings(WALK, CELLS, position="product-manager", cell=cell("mid/ic"), facts={"products": number})
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
    found = {r.ladder: r for r in read(walk, "product-manager", "mid/ic")}
    assert (found["our-ladder"].position, found["our-ladder"].relation) == ("builder", "exact")
    found = {r.ladder: r for r in read(walk, "group-product-manager", "senior/manager")}
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
            with_own_ladders(WALK, tmp_path),
            {cell("senior/manager"): 1.0},
            position="senior-product-manager",
            cell=cell("senior/manager"),
            track="manager",
        )
    }
    assert (found["our-ladder"].position, found["our-ladder"].relation) == ("shaper", "close")


def test_an_own_crosswalk_beside_the_ladder_is_read(tmp_path: Path) -> None:
    write(tmp_path, TOY)
    write(tmp_path, HEADING + "our-ladder/boss,nine-levels/head-of-product,close,size=small,ours,\n", "crosswalk.csv")
    walk = with_own_ladders(WALK, tmp_path)
    found = cross(walk, "our-ladder", "boss", "nine-levels", {"size": "small"})
    assert (found[0].position, conditions(found[0])) == (
        "head-of-product",
        ("size: small", "size: typically medium or large (here small)"),
    )
    assert cross(walk, "our-ladder", "boss", "nine-levels", {"size": "large"})[0].position is None


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
    assert small[cell("senior/manager")] == pytest.approx(0.7, abs=0.01)
    assert unknown[cell("senior/manager")] == pytest.approx(0.6 * 0.7)
    found = cross(walk, "our-ladder", "area-lead", "uk-government")
    assert (found[0].position, conditions(found[0])) == (
        "lead-product-manager",
        ("sector: government", "country: GB", "teams: typically 3 to 10"),
    )
    assert title_prior(walk, "our-ladder", None, None, text="Area Lead").variant == "group"
    found = {r.ladder: r for r in read(walk, "principal-product-manager", "lead/ic")}
    assert found["our-ladder"].relation == "none"
    found = {r.ladder: r for r in read(walk, "product-manager", "mid/ic")}
    assert found["our-ladder"].relation == "exact"
