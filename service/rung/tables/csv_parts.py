"""Cutting a CSV file into parts that are CSV files too: each has the heading, and rows are never split.

The client sends a file part by part, so memory is bounded and a part whose answer was lost can be sent again.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

from rung.errors import TableError
from rung.tables.records import FirstRow, Records, opening, split
from rung.tables.signatures import Signature, signature_of


def parts(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Parts of about ``size`` bytes, each with the heading; a file without rows, or an empty one, is one part.

    Raises:
        TableError: the bytes are not CSV in UTF-8 or another encoding that keeps ASCII, or a row is too long.
    """
    rows = records(chunks)
    heading = next(rows, b"")
    check_encoding(heading)
    if heading and not heading.endswith(b"\n"):
        heading += b"\n"
    body: list[bytes] = []
    held = sent = 0
    for row in rows:
        body.append(row)
        held += len(row)
        if held >= size:
            yield heading + b"".join(body)
            body, held, sent = [], 0, sent + 1
    if body or not sent:
        yield heading + b"".join(body)


def check_encoding(start: bytes) -> None:
    """Check that a file that begins so is text in UTF-8, or in another encoding that keeps ASCII.

    Raises:
        TableError: it is compressed, a workbook, Parquet or UTF-16.
    """
    found = signature_of(start)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        found = Signature("UTF-16", "text")
    if found:
        remedy = "`rung batch` reads it" if found.read_as else f"{found.remedy}, and send that"
        raise TableError(f"this is {found.name}, not text in UTF-8; {remedy}")


def without_heading(content: bytes) -> bytes:
    """A CSV file without its first row."""
    return content[len(next(records([content]), b"")) :]


def records(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The rows with their line feeds; a line that names the delimiter (``sep=;``) is part of the first.

    Raises:
        TableError: a row is too long.
    """
    start, pieces = FirstRow(), iter(chunks)
    if not any(start.read(data) for data in pieces):
        start.read(b"", last=True)
    if start.row:
        yield start.mark + start.prelude + start.row
    cutter, cells = Records(start.delimiter), opening(start.delimiter)
    yield from split(cutter.feed(start.rest), cells)
    for data in pieces:
        yield from split(cutter.feed(data), cells)
    yield from split(cutter.end(), cells)
