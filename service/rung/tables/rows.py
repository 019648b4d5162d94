"""An input of any format as pieces: what is asked of each, how its answers become bytes, and where a resumed run goes on."""

from __future__ import annotations

import gzip
import select
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol

from rung.errors import TableError
from rung.tables.answers import Question, Slot
from rung.tables.columnar import ParquetSource, Widened, keys_of
from rung.tables.delimited import Delimited, read_heading
from rung.tables.forms import DelimitedTail, Form, NdjsonTail, Typed
from rung.tables.ndjson import Ndjson, open_lines
from rung.tables.sources import SAMPLE, Named, Source, needed
from rung.tables.table import Columns, find_columns, neutral

BOM = b"\xef\xbb\xbf"
LARGE = 4  # blocks of Parquet from which on several processes are worth starting
Place = Mapping[str, int]
Convert = Callable[[BinaryIO, Path], None]
Pack = Callable[[bytes], bytes]


class Piece(NamedTuple):
    """Some rows; ``place`` is what the journal says when they are written."""

    keys: Sequence[Question]
    write: Callable[[Sequence[Slot]], bytes]
    place: Place


class Wanted(NamedTuple):
    """How rows are to be read and written: fields by heading, the added columns, and whether all cells are made safe to show."""

    columns: Mapping[str, str]
    added: Mapping[str, type]
    safe: bool = False
    encoding: str | None = None


class Rows(Protocol):
    """An input of some format, opened and checked. ``convert`` makes the output of its part; ``large``: worth several processes."""

    columns: Columns
    form: Form
    notes: list[str]
    convert: Convert | None
    large: bool

    def opening(self) -> bytes:
        """What the output begins with."""

    def pieces(self, place: Place | None) -> Iterator[Piece]:
        """The rows from a place of the journal on (``None``: from the start)."""

    def ready(self) -> bool:
        """False where the next piece would have to be waited for."""

    def done(self) -> float:
        """The share (0 to 1) of the input that has been read."""

    def close(self) -> None:
        """Close the input."""


class TextRows:
    """Rows of a delimited table or of NDJSON."""

    convert: Convert | None = None
    form: Form

    def __init__(self, source: Named, target: Named, wanted: Wanted) -> None:
        self._source = Source(source, wanted.encoding)
        self._pack = packer(target.packing)
        self._wanted = wanted
        sample = self._source.sample
        whole = len(sample) < SAMPLE and not source.piped
        self.large = len(sample) >= SAMPLE
        self.notes = list(self._source.notes)
        try:
            if source.format == "ndjson":
                self._open_lines(sample, whole)
            else:
                self._open_table(sample, "\t" if source.format == "tsv" else None, whole)
        except TableError as error:
            self._source.close()
            raise TableError(f"{source.path}: {error.detail}", error.errors) from error

    def _open_table(self, sample: bytes, delimiter: str | None, whole: bool) -> None:
        if sample.lstrip()[:1] == b"{":
            raise TableError("it holds JSON objects; if it is NDJSON, name it so or say --format ndjson")
        if whole and not sample:
            raise TableError("there is nothing in it")
        heading = read_heading(sample, delimiter, whole=whole)
        if heading is None:
            raise TableError(f"the first row does not end within {len(sample):,} bytes; is this a table?")
        if heading.delimiter != (delimiter or ","):
            self.notes.append(f"cells are delimited by {heading.delimiter!r} (guessed from the headings)")
        self.columns = find_columns(heading.cells, self._wanted.columns)
        tail = DelimitedTail(heading.delimiter, heading.newline)
        self.form = tail
        text = tail.line([neutral(c) for c in heading.cells]) if self._wanted.safe else heading.text
        names = "".join(heading.delimiter + name for name in self._wanted.added)
        bom = BOM if self._source.encoding.bom else b""  # who wrote a mark reads one, as spreadsheets do
        self._opening = bom + (text + names + heading.newline).encode("utf-8", "surrogateescape")
        self._start = {"position": heading.size, "read": heading.size}
        self._cutter: Callable[[int], Delimited | Ndjson] = lambda position: Delimited(
            heading, self.columns, safe=self._wanted.safe, position=position
        )
        if self._wanted.safe:
            self.notes.append("--safe-csv: every cell that a spreadsheet would run as a formula gets an apostrophe before it")

    def _open_lines(self, sample: bytes, whole: bool) -> None:
        if self._wanted.safe:
            raise TableError("--safe-csv is for CSV and TSV")
        columns = open_lines(sample, self._wanted.columns, whole=whole)
        if columns is None:
            raise TableError(f"the first line does not end within {len(sample):,} bytes; is this NDJSON?")
        self.columns = columns
        self.form = NdjsonTail(tuple(self._wanted.added))
        self._opening = b""
        self._start = {"position": 0, "read": 0}
        self._cutter = lambda position: Ndjson(columns, self._wanted.added, position=position)

    def opening(self) -> bytes:
        """The headings."""
        return self._pack(self._opening) if self._opening else b""

    def pieces(self, place: Place | None) -> Iterator[Piece]:
        """The rows, in pieces that end where they end whether or not the run was stopped before."""
        at = place or self._start
        cutter = self._cutter(at["position"])
        for data in self._source.chunks(at["position"], at["read"]):
            block = cutter.feed(data)
            if block:
                yield self._piece(block)
        block = cutter.feed(b"", last=True)
        if block:
            yield self._piece(block)

    def _piece(self, block: Any) -> Piece:
        heads = block.heads

        def write(slots: Sequence[Slot]) -> bytes:
            text = "".join([head + slot.written for head, slot in zip(heads, slots, strict=True)])
            return self._pack(text.encode("utf-8", "surrogateescape"))

        return Piece(block.keys, write, {"position": block.position, "read": block.read})

    def ready(self) -> bool:
        """Whether bytes wait in the pipe; a file's always do."""
        return not self._source.name.piped or bool(select.select([sys.stdin], [], [], 0)[0])

    def done(self) -> float:
        """By bytes."""
        return self._source.done

    def close(self) -> None:
        """Close the source."""
        self._source.close()


