"""The reference grid: levels, positions, and the cells (level and track) that an answer is given in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from service.types import Level, Named

OTHER = "other"


class Position(NamedTuple):
    """A named rung of the reference ladder; ``cells`` are ``level/track``, the usual one first; without ``heads`` it serves any."""

    id: str
    label: str
    cells: tuple[str, ...]
    heads: tuple[str, ...] = ()


class Grid(NamedTuple):
    """Levels by id in order of rank, positions by id in the order of the file, cells in order of rank."""

    levels: Mapping[str, Level]
    positions: Mapping[str, Position]
    cells: tuple[str, ...]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Grid:
        """Read ``positions.yaml`` as plain data."""
        levels = {r["id"]: Level(r["id"], r["label"], r["rank"]) for r in data["levels"]}
        positions = {
            r["id"]: Position(r["id"], r["label"], tuple(r["cells"]), tuple(r.get("heads", ()))) for r in data["positions"]
        }
        used = {cell for p in positions.values() for cell in p.cells}
        cells = tuple(f"{level}/{track}" for level in levels for track in ("ic", "manager") if f"{level}/{track}" in used)
        return cls(levels, positions, cells)

    def rank(self, cell: str) -> int:
        """The rank (1 to 7) of a cell's level."""
        return self.levels[cell.split("/", maxsplit=1)[0]].rank

    def default_position(self, cell: str, head: str | None) -> str:
        """The position for a cell: the one kept for this head, else the first that usually stands there, else any that may."""
        open_to_all = [p for p in self.positions.values() if not p.heads]
        kept = [p for p in self.positions.values() if head in p.heads and cell in p.cells]
        usual = [p for p in open_to_all if p.cells[0] == cell]
        return next(p.id for p in (*kept, *usual, *open_to_all) if cell in p.cells)

    def named(self, position: str) -> Named:
        """A position with its label."""
        return Named(position, self.positions[position].label)


@lru_cache(maxsize=1024)
def _default_position(positions: tuple[Position, ...], cell: str, head: str | None) -> str:
    open_to_all = [p for p in positions if not p.heads]
    kept = [p for p in positions if head in p.heads and cell in p.cells]
    usual = [p for p in open_to_all if p.cells[0] == cell]
    return next(p.id for p in (*kept, *usual, *open_to_all) if cell in p.cells)
