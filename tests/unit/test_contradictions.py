"""C1 to C20: where the ladders contradict each other, what each says is kept, and nothing is averaged away or chained."""

from __future__ import annotations

import pytest
from ladder_toys import cell, conditions, crosswalk

from rung.grid import Cell
from rung.ladders.conditions import FactValue, Requirement
from rung.ladders.crosswalk import cross, title_prior
from rung.ladders.readings import family_readings, readings
from rung.types import Reading

WALK = crosswalk()
LADDERS = WALK.ladders


def on(ladder: str, position: str, cell: Cell, **facts: FactValue) -> Reading:
    """A job of one reference position and cell, read on one ladder."""
    found = readings(WALK, {cell: 1.0}, position=position, cell=cell, track=cell.track, facts=facts)
    return next(r for r in found if r.ladder == ladder)


def place(ladder: str, position: str, cell: Cell, **facts: FactValue) -> tuple[str | None, str]:
    """The position and the relation of that reading."""
    found = on(ladder, position, cell, **facts)
    return found.position, found.relation


def means(ladder: str, position: str, level: str, **facts: FactValue) -> str | None:
    """The cell that a bare title means most often on a ladder; ``None`` where the ladder has no such title."""
    meaning = title_prior(WALK, ladder, position, level, facts=facts)
    return max(meaning.cells, key=lambda cell: meaning.cells[cell]) if meaning else None


def test_c1_senior_is_an_expert_or_a_group_manager_or_a_small_organisations_head() -> None:
    assert means("nine-levels", "senior-product-manager", "senior") == cell("senior/ic")
    assert means("dual-track", "senior-product-manager", "senior") == cell("senior/ic")
    assert means("uk-government", "senior-product-manager", "senior") == cell("senior/manager")
    assert means("organisation-size", "senior-product-manager", "senior", size="medium") == cell("senior/manager")
    assert place("organisation-size", "senior-product-manager", cell("senior/manager"), size="small") == (
        "head-of-product",
        "close",
    )
    found = {(c.position, c.relation) for c in cross(WALK, "organisation-size", "senior-product-manager", "organisation-size")}
    assert ("head-of-product", "close") in found


def test_c2_whether_a_senior_manages_people_is_not_said_by_the_title() -> None:
    stated = {
        ladder: LADDERS[ladder].find("senior-product-manager")
        for ladder in ("reference", "organisation-size", "uk-government", "nine-levels")
    }
    assert {ladder: position.people_management for ladder, position in stated.items()} == {
        "reference": "sometimes",
        "organisation-size": "not stated",
        "uk-government": "yes",
        "nine-levels": "not stated",
    }


def test_c3_lead_is_an_expert_or_a_first_manager_or_the_head_of_an_area() -> None:
    assert means("nine-levels", "lead-product-manager", "lead") == cell("lead/ic")
    assert means("dual-track", "lead-product-manager", "lead") == cell("lead/manager")
    assert means("uk-government", "lead-product-manager", "lead") == cell("lead/manager")
    assert means("analyst-to-cpo", "lead-product-manager", "lead") is None
    assert LADDERS["nine-levels"].find("lead-product-manager").people_management == "sometimes"
    assert LADDERS["dual-track"].find("lead-product-manager").typical == (Requirement("reports", "1..5", True),)
    assert LADDERS["uk-government"].find("lead-product-manager").typical == (Requirement("teams", "3..10", True),)
    cells = {cell("lead/ic"): 0.6, cell("lead/manager"): 0.4}
    open_track = {r.ladder: r for r in readings(WALK, cells, position="lead-product-manager", cell=cell("lead/ic"))}
    assert {ladder: open_track[ladder].position for ladder in ("nine-levels", "dual-track", "uk-government")} == {
        "nine-levels": "lead-product-manager",
        "dual-track": "principal-product-manager",
        "uk-government": None,
    }
    assert [c.position for c in open_track["dual-track"].candidates] == ["principal-product-manager", "lead-product-manager"]
    assert "track: ic" in conditions(open_track["dual-track"])


def test_c4_lead_and_group_are_ordered_by_their_ladder_alone() -> None:
    assert LADDERS["nine-levels"].precedes("lead-product-manager", "group-product-manager")
    assert LADDERS["dual-track"].precedes("lead-product-manager", "director-of-product")
    for ladder in ("uk-government", "organisation-size"):
        # Senior is what they call a group product manager, and Lead comes after it.
        assert LADDERS[ladder].precedes("senior-product-manager", "lead-product-manager")
    reference = LADDERS["reference"]
    assert not reference.precedes("lead-product-manager", "group-product-manager")
    assert not reference.precedes("group-product-manager", "lead-product-manager")
    assert "judgement of this project" in reference.note


