"""On Spark every row gets what it gets on one machine, also where a task is killed and tried again."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore")]  # Spark's own warnings are not ours to mend

pyspark = pytest.importorskip("pyspark")
pq = pytest.importorskip("pyarrow.parquet")

from rung.errors import TableError  # noqa: E402
from rung.tables.answers import Setup  # noqa: E402
from rung.tables.files import BatchJob, run  # noqa: E402
from rung.tables.spark import classify, run_job  # noqa: E402
from rung.tables.table import COLUMNS  # noqa: E402
from tests.tables.conftest import Heard, cells  # noqa: E402
from tests.tables.test_files import write_rows  # noqa: E402


@pytest.fixture(scope="module")
def session():
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = pyspark.sql.SparkSession.builder.master("local[2,3]").config("spark.ui.enabled", "false")
    made = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").getOrCreate()
    made.sparkContext.setLogLevel("OFF")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> Path:
    """The input and the output of one machine, as Parquet."""
    folder = tmp_path_factory.mktemp("alone")
    write_rows(folder / "in.parquet", 500)
    run(BatchJob(str(folder / "in.parquet"), str(folder / "out.parquet"), readings=("nine-levels",), processes=1), Setup(), Heard())
    return folder


def expected(alone: Path) -> list[dict[str, object]]:
    return pq.read_table(alone / "out.parquet").to_pylist()


def test_rows_equal_those_of_one_machine(session, alone) -> None:
    df = session.read.parquet(str(alone / "in.parquet")).repartition(3)
    found = classify(df, readings=("nine-levels",))
    assert found.columns == [*df.columns, *COLUMNS, "rung_reading_nine-levels"]
    rows = sorted((row.asDict() for row in found.collect()), key=lambda row: int(row["id"]))
    assert rows == expected(alone)


def test_a_killed_task_is_tried_again_and_nothing_is_lost_or_doubled(session, alone, tmp_path) -> None:
    mark = str(tmp_path / "killed")

    def kill_once(batches):
        for batch in batches:
            yield batch
            try:
                os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                continue
            os.kill(os.getpid(), signal.SIGKILL)

    df = session.read.parquet(str(alone / "in.parquet")).repartition(4)
    found = classify(df, readings=("nine-levels",))
    rows = sorted((row.asDict() for row in found.mapInArrow(kill_once, found.schema).collect()), key=lambda row: int(row["id"]))
    assert Path(mark).exists()
    assert rows == expected(alone)


def test_a_table_without_titles_is_refused_before_any_work(session) -> None:
    with pytest.raises(TableError, match="no column of titles"):
        classify(session.createDataFrame([("1",)], ["salary"]))


def test_the_command_reads_and_writes_csv_as_one_machine_does(session, tmp_path) -> None:
    write_rows(tmp_path / "in.csv", 60)
    run(BatchJob(str(tmp_path / "in.csv"), str(tmp_path / "alone.csv"), processes=1), Setup(), Heard())
    assert run_job(BatchJob(str(tmp_path / "in.csv"), str(tmp_path / "out.csv")), Setup(), "local[2]") == 60
    parts = sorted((tmp_path / "out.csv").glob("part-*.csv"))
    assert [row for part in parts for row in cells(part.read_bytes())] == cells((tmp_path / "alone.csv").read_bytes())


@pytest.mark.parametrize(
    ("source", "target", "options", "said"),
    [
        ("missing.csv", "out.csv", {}, "No such file"),
        ("in.ndjson", "out.ndjson", {}, "NDJSON and lines are for the local engine"),
        ("in.csv", "out.csv", {"sample": 5}, "--sample is for the local engine"),
        ("in.csv", "in.csv", {}, "exists"),
        ("in.csv", "out.csv", {"resume": True}, "--resume is for the local engine"),
    ],
)
def test_what_spark_cannot_do_is_named(tmp_path, source, target, options, said) -> None:
    write_rows(tmp_path / "in.csv", 2)
    with pytest.raises(TableError, match=said):
        run_job(BatchJob(str(tmp_path / source), str(tmp_path / target), **options), Setup(), "local[2]")
