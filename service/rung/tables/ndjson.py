"""NDJSON: one object a line; its text goes to the output unchanged, with the added members at its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from rung.errors import TableError
from rung.tables.columns import Columns
from rung.tables.delimited import Block
from rung.tables.records import BOM, MAX_ROW, Lines
from rung.tables.table import BLANK, Fault, Key, key_of, text_of

LOOKED_AT = 100  # lines that are looked at to find the members


class Ndjson:
    """Cuts lines of JSON objects into blocks."""

    def __init__(self, columns: Columns, added: Iterable[str], *, position: int, limit: int = MAX_ROW) -> None:
        self._fields = columns.fields
        self._names = [columns.headings[field] for field in columns.fields]
        self._added = frozenset(added)
        self._lines = Lines(limit, position)
        self._read = position

    def feed(self, data: bytes, *, last: bool = False) -> Block | None:
        """The lines that this data completes; ``None`` if it completes none.

        Raises:
            TableError: a line is over the limit of a row.
        """
        self._read += len(data)
        lines = self._lines.each(data, last=last)
        block = Block([], [], self._lines.position, self._read)
        for line in lines:
            key, head = self._row(line)
            block.keys.append(key)
            block.heads.append(head)
        return block if block.keys else None

    def _row(self, line: bytes) -> tuple[Key | Fault, str]:
        if not line.strip():
            return BLANK, ""
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            return _kept(line, f"the line is not JSON: {error}")
        if not isinstance(row, dict):
            return _kept(line, "the line is not a JSON object")
        if not self._added.isdisjoint(row):
            name = next(name for name in row if name in self._added)
            return _kept(line, f"the object has a member {name!r}, which Rung adds; drop or rename it")
        head = line.rstrip()[:-1].rstrip().decode()
        return self._key(row), head if head.endswith("{") else head + ","

    def _key(self, row: Mapping[str, Any]) -> Key | Fault:
        return key_of(self._fields, [text_of(row.get(name)) for name in self._names])


def _kept(line: bytes, reason: str) -> tuple[Fault, str]:
    """A line that is not an object becomes the member ``row`` of one."""
    return Fault(reason), orjson.dumps({"row": line.decode("utf-8", "replace").rstrip("\r")})[:-1].decode() + ","


class Objects:
    """Collects the first objects of a stream: ``objects``, the ``names`` of their members, and the bytes read so far (``size``)."""

    def __init__(self, limit: int) -> None:
        self.objects: list[dict[str, Any]] = []
        self.names: dict[str, None] = {}
        self.size = 0
        self._limit = limit
        self._lines = Lines(limit)
        self._start = bytearray()
        self._looked = 0

    def read(self, data: bytes, *, last: bool = False) -> bool:
        """Take more bytes; true once there is an object.

        Raises:
            TableError: there is none, or a line is too long.
        """
        lines = self._lines.feed(data)
        if last:
            lines += self._lines.end()
        if not self.size and lines.startswith(BOM):
            lines = lines[len(BOM) :]
        self._start += lines
        self.size += len(lines)
        for line in lines.split(b"\n") if self._looked < LOOKED_AT else ():
            if line.strip() and self._looked < LOOKED_AT:
                self._look(line)
        if self.names:
            return True
        if self._looked >= LOOKED_AT or self.size > self._limit or (last and self._looked):
            raise TableError("no line of it is a JSON object; is it NDJSON?")
        if last:
            raise TableError("there is no row in it" if self.size else "the table is empty")
        return False

    def rest(self) -> bytes:
        """All bytes read."""
        return bytes(self._start) + self._lines.end()

    def rows(self, names: Sequence[str]) -> list[list[str]]:
        """The text members of the objects; other values become empty texts."""
        return [[value if isinstance(value := row.get(name), str) else "" for name in names] for row in self.objects]

    def _look(self, line: bytes) -> None:
        if not self._looked and line.lstrip()[:1] == b"[":
            raise TableError("this is one JSON array; NDJSON has one object a line (jq -c '.[]' makes it)")
        self._looked += 1
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError:
            return
        if isinstance(row, dict):
            self.objects.append(row)
            self.names |= dict.fromkeys(row)
