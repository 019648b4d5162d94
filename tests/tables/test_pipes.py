"""Pipes: rows of every format, packed or not, give what the file gives, in whatever pieces they come."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rung import TableError
from rung.tables.answers import Setup
from rung.tables.files import BatchJob, run
from rung.tables.packing import UNPACKED_FREELY, Unpacked
from rung.tables.sources import Peekable
from tests.tables.conftest import ROOT, Heard, cells, rung
from tests.tables.test_files import write_rows

zstandard = pytest.importorskip("zstandard")


@pytest.fixture
def setup() -> Setup:
    return Setup()


@contextmanager
def standard_input(monkeypatch, data: bytes, size: int) -> Iterator[None]:
    """Standard input that is a pipe into which the data goes in pieces."""
    read, write = os.pipe()

    def feed() -> None:
        with os.fdopen(write, "wb", buffering=0) as pipe:
            for at in range(0, len(data), size):
                pipe.write(data[at : at + size])

    feeder = threading.Thread(target=feed)
    with os.fdopen(read, "rb") as pipe, monkeypatch.context() as patched:
        patched.setattr(sys, "stdin", pipe)
        feeder.start()
        yield
        feeder.join()


@pytest.mark.parametrize("name", ["in.csv", "in.tsv", "in.ndjson", "in.csv.gz", "in.tsv.zst", "in.ndjson.gz", "in.ndjson.zst"])
@pytest.mark.parametrize("size", [3, 1_000_000])
def test_what_comes_through_a_pipe_is_answered_as_the_file_is(tmp_path, monkeypatch, setup, name, size) -> None:
    write_rows(tmp_path / name, 40)
    kind = name.split(".")[1]
    run(BatchJob(str(tmp_path / name), str(tmp_path / f"file.{kind}"), processes=1), setup, Heard())
    with standard_input(monkeypatch, (tmp_path / name).read_bytes(), size):
        run(BatchJob("-", str(tmp_path / f"pipe.{kind}"), processes=1), setup, Heard())
    assert (tmp_path / f"pipe.{kind}").read_bytes() == (tmp_path / f"file.{kind}").read_bytes()


def test_a_redirected_file_is_read_like_a_pipe(tmp_path, monkeypatch, setup) -> None:
    write_rows(tmp_path / "in.csv", 40)
    run(BatchJob(str(tmp_path / "in.csv"), str(tmp_path / "file.csv"), processes=1), setup, Heard())
    with (tmp_path / "in.csv").open("rb") as source, monkeypatch.context() as patched:
        patched.setattr(sys, "stdin", source)
        run(BatchJob("-", str(tmp_path / "out.csv"), processes=1), setup, Heard())
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "file.csv").read_bytes()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1252", "utf-8-sig"])
def test_encodings_are_found_in_a_pipe(tmp_path, monkeypatch, setup, encoding) -> None:
    text = "title,where\nProduktmanager für Köln,Málaga\n" + "PM,x\n" * 9
    with standard_input(monkeypatch, text.encode(encoding), 1_000):
        run(BatchJob("-", str(tmp_path / "out.csv"), processes=1), setup, Heard())
    assert cells((tmp_path / "out.csv").read_bytes())[1][:2] == ["Produktmanager für Köln", "Málaga"]


@pytest.mark.parametrize("data", [b"", gzip.compress(b"title\n" + b"PM\n" * 999)[:-9], b"id,salary\n1,2\n", b'"title\nPM\n'])
def test_a_pipe_without_a_table_is_refused_and_leaves_nothing(tmp_path, monkeypatch, setup, data) -> None:
    with standard_input(monkeypatch, data, 5), pytest.raises(TableError):
        run(BatchJob("-", str(tmp_path / "out.csv"), processes=1), setup, Heard())
    assert not list(tmp_path.iterdir())


def test_rows_come_out_of_a_pipe_as_they_go_in(tmp_path) -> None:
    done = rung("-", "-", input=b"title\nPM\n\nVP Product\n")
    assert [row[0] for row in cells(done.stdout) if row] == ["title", "PM", "VP Product"]
    assert done.returncode == 0
    assert b"2 rows in" in done.stderr


def test_a_row_comes_out_before_the_next_goes_in() -> None:
    command = [sys.executable, "-m", "rung.cli", "batch", "-", "-"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        got = []
        for row in (b"id,job title\n1,PM\n", b"2,VP Product\n"):
            process.stdin.write(row)
            process.stdin.flush()
            got += [process.stdout.readline() for _ in range(row.count(b"\n"))]
        process.stdin.close()
        assert [line.split(b",")[0] for line in got] == [b"id", b"1", b"2"]


def bomb(pieces: int) -> bytes:
    """A file of some kB that unpacks to so many MB of one cell."""
    packer = zstandard.ZstdCompressor(level=19).compressobj()
    packed = [packer.compress(b'title,x\nPM,"')]
    packed += [packer.compress(b"a" * (1 << 20)) for _ in range(pieces)]
    return b"".join([*packed, packer.flush()])


class Bytes:
    """Bytes as a stream."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, size: int, /) -> bytes:
        piece, self._data = self._data[:size], self._data[size:]
        return piece


@pytest.mark.parametrize(
    ("packing", "pack"),
    [("zstd", bomb), ("gzip", lambda pieces: gzip.compress(b"a" * (pieces << 20)))],
)
def test_little_is_unpacked_at_a_time_however_well_it_was_packed(packing: str, pack: Callable[[int], bytes]) -> None:
    data = pack(64)
    assert len(data) < 100_000
    unpacked = Unpacked(Bytes(data), packing, "bomb")
    largest = 0
    while unpacked.read(1):
        largest = max(largest, len(unpacked._ready))
        unpacked._ready = unpacked._ready[:0]
    assert 0 < largest <= 17_000_000


def test_a_cell_that_unpacks_without_end_is_refused(tmp_path: Path, setup) -> None:
    (tmp_path / "in.csv.zst").write_bytes(bomb(40))
    with pytest.raises(TableError, match="longer than 16,000,000 bytes"):
        run(BatchJob(str(tmp_path / "in.csv.zst"), str(tmp_path / "out.csv.zst"), processes=1), setup, Heard())
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv.zst"]


def test_a_file_that_grows_a_thousandfold_is_refused() -> None:
    unpacked = Unpacked(Bytes(bomb((UNPACKED_FREELY >> 20) + 20)), "zstd", "bomb.zst")
    with pytest.raises(TableError, match=r"bomb\.zst unpacks to more than 1,000 times its size"):
        list(iter(lambda: len(unpacked.read(1 << 20)), 0))


def test_what_was_looked_at_is_read_again() -> None:
    stream = Peekable(Bytes(b"abcdef"))
    assert stream.peek(4) == b"abcdef"[:4]
    assert stream.read(2) + stream.read(9) == b"abcdef"
    assert stream.peek(4) == b""
