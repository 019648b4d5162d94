"""The job that a text names: what introduces it, what does not, and what it changes where a query has no title."""

from __future__ import annotations

import pytest
import yaml
from statement_toys import SHARED

from rung import Normaliser, Query
from rung.errors import DataError
from rung.text.compiling import compile_patterns
from rung.text.named_job import NamedJob, named_job_patterns


def named_in(normaliser: Normaliser, text: str) -> NamedJob | None:
    return normaliser.pipeline.named_jobs.read(normaliser.pipeline.texts.read(text).tokens)


@pytest.mark.parametrize(
    ("text", "name", "family"),
    [
        ("Our clinic is looking for a registered nurse to run its night ward.", "registered nurse", "nursing"),
        ("Bricks & Co seeks an experienced and motivated bricklayer with a driving licence.", "bricklayer", "trades-maintenance"),
        ("We want to hire a UX Designer (m/f/d), starting in May.", "UX Designer", "design"),
        ("As an account executive you call on breweries.", "account executive", "sales"),
        ("What we do\n\nThe Office Manager is responsible for post and keys.", "Office Manager", "administration"),
        ("Job title: Payroll Accountant\nPlace: Leeds", "Payroll Accountant", "finance"),
        ("Join our team in York as a sous chef!", "sous chef", "hospitality"),
        ("Senior Data Engineer\nYou move tables from here to there.", "Senior Data Engineer", "data"),
        ("Acme | Backend Developer | Lisbon | full time", "Backend Developer", "software-engineering"),
        ("Wir suchen ab sofort eine/n Pflegefachkraft für unser Haus.", "Pflegefachkraft", "nursing"),
        ("Nous recherchons un(e) comptable pour notre cabinet.", "comptable", "finance"),
        ("Buscamos un/a contable para la oficina de Vigo.", "contable", "finance"),
        ("Procuramos um enfermeiro para o turno da noite.", "enfermeiro", "nursing"),
        ("Cerchiamo un cuoco per la cucina del rifugio.", "cuoco", "hospitality"),
        ("Wij zoeken een verpleegkundige voor de nacht.", "verpleegkundige", "nursing"),
        ("Stanowisko: spawacz\nMiejsce pracy: hala", "spawacz", "manufacturing"),
    ],
)
def test_a_text_names_its_job(normaliser: Normaliser, text: str, name: str, family: str) -> None:
    found = named_in(normaliser, text)
    assert found is not None
    assert name in text[found.start : found.end]
    assert found.family == family
    answer = normaliser.classify(Query(description=text))
    assert answer.family is not None
    assert answer.family.id == family


@pytest.mark.parametrize(
    "text",
    [
        "Plankton is a project management tool for theatres. You answer its users.",
        "Ours is a software engineering company. You keep the office running.",
        "Fernwood is a nursing recruitment agency. You drive between its branches.",
        "We have a marketing automation product. Our customers call you when it fails.",
        "This is an accountancy software house. You paint its walls.",
        "Hartl is a leading logistics planning suite. You sell it.",
        "Over to a legal research platform that you will test.",
        "Tern has a warehouse management system. You write its manual.",
        "Moth is an engineering design studio. You greet its guests.",
        "It is a data science platform. You feed its goats.",
    ],
)
def test_a_product_or_company_is_no_job(normaliser: Normaliser, text: str) -> None:
    assert named_in(normaliser, text) is None


