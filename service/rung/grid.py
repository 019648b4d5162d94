"""The reference grid of a family: its levels, its positions, and its cells (a level and a track)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from rung.types import Named


class Cell(NamedTuple):
    """A level and a track of a family. Only ``OTHER`` has "" as level and track."""

    family: str
    level: str
    track: str

    def __str__(self) -> str:
        """The cell as the data writes it: ``level/track``."""
        return f"{self.level}/{self.track}"

    @classmethod
    def parse(cls, family: str, text: str) -> Cell:
        """A cell of a family from ``level/track``."""
        level, _, track = text.partition("/")
        return cls(family, level, track)


UNKNOWN = "unknown"  # the id of the family of jobs of no known family
OTHER = Cell("", "", "")  # any job outside the graded family


class GridLevel(NamedTuple):
    """A level as a family calls it; ``rank`` is its place on the scale."""

    id: str
    label: str
    rank: int


class Position(NamedTuple):
    """A named position; its usual cell comes first. With ``heads``, only titles with one of these heads name it."""

    id: str
    label: str
    cells: tuple[Cell, ...]
    heads: tuple[str, ...] = ()


class Grid(NamedTuple):
    """Levels by id in order of rank, positions by id in the order of the file, cells in order of rank.

    ``usual`` maps a cell to its default position, ``reserved`` a cell and a head to the position for that head alone. ``short``
    maps words to the abbreviations of the drawing.
    """

    family: str
    levels: Mapping[str, GridLevel]
    positions: Mapping[str, Position]
    cells: tuple[Cell, ...]
    usual: Mapping[Cell, str]
    reserved: Mapping[tuple[Cell, str], str]
    short: Mapping[str, str]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], scale: Mapping[str, Any]) -> Grid:
        """Read a family's ``grid.yaml`` and ``scale.yaml`` as plain data."""
        family, labels = data["family"], data["levels"]
        levels = {r["id"]: GridLevel(r["id"], labels[r["id"]], r["rank"]) for r in scale["levels"] if r["id"] in labels}
        positions = {
            r["id"]: Position(r["id"], r["label"], tuple(Cell.parse(family, c) for c in r["cells"]), tuple(r.get("heads", ())))
            for r in data["positions"]
        }
        used = {cell for p in positions.values() for cell in p.cells}
        every = (Cell(family, level, track["id"]) for level in levels for track in scale["tracks"])
        cells = tuple(cell for cell in every if cell in used)
        # The first position of a cell is its default, so go backwards: the first one overwrites the others.
        backwards = list(positions.values())[::-1]
        open_to_all = [p for p in backwards if not p.heads]
        usual = {cell: p.id for p in open_to_all for cell in p.cells} | {p.cells[0]: p.id for p in open_to_all}
        reserved = {(cell, head): p.id for p in backwards for head in p.heads for cell in p.cells}
        return cls(family, levels, positions, cells, usual, reserved, data.get("short", {}))

    def rank(self, cell: Cell) -> int:
        """The rank (1 to 7) of a cell's level."""
        return self.levels[cell.level].rank

    def default_position(self, cell: Cell, head: str | None) -> str:
        """The position for a cell: the one reserved for this head, else the default of the cell."""
        return self.reserved.get((cell, head or "")) or self.usual[cell]

    def named(self, position: str) -> Named:
        """A position with its label."""
        return Named(position, self.positions[position].label)
