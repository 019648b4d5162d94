"""Types of the compiled kernel; `_kernel.c` says what each part computes. Buffers are bytes."""

from collections.abc import Mapping

REVISION: int

class Scorer:
    def __init__(self, terms: list[str], words: int, idf: bytes, weights: bytes, scales: bytes, intercepts: bytes) -> None: ...
    def read(self, text: str, limit: int, beside: Scorer = ...) -> tuple[int, bytes, bytes, bytes | None]: ...
    def score(self, text: str) -> bytes: ...

class Words:
    def __init__(
        self,
        base: int,
        width: int,
        kinds: int,
        groups: int,
        known: Mapping[str, str],
        sets: bytes,
        rows: bytes,
        needs: bytes,
        code: bytes,
        begins: bytes,
        offsets: bytes,
        starts: bytes,
        required: bytes,
        needed: bytes,
        ends: bytes,
    ) -> None: ...
    def tokens(self, text: str) -> tuple[str, bytes]: ...
    def find(self, letters: str, group: int, start: int, end: int) -> list[tuple[int, int, int, tuple[int, int]]]: ...

def assess(
    scores: bytes,
    cues: bytes,
    layout: tuple[int, int, int, int],
    bounds: tuple[float, ...],
    slopes: bytes,
    offset: bytes,
) -> tuple[bytes, bytes, int, float, float, bytes]: ...
def mean_shares(scores: bytes, columns: int) -> bytes: ...
def sum_rows(rows: bytes, idf: bytes, weights: bytes, scales: bytes) -> bytes: ...
