"""Labels and values on lines of their own."""

from __future__ import annotations

import pytest
from statement_toys import manages, reader

from rung.text.labels import Labels
from tests.growth import assert_linear

LABELS = Labels(["reports to", "direct reports"])


@pytest.mark.parametrize(
    "text",
    [
        "Reports to\nHead of Payments",
        "- Reports to:\n- Head of Payments",
        "**Reports to**\n\n  Head of Payments",
        "REPORTS TO\r\nHead of Payments",
        "| Reports to | Head of Payments",
        "Reports to - Head of Payments",
        "Reports to: Head of Payments",
    ],
)
def test_a_colon_stands_between_a_label_and_its_value(text: str) -> None:
    joined = LABELS.join(f"We sell maps.\n{text}\nLeeds")
    assert len(joined) == len(f"We sell maps.\n{text}\nLeeds")
    assert [" ".join(line.replace(":", ": ").split()).lower() for line in joined.splitlines()] == [
        "we sell maps.",
        "reports to: head of payments",
        "leeds",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Reports to\n" + "a long line that is a sentence of its own and no value of any label, " * 2,
        "What you do\nWrite code",
        "She reports to\nHead of Payments",
        "Reports to the board\nHead of Payments",
        "Reports to",
        "Reports to\n\n",
    ],
)
def test_other_lines_stay(text: str) -> None:
    assert LABELS.join(text) == text


FORMS = (
    "{}\n{}",
    "<h3>{}</h3><p>{}</p>",
    "<tr><td>{}</td><td>{}</td></tr>",
    "<dl><dt>{}</dt><dd>{}</dd></dl>",
    "| {} | {} |",
    "**{}**\n{}",
)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("label", "no"),
    [
        ("People management", "No"),
        ("Staff managed", "0"),
        ("Line management", "N/A"),
        ("Team management", "None"),
        ("People manager", "No"),
        ("Personalverantwortung", "Keine"),
        ("Encadrement", "Non"),
        ("Personal a cargo", "Ninguno"),
        ("Gestão de pessoas", "Não"),
        ("Gestione di persone", "No"),
        ("Leidinggevend", "Nee"),
        ("Liczba podwładnych", "Brak"),
    ],
)
def test_a_no_below_or_beside_its_label_is_heard(form: str, label: str, no: str) -> None:
    assert manages(f"We sell maps to shops.\n{form.format(label, no)}\nLeeds", "") == "no"


@pytest.mark.parametrize("form", FORMS)
def test_whom_the_job_reports_to_may_stand_below_its_label(form: str) -> None:
    found = [
        s.words for s in reader().read(form.format("Reports to", "Head of Payments")) if s.kind in ("reports-to", "field-of-boss")
    ]
    assert found == ["Head of Payments"]


def test_the_time_is_linear_in_the_length() -> None:
    assert_linear(lambda size: LABELS.join("Reports to\n" * size), 10_000)
    assert_linear(lambda size: LABELS.join("a b" + " " * size), 100_000)
    assert_linear(lambda size: LABELS.join("* " * size + "x"), 20_000)
