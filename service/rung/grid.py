"""The reference grid: levels, positions, and the cells (level and track) that an answer is given in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from rung.types import Level, Named

OTHER = "other"


class Position(NamedTuple):
    """A named rung of the reference ladder; ``cells`` are ``level/track``, the usual one first; without ``heads`` it serves any."""

    id: str
    label: str
    cells: tuple[str, ...]
    heads: tuple[str, ...] = ()


class Grid(NamedTuple):
    """Levels by id in order of rank, positions by id in the order of the file, cells in order of rank.

    ``usual`` is the position for each cell, ``kept`` those that stand there for one head: by cell and head.
    """

    levels: Mapping[str, Level]
    positions: Mapping[str, Position]
    cells: tuple[str, ...]
    usual: Mapping[str, str]
    kept: Mapping[tuple[str, str], str]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Grid:
        """Read ``grid.yaml`` as plain data."""
        levels = {r["id"]: Level(r["id"], r["label"], r["rank"]) for r in data["levels"]}
        positions = {
            r["id"]: Position(r["id"], r["label"], tuple(r["cells"]), tuple(r.get("heads", ()))) for r in data["positions"]
        }
        used = {cell for p in positions.values() for cell in p.cells}
        cells = tuple(f"{level}/{track}" for level in levels for track in ("ic", "manager") if f"{level}/{track}" in used)
        # Of several the first counts: in reverse, it is written last.
        known = list(positions.values())[::-1]
        open_to_all = [p for p in known if not p.heads]
        usual = {cell: p.id for p in open_to_all for cell in p.cells} | {p.cells[0]: p.id for p in open_to_all}
        kept = {(cell, head): p.id for p in known for head in p.heads for cell in p.cells}
        return cls(levels, positions, cells, usual, kept)

    def rank(self, cell: str) -> int:
        """The rank (1 to 7) of a cell's level."""
        return self.levels[cell.split("/", maxsplit=1)[0]].rank

    def default_position(self, cell: str, head: str | None) -> str:
        """The position for a cell: the one kept for this head, else the first that usually stands there, else any that may."""
        return self.kept.get((cell, head or "")) or self.usual[cell]

    def named(self, position: str) -> Named:
        """A position with its label."""
        return Named(position, self.positions[position].label)
