"""Rows on Apache Spark: ``classify(df)`` adds the columns of the row contract to a DataFrame of any size.

Rows reach Python as Arrow batches (``mapInArrow``). The model is broadcast and loaded once by each Python worker, which caches the
answers of titles. An answer depends on its row alone, so a retried task gives the same rows.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rung import artefact as artefacts
from rung.artefact import Artefact
from rung.errors import TableError, extra
from rung.normaliser import Normaliser, newest_model
from rung.tables.answers import Deduplicator, Employers, Setup, Task, check_readings
from rung.tables.columnar import Widened, keys_of
from rung.tables.columns import ColumnFinder, Columns, checked_names, column_finder
from rung.tables.files import BatchJob
from rung.tables.forms import Typed
from rung.tables.sources import format_of, open_file, table_file
from rung.tables.workers import InProcess, collecting_rarely
from rung.types import Limits

MEMORY = 50_000  # titles whose answers a Python worker caches
TYPES: Mapping[type, str] = {str: "string", int: "byte", float: "double"}


def classify(
    df: Any,
    *,
    columns: Mapping[str, str] | None = None,
    readings: Sequence[str] = (),
    occupation: bool = False,
    model: Path | None = None,
    limits: Limits | None = None,
    neutralised: bool = False,
) -> Any:
    """The DataFrame with Rung's columns after its own; ``columns`` maps fields to headings.

    ``neutralised`` puts an apostrophe before what a spreadsheet would run, for output that is written as CSV.

    Raises:
        TableError: there is no column of titles, or no ladder of a reading's name.
        ArtefactError: the model cannot be loaded.
    """
    artefact = artefacts.load(model or newest_model())
    normaliser = Normaliser(artefact)
    check_readings(normaliser, readings)
    read = _columns(df, checked_names(columns), column_finder(normaliser))
    task = Task(read.fields, tuple(readings), Typed(neutralised), occupation)
    names = task.added()
    schema = type(df.schema)(list(df.schema.fields))  # a copy: adding to the DataFrame's own would change it
    for name, kind in names.items():
        schema.add(name, TYPES[kind])
    shared = df.sparkSession.sparkContext.broadcast(artefact)
    return df.mapInArrow(_answering(shared, limits or Limits(), task, read), schema)


def _columns(df: Any, named: Mapping[str, str], finder: ColumnFinder) -> Columns:
    """The columns; rows are fetched only where several columns may hold the titles."""
    rows: list[list[str]] = []
    if finder.undecided(df.columns, named):
        taken = df.limit(finder.headings.rows).collect()
        rows = [[value if isinstance(value, str) else "" for value in row] for row in taken]
    return finder.find(df.columns, named, rows)


def _answering(shared: Any, limits: Limits, task: Task, columns: Columns) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """The function that a worker runs over the batches of a partition."""

    def answer(batches: Iterator[Any]) -> Iterator[Any]:
        deduplicator = _deduplicator(shared.value, limits, task)
        names = task.added()
        with collecting_rarely():
            for batch in batches:
                slots = deduplicator.submit(keys_of(batch, columns)).result()
                yield Widened(batch.schema, names).batch(batch, slots)

    return answer


_deduplicators: dict[tuple[str, Limits, Task], Deduplicator] = {}


def _deduplicator(artefact: Artefact, limits: Limits, task: Task) -> Deduplicator:
    """The deduplicator for a model and a task, kept in this process, because Spark reuses its Python workers."""
    key = (artefact.digest, limits, task)
    if key not in _deduplicators:
        _deduplicators.clear()  # a new model or task replaces the old one for good
        normaliser = Normaliser(artefact, task.limits(limits))
        _deduplicators[key] = Deduplicator(InProcess(task, normaliser).submit, task.fields, MEMORY, Employers(normaliser))
    return _deduplicators[key]


def run_job(job: BatchJob, setup: Setup, master: str) -> int:
    """Carry out a run of the command line on Spark, reading and writing CSV, TSV or Parquet; gives the number of rows.

    Raises:
        TableError: the input cannot be read, or the output not written, as asked.
    """
    source, target = _checked(job, setup)
    session = _session(master)
    try:
        df = _read(session, job.input, source)
        rows = classify(
            df,
            columns=job.columns,
            readings=job.readings,
            occupation=job.occupation,
            model=setup.model,
            limits=setup.limits,
            neutralised=target != "parquet",
        )
        _write(rows, job, target)
        return int(_read(session, job.output, target).count())
    finally:
        session.stop()


def _checked(job: BatchJob, setup: Setup) -> tuple[str, str]:
    if setup.ladders is not None:
        raise TableError("further ladders are for the local engine; on Spark only those of the model are read")
    local = {
        "--resume": job.resume, "--safe-csv": job.safe, "--encoding": job.encoding, "--sample": job.sample,
        "--no-header": job.headless,
    }  # fmt: skip
    refused = [name for name, value in local.items() if value]
    if refused:
        raise TableError(f"{refused[0]} is for the local engine")
    source = table_file(job.input, job.format)
    target = table_file(job.output, job.to or format_of(job.output) or source.format)
    if source.piped or target.piped:
        raise TableError("Spark reads and writes files; name both")
    if {"ndjson", "lines"} & {source.format, target.format}:
        raise TableError("on Spark, Rung reads and writes Parquet, CSV and TSV; NDJSON and lines are for the local engine")
    if "://" not in job.input and not Path(job.input).is_dir():
        open_file(job.input).close()
    if "://" not in job.output and Path(job.output).exists() and not job.overwrite:
        raise TableError(f"{job.output} exists; name another folder, or replace it with --overwrite")
    return source.format, target.format


def _session(master: str) -> Any:
    with extra("spark", "the engine spark"):
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra, and large
    builder = SparkSession.builder.appName("rung").master(master).config("spark.ui.showConsoleProgress", "false")
    if master.startswith("local"):
        # The workers of a local master are to be this Python, not the first on the path, and listen to this machine alone.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
        builder = builder.config("spark.ui.enabled", "false")
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _read(session: Any, path: str, kind: str) -> Any:
    if kind == "parquet":
        return session.read.parquet(path)
    # Quotes are doubled and cells may hold line breaks, as everywhere else in Rung; a file is then read by one task.
    options = {"header": True, "multiLine": True, "escape": '"', "sep": "\t" if kind == "tsv" else ",", "encoding": "UTF-8"}
    return session.read.options(**options).csv(path)


def _write(rows: Any, job: BatchJob, kind: str) -> None:
    writer = rows.write.mode("overwrite" if job.overwrite else "errorifexists")
    if kind == "parquet":
        writer.parquet(job.output)
    else:
        writer.options(header=True, escape='"', emptyValue="", sep="\t" if kind == "tsv" else ",").csv(job.output)
