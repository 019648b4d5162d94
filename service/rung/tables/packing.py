"""gzip and zstd: bounded decompression, and compression by blocks; and imports of the ``files`` extra."""

from __future__ import annotations

import gzip
import importlib
import zlib
from collections.abc import Callable
from typing import Any, Protocol

from rung.errors import TableError

RAW = 1 << 16
# Compressed bytes per step. One byte becomes at most 1,032 with gzip and 32,768 with zstd, so a step makes at most 17 MB.
STEPS = {"gzip": 1 << 14, "zstd": 1 << 9}
UNPACKED_FREELY = 256_000_000  # bytes that any compressed file may unpack to
GROWS = 1_000  # largest ratio of unpacked to packed bytes beyond that

Pack = Callable[[bytes], bytes]


class Stream(Protocol):
    """A readable stream; ``read`` returns at most ``size`` bytes, and ``b""`` at the end."""

    def read(self, size: int, /) -> bytes:
        """Some bytes."""


class Unpacked:
    """A decompressed stream; consecutive gzip or zstd members are one stream.

    Decompression runs in small steps, so a decompression bomb takes no more memory than another file.

    Raises:
        TableError: the data is cut off, damaged, or unpacks to far more than files of rows do.
    """

    def __init__(self, raw: Stream, packing: str, name: str) -> None:
        self._raw, self._name, self._packing = raw, name, packing
        self._make, self._broken = _decompressor(packing)
        self._step = STEPS[packing]
        self._current: Any = None
        self._packed = self._ready = memoryview(b"")
        self._taken = self._given = 0

    def read(self, size: int, /) -> bytes:
        """Some bytes."""
        while not self._ready:
            if not self._packed:
                self._packed = memoryview(self._raw.read(RAW))
            if not self._packed:
                if self._current is not None:
                    raise TableError(f"{self._name}: the {self._packing} data ends too early; the file is cut off")
                return b""
            step, self._packed = self._packed[: self._step], self._packed[self._step :]
            self._ready = memoryview(self._undone(bytes(step)))
            self._check(len(step))
        piece, self._ready = self._ready[:size], self._ready[size:]
        return bytes(piece)

    def _undone(self, data: bytes) -> bytes:
        out = []
        try:
            while data:
                if self._current is None:
                    data = data.lstrip(b"\0")  # padding between or after members
                    if not data:
                        break
                    self._current = self._make()
                out.append(self._current.decompress(data))
                data = b""
                if self._current.eof:
                    data, self._current = self._current.unused_data, None
        except self._broken as error:
            raise TableError(f"{self._name}: the {self._packing} data is damaged ({error})") from error
        return b"".join(out)

    def _check(self, taken: int) -> None:
        self._taken += taken
        self._given += len(self._ready)
        if self._given > UNPACKED_FREELY and self._given > GROWS * self._taken:
            raise TableError(
                f"{self._name} unpacks to more than {GROWS:,} times its size, as no file of rows does; "
                "unpack it yourself if it is right"
            )


def _decompressor(packing: str) -> tuple[Callable[[], Any], type[Exception]]:
    if packing == "gzip":
        return lambda: zlib.decompressobj(wbits=31), zlib.error
    zstandard = require_extra("zstandard")
    return lambda: zstandard.ZstdDecompressor().decompressobj(), zstandard.ZstdError


def require_extra(module: str) -> Any:
    """Import a module of the ``files`` extra.

    Raises:
        TableError: it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        kind = "zstd" if package == "zstandard" else "Parquet"
        raise TableError(f"{kind} needs {package}; install it with: pip install 'rung[files]'") from error


def packer(packing: str | None) -> Pack:
    """The compression of one block. Each block is a member of its own, so that a run can be resumed between blocks."""
    if packing == "gzip":
        return lambda data: gzip.compress(data, 6, mtime=0)
    if packing == "zstd":
        zstandard = require_extra("zstandard")
        return lambda data: zstandard.ZstdCompressor(level=3).compress(data)
    return lambda data: data
