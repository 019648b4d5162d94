"""Statements of other shapes than a plain sentence: questions and their answers, fields, headings above lists, and the passive.

Each kind is tested with several wordings and with what only looks like it.
"""

from __future__ import annotations

import pytest
from statement_toys import counted, manages, rules

LEAD = "lead-product-manager"


def count(text: str, position: str = LEAD) -> tuple[int | None, int | None] | None:
    """The least and the most people that a text says report to the job."""
    found = rules().reads(counted(text, position), "reports")
    return None if found is None else (found.statement.least, found.statement.most)


def boss(text: str) -> str:
    found = rules().reads(counted(text, LEAD), "reports_to")
    return "" if found is None else found.statement.words


@pytest.mark.parametrize(
    "text",
    [
        "Do product managers report into you here? No. They sit with our VP.",
        "Would I have direct reports? Nope.",
        "Is line management part of it? Not at this point.",
        "Am I going to be a manager? No.",
        "People management? No thanks, that's for our directors.",
        "Q: Will the role line-manage PMs?\nA: No, never.",
        "Is this a leadership position with reports?\nNo",
        "Want to manage people? This job isn't that.",
        "People manager? N",
    ],
)
def test_a_question_about_managing_is_denied_by_its_answer(text: str) -> None:
    assert manages(text, LEAD) == "no"


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Will PMs report to me? They will: five of them.", 5),
        ("Is there people management? Yes, two PMs.", 2),
        ("Who will I manage? A team of four product managers.", 4),
        ("Who reports to this role? Two product managers.", 2),
        ("How many people report to me? Six.", 6),
        # Short questions have few words that only English has.
        ("Do I have direct reports? Yes, four product managers. Do I have a budget? No.", 4),
    ],
)
def test_the_answer_to_a_question_gives_the_count(text: str, people: int) -> None:
    assert manages(text, LEAD) == "yes"
    assert count(text) == (people, people)


@pytest.mark.parametrize(
    ("text", "managing"),
    [
        ("Direct reports? Perhaps later.", "unknown"),
        ("Line management? We'll see.", "unknown"),
        ("Are you a leader of PMs? You own the roadmap here.", "unknown"),
        ("Does anybody report to me? Nobody does.", "no"),
        ("Has direct reports? Yes", "yes"),
        ("Why us? You manage three PMs.", "yes"),
    ],
)
def test_a_question_states_only_what_its_answer_affirms(text: str, managing: str) -> None:
    assert manages(text, LEAD) == managing


def test_an_answer_denies_only_the_question_before_it() -> None:
    assert manages("You manage three PMs. Is it remote? No.", LEAD) == "yes"
    assert manages("Do you line-manage people? Yes. Do you code? No.", LEAD) == "yes"
    assert manages("You lead four product managers. No two weeks are alike.", LEAD) == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "What you won't do\n- line manage product managers\n- write tickets all day",
        "What you will not be doing:\n* managing a team of PMs\n* status reports",
        "This role is not:\n- a line management role\n- a delivery manager",
        "Not part of the job: managing people, chasing dates.",
        "What this job isn't:\n- a people manager job\n- a nine to five",
    ],
)
def test_what_stands_below_a_heading_of_what_the_job_is_not_is_denied(text: str) -> None:
    assert manages(text, LEAD) == "no"


def test_the_next_heading_ends_what_is_denied() -> None:
    assert manages("What you won't do:\n- write code\nWhat you'll do:\n- manage three PMs", LEAD) == "yes"
    assert manages("What you'll do:\n- manage three PMs\nWhat you won't do:\n- write code", LEAD) == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "Supervises: N/A",
        "Manages: not applicable",
        "Direct reports - n/a",
        "Manages a team: N",
        "Is a people manager: False",
        "Role type: IC",
        "IC or manager? IC.",
        "Employee responsibility: none",
        "No team. No budget. Full ownership of the roadmap.",
    ],
)
def test_a_field_with_the_value_none_denies(text: str) -> None:
    assert manages(text, LEAD) == "no"


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Supervisory duties: yes, two PMs", 2),
        ("Line management responsibility: Yes - 3 product managers", 3),
        ("People responsibility: yes; four product managers in Munich", 4),
        ("Leadership span: 5 product managers", 5),
        ("Direct reports: Product Manager x 3", 3),
        ("Has direct reports: Yes (3 PMs)", 3),
        ("Your team:\n- three PMs\n- one designer", 3),
        ("Reporting to you:\n* three product managers", 3),
        ("Your direct reports\n- 2 senior PMs", 2),
        ("No of direct reports - 3", 3),
        ("Manage PMs (3)", 3),
        ("Under you, four PMs run a market each.", 4),
        ("Four PMs share an office and report to you.", 4),
        ("Five reports: three PMs and two APMs.", 5),
    ],
)
def test_a_field_or_a_list_below_a_heading_gives_the_people(text: str, people: int) -> None:
    assert manages(text, LEAD) == "yes"
    assert count(text) == (people, people)