@pytest.mark.parametrize(
    ("text", "family", "level"),
    [
        ("The inn has a place in its kitchen for a sous chef. Five services a week.", "hospitality", "senior"),
        ("Part-time bookkeeper required three mornings a week by a merchant of timber.", "finance", "mid"),
        ("Senior backend developer wanted for a team of nine.", "software-engineering", "senior"),
        ("Head of Product, London. You shape what our members see.", "product-management", "head"),
        ("Group Product Manager – Platform. The group serves every other team.", "product-management", "senior"),
        ("The Principal Product Manager sets the direction of our data products.", "product-management", "lead"),
        ("We are looking for a Lead Product Manager. The product is a planner.", "product-management", "lead"),
        ("This is a Senior Product Manager role in the risk area.", "product-management", "senior"),
        ("We would like to meet an associate product manager with a head for numbers.", "product-management", "associate"),
        ("Could you be our new pastry chef? We bake for six cafés.", "hospitality", "mid"),
        ("A paralegal is sought by a small firm in Cardiff.", "legal-compliance", "mid"),
        ("Szukamy Starszego Product Managera do obszaru płatności.", "product-management", "senior"),
        ("Do zespołu płatności potrzebujemy starszego programisty Javy.", "software-engineering", "senior"),
        ("Nasz klient szuka starszej księgowej do działu rozliczeń.", "finance", "senior"),
        ("Przyjmiemy magazyniera do hurtowni papieru w Pile.", "transport-warehouse", "mid"),
        ("Zum Herbst ist die Stelle eines Softwareentwicklers zu besetzen.", "software-engineering", "mid"),
        ("Hospital privado en Murcia incorpora enfermeras para planta y urgencias.", "nursing", "mid"),
    ],
)
def test_an_opening_names_the_job_and_its_level(normaliser: Normaliser, text: str, family: str, level: str) -> None:
    answer = normaliser.classify(Query(description=text))
    assert answer.family is not None
    assert answer.level is not None
    assert (answer.family.id, answer.level.id) == (family, level)


@pytest.mark.parametrize(
    "text",
    [
        "You report to the Head of Sales.",
        "You work with data engineers and plan their sprints.",
        "Our nurses love the new beds.",
        "You advise customers such as teachers.",
        "Five years of experience as an accountant.",
        "We are looking for people with a warm heart.",
        "\u200b\n•\n",
    ],
)
def test_other_peoples_jobs_are_not_the_texts_own(normaliser: Normaliser, text: str) -> None:
    assert named_in(normaliser, text) is None


def test_of_several_names_the_most_frequent_counts(normaliser: Normaliser) -> None:
    text = "We are hiring a recruiter. As a plumber you mend taps. The plumber will drive a van. Job: plumber"
    found = named_in(normaliser, text)
    assert found is not None
    assert (text[found.start : found.end], found.family) == ("plumber", "trades-maintenance")
    assert found.shares["human-resources"] > found.shares["nursing"]


def test_a_name_gives_level_and_track_where_its_words_state_them(normaliser: Normaliser) -> None:
    texts = ("We look for a Senior Data Engineer who knows Spark.", "We look for a data engineer who knows Spark.")
    senior, plain = (normaliser.classify(Query(description=text)) for text in texts)
    assert senior.level is not None
    assert senior.level.id == "senior"
    assert plain.level is not None
    assert plain.level.id == "mid"


def test_an_untitled_text_of_a_product_manager_has_the_level_that_it_names(normaliser: Normaliser) -> None:
    answer = normaliser.classify(Query(description="We are looking for a Senior Product Manager to own the roadmap of our tills."))
    assert answer.family is not None
    assert answer.family.id == "product-management"
    assert answer.level is not None
    assert (answer.level.id, answer.track) == ("senior", "ic")


@pytest.mark.parametrize("title", ["", "n/a", "We are hiring"])
def test_the_name_is_evidence_with_its_place(normaliser: Normaliser, title: str) -> None:
    text = "Hello.\nWe are looking for a Senior Data Engineer to tame our tables."
    evidence = normaliser.classify(Query(title, description=text)).evidence or ()
    named = next(piece for piece in evidence if piece.towards.get("family") == "data")
    assert (named.source, named.text, text[named.start : named.end]) == ("description", *2 * ("Senior Data Engineer",))
    assert named.towards == {"family": "data", "level": "senior", "track": "ic"}
    assert named.weight > 2.0


@pytest.mark.parametrize("title", ["Plumber", "Krankenschwester", "Product Manager", "Supervisor"])
def test_a_title_that_names_a_job_is_not_asked_again(normaliser: Normaliser, title: str) -> None:
    weighed = normaliser.weigh(Query(title, description="We are looking for a recruiter to hire people."))
    assert weighed.named_job is None


def test_a_wording_that_cannot_be_read_is_refused_with_its_place() -> None:
    data = yaml.safe_load((SHARED / "named_jobs.yaml").read_text(encoding="utf-8"))
    data["languages"]["en"]["wordings"][0] = "look for [a {..9}"
    with pytest.raises(DataError, match=r"named_jobs.yaml: en, row 1: .*is not closed"):
        compile_patterns(named_job_patterns(data))
