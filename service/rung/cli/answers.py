"""How ``rung classify`` prints answers: text for people, a table, JSON, NDJSON or CSV.

Each writer takes titles with their outcomes and writes each as soon as it is known.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
from rich.text import Text

from rung.cli.answer_text import console_of, show
from rung.errors import InvalidQuery
from rung.tables.forms import DelimitedTail
from rung.tables.table import added, cells, neutral
from rung.types import Result

Outcome = Result | InvalidQuery
Outcomes = Iterable[tuple[str, Outcome]]

_WIDTHS = (40, 22, 8, 24, 10, 10)  # of the columns of a table, in characters
_COLUMNS = ("title", "level", "track", "family", "confidence", "open")


def write_text(outcomes: Outcomes, *, everything: bool, single: bool, **_: Any) -> None:
    """One answer after the other, for people."""
    console = console_of(highlight=False)
    for title, outcome in outcomes:
        if not single:
            console.print(Text(title, style="underline"))
        if isinstance(outcome, InvalidQuery):
            console.print(f"error: {outcome.detail}", markup=False)
        else:
            show(outcome, console, everything)
        if not single:
            console.print()


def write_table(outcomes: Outcomes, **_: Any) -> None:
    """A line for each title."""
    print(_row(_COLUMNS))
    for title, outcome in outcomes:
        if isinstance(outcome, InvalidQuery):
            print(f"{_cut(title, _WIDTHS[0])}  error: {outcome.detail}")
        else:
            print(_row((title, *_summary(outcome))))


def write_json(outcomes: Outcomes, *, single: bool, **_: Any) -> None:
    """One object for one title, a list for several."""
    out = sys.stdout
    if not single:
        out.write("[")
    for number, (_title, outcome) in enumerate(outcomes):
        out.write("" if single else ",\n" if number else "\n")
        out.write(orjson.dumps(_record(outcome), option=orjson.OPT_INDENT_2).decode())
    out.write("\n" if single else "\n]\n")


def write_ndjson(outcomes: Outcomes, **_: Any) -> None:
    """An object a line."""
    for title, outcome in outcomes:
        sys.stdout.write(orjson.dumps({"title": title, **_record(outcome)}).decode() + "\n")


def write_csv(outcomes: Outcomes, *, model: str, **_: Any) -> None:
    """The title and the columns of ``rung batch``."""
    tail = DelimitedTail()
    print(",".join(("title", *added(()))))
    for title, outcome in outcomes:
        sys.stdout.write(tail.quoted(neutral(title)) + tail(cells(outcome, model, ())))


WRITERS: Mapping[str, Callable[..., None]] = {
    "text": write_text,
    "table": write_table,
    "json": write_json,
    "ndjson": write_ndjson,
    "csv": write_csv,
}


def _record(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, InvalidQuery):
        from rung.api.problems import problem  # an error's shape is the API's; importing it is slow and rarely needed

        return {"status": "error", "error": problem(outcome)}
    return outcome.as_json()


def _summary(result: Result) -> tuple[str, ...]:
    """The cells of a table after the title."""
    if result.status == "unreadable":
        return ("unreadable", "", "", "", "")
    return (
        result.level.label if result.level else "",
        result.track or "",
        result.family.label if result.family else "",
        f"{result.confidence:.2f}" if result.confidence is not None else "",
        ", ".join(result.range.about),
    )


def _row(values: Iterable[str]) -> str:
    return "  ".join(_cut(value, width) for value, width in zip(values, _WIDTHS, strict=True)).rstrip()


def _cut(text: str, width: int) -> str:
    plain = " ".join(text.split())
    return plain.ljust(width) if len(plain) <= width else plain[: width - 1] + "…"
