"""Reading a file or a pipe as one stream of UTF-8 bytes, decompressed and decoded.

``Source.notes`` says what was detected. Input that cannot be rows (binary, empty, cut off, or not what its name says) is refused
before anything is written.
"""

from __future__ import annotations

import codecs
import os
import select
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, NamedTuple

from rung.errors import TableError
from rung.tables.packing import RAW, Stream, Unpacked, require_extra
from rung.tables.signatures import LENGTH, signature_of

FORMATS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".txt": "lines",
    ".parquet": "parquet",
    ".pq": "parquet",
}
PACKING = {".gz": "gzip", ".zst": "zstd"}
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
SAMPLE = 1 << 18  # bytes that are read to detect encoding and columns
IDLE = 0.05  # seconds without a byte after which the rows of a pipe so far are answered
CHUNK = 1 << 17  # bytes of a block of rows


@dataclass(frozen=True, slots=True)
class TableFile:
    """A path with its format and packing (``None``: not packed); ``-`` is standard input or output."""

    path: str
    format: str
    packing: str | None

    @property
    def piped(self) -> bool:
        """True for standard input or output."""
        return self.path == "-"


def format_of(path: str) -> str | None:
    """The format by the ending of a name; ``None`` if the ending is not known."""
    return FORMATS.get(_endings(path)[0])


def table_file(path: str, wanted: str | None) -> TableFile:
    """The file at a path, in the ``wanted`` format or the one that its name ends in.

    Raises:
        TableError: the name does not say the format and none is wanted, or the file is a workbook.
    """
    if _endings(path)[0] in WORKBOOKS:
        raise TableError(
            f"{path} is a workbook, which rung batch neither reads nor writes; save the sheet as CSV, or drop it on the page of "
            "rung serve"
        )
    kind = wanted or format_of(path)
    if kind is None:
        raise TableError(
            f"{path}: the name does not say the format; end it in {', '.join(FORMATS)} (with .gz or .zst if it is compressed), "
            "or state it with --format"
        )
    return TableFile(path, kind, _endings(path)[1])


def _endings(path: str) -> tuple[str, str | None]:
    """The extension of a name, and the packing of a second one: ``.csv`` and ``gzip`` for ``jobs.csv.gz``."""
    name = Path(Path(path).name.lower())
    packing = PACKING.get(name.suffix)
    return (Path(name.stem).suffix if packing else name.suffix), packing


def check_extras(*names: TableFile) -> None:
    """Check that what these formats need is installed.

    Raises:
        TableError: it is not; the command that installs it is named.
    """
    for name in names:
        if name.format == "parquet":
            require_extra("pyarrow.parquet")
        if name.packing == "zstd":
            require_extra("zstandard")


class Transcoded:
    """A stream in another encoding, converted to UTF-8; with ``old_breaks``, a lone CR becomes a line feed."""

    def __init__(self, raw: Stream, encoding: str, old_breaks: bool) -> None:
        self._raw = raw
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._old_breaks = old_breaks
        self._ready = b""
        self._ended = False

    def read(self, size: int, /) -> bytes:
        """Some bytes."""
        while not self._ready and not self._ended:
            data = self._raw.read(RAW)
            self._ended = not data
            text = self._decoder.decode(data, self._ended)
            self._ready = (text.replace("\r", "\n") if self._old_breaks else text).encode()
        piece, self._ready = self._ready[:size], self._ready[size:]
        return piece


class Encoding(NamedTuple):
    """How the bytes are text: the codec, the length of a byte order mark, and whether a lone CR ends a line."""

    codec: str
    bom: int = 0
    old_breaks: bool = False

    @property
    def plain(self) -> bool:
        """True where the bytes are valid UTF-8."""
        return self.codec == "utf-8" and not self.old_breaks


class Peekable:
    """A stream with lookahead."""

    def __init__(self, raw: Stream) -> None:
        self._raw = raw
        self._ready = bytearray()
        self.ended = False

    @property
    def ready(self) -> int:
        """Bytes that were peeked at and not read."""
        return len(self._ready)

    def peek(self, size: int) -> bytes:
        """The next bytes without consuming them; fewer only at the end of the stream."""
        while len(self._ready) < size and self.grow():
            pass
        return bytes(self._ready[:size])

    def grow(self) -> bytes:
        """Buffer one more piece; empty at the end of the stream."""
        data = self._raw.read(RAW)
        self.ended = not data
        self._ready += data
        return data

    def read(self, size: int, /) -> bytes:
        """Some bytes."""
        if not self._ready:
            return self._raw.read(size)
        piece = bytes(self._ready[:size])
        del self._ready[:size]
        return piece


class Piped:
    """Standard input; ``read`` returns as soon as there are bytes."""

    def read(self, size: int, /) -> bytes:
        """Some bytes."""
        return os.read(sys.stdin.fileno(), min(size, RAW))

    @staticmethod
    def waiting(seconds: float = 0.0) -> bool:
        """Whether a read would return within ``seconds``."""
        return bool(select.select([sys.stdin], [], [], seconds)[0])