def test_c5_principal_follows_lead_on_one_ladder_and_stands_beside_it_on_another() -> None:
    assert LADDERS["nine-levels"].precedes("lead-product-manager", "principal-product-manager")
    dual = LADDERS["dual-track"]
    assert not dual.precedes("lead-product-manager", "principal-product-manager")
    assert not dual.precedes("principal-product-manager", "lead-product-manager")
    assert dual.find("principal-product-manager").next == ()
    assert not LADDERS["reference"].precedes("lead-product-manager", "principal-product-manager")
    for ladder in ("organisation-size", "uk-government", "analyst-to-cpo"):
        assert place(ladder, "principal-product-manager", cell("lead/ic"))[1] == "none"


@pytest.mark.parametrize(
    ("ladder", "position"),
    [
        ("nine-levels", "group-product-manager"),
        ("dual-track", "director-of-product"),
        ("uk-government", "senior-product-manager"),
        ("organisation-size", "senior-product-manager"),
        ("analyst-to-cpo", "group-product-manager"),
    ],
)
def test_c6_group_has_another_neighbour_on_each_ladder(ladder: str, position: str) -> None:
    assert place(ladder, "group-product-manager", cell("senior/manager"))[0] == position
    above = {
        "nine-levels": ("head-of-product",),
        "dual-track": ("head-of-product",),
        "uk-government": ("lead-product-manager",),
        "organisation-size": ("head-of-product",),
        "analyst-to-cpo": ("chief-product-officer",),
    }
    assert LADDERS[ladder].find(position).next == above[ladder]


def test_c6_equal_names_of_one_post_mean_the_same() -> None:
    director = LADDERS["dual-track"].find("director-of-product")
    assert {"Group Product Manager", "Director of Product"} <= {name.title for name in director.names}
    assert len({name.reference for name in director.names}) == 1
    for ladder, variant in (("uk-government", ""), ("organisation-size", "medium")):
        senior = LADDERS[ladder].find("senior-product-manager", variant)
        assert {name.title for name in senior.names} >= {"Senior Product Manager", "Group Product Manager"}
        assert len({name.reference for name in senior.names}) == 1


def test_c7_relations_are_never_chained() -> None:
    """Head is called Director elsewhere, Director is one level with Group, Group is called Senior: Head is still no Senior."""
    assert "director-of-product" in [c.position for c in cross(WALK, "uk-government", "head-of-product-management", "dual-track")]
    assert "group-product-manager" in [c.position for c in cross(WALK, "dual-track", "director-of-product", "reference")]
    assert "senior-product-manager" in [c.position for c in cross(WALK, "reference", "group-product-manager", "uk-government")]
    for ladder in LADDERS:
        for crossing in cross(WALK, "uk-government", "head-of-product-management", ladder):
            assert crossing.position != "senior-product-manager"
    for crossing in cross(WALK, "dual-track", "director-of-product", "uk-government"):
        assert crossing.position != "senior-product-manager"
    assert place("uk-government", "director-of-product", cell("head/manager"))[0] == "head-of-product-management"


def test_c8_head_is_another_post_on_each_ladder() -> None:
    assert means("organisation-size", "head-of-product", "head", size="small") == cell("senior/manager")
    assert means("organisation-size", "head-of-product", "head", size="medium") == cell("head/manager")
    assert means("analyst-to-cpo", "head-of-product", "head") == cell("chief/manager")
    heads = ("head-of-product", cell("head/manager"))
    assert place("organisation-size", *heads)[0] == "head-of-product"
    assert place("nine-levels", *heads) == ("head-of-product", "exact")
    assert place("dual-track", *heads) == ("head-of-product", "close")
    assert place("uk-government", *heads) == ("head-of-product-management", "close")
    assert place("analyst-to-cpo", *heads) == ("chief-product-officer", "close")
    unknown = title_prior(WALK, "organisation-size", "head-of-product", "head").cells
    assert set(unknown) == {cell("senior/manager"), cell("head/manager")}
    executive = {ladder: entry.executive for ladder in LADDERS for entry in LADDERS[ladder].entries("head-of-product")}
    assert (executive["dual-track"], executive["nine-levels"], executive["organisation-size"]) == (
        "yes",
        "not stated",
        "not stated",
    )


