"""The questions that an answer may ask, with answers to choose from; a choice adds its sentence to the description."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class OfferedAnswer(NamedTuple):
    """An answer to a question: its label, and the sentence that it adds to the description."""

    label: str
    sentence: str


class OfferedQuestion(NamedTuple):
    """A question with its answers."""

    question: str
    answers: tuple[OfferedAnswer, ...]


def offered(graded: Mapping[str, Any], shared: Mapping[str, Any]) -> tuple[OfferedQuestion, ...]:
    """The questions that have answers, from the sayings of the graded family and from those of every family."""
    own = {row["ask"]: row["answers"] for row in graded["questions"] if "answers" in row}
    other = {shared["questions"][part]: answers for part, answers in shared.get("answers", {}).items()}
    return tuple(OfferedQuestion(question, _answers(rows)) for question, rows in {**other, **own}.items())


def _answers(rows: Iterable[Mapping[str, str]]) -> tuple[OfferedAnswer, ...]:
    return tuple(OfferedAnswer(row["label"], row["sentence"]) for row in rows)
