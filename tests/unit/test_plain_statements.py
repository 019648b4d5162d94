"""What a text says in plain words of any job is heard: who is counted, who is the boss, which level, how many years.

The texts use other words than the wordings of ``training_data/shared/statements/``.
"""

from __future__ import annotations

import pytest
from statement_toys import counted, manages, reader, rules


def count(text: str, fact: str) -> tuple[int | None, int | None] | None:
    """The least and the most of a count that a text states of a job outside product management."""
    found = rules().reads(counted(text, ""), fact)
    return None if found is None else (found.statement.least, found.statement.most)


def boss(text: str) -> str:
    found = rules().reads(counted(text, ""), "reports_to")
    return "" if found is None else found.statement.words


def claim(text: str, fact: str) -> str:
    return rules().claim(counted(text, ""), fact)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Reporting to you will be four bricklayers and an apprentice.", 5),
        ("You lead a gang of seven scaffolders on three sites.", 7),
        ("Responsible for: 3 x care assistants", 3),
        ("In charge of six night porters.", 6),
        ("Personnel responsibility: yes (8 people)", 8),
        ("You are the people manager of two illustrators.", 2),
        ("Line management of four wardens.", 4),
        ("| Direct reports | 11 |", 11),
        ("You have a team of nine couriers, and you plan their rounds.", 9),
        ("Your crew: five tilers", 5),
        ("You agree objectives for six underwriters each spring.", 6),
        ("The section head directs the work of twelve printers.", 12),
        ("Subordinates: 3 draughtsmen", 3),
        ("You head four team managers.", 4),
    ],
)
def test_the_people_of_any_trade_are_heard_and_counted(text: str, people: int) -> None:
    assert manages(text, "") == "yes"
    assert count(text, "reports") == (people, people)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Ihnen unterstehen sechs Monteure.", 6),
        ("Sie leiten vier Mitarbeiterinnen.", 4),
        ("Podlegają ci trzech spawaczy.", 3),
        ("Vous avez la charge de cinq ouvriers.", 5),
        ("Deux comptables vous seront rattachés.", 2),
        ("Tendrás a tu cargo un grupo de ocho camareros.", 8),
        ("Dirigirás a cuatro peones.", 4),
        ("Guiderai una squadra di sette operai.", 7),
    ],
)
def test_people_are_counted_in_other_languages(text: str, people: int) -> None:
    assert manages(text, "") == "yes"
    assert count(text, "reports") == (people, people)


@pytest.mark.parametrize(
    "text",
    [
        "Five site managers report to you.",
        "You lead a team of area managers.",
        "Coach and develop a group of store managers.",
        "Your direct reports are three team leaders.",
    ],
)
def test_managers_of_managers_are_told_from_managers_by_name(text: str) -> None:
    assert claim(text, "manages_managers") == "yes"


@pytest.mark.parametrize("work", ["account", "project", "case"])
def test_a_manager_of_work_is_no_manager_of_people(work: str) -> None:
    assert claim(f"You lead three {work} managers.", "manages_managers") == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        "Possibly you will manage two analysts.",
        "There is a clear pathway to leading a crew of fitters.",
        "Exposure to line management is welcome.",
        "You should have overseen a team of cooks before.",
        "Your shift leader, Maria Lopez, is in charge of ten pickers.",
        "Our superintendents oversee crews of twenty labourers.",
        "You stay in touch with the direct reports of your clients.",
        "Look after groups of toddlers and supervise them at lunch.",
        "Compile reports: three a week and one a month.",
    ],
)
def test_what_is_possible_wished_or_of_others_is_no_management(text: str) -> None:
    assert manages(text, "") != "yes"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Reporting to the Clinical Director, you lead a team of five therapists.", "Clinical Director"),
        ("The post reports to the Bursar and has no reports.", "Bursar"),
        ("You are responsible to the Kitchen Manager.", "Kitchen Manager"),
        ("You work directly under the shift supervisor.", "shift supervisor"),
        ("Your direct manager will be the Head of Surveying.", "Head of Surveying"),
        ("The role reports straight to the CFO.", "CFO"),
        ("Rattachée au directeur financier, vous ne managez personne.", "directeur financier"),
        ("Direkter Vorgesetzter: Leiter Einkauf", "Leiter Einkauf"),
    ],
)
def test_the_boss_is_named_whatever_follows(text: str, named: str) -> None:
    assert boss(text) == named


