"""How ``rung classify`` prints answers: text for people, a table, JSON, NDJSON or CSV.

Each writer takes titles with their outcomes, writes them as they come, and returns how many could not be answered.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rung.errors import InvalidQuery
from rung.ladders.conditions import wording
from rung.tables.forms import DelimitedTail
from rung.tables.table import added, cells, neutral
from rung.types import Occupations, Reading, Result

Outcome = Result | InvalidQuery
Outcomes = Iterable[tuple[str, Outcome]]

REASONS = 3  # pieces of evidence in a short answer
_WIDTHS = (40, 22, 8, 24, 10, 10)  # of the columns of a table, in characters
_COLUMNS = ("title", "level", "track", "family", "confidence", "open")


def write_text(outcomes: Outcomes, *, everything: bool, single: bool, **_: Any) -> int:
    """An answer after the other, for people."""
    console = Console(highlight=False, soft_wrap=False)
    failed = 0
    for title, outcome in outcomes:
        if not single:
            console.print(Text(title, style="underline"))
        if isinstance(outcome, InvalidQuery):
            failed += 1
            console.print(f"error: {outcome.detail}", markup=False)
        else:
            show(outcome, console, everything)
        if not single:
            console.print()
    return failed


def write_table(outcomes: Outcomes, **_: Any) -> int:
    """A line for each title."""
    failed = 0
    print(_row(_COLUMNS))
    for title, outcome in outcomes:
        if isinstance(outcome, InvalidQuery):
            failed += 1
            print(f"{_cut(title, _WIDTHS[0])}  error: {outcome.detail}")
        else:
            print(_row((title, *_summary(outcome))))
    return failed


def write_json(outcomes: Outcomes, *, single: bool, **_: Any) -> int:
    """One object for one title, a list for several."""
    failed = 0
    out = sys.stdout
    if not single:
        out.write("[")
    for number, (_title, outcome) in enumerate(outcomes):
        failed += isinstance(outcome, InvalidQuery)
        out.write("" if single else ",\n" if number else "\n")
        out.write(orjson.dumps(_record(outcome), option=orjson.OPT_INDENT_2).decode())
    out.write("\n" if single else "\n]\n")
    return failed


def write_ndjson(outcomes: Outcomes, **_: Any) -> int:
    """An object a line."""
    failed = 0
    for title, outcome in outcomes:
        failed += isinstance(outcome, InvalidQuery)
        sys.stdout.write(orjson.dumps({"title": title, **_record(outcome)}).decode() + "\n")
    return failed


def write_csv(outcomes: Outcomes, *, model: str, **_: Any) -> int:
    """The title and the columns of ``rung batch``."""
    failed = 0
    tail = DelimitedTail()
    print(",".join(("title", *added(()))))
    for title, outcome in outcomes:
        failed += isinstance(outcome, InvalidQuery)
        sys.stdout.write(tail.quoted(neutral(title)) + tail(cells(outcome, model, ())))
    return failed


WRITERS: Mapping[str, Callable[..., int]] = {
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


def show(result: Result, console: Console, everything: bool) -> None:
    """Print one answer: what it is, how sure, why, what is open; with ``everything`` the weights, alternatives and readings."""
    console.print(Text.from_markup(f"[bold]{_headline(result)[0]}[/]{_headline(result)[1]}"))
    if result.family is not None and result.confidence is not None:
        console.print(f"{result.status}, confidence {result.confidence:.2f}; {result.family.label}", markup=False)
    if result.range.about:
        console.print(f"open: {'; '.join(_open(result))}", markup=False)
    if result.range.question:
        console.print(f"question: {result.range.question}", markup=False)
    if everything:
        _show_everything(result, console)
    else:
        for item in sorted(result.evidence or (), key=lambda e: -abs(e.weight))[:REASONS]:
            console.print(f"  “{' '.join(item.text.split())}”: {item.says}", markup=False)
    if result.occupation is not None:
        _show_occupations(result.occupation, console)
    if result.flags:
        console.print(f"flags: {', '.join(result.flags)}", markup=False)


def _headline(result: Result) -> tuple[str, str]:
    """The answer in a few words, and what stands after it less boldly."""
    name = result.position or result.family
    if result.level is not None and name is not None:
        return result.level.label, f", {result.track} track  ({name.label})" if result.track else f"  ({name.label})"
    if result.family is not None:
        return result.family.label, ""
    return "Unreadable", ": no words of a job in it"


def _open(result: Result) -> list[str]:
    """What is open, each with the values between which it is open."""
    values = {"family": result.range.families, "level": result.range.levels, "track": result.range.tracks}
    return [f"{part} ({' or '.join(values[part])})" for part in result.range.about]


def _show_everything(result: Result, console: Console) -> None:
    evidence = _table("weight", "evidence", "says")
    for item in result.evidence or ():
        evidence.add_row(f"{item.weight:+.2f}", Text(f"“{item.text}”"), Text(item.says))
    alternatives = _table("alternative", "level", "track", "confidence")
    for other in result.alternatives or ():
        alternatives.add_row(other.position or other.family, other.level or "", other.track or "", f"{other.confidence:.2f}")
    readings = _table("ladder", "position", "likelihood", "relation", "conditions")
    for reading in result.readings or ():
        conditions = "; ".join(map(wording, reading.conditions))
        readings.add_row(reading.ladder, _place(reading), f"{reading.likelihood:.2f}", reading.relation, conditions)
    for table in (evidence, alternatives, readings):
        if table.row_count:
            console.print(table)


def _show_occupations(found: Occupations, console: Console) -> None:
    """The likeliest codes of each scheme."""
    codes = _table("code", "occupation", "confidence")
    for esco in found.esco[:REASONS]:
        codes.add_row(f"ISCO-08 {esco.isco}", Text(esco.label), f"{esco.confidence:.2f}")
    for soc in found.soc[:REASONS]:
        codes.add_row(f"O*NET-SOC {soc.code}", Text(soc.title), f"{soc.confidence:.2f}")
    if codes.row_count:
        console.print(codes)


def _place(reading: Reading) -> str:
    """Where a job stands on a ladder, and the other places that are nearly as likely."""
    others = " or ".join(f"{c.title or 'none'} {c.likelihood:.2f}" for c in reading.candidates)
    return f"{reading.title or 'none'}{f'  ({others})' if others else ''}"


def _table(*headings: str) -> Table:
    return Table(*headings, box=None, pad_edge=False, header_style="dim")
