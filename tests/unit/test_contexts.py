"""Context: what texts say plainly, what the caller states, which ladder's words hold then, and what that changes."""

from __future__ import annotations

from dataclasses import fields
from functools import cache

import pytest
import yaml
from ladder_toys import DATA, cell, contexts, crosswalk
from statement_toys import counted, kinds, rules

from rung import Normaliser
from rung.context.effects import Context, PlainTitle, apply_context, context_meaning, fact_evidence, ladder_evidence, read_context
from rung.context.statements import Known, OrganisationFact, conflicts, context_patterns, infer_context, known_facts
from rung.decision import weigh
from rung.errors import DataError
from rung.grid import OTHER
from rung.text.compiling import compile_patterns
from rung.text.facts import JobStatements
from rung.title.clean import fold_with_offsets
from rung.types import Facts, Organisation, Query
from tests.growth import assert_linear

RULES = contexts()
normaliser = cache(Normaliser.load)
SENIOR = PlainTitle("senior-product-manager", "senior")


def move(prior, odds, family=0.0):
    return weigh.move(prior, crosswalk().grid.cells, odds, family)


def said(text: str, place: str = "description") -> dict[str, str]:
    """Each fact that a text states, with the words that state it."""
    folded, offsets = fold_with_offsets(text)
    return {fact.id: text[fact.start : fact.end] for fact in infer_context(RULES, folded, place, offsets)}


@pytest.mark.parametrize(
    ("text", "fact", "words"),
    [
        ("Part of the DDaT profession.", "civil-service", "DDaT"),
        ("Apply through Civil Service Jobs today", "civil-service", "Civil Service Jobs"),
        ("Salary: Grade 7, London", "civil-service-grade", "Grade 7"),
        ("At a seed-stage company", "early-stage", "seed-stage"),
        ("Corporate title: Vice President", "bank", "Corporate title"),
    ],
)
def test_a_plain_statement_is_read_where_it_stands(text: str, fact: str, words: str) -> None:
    assert said(text)[fact] == words


@pytest.mark.parametrize(
    "text",
    [
        "SEO and growth marketing, seo audits",
        "our first product launched in 2020",
        "theory of video",
        "reporting to stakeholders and to the board",
        "the civil service exam is not needed",
        "upgrade 7 modules",
        "You work with the CPO",
        "a bank holiday on Monday",
        "first product, hire later",
    ],
)
def test_what_only_looks_like_a_statement_is_not_one(text: str) -> None:
    assert said(text) == {}


def test_offsets_lead_back_through_accents_and_markup() -> None:
    text = "<p>Café &amp; co: über <b>alles</b>, part of the DDaT profession</p>"
    assert said(text)["civil-service"] == "DDaT"


def test_a_bank_is_known_by_its_name() -> None:
    assert "bank-by-name" in said("Deutsche Bank AG", "company")
    assert said("The riverbank company", "company") == {}


def test_the_first_place_of_a_fact_is_shown() -> None:
    text = "Grade 6 or Grade 7 in the Civil Service Jobs"
    assert said(text)["civil-service-grade"] == "Grade 6"


def of_description(text: str) -> tuple[OrganisationFact, ...]:
    """What a description states."""
    return infer_context(RULES, text, "description")


@pytest.mark.parametrize(
    "text", ["first product ", "reporting directly into ", "cpo ", "grade ", "report to the the ", "a", "of product "]
)
def test_time_is_linear_in_hostile_texts(text: str) -> None:
    assert_linear(lambda length: infer_context(RULES, (text * length)[:length], "description"), 50_000)


def test_what_the_caller_states_comes_first() -> None:
    found = infer_context(RULES, "civil service jobs at a seed-stage company", "description")
    known = known_facts(RULES, Organisation(sector="private"), found)
    assert (known.facts["sector"], known.facts["size"]) == ("private", "small")
    assert known.stated == {"sector"}


def test_the_count_of_teams_says_the_size_unless_the_size_is_stated() -> None:
    assert [known_facts(RULES, Organisation(product_teams=n)).facts["size"] for n in (0, 1, 2, 12, 13)] == [
        "small",
        "small",
        "medium",
        "medium",
        "large",
    ]
    assert known_facts(RULES, Organisation(size="large", product_teams=1)).facts["size"] == "large"


def test_contradictory_facts_are_named() -> None:
    assert [error.field for error in conflicts(RULES, Organisation(size="small", product_teams=13))] == [
        "organisation.product_teams"
    ]
    assert conflicts(RULES, Organisation(size="small", product_teams=12)) == ()
    assert conflicts(RULES, Organisation(size="large", product_teams=1)) == ()


