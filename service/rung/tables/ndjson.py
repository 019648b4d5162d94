"""NDJSON: one object a line, whose text goes to the output as it stands with the added members at its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from rung.errors import TableError
from rung.tables.delimited import MAX_RECORD, Block
from rung.tables.table import BLANK, Columns, Fault, Key, find_columns, text_of

LOOKED_AT = 100  # objects whose members are looked at to find the columns


class Ndjson:
    """Cuts lines of JSON objects into blocks."""

    def __init__(self, columns: Columns, added: Iterable[str], *, position: int) -> None:
        self._names = [columns.headings[field] for field in columns.asked]
        self._added = frozenset(added)
        self._left = b""
        self._position = self._read = position

    def feed(self, data: bytes, *, last: bool = False) -> Block | None:
        """The lines that are whole with this data; ``None`` where none is.

        Raises:
            TableError: a line is longer than rows may be.
        """
        self._read += len(data)
        body = self._left + data if self._left else data
        cut = len(body) if last else body.rfind(b"\n") + 1
        self._left = body[cut:]
        if len(self._left) > MAX_RECORD:
            raise TableError(f"the line at byte {self._position + cut:,} does not end within {MAX_RECORD:,} bytes; is this NDJSON?")
        self._position += cut
        block = Block([], [], self._position, self._read)
        lines = body[:cut].split(b"\n")
        if not lines[-1]:
            lines.pop()
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
        if self._added.isdisjoint(row):
            head = line.rstrip()[:-1].rstrip().decode()
        else:
            # A member may be there once: what an earlier run added makes room.
            head = orjson.dumps({name: value for name, value in row.items() if name not in self._added})[:-1].decode()
        return self._key(row), head if head.endswith("{") else head + ","

    def _key(self, row: Mapping[str, Any]) -> Key | Fault:
        texts = []
        for name in self._names:
            text = text_of(row.get(name))
            if isinstance(text, Fault):
                return Fault(f"{name}: {text.reason}")
            texts.append(text)
        return texts[0] if len(texts) == 1 else tuple(texts)


def _kept(line: bytes, reason: str) -> tuple[Fault, str]:
    """A line that is no object, as the one member of one."""
    return Fault(reason), orjson.dumps({"row": line.decode("utf-8", "replace").rstrip("\r")})[:-1].decode() + ","


def open_lines(sample: bytes, named: Mapping[str, str], *, whole: bool) -> Columns | None:
    """Where the fields stand, by the members of the first objects; ``None`` where more bytes are needed.

    Raises:
        TableError: no line is an object, or none has a title.
    """
    cut = len(sample) if whole else sample.rfind(b"\n") + 1
    lines = [line for line in sample[:cut].split(b"\n") if line.strip()][:LOOKED_AT]
    if not lines:
        if whole:
            raise TableError("there is no row in it")
        return None
    if lines[0].lstrip()[:1] == b"[":
        raise TableError("this is one JSON array; NDJSON has one object a line (jq -c '.[]' makes it)")
    names: dict[str, None] = {}
    for line in lines:
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        if isinstance(row, dict):
            names |= dict.fromkeys(row)
    if not names:
        raise TableError("no line of it is a JSON object; is it NDJSON?")
    return find_columns([name for name in names if not name.startswith("rung_")], named)
