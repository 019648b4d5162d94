"""``rung batch``: classify the rows of a file, of a pipe, or of many files."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from glob import glob
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from rung.cli.parsing import counted, whole_number
from rung.errors import TableError
from rung.settings import Settings
from rung.tables import report
from rung.tables.answers import Setup
from rung.tables.files import CACHED, BatchJob, preview, run
from rung.tables.sources import FORMATS as ENDINGS
from rung.tables.sources import PACKING, WORKBOOKS, format_of
from rung.tables.summary import Summary
from rung.tables.table import READ
from rung.tables.workers import WorkerLost

PLAIN_EVERY = 10.0  # seconds between lines of progress without a terminal; the first comes after one second
FAMILIES = 8  # families that the summary lists
MASTER = "local[*]"  # of Spark: every processor of this machine
SKIPPED = 5  # names of files that are not read
PREVIEWED = 3  # rows that a dry run answers
FORMATS = ("csv", "tsv", "ndjson", "parquet", "lines")
COLUMN = f"read a field ({', '.join(READ)}) from a column, by its heading or number (#2); FIELD= reads none"


EXAMPLES = """examples:
  rung batch jobs.csv jobs.rung.csv                       CSV to CSV; your columns stay, Rung's follow
  rung batch jobs.csv levels.parquet                      any format to any other
  rung batch titles.txt out.csv                           one title a line; in a pipe: --lines
  cat jobs.csv | rung batch > levels.csv                  a pipe
  rung batch jobs.csv out.csv --column title=Headline     name the column of titles
  rung batch jobs.csv --dry-run                           show what would be read, and three answers
  rung batch 'jobs/*.csv.gz' levels/                      many files, each into the folder

Exit code 1: done, but some rows have rung_status error."""


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "batch",
        help="classify the rows of files",
        description="Classify the rows of a file, of a pipe, or of many files.",
        epilog=EXAMPLES,
    )
    parser.add_argument(
        "input",
        metavar="IN",
        nargs="?",
        default="-",
        help="CSV, TSV, NDJSON, Parquet or lines of titles (.txt), also packed by gzip or zstd; a folder, or a pattern in quotes; "
        "- is standard input (default)",
    )
    parser.add_argument(
        "output",
        metavar="OUT",
        nargs="?",
        default="-",
        help="a file, or a folder if IN is many files (default: standard output)",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--format", choices=FORMATS, help="the input's format, if its name does not say it")
    parser.add_argument("--to", choices=FORMATS[:-1], help="the output's format, if its name does not say it")
    form.add_argument("--lines", action="store_const", const="lines", dest="format", help="each line of the input is a title")
    parser.add_argument("--no-header", action="store_true", help="the first row of the table holds no headings")
    parser.add_argument("--column", action="append", default=[], metavar="FIELD=HEADING", help=COLUMN)
    parser.add_argument("--reading", action="append", default=[], metavar="LADDER", help="add the reading on a ladder as a column")
    parser.add_argument("--occupation", action="store_true", help="add the likeliest ESCO and O*NET-SOC occupation as columns")
    parser.add_argument("--encoding", help="the input's encoding, if detection gets it wrong")
    parser.add_argument("--safe-csv", action="store_true", help="neutralise formulas in the columns that pass through, too")
    parser.add_argument("--dry-run", action="store_true", help="show what would be read and three answers, and write nothing")
    parser.add_argument("--sample", type=whole_number(1), metavar="N", help="answer the first N rows only")
    parser.add_argument("--overwrite", action="store_true", help="replace the output, or an unfinished run of it")
    parser.add_argument("--resume", action="store_true", help="continue an unfinished run")
    parser.add_argument("--processes", type=whole_number(1), metavar="N", help="processes that answer (default: one a processor)")
    parser.add_argument("--cache", type=whole_number(1), metavar="N", help=f"distinct titles whose answers are cached ({CACHED:,})")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write a report of the run, as one HTML page")
    parser.add_argument("--engine", choices=("local", "spark"), default="local", help="spark: run on Apache Spark")
    parser.add_argument("--master", help=f"with Spark: its master, such as local[2] or spark://HOST:7077 ({MASTER})")
    parser.set_defaults(run=run_batch)


def run_batch(options: argparse.Namespace) -> int:
    """Run, with progress and a summary on standard error.

    Raises:
        TableError: there is neither a file nor a pipe to read.
    """
    if options.input == "-" and sys.stdin.isatty():
        raise TableError("name a file, or pipe rows into rung batch: cat jobs.csv | rung batch > levels.csv")
    _refuse_unused(options)
    settings = Settings()
    setup = Setup(settings.model, settings.limits(), settings.ladders)
    files = pairs(options.input, options.output, options.to)
    jobs = [_job(options, source, target) for source, target in files or [(options.input, options.output)]]
    if options.report and len(jobs) > 1:
        raise TableError("--report is for one file; run the others without it")
    if options.engine == "spark":
        return _on_spark(_job(options, options.input, options.output), setup, options.master or MASTER)
    console = Notes(stderr=True)
    if files and (skipped := not_read(options.input)):
        say(console, skipped)
    if options.dry_run:
        return _show_preview(jobs[0], setup, console)
    if not files:
        return _run_one(jobs[0], setup, console, options.report)
    Path(options.output).mkdir(parents=True, exist_ok=True)
    return _run_each(jobs, setup, console, options.report)


class Notes(Console):
    """Lines for people on standard error; the run goes on if their reader leaves, as ``head`` does."""

    def on_broken_pipe(self) -> None:
        """Print nothing more."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def say(console: Console, text: str) -> None:
    """Print a line as it is."""
    console.print(text, highlight=False, markup=False, soft_wrap=True)