def test_what_is_stated_of_the_job_implies_facts_of_the_organisation() -> None:
    stated = counted("You will report to the CPO")
    context = read_context(crosswalk(), RULES, Query(), (), PlainTitle(), JobStatements(stated))
    assert context.known.facts == {"product_executive_above": "yes"}


@pytest.mark.parametrize(
    ("organisation", "position", "ladder"),
    [
        (Organisation(sector="government", country="GB"), "senior-product-manager", "uk-government"),
        (Organisation(sector="government", country="US"), "senior-product-manager", None),
        (Organisation(sector="government"), "senior-product-manager", None),
        (Organisation(size="small"), "head-of-product", "organisation-size"),
        (Organisation(size="medium", products=1, product_managers=2), "head-of-product", "organisation-size"),
        (Organisation(size="medium"), "head-of-product", None),
        (Organisation(size="small", products=3), "head-of-product", None),
        (Organisation(business_areas=3), "lead-product-manager", "organisation-size"),
        (Organisation(size="large"), "lead-product-manager", "organisation-size"),
        (Organisation(size="medium"), "senior-product-manager", None),
        (Organisation(sector="private"), "senior-product-manager", None),
        (Organisation(sector="government", country="GB"), "vp-product", None),
    ],
)
def test_stated_facts_choose_the_ladder_whose_words_hold(organisation: Organisation, position: str, ladder: str | None) -> None:
    level = crosswalk().grid.positions[position].cells[0].level
    found = context_meaning(
        crosswalk(), RULES, known_facts(RULES, organisation), ladder="reference", title=PlainTitle(position, level)
    )
    assert (found.meaning.ladder if found else None) == ladder


def test_what_the_caller_states_wins_and_what_the_text_says_otherwise_is_named() -> None:
    found = of_description("You join the UK Civil Service as our first product hire.")
    known = known_facts(RULES, Organisation(sector="private", size="small"), found)
    assert (known.facts["sector"], known.facts["size"]) == ("private", "small")
    assert known.disputed == ("sector",)


def test_a_phrase_of_the_uk_civil_service_states_the_country_too() -> None:
    found = of_description("You join the UK Civil Service")
    assert known_facts(RULES, Organisation(), found).facts == {"sector": "government", "country": "GB"}


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Our company makes one product", {"products": "1"}),
        ("a company with three products", {"products": "2.."}),
        ("Only two product managers so far", {"product_managers": "1..4"}),
        ("We have several business areas", {"business_areas": "2.."}),
        ("You present one product idea a month to the managers", {}),
    ],
)
def test_a_text_states_what_chooses_the_form_of_a_ladder(text: str, facts: dict[str, str]) -> None:
    assert known_facts(RULES, Organisation(), of_description(text)).facts == facts


def test_the_ladder_that_the_query_names_outweighs_the_facts() -> None:
    known = known_facts(RULES, Organisation(sector="government", country="GB"))
    found = context_meaning(crosswalk(), RULES, known, ladder="nine-levels", title=SENIOR)
    assert (found.meaning.ladder, found.by_ladder) == ("nine-levels", True)


def test_a_ladders_meaning_replaces_the_plain_one_as_far_as_it_is_believed() -> None:
    context = read_context(crosswalk(), RULES, Query("Senior PM", ladder="uk-government"), (), SENIOR)
    plain = {**dict.fromkeys(crosswalk().grid.cells, 0.0), cell("senior/ic"): 1.0, OTHER: 0.0}
    changed = apply_context(plain, context, 0.9, move)
    assert changed[cell("senior/manager")] == pytest.approx(0.63)
    assert changed[cell("senior/ic")] == pytest.approx(0.37)
    assert sum(changed.values()) == pytest.approx(1.0)


def test_odds_move_probability_between_cells_and_not_out_of_the_family() -> None:
    stated = counted("You report to the CPO")
    odds = rules().odds(stated, (), False)
    context = read_context(crosswalk(), RULES, Query(), (), PlainTitle(), JobStatements(stated, odds=odds))
    plain = {**dict.fromkeys(crosswalk().grid.cells, 0.0), cell("chief/manager"): 0.4, cell("vp/manager"): 0.4, OTHER: 0.2}
    changed = apply_context(plain, context, 0.9, move)
    assert changed[OTHER] == 0.2
    assert changed[cell("chief/manager")] < 0.02
    assert sum(changed.values()) == pytest.approx(1.0)


