"""Opening a table from a file, a pipe or an HTTP stream: its headings, the columns to read, and how to cut its rows.

Bytes arrive in pieces of any size; each is read once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from rung.errors import TableError
from rung.tables.columns import ColumnFinder, Columns
from rung.tables.delimited import Block, Delimited, Heading, TitleLines, heading_of, rows_of
from rung.tables.forms import DelimitedTail, Form, NdjsonTail
from rung.tables.ndjson import Ndjson, Objects
from rung.tables.records import MAX_ROW, FirstRow
from rung.tables.table import neutral


class ReadOptions(NamedTuple):
    """How rows are read and written.

    ``columns`` maps fields to headings, ``added`` the added columns to their types. ``safe`` neutralises formulas in every cell.
    ``limit`` bounds a row, in bytes. ``headless`` says that the first row holds no headings.
    """

    columns: Mapping[str, str]
    added: Mapping[str, type]
    safe: bool = False
    encoding: str | None = None
    limit: int = MAX_ROW
    headless: bool = False


class Cutter(Protocol):
    """Cuts bytes into blocks of rows."""

    def feed(self, data: bytes, *, last: bool = False) -> Block | None:
        """The rows that this data completes."""


class Table(NamedTuple):
    """An opened table. ``opening`` is the beginning of the output; ``rest`` are the bytes after the headings that were read
    already.

    ``start`` is the position of ``rest``; ``cutter`` makes a cutter for the rows from a position on. ``empty_row`` is the text of
    an empty row, for an error that belongs to no row.
    """

    opening: bytes
    rest: bytes
    start: int
    columns: Columns
    form: Form
    cutter: Callable[[int], Cutter]
    empty_row: str
    names: tuple[str, ...]
    notes: tuple[str, ...] = ()


class Opening(Protocol):
    """Reads the first bytes of a table, piece by piece."""

    def feed(self, data: bytes, *, last: bool = False) -> Table | None:
        """The table, once enough of it is there.

        Raises:
            TableError: it cannot be read as asked.
        """


class DelimitedOpening:
    """Opens CSV or TSV; a ``delimiter`` of ``None`` is guessed from the headings.

    If several columns may hold the titles, it waits for the rows that decide between them. With ``look``, it also reads the rows
    that have arrived if only one column may.
    """

    def __init__(self, wanted: ReadOptions, finder: ColumnFinder, delimiter: str | None = None, *, look: bool = True) -> None:
        self._wanted, self._finder, self._look = wanted, finder, look
        self._delimiter = delimiter
        self._first = FirstRow(delimiter, wanted.limit)
        self._heading: Heading | None = None
        self._undecided = False
        self._rest = bytearray()
        self._rows = 0

    def feed(self, data: bytes, *, last: bool = False) -> Table | None:
        """The table, once enough of it is there.

        Raises:
            TableError: it cannot be read as asked.
        """
        if self._heading is None:
            if not self._first.read(data, last=last):
                return None
            self._heading = self._checked()
            self._undecided = self._wanted.headless or self._finder.undecided(self._heading.cells, self._wanted.columns)
            data = self._first.row + self._first.rest if self._wanted.headless else self._first.rest
        self._rest += data
        self._rows += data.count(b"\n")
        if self._undecided and not last and self._rows < self._finder.headings.rows and len(self._rest) < self._wanted.limit:
            return None
        return self._table(self._heading)

    def _checked(self) -> Heading:
        first = self._first
        if not first.row:
            raise TableError("the table is empty")
        if first.row.lstrip()[:1] == b"{":
            raise TableError(
                "it holds JSON objects, not headings and rows; read it as NDJSON (--format ndjson or /classify/ndjson)"
            )
        if first.quoted:
            raise TableError("the first row opens a quote that is never closed")
        heading = heading_of(first.row, first.delimiter)
        if self._wanted.headless:
            cells = tuple(f"column_{number}" for number in range(1, len(heading.cells) + 1))
            return heading._replace(cells=cells, text=heading.delimiter.join(cells))
        return heading

    def _table(self, heading: Heading) -> Table:
        first, wanted, rest = self._first, self._wanted, bytes(self._rest)
        rows = rows_of(rest, first.delimiter, self._finder.headings.rows) if self._undecided or self._look else []
        find = self._finder.find_by_cells if wanted.headless else self._finder.find
        columns = find(heading.cells, wanted.columns, rows)
        tail = DelimitedTail(heading.delimiter, heading.newline)
        text = tail.line([neutral(c) for c in heading.cells]) if wanted.safe else heading.text
        names = "".join(heading.delimiter + name for name in wanted.added)
        return Table(
            opening=first.prelude + (text + names + heading.newline).encode("utf-8", "surrogateescape"),
            rest=rest,
            start=len(first.mark) + len(first.prelude) + (0 if wanted.headless else len(first.row)),
            columns=columns,
            form=tail,
            cutter=lambda position: Delimited(heading, columns, safe=wanted.safe, position=position, limit=wanted.limit),
            empty_row=tail.line([""] * len(heading.cells)),
            names=heading.cells,
            notes=self._notes(),
        )

    def _notes(self) -> tuple[str, ...]:
        if self._first.prelude:
            return (f"cells are delimited by {self._first.delimiter!r} (as its first line says)",)
        if self._first.delimiter != (self._delimiter or ","):
            return (f"cells are delimited by {self._first.delimiter!r} (guessed from the headings)",)
        return ()


class NdjsonOpening:
    """Opens lines of JSON objects; the members of the first ones are the columns."""

    def __init__(self, wanted: ReadOptions, finder: ColumnFinder, *, look: bool = True) -> None:
        if wanted.safe:
            raise TableError("--safe-csv is for CSV and TSV")
        self._wanted, self._finder, self._look = wanted, finder, look
        self._objects = Objects(wanted.limit)

    def feed(self, data: bytes, *, last: bool = False) -> Table | None:
        """The table, once enough of it is there.

        Raises:
            TableError: it cannot be read as asked.
        """
        wanted, objects, finder = self._wanted, self._objects, self._finder
        before = len(objects.objects)
        if not objects.read(data, last=last) or (len(objects.objects) == before and not last and objects.size < wanted.limit):
            return None
        names = list(objects.names)
        undecided = finder.undecided(names, wanted.columns)
        if undecided and not last and len(objects.objects) < finder.headings.rows and objects.size < wanted.limit:
            return None
        columns = finder.find(names, wanted.columns, objects.rows(names) if undecided or self._look else ())
        added = tuple(wanted.added)
        return Table(
            opening=b"",
            rest=objects.rest(),
            start=0,
            columns=columns,
            form=NdjsonTail(added),
            cutter=lambda position: Ndjson(columns, added, position=position, limit=wanted.limit),
            empty_row="{",
            names=tuple(names),
        )


class LinesOpening:
    """Opens lines of titles, one a line, without a heading."""

    def __init__(self, wanted: ReadOptions, finder: ColumnFinder) -> None:
        if wanted.columns:
            raise TableError("--column is for tables; --lines reads each line as a title")
        self._wanted, self._finder = wanted, finder

    def feed(self, data: bytes, *, last: bool = False) -> Table | None:
        """The table, once a byte is there.

        Raises:
            TableError: there is none.
        """
        if not data and last:
            raise TableError("the table is empty")
        names, tail = ("title",), DelimitedTail()
        return Table(
            opening=("title," + ",".join(self._wanted.added) + "\n").encode(),
            rest=data,
            start=0,
            columns=self._finder.find(names, {}),
            form=tail,
            cutter=lambda position: TitleLines(tail, position=position, limit=self._wanted.limit),
            empty_row=tail.line([""]),
            names=names,
        )
