"""``rung enrich``: add level and track to every schema.org JobPosting of a JSON-LD document or HTML page.

Postings keep their order and fields. One that cannot be classified is reported and left unchanged; the exit code is then 1.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from rung.cli.parsing import counted
from rung.errors import InvalidQuery, TableError
from rung.normaliser import Normaliser
from rung.settings import Settings
from rung.tables import jsonld
from rung.tables.journal import destination, replace_file

MAX_DOCUMENT = 100_000_000  # bytes: the whole document is held in memory, several times


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "enrich",
        help="add levels to schema.org JobPosting JSON-LD",
        description="Write level and track into every schema.org JobPosting of a JSON-LD document or an HTML page. "
        "A posting that cannot be classified stays as it was, and the exit code is 1.",
        epilog="examples:\n  rung enrich posting.jsonld --out enriched.jsonld\n  curl -s https://example.org/job | rung enrich -",
    )
    parser.add_argument("source", help="JSON-LD or HTML file; - reads standard input")
    parser.add_argument("--out", type=Path, metavar="FILE", help="file to write (default: standard output)")
    parser.add_argument("--overwrite", action="store_true", help="replace the output if it exists")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Enrich the document and print a summary to standard error."""
    if options.out is not None and destination(options.out).exists() and not options.overwrite:
        raise TableError(f"{options.out} exists; name another file or add --overwrite")
    document = jsonld.load(_read(options.source))
    settings = Settings()
    normaliser = Normaliser.load(settings.model, settings.limits(), settings.ladders)
    failures = [f"block at line {block.line}: {block.error}" for block in document.blocks if block.error]
    statuses: Counter[str] = Counter()
    postings = document.postings()
    outcomes = normaliser.classify_many(jsonld.query(posting) for posting in postings)
    for number, (posting, outcome) in enumerate(zip(postings, outcomes, strict=True), 1):
        if isinstance(outcome, InvalidQuery):
            failures.append(f"posting {number} ({jsonld.identity(posting) or 'without id'}): {outcome.detail}")
        else:
            jsonld.enrich(posting, outcome)
            statuses[outcome.status] += 1
    _write(options.out, jsonld.encoded(document))
    for failure in failures:
        print(f"rung: {failure}", file=sys.stderr)
    counts = ", ".join(f"{count} {status}" for status, count in statuses.most_common())
    print(f"{counted(len(postings), 'posting')}: {counts or 'none classified'}; {len(failures)} failed", file=sys.stderr)
    return 1 if failures else 0


def _read(source: str) -> bytes:
    """The bytes of a file or of standard input, within the limit."""
    try:
        with nullcontext(sys.stdin.buffer) if source == "-" else Path(source).open("rb") as file:
            content = file.read(MAX_DOCUMENT + 1)
        if len(content) > MAX_DOCUMENT:
            raise TableError(f"{source} is larger than {MAX_DOCUMENT:,} bytes; split it")
        return content
    except OSError as error:
        raise TableError(f"{source} cannot be read: {error.strerror}") from error


def _write(target: Path | None, content: bytes) -> None:
    """Write the document; a file is replaced in one step."""
    if target is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return
    try:
        replace_file(target, content)
    except OSError as error:
        raise TableError(f"{target} cannot be written: {error.strerror}") from error
