"""``rung classify``: titles from the command line or a pipe, as text for people or in a format for programs."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, get_args

from rung.cli.answers import WRITERS
from rung.cli.parsing import country_code, number, whole_number
from rung.errors import InvalidQuery
from rung.normaliser import Normaliser
from rung.settings import Settings
from rung.types import PARTS, Organisation, Part, Query, Sector, Size

EXAMPLE = 'rung classify "Group PM"'
EXAMPLES = f"""examples:
  {EXAMPLE}                          one title; quote it
  rung classify "Group PM" "Head of Product"        several titles, one line each
  rung classify "Lead PM" --description ad.txt      a title with the text of its posting
  rung classify "Group PM" --all                    every weight, the readings on ladders, the alternatives
  rung classify "Staff Nurse" --occupation          the occupation codes of the title
  rung classify - < titles.txt                      one title a line, as in a pipe
  rung classify - --format csv < titles.txt         the columns of rung batch

Exit code 1: done, but some titles could not be answered."""

COUNTS = ("products", "product_managers", "business_areas", "product_teams")  # of the organisation
CHUNK = 64  # titles that are answered together; each chunk is written before the next is read
LONGEST_LINE = 1 << 16  # bytes of a line of a pipe; the rest of a longer one is skipped, and its title is over the limit


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("classify", help="classify titles", description="Classify job titles.", epilog=EXAMPLES)
    parser.add_argument("titles", nargs="*", metavar="TITLE", help="a title, in quotes; - reads standard input, one title a line")
    parser.add_argument("--description", metavar="FILE", help="the text of the posting; - reads standard input")
    parser.add_argument("--company", help="name of the employer")
    parser.add_argument("--ladder", default="reference", help="the ladder whose words the title is read by (reference)")
    parser.add_argument("--stated-level", metavar="TEXT", help="the level that the source states in a field of its own")
    parser.add_argument("--sector", choices=get_args(Sector), help="sector of the employer")
    parser.add_argument("--size", choices=get_args(Size), help="size of the employer")
    parser.add_argument("--country", metavar="CC", type=country_code, help="country of the job, as two capital letters (GB)")
    for count in COUNTS:
        says = f"how many {count.replace('_', ' ')} the employer has"
        parser.add_argument(f"--{count.replace('_', '-')}", type=whole_number(0), metavar="N", help=says)
    parser.add_argument("--min-confidence", type=number, metavar="P", help="answer 'ambiguous' below this confidence (0 to 1)")
    says = "answer 'ambiguous' below the confidence that gave this precision on labelled data (0 to 1)"
    parser.add_argument("--min-precision", type=number, metavar="P", help=says)
    parser.add_argument("--all", action="store_true", help="print all evidence with its weight, alternatives and readings")
    parser.add_argument("--occupation", action="store_true", help="add ESCO and O*NET-SOC codes (text and JSON)")
    parser.add_argument("--format", choices=tuple(WRITERS), help="how to print (default: text for one title, a table for several)")
    parser.add_argument("--json", action="store_const", const="json", dest="format", help="the same as --format json")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Classify and print."""
    settings = Settings()
    single, titles = _titles(options)
    style = options.format or ("text" if single or options.all or options.occupation else "table")
    if style in ("table", "csv") and (options.all or options.occupation):
        raise InvalidQuery(f"{'--all' if options.all else '--occupation'} is for text and JSON, not for --format {style}")
    organisation = Organisation(**{field.name: getattr(options, field.name) for field in dataclasses.fields(Organisation)})
    fields: dict[str, Any] = {
        "description": _read(options.description, settings.max_description),
        "company": options.company,
        "organisation": organisation,
        "ladder": options.ladder,
        "stated_level": options.stated_level,
        "min_confidence": options.min_confidence,
        "min_precision": options.min_precision,
        "include": _parts(style, options.all, options.occupation),
    }
    normaliser = Normaliser.load(settings.model, settings.limits(cache=0), settings.ladders)
    if single:
        query = Query(title=next(iter(titles)), **fields)
        outcomes: Iterable[Any] = [(query.title, normaliser.classify(query))]
    else:
        outcomes = _answered(normaliser, titles, fields)
    failures: list[InvalidQuery] = []
    noted = _note_failures(outcomes, failures)
    WRITERS[style](noted, single=single, everything=options.all, model=normaliser.model.short)
    return 1 if failures else 0


def _parts(style: str, everything: bool, occupation: bool) -> tuple[Part, ...]:
    """The parts of an answer that a format shows. Occupation codes take longest, so they need their option."""
    if style in ("table", "csv"):
        return ()
    shown = PARTS if everything or style in ("json", "ndjson") else ("evidence",)
    return (*(part for part in shown if part != "occupation"), *(("occupation",) if occupation else ()))


def _titles(options: argparse.Namespace) -> tuple[bool, Iterable[str]]:
    """Whether there is one title only, and the titles.

    Raises:
        InvalidQuery: there is none, or the description cannot belong to one title.
    """
    titles: list[str] = options.titles
    piped = "-" in titles or (not titles and options.description is None and not sys.stdin.isatty())
    if piped and len(titles) > 1:
        raise InvalidQuery("- reads the titles from standard input; name no further titles beside it")
    if options.description is not None and (piped or len(titles) > 1):
        raise InvalidQuery("a description belongs to one title; name one title, in quotes")
    if piped:
        return False, _lines(sys.stdin.buffer)
    if not titles and options.description is None:
        raise InvalidQuery(f"name a title, in quotes: {EXAMPLE}")
    if len(titles) > 1 and not any(" " in title for title in titles):
        together = " ".join(titles)
        print(f'rung: these are read as {len(titles)} titles. If they are one, quote the title: "{together}"', file=sys.stderr)
    return len(titles) < 2, titles or [""]


def _lines(source: BinaryIO) -> Iterator[str]:
    """The lines of a pipe that are not blank, each cut at ``LONGEST_LINE`` bytes."""
    while line := source.readline(LONGEST_LINE):
        whole = line
        while whole and not whole.endswith(b"\n") and len(whole) == LONGEST_LINE:
            whole = source.readline(LONGEST_LINE)  # the rest of a line that is too long
        if title := line.decode("utf-8", errors="replace").strip():
            yield title


def _answered(normaliser: Normaliser, titles: Iterable[str], fields: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each title with its outcome, in order."""
    waiting = iter(titles)
    while chunk := list(islice(waiting, CHUNK)):
        yield from zip(chunk, normaliser.classify_many(Query(title=title, **fields) for title in chunk), strict=True)


def _note_failures(outcomes: Iterable[tuple[str, Any]], failures: list[InvalidQuery]) -> Iterator[tuple[str, Any]]:
    """The same outcomes; errors are added to ``failures``."""
    for title, outcome in outcomes:
        if isinstance(outcome, InvalidQuery):
            failures.append(outcome)
        yield title, outcome


def _read(source: str | None, longest: int) -> str | None:
    """The text of a file or of standard input, cut one character over the limit, which is enough to be refused.

    Raises:
        InvalidQuery: the file cannot be read.
    """
    if source is None:
        return None
    try:
        if source == "-":
            return sys.stdin.read(longest + 1)
        with Path(source).open(encoding="utf-8", errors="replace") as file:
            return file.read(longest + 1)
    except OSError as error:
        raise InvalidQuery(f"--description: {source} cannot be read: {error.strerror}") from error
