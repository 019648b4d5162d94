"""People whom one sentence names and the next takes up by a pronoun; holders of a job in the plural; bosses with two titles."""

from __future__ import annotations

import pytest
from statement_toys import counted, manages, reader, rules

PRODUCT = "lead-product-manager"


def reports(text: str, position: str) -> tuple[int | None, int | None] | None:
    """The least and the most of the reports that a text states beside a title."""
    found = rules().reads(counted(text, position), "reports")
    return None if found is None else (found.statement.least, found.statement.most)


def boss(text: str) -> str:
    found = rules().reads(counted(text, ""), "reports_to")
    return "" if found is None else found.statement.words


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("The squad has six PMs. They are yours to hire and grow.", 6),
        ("There are four product owners in the domain. You are responsible for leading and developing them.", 4),
        ("The chapter counts three product managers. You are responsible for their performance and growth.", 3),
        ("Today there are seven product managers in three countries; you will manage them as one team.", 7),
        ("The group is made up of four product managers. You will be their lead and write their reviews.", 4),
        ("You will find a team of eight product managers. The whole team is yours to run and to grow.", 8),
        ("Three product managers, whom you lead, own one journey each.", 3),
        ("The team today: four product managers in Madrid. You'll be hiring, leading and developing them.", 4),
        ("We have five product managers today. All of them report to this role.", 5),
        ("Six product owners look after our trading desks. They will be your direct reports.", 6),
    ],
)
def test_product_people_are_taken_up_with_their_number(text: str, people: int) -> None:
    assert manages(text, PRODUCT) == "yes"
    assert reports(text, PRODUCT) == (people, people)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("We have a team of twelve nurses. You will lead them and plan their shifts.", 12),
        ("The department has five accountants. You are responsible for managing and developing them.", 5),
        ("Three technicians are based at the depot. They are yours to lead.", 3),
        ("Fifteen drivers start from this yard every morning. All of them report to you.", 15),
        ("The lab employs seven technicians. You will supervise them.", 7),
        ("The team is small: four buyers. You lead them, set targets and hold appraisals.", 4),
    ],
)
def test_people_of_any_trade_are_taken_up_with_their_number(text: str, people: int) -> None:
    assert manages(text, "") == "yes"
    assert reports(text, "") == (people, people)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("In Köln arbeiten drei Produktmanager. Du führst sie und entwickelst sie weiter.", 3),
        ("Quatre product managers travaillent à Lyon. Vous les managez et fixez leurs objectifs.", 4),
        ("En Bilbao trabajan cinco product managers. Los liderarás y decidirás su salario.", 5),
        ("Temos dois product managers no Porto. Você vai liderá-los e desenvolvê-los.", 2),
        ("Nel gruppo lavorano quattro product manager. Li guiderai e pianificherai le ferie.", 4),
        ("Bij ons werken zeven product managers. Je stuurt hen aan.", 7),
        ("W Gdyni pracuje trzech product managerów. Kierujesz nimi i odpowiadasz za budżet.", 3),
    ],
)
def test_product_people_are_taken_up_in_other_languages(text: str, people: int) -> None:
    assert manages(text, PRODUCT) == "yes"
    assert reports(text, PRODUCT) == (people, people)


@pytest.mark.parametrize(
    "text",
    [
        "Unsere Techniker kommen aus zehn Ländern. Sie führen sie durch das Werk.",
        "Quatre techniciens travaillent à Lyon. Vous les aidez à lire les plans.",
        "Unimos designers e programadores e liderá-los é a nossa paixão.",
    ],
)
def test_a_pronoun_for_others_says_nothing_in_other_languages(text: str) -> None:
    assert manages(text, "") == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        "The tribe has six product managers. You do not manage them.",
        "There are four product managers in lending. They do not report to you.",
        "Six product managers share this floor. None of them reports to you.",
        "We have ten product managers. You neither lead nor appraise them.",
    ],
)
def test_that_those_named_are_managed_is_denied(text: str) -> None:
    assert manages(text, PRODUCT) == "no"