@pytest.mark.parametrize("text", ["Team: 5 engineers, 1 designer", "The team: six engineers, one designer, you as the PM."])
def test_the_members_of_a_squad_are_no_reports(text: str) -> None:
    assert manages(text, LEAD) == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        "Two product managers will be line managed by the postholder.",
        "Four PMs are to be supervised by this person.",
        "The PMs in our Lyon office are managed and developed by you.",
        "All product managers of the pricing area will be hired, coached and reviewed by you.",
        "Appraisals of the PMs are carried out by you.",
        "Three PMs, all reporting to the holder of this post, run our portals.",
        "Our two PMs will report to whoever takes this job.",
        "Product managers for whose development you answer work in three squads.",
    ],
)
def test_the_passive_and_relative_clauses_are_heard(text: str) -> None:
    assert manages(text, LEAD) == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "No people will be managed by you.",
        "Staff will not be managed in this role.",
        "There's no expectation that staff will be managed in this post.",
        "You work with PMs, none of whom report to you.",
        "A dozen PMs look to you for direction, though none of them is your report.",
        "You lead the project team technically, not disciplinarily.",
        "You have no employees under you.",
        "You needn't manage anyone.",
        "Forget about managing people.",
        "The team isn't led by you.",
        "There is no solid line to you.",
        "You have no leadership responsibility.",
        "Leadership responsibility: technical only",
    ],
)
def test_denials_of_other_shapes_are_heard(text: str) -> None:
    assert manages(text, LEAD) == "no"


@pytest.mark.parametrize(
    "text",
    [
        "Line management of the PM team passes to the Director while you are on the project.",
        "People management sits elsewhere.",
        "Formal line management stays local; you set the functional standards.",
        "Appraisals of the PMs are carried out by the director.",
    ],
)
def test_management_that_rests_with_somebody_else_is_denied(text: str) -> None:
    assert manages(text, LEAD) == "no"


@pytest.mark.parametrize(
    "text",
    [
        "The post holder will be line managed by the Head of Product.",
        "The PMs are managed by Ines; you work with all of them.",
        "Unlike your peers, who manage PMs, you work alone.",
        "Each lead manages two to four PMs.",
        "Our leads manage two to four PMs each.",
        "If the budget allows, you will hire two PMs and lead them.",
        "A background as a people manager helps.",
        "Your last job may have been one where you managed product managers.",
        "Lateral leadership of product owners in six countries.",
        "You'll matrix manage a team of analysts and designers.",
        "You manage a team of offshore developers at a vendor.",
        "You manage a product team of engineers and designers.",
    ],
)
def test_what_others_manage_or_what_only_may_be_says_nothing(text: str) -> None:
    assert manages(text, LEAD) == "unknown"


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Half a dozen PMs report to you.", 6),
        ("You manage a dozen product managers.", 12),
        ("You manage a pair of product owners.", 2),
        ("You line manage two of our five product managers.", 2),
        ("Lead an organisation of 25 product managers.", 25),
        ("You have seven direct reports: four PMs, two designers and an analyst.", 7),
    ],
)
def test_counts_of_other_forms_are_read(text: str, people: int) -> None:
    assert count(text) == (people, people)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Manager: VP, Product", "VP, Product"),
        ("You'll work with our CEO, whom you report to.", "CEO"),
        ("The Head of Product, to whom you will report, is based in Oslo.", "Head of Product"),
        ("Who's my manager? The VP of Product.", "VP of Product"),
        ("The job has a solid line into the COO.", "COO"),
        ("Your line is to the Director of Product.", "Director of Product"),
        ("Immediate manager - Head of Product", "Head of Product"),
        ("To whom do you report? The Head of Product.", "Head of Product"),
        ("You'll be managed by Tom, our VP Product.", "VP Product"),
        ("The role sits under the VP of Engineering.", "VP of Engineering"),
        ("You are responsible to the Director of Digital.", "Director of Digital"),
        ("Hierarchically you are assigned to the Head of Product Management.", "Head of Product Management"),
    ],
)
def test_the_boss_is_named_by_a_field_a_relative_clause_or_an_answer(text: str, named: str) -> None:
    assert boss(text) == named


@pytest.mark.parametrize(
    "text",
    ["You work beside the CX Lead. Who will you be? A doer.", "You stand in for the Head of Product at fairs."],
)
def test_other_people_are_no_boss(text: str) -> None:
    assert boss(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "As a Product Manager, you'll lead all projects.",
        "As one of our product managers, you'll lead discovery.",
        "Office hours: 8:00 AM - 5:00 PM, and you own the roadmap.",
        "You mentor and guide the careers of the engineers around you.",
    ],
)
def test_what_only_resembles_the_new_shapes_says_nothing(text: str) -> None:
    assert manages(text, LEAD) == "unknown"


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("You lead a legal function of nine.", 9),
        ("You run a surgery with a team of twelve.", 12),
        ("You answer for a team of four buyers.", 4),
        ("You take over a team of six recruiters.", 6),
        ("Three technicians are line managed by the postholder.", 3),
        ("Lead, motivate and hold to account a field team of nine reps.", 9),
    ],
)
def test_the_people_of_other_jobs_are_counted(text: str, people: int) -> None:
    assert manages(text, "") == "yes"
    assert count(text, "") == (people, people)
