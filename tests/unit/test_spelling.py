"""Misspelt words of titles are read as what is plainly meant; names and real words stay."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from rung import Normaliser, Query
from rung.title.clean import Cleaner
from rung.title.spelling import NearWords, Speller, SpellingFigures

HERE = Path(__file__).parent
LETTERS = {"swapped": 5, "doubled": 5, "dropped": 7, "added": 7, "replaced": 8}
RARITY = {
    "engineer": 4.0,
    "nurse": 6.0,
    "software": 5.0,
    "manager": 3.0,
    "leader": 5.0,
    "loader": 5.5,
    "enginer": 11.0,
    "mangoer": 8.0,
}


@pytest.fixture(scope="module")
def speller() -> Speller:
    core = {"core": ["leader"], "core_letters": LETTERS | {"replaced": 6}}
    figures = SpellingFigures(LETTERS, common=9.0, level=8.0, margin=1.0, rare=6.0, **core)
    rarity = {**RARITY, "hostler": 9.5}
    common = {**{word: idf for word, idf in rarity.items() if idf <= figures.common}, "senior": 8.0}
    short = {"supv": "supervisor", "mgr": "manager", "bus dev": "business development", "dev manager": "development manager"}
    short |= {"a p": "accounts payable"}
    return Speller(common, {"senior", "managed", "mgr"}, lambda word: rarity.get(word, math.inf), figures, short)


def corrected(speller: Speller, title: str) -> str:
    return speller.correct(Cleaner(()).clean(title)).text


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("Sofware Engineer", "software engineer"),  # left out
        ("Softwarre Engineeer", "software engineer"),  # doubled
        ("Softwatre", "software"),  # added
        ("Softwqre", "software"),  # replaced
        ("Nusre", "nurse"),  # changed places
        ("Nursse", "nurse"),
        ("Esnior Nurse", "senior nurse"),  # a word of level, which the model need not know
        ("Enginer", "engineer"),  # the model knows it, but so rarely
        ("Nurae", "nurae"),  # so short a word is one letter from too many others
        ("Nurses", "nurses"),  # another form, or another language
        ("Oftware", "oftware"),
        ("Managed", "managed"),  # a word of its own
        ("Mangoer", "mangoer"),  # the model knows it
        ("Hostller", "hostller"),  # what would be meant is rare
        ("Laeder", "leader"),
        ("Leoader", "leoader"),  # a leader or a loader
        ("Softwr3", "softwr3"),
        ("Nurse Supv", "nurse supervisor"),  # an abbreviation
        ("Software Mgr", "software manager"),
        ("Bus. Dev. Mgr", "business development manager"),  # an abbreviation of several words, after those of one
        ("Dev. Mgr.", "development manager"),
        ("Bus - Dev Mgr", "bus development manager"),  # two parts of the title
        ("Bus Driver", "bus driver"),
        ("Leider", "leader"),  # one of the core words, of which fewer letters do
        ("", ""),
    ],
)
def test_a_word_is_corrected_if_one_is_plainly_meant(speller: Speller, title: str, read: str) -> None:
    assert corrected(speller, title) == read


def test_corrected_words_stand_where_the_misspelt_ones_stood(speller: Speller) -> None:
    clean = Cleaner(()).clean("Nusre, Sofware")
    spelt = speller.correct(clean)
    assert [token[1:] for token in spelt.tokens] == [token[1:] for token in clean.tokens]
    assert speller.correct(spelt) is spelt


def test_a_mark_inside_an_abbreviation_parts_nothing(speller: Speller) -> None:
    spelt = speller.correct(Cleaner(()).clean("Nurse, A/P"))
    assert [(token.text, token.gap) for token in spelt.tokens] == [("nurse", ""), ("accounts", ","), ("payable", "")]


@pytest.mark.parametrize("error", ["nrse", "nursse", "nurze", "nusre"])
def test_near_words_are_one_error_away_and_begin_with_the_same_letter(error: str) -> None:
    assert NearWords(["nurse", "purse", "nursery"]).find(error) == ["nurse"]


def test_a_word_is_not_near_itself() -> None:
    assert NearWords(["nurse", "nurses"]).find("nurse") == ["nurses"]


def pairs(name: str) -> list[tuple[str, str]]:
    """The titles of a file, each with the one that it is read as."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    found = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(written, meant) for written, meant in found]


@pytest.mark.parametrize(("short", "full"), pairs("short_titles.tsv"))
def test_an_abbreviated_title_is_answered_as_the_full_one(normaliser: Normaliser, short: str, full: str) -> None:
    got, meant = normaliser.classify(Query(short)), normaliser.classify(Query(full))
    assert (got.family, got.track, got.level.id) == (meant.family, meant.track, meant.level.id)


@pytest.mark.parametrize(
    ("misspelt", "right"),
    [
        *pairs("misspelt_titles.tsv"),
        ("Sofware Enginer", "Software Engineer"),
        ("Acountant", "Accountant"),
        ("Registred Nurse", "Registered Nurse"),
        ("Electrcian", "Electrician"),
        ("Vice Presiednt, Talent Aquisition", "Vice President, Talent Acquisition"),
        ("Stellvertretener Lagerleiter", "Stellvertretender Lagerleiter"),
    ],
)
def test_a_misspelt_title_is_answered_as_the_right_one(normaliser: Normaliser, misspelt: str, right: str) -> None:
    got, meant = normaliser.classify(Query(misspelt)), normaliser.classify(Query(right))
    assert (got.family, got.track, got.level.id, got.status) == (meant.family, meant.track, meant.level.id, meant.status)


def test_evidence_says_what_a_word_is_read_as(normaliser: Normaliser) -> None:
    first = normaliser.classify(Query("Chief Acountant")).evidence[0]
    assert (first.text, first.says, first.weight) == ("Acountant", "Read as “accountant”.", 0.0)


@pytest.mark.parametrize(
    "title",
    [
        "Sales Associate, Marriot",
        "Kundenberater Geräte",
        "Leistung",
        "Responsable solaire",
        "Opzichter",
        "Kierownik zmiany",
        "Ontology Engineer",
        "Bus Driver",
        ".NET Engineer",
        "Res Life Coordinator",
        "Vise Operator",
        "Led Lighting Engineer",
        "Sec Filings Analyst",
    ],
)
def test_real_words_and_names_stay(normaliser: Normaliser, title: str) -> None:
    assert not any("Read as" in piece.says for piece in normaliser.classify(Query(title)).evidence)
