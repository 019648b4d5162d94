"""Types of the compiled kernel; `_kernel.c` says what each part computes.

A buffer is anything with the buffer protocol: bytes, or a C-contiguous numpy array of the type that is named.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

Buffer = bytes | NDArray[Any]

REVISION: int

class Scorer:
    def __init__(self, terms: list[str], words: int, idf: Buffer, weights: Buffer, intercepts: Buffer) -> None: ...
    def read(self, text: str, limit: int) -> tuple[int, bytes, bytes]: ...
    def score(self, text: str) -> bytes: ...

class Words:
    def __init__(self, base: int, width: int, sets: bytes, code: bytes, entries: bytes, starting: bytes, lists: bytes) -> None: ...
    def find(self, letters: str, group: int, start: int, end: int) -> list[tuple[int, int, int, tuple[int, int]]]: ...

def assess(
    scores: Buffer,
    counted: Sequence[float],
    layout: tuple[int, int, int, int],
    bounds: tuple[float, ...],
    numbers: bytes,
    slopes: Buffer,
    offset: Buffer,
    usual: Buffer,
) -> tuple[bytes, bytes, int, float, float, tuple[float, ...], float, float]: ...
def tokens(text: str, letters: Mapping[str, str]) -> tuple[str, bytes]: ...