def test_c9_vp_is_a_level_or_a_name_of_the_top_or_missing() -> None:
    vp = ("vp-product", cell("vp/manager"))
    assert place("nine-levels", *vp) == ("vp-product", "exact")
    assert place("analyst-to-cpo", *vp, product_executive_above="no") == ("chief-product-officer", "close")
    assert conditions(on("analyst-to-cpo", *vp)) == ("product executive above: no",)
    assert place("analyst-to-cpo", *vp, product_executive_above="yes")[1] == "none"
    for ladder in ("organisation-size", "uk-government", "dual-track"):
        assert place(ladder, *vp, product_executive_above="yes")[1] == "none"
    assert place("dual-track", *vp, product_executive_above="no") == ("head-of-product", "close")
    names = LADDERS["analyst-to-cpo"].find("chief-product-officer").names
    assert len({name.reference for name in names}) == 1


def test_c10_whom_the_cpo_reports_to_is_kept_and_defines_nothing() -> None:
    assert LADDERS["nine-levels"].find("chief-product-officer").reports_to == ("chief executive officer",)
    assert len(LADDERS["analyst-to-cpo"].find("chief-product-officer").reports_to) == 5
    assert place("analyst-to-cpo", "chief-product-officer", cell("chief/manager")) == ("chief-product-officer", "exact")
    assert place("nine-levels", "chief-product-officer", cell("chief/manager")) == ("chief-product-officer", "exact")


def test_c11_associate_is_one_position_with_another_story_on_each_ladder() -> None:
    associate = ("associate-product-manager", cell("associate/ic"))
    assert place("nine-levels", *associate) == ("junior-product-manager", "exact")
    for ladder in ("uk-government", "dual-track", "organisation-size", "analyst-to-cpo"):
        assert place(ladder, *associate) == ("associate-product-manager", "exact")
    merged = {c.position: c.relation for c in cross(WALK, "reference", "associate-product-manager", "analyst-to-cpo")}
    assert merged == {"associate-product-manager": "exact", "product-owner": "narrow", "business-analyst": "narrow"}
    assert title_prior(WALK, "uk-government", "product-owner", "mid") is None


def test_c12_a_product_owner_is_a_role_and_never_silently_a_product_manager() -> None:
    owner = ("product-owner", cell("mid/ic"))
    assert place("analyst-to-cpo", *owner) == ("product-owner", "narrow")
    assert place("uk-government", *owner) == ("associate-product-manager", "narrow")
    line = LADDERS["analyst-to-cpo"]
    assert line.precedes("business-analyst", "product-owner")
    assert line.precedes("product-owner", "product-manager")
    for ladder in ("organisation-size", "nine-levels", "dual-track"):
        found = on(ladder, *owner)
        assert (found.relation, found.above) == ("none", "product-manager")


def test_c13_a_business_analyst_is_inside_one_ladder_alone() -> None:
    assert [(r.ladder, r.position) for r in family_readings(WALK, "business-analysis", 1.0)] == [
        ("analyst-to-cpo", "business-analyst")
    ]
    assert title_prior(WALK, "analyst-to-cpo", None, None, text="Business Analyst").position == "business-analyst"
    for ladder in ("organisation-size", "uk-government", "nine-levels", "dual-track"):
        assert title_prior(WALK, ladder, None, None, text="Business Analyst") is None


def test_c14_scope_and_autonomy_of_a_product_manager_are_kept_apart() -> None:
    entries = [LADDERS[ladder].find("product-manager") for ladder in LADDERS if ladder != "organisation-size"]
    assert len({entry.scope for entry in entries}) == len({entry.autonomy for entry in entries}) == len(entries)
    there = cross(WALK, "uk-government", "product-manager", "dual-track")[0]
    assert (there.position, there.relation) == ("product-manager", "narrow")


def test_c15_a_line_a_fork_and_a_numbered_list_keep_their_shape() -> None:
    for ladder in ("uk-government", "organisation-size"):
        assert all(len(p.next) <= 1 for p in LADDERS[ladder].positions)
    assert len(LADDERS["dual-track"].find("senior-product-manager").next) == 2
    nine = LADDERS["nine-levels"]
    assert [p.number for p in nine.positions] == list(range(1, 10))
    principal, group = nine.find("principal-product-manager"), nine.find("group-product-manager")
    assert nine.precedes(principal.id, group.id)
    assert "no step from expert to manager is explained" in dict(principal.modality)["next"]
    assert WALK.grid.rank(principal.cell) > WALK.grid.rank(group.cell)


