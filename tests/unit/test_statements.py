"""Statements: who manages whom and whether at all, told by subject, negation, possibility and object.

``statements/management.jsonl``, ``denial.jsonl`` and ``others.jsonl`` were written before the wordings, by other
words than these; what one set of them showed to be missing was mended as a kind, and another set written.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from statement_toys import counted, kinds, languages, manages, reader, rules, sentences, statement_reader

from rung.errors import DataError
from rung.text.facts import Stated
from rung.text.statements import ROLES, Kind

AD = (
    " You work with design, engineering and data every day, talk to customers each week and keep the roadmap honest."
    " You present results to stakeholders every month."
)


def texts(name: str) -> list[str]:
    return [row["text"] for row in sentences(name)]


@pytest.mark.parametrize("text", texts("management"))
def test_management_is_heard(text: str) -> None:
    assert manages(text) == "yes"
    assert manages(AD + " " + text) == "yes"


@pytest.mark.parametrize("text", texts("denial"))
def test_denials_are_heard(text: str) -> None:
    assert manages(text) == "no"
    assert manages(AD + " " + text) == "no"


DUTIES = (
    "people management", "staff management", "team leadership", "people leadership", "personnel responsibility",
    "supervisory duties", "leadership of people", "supervision of staff", "responsibility for staff", "direct or indirect reports",
    "reportees", "employees to supervise", "subordinates", "staff of your own", "appraisals",
)  # fmt: skip
WITHOUT = (
    "No {}.", "There will be no {}.", "This role has no {}.", "You will not have {}.", "Without {}, you focus on the product.",
    "No {} required.", "You do not need to think of {}.",
)  # fmt: skip


@pytest.mark.parametrize("duty", DUTIES)
@pytest.mark.parametrize("without", WITHOUT)
def test_every_duty_of_a_manager_is_heard_to_be_denied(without: str, duty: str) -> None:
    assert manages(without.format(duty)) == "no"


@pytest.mark.parametrize("duty", ["team leadership", "supervision", "appraisals", "people decisions"])
def test_a_duty_that_only_its_denial_tells_says_nothing_by_itself(duty: str) -> None:
    assert manages(f"You know what {duty} means to a company of our size.") == "unknown"


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("You line-manage product managers up to the rank of senior.", "yes"),
        ("Not all of our engineers will be line managers.", "unknown"),
        ("Build a team that is not only fast: you manage five PMs.", "yes"),
        ("You create a place where people thrive.", "unknown"),
        ("You work without direct supervision.", "unknown"),
        ("You promote them within our SDK.", "unknown"),
        ("No reporting for the sake of reporting.", "unknown"),
        ("Maintain a suite of twelve reports.", "unknown"),
        ("Release dashboards with five reports each.", "unknown"),
        ("Line management sits with the Group PM.", "no"),
        ("Line management and pay of the PMs sit with you.", "yes"),
        ("You hire and appraise them.", "yes"),
        ("Supervisory responsibilities: this position has no supervisory duties.", "no"),
    ],
)
def test_words_that_look_alike_are_told_apart(text: str, claim: str) -> None:
    assert manages(text) == claim


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Du spezifizierst und priorisierst nur; die Vision liegt beim Produktmanager.", {"specifies", "vision-elsewhere"}),
        ("Sie erstellen ausschließlich Spezifikationen.", {"specifies"}),
        ("Du schreibst User Stories und priorisierst sie.", {"specifies"}),
        ("Ihre Aufgabe beschränkt sich auf das Spezifizieren.", {"specifies"}),
        ("Die Produktstrategie wird vom Produktmanagement vorgegeben.", {"vision-elsewhere"}),
        ("Andere legen die Vision fest.", {"vision-elsewhere"}),
        ("Vision und Zeitplan stehen fest.", {"vision-elsewhere"}),
        ("Du ordnest das Backlog nach den vorgegebenen Zielen.", {"vision-elsewhere"}),
        ("Du verantwortest Vision und Strategie des Produkts.", {"vision-owner"}),
        ("Die Produktvision liegt bei dir.", {"vision-owner"}),
    ],
)
def test_what_a_german_product_owner_decides(text: str, kinds: set[str]) -> None:
    assert {s.statement.kind for s in counted(text)} == kinds


def assert_facts(row: dict, stated: Sequence[Stated]) -> None:
    """What a text states is what its row of a file of sentences says."""
    assert rules().claim(stated, "manages") == row["manages"]
    for fact in {"reports", "years", "reports_to", "stated_level"} & row.keys():
        found = rules().reads(stated, fact)
        assert found is not None
        told = {"reports_to": found.statement.words, "stated_level": rules().level(found.statement)}
        assert told.get(fact, found.statement.least) == row[fact]


@pytest.mark.parametrize("row", sentences("any_job"), ids=lambda row: row["text"])
def test_what_texts_of_any_job_say(row: dict) -> None:
    assert_facts(row, counted(row["text"], position=""))


def test_to_lead_a_team_says_less_of_a_product_manager() -> None:
    text = "You lead a team of experienced engineers."
    assert manages(text, position="") == "yes"
    assert manages(text, position="product manager") == manages(text) == "unknown"
    assert manages("You do not lead a team of engineers.", position="product manager") == "no"


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Our firm is hiring engineers and recruiting people who care.", "unknown"),
        ("You work closely with leads, designers and product managers.", "unknown"),
        ("You manage people operations and team events.", "unknown"),
        ("Managing engineers might also be part of the job.", "unknown"),
        ("Manage a team of two analysts and let it grow within two years.", "yes"),
        ("Within two years you manage a team of two analysts.", "unknown"),
        ("Direct reports:\nnone", "no"),
        ("Direct reports:\n\nN/A\n\nLocation", "no"),
        ("Report to the CEO's direct reports on risks.", "unknown"),
    ],
)
def test_who_manages_is_told_from_what_only_sounds_like_it(text: str, claim: str) -> None:
    assert manages(text, position="") == claim


def test_what_is_asked_of_the_applicant_counts_near_by() -> None:
    duties = "Supervise the care staff on your shift respond to incidents assess needs keep plans maintain records order supplies "
    assert manages(f"{duties} Candidates need two years of experience in a nursing home", position="") == "yes"
    assert manages("Two years of experience: supervise care staff on a shift", position="") == "unknown"


@pytest.mark.parametrize("text", texts("others"))
def test_teams_of_others_are_not_the_jobs_own(text: str) -> None:
    assert manages(text) != "yes"


@pytest.mark.parametrize("row", sentences("foreign"), ids=lambda row: row["text"])
def test_plain_wordings_of_other_languages(row: dict) -> None:
    assert_facts(row, counted(row["text"]))


@pytest.mark.parametrize(
    ("text", "subject", "sense"),
    [
        ("You manage three product managers.", "job", "asserted"),
        ("Manage three product managers.", "job", "asserted"),
        ("The role manages three product managers.", "job", "asserted"),
        ("We need someone who manages three product managers.", "job", "asserted"),
        ("You will not manage three product managers.", "job", "denied"),
        ("We do not expect you to manage three product managers.", "job", "denied"),
        ("You may manage three product managers.", "job", "possible"),
        ("Later you manage three product managers.", "job", "possible"),
        ("Our CPO manages three product managers.", "other", "asserted"),
        ("You report to the director, who manages three product managers.", "other", "asserted"),
        ("You help directors to manage three product managers.", "other", "asserted"),
        ("You have experience: you manage three product managers.", "applicant", "asserted"),
        ("What you bring\nManage three product managers", "applicant", "asserted"),
        ("What you bring\nCuriosity\nWhat you will do\nManage three product managers", "job", "asserted"),
        ("Support the team and manage three product managers.", "job", "asserted"),
        ("Coach, support and manage three product managers.", "job", "asserted"),
        ("You do not only write, you manage three product managers.", "job", "asserted"),
    ],
)
def test_subject_and_sense(text: str, subject: str, sense: str) -> None:
    (found,) = [s for s in reader().read(text) if s.kind == "manages-product-people"]
    assert (found.subject, found.sense) == (subject, sense)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("You manage three product managers.", 3, 3),
        ("You manage 3-5 product managers.", 3, 5),
        ("You manage two to four product managers.", 2, 4),
        ("Direct reports: 7", 7, 7),
        ("Direct reports: 0", 0, 0),
        ("Eight product managers report to you.", 8, 8),
        ("Your direct reports are all in Berlin.", None, None),
    ],
)
def test_counts(text: str, least: int | None, most: int | None) -> None:
    statement = next(s for s in reader().read(text) if s.kind in ("manages-product-people", "direct-reports"))
    assert (statement.least, statement.most) == (least, most)


def test_a_statement_is_found_where_it_stands() -> None:
    text = "<ul><li>Café &amp; more</li><li>You <b>line-manage</b> two PMs</li></ul>"
    (found,) = reader().read(text)
    assert text[found.start : found.end] == "line-manage</b> two PMs"


def test_a_text_of_one_language_is_not_read_by_another() -> None:
    text = "You receive guidance and management from a product manager, and you learn from the best of our people and the team."
    assert all(s.kind == "mentors" for s in reader().read(text))


def test_words_without_a_statement() -> None:
    for text in ("", "Apply now!", "<p></p>", "You talk to customers and write weekly status reports.", "No expense reports."):
        assert counted(text) == ()


@pytest.mark.parametrize(
    "piece", ["you manage ", "no direct reports ", "report to the the ", "a ", "five , and ", "who ", "(", "<"]
)
def test_hostile_texts_are_bounded(piece: str) -> None:
    found = reader().read((piece * 50_000)[:50_000])
    assert len(found) <= 2_000


def test_the_wordings_name_only_what_exists() -> None:
    known = {row["id"] for row in kinds()["statements"]}
    used = set()
    for name, data in languages().items():
        assert data["language"] == name
        assert set(data["roles"]) <= set(ROLES), name
        assert set(data["patterns"]) <= known, name
        used |= set(data["patterns"])
    assert used == known


@pytest.mark.parametrize(
    ("patterns", "message"),
    [
        ({"nothing": ["a"]}, "'nothing' is not one of"),
        ({"kind": ["a [b"]}, "row 1: pattern 'a \\[b': '\\[' is not closed by '\\]'"),
        ({"kind": ["a", "<unknown> b"]}, "row 2: pattern .* no class is named 'unknown'"),
        ({"kind": ["[a]"]}, "could match no word at all"),
        ({"kind": ["a b)"]}, "closes nothing"),
        ({"kind": ["{a} {b}"]}, "captures twice"),
        ({"kind": ["ma*ge people"]}, "a star must be at the beginning or the end"),
        ({"kind": ["a {<n>}|none"]}, "a word is missing beside '\\|'"),
        ({"kind": ["the|~1 team"]}, "a gap cannot be one of the choices"),
        ({"kind": [False]}, "put it between quotes"),
    ],
)
def test_errors_say_where_and_what_to_do(patterns: dict, message: str) -> None:
    data = {"tells": [], "numbers": {}, "classes": {}, "roles": {}, "patterns": patterns}
    with pytest.raises(DataError, match=message):
        statement_reader([Kind("kind")], {"xx": data})


def test_a_class_that_is_made_of_itself_is_refused() -> None:
    data = {"tells": [], "numbers": {}, "classes": {"a": ["<b> x"], "b": ["<a> y"]}, "roles": {}, "patterns": {}}
    with pytest.raises(DataError, match="is made of itself: a -> b -> a"):
        statement_reader([Kind("kind")], {"xx": data})


def test_the_compiled_finder_finds_what_the_plain_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    english = {"en": languages()["en"]}
    every = [Kind(row["id"]) for row in kinds()["statements"]]
    readers = [statement_reader(every, english)]
    monkeypatch.setattr("rung.text.patterns.native", None)
    readers.append(statement_reader(every, english))
    rows = [row["text"] for name in ("management", "denial", "others") for row in sentences(name)]
    for text in (*rows, " ".join(rows)):
        assert readers[0].read(text) == readers[1].read(text)
