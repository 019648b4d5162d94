"""Reading an input of any format in pieces, and turning their answers into bytes of the output."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import Any, NamedTuple, Protocol

import orjson

from rung.errors import TableError
from rung.tables.answers import RowKey, Slot
from rung.tables.columnar import ParquetSource, Widened, keys_of
from rung.tables.columns import ColumnFinder, Columns
from rung.tables.forms import DelimitedTail, Form, Typed
from rung.tables.journal import Convert
from rung.tables.opening import DelimitedOpening, LinesOpening, NdjsonOpening, Opening, ReadOptions, Table
from rung.tables.packing import packer
from rung.tables.records import BOM
from rung.tables.sources import SAMPLE, Source, TableFile

SAFE = "--safe-csv: every cell that a spreadsheet would run as a formula gets an apostrophe before it"
LOST = 20  # names of members without a column that are reported
LARGE = 4  # blocks of Parquet from which several processes are worth starting
Checkpoint = Mapping[str, int]  # numbers of the journal from which a run can be resumed


class Piece(NamedTuple):
    """Some rows: their keys and their data (texts, or a record batch).

    ``place`` is written into the journal with them: a resumed run continues there.
    """

    keys: Sequence[RowKey]
    data: Any
    place: Checkpoint


class Rows(Protocol):
    """An opened input, and how its rows are written.

    ``names`` are its columns; ``convert`` makes the output from the temporary file; ``large``: worth several processes.
    """

    names: Sequence[str]
    columns: Columns
    form: Form
    notes: list[str]
    convert: Convert | None
    large: bool

    def opening(self) -> bytes:
        """The beginning of the output."""

    def pieces(self, place: Checkpoint | None) -> Iterator[Piece]:
        """The rows from a place of the journal on (``None``: from the start)."""

    def write(self, data: Any, slots: Sequence[Slot]) -> bytes:
        """The bytes of rows with their answers."""

    def values(self, data: Any) -> list[list[Any]]:
        """The cells of rows, as another format needs them; an empty list for a blank line."""

    def first(self, piece: Piece, count: int) -> Piece:
        """The first rows of a piece."""

    def late_notes(self) -> list[str]:
        """Notes for people, after all rows are written."""

    def ready(self) -> bool:
        """Whether the next piece can be read without waiting."""

    def done(self) -> float:
        """The share (0 to 1) of the input that has been read."""

    def close(self) -> None:
        """Close the input."""


class TextRows:
    """Rows of a delimited table or of NDJSON."""

    convert: Convert | None = None
    names: Sequence[str]
    form: Form

    def __init__(self, source: TableFile, target: TableFile, wanted: ReadOptions, finder: ColumnFinder) -> None:
        self._source = Source(source, wanted.encoding)
        self._pack = packer(target.packing)
        self.large = len(self._source.sample) >= SAMPLE
        try:
            self._table = self._opened(_opening(source.format, wanted, finder))
        except TableError as error:
            self._source.close()
            raise TableError(f"{source.path}: {error.detail}", error.errors) from error
        self.names, self.columns, self.form = self._table.names, self._table.columns, self._table.form
        self._lost: dict[str, None] = {}
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

    def pieces(self, place: Checkpoint | None) -> Iterator[Piece]:
        """The rows; pieces have the same boundaries whether or not the run was resumed."""
        at = place or {"position": self._table.start, "read": self._table.start}
        cutter = self._table.cutter(at["position"])
        for data in self._source.chunks(at["position"], at["read"]):
            block = cutter.feed(data)
            if block:
                yield Piece(block.keys, block.heads, {"position": block.position, "read": block.read})
        block = cutter.feed(b"", last=True)
        if block:
            yield Piece(block.keys, block.heads, {"position": block.position, "read": block.read})

    def write(self, data: list[str], slots: Sequence[Slot]) -> bytes:
        """The text of each row with its answer."""
        text = "".join([head + slot.written for head, slot in zip(data, slots, strict=True)])
        return self._pack(text.encode("utf-8", "surrogateescape"))

    def values(self, data: list[str]) -> list[list[Any]]:
        """The cells; bytes that are not UTF-8 become replacement characters."""
        valid = [head.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for head in data]
        if isinstance(self.form, DelimitedTail):
            return list(csv.reader(StringIO("\n".join([*valid, ""]), newline="\n"), delimiter=self.form.delimiter))
        return [self._members(head) for head in valid]

    def _members(self, head: str) -> list[Any]:
        if not head:
            return []
        row = orjson.loads(head.removesuffix(",") + "}")
        if row.keys() == {"row"}:  # a line that is no object: its text
            return [row["row"], *[None] * (len(self.names) - 1)]
        for name in row.keys() - set(self.names):
            if len(self._lost) < LOST:
                self._lost[name] = None
        return [row.get(name) for name in self.names]

    def first(self, piece: Piece, count: int) -> Piece:
        """The first rows."""
        return Piece(piece.keys[:count], piece.data[:count], piece.place)

    def late_notes(self) -> list[str]:
        """A note on members that were not written."""
        return [f"not written, since the first objects lack them: {', '.join(self._lost)}"] if self._lost else []

    def ready(self) -> bool:
        """Whether bytes wait in the pipe; always true for a file."""
        return self._source.waiting()

    def done(self) -> float:
        """The share of bytes that has been read."""
        return self._source.done

    def close(self) -> None:
        """Close the source."""
        self._source.close()


class ParquetRows:
    """Rows of a Parquet file."""

    form: Form = Typed()

    def __init__(self, source: TableFile, wanted: ReadOptions, finder: ColumnFinder) -> None:
        if source.piped:
            raise TableError("Parquet cannot be read from a pipe, since its index is at its end; name a file")
        if wanted.safe:
            raise TableError("--safe-csv is for CSV and TSV")
        if wanted.headless or wanted.encoding:
            raise TableError(f"{'--no-header' if wanted.headless else '--encoding'}: Parquet states its columns and its encoding")
        self._source = ParquetSource(source.path)
        self.names: Sequence[str] = self._source.schema.names
        self.columns = self._source.columns(wanted.columns, finder)
        self._widened = Widened(self._source.schema, wanted.added)
        self.convert: Convert | None = self._widened.write
        self.notes: list[str] = []
        self.large = self._source.blocks >= LARGE
        self._rows = 0

    def opening(self) -> bytes:
        """Empty: each block has its own schema."""
        return b""

    def pieces(self, place: Checkpoint | None) -> Iterator[Piece]:
        """The rows, one record batch a piece."""
        at = place or {"batches": 0, "rows": 0}
        self._rows = at["rows"]
        for number, batch in enumerate(self._source.batches(at["batches"]), at["batches"] + 1):
            self._rows += batch.num_rows
            yield Piece(keys_of(batch, self.columns), batch, {"batches": number, "rows": self._rows})

    def write(self, data: Any, slots: Sequence[Slot]) -> bytes:
        """The batch with the answers as further columns."""
        return self._widened.packed(self._widened.batch(data, slots))

    def values(self, data: Any) -> list[list[Any]]:
        """The cells, typed."""
        return [list(row) for row in zip(*(column.to_pylist() for column in data.columns), strict=True)]

    def first(self, piece: Piece, count: int) -> Piece:
        """The first rows."""
        return Piece(piece.keys[:count], piece.data.slice(0, count), piece.place)

    def late_notes(self) -> list[str]:
        """Nothing."""
        return []

    def ready(self) -> bool:
        """A file is always ready."""
        return True

    def done(self) -> float:
        """The share of rows that has been read."""
        return self._rows / self._source.rows

    def close(self) -> None:
        """Close the file."""
        self._source.close()


def open_rows(source: TableFile, target: TableFile, wanted: ReadOptions, finder: ColumnFinder) -> Rows:
    """The rows of an input.

    Raises:
        TableError: it cannot be read as asked.
    """
    return ParquetRows(source, wanted, finder) if source.format == "parquet" else TextRows(source, target, wanted, finder)


def _opening(kind: str, wanted: ReadOptions, finder: ColumnFinder) -> Opening:
    if kind == "ndjson" and wanted.headless:
        raise TableError("--no-header is for CSV and TSV")
    if kind == "ndjson":
        return NdjsonOpening(wanted, finder)
    if kind == "lines":
        return LinesOpening(wanted, finder)
    return DelimitedOpening(wanted, finder, "\t" if kind == "tsv" else None)
