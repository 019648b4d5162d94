"""Spark on `local[2]` against `rung batch` with two processes on the same Parquet file, as a ratio of rates; the session is warm.

`python -m bench.spark [--rows 100000] [--text 0] [--pairs 2]` prints one JSON object.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bench.generate import HEADINGS, rows
from rung.tables.answers import Setup
from rung.tables.files import BatchJob, run
from rung.tables.spark import classify


class Silent:
    """A watcher of a run that ignores every message."""

    def note(self, text: str) -> None:
        """Nothing."""

    def progress(self, rows: int, done: float) -> None:
        """Nothing."""


def plain(source: Path, target: Path) -> float:
    """Wall-clock seconds of `rung batch` with two processes."""
    began = time.perf_counter()
    run(BatchJob(str(source), str(target), overwrite=True, processes=2), Setup(), Silent())
    return time.perf_counter() - began


def spark(session: Any, source: Path, target: Path) -> float:
    """Wall-clock seconds on Spark, partitioned by title, so that one worker answers all rows of a title."""
    began = time.perf_counter()
    classify(session.read.parquet(str(source)).repartition(8, "title")).write.mode("overwrite").parquet(str(target))
    return time.perf_counter() - began


@contextlib.contextmanager
def session() -> Iterator[Any]:
    """A local Spark session with two worker threads; it stops at the end of the block."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    made = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").getOrCreate()
    made.sparkContext.setLogLevel("OFF")
    try:
        yield made
    finally:
        made.stop()


def measure(count: int, size: int = 0, pairs: int = 2) -> dict[str, Any]:
    """The seconds of both in each pair, and the median ratio of their rates."""
    with session() as started, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = list(rows(count, distinct=1.0 if size else 0.12, size=size))
        table = pa.table([list(column) for column in zip(*made, strict=True)], names=HEADINGS if size else HEADINGS[:-1])
        pq.write_table(table.slice(0, 500), folder / "warm.parquet")
        pq.write_table(table, folder / "in.parquet")
        spark(started, folder / "warm.parquet", folder / "warm")
        found = [
            (plain(folder / "in.parquet", folder / "out.parquet"), spark(started, folder / "in.parquet", folder / "out"))
            for _ in range(pairs)
        ]
    ratio = statistics.median(alone / cluster for alone, cluster in found)
    return {"rows": count, "text": size, "seconds": found, "ratio": round(ratio, 3)}


def main() -> None:
    """Run the measurement and print it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--text", type=int, default=0)
    parser.add_argument("--pairs", type=int, default=2)
    options = parser.parse_args()
    print(json.dumps(measure(options.rows, options.text, options.pairs)))


if __name__ == "__main__":
    main()
