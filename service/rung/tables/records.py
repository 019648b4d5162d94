"""The CSV tokenizer: finds the ends of rows in bytes that arrive in pieces; it reads each byte once.

A row ends at a line feed outside quotes. A quote opens a quoted cell only at the start of the cell, and two quotes within it mean
one quote, as in Python's ``csv`` module, which then cuts a row into cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from rung.errors import TableError

MAX_ROW = 16_000_000  # bytes of one row of a file: more than any posting, less than would harm
DELIMITERS = ",;\t|"

BOM = b"\xef\xbb\xbf"
_NAMES_DELIMITER = re.compile(rb"sep=[,;\t|]", re.IGNORECASE)
_CLOSING = re.compile(rb'[^"]*+(?:""[^"]*+)*+"')


class Lines:
    """Cuts bytes into whole lines; an incomplete line is held back."""

    _cause = "a row must end in a line feed"

    def __init__(self, limit: int = MAX_ROW, position: int = 0) -> None:
        """``limit`` is the largest row in bytes; ``position`` is the offset of the first byte in its file, for errors."""
        self._limit = limit
        self.position = position  # the end of the rows that were returned
        self._partial = bytearray()

    @property
    def held(self) -> int:
        """Bytes that are held back."""
        return len(self._partial)

    def feed(self, data: bytes) -> bytes:
        """The lines that this data completes.

        Raises:
            TableError: a row is over the limit.
        """
        self._check_held()
        lines = self._lines(data)
        self._check(lines)
        return lines

    def end(self) -> bytes:
        """The rest, after the last bytes.

        Raises:
            TableError: it is over the limit.
        """
        self._check_held()
        rest = bytes(self._partial)
        self._partial.clear()
        self.position += len(rest)
        return rest

    def each(self, data: bytes, *, last: bool) -> list[bytes]:
        """The lines that this data completes as a list, without the line feeds; with ``last`` also the rest.

        Raises:
            TableError: a line is over the limit.
        """
        text = self.feed(data)
        if last:
            text += self.end()
        lines = text.split(b"\n")
        if not lines[-1]:
            lines.pop()
        return lines

    def _lines(self, data: bytes) -> bytes:
        cut = data.rfind(b"\n") + 1
        if not cut:
            self._partial += data
            return b""
        lines = bytes(self._partial) + data[:cut] if self._partial else data[:cut]
        self._partial = bytearray(data[cut:])
        return lines

    def _check_held(self) -> None:
        """Refuse held-back bytes that are too long. Checked on the next call, so that the rows before them were returned."""
        if self.held > self._limit:
            raise self._too_long()

    def _check(self, rows: bytes) -> None:
        """Refuse a complete row that is too long."""
        if len(rows) > self._limit and max(map(len, self._split(rows))) > self._limit:
            raise self._too_long()
        self.position += len(rows)

    def _too_long(self) -> TableError:
        where = f"the row that begins at or after byte {self.position:,} is longer than {self._limit:,} bytes"
        return TableError(f"{where}; {self._cause}")

    def _split(self, rows: bytes) -> Iterator[bytes]:
        return iter(rows.split(b"\n"))


class Records(Lines):
    """Cuts bytes into whole CSV rows; line feeds within quotes end none. ``quoted``: a quote is open."""

    _cause = "a quote may be open there that is never closed"

    def __init__(self, delimiter: str, limit: int = MAX_ROW, position: int = 0) -> None:
        super().__init__(limit, position)
        self.quoted = False
        self._opening = opening(delimiter)
        self._open = bytearray()  # whole lines of a row whose quote is still open

    @property
    def held(self) -> int:
        """Bytes that are held back."""
        return len(self._open) + len(self._partial)

    def feed(self, data: bytes) -> bytes:
        """The rows that this data completes.

        Raises:
            TableError: a row is over the limit.
        """
        self._check_held()
        lines = self._lines(data)
        end = self._scan(lines)
        if not end:
            self._open += lines
            rows = b""
        elif self._open:
            rows = bytes(self._open) + lines[:end]
            self._open = bytearray(lines[end:])
        else:
            rows, self._open = lines[:end], bytearray(lines[end:])
        self._check(rows)
        return rows

    def end(self) -> bytes:
        """The rest, after the last bytes; ``quoted`` tells whether its last quote is still open.

        Raises:
            TableError: it is over the limit.
        """
        partial = super().end()
        self._scan(partial)
        rest = bytes(self._open) + partial
        self.position += len(self._open)
        self._open.clear()
        return rest

    def _scan(self, lines: bytes) -> int:
        """The end of the last complete row; tracks quotes across calls."""
        at = 0
        if self.quoted:
            closing = _CLOSING.match(lines)
            if closing is None:
                return 0
            at, self.quoted = closing.end(), False
        start = at
        for cell in self._opening.finditer(lines, at):
            self.quoted = not cell.group(1)
        if not self.quoted:
            return len(lines)
        return self._last_end(lines, start)

    def _last_end(self, lines: bytes, at: int) -> int:
        """The end of the last complete row before the quote that stays open."""
        end = 0
        for cell in self._opening.finditer(lines, at):
            end = lines.rfind(b"\n", at, cell.start()) + 1 or end
            at = cell.end()
        return end

    def _split(self, rows: bytes) -> Iterator[bytes]:
        return split(rows, self._opening)


@cache
def opening(delimiter: str) -> re.Pattern[bytes]:
    """Matches a quoted cell; group 1 is its closing quote, empty if it has not arrived yet."""
    before = rb"[^\n" + re.escape(delimiter.encode()) + rb"]"
    return re.compile(rb'"(?<!' + before + rb'")[^"]*+(?:""[^"]*+)*+("?)')


def split(rows: bytes, cells: re.Pattern[bytes]) -> Iterator[bytes]:
    """Each row with its line feed; the last may lack it. ``cells`` is what ``opening`` gave."""
    start = at = end = 0
    while at < len(rows):
        if at >= end:
            end = rows.find(b"\n", at) + 1 or len(rows)
        opened = cells.search(rows, at, end)
        cell = cells.match(rows, opened.start()) if opened else None
        if cell is None:
            yield rows[start:end]
            start = at = end
        else:
            at = cell.end() if cell.group(1) else len(rows)
    if start < len(rows):
        yield rows[start:]


class FirstRow:
    """Reads the first row of a table from bytes in any pieces; its attributes are set when ``read`` returns true.

    ``mark`` is a byte order mark, ``prelude`` a line before the row that names the delimiter (``sep=;``, as Excel writes), ``row``
    the first row with its line feed (empty for an empty table), ``rest`` the bytes after it. ``quoted``: its last quote is not
    closed.
    """

    def __init__(self, delimiter: str | None = None, limit: int = MAX_ROW) -> None:
        """A ``delimiter`` of ``None`` means the one that the first line names or, otherwise, uses most."""
        self.delimiter = delimiter or ","
        self.mark = self.prelude = self.row = self.rest = b""
        self.quoted = False
        self._guess = delimiter is None
        self._limit = limit
        self._start = Lines(limit)
        self._records: Records | None = None

    def read(self, data: bytes, *, last: bool = False) -> bool:
        """Take more bytes; true once the row is complete.

        Raises:
            TableError: the row does not end within the limit.
        """
        if self._records is None:
            lines = self._start.feed(data)
            if not lines and not last:
                return False
            data = self._begin(lines + self._start.end())
            self._records = Records(self.delimiter, self._limit)
        rows = self._records.feed(data)
        if not rows and not last:
            return False
        whole = bool(rows)
        rows += self._records.end()
        self.quoted = not whole and self._records.quoted
        self.row = next(split(rows, opening(self.delimiter)), b"")
        self.rest = rows[len(self.row) :]
        return True

    def _begin(self, start: bytes) -> bytes:
        """Find the delimiter; returns the bytes after the mark and the line that names it."""
        if start.startswith(BOM):
            self.mark, start = BOM, start[len(BOM) :]
        line = start.partition(b"\n")[0].strip(b"\r")
        if _NAMES_DELIMITER.fullmatch(line):
            self.delimiter = line[4:].decode()
            self.prelude = start[: start.find(b"\n") + 1 or len(start)]
            return start[len(self.prelude) :]
        if self._guess:
            self.delimiter = guess_delimiter(line)
        return start


def guess_delimiter(heading: bytes) -> str:
    """The delimiter that a line of headings uses most outside quotes; a comma if it uses none."""
    outside = b"".join(heading.split(b'"')[::2])
    counts = {delimiter: outside.count(delimiter.encode()) for delimiter in DELIMITERS}
    return max(counts, key=lambda delimiter: counts[delimiter]) if any(counts.values()) else ","