def _run_each(jobs: Sequence[BatchJob], setup: Setup, console: Console, page: Path | None) -> int:
    """Run the jobs of several files; one that cannot be done does not stop the others. Returns the worst exit code."""
    codes = []
    for job in jobs:
        say(console, f"{job.input} → {job.output}")
        try:
            codes.append(_run_one(job, setup, console, page))
        except TableError as error:
            codes.append(2)
            say(console, f"rung: {error.detail}" if job.input in error.detail else f"rung: {job.input}: {error.detail}")
    undone = [job.input for job, code in zip(jobs, codes, strict=True) if code == 2]
    if undone:
        say(console, f"not done: {len(undone):,} of {counted(len(jobs), 'file')}: {', '.join(undone)}")
    return max(codes)


def _refuse_unused(options: argparse.Namespace) -> None:
    """Refuse options that the run would not use.

    Raises:
        TableError: there is one; the message names it.
    """
    if options.engine != "spark":
        if options.master:
            raise TableError("--master is for Spark; add --engine spark")
        if options.dry_run and (unused := next((name for name in ("report", "resume") if getattr(options, name)), None)):
            raise TableError(f"--dry-run writes nothing; leave out --{unused}")
        return
    for name in ("dry_run", "report", "processes", "cache"):
        if getattr(options, name):
            raise TableError(f"--{name.replace('_', '-')} is for the local engine")


def _job(options: argparse.Namespace, source: str, target: str) -> BatchJob:
    return BatchJob(
        input=source,
        output=target,
        format=options.format,
        to=options.to,
        headless=options.no_header,
        sample=options.sample,
        columns=dict(_pair(text) for text in options.column),
        readings=tuple(dict.fromkeys(options.reading)),
        occupation=options.occupation,
        encoding=options.encoding,
        safe=options.safe_csv,
        overwrite=options.overwrite,
        resume=options.resume,
        processes=options.processes,
        memory=options.cache or CACHED,
    )


def pairs(source: str, target: str, to: str | None = None) -> list[tuple[str, str]]:
    """Each file of a folder or pattern, and its output; none if the source is one file. ``to`` is the format of the outputs.

    Raises:
        TableError: there is no such file, or many files have no folder of their own as output.
    """
    found = _found(source)
    if found is None:
        return []
    files = [file for file in found if format_of(file.name)]
    if not files:
        raise TableError(f"{source}: no file there ends in one of {', '.join(ENDINGS)}")
    folder = Path(target)
    if target == "-" or (folder.exists() and not folder.is_dir()):
        raise TableError(f"{source} is many files; name a folder for their outputs, not {target}")
    if folder.resolve() in {file.parent.resolve() for file in files}:
        raise TableError(f"{target} is the folder of the inputs; name another for the outputs")
    names = [_output_name(file.name, to) for file in files]
    twice = next((name for at, name in enumerate(names) if name in names[:at]), None)
    if twice:
        raise TableError(f"{source}: two outputs would be called {twice}; run their inputs one by one")
    return [(str(file), str(folder / name)) for file, name in zip(files, names, strict=True)]


def _found(source: str) -> list[Path] | None:
    """The files of a folder or of a pattern; ``None`` if the source is one file."""
    path = Path(source)
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.is_file())
    if path.exists() or not any(mark in source for mark in "*?["):
        return None
    return sorted(Path(name) for name in glob(source, recursive=True) if Path(name).is_file())  # noqa: PTH207 - it may be absolute


def not_read(source: str) -> str:
    """A line on the files of a folder or pattern whose names say no format that is read; "" if there are none."""
    names = [file.name for file in _found(source) or () if not format_of(file.name) and not file.name.startswith(".")]
    more = f" and {len(names) - SKIPPED:,} more" if len(names) > SKIPPED else ""
    hint = "; save the sheet of a workbook as CSV" if any(Path(name).suffix.lower() in WORKBOOKS for name in names) else ""
    return f"not read, since the name says no format: {', '.join(names[:SKIPPED])}{more}{hint}" if names else ""


def _output_name(name: str, to: str | None) -> str:
    """The name of the output for an input; its ending is replaced if the format differs."""
    if to is None and format_of(name) != "lines":
        return name
    base = Path(name)
    base = base.with_suffix("") if base.suffix.lower() in PACKING else base
    return f"{base.with_suffix('')}.{to or 'csv'}"


