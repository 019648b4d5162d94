"""Parquet: record batches whose columns pass through unchanged, with the added columns after them.

A Parquet file is readable only when its end is written. So the temporary file is a chain of Arrow streams, one a block, which makes
a run resumable at any block; at the end it is converted to Parquet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

from rung.errors import TableError
from rung.tables.answers import Slot
from rung.tables.columns import ColumnFinder, Columns
from rung.tables.packing import require_extra
from rung.tables.table import Fault, Key, key_of, text_of

BLOCK = 4 << 20  # bytes of rows in a block, about
GROUP = 64 << 20  # bytes of rows in a row group of the output, about
FEWEST, MOST = 64, 16_384  # rows of a block


class ParquetSource:
    """An opened Parquet file: its columns, and its rows in record batches."""

    def __init__(self, path: str) -> None:
        pa, pq = require_extra("pyarrow"), require_extra("pyarrow.parquet")
        self._pa = pa
        try:
            self._file = pq.ParquetFile(path, memory_map=False)
        except FileNotFoundError as error:
            raise TableError(f"{path} cannot be read: No such file or directory") from error
        except (OSError, pa.ArrowException) as error:
            raise TableError(f"{path} is not a whole Parquet file: {error}") from error
        self.schema = self._file.schema_arrow
        meta = self._file.metadata
        self.rows: int = meta.num_rows
        if not self.rows:
            raise TableError(f"{path}: there is no row in it")
        size = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
        self._size: int = max(FEWEST, min(MOST, BLOCK * self.rows // max(size, 1)))
        self.blocks = self.rows // self._size

    def columns(self, named: Mapping[str, str], finder: ColumnFinder) -> Columns:
        """Where the fields stand, by the names and the first rows."""
        first = next(self._file.iter_batches(batch_size=finder.headings.rows))
        texts = [[value if isinstance(value, str) else "" for value in column.to_pylist()] for column in first.columns]
        return finder.find(self.schema.names, named, list(zip(*texts, strict=True)))

    def batches(self, start: int) -> Iterator[Any]:
        """The record batches, without the first ``start`` of them."""
        try:
            for number, batch in enumerate(self._file.iter_batches(batch_size=self._size)):
                if number >= start:
                    yield batch
        except (OSError, self._pa.ArrowException) as error:
            raise TableError(f"the Parquet file is damaged: {error}") from error

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def keys_of(batch: Any, columns: Columns) -> list[Key | Fault]:
    """The key of each row of a record batch."""
    read = [_texts(batch.column(columns.places[field])) for field in columns.fields]
    if all(Fault not in set(map(type, texts)) for texts in read):
        return cast(list[Key | Fault], read[0] if len(read) == 1 else list(zip(*read, strict=True)))
    return [key_of(columns.fields, texts) for texts in zip(*read, strict=True)]


def _texts(column: Any) -> list[str | Fault]:
    values = column.to_pylist()
    if set(map(type, values)) <= {str}:
        return cast(list[str | Fault], values)
    return [text_of(value) for value in values]


class Widened:
    """Adds the columns of the answers to a schema and to batches."""

    def __init__(self, schema: Any, added: Mapping[str, type]) -> None:
        self._pa = require_extra("pyarrow")
        types = {str: self._pa.string(), int: self._pa.int8(), float: self._pa.float64()}
        self._fields = [self._pa.field(name, types[kind]) for name, kind in added.items()]
        self.schema = schema
        for field in self._fields:
            self.schema = self.schema.append(field)

    def batch(self, batch: Any, slots: Sequence[Slot]) -> Any:
        """A record batch with the answers of its rows."""
        # There are many rows and few distinct answers, so each answer is converted once and rows refer to it by number.
        different = {id(slot.written): slot.written for slot in slots}
        number = {key: at for at, key in enumerate(different)}
        rows = self._pa.array([number[id(slot.written)] for slot in slots], self._pa.int32())
        added = zip(*different.values(), strict=True)
        arrays = [self._pa.array(values, field.type).take(rows) for values, field in zip(added, self._fields, strict=True)]
        return self._pa.RecordBatch.from_arrays([*batch.columns, *arrays], schema=self.schema)

    def packed(self, batch: Any) -> bytes:
        """A batch as one Arrow stream."""
        sink = self._pa.BufferOutputStream()
        with self._pa.ipc.new_stream(sink, self.schema) as stream:
            stream.write_batch(batch)
        return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]

    def write(self, part: BinaryIO, path: Path) -> None:
        """Write the Parquet file from the chain of streams in ``part``."""
        pq = require_extra("pyarrow.parquet")
        with pq.ParquetWriter(path, self.schema, compression="zstd") as writer:
            for group in _groups(self._unpacked(part)):
                writer.write_table(self._pa.Table.from_batches(group, self.schema))

    def _unpacked(self, part: BinaryIO) -> Iterator[Any]:
        source = self._pa.PythonFile(part, mode="r")
        size = part.seek(0, 2)
        part.seek(0)
        while part.tell() < size:
            with self._pa.ipc.open_stream(source) as stream:
                yield from stream


def _groups(batches: Iterator[Any]) -> Iterator[list[Any]]:
    group: list[Any] = []
    size = 0
    for batch in batches:
        group.append(batch)
        size += batch.nbytes
        if size >= GROUP:
            yield group
            group, size = [], 0
    if group:
        yield group
