"""A text without a title on a named ladder, and what duties may change of a post that a ladder grades itself."""

from __future__ import annotations

import pytest
from ladder_toys import cell, crosswalk

from rung.context.effects import Context, Contextual, keep_levels
from rung.grid import OTHER, Cell
from rung.ladders.conditions import FactValue
from rung.ladders.crosswalk import title_prior
from rung.ladders.text_places import compare, place_text, profile, stems

WALK = crosswalk()
EVEN: dict[Cell, float] = {**dict.fromkeys(WALK.grid.cells, 0.8 / len(WALK.grid.cells)), OTHER: 0.2}


@pytest.mark.parametrize(
    ("ladder", "position"),
    [(ladder.id, p.id) for ladder in WALK.ladders.values() if ladder.id != "reference" for p in ladder.positions if p.duties],
)
def test_a_position_is_most_like_its_own_description(ladder: str, position: str) -> None:
    known = WALK.ladders[ladder]
    entries = [p for p in known.positions if p.variant == known.find(position).variant]
    likeness = dict(
        zip([p.id for p in entries], compare(WALK, known, entries, profile(WALK, known, known.find(position))), strict=True)
    )
    assert max(likeness, key=lambda name: likeness[name]) == position
    assert likeness[position] == pytest.approx(1.0)


def test_a_text_like_no_position_leaves_the_cells_in_proportion() -> None:
    found = place_text(WALK, WALK.ladders["nine-levels"], "Bread and butter.", EVEN, {})
    assert found.probabilities[OTHER] == pytest.approx(0.2)
    assert sum(found.probabilities.values()) == pytest.approx(1.0)
    assert found.probabilities[cell("senior/ic")] == pytest.approx(found.probabilities[cell("vp/manager")])
    assert found.probabilities[cell("senior/ic")] > 0.0


def test_a_cell_that_the_ladder_has_not_gets_nothing() -> None:
    found = place_text(WALK, WALK.ladders["analyst-to-cpo"], "Bread and butter.", EVEN, {})
    assert found.probabilities[cell("lead/ic")] == 0.0
    assert set(found.ladder_places.places) == {
        share.cell for p in WALK.ladders["analyst-to-cpo"].positions for share in p.reference
    }


@pytest.mark.parametrize(
    ("facts", "more", "less"),
    [
        ({"manages": "yes"}, "lead-product-manager", "principal-product-manager"),
        ({"manages": "no"}, "principal-product-manager", "lead-product-manager"),
        ({"manages": "yes", "reports": (9, 9)}, "director-of-product", "lead-product-manager"),
        ({"executive": "yes"}, "head-of-product", "director-of-product"),
        ({"reports": (3, 3)}, "lead-product-manager", "director-of-product"),
    ],
)
def test_what_the_text_states_is_held_against_what_the_ladder_states(facts: dict[str, FactValue], more: str, less: str) -> None:
    def likely(position: str, known: dict[str, FactValue]) -> float:
        found = place_text(WALK, WALK.ladders["dual-track"], "Bread and butter.", EVEN, known)
        places = found.ladder_places.places.items()
        return sum(found.probabilities[at] * shares.get((position, ""), 0.0) for at, shares in places)

    assert likely(more, facts) / likely(less, facts) > likely(more, {}) / likely(less, {})


@pytest.mark.parametrize("boss", ["Head of Product", "head of product of the whole group"])
def test_whoever_reports_to_a_position_stands_below_it(boss: str) -> None:
    found = place_text(WALK, WALK.ladders["nine-levels"], "Bread and butter.", EVEN, {"reports_to": boss})
    named = {position for places in found.ladder_places.places.values() for position, _ in places}
    assert named.isdisjoint({"head-of-product", "vp-product", "chief-product-officer"})
    assert "group-product-manager" in named


def test_words_are_compared_by_their_beginnings() -> None:
    assert set(stems("Prioritise priorities, and the prioritisation of work")) == {"prior", "and", "the", "work"}


def test_duties_leave_the_levels_of_one_post_as_its_ladder_grades_them() -> None:
    sense = title_prior(WALK, "organisation-size", "head-of-product", "head", facts={"size": "small"})
    context = Context(contextual=Contextual(sense, 1.0, False, ""))
    prior = {**dict.fromkeys(WALK.grid.cells, 0.0), cell("senior/manager"): 0.6, cell("head/manager"): 0.4, OTHER: 0.0}
    after = {**prior, cell("senior/manager"): 0.1, cell("head/manager"): 0.7, cell("mid/ic"): 0.2}
    kept = keep_levels(prior, after, context)
    assert kept[cell("senior/manager")] == pytest.approx(0.48)
    assert kept[cell("head/manager")] == pytest.approx(0.32)
    assert kept[cell("mid/ic")] == 0.2
    mixed = title_prior(WALK, "organisation-size", "head-of-product", "head")
    assert keep_levels(prior, after, Context(contextual=Contextual(mixed, 1.0, False, ""))) == after
