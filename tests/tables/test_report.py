"""The report of a run: what it counts is what the rows are, whatever they are cut into, and it prints what a reader needs."""

from __future__ import annotations

import json
import re
from pathlib import Path

from rung.cli.batch import FAMILIES, family_lines
from rung.tables import report
from rung.tables.answers import AnswerFacts, Slot
from rung.tables.summary import EXAMPLES, Summary

LEVELS = ("low", "middle", "high")
LABELS = {"bees": "Bees, wild & kept"}
ASK = "Does it <manage>?"
SURE = AnswerFacts("classified", "bees", "low", "ic", 0.97)
OPEN = AnswerFacts("ambiguous", "bees", "high", "manager", 0.61, "level|track", ASK, "several_roles|language:fr")
CONFLICT = AnswerFacts("classified", "ants", "high", "manager", 0.9, None, None, "title_description_conflict")
JUNK = AnswerFacts("unreadable", None, None, None, None, None, None, "no_job_words")
WRONG = AnswerFacts("error", None, None, None, None, None, None, None, "the title is blank")
NO_LEVEL = AnswerFacts("classified", "wasps", None, None, 0.99)
BLANK = AnswerFacts("blank", None, None, None, None)


def slot(title, facts):
    made = Slot(title)
    made.facts = facts
    return made


ROWS = [
    slot("Keeper", SURE),
    slot("Head <b>Keeper</b>", OPEN),
    slot("Head <b>Keeper</b>", OPEN),
    slot("Queen", CONFLICT),
    slot("???", JUNK),
    slot("", BLANK),
    slot("", WRONG),
    slot("Wasp", NO_LEVEL),
]


def counted(rows, step):
    summary = Summary(LEVELS, LABELS)
    for at in range(0, len(rows), step):
        summary.add(rows[at : at + step])
        # As a run that is resumed has it.
        summary = Summary.from_dict(json.loads(json.dumps(summary.as_dict())), LEVELS, LABELS)
    return summary


def test_counts_are_those_of_the_rows_however_they_are_cut() -> None:
    whole = counted(ROWS, len(ROWS))
    assert whole.rows == 7
    assert whole.cells == {"bees/low": 1, "bees/high": 2, "ants/high": 1, "wasps/": 1}
    assert whole.questions == {ASK: 2}
    assert whole.flags == {"several_roles": 2, "language:fr": 2, "title_description_conflict": 1, "no_job_words": 1}
    assert whole.reasons == {"level": 2, "track": 2, "title_description_conflict": 1, "unreadable": 1}
    assert [title for _, title, _, _ in whole.review["level"]] == ["Head <b>Keeper</b>"]
    assert whole.errors == [(6, "the title is blank")]
    for step in (1, 2, 3):
        assert counted(ROWS, step) == whole


def test_examples_are_the_least_confident_and_bounded() -> None:
    rows = [slot(f"Job {n}", OPEN._replace(confidence=0.5 + n / 1000)) for n in range(100)]
    kept = counted(rows[::-1], 7).review["level"]
    assert [title for _, title, _, _ in kept] == [f"Job {n}" for n in range(EXAMPLES)]


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page[page.index("<body>") :]))


def test_the_page_says_what_was_counted_and_shows_titles_as_text() -> None:
    page = report.page(counted(ROWS, 3), "in.csv")
    text = text_of(page)
    assert "family no level low middle high all Bees, wild &amp; kept · 1 · 2 3" in text
    assert "Level open (2 rows)" in text
    assert "0.61 Head &lt;b&gt;Keeper&lt;/b&gt; Bees, wild &amp; kept high, manager" in text
    assert "Unreadable (1 row) confidence title family level and track ???" in text
    assert "Does it &lt;manage&gt;?" in page
    assert "Head &lt;b&gt;Keeper&lt;/b&gt;" in page
    assert "The title names its job in another language than English." in text
    assert "The title names several jobs" in text
    assert "the title is blank" in text
    assert "@media print" in page


def test_confidence_is_shared_out_by_level() -> None:
    text = text_of(report.page(counted(ROWS, 8), "in.csv"))
    assert "high 3 0.0% 66.7% 33.3% 0.0%" in text
    assert "low 1 0.0% 0.0% 0.0% 100.0%" in text


def test_many_families_are_summed_up_in_one_row() -> None:
    rows = [slot("Job", SURE._replace(family=f"family-{n}")) for n in range(report.FAMILIES + 3)]
    page = report.page(counted(rows, 50), "in.csv")
    assert "3 more families" in page
    assert page.count("<th>family-") == report.FAMILIES


def test_the_printed_summary_lists_families_with_their_levels() -> None:
    lines = family_lines(counted(ROWS, 3))
    assert [line.split() for line in lines] == [
        ["Bees,", "wild", "&", "kept", "3", "low", "1,", "high", "2"],
        ["ants", "1", "high", "1"],
        ["wasps", "1"],
    ]
    rows = [slot("Job", SURE._replace(family=f"family-{n}")) for n in range(FAMILIES + 3)]
    assert family_lines(counted(rows, 50))[FAMILIES].split()[:3] == ["3", "more", "3"]


def test_an_empty_run_has_a_page() -> None:
    assert "0 rows" in report.page(Summary(LEVELS), "in.csv")


def test_flags_read_the_same_in_the_report_and_on_the_page() -> None:
    script = (Path(__file__).parents[2] / "service/rung/api/page/dom.js").read_text()
    block = script[script.index("const FLAGS") :].partition("};")[0]
    assert dict(re.findall(r'(\w+): "(.+?)",', block)) == report.FLAGS
