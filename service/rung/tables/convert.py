"""Rows of one format written in another: CSV, TSV, NDJSON and Parquet, each to each.

Text formats have no types: their cells become texts, also in Parquet. A value that is an object or a list becomes JSON text where
the output has cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from rung.errors import TableError
from rung.tables.answers import Slot
from rung.tables.columnar import Widened
from rung.tables.columns import ColumnFinder
from rung.tables.forms import DelimitedTail, Form, NdjsonTail, Typed
from rung.tables.journal import Convert
from rung.tables.opening import ReadOptions
from rung.tables.packing import packer, require_extra
from rung.tables.rows import Checkpoint, Piece, Rows, open_rows
from rung.tables.sources import TableFile
from rung.tables.table import neutral


class Converted:
    """Rows of an input, written in the format of the target."""

    def __init__(self, source: TableFile, target: TableFile, wanted: ReadOptions, finder: ColumnFinder) -> None:
        safe = wanted.safe
        if safe and target.format not in ("csv", "tsv"):
            raise TableError("--safe-csv is for CSV and TSV")
        self._rows = open_rows(source, target, wanted._replace(safe=False), finder)
        self.names, self.columns, self.notes, self.large = (
            self._rows.names,
            self._rows.columns,
            [*self._rows.notes, f"{source.format} is written as {target.format}"],
            self._rows.large,
        )
        self._pack = packer(target.packing)
        self._safe = safe
        self.convert: Convert | None = None
        self._widened: Widened | None = None
        self._added = tuple(wanted.added)
        self.form: Form = Typed()
        if target.format == "parquet":
            self._check_names("Parquet")
            pa = require_extra("pyarrow")
            self._strings = pa.string()
            self._widened = Widened(pa.schema([(name, pa.string()) for name in self.names]), wanted.added)
            self.convert = self._widened.write
        elif target.format == "ndjson":
            self._check_names("NDJSON")
            self.form = NdjsonTail(self._added)
        else:
            self.form = DelimitedTail("\t" if target.format == "tsv" else ",")

    def _check_names(self, kind: str) -> None:
        twice = next((name for at, name in enumerate(self.names) if name in self.names[:at]), None)
        if twice is not None:
            self._rows.close()
            raise TableError(f"two columns are called {twice!r}; rename one, since {kind} needs different names")

    def opening(self) -> bytes:
        """The line of headings; empty for formats without one."""
        if not isinstance(self.form, DelimitedTail):
            return b""
        return self._pack((self.form.line([self._cell(name) for name in (*self.names, *self._added)]) + "\n").encode())

    def pieces(self, place: Checkpoint | None) -> Iterator[Piece]:
        """The rows from a place of the journal on."""
        return self._rows.pieces(place)

    def write(self, data: Any, slots: Sequence[Slot]) -> bytes:
        """The bytes of rows with their answers; blank lines are dropped."""
        rows = [(values, slot) for values, slot in zip(self._rows.values(data), slots, strict=True) if slot.facts.status != "blank"]
        if self._widened is not None:
            return self._batch(self._widened, rows)
        return self._pack("".join([self._head(values) + slot.written for values, slot in rows]).encode())

    def _head(self, values: Sequence[Any]) -> str:
        if isinstance(self.form, DelimitedTail):
            return self.form.line([self._cell(value) for value in values])
        return (
            orjson.dumps(dict(zip(self.names, values, strict=True)), default=_text, option=orjson.OPT_NON_STR_KEYS).decode()[:-1]
            + ","
        )

    def _batch(self, widened: Widened, rows: Sequence[tuple[Sequence[Any], Slot]]) -> bytes:
        pa = require_extra("pyarrow")
        columns = zip(*(values for values, _ in rows), strict=True)
        arrays = [pa.array([None if value is None else _text(value) for value in column], self._strings) for column in columns]
        if not arrays:
            return b""
        batch = pa.RecordBatch.from_arrays(arrays, names=list(self.names))
        return widened.packed(widened.batch(batch, [slot for _, slot in rows]))

    def _cell(self, value: Any) -> str:
        text = "" if value is None else _text(value)
        return neutral(text) if self._safe else text

    def values(self, data: Any) -> list[list[Any]]:
        """The cells of rows."""
        return self._rows.values(data)

    def first(self, piece: Piece, count: int) -> Piece:
        """The first rows of a piece."""
        return self._rows.first(piece, count)

    def late_notes(self) -> list[str]:
        """Notes of the input at the end."""
        return self._rows.late_notes()

    def ready(self) -> bool:
        """Whether the next rows are there."""
        return self._rows.ready()

    def done(self) -> float:
        """The share of the input that was read."""
        return self._rows.done()

    def close(self) -> None:
        """Close the input."""
        self._rows.close()


def open_table(source: TableFile, target: TableFile, wanted: ReadOptions, finder: ColumnFinder) -> Rows:
    """The rows of an input for a target: unchanged if both have the same format, otherwise converted.

    Raises:
        TableError: it cannot be read or written as asked.
    """
    if source.format == target.format or (source.format == "lines" and target.format == "csv"):
        return open_rows(source, target, wanted, finder)
    return Converted(source, target, wanted, finder)


def _text(value: Any) -> str:
    """A value as the text of a cell."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return _json(value)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _json(value: Any) -> str:
    """A value as JSON; what JSON does not have becomes text."""
    return orjson.dumps(value, default=_text, option=orjson.OPT_NON_STR_KEYS).decode()
