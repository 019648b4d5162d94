"""``rung classify``: place one title, as text for people or JSON for programs."""

from __future__ import annotations

import argparse
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

from rung.errors import FieldError, InvalidQuery
from rung.ladders.conditions import wording
from rung.normaliser import Limits, Normaliser
from rung.settings import Settings
from rung.types import PARTS, Organisation, Query, Reading, Result


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("classify", help="place one title", description=__doc__)
    parser.add_argument("title", help="the raw title")
    parser.add_argument("--description", metavar="FILE", help="text of the posting; - reads standard input")
    parser.add_argument("--company", help="name of the employer")
    parser.add_argument("--ladder", default="reference", help="the ladder whose words the title is read by")
    parser.add_argument("--sector", choices=("government", "private", "non-profit"), help="what is known of the employer")
    parser.add_argument("--size", choices=("small", "medium", "large"), help="what is known of the employer")
    parser.add_argument("--country", help="country of the job, as two letters (GB)")
    for name, counted in (
        ("products", "products"), ("product-managers", "product managers"), ("business-areas", "business areas"),
        ("product-teams", "product teams"),
    ):  # fmt: skip
        parser.add_argument(f"--{name}", type=int, metavar="N", help=f"how many {counted} the employer has")
    parser.add_argument("--min-confidence", type=float, metavar="P", help="answer 'ambiguous' below this confidence (0 to 1)")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Classify and print."""
    settings = Settings()
    limits = Limits(settings.max_title, settings.max_description, cache=0)
    normaliser = Normaliser.load(settings.model, limits, settings.ladders)
    query = Query(
        title=options.title,
        description=_read(options.description),
        company=options.company,
        organisation=Organisation(**{field.name: getattr(options, field.name) for field in fields(Organisation)}),
        ladder=options.ladder,
        min_confidence=options.min_confidence,
        include=PARTS if options.json else ("evidence", "readings"),
    )
    result = normaliser.classify(query)
    if options.json:
        sys.stdout.write(orjson.dumps(result.as_json(), option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        show(result, Console())
    return 0


def _read(source: str | None) -> str | None:
    if source is None:
        return None
    try:
        return sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise InvalidQuery(
            f"{source} cannot be read: {error.strerror}", [FieldError("description", f"name a file that exists, not {source}")]
        ) from error


def show(result: Result, console: Console) -> None:
    """Print an answer for people: what it is, how sure, why, and what it is elsewhere."""
    if result.level is not None and result.position is not None and result.confidence is not None:
        console.print(f"[bold]{result.level.label}[/], {result.track} track  ({result.position.label})", highlight=False)
        console.print(f"{result.status}, confidence {result.confidence:.2f}", highlight=False)
    elif result.family is not None and result.confidence is not None:
        console.print(f"[bold]{result.family.label}[/]", highlight=False)
        console.print(f"{result.status}, confidence {result.confidence:.2f}", highlight=False)
    else:
        console.print("[bold]Unreadable[/]: no words of a job in it", highlight=False)
    if result.range.question:
        span = result.range
        possible = "; ".join(" or ".join(values) for values in (span.families, span.levels, span.tracks) if values)
        console.print(f"possible: {possible}\nwould decide: {span.question}", highlight=False)
    if result.evidence:
        table = Table("weight", "evidence", "says", box=None, pad_edge=False, header_style="dim")
        for item in result.evidence:
            table.add_row(f"{item.weight:+.2f}", f"“{item.text}”", item.says)
        console.print(table)
    if result.readings:
        table = Table("ladder", "position", "likelihood", "relation", "conditions", box=None, pad_edge=False, header_style="dim")
        for reading in result.readings:
            conditions = "; ".join(map(wording, reading.conditions))
            table.add_row(reading.ladder, _place(reading), f"{reading.likelihood:.2f}", reading.relation, conditions)
        console.print(table)
    if result.flags:
        console.print(f"flags: {', '.join(result.flags)}", highlight=False)


def _place(reading: Reading) -> str:
    """Where a job stands on a ladder; with the second place where that is near."""
    others = " or ".join(f"{c.title or 'none'} {c.likelihood:.2f}" for c in reading.candidates)
    return f"{reading.title or 'none'}{f'  ({others})' if others else ''}"
