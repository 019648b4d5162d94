"""Plain wordings of eight languages are heard beside any title, and what only resembles them is not.

The rows of ``statements/abroad.jsonl`` use other words than ``training_data/shared/statements/``, by kind: nominal style, verbs in
a row, inverted order, the passive, holders by gender and number, "your employees", numbers in words and ranges, fields of forms,
the boss and the stated level. Those that state nothing are of bosses, other people's employees, customers, software, papers,
training and what may come.
"""

from __future__ import annotations

from typing import Any

import pytest
from statement_toys import counted, languages, rules, sentences

ROWS = sentences("abroad")
TITLES = ("product-manager", "")  # a product manager's, and one of another job


def facts(text: str, position: str) -> dict[str, Any]:
    """What a text states of a job: whether it manages, the least number of its reports, its boss, its level."""
    stated, known = counted(text, position), rules()
    reports, boss, level = (known.reads(stated, fact) for fact in ("reports", "reports_to", "stated_level"))
    return {
        "manages": known.claim(stated, "manages"),
        "reports": reports and reports.statement.least,
        "reports_to": boss and boss.statement.words,
        "level": level and known.level(level.statement),
    }


@pytest.mark.parametrize("position", TITLES)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"])
def test_what_a_text_states_is_heard_and_nothing_else(row: dict[str, Any], position: str) -> None:
    wanted = {fact: value for fact, value in row.items() if fact not in {"lang", "text"}}
    found = facts(row["text"], position)
    assert {fact: found[fact] for fact in wanted} == wanted


def test_every_other_language_than_english_has_rows_of_every_kind() -> None:
    for language in languages().keys() - {"en"}:
        own = [row for row in ROWS if row["lang"] == language]
        assert {row["manages"] for row in own} == {"yes", "no", "unknown"}, language
        for fact in ("reports", "reports_to", "level"):
            assert any(fact in row for row in own), (language, fact)


@pytest.mark.parametrize(
    "text",
    [
        "Wir sind ein Verlag. Sie beurteilen Ihre Mitarbeiterinnen und planen deren Einsatz. Wir bieten viel.",
        "Nous sommes un éditeur. Vous encadrez le personnel du dépôt. Nous offrons beaucoup.",
        "Somos una editorial. La dirección del personal del depósito recaerá en ti. Ofrecemos mucho.",
        "Somos uma editora. Vai orientar e avaliar os funcionários do depósito. Oferecemos muito.",
        "Siamo una casa editrice. Selezionerai e formerai i tuoi dipendenti. Offriamo molto.",
        "Wij zijn een uitgeverij. Je beoordeelt je medewerkers elk kwartaal. Wij bieden veel.",
        "Jesteśmy wydawnictwem. Odpowiadasz za szkolenie i ocenę swoich podwładnych. Oferujemy dużo.",
    ],
)
def test_it_is_heard_of_a_product_manager_among_ordinary_sentences(text: str) -> None:
    assert facts(text, "product-manager")["manages"] == "yes"