def _run_one(job: BatchJob, setup: Setup, console: Console, page: Path | None) -> int:
    """Run one job and show its summary; returns the exit code."""
    began = time.monotonic()
    with ProgressDisplay(console) as shown:
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
    if page:
        report.write(summary, page, f"{job.input} → {job.output}")
    show(summary, console, time.monotonic() - began)
    return 1 if summary.statuses["error"] else 0


def _show_preview(job: BatchJob, setup: Setup, console: Console) -> int:
    """Show what would be read, and print the first answers."""
    with ProgressDisplay(console) as shown:
        rows = preview(job, setup, shown, PREVIEWED)
    for row in rows:
        print(f"{row['title'][:60]!r}")
        for name, value in row.items():
            if name != "title" and value is not None:
                print(f"  {name}: {value}")
    return 0


def _on_spark(job: BatchJob, setup: Setup, master: str) -> int:
    from rung.tables.spark import run_job

    rows = run_job(job, setup, master)
    print(f"{counted(rows, 'row')}  {job.output}", file=sys.stderr)
    return 0


def _resumable(job: BatchJob) -> str:
    piped = "-" in (job.input, job.output)
    return "a run through a pipe cannot be resumed" if piped else "what is written stays; continue with --resume"


def _say_resumable(job: BatchJob) -> None:
    print(f"rung: {_resumable(job)}", file=sys.stderr)


def _pair(text: str) -> tuple[str, str]:
    name, equals, heading = text.partition("=")
    if not equals:
        raise TableError(f"--column {text}: write FIELD=HEADING, as in --column title='Job title'")
    return name.strip(), heading


class ProgressDisplay:
    """Shows notes and progress: a bar on a terminal, else a line every ten seconds."""

    def __init__(self, console: Console) -> None:
        self._console = console
        columns = (BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TextColumn("{task.description}"))
        self._bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._bar.add_task("starting", total=1.0)
        self._began = self._next = 0.0
        self._from: tuple[int, float] | None = None

    def __enter__(self) -> ProgressDisplay:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def note(self, text: str) -> None:
        """Print a line."""
        say(self._console, text)

    def progress(self, rows: int, done: float) -> None:
        """Show that ``rows`` are answered, which is ``done`` (0 to 1) of the work; 0 if that is unknown."""
        now = time.monotonic()
        if self._from is None:
            self._from, self._began, self._next = (
                (rows, done),
                now,
                now + 1.0,
            )  # rows of an earlier run, which do not count in the rate
            return
        before, share = self._from
        text = pace(rows, rows - before, (done - share) / (1 - share) if share < 1 else done, now - self._began)
        self._bar.update(self._task, completed=done, total=1.0 if done else None, description=text)
        if self._bar.disable and now >= self._next:
            self._next = now + PLAIN_EVERY
            self.note(text)


def pace(rows: int, answered: int, share: float, seconds: float) -> str:
    """The progress of a run as text: its rows, the rate, and the time left.

    ``answered`` rows took ``seconds``; they are ``share`` (0 to 1) of the work, or 0 if that is unknown.
    """
    rate = f"{counted(rows, 'row')}, {answered / max(seconds, 0.001):,.0f}/s"
    if not share:
        return rate
    left = round((1 - share) / share * seconds)
    return f"{rate}, {share:.0%}, {left // 60}:{left % 60:02d} left"


def show(summary: Summary, console: Console, seconds: float) -> None:
    """The summary, for people."""
    say(console, f"{counted(summary.rows, 'row')} in {seconds:,.1f} s, {summary.rows / max(seconds, 0.001):,.0f} rows/s")
    say(console, "  " + ", ".join(f"{status} {count:,}" for status, count in summary.statuses.most_common()))
    for line in (*grid_lines(summary), *family_lines(summary)):
        say(console, "  " + line)
    if summary.lowest:
        say(console, "least sure:")
        for confidence, title, status, answer in summary.lowest:
            say(console, f"  {confidence:.2f}  {title!r}  {status} {answer}")
    for number, reason in summary.errors:
        say(console, f"row {number:,}: {reason}")


def grid_lines(summary: Summary) -> list[str]:
    """Levels by track, a line each, most frequent first."""
    levels: dict[str, dict[str, int]] = {}
    for cell, count in summary.grid.most_common():
        level, track = cell.split("/")
        levels.setdefault(level, {})[track] = count
    named = sorted({track for tracks in levels.values() for track in tracks})
    lines = [
        f"{level:<10}" + "".join(f"{track:<8}{tracks[track]:>9,}   " if track in tracks else " " * 20 for track in named)
        for level, tracks in levels.items()
    ]
    return [line.rstrip() for line in lines]


def family_lines(summary: Summary) -> list[str]:
    """The most frequent families with their levels, a line each; the others are counted in the last line."""
    common = summary.families.most_common()
    lines = [
        f"{summary.label(family)[:28]:<28}{count:>9,}   "
        + ", ".join(f"{level} {n:,}" for level in summary.levels if (n := summary.cells[f"{family}/{level}"]))
        for family, count in common[:FAMILIES]
    ]
    if rest := common[FAMILIES:]:
        lines.append(f"{f'{len(rest)} more':<28}{sum(count for _, count in rest):>9,}   --report lists them")
    return [line.rstrip() for line in lines]
