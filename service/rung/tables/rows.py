"""An input of any format as pieces: what is asked of each, how its answers become bytes, and where a resumed run goes on."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol

from rung.errors import TableError
from rung.tables.answers import RowKey, Slot
from rung.tables.columnar import ParquetSource, Widened, keys_of
from rung.tables.columns import ColumnFinder, Columns
from rung.tables.forms import Form, Typed
from rung.tables.opening import DelimitedOpening, NdjsonOpening, Opening, Table, Wanted
from rung.tables.records import BOM
from rung.tables.sources import SAMPLE, Named, Source, needed

SAFE = "--safe-csv: every cell that a spreadsheet would run as a formula gets an apostrophe before it"
LARGE = 4  # blocks of Parquet from which on several processes are worth starting
Place = Mapping[str, int]
Convert = Callable[[BinaryIO, Path], None]
Pack = Callable[[bytes], bytes]


class Piece(NamedTuple):
    """Some rows; ``place`` is what the journal says when they are written."""

    keys: Sequence[RowKey]
    write: Callable[[Sequence[Slot]], bytes]
    place: Place


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

    def __init__(self, source: Named, target: Named, wanted: Wanted, finder: ColumnFinder) -> None:
        self._source = Source(source, wanted.encoding)
        self._pack = packer(target.packing)
        self.large = len(self._source.sample) >= SAMPLE
        try:
            self._table = self._opened(_opening(source.format, wanted, finder))
        except TableError as error:
            self._source.close()
            raise TableError(f"{source.path}: {error.detail}", error.errors) from error
        self.columns, self.form = self._table.columns, self._table.form
        self.notes = [*self._source.notes, *self._table.notes, *([SAFE] if wanted.safe else [])]

    def _opened(self, opening: Opening) -> Table:
        for data in self._source.start():
            if table := opening.feed(data):
                return table
        table = opening.feed(b"", last=True)
        assert table is not None  # noqa: S101 - with the last bytes it is there or refused
        return table

    def opening(self) -> bytes:
        """The headings."""
        opening = self._table.opening
        if opening and self._source.encoding.bom:
            opening = BOM + opening  # an input with a byte order mark gets an output with one, as spreadsheets need
        return self._pack(opening) if opening else b""

    def pieces(self, place: Place | None) -> Iterator[Piece]:
        """The rows, in pieces that end where they end whether or not the run was stopped before."""
        at = place or {"position": self._table.start, "read": self._table.start}
        cutter = self._table.cutter(at["position"])
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
        return self._source.waiting()

    def done(self) -> float:
        """By bytes."""
        return self._source.done

    def close(self) -> None:
        """Close the source."""
        self._source.close()


class ParquetRows:
    """Rows of a Parquet file."""

    form: Form = Typed()

    def __init__(self, source: Named, wanted: Wanted, finder: ColumnFinder) -> None:
        if source.piped:
            raise TableError("Parquet cannot be read from a pipe, since its index is at its end; name a file")
        if wanted.safe:
            raise TableError("--safe-csv is for CSV and TSV")
        self._source = ParquetSource(source.path)
        self.columns = self._source.columns(wanted.columns, finder)
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


def open_rows(source: Named, target: Named, wanted: Wanted, finder: ColumnFinder) -> Rows:
    """The rows of an input.

    Raises:
        TableError: it cannot be read as asked.
    """
    return ParquetRows(source, wanted, finder) if source.format == "parquet" else TextRows(source, target, wanted, finder)


def _opening(kind: str, wanted: Wanted, finder: ColumnFinder) -> Opening:
    if kind == "ndjson":
        return NdjsonOpening(wanted, finder)
    return DelimitedOpening(wanted, finder, "\t" if kind == "tsv" else None)


def packer(packing: str | None) -> Pack:
    """How a block is compressed: each by itself, so that blocks can follow one another and a run can be resumed between them."""
    if packing == "gzip":
        return lambda data: gzip.compress(data, 6, mtime=0)
    if packing == "zstd":
        zstandard = needed("zstandard")
        return lambda data: zstandard.ZstdCompressor(level=3).compress(data)
    return lambda data: data
