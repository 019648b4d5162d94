"""Statements of scope: what a job answers for, and whose reference it is. They place a text that has no title."""

from __future__ import annotations

import pytest
from statement_toys import counted, manages, rules, sentences

ROWS = sentences("scope")
SCOPES = {row["kind"] for row in ROWS if row["kind"]}


def scopes(text: str) -> set[str]:
    return {stated.statement.kind for stated in counted(text)} & SCOPES


@pytest.mark.parametrize(("kind", "text"), [(row["kind"], text) for row in ROWS if row["kind"] for text in row["texts"]])
def test_a_statement_of_scope_is_read(kind: str, text: str) -> None:
    assert kind in scopes(text)


@pytest.mark.parametrize("text", [text for row in ROWS if not row["kind"] for text in row["texts"]])
def test_what_only_resembles_a_scope_is_not_heard(text: str) -> None:
    assert scopes(text) == set()


@pytest.mark.parametrize(
    ("text", "claimed"),
    [
        ("You lead without people who report to you.", "no"),
        ("You are an expert, not necessarily with people who report to you.", "unknown"),
        ("You will have three people who report to you.", "yes"),
        ("You work by influence with the heads of other professions.", "unknown"),
        ("You lead other teams by influence.", "no"),
    ],
)
def test_who_reports_is_read_behind_a_relative(text: str, claimed: str) -> None:
    assert manages(text) == claimed


def test_the_job_is_not_its_own_boss() -> None:
    stated = counted("The leads of both areas report to you. You report to the CPO.")
    assert rules().facts(stated)["reports_to"] == "CPO"
