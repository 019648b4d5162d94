"""Spark on `local[2]` beside two plain processes over the same Parquet file, as a ratio of rates in one run; the session is warm.

`python -m tests.bench.spark [--rows 100000] [--text 0] [--pairs 2]` prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from service.batch.answers import Setup
from service.batch.files import Job, run
from service.batch.spark import classify
from tests.bench.generate import HEADINGS, rows


class Silent:
    """A watcher that hears nothing."""

    def note(self, text: str) -> None:
        """Nothing."""

    def progress(self, rows: int, done: float) -> None:
        """Nothing."""


def plain(source: Path, target: Path) -> float:
    """Seconds of a run with two processes."""
    began = time.perf_counter()
    run(Job(str(source), str(target), overwrite=True, processes=2), Setup(), Silent())
    return time.perf_counter() - began


def spark(session: Any, source: Path, target: Path) -> float:
    """Seconds of the same on Spark."""
    began = time.perf_counter()
    classify(session.read.parquet(str(source)).repartition(8)).write.mode("overwrite").parquet(str(target))
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--text", type=int, default=0)
    parser.add_argument("--pairs", type=int, default=2)
    options = parser.parse_args()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = list(rows(options.rows, distinct=1.0 if options.text else 0.12, size=options.text))
        headings = HEADINGS if options.text else HEADINGS[:-1]
        table = pa.table([list(column) for column in zip(*made, strict=True)], names=headings)
        pq.write_table(table.slice(0, 500), folder / "warm.parquet")
        pq.write_table(table, folder / "in.parquet")
        spark(session, folder / "warm.parquet", folder / "warm")
        pairs = [
            (plain(folder / "in.parquet", folder / "out.parquet"), spark(session, folder / "in.parquet", folder / "out"))
            for _ in range(options.pairs)
        ]
    session.stop()
    ratio = statistics.median(alone / cluster for alone, cluster in pairs)
    print(json.dumps({"rows": options.rows, "text": options.text, "seconds": pairs, "ratio": round(ratio, 3)}))


if __name__ == "__main__":
    main()
