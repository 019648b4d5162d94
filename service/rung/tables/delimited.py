"""CSV and TSV: from bytes to blocks of whole rows, whose text goes to the output as it stands.

Each row keeps its own text, so that quotes and line breaks pass untouched; only its cells are parsed. Rows are parsed by the
block, and one by one where that meets one that cannot be parsed.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from rung.errors import TableError
from rung.tables.forms import DelimitedTail
from rung.tables.table import BLANK, Columns, Fault, Key, neutral

MAX_RECORD = 16_000_000  # bytes of one row: more than any posting, less than would harm
DELIMITERS = ",;\t|"
END = "\x00end"  # a line that no text has: text with zero bytes is refused before

# Python bounds a cell at 131,072 characters, for all of a process; here the row is bounded instead.
csv.field_size_limit(sys.maxsize)


class Heading(NamedTuple):
    """The first row: its cells, its text without line break, its bytes with it, and how the table is delimited."""

    cells: tuple[str, ...]
    text: str
    size: int
    delimiter: str
    newline: str


@dataclass(slots=True)
class Block:
    """Whole rows: the key of each, and its text. ``position`` is where they end, ``read`` what had been read by then."""

    keys: list[Key | Fault]
    heads: list[str]
    position: int
    read: int


def read_heading(data: bytes, delimiter: str | None, *, whole: bool) -> Heading | None:
    """The first row of a table; ``None`` where more bytes are needed, or there is none at all (``whole``: all bytes are there).

    Raises:
        TableError: it cannot be a heading.
    """
    if not data:
        return None
    text = data.decode("utf-8", "surrogateescape")
    lines = _lines(text, whole)
    delimiter = delimiter or _delimiter(lines[0] if lines else "")
    feed = _Feed(lines)
    try:
        cells = next(csv.reader(feed, delimiter=delimiter), [])
    except csv.Error as error:
        raise TableError(f"the first row cannot be read: {error}") from error
    if feed.ended and not whole:
        if len(data) > MAX_RECORD:
            raise TableError(f"the first row does not end within {MAX_RECORD:,} bytes; is this a table?")
        return None
    if feed.ended:
        raise TableError("the first row opens a quote that is never closed")
    raw = "".join(lines[: feed.taken])
    body = raw.rstrip("\r\n")
    if not body.strip():
        raise TableError("the first row is blank; it must hold the headings")
    newline = "\r\n" if raw.endswith("\r\n") else "\n"
    return Heading(tuple(cells), body, len(raw.encode("utf-8", "surrogateescape")), delimiter, newline)


def _lines(text: str, whole: bool) -> list[str]:
    """The lines of a text with their line feeds; the last is left out where it may go on."""
    lines = [line + "\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if whole and last else lines


def _delimiter(line: str) -> str:
    """The delimiter that the headings use most; a comma where they use none."""
    outside = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=outside.count) if any(d in outside for d in DELIMITERS) else ","


class _Feed:
    """Lines for a parser, one at a time; ``ended`` once it asked for one that was not there, as it does within an open quote."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self.taken = 0
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.taken == len(self._lines):
            self.ended = True
            raise StopIteration
        self.taken += 1
        return self._lines[self.taken - 1]