class Source:
    """An opened input of text rows: ``sample`` is its start as UTF-8, ``notes`` are lines for people."""

    def __init__(self, name: TableFile, encoding: str | None = None) -> None:
        self.name = name
        self._file: BinaryIO | None = None if name.piped else open_file(name.path)
        self._size = os.fstat(self._file.fileno()).st_size if self._file else 0
        try:
            self._open(encoding)
        except TableError:
            self.close()
            raise

    def _open(self, encoding: str | None) -> None:
        name = self.name
        raw = Peekable(self._file or Piped())
        packing = _packing(name, raw.peek(LENGTH))
        body = Peekable(Unpacked(raw, packing, name.path)) if packing else raw
        head = self._start(body)
        if not head:
            raise TableError(f"{name.path}: the file is empty")
        self.encoding = _encoding(name.path, head, encoding)
        body.read(self.encoding.bom)
        if not self.encoding.plain:
            inner, body = body, Peekable(Transcoded(body, self.encoding.codec, self.encoding.old_breaks))
            while body.ready < SAMPLE and (inner.ready or not name.piped) and body.grow():
                pass
        self._body, self._seekable = body, self._file is not None and packing is None and self.encoding.plain
        self.sample = body.peek(min(body.ready, SAMPLE))
        self.notes = _notes(name.path, self.encoding)

    def _start(self, body: Peekable) -> bytes:
        """The start of the input. A pipe is not read beyond its first line once it pauses, so that its first rows are answered."""
        if not self.name.piped:
            return body.peek(SAMPLE)
        line = b"\n" in body.peek(body.ready)
        while body.ready < SAMPLE and (not line or Piped.waiting(IDLE)) and (data := body.grow()):
            line = line or b"\n" in data
        return body.peek(min(body.ready, SAMPLE))

    def start(self) -> Iterator[bytes]:
        """The bytes from the start, without consuming them: the sample, then more on demand."""
        yield self.sample
        while data := self._body.grow():
            yield data

    def chunks(self, start: int = 0, read: int = 0) -> Iterator[bytes]:
        """The bytes from ``start`` on. The first piece ends where the next piece of a run that has read up to ``read`` would end.

        So a resumed run cuts the file into the same pieces as an uninterrupted one. Call it once.
        """
        if self._seekable and start and self._file is not None:
            self._file.seek(self.encoding.bom + start)
            self._body = Peekable(self._file)
        else:
            _skip(self._body, start)
        size = read + CHUNK - start
        while data := (self._body.read(size) if self.name.piped else _filled(self._body, size)):
            yield data
            size = CHUNK

    def waiting(self) -> bool:
        """Whether bytes can be read without waiting; always true for a file."""
        return not self.name.piped or Piped.waiting()

    @property
    def done(self) -> float:
        """The share of the input that has been read (0 to 1), in bytes on disk; 0 for a pipe."""
        if not self._file or not self._size:
            return 0.0
        ahead = self._body.ready if self._seekable else 0  # looked at, and not read yet
        return min((self._file.tell() - ahead) / self._size, 1.0)

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()


def open_file(path: str) -> BufferedReader:
    """The file, opened to read.

    Raises:
        TableError: it does not exist, cannot be read, or is a folder.
    """
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise TableError(f"{path} cannot be read: {error.strerror}") from error


def _filled(stream: Stream, size: int) -> bytes:
    pieces, missing = [], size
    while missing and (data := stream.read(missing)):
        pieces.append(data)
        missing -= len(data)
    return b"".join(pieces)


def _skip(stream: Stream, size: int) -> None:
    while size and (data := stream.read(min(size, CHUNK))):
        size -= len(data)


def _packing(name: TableFile, head: bytes) -> str | None:
    """The packing by name and content, which must agree."""
    signature = signature_of(head)
    content = signature.read_as if signature else None
    if signature and not content:
        raise TableError(f"{name.path} is {signature.name} by its content; {signature.remedy}")
    if name.piped and content != "parquet":
        return content
    if content != name.packing:
        said = f"named as {name.packing}" if name.packing else "not named so"
        raise TableError(f"{name.path} is {content or f'not {name.packing}'} by its content but {said}; rename it")
    return content


def _encoding(path: str, head: bytes, wanted: str | None) -> Encoding:
    if wanted:
        return _wanted(path, head, wanted)
    for bom, codec in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(bom):
            return Encoding(codec, len(bom), _old_breaks(head))
    zeros = head.count(0)
    if zeros:
        # In western text in UTF-16, every other byte is zero, always on the same side.
        even, odd = head[::2].count(0), head[1::2].count(0)
        if len(head) >= 4 and max(even, odd) > len(head) // 5 and min(even, odd) * 20 < max(even, odd):
            return Encoding("utf-16-be" if even > odd else "utf-16-le")
        raise TableError(f"{path} is a binary file, not rows of text ({zeros:,} zero bytes in its first {len(head):,})")
    return Encoding("utf-8" if _is_utf8(head) else _western(head), 0, _old_breaks(head))


def _wanted(path: str, head: bytes, wanted: str) -> Encoding:
    try:
        codec = codecs.lookup(wanted).name
    except LookupError as error:
        raise TableError(f"no encoding is called {wanted!r}; {path} may be utf-8, utf-16, cp1252 or latin-1") from error
    bom = len(codecs.BOM_UTF8) if codec == "utf-8" and head.startswith(codecs.BOM_UTF8) else 0
    return Encoding(codec, bom, not codec.startswith("utf-16") and _old_breaks(head))


def _is_utf8(head: bytes) -> bool:
    """Whether the bytes are UTF-8, apart from a few broken rows: then most characters beyond ASCII decode."""
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(head)
    broken = text.count("\ufffd")
    return broken == 0 or sum(c > "\x7f" for c in text) > 10 * broken


def _western(head: bytes) -> str:
    """Windows-1252 unless the bytes hold one of the five that it leaves undefined."""
    return "latin-1" if any(byte in head for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)) else "cp1252"


def _old_breaks(head: bytes) -> bool:
    return b"\r" in head and b"\n" not in head


def _notes(path: str, encoding: Encoding) -> list[str]:
    notes = []
    if encoding.codec != "utf-8":
        notes.append(f"{path}: read as {encoding.codec}, written as UTF-8")
    if encoding.old_breaks:
        notes.append(f"{path}: its lines end in CR alone; written with line feeds")
    return notes
