"""Cues: what the shipped ones count, in sentences written for this, and the rules of counting."""

from __future__ import annotations

import pytest
import yaml
from statement_toys import SHARED, kinds, languages
from statement_toys import counted as stated_in

from rung.assemble import text_reader
from rung.errors import DataError
from rung.text.compiling import compile_patterns
from rung.text.cues import compile_cues, count_cues, cue_patterns
from rung.text.patterns import Patterns
from rung.text.sentences import readable, without_repeats
from rung.training.make import compile_wordings

CUES = yaml.safe_load((SHARED / "cues.yaml").read_text(encoding="utf-8"))
CONTEXTS = yaml.safe_load((SHARED / "contexts.yaml").read_text(encoding="utf-8"))
COMPILED = compile_cues(CUES["cues"])
NAMED = yaml.safe_load((SHARED / "named_jobs.yaml").read_text(encoding="utf-8"))
TABLES = {"statements": {"rules": kinds(), "languages": languages()}, "cues": CUES, "contexts": CONTEXTS, "named_jobs": NAMED}
READER = text_reader(TABLES, Patterns(compile_wordings(TABLES)))


def counted(text: str, end: int | None = None) -> dict[str, float]:
    """What each cue that matches counts."""
    lowered = without_repeats(readable(text))
    values, _ = count_cues(COMPILED, READER.read(text).cues, lowered, len(text) if end is None else end)
    return {cue.id: value for cue, value in zip(COMPILED, values, strict=True) if value}


@pytest.mark.parametrize(
    ("text", "cue", "value"),
    [
        ("At least 6 years of experience in retail.", "years", 6),
        ("4–7 years’ experience", "years", 4),
        ("3 (three) years working with data", "years", 3),
        ("Two (2) or more years as an analyst", "years", 2),
        ("Mindestens 5 Jahre Erfahrung", "years", 5),
        ("<li>8+ yrs leading teams</li>", "years", 8),
        ("Extensive knowledge (5+ years) of welding.", "years", 5),
        ("Experience: 4 years", "years", 4),
        ("2+ anos de experiência", "years", 2),
        ("3 ans d'expérience", "years", 3),
        ("5 lat doświadczenia", "years", 5),
        ("At least 1 year of relevant work experience", "years", 1),
        ("Experience with Python: 3+ years", "years", 3),
        ("experiência de pelo menos 2 anos", "years", 2),
        ("pelo menos 3 anos trabalhando com dados", "years", 3),
        ("une expérience d'au moins 5 années", "years", 5),
        ("experiencia de 3 o más años", "years", 3),
        ("esperienza di almeno 4 anni", "years", 4),
        ("minimum 4-letnie doświadczenie", "years", 4),
        ("Somos uma empresa com 12 anos no mercado", "years", 0),
        ("Our firm has 120 years of experience.", "years", 0),
        ("We have 20 years of experience, you have 4 years of experience.", "years", 4),
        ("A contract of at least 2 years", "years", 0),
        ("One year of specialized experience", "years", 0),  # at the level below, as American offices count
        ("We were founded 9 years ago.", "years", 0),
        ("A year of 12 years. Experience counts.", "years", 0),
        ("5+ years shipping software", "years", 5),
        ("A background in customer care (at least 3-5 years).", "years", 3),
        ("Must have: 6+ yoe, curiosity", "years", 6),
        ("3–5 yrs exp.", "years", 3),
        ("2-3 year of software development experience", "years", 2),
        ("0-2 years in an office", "years", 2),
        ("You have sold software for 4+ years.", "years", 4),
        ("You have four direct reports.", "direct-reports", 1),
        ("You line-manage two people and hold performance reviews.", "direct-reports", 2),
        ("Disziplinarische Führung, Personalverantwortung", "direct-reports", 2),
        ("Build, coach, and lead a growing team of six product managers.", "leads-product-people", 1),
        ("Mentor and manage other product owners.", "leads-product-people", 1),
        ("Scale out our product management function.", "leads-product-people", 1),
        ("Manage the product backlog with the team.", "leads-product-people", 0),
        ("Attract and retain the best talent; hold 1:1s and plan succession.", "hires", 3),
        ("An individual contributor without any direct reports, non-supervisory", "no-reports", 3),
        ("Influencing without formal authority", "no-reports", 1),
        ("Lead large cross-functional project teams.", "informal-lead", 1),
        ("Reporting directly to one of our co-founders", "reports-to-top", 1),
        ("You report into the Director of Product.", "reports-to-product", 1),
        ("A P&L owner in the C-suite, before the board", "executive", 3),
        ("Our company-wide operating models and organizational design", "organisation", 3),
        ("Across several cross-functional teams", "several-teams", 1),
        ("End-to-end work on complex billing problems, from 0-1", "depth", 3),
        ("Coach and mentor.", "mentors", 2),
        ("Assist in an early-career internship.", "assists", 3),
        ("Groom backlogs and write user-stories in Jira.", "backlog", 3),
        ("You are currently enrolled at a university.", "studying", 1),
        ("Pursuing a master's degree in economics", "studying", 1),
        ("Master's degree in economics", "studying", 0),
        ("For recent graduates; no experience required", "beginning", 2),
        ("You work under the guidance of an engineer.", "guided", 1),
        ("A seasoned writer with a wealth of ideas", "seasoned", 2),
        ("Define and own the long-term product vision.", "strategy", 1),
        ("Go-to-market, KPI's and product-market fit", "product-words", 3),
    ],
)
def test_what_a_cue_counts(text: str, cue: str, value: float) -> None:
    assert counted(text).get(cue, 0) == value


