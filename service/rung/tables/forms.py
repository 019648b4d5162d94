"""The forms in which the added cells are written: as delimited text, as members of a JSON object, or as typed values."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import orjson

from rung.cache import Computed
from rung.tables.table import Cell, neutral

KEPT = 4_096  # cached texts


class DelimitedTail(NamedTuple):
    """Cells at the end of a row of delimited text; formulas are neutralised."""

    delimiter: str = ","
    newline: str = "\n"

    def __call__(self, cells: Sequence[Cell]) -> str:
        """The rest of the line."""
        written, delimiter = _written(self), self.delimiter
        return "".join([written[c] if c is None or type(c) is str else f"{delimiter}{c}" for c in cells]) + self.newline

    @property
    def blank(self) -> str:
        """What follows a blank line."""
        return self.newline

    def quoted(self, text: str) -> str:
        """The text as a cell: in quotes where the delimiter, a quote or a line break is in it."""
        if '"' in text or self.delimiter in text or "\n" in text or "\r" in text:
            return '"' + text.replace('"', '""') + '"'
        return text

    def line(self, cells: Sequence[str]) -> str:
        """A row of texts without its line break."""
        if len(cells) == 1 and not cells[0]:
            return '""'  # else the row would be a blank line, which readers skip
        return self.delimiter.join([self.quoted(c) for c in cells])


@cache
def _written(tail: DelimitedTail) -> Computed[str | None, str]:
    """Texts as cells, each with the delimiter before it: answers have few different ones."""
    return Computed(lambda text: tail.delimiter + ("" if text is None else tail.quoted(neutral(text))), KEPT)


class NdjsonTail(NamedTuple):
    """Members at the end of a JSON object."""

    names: tuple[str, ...]
    blank: str = "\n"

    def __call__(self, cells: Sequence[Cell]) -> str:
        """The rest of the line."""
        return orjson.dumps(dict(zip(self.names, cells, strict=True))).decode()[1:] + "\n"


class Typed(NamedTuple):
    """Typed cells, for formats of columns; ``neutralised`` if a spreadsheet may open the result."""

    neutralised: bool = False
    blank: tuple[Cell, ...] = ()

    def __call__(self, cells: Sequence[Cell]) -> tuple[Cell, ...]:
        """The cells."""
        return tuple(neutral(c) if isinstance(c, str) else c for c in cells) if self.neutralised else tuple(cells)


Form = DelimitedTail | NdjsonTail | Typed