class ParquetRows:
    """Rows of a Parquet file."""

    form: Form = Typed()

    def __init__(self, source: Named, wanted: Wanted) -> None:
        if source.piped:
            raise TableError("Parquet cannot be read from a pipe, since its index is at its end; name a file")
        if wanted.safe:
            raise TableError("--safe-csv is for CSV and TSV")
        self._source = ParquetSource(source.path)
        self.columns = self._source.columns(wanted.columns)
        self._widened = Widened(self._source.schema, wanted.added)
        self.convert: Convert | None = self._widened.write
        self.notes: list[str] = []
        self.large = self._source.blocks >= LARGE
        self._rows = 0

    def opening(self) -> bytes:
        """Nothing: each block says its own columns."""
        return b""

    def pieces(self, place: Place | None) -> Iterator[Piece]:
        """The rows, a record batch a piece."""
        at = place or {"batches": 0, "rows": 0}
        self._rows = at["rows"]
        for number, batch in enumerate(self._source.batches(at["batches"]), at["batches"] + 1):
            self._rows += batch.num_rows
            yield self._piece(batch, {"batches": number, "rows": self._rows})

    def _piece(self, batch: Any, place: Place) -> Piece:
        def write(slots: Sequence[Slot]) -> bytes:
            return self._widened.packed(self._widened.batch(batch, slots))

        return Piece(keys_of(batch, self.columns), write, place)

    def ready(self) -> bool:
        """A file is always ready."""
        return True

    def done(self) -> float:
        """By rows."""
        return self._rows / self._source.rows

    def close(self) -> None:
        """Close the file."""
        self._source.close()


def open_rows(source: Named, target: Named, wanted: Wanted) -> Rows:
    """The rows of an input.

    Raises:
        TableError: it cannot be read as asked.
    """
    return ParquetRows(source, wanted) if source.format == "parquet" else TextRows(source, target, wanted)


def packer(packing: str | None) -> Pack:
    """How a block is compressed: each by itself, so that blocks can follow one another and a run can be resumed between them."""
    if packing == "gzip":
        return lambda data: gzip.compress(data, 6, mtime=0)
    if packing == "zstd":
        zstandard = needed("zstandard")
        return lambda data: zstandard.ZstdCompressor(level=3).compress(data)
    return lambda data: data