class Delimited:
    """Cuts a table's bytes, after its heading, into blocks."""

    def __init__(self, heading: Heading, columns: Columns, *, safe: bool, position: int) -> None:
        self._tail = DelimitedTail(heading.delimiter, heading.newline)
        self._width = len(heading.cells)
        places = [columns.places[field] for field in columns.asked]
        self._key = itemgetter(*places)
        self._safe = safe
        self._left = b""
        self._broken = False
        self._position = self._read = position

    def feed(self, data: bytes, *, last: bool = False) -> Block | None:
        """The rows that are whole with this data; ``None`` where none is.

        Raises:
            TableError: a row is larger than rows may be.
        """
        self._read += len(data)
        body = self._left + data if self._left else data
        cut = len(body) if last else body.rfind(b"\n") + 1
        text, self._left = self._text(body[:cut]), body[cut:]
        if not text:
            self._bounded()
            return None
        block = Block([], [], 0, self._read)
        rest = self._by_the_block(text, block, last)
        if rest is None:
            rest = self._one_by_one(text, block, last)
        if rest:
            self._left = rest.encode("utf-8", "surrogateescape") + self._left
            self._bounded()
        self._position += len(body) - len(self._left)
        block.position = self._position
        return block if block.keys else None

    def _bounded(self) -> None:
        if len(self._left) > MAX_RECORD:
            where = f"byte {self._position:,}"
            raise TableError(
                f"the row at {where} does not end within {MAX_RECORD:,} bytes; a quote may be open there that is never closed"
            )

    def _by_the_block(self, text: str, block: Block, last: bool) -> str | None:
        """Parse all rows in one go; gives back the text of a row that goes on beyond it, or ``None`` where one cannot be parsed."""
        lines = text.split("\n")
        if not lines[-1]:
            lines.pop()
        # Within quotes a line break belongs to a cell, so lines go to the parser with theirs.
        reader = csv.reader(StringIO("\n".join([*lines, END]), newline="\n"), delimiter=self._tail.delimiter)
        rows, ends = [], [0]
        try:
            for row in reader:
                rows.append(row)
                ends.append(reader.line_num)
        except csv.Error:
            return None
        whole = ends[-2]  # lines of which the rows before the last one are; the last is the end that was added, or has swallowed it
        if whole < len(lines) and last:
            return None
        rows.pop()
        ends.pop()
        heads = lines[:whole] if len(rows) == whole else ["\n".join(lines[a:b]) for a, b in pairwise(ends)]
        if "\r" in text:
            heads = [head.removesuffix("\r") for head in heads]
        if self._safe or self._broken or set(map(len, rows)) != {self._width}:
            for row, head in zip(rows, heads, strict=True):
                self._add(row, head, block)
        else:
            block.keys, block.heads = list(map(self._key, rows)), heads
        return "".join([line + "\n" for line in lines[whole:]])

    def _one_by_one(self, text: str, block: Block, last: bool) -> str:
        """Parse row by row; gives back the text of a row that goes on beyond it."""
        lines = _lines(text, True)
        feed = _Feed(lines)
        reader = csv.reader(feed, delimiter=self._tail.delimiter)
        while True:
            start, fault = feed.taken, None
            try:
                row = next(reader, None)
            except csv.Error as error:
                row, fault = [], f"the row cannot be parsed: {error}"
            if row is None:
                return ""
            raw = "".join(lines[start : feed.taken])
            if feed.ended and not last:
                return raw
            line = raw.removesuffix("\n").removesuffix("\r")
            if feed.ended:
                fault = "a quote is opened in this row and never closed"
            if fault:
                self._bad(fault, [line], block)
            else:
                self._add(row, line, block)

    def _text(self, body: bytes) -> str:
        """The text; bytes that are no UTF-8 become marks that are written back as they were."""
        try:
            text, self._broken = body.decode(), False
        except UnicodeDecodeError:
            text, self._broken = body.decode("utf-8", "surrogateescape"), True
        return text

    def _add(self, row: list[str], line: str, block: Block) -> None:
        if not row:
            block.keys.append(BLANK)
            block.heads.append(line)
        elif len(row) == self._width:
            key: Key | Fault = self._key(row)
            if self._broken and _broken(key):
                key = Fault("a cell that is read is not valid UTF-8")
            block.keys.append(key)
            block.heads.append(self._tail.line([neutral(c) for c in row]) if self._safe else line)
        elif len(row) < self._width:
            # What is missing at the end of a row is empty; a row is answered if its title is there.
            self._add([*row, *[""] * (self._width - len(row))], line + self._tail.delimiter * (self._width - len(row)), block)
        else:
            rest = self._tail.delimiter.join(row[self._width - 1 :])
            fault = f"the row has {len(row)} cells, the heading {self._width}; what is too much stands in the last column"
            self._bad(fault, [*row[: self._width - 1], rest], block)

    def _bad(self, reason: str, row: list[str], block: Block) -> None:
        padded = [*row, *[""] * (self._width - len(row))]
        block.keys.append(Fault(reason))
        block.heads.append(self._tail.line([neutral(c) for c in padded] if self._safe else padded))


def _broken(key: Key | Fault) -> bool:
    """True where a text holds such marks."""
    texts = key if isinstance(key, tuple) else (key,) if isinstance(key, str) else ()
    return any("\udc80" <= c <= "\udcff" for text in texts for c in text)
