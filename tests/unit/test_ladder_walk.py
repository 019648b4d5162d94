"""Every ladder walked bottom to top with the shipped model: by title alone, by duties alone, and by both."""

from __future__ import annotations

from pathlib import Path

import pytest
from ladder_toys import TOY, write
from ladder_walks import WALKS, Step, Walk

from rung import DataError, InvalidQuery, Normaliser, Organisation, Query, Result
from rung.errors import UnknownLadder
from rung.types import PARTS, Reading

STEPS = [
    pytest.param(walk, step, id="-".join(filter(None, (walk.ladder, *walk.facts.values(), step.position))))
    for walk in WALKS
    for step in walk.steps
]


@pytest.fixture(scope="module")
def normaliser() -> Normaliser:
    return Normaliser.load()


def ask(normaliser: Normaliser, walk: Walk, title: str, description: str | None) -> tuple[Result, Reading]:
    """The answer and its reading on the walk's ladder."""
    query = Query(
        title=title, description=description, ladder=walk.ladder, organisation=Organisation(**walk.facts), include=("readings",)
    )
    result = normaliser.classify(query)
    return result, next(reading for reading in result.readings if reading.ladder == walk.ladder)


def level_of(normaliser: Normaliser, walk: Walk, position: str) -> set[str]:
    """The cells that a position's names mean."""
    entry = next(
        p for p in normaliser.crosswalk.ladders[walk.ladder].entries(position) if p.variant in ("", *variants(normaliser, walk))
    )
    return {str(share.cell) for name in entry.names for share in name.reference}


def variants(normaliser: Normaliser, walk: Walk) -> list[str]:
    """The variant that the walk's facts choose."""
    return [v.id for v in normaliser.crosswalk.ladders[walk.ladder].variants if dict(v.conditions) == walk.facts]


@pytest.mark.parametrize(("walk", "step"), STEPS)
def test_by_title_alone(normaliser: Normaliser, walk: Walk, step: Step) -> None:
    result, reading = ask(normaliser, walk, step.title, None)
    assert (reading.position, reading.relation) == (step.position, "exact")
    assert f"{result.level.id}/{result.track}" in level_of(normaliser, walk, step.position)


@pytest.mark.parametrize(("walk", "step"), STEPS)
def test_by_title_and_duties(normaliser: Normaliser, walk: Walk, step: Step) -> None:
    result, reading = ask(normaliser, walk, step.title, step.duties)
    assert reading.position == step.position
    assert f"{result.level.id}/{result.track}" in level_of(normaliser, walk, step.position)


@pytest.mark.parametrize(("walk", "step"), STEPS)
def test_by_duties_alone(normaliser: Normaliser, walk: Walk, step: Step) -> None:
    """Duties give a level and a track: positions of one ladder that share both cannot be told apart by them."""
    _, reading = ask(normaliser, walk, "", step.duties)
    ladder = normaliser.crosswalk.ladders[walk.ladder]
    entry = ladder.find(step.position, *variants(normaliser, walk))
    assert reading.position in {p.id for p in ladder.positions if p.variant == entry.variant and p.cell == entry.cell}


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: "-".join(filter(None, (walk.ladder, *walk.facts.values()))))
def test_a_walk_covers_its_ladder_and_never_steps_down(normaliser: Normaliser, walk: Walk) -> None:
    ladder = normaliser.crosswalk.ladders[walk.ladder]
    here = [p for p in ladder.positions if p.variant in ("", *variants(normaliser, walk))]
    assert {step.position for step in walk.steps} == {p.id for p in here}
    ranks = {step.position: ask(normaliser, walk, step.title, None)[0].level.rank for step in walk.steps}
    for entry in here:
        # A step from the expert arm to the manager arm may stay level or go down: the two are not ranked against each other.
        for step in (s for s in entry.next if ladder.find(s).track == entry.track):
            assert ranks[step] >= ranks[entry.id], f"{entry.id} -> {step}"