def test_a_banks_vice_president_counts_only_for_the_title_that_names_it() -> None:
    employer = infer_context(RULES, "barclays", "company")
    plain = {**dict.fromkeys(crosswalk().grid.cells, 0.05), cell("head/manager"): 0.5, OTHER: 0.05}
    context = read_context(crosswalk(), RULES, Query("Head of Product"), employer, PlainTitle("head-of-product", "head"))
    assert apply_context(plain, context, 0.9, move) == plain
    context = read_context(crosswalk(), RULES, Query("VP Product"), employer, PlainTitle("vp-product", "vp"))
    assert apply_context(plain, context, 0.9, move)[cell("vp/manager")] < plain[cell("vp/manager")]


@pytest.mark.parametrize("company", ["JPMorgan Chase", "Goldman Sachs", "Deutsche Bank"])
@pytest.mark.parametrize("title", ["Vice President, Software Engineering", "VP, Risk"])
def test_at_a_bank_vice_president_is_open_in_every_family(company: str, title: str) -> None:
    answer, plain = (normaliser().classify(Query(title, company=each)) for each in (company, None))
    assert (answer.status, "level" in answer.range.about) == ("ambiguous", True)
    assert {"senior", "vp"} <= set(answer.range.levels)
    assert "corporate_rank" in answer.flags
    assert (plain.level.id, plain.flags) == ("vp", ())


def test_at_a_bank_other_titles_keep_their_level() -> None:
    answer = normaliser().classify(Query("Software Engineer", company="Barclays"))
    assert (answer.status, answer.level.id, answer.flags) == ("classified", "mid", ())


def test_nothing_known_changes_nothing() -> None:
    plain = {cell("mid/ic"): 0.7, OTHER: 0.3}
    assert apply_context(plain, Context(), 0.9, move) is plain


def test_evidence_names_the_words_and_the_ladder() -> None:
    text = "Part of the DDaT profession."
    query = Query("Senior Product Manager", description=text, organisation=Organisation(sector="government", country="GB"))
    stated = of_description(text)
    context = read_context(crosswalk(), RULES, query, stated, SENIOR)
    fact = fact_evidence(context, context.found[0], None, 0.0)
    ladder = ladder_evidence(context, context.contextual, {cell("senior/ic"): 1.0}, 1.5, 0.005)
    assert (fact.source, text[fact.start : fact.end]) == ("description", "DDaT")
    assert (ladder.source, ladder.text) == ("organisation", "country: GB; sector: government")
    assert ladder.towards == {"ladder": "uk-government", "level": "senior", "track": "manager"}
    assert ladder.weight == 1.5


def test_a_phrase_that_cannot_be_read_is_named() -> None:
    data = {
        "priors": {},
        "product_teams": [],
        "conflicts": [],
        "rules": [],
        "facts": [{"id": "x", "forms": ["a b", "a [b"], "says": "s"}],
    }
    with pytest.raises(DataError, match=r"contexts\.yaml: x, row 2: pattern 'a \[b': '\[' is not closed"):
        compile_patterns(context_patterns(data))


def test_known_is_empty_by_default() -> None:
    assert Known().facts == {}


def test_the_shipped_rules_name_only_what_exists() -> None:
    data = yaml.safe_load((DATA.parents[1] / "shared" / "contexts.yaml").read_text(encoding="utf-8"))
    grid, ladders = crosswalk().grid, crosswalk().ladders
    sources = {row["id"] for row in yaml.safe_load((DATA.parents[1] / "SOURCES.yaml").read_text(encoding="utf-8"))}
    ids = [fact["id"] for fact in data["facts"]]
    assert len(ids) == len(set(ids))
    for row in (*data["facts"], *data["rules"]):
        assert row["source"] in sources, row
        assert row["says"].endswith("."), row
        assert set(row.get("positions", ())) <= set(grid.positions), row
    for fact in data["facts"]:
        for weights in (fact.get("weights", {}), fact.get("elsewhere", {"weights": {}})["weights"]):
            assert set(weights) <= {*map(str, grid.cells), *grid.levels}, fact["id"]
        assert set(fact.get("in", ())) <= {"title", "description", "company", "stated_level"}, fact["id"]
    assert {rule["ladder"] for rule in data["rules"]} <= set(ladders)
    implied = {key for fact in data["facts"] for key in fact.get("implies", {})} | {"size", "sector", "level", "track"}
    implied |= {key for row in kinds()["statements"] for sense in row.get("implies", {}).values() for key in sense}
    cases = [case for row in kinds()["statements"] for sense in row.get("when", {}).values() for case in sense]
    implied |= {key for case in cases for key in case.get("implies", {})}
    stated = {field.name for field in fields(Organisation)} | {field.name for field in fields(Facts)}
    assert crosswalk().used - {"things"} <= implied | stated
