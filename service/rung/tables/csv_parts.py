"""A CSV file cut into parts that are whole CSV files themselves: the heading on each, records never broken, bytes unchanged.

The client sends a file part by part, so that memory stays flat and a part whose answer was lost can be sent again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rung.errors import TableError

_DELIMITERS = b",;\t|"
_MARKS = {
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"PK\x03\x04": "a zip archive",
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstandard",
    b"PAR1": "Parquet",
}


def parts(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Parts of about ``size`` bytes, each with the heading; a heading without rows is one part, and so is nothing at all.

    Raises:
        TableError: the bytes are no CSV in UTF-8 or another encoding that keeps ASCII.
    """
    found = records(chunks)
    heading = next(found, b"")
    for mark, name in _MARKS.items():
        if heading.startswith(mark):
            raise TableError(f"this is {name}, not CSV in UTF-8; `rung batch` reads it as it is")
    if heading and not heading.endswith(b"\n"):
        heading += b"\n"
    body: list[bytes] = []
    held = sent = 0
    for record in found:
        body.append(record)
        held += len(record)
        if held >= size:
            yield heading + b"".join(body)
            body, held, sent = [], 0, sent + 1
    if body or not sent:
        yield heading + b"".join(body)


def without_heading(content: bytes) -> bytes:
    """A CSV file without its first record."""
    return content[len(next(records([content]), b"")) :]


def records(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The records with their line ends; a line break within quotes ends none. A quote opens only where a field starts."""
    opening: re.Pattern[bytes] | None = None
    held: list[bytes] = []
    quoted = False
    for line in _lines(chunks):
        if opening is None:
            opening = _opening(line)
        quoted = _ends_quoted(line, quoted, opening)
        held.append(line)
        if not quoted:
            yield b"".join(held)
            held = []
    if held:
        yield b"".join(held)


def _opening(heading: bytes) -> re.Pattern[bytes]:
    """What a quote that opens a field looks like, by the delimiter that the heading uses most."""
    delimiter = max((bytes([d]) for d in _DELIMITERS), key=heading.count)
    return re.compile(rb"(?:^|(?<=[" + re.escape(delimiter) + rb']))(?:\xef\xbb\xbf)?"')


def _ends_quoted(line: bytes, quoted: bool, opening: re.Pattern[bytes]) -> bool:
    at = 0
    while line.find(b'"', at) >= 0:
        if not quoted:
            match = opening.search(line, at)
            if match is None:
                return False
            at, quoted = match.end(), True
            continue
        at = line.find(b'"', at) + 1
        if line[at : at + 1] == b'"':
            at += 1
        else:
            quoted = False
    return quoted


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line + b"\n" for line in whole)
    if rest:
        yield rest
