"""Misspelt words of titles are read as what is plainly meant; names and real words stay."""

from __future__ import annotations

import math

import pytest

from rung import Normaliser, Query
from rung.title.clean import Cleaner
from rung.title.spelling import NearWords, Speller, SpellingFigures

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
    figures = SpellingFigures(LETTERS, common=9.0, level=8.0, margin=1.0, rare=6.0)
    rarity = {**RARITY, "hostler": 9.5}
    common = {**{word: idf for word, idf in rarity.items() if idf <= figures.common}, "senior": 8.0}
    short = {"supv": "supervisor", "mgr": "manager"}
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


@pytest.mark.parametrize("error", ["nrse", "nursse", "nurze", "nusre"])
def test_near_words_are_one_error_away_and_begin_with_the_same_letter(error: str) -> None:
    assert NearWords(["nurse", "purse", "nursery"]).find(error) == ["nurse"]


def test_a_word_is_not_near_itself() -> None:
    assert NearWords(["nurse", "nurses"]).find("nurse") == ["nurses"]


@pytest.mark.parametrize(
    ("misspelt", "right"),
    [
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
    ],
)
def test_real_words_and_names_stay(normaliser: Normaliser, title: str) -> None:
    assert not any("Read as" in piece.says for piece in normaliser.classify(Query(title)).evidence)