def test_the_largest_number_counts() -> None:
    assert counted("3 years of experience in sales. 7 years of experience in trade.")["years"] == 7


def test_a_number_beyond_the_most_does_not_hide_another() -> None:
    assert counted("45 years of experience as a firm. You bring 4 years of experience.")["years"] == 4


def test_a_sentence_that_stands_twice_counts_once() -> None:
    sentence = "You coach the team."
    assert counted(f"{sentence} {sentence}\n{sentence}")["mentors"] == 1
    assert counted(f"{sentence} You coach a team.")["mentors"] == 2


def test_what_stands_behind_the_last_sentence_that_is_read_does_not_count() -> None:
    text = "You coach. You mentor."
    assert counted(text, text.index("You mentor"))["mentors"] == 1


def test_of_overlapping_matches_of_one_cue_the_first_counts() -> None:
    assert counted("Lead a team of five product managers.")["leads-product-people"] == 1


def test_places_are_those_of_the_raw_text() -> None:
    text = "<p>Größe zählt.</p> You have <b>direct</b> reports."
    (match,) = READER.read(text).cues
    assert text[match.start : match.end] == "direct</b> reports"


def test_an_error_names_cue_and_row() -> None:
    data = {"classes": {}, "cues": [{"id": "odd", "patterns": ["a b", "a (b"]}]}
    with pytest.raises(DataError, match=r"cues\.yaml: odd, row 2: pattern 'a \(b': '\(' is not closed by '\)'"):
        compile_patterns(cue_patterns(data))


def test_one_walk_finds_all_parts() -> None:
    found = READER.read("You manage two product managers at a seed-stage company, with 4 years of experience.")
    assert [statement.kind for statement in found.statements][:1] == ["manages-product-people"]
    assert {COMPILED[match.cue].id for match in found.cues} == {"leads-product-people", "product-words", "years"}
    assert [CONTEXTS["facts"][number]["id"] for number, _ in found.contexts] == ["early-stage"]


@pytest.mark.parametrize(
    "text",
    [
        "We were founded 9 years ago and have experience in payments.",
        "For the past 12 years we have been working with hospitals, building on their experience.",
        "We have 14 years of experience in the industry.",
        "In just 4 years, we became the leading marketplace of the region.",
        "An agency with over 10 years of experience in retail.",
        "We've been making apps for 15 years, working from home.",
        "Our team brings 11 years of engineering to every job.",
        "The company has been leading its industry for 8 years.",
        "The platform is 6 years old and building on experience.",
        "With 5+ years of runway we are building for the long term.",
    ],
)
def test_the_age_of_an_employer_is_not_asked_of_the_applicant(text):
    """Neither the cue nor the fact takes it for years of experience; what is asked beside it still counts."""
    assert "years" not in counted(text)
    assert not [stated for stated in stated_in(text) if stated.statement.kind == "years"]
    asked = f"{text} You bring 3+ years of experience."
    assert counted(asked)["years"] == 3
    assert [stated.statement.least for stated in stated_in(asked) if stated.statement.kind == "years"] == [3]