# --- context


def test_a_government_senior_manages_and_a_private_one_does_not(normaliser: Normaliser) -> None:
    plain = normaliser.classify(Query("Senior Product Manager"))
    government = normaliser.classify(Query("Senior Product Manager", organisation=Organisation(sector="government")))
    assert (plain.track, government.track) == ("ic", "manager")
    assert any(e.source == "organisation" and "UK government" in e.says for e in government.evidence)


def test_a_small_organisations_head_compares_with_an_enterprises_senior(normaliser: Normaliser) -> None:
    small = normaliser.classify(Query("Head of Product", organisation=Organisation(size="small")))
    large = normaliser.classify(Query("Head of Product", organisation=Organisation(size="large")))
    assert (small.level.id, large.level.id) == ("senior", "head")
    assert small.range.levels == ("senior", "head")


def test_one_product_team_says_small(normaliser: Normaliser) -> None:
    assert normaliser.classify(Query("Head of Product", organisation=Organisation(product_teams=1))).level.id == "senior"


def test_what_the_caller_states_outweighs_what_the_text_says(normaliser: Normaliser) -> None:
    text = "Join the digital team of the Ministry of Justice on the Civil Service grades for specialists; you own one service."
    read = normaliser.classify(Query("Senior Product Manager", description=text))
    stated = normaliser.classify(Query("Senior Product Manager", description=text, organisation=Organisation(sector="private")))
    assert any("UK government" in e.says for e in read.evidence)
    assert not any("UK government" in e.says for e in stated.evidence)
    assert stated.track == "ic"


def test_a_first_product_hire_is_shown_as_evidence(normaliser: Normaliser) -> None:
    text = "You will be our first product hire and build the product function of the company from the ground up."
    result = normaliser.classify(Query("Head of Product", description=text))
    fact = next(e for e in result.evidence if e.text.lower() == "first product hire")
    assert text[fact.start : fact.end] == "first product hire"
    assert result.level.id == "head"
    assert fact.towards["size"] == "small"


def test_a_product_executive_above_rules_out_the_top(normaliser: Normaliser) -> None:
    text = "You will report to the CPO and lead the product managers of one area of the company with their roadmaps."
    result = normaliser.classify(Query("Head of Product", description=text, include=("readings",)))
    reading = next(r for r in result.readings if r.ladder == "analyst-to-cpo")
    assert (reading.relation, reading.below, reading.above) == ("none", "group-product-manager", "chief-product-officer")


def test_contradictory_facts_are_refused_by_name(normaliser: Normaliser) -> None:
    with pytest.raises(InvalidQuery) as caught:
        normaliser.classify(Query("Product Manager", organisation=Organisation(size="small", product_teams=40)))
    assert [e.field for e in caught.value.errors] == ["organisation.product_teams"]


def test_an_unknown_ladder_is_refused_with_the_nearest(normaliser: Normaliser) -> None:
    with pytest.raises(UnknownLadder, match="the nearest are uk-government"):
        normaliser.classify(Query("Product Manager", ladder="uk-goverment"))


# --- customers' own ladders


def test_an_own_ladder_reads_its_own_titles(tmp_path: Path) -> None:
    write(tmp_path, TOY)
    normaliser = Normaliser.load(ladders=tmp_path)
    result = normaliser.classify(Query("Product Shaper", ladder="our-ladder", include=PARTS))
    reading = next(r for r in result.readings if r.ladder == "our-ladder")
    assert (result.level.id, result.track, reading.position) == ("senior", "manager", "shaper")


def test_a_broken_own_ladder_stops_the_start(tmp_path: Path) -> None:
    write(tmp_path, TOY.replace("next: [boss]", "next: [nobody]"))
    with pytest.raises(DataError, match=r"toy\.yaml, line 15"):
        Normaliser.load(ladders=tmp_path)
