"""One answer as text for people: the level, the confidence, the evidence, and what is open."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from rung.ladders.conditions import wording
from rung.types import Occupations, Reading, Result

_WIDE = 240  # characters of a line in a pipe
REASONS = 3  # pieces of evidence in a short answer


def console_of(**options: Any) -> Console:
    """A console for standard output. In a pipe its lines are wide, so that a sentence stays in one."""
    console = Console(**options)
    return console if console.is_terminal else Console(width=_WIDE, **options)


def show(result: Result, console: Console, everything: bool) -> None:
    """Print one answer; with ``everything``, also all weights, alternatives and readings."""
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
    """The answer in a few words: a bold part and the rest."""
    name = result.position or result.family
    if result.level is not None and name is not None:
        return result.level.label, f", {result.track} track  ({name.label})" if result.track else f"  ({name.label})"
    if result.family is not None:
        return result.family.label, ""
    return "Unreadable", ": no words of a job in it"


def _open(result: Result) -> list[str]:
    """Each open part of the answer with its possible values."""
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
    """Print the most likely codes of each scheme."""
    codes = _table("code", "occupation", "confidence")
    for esco in found.esco[:REASONS]:
        codes.add_row(f"ISCO-08 {esco.isco}", Text(esco.label), f"{esco.confidence:.2f}")
    for soc in found.soc[:REASONS]:
        codes.add_row(f"O*NET-SOC {soc.code}", Text(soc.title), f"{soc.confidence:.2f}")
    if codes.row_count:
        console.print(codes)


def _place(reading: Reading) -> str:
    """The position on a ladder, and others that are nearly as likely."""
    others = " or ".join(f"{c.title or 'none'} {c.likelihood:.2f}" for c in reading.candidates)
    return f"{reading.title or 'none'}{f'  ({others})' if others else ''}"


def _table(*headings: str) -> Table:
    return Table(*headings, box=None, pad_edge=False, header_style="dim")
