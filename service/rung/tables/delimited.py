"""CSV and TSV: from bytes to blocks of whole rows, whose text goes to the output unchanged.

``records`` finds where rows end; this module reads their cells. Each row keeps its text, so quotes and line breaks stay as they
are. Rows are read a block at a time, and one by one if the block contains a row that cannot be read.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice, pairwise
from operator import itemgetter
from typing import NamedTuple

from rung.errors import TableError
from rung.tables.columns import Columns
from rung.tables.forms import DelimitedTail
from rung.tables.records import MAX_ROW, Lines, Records, opening, split
from rung.tables.table import BLANK, Fault, Key, neutral

MAX_COLUMNS = 16_384  # as many as a spreadsheet has

# Python limits a cell to 131,072 characters for the whole process; here the size of a row is limited instead.
csv.field_size_limit(sys.maxsize)


class Heading(NamedTuple):
    """The first row: its cells, its text without line break, and how the table is delimited."""

    cells: tuple[str, ...]
    text: str
    delimiter: str
    newline: str


@dataclass(slots=True)
class Block:
    """Whole rows: the key and the text of each. ``position`` is the byte after the last row, ``read`` the bytes read so far."""

    keys: list[Key | Fault]
    heads: list[str]
    position: int
    read: int


def heading_of(record: bytes, delimiter: str) -> Heading:
    """The first row of a table, read as headings.

    Raises:
        TableError: it cannot be a heading.
    """
    raw = record.decode("utf-8", "surrogateescape")
    try:
        cells = next(csv.reader(StringIO(raw, newline="\n"), delimiter=delimiter), [])
    except csv.Error as error:
        raise TableError(f"the first row cannot be read: {error}") from error
    body = raw.rstrip("\r\n")
    if not body.strip():
        raise TableError("the first row is blank; it must hold the headings")
    if len(cells) > MAX_COLUMNS:
        raise TableError(f"the first row has {len(cells):,} cells; at most {MAX_COLUMNS:,} columns are read")
    return Heading(tuple(cells), body, delimiter, "\r\n" if raw.endswith("\r\n") else "\n")


def rows_of(records: bytes, delimiter: str, most: int) -> list[list[str]]:
    """The cells of the first rows, ``most`` at most; a row that cannot be read has none."""
    rows = []
    for record in islice(split(records, opening(delimiter)), most):
        try:
            rows.append(next(csv.reader(StringIO(record.decode("utf-8", "replace"), newline="\n"), delimiter=delimiter), []))
        except csv.Error:
            rows.append([])
    return rows


class Delimited:
    """Cuts a table's bytes, after its heading, into blocks."""

    def __init__(self, heading: Heading, columns: Columns, *, safe: bool, position: int, limit: int = MAX_ROW) -> None:
        self._tail = DelimitedTail(heading.delimiter, heading.newline)
        self._width = len(heading.cells)
        self._key = itemgetter(*(columns.places[field] for field in columns.fields))
        self._safe = safe
        self._records = Records(heading.delimiter, limit, position)
        self._broken = False
        self._read = position

    def feed(self, data: bytes, *, last: bool = False) -> Block | None:
        """The rows that this data completes; ``None`` if it completes none.

        Raises:
            TableError: a row is over its limit.
        """
        self._read += len(data)
        block = Block([], [], 0, self._read)
        if rows := self._records.feed(data):
            self._add_rows(rows, block)
        if last and (rest := self._records.end()):
            if self._records.quoted:
                text = self._text(rest).removesuffix("\n").removesuffix("\r")
                self._add_fault("a quote is opened in this row and never closed", [text], block)
            else:
                self._add_rows(rest, block)
        block.position = self._records.position
        return block if block.keys else None

    def _add_rows(self, records: bytes, block: Block) -> None:
        text = self._text(records)
        lines = text.split("\n")
        if not lines[-1]:
            lines.pop()
        try:
            rows, heads = self._parse(text, lines)
        except csv.Error:
            self._add_one_by_one(records, block)
            return
        if "\r" in text:
            heads = [head.removesuffix("\r") for head in heads]
        if self._safe or self._broken or set(map(len, rows)) != {self._width}:
            for row, head in zip(rows, heads, strict=True):
                self._add(row, head, block)
        else:
            block.keys += map(self._key, rows)
            block.heads += heads

    def _parse(self, text: str, lines: list[str]) -> tuple[list[list[str]], list[str]]:
        """The cells and the text of each row; raises ``csv.Error`` if one cannot be read."""
        reader = csv.reader(StringIO(text, newline="\n"), delimiter=self._tail.delimiter)
        if '"' not in text:
            return list(reader), lines
        rows, ends = [], [0]
        for row in reader:
            rows.append(row)
            ends.append(reader.line_num)
        return rows, lines if len(rows) == len(lines) else ["\n".join(lines[a:b]) for a, b in pairwise(ends)]

    def _add_one_by_one(self, records: bytes, block: Block) -> None:
        for record in split(records, opening(self._tail.delimiter)):
            raw = record.decode("utf-8", "surrogateescape")
            head = raw.removesuffix("\n").removesuffix("\r")
            try:
                row = next(csv.reader(StringIO(raw, newline="\n"), delimiter=self._tail.delimiter))
            except csv.Error as error:
                self._add_fault(f"the row cannot be read: {error}", [head], block)
            else:
                self._add(row, head, block)

    def _text(self, body: bytes) -> str:
        """The text; bytes that are not UTF-8 become surrogates, which are written back as the same bytes."""
        try:
            text, self._broken = body.decode(), False
        except UnicodeDecodeError:
            text, self._broken = body.decode("utf-8", "surrogateescape"), True
        return text

    def _add(self, row: list[str], line: str, block: Block) -> None:
        missing = self._width - len(row)
        if not row:
            block.keys.append(BLANK)
            block.heads.append(line)
        elif missing < 0:
            rest = self._tail.delimiter.join(row[self._width - 1 :])
            fault = f"the row has {len(row)} cells, the heading {self._width}; the surplus is in the last column"
            self._add_fault(fault, [*row[: self._width - 1], rest], block)
        else:
            # Missing cells at the end of a row are empty; the row is answered if it has a title.
            row = [*row, *[""] * missing] if missing else row
            key: Key | Fault = self._key(row)
            if self._broken and _broken(key):
                key = Fault("a cell that is read is not valid UTF-8")
            block.keys.append(key)
            block.heads.append(self._tail.line([neutral(c) for c in row]) if self._safe else line + self._tail.delimiter * missing)

    def _add_fault(self, reason: str, row: Sequence[str], block: Block) -> None:
        padded = [*row, *[""] * (self._width - len(row))]
        block.keys.append(Fault(reason))
        block.heads.append(self._tail.line([neutral(c) for c in padded] if self._safe else padded))


class TitleLines:
    """Cuts lines into blocks, each line a title; they become cells of CSV."""

    def __init__(self, tail: DelimitedTail, *, position: int, limit: int = MAX_ROW) -> None:
        self._tail = tail
        self._lines = Lines(limit, position)
        self._read = position

    def feed(self, data: bytes, *, last: bool = False) -> Block | None:
        """The lines that this data completes; ``None`` if it completes none.

        Raises:
            TableError: a line is over the limit of a row.
        """
        self._read += len(data)
        lines = self._lines.each(data, last=last)
        titles = [line.decode("utf-8", "replace").removesuffix("\r") for line in lines]
        keys: list[Key | Fault] = [title if title.strip() else BLANK for title in titles]
        heads = [self._tail.line([title]) if title.strip() else "" for title in titles]
        return Block(keys, heads, self._lines.position, self._read) if keys else None


def _broken(key: Key | Fault) -> bool:
    """Whether a text contains surrogates of bytes that are not UTF-8."""
    texts = key if isinstance(key, tuple) else (key,) if isinstance(key, str) else ()
    return any("\udc80" <= c <= "\udcff" for text in texts for c in text)