def test_c16_executive_standing_is_stated_ladder_by_ladder() -> None:
    assert LADDERS["dual-track"].find("head-of-product").executive == "yes"
    assert LADDERS["uk-government"].find("head-of-product-management").executive == "not stated"
    assert LADDERS["nine-levels"].find("head-of-product").executive == "not stated"
    vp = LADDERS["nine-levels"].find("vp-product")
    assert (vp.executive, dict(vp.modality)["executive"]) == (
        "sometimes",
        "on the executive committee where the organisation is mature",
    )


def test_c17_what_reports_to_the_top_is_a_field_of_its_own() -> None:
    assert "engineering" in LADDERS["dual-track"].find("head-of-product").org_span
    assert LADDERS["uk-government"].find("head-of-product-management").org_span == ("product management",)
    assert LADDERS["nine-levels"].find("head-of-product").org_span == ("product organisation",)
    top = LADDERS["analyst-to-cpo"].find("chief-product-officer")
    assert "engineering" not in top.org_span
    assert "80 people" in dict(top.modality)["org_span"]


def test_c18_the_next_step_differs_by_ladder() -> None:
    assert LADDERS["organisation-size"].find("product-manager", "small").next == ("head-of-product",)
    assert LADDERS["nine-levels"].find("product-manager").next == ("senior-product-manager",)
    assert LADDERS["analyst-to-cpo"].find("product-manager").next == ("group-product-manager",)
    seniors = {ladder: LADDERS[ladder].find("senior-product-manager") for ladder in ("uk-government", "nine-levels", "dual-track")}
    assert {ladder: position.next for ladder, position in seniors.items()} == {
        "uk-government": ("lead-product-manager",),
        "nine-levels": ("lead-product-manager",),
        "dual-track": ("principal-product-manager", "lead-product-manager"),
    }


def test_c19_what_makes_senior_is_stated_and_years_decide_nothing() -> None:
    assert "years of experience but never these alone" in LADDERS["nine-levels"].seniority
    assert LADDERS["analyst-to-cpo"].seniority == ("time in a role", "depth of knowledge", "behaviour")
    assert LADDERS["organisation-size"].seniority == ()
    assert LADDERS["dual-track"].find("principal-product-manager").criteria
    assert not any(c.fact == "years" for ladder in LADDERS.values() for p in ladder.positions for c in p.every_condition)


@pytest.mark.parametrize(
    ("ladder", "position", "cell", "above", "below"),
    [
        ("organisation-size", "director-of-product", cell("head/manager"), "head-of-product", "lead-product-manager"),
        ("nine-levels", "director-of-product", cell("head/manager"), "head-of-product", "group-product-manager"),
        ("analyst-to-cpo", "director-of-product", cell("head/manager"), "chief-product-officer", "group-product-manager"),
        ("organisation-size", "vp-product", cell("vp/manager"), None, "head-of-product"),
        ("organisation-size", "chief-product-officer", cell("chief/manager"), None, "head-of-product"),
        ("uk-government", "vp-product", cell("vp/manager"), None, "head-of-product-management"),
        ("uk-government", "chief-product-officer", cell("chief/manager"), None, "head-of-product-management"),
        ("analyst-to-cpo", "senior-product-manager", cell("senior/ic"), "group-product-manager", "product-manager"),
        ("analyst-to-cpo", "principal-product-manager", cell("lead/ic"), "chief-product-officer", "group-product-manager"),
    ],
)
def test_c20_a_level_that_is_missing_has_neighbours(ladder: str, position: str, cell: str, below: str, above: str | None) -> None:
    found = on(ladder, position, cell)
    assert (found.position, found.relation, found.below, found.above) == (None, "none", below, above)


def test_c20_the_one_executive_of_a_ladder_stands_for_a_missing_vp_and_cpo() -> None:
    assert place("dual-track", "chief-product-officer", cell("chief/manager")) == ("head-of-product", "close")
    missing = on("dual-track", "vp-product", cell("vp/manager"), product_executive_above="yes")
    assert (missing.position, missing.below, missing.above) == (None, "head-of-product", None)