def test_what_follows_the_boss_is_heard_too() -> None:
    assert manages("Reporting to the Clinical Director, you lead a team of five therapists.", "") == "yes"
    assert manages("The post reports to the Bursar and has no reports.", "") == "no"


@pytest.mark.parametrize("text", ["Line reports: nil", "You have neither team nor budget.", "Number of direct reports: nil"])
def test_nobody_is_managed(text: str) -> None:
    assert manages(text, "") == "no"


def test_a_report_that_is_written_names_no_boss() -> None:
    assert boss("Complete an annual report to confirm your interests.") == ""


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Grade: NHS AfC: Band 6", "senior"),
        ("Pay scheme: Agenda for Change, Band 5", "mid"),
        ("This Band 5 opportunity is on our stroke ward.", "mid"),
        ("Salary: Band 8a", "lead"),
        ("A Band 7 post in the eye clinic.", "lead"),
        ("Pay scale: Band 8c", "head"),
        ("Grade: HEO", "mid"),
        ("Job level: Grade 7", "lead"),
        ("Grade: G6", "head"),
        ("Experience level: Senior", "senior"),
        ("A trainee position in our Bristol workshop.", "associate"),
        ("We are recruiting at the senior level.", "senior"),
        ("We are hiring at principal level.", "lead"),
        ("Career stage: graduate", "associate"),
    ],
)
def test_a_level_is_heard_where_it_is_stated(text: str, level: str) -> None:
    stated = [rules().level(s.statement) for s in counted(text, "") if rules().level(s.statement)]
    assert set(stated) == {level}


def test_a_field_of_the_level_of_experience_asks_nothing_below_it() -> None:
    assert manages("Experience level: Mid\nYou line manage four buyers.", "") == "yes"
    assert manages("Experience:\nYou line manage four buyers.", "") != "yes"


def test_requirements_that_the_job_writes_are_not_asked_of_the_applicant() -> None:
    assert manages("You gather user requirements and line manage three analysts.", "") == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "Our workshop has 60 years of tradition.",
        "We opened the clinic nine years ago.",
        "Founded more than thirty years ago, we still bake by hand.",
        "A contract of three years.",
        "You are at least 21 years old.",
        "We teach pupils aged 11 to 16 years.",
        "Over the last 8 years we doubled in size.",
        "Seit 40 Jahren bauen wir Brücken.",
    ],
)
def test_years_that_nobody_asks_for_are_no_years_of_experience(text: str) -> None:
    assert count(text, "years") is None


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("We expect six years of experience.", 6),
        ("4+ years PQE.", 4),
        ("Sie haben mindestens drei Jahre Berufserfahrung.", 3),
        ("Une expérience d'au moins quatre ans est demandée.", 4),
        ("Al menos dos años de experiencia.", 2),
        ("Minimaal vijf jaar ervaring.", 5),
    ],
)
def test_years_of_experience_are_heard(text: str, years: int) -> None:
    found = count(text, "years")
    assert found is not None
    assert found[0] == years


@pytest.mark.parametrize(
    "text",
    [
        "You coach Band 5 staff nurses on nights.",
        "The matron (Band 8a) chairs the meeting.",
        "Progression to a Band 6 post is possible after two years.",
        "We play in a band of 7 every Friday.",
        "The band 9 people wanted is on stage.",
    ],
)
def test_a_band_of_somebody_else_is_no_level(text: str) -> None:
    assert rules().reads(counted(text, ""), "stated_level") is None


@pytest.mark.parametrize("text", ["Grade: NHS AfC: Band 8a", "Job level: Grade 7", "Grade: G6"])
def test_a_grade_is_no_level_of_a_product_job(text: str) -> None:
    assert rules().reads(counted(text, "product-manager"), "stated_level") is None


def test_a_tail_is_cut_only_where_a_kind_says_so() -> None:
    (found,) = [s for s in reader().read("Reports to: Director, Field Services") if s.kind == "reports-to"]
    assert found.words == "Director, Field Services"
