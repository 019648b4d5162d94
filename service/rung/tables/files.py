"""Files: one run from an input to an output, in bounded memory."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any, Protocol

from rung import __version__
from rung.artefact import digest_of_folder
from rung.errors import TableError
from rung.normaliser import Normaliser
from rung.tables.answers import Deduplicator, Employers, KeyClassifier, PendingBlock, Setup, Task, check_readings
from rung.tables.columns import column_finder
from rung.tables.convert import open_table
from rung.tables.forms import Typed
from rung.tables.journal import Journalled, Sink, StandardOutput, already_whole, destination, refuse_existing
from rung.tables.opening import ReadOptions
from rung.tables.rows import Piece, Rows
from rung.tables.sources import TableFile, check_extras, format_of, open_file, table_file
from rung.tables.summary import Summary
from rung.tables.table import BLANK, added
from rung.tables.workers import InProcess, WorkerPool, WorkerProcess, Workers, collecting_rarely, cores, start

CACHED = 300_000  # distinct titles whose answers a run caches


@dataclass(frozen=True, slots=True)
class BatchJob:
    """The options of a run. ``columns`` maps fields to headings; ``processes`` of ``None`` means one a processor.

    ``format`` is the format of the input and ``to`` that of the output, if their names do not say it. ``headless`` means that the
    first row holds no headings. ``sample`` is the number of rows to answer (``None``: all), ``memory`` the number of cached titles.
    """

    input: str
    output: str
    format: str | None = None
    to: str | None = None
    headless: bool = False
    sample: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    readings: tuple[str, ...] = ()
    occupation: bool = False
    encoding: str | None = None
    safe: bool = False
    overwrite: bool = False
    resume: bool = False
    processes: int | None = None
    memory: int = CACHED


class Watcher(Protocol):
    """Receives the notes and the progress of a run."""

    def note(self, text: str) -> None:
        """Show a line."""

    def progress(self, rows: int, done: float) -> None:
        """``rows`` rows are written, after the share ``done`` (0 to 1; 0: not known) of the input; also called before the first."""


def run(job: BatchJob, setup: Setup, watcher: Watcher) -> Summary | None:
    """Carry out a run; ``None`` if the run to resume is already complete.

    Raises:
        TableError: the input cannot be read, or the output cannot be written, as asked; nothing is left behind.
        WorkerLost, OSError: the run was interrupted and can be resumed.
    """
    source = _source(job)
    target = _target(job, source)
    if job.resume and already_whole(destination(Path(target.path))):
        watcher.note(f"{target.path} is there and whole; there is nothing to resume")
        return None
    check_extras(source, target)  # before the model is loaded, since it would be for nothing
    normaliser = setup.load()
    check_readings(normaliser, job.readings)
    rows = open_table(source, target, _read_options(job), column_finder(normaliser))
    try:
        for note in (*rows.notes, *rows.columns.describe()):
            watcher.note(note)
        task = Task(rows.columns.fields, job.readings, rows.form, job.occupation)
        identity = {} if source.piped or target.piped else _identity(job, setup, normaliser.model.digest)
        sink = _sink(job, target, rows, identity)
        workers = _workers(job, InProcess(task, normaliser), lambda count: start(setup, task, count), large=rows.large)
        try:
            summary = _summary(sink, normaliser)
            deduplicator = Deduplicator(workers.submit, task.fields, job.memory, Employers(normaliser))
            with collecting_rarely():
                _carry(rows, sink, deduplicator, workers, watcher, summary, job.sample)
            for note in rows.late_notes():
                watcher.note(note)
            return summary
        finally:
            workers.close()
            sink.close()
    finally:
        rows.close()


def preview(job: BatchJob, setup: Setup, watcher: Watcher, count: int) -> list[dict[str, Any]]:
    """The answers of the first rows, ``count`` at most, each with its title; nothing is written.

    Raises:
        TableError: the input cannot be read as asked.
    """
    source = _source(job)
    check_extras(source)
    normaliser = setup.load()
    check_readings(normaliser, job.readings)
    rows = open_table(source, source, _read_options(job), column_finder(normaliser))
    try:
        for note in (*rows.notes, *rows.columns.describe()):
            watcher.note(note)
        keys = [key for key in islice(chain.from_iterable(piece.keys for piece in rows.pieces(None)), 10 * count) if key != BLANK]
    finally:
        rows.close()
    task = Task(rows.columns.fields, job.readings, Typed(), job.occupation)
    names = tuple(task.added())
    answers = KeyClassifier(task, normaliser)(keys[:count])
    titles = [key if isinstance(key, str) else key[0] if isinstance(key, tuple) else "" for key in keys]
    return [{"title": title, **dict(zip(names, cells, strict=True))} for title, (cells, _) in zip(titles, answers, strict=False)]


def _read_options(job: BatchJob) -> ReadOptions:
    return ReadOptions(job.columns, added(job.readings, occupation=job.occupation), job.safe, job.encoding, headless=job.headless)


def _summary(sink: Sink, normaliser: Normaliser) -> Summary:
    """The summary of the rows that an interrupted run has written."""
    levels = tuple(sorted(normaliser.grid.levels, key=lambda level: normaliser.grid.levels[level].rank))
    labels = {family.id: family.label for family in normaliser.families}
    if sink.state is None:
        return Summary(levels, labels)
    try:
        return Summary.from_dict(sink.state["summary"], levels, labels)
    except (KeyError, TypeError, ValueError) as error:
        raise TableError("the journal is damaged; start again with --overwrite") from error


def _carry(
    rows: Rows, sink: Sink, deduplicator: Deduplicator, workers: Workers, watcher: Watcher, summary: Summary, sample: int | None
) -> None:
    """Read, submit and write pieces in order; while some are being answered, the next is read."""
    state = sink.state
    waiting: deque[tuple[Piece, PendingBlock, float]] = deque()

    def finish() -> None:
        piece, answers, done = waiting.popleft()
        slots = answers.result()
        sink.write(rows.write(piece.data, slots))
        summary.add(slots)
        sink.mark({"place": piece.place, "summary": summary.as_dict()})
        watcher.progress(summary.rows, done)

    try:
        if state is None:
            sink.write(rows.opening())
        else:
            watcher.note(f"resuming after {summary.rows:,} rows")
        watcher.progress(summary.rows, rows.done())
        pieces = rows.pieces(state["place"] if state else None)
        for piece in pieces if sample is None else _first(rows, pieces, sample):
            waiting.append((piece, deduplicator.submit(piece.keys), rows.done()))
            while waiting and (len(waiting) > workers.depth or not rows.ready()):
                finish()
        while waiting:
            finish()
        if not summary.rows:
            raise TableError("there is a heading but no row in it")
        sink.finish()
    except TableError:
        sink.discard()
        raise
    finally:
        sink.close()


def _first(rows: Rows, pieces: Iterator[Piece], count: int) -> Iterator[Piece]:
    """The pieces of the first rows."""
    for piece in pieces:
        yield rows.first(piece, count)
        count -= len(piece.keys)
        if count <= 0:
            return


def _source(job: BatchJob) -> TableFile:
    """The input; rows from a pipe have the format of the output, unless the options say otherwise."""
    if job.input == "-":
        return TableFile("-", job.format or (format_of(job.output) if job.output != "-" else None) or "csv", None)
    return table_file(job.input, job.format)


def _target(job: BatchJob, source: TableFile) -> TableFile:
    """The output; it must not be the input, nor be there already."""
    natural = "csv" if source.format == "lines" else source.format
    if job.output == "-":
        if job.resume:
            raise TableError("a run into a pipe cannot be resumed; name a file")
        if (job.to or natural) == "parquet":
            raise TableError("Parquet cannot be written into a pipe; name a file, or say --to csv")
        return TableFile("-", job.to or natural, None)
    if job.resume and job.sample is not None:
        raise TableError("--sample is for a first try and cannot be resumed; start it again with --overwrite")
    if job.resume and source.piped:
        raise TableError("a run from a pipe cannot be resumed, since what it gave is gone; name a file")
    said = format_of(job.output)
    if job.to and said not in (None, job.to):
        raise TableError(f"{job.output} is {said} by its name, and --to says {job.to}; rename it, or drop --to")
    target = table_file(job.output, job.to or said or natural)
    if target.format == "lines":
        raise TableError(f"{job.output}: lines hold titles alone; write the answers as CSV, NDJSON or Parquet")
    out = destination(Path(job.output))
    if not source.piped and out.exists() and Path(job.input).exists() and out.samefile(job.input):
        raise TableError(f"{job.output} is the input itself; name another file")
    if not out.parent.is_dir():
        raise TableError(f"{out.parent} is not a folder; make it first")
    if not job.resume and not job.overwrite:
        refuse_existing(out)
    return target


def _identity(job: BatchJob, setup: Setup, digest: str) -> dict[str, Any]:
    """What must be unchanged for a run to be resumed; the keys are shown to people."""
    with open_file(job.input) as file:
        content = hashlib.file_digest(file, "sha256").hexdigest()  # size and time can stay the same when the content changes
    return {
        "the input's content": content,
        "the version of Rung": __version__,
        "the model": digest,
        "the longest title (RUNG_MAX_TITLE)": setup.limits.title,
        "the longest description (RUNG_MAX_DESCRIPTION)": setup.limits.description,
        "the ladders (RUNG_LADDERS)": digest_of_folder(setup.ladders) if setup.ladders else None,
        "--format": job.format,
        "--to": job.to,
        "--no-header": job.headless,
        "--sample": job.sample,
        "--column": dict(job.columns),
        "--reading": list(job.readings),
        "--occupation": job.occupation,
        "--encoding": job.encoding,
        "--safe-csv": job.safe,
    }


def _sink(job: BatchJob, target: TableFile, rows: Rows, identity: Mapping[str, Any]) -> Sink:
    if target.piped:
        return StandardOutput()
    return Journalled(Path(target.path), identity, resume=job.resume, overwrite=job.overwrite, convert=rows.convert)


def _workers(job: BatchJob, own: InProcess, others: Callable[[int], list[WorkerProcess]], *, large: bool) -> Workers:
    count = cores() if job.processes is None else job.processes
    return WorkerPool(own, lambda: others(count - 1), processes=count, at_once=large) if count > 1 else own
