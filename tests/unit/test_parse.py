"""Parsing: the grammar of real titles, on the lexicon of the shipped model."""

import pytest

from rung.normaliser import Normaliser
from rung.title.clean import Cleaner
from rung.title.parse import Parser


@pytest.fixture(scope="module")
def parse():
    lexicon = Normaliser.load().lexicon
    cleaner, parser = Cleaner(lexicon.patterns), Parser(lexicon)
    return lambda title: parser.parse(cleaner.clean(title))


@pytest.mark.parametrize(
    ("title", "family", "head", "modifiers"),
    [
        ("Sr. Product Manager - Tech, Payments (Remote) - R0155298", "product-management", "product manager", {"senior"}),
        ("Director, Product Management", "product-management", "product management", {"director"}),
        ("Manager, Product (Growth)", "product-management", "product", {"manager"}),
        ("Product Manager, Custody - Vice President", "product-management", "product manager", {"vp"}),
        ("(USA) Principal Product Manager", "product-management", "product manager", {"principal"}),
        ("Snr Prodct Mangr", "product-management", "product manager", {"senior"}),
        ("Frontend Engineer, Head of Product Design", "software-engineering", "frontend engineer", set()),
        ("Head of Product Marketing, Europe", "product-marketing", "product marketing", {"head"}),
        ("Chief Product & Technology Officer", "product-management", "product management", {"chief"}),
        ("Production Manager", "production-management", "production manager", set()),
        ("PM Technician", "unknown", "technician", set()),
        ("CPO (Chief People Officer)", "unknown", "chief people officer", set()),
    ],
)
def test_the_first_job_named_is_the_role(parse, title, family, head, modifiers):
    role = parse(title).roles[0]
    assert (role.family, role.head, set(role.modifiers)) == (family, head, modifiers)


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("PM, Driver Experience", "pm"),
        ("PM, Teacher Tools", "pm"),
        ("PM II, Developer Experience", "pm"),
        ("Senior PM (Nurse Scheduling)", "pm"),
        ("PM - Seller Tools", "pm"),
        ("PM, Engineer Productivity", "pm"),
        ("CPO - Chief Procurement Officer EMEA", "chief procurement officer"),
        ("PM - Project Manager Construction", "project manager"),
        ("PM (Project Manager), Civil Works", "project manager"),
        ("PM, Nurse", "nurse"),
    ],
)
def test_an_abbreviation_gives_way_to_its_full_form_and_to_another_job_but_not_to_a_subject(parse, title, head):
    assert parse(title).roles[0].head == head


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("Agent Assist Product Manager", "product manager"),
        ("Driver Experience Product Manager II", "product manager"),
        ("Senior Developer Platform Product Manager", "product manager"),
        ("Developer Portal Product Manager, Vice President", "product manager"),
        ("Business Analyst Product Owner", "business analyst"),
        ("Product Designer and Product Manager", "product designer"),
        ("Software Engineer, Product Manager Tools", "software engineer"),
    ],
)
def test_whom_a_product_is_for_is_no_job(parse, title, head):
    assert parse(title).roles[0].head == head


@pytest.mark.parametrize(("title", "numeral"), [("Product Manager II", "numeral-2"), ("Product Manager - Tech III", "numeral-3")])
def test_a_numeral_behind_the_head_is_a_grade(parse, title, numeral):
    assert numeral in parse(title).roles[0].modifiers


@pytest.mark.parametrize("title", ["Product Manager (3-5 years)", "IV-2231 Product Manager", "Product Manager, Route 2"])
def test_other_numbers_are_no_grade(parse, title):
    assert not [m for m in parse(title).roles[0].modifiers if m.startswith("numeral")]


@pytest.mark.parametrize(
    "title", ["(Senior) Product Manager", "Senior/Principal Product Manager", "Senior or Lead Product Manager"]
)
def test_several_levels_in_one_title_are_alternatives(parse, title):
    assert len(parse(title).roles[0].spans) == 2


@pytest.mark.parametrize("title", ["Product Manager, Intern Marketplace", "Product Manager for Graduate Admissions"])
def test_an_entry_word_in_the_subject_is_no_level(parse, title):
    assert parse(title).roles[0].modifiers == ()


@pytest.mark.parametrize("title", ["Product Manager (m/w/d)", "Product Manager - Remote", "Product Manager, 12 month contract"])
def test_noise_changes_no_role(parse, title):
    assert parse(title).roles[0].modifiers == ()


def test_specialisms_and_what_is_set_aside_are_shown(parse):
    view = parse("Interim Senior Technical Product Manager - Berlin").view
    assert view.specialisms == ("technical",)
    assert {(m.kind, m.value) for m in view.set_aside} == {("employment", "interim"), ("location", "berlin")}
    assert parse("Interim Senior Technical Product Manager").flags == ("interim",)


@pytest.mark.parametrize(
    "title",
    [
        "Associate Product Manager (Graduate Programme)",
        "Associate Product Manager, Rotational Program",
        "Rotational Product Manager",
        "Finance Graduate-Program 2026",
        "Graduate Program Associate",
        "Traineeprogramm Vertrieb",
        "Programa de Estágio 2026 - Marketing",
    ],
)
def test_a_place_on_a_programme_for_beginners_has_a_flag(parse, title):
    assert "programme" in parse(title).flags


@pytest.mark.parametrize(
    "title",
    [
        "Internship Program Manager",
        "Coordinator of the Apprenticeship Programme",
        "Trainee Product Manager",
        "Product Manager Intern",
        "Programme Manager",
        "Product Manager for Graduate Admissions",
    ],
)
def test_who_runs_a_programme_and_a_plain_trainee_have_no_such_flag(parse, title):
    assert "programme" not in parse(title).flags


@pytest.mark.parametrize("title", ["(m/w/d)", "12345", "Remote - full time", "!!!"])
def test_a_title_without_words_of_a_job_is_not_readable(parse, title):
    assert not parse(title).readable


@pytest.mark.parametrize("title", ["Assistant to the Head of Product", "Assistenz der Leitung Produktmanagement"])
def test_who_works_for_the_post_does_not_hold_it(parse, title):
    assert parse(title).roles[0].family == "unknown"