@pytest.mark.parametrize(
    "text",
    [
        "Six product managers work in payments. You meet them every Monday.",
        "We have five product managers. They report to the VP Product.",
        "We have five product managers. Our CPO leads them.",
        "Our product managers run discovery with customers. You lead them through our research tools.",
        "Eight engineers and a designer are in the squad. You lead them to a first release.",
        "Six product managers work in payments. You may lead them one day.",
        "Our platform has twelve services. They are yours to run and grow.",
        "We work with three vendors. You manage them and their contracts.",
        "Customers send us hundreds of ideas. You manage them in one backlog.",
        "Associate product managers plan small features. Each plan is approved by their line manager.",
        "Our product managers left. The years went by. You lead them.",
    ],
)
def test_a_pronoun_for_others_says_nothing(text: str) -> None:
    assert manages(text, PRODUCT) == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        "Our patients are children. You supervise them during the group hour.",
        "Fifty drivers deliver for us. You pay them on time.",
        "You will be one of five accountants. The finance manager leads them.",
        "Carriers have staff and depots, and they run them on paper.",
    ],
)
def test_people_whom_the_job_serves_are_not_managed(text: str) -> None:
    assert manages(text, "") == "unknown"


def test_what_is_taken_up_is_sought_within_bounds() -> None:
    found = reader().read("You lead them, and " * 5_000)
    assert len(found) <= 2_000


@pytest.mark.parametrize(
    ("text", "title", "claim"),
    [
        ("Our store managers lead teams of fifteen.", "store manager leeds", "yes"),
        ("Engineering managers here lead two teams of five engineers.", "engineering manager payments", "yes"),
        ("Area managers manage eight store managers each.", "area manager north", "yes"),
        ("Our store managers lead teams of fifteen.", "assistant store manager", "unknown"),
        ("Our store managers lead teams of fifteen.", "store assistant", "unknown"),
        ("Our senior managers lead teams of ten.", "senior data manager", "unknown"),
        ("Our managers lead teams of five.", "account manager", "unknown"),
        ("Engineering managers lead two teams of five engineers.", "senior engineer", "unknown"),
    ],
)
def test_holders_in_the_plural_are_the_job_where_the_title_names_them(text: str, title: str, claim: str) -> None:
    assert rules().claim(rules().counted(reader().read(text), "", False, title), "manages") == claim


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("You report to the founder and CEO.", "founder and CEO"),
        ("You report to our CTO and co-founder.", "CTO and co-founder"),
        ("You report to the owner and managing director.", "owner and managing director"),
        ("You report to the Head of Product and Design.", "Head of Product and Design"),
        ("The role reports to the Director of Data & AI.", "Director of Data & AI"),
        ("You report to the Head of Product and own the roadmap.", "Head of Product"),
        ("You report to the Chief Executive and the board.", "Chief Executive"),
        ("Du berichtest an den Gründer und Geschäftsführer.", "Gründer und Geschäftsführer"),
        ("Vous reportez au fondateur et CEO.", "fondateur et CEO"),
    ],
)
def test_a_boss_may_have_two_titles(text: str, named: str) -> None:
    assert boss(text) == named


@pytest.mark.parametrize(
    "text",
    [
        "You influence without direct authority.",
        "You convince engineers and designers without direct authority over them.",
        "You have no formal authority, so you persuade.",
        "You influence people who do not report to you.",
        "You get things done through teams that do not report to you.",
    ],
)
def test_to_lead_without_authority_leaves_open_who_reports(text: str) -> None:
    assert manages(text, PRODUCT) == "unknown"
    assert manages(f"{text} Five product managers report to you.", PRODUCT) == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "You have no authority over staff.",
        "You lead without line authority.",
        "Neither budget nor staff come with this job.",
        "Budget: none. Staff: none.",
    ],
)
def test_to_have_nobody_to_manage_is_a_denial(text: str) -> None:
    assert manages(text, "") == "no"


@pytest.mark.parametrize(
    "text",
    [
        "You approve holidays for four product managers and agree their goals.",
        "You assemble the product team.",
        "Five product managers, whose careers you shape, run the day-to-day.",
        "You captain a crew of five product managers.",
        "Under your leadership work five product managers.",
    ],
)
def test_management_told_by_its_tasks_is_heard(text: str) -> None:
    assert manages(text, PRODUCT) == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "You teach courses on how to run a team.",
        "You recruit engineers and technicians for our sites in Wales.",
        "Our test lead Jonas and his team of five look forward to meeting you.",
        "You run a team quiz every Friday.",
    ],
)
def test_teams_that_are_taught_staffed_or_met_are_not_managed(text: str) -> None:
    assert manages(text, "") == "unknown"


def test_a_denied_number_is_no_number_of_reports() -> None:
    assert reports("You do not manage the six product managers.", PRODUCT) is None
    text = "You do not manage the six product managers of the area. Two analysts report to you."
    assert reports(text, PRODUCT) == (2, 2)
