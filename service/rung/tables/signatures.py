"""What a file is by its first bytes: compressed, Parquet, or of a kind that holds no rows of text."""

from __future__ import annotations

from typing import NamedTuple

LENGTH = 4  # bytes of the longest signature


class Signature(NamedTuple):
    """A kind of file: its name for people, and the packing or format that `rung batch` reads it by (``None``: it does not)."""

    name: str
    read_as: str | None = None

    @property
    def remedy(self) -> str:
        """What to do with a file that is not read."""
        return "save the sheet as CSV (in Excel: CSV UTF-8)" if "workbook" in self.name else "save its rows as CSV"


_SIGNATURES = {
    b"\x1f\x8b": Signature("gzip", "gzip"),
    b"\x28\xb5\x2f\xfd": Signature("zstd", "zstd"),
    b"PAR1": Signature("Parquet", "parquet"),
    b"PK\x03\x04": Signature("an Excel workbook or a zip archive"),
    b"\xd0\xcf\x11\xe0": Signature("an old Excel workbook"),
    b"%PDF": Signature("a PDF"),
    b"\x89PNG": Signature("a picture"),
}


def signature_of(start: bytes) -> Signature | None:
    """The kind of a file that begins so; ``None`` if it is none of those known, as text is."""
    return next((kind for mark, kind in _SIGNATURES.items() if start.startswith(mark)), None)
