"""Every ladder walked bottom to top with the shipped model: by title alone, by duties alone, and by both."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from ladder_toys import TOY, crosswalk, write
from ladder_walks import WALKS, Step, Walk

from rung import DataError, InvalidQuery, Normaliser, Organisation, Query, Result
from rung.errors import UnknownLadder
from rung.ladders.crosswalk import cross
from rung.ladders.placements import variant_shares
from rung.types import PARTS, Reading

STEPS = [
    pytest.param(walk, step, id="-".join(filter(None, (walk.ladder, *walk.facts.values(), step.position))))
    for walk in WALKS
    for step in walk.steps
]


SIZES = {"": {}, "small": {"size": "small"}, "medium": {"size": "medium"}, "enterprise": {"size": "large"}}
PLACES = [
    pytest.param(ladder.id, p.id, p.variant, id="-".join(filter(None, (ladder.id, p.variant, p.id))))
    for ladder in crosswalk().ladders.values()
    if ladder.id != "reference"
    for p in ladder.positions
]


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
    shares = variant_shares(normaliser.crosswalk, normaliser.crosswalk.ladders[walk.ladder], walk.facts)
    return [max(shares, key=lambda variant: shares[variant])]


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


def test_by_duties_alone(normaliser: Normaliser) -> None:
    """The position or one that shares its level and track; below half likely, a candidate. One text in twenty may miss."""
    missed = []
    for walk in WALKS:
        ladder = normaliser.crosswalk.ladders[walk.ladder]
        for step in walk.steps:
            _, reading = ask(normaliser, walk, "", step.duties)
            entry = ladder.find(step.position, *variants(normaliser, walk))
            named = {reading.position} if reading.position else {candidate.position for candidate in reading.candidates}
            if not named & {p.id for p in ladder.positions if p.variant == entry.variant and p.cell == entry.cell}:
                missed.append(f"{walk.ladder}: {step.position} is read as {named}")
    assert len(missed) <= len(STEPS) // 20, missed


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
    government = normaliser.classify(Query("Senior Product Manager", organisation=Organisation(sector="government", country="GB")))
    assert (plain.track, government.track) == ("ic", "manager")
    assert any(e.source == "organisation" and "UK government" in e.says for e in government.evidence)


def test_a_government_of_an_unknown_country_is_not_taken_for_the_uk(normaliser: Normaliser) -> None:
    """The reading is given and marked; the answer is not changed by it."""
    query = Query("Senior Product Manager", organisation=Organisation(sector="government"), include=("readings",))
    result = normaliser.classify(query)
    assert result.track == "ic"
    reading = next(r for r in result.readings if r.ladder == "uk-government")
    shown = {c.fact: (c.here, c.holds) for c in reading.conditions}
    assert (shown["sector"], shown["country"]) == (("government", "yes"), (None, "unknown"))
    american = replace(query, organisation=Organisation(sector="government", country="US"))
    assert next(r for r in normaliser.classify(american).readings if r.ladder == "uk-government").position is None


def test_a_text_that_contradicts_the_caller_is_flagged(normaliser: Normaliser) -> None:
    text = "Join the digital team of the Ministry of Justice on the Civil Service grades for specialists; you own one service."
    stated = normaliser.classify(Query("Senior Product Manager", description=text, organisation=Organisation(sector="private")))
    assert "stated_otherwise:sector" in stated.flags


@pytest.mark.parametrize(("ladder", "position", "variant"), PLACES)
def test_readings_follow_the_ladder_that_the_query_names(normaliser: Normaliser, ladder: str, position: str, variant: str) -> None:
    """On every other ladder: the place that the crosswalk lists first, with its relation, or both as candidates below half."""
    entry = normaliser.crosswalk.ladders[ladder].find(position, variant)
    facts = SIZES[variant]
    query = Query(entry.title, ladder=ladder, organisation=Organisation(**facts), include=("readings",))
    for reading in normaliser.classify(query).readings:
        if reading.ladder not in ("reference", ladder):
            first = cross(normaliser.crosswalk, ladder, position, reading.ladder, facts)[0]
            best = reading if reading.position or not reading.candidates else reading.candidates[0]
            assert (best.position, best.relation) == (first.position, first.relation), reading.ladder


def test_a_text_without_a_title_stands_where_its_ladder_describes_it(normaliser: Normaliser) -> None:
    text = (
        "You run a feature team of your own and line-manage a handful of junior product managers, whose growth is yours to "
        "guide. Small matters you decide alone, and you have a say in how teams align on strategy."
    )
    query = Query("", description=text, ladder="dual-track", include=("readings",))
    reading = next(r for r in normaliser.classify(query).readings if r.ladder == "dual-track")
    best = reading if reading.position or not reading.candidates else reading.candidates[0]
    assert best.position == "lead-product-manager"


def test_a_job_stands_below_the_position_that_it_reports_to(normaliser: Normaliser) -> None:
    text = "You lead the product managers of a whole area with eight delivery teams. You report to the Head of Product Management."
    query = Query("", description=text, ladder="uk-government", include=("readings",))
    reading = next(r for r in normaliser.classify(query).readings if r.ladder == "uk-government")
    named = {reading.position, *(candidate.position for candidate in reading.candidates)}
    assert "lead-product-manager" in named
    assert "head-of-product-management" not in named


def test_another_family_is_not_drawn_into_a_named_ladder(normaliser: Normaliser) -> None:
    text = (
        "You care for patients on a surgical ward, give medication, change dressings and keep their records. You work in shifts "
        "and hand over to the next nurse. A registration as a nurse and two years on a ward are needed."
    )
    assert normaliser.classify(Query("", description=text, ladder="nine-levels")).family.id != "product-management"


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
    text = "As our first product hire you shape how the company finds out what to make, and you own its roadmap from the first day."
    result = normaliser.classify(Query("Head of Product", description=text))
    fact = next(e for e in result.evidence if "first product hire" in e.text)
    assert text[fact.start : fact.end] == fact.text
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
