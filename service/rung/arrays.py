"""Arrays of a model, read without numpy: a server that has the compiled kernel does not load it.

That saves 12 MB of memory, and the time of the import.
"""

from __future__ import annotations

import math
import re
import struct
from array import array
from typing import Any, Protocol

_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '[<|](\w\d)', 'fortran_order': False, 'shape': \((\d+),(?: (\d+))?\), \} *\n", re.DOTALL
)
_FORMATS = {b"f8": "d", b"f4": "f", b"i8": "q", b"i4": "i", b"i1": "b", b"u8": "Q", b"u1": "B"}  # by the names of memory views


class Array(Protocol):
    """What Rung asks of an array: a memory view has it, and numpy's arrays, of which models are built."""

    def __len__(self) -> int:
        """The size of its first dimension."""

    def tolist(self) -> list[Any]:
        """Its values: a list, or a list of rows."""

    def tobytes(self) -> bytes:
        """Its values as they lie in memory, row by row."""


def read_npy(content: bytes) -> Array:
    """The array of one or two dimensions that a ``.npy`` file of version 1 holds, row by row and little-endian.

    Raises:
        ValueError: the file holds anything else.
    """
    match = _HEADER.match(content)
    if match is None or match[1] not in _FORMATS:
        raise ValueError("an array is not a .npy file of plain numbers in one or two dimensions")
    shape = [int(size) for size in match.groups()[1:] if size is not None]
    data: Any = memoryview(content)[match.end() :]
    form = _FORMATS[match[1]]
    if len(data) != math.prod(shape) * struct.calcsize(form):
        raise ValueError(f"an array has {len(data):,} bytes, which is not its shape {shape}")
    values: Array = data.cast(form) if len(shape) == 1 else data.cast(form, shape)
    return values


def doubles(buffer: bytes) -> list[float]:
    """The float64 values of some bytes."""
    return array("d", buffer).tolist()
