"""``rung batch``: classify the rows of a file or a pipe."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from rung.errors import TableError
from rung.normaliser import Limits
from rung.settings import Settings
from rung.tables import report
from rung.tables.answers import Setup
from rung.tables.files import Job, run
from rung.tables.summary import Summary
from rung.tables.workers import WorkerLost

PLAIN_EVERY = 10.0  # seconds between two lines of progress where no terminal shows a bar


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "batch",
        help="classify the rows of a file",
        description=__doc__,
        epilog="Exit code 1: done, but some rows have rung_status error.",
    )
    parser.add_argument(
        "input", metavar="IN", help="CSV, TSV, NDJSON or Parquet, compressed by gzip or zstd or not; - is standard input"
    )
    parser.add_argument("output", metavar="OUT", help="a file of the same format; - is standard output")
    parser.add_argument("--format", choices=("csv", "tsv", "ndjson", "parquet"), help="the format, where the names do not say it")
    parser.add_argument(
        "--column", action="append", default=[], metavar="FIELD=HEADING",
        help="read a field (title, description, id, company, ladder, sector, size) from a column, named or #2; FIELD= reads none",
    )  # fmt: skip
    parser.add_argument("--reading", action="append", default=[], metavar="LADDER", help="add the reading on a ladder as a column")
    parser.add_argument("--encoding", help="the input's encoding, where it is not found out rightly")
    parser.add_argument("--safe-csv", action="store_true", help="neutralise formulas in the columns that pass through, too")
    parser.add_argument("--overwrite", action="store_true", help="replace the output, or an unfinished run of it")
    parser.add_argument("--resume", action="store_true", help="go on with an unfinished run")
    parser.add_argument("--processes", type=_count, metavar="N", help="processes that answer; one a processor if not stated")
    parser.add_argument(
        "--remember", type=_count, default=300_000, metavar="N", help="distinct titles whose answers are kept (300,000)"
    )
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the summary with plots, as HTML")
    parser.add_argument("--engine", choices=("local", "spark"), default="local", help="spark: run on Apache Spark")
    parser.add_argument("--master", default="local[*]", help="the Spark master, such as local[2] or spark://HOST:7077")
    parser.set_defaults(run=run_batch)


def run_batch(options: argparse.Namespace) -> int:
    """Run, show how it goes on standard error, and sum up."""
    if options.report:
        report.drawing()  # what is missing is better said before the run than after it
    settings = Settings()
    setup = Setup(settings.model, Limits(settings.max_title, settings.max_description, settings.cache), settings.ladders)
    job = Job(
        input=options.input,
        output=options.output,
        format=options.format or ("csv" if options.input == "-" == options.output else None),
        columns=dict(_pair(text) for text in options.column),
        readings=tuple(dict.fromkeys(options.reading)),
        encoding=options.encoding,
        safe=options.safe_csv,
        overwrite=options.overwrite,
        resume=options.resume,
        processes=options.processes,
        memory=options.remember,
    )
    if options.engine == "spark":
        return _on_spark(job, setup, options.master)
    console = Console(stderr=True)
    began = time.monotonic()
    with Shown(console) as shown:
        try:
            summary = run(job, setup, shown)
        except KeyboardInterrupt:
            _say_resumable(job)
            raise
        except WorkerLost as error:
            raise WorkerLost(f"{error.detail}; {_resumable(job)}") from error
        except BrokenPipeError:
            raise
        except OSError as error:
            raise TableError(f"{error.strerror or error}: {error.filename or 'reading or writing'}; {_resumable(job)}") from error
    if summary is None:
        return 0
    show(summary, console, time.monotonic() - began)
    if options.report:
        report.write(summary, options.report, f"{job.input} → {job.output}")
    return 1 if summary.statuses["error"] else 0


def _on_spark(job: Job, setup: Setup, master: str) -> int:
    from rung.tables.spark import run_job

    rows = run_job(job, setup, master)
    print(f"{rows:,} rows  {job.output}", file=sys.stderr)
    return 0


def _resumable(job: Job) -> str:
    piped = "-" in (job.input, job.output)
    return "a run through a pipe cannot be resumed" if piped else "what is written stays; go on with --resume"


def _say_resumable(job: Job) -> None:
    print(f"rung: {_resumable(job)}", file=sys.stderr)


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return count


def _pair(text: str) -> tuple[str, str]:
    name, equals, heading = text.partition("=")
    if not equals:
        raise TableError(f"--column {text}: write FIELD=HEADING, as in --column title='Job title'")
    return name.strip(), heading


class Shown:
    """Shows notes and progress: a bar on a terminal, a line now and then in a pipe."""

    def __init__(self, console: Console) -> None:
        self._console = console
        columns = (BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TextColumn("{task.fields[rows]}"), TimeRemainingColumn())
        self._bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._bar.add_task("", total=1.0, rows="")
        self._began = self._last = time.monotonic()
        self._from: int | None = None

    def __enter__(self) -> Shown:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def note(self, text: str) -> None:
        """A line."""
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)

    def progress(self, rows: int, done: float) -> None:
        """The bar, or a line every ten seconds."""
        now = time.monotonic()
        if self._from is None:
            self._from = rows  # a resumed run did not do these
        rate = (rows - self._from) / max(now - self._began, 0.001)
        self._bar.update(self._task, completed=done, total=1.0 if done else None, rows=f"{rows:,} rows, {rate:,.0f}/s")
        if self._bar.disable and now - self._last >= PLAIN_EVERY:
            self._last = now
            left = f", {done:.0%}, {(1 - done) / done * (now - self._began):,.0f} s left" if done else ""
            self.note(f"{rows:,} rows, {rate:,.0f}/s{left}")


def show(summary: Summary, console: Console, seconds: float) -> None:
    """The summary, for people."""

    def say(text: str) -> None:
        console.print(text, highlight=False, markup=False, soft_wrap=True)

    say(f"{summary.rows:,} rows in {seconds:,.1f} s, {summary.rows / max(seconds, 0.001):,.0f} rows/s")
    say("  " + ", ".join(f"{status} {count:,}" for status, count in summary.statuses.most_common()))
    for line in grid_lines(summary):
        say("  " + line)
    if summary.lowest:
        say("least sure:")
        for confidence, title, status, answer in summary.lowest:
            say(f"  {confidence:.2f}  {title!r}  {status} {answer}")
    for number, reason in summary.errors:
        say(f"row {number:,}: {reason}")


def grid_lines(summary: Summary) -> list[str]:
    """Levels by track, a line each, most frequent first."""
    levels: dict[str, dict[str, int]] = {}
    for cell, count in summary.grid.most_common():
        level, track = cell.split("/")
        levels.setdefault(level, {})[track] = count
    return [
        f"{level:<10}" + "".join(f"{track} {count:>9,}   " for track, count in sorted(tracks.items()))
        for level, tracks in levels.items()
    ]
