"""Reading the crosswalk file and its folder of ladders, and adding the caller's own ladders."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from rung.errors import DataError
from rung.grid import Grid
from rung.ladders.conditions import Requirement
from rung.ladders.files import load_grid, load_ladders
from rung.ladders.model import Ladder
from rung.ladders.relations import FAMILIES, RELATIONS, Crosswalk, Edge, End, Likelihood, build_crosswalk, parse_end
from rung.nearest import suggest_three
from rung.records import load_yaml

COLUMNS = ("from", "to", "relation", "condition", "source", "note")


def load_crosswalk(folder: Path, scale: Path, likelihood: Likelihood, sources: Path | None = None) -> Crosswalk:
    """The grid, the ladders and the crosswalk of one job family's folder; ``sources`` is the file of ids that may be cited."""
    grid = load_grid(folder / "grid.yaml", scale)
    cited = [row["id"] for row in load_yaml(sources).data] if sources else None
    ladders = load_ladders(folder / "ladders", grid, cited)
    return build_crosswalk(grid, ladders, load_edges(folder / "crosswalk.csv", ladders, grid, cited), likelihood)


def load_edges(path: Path, ladders: Iterable[Ladder], grid: Grid, sources: Iterable[str] | None = None) -> tuple[Edge, ...]:
    """The rows of a crosswalk file; ``DataError`` names file, line and fix."""
    known = {ladder.id: ladder for ladder in ladders}
    cited = None if sources is None else set(sources)
    edges: list[Edge] = []
    seen: dict[tuple[str, ...], int] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path}: the file cannot be read ({error}); it must be UTF-8 CSV.") from error
    if not rows or tuple(rows[0]) != COLUMNS:
        raise DataError(f"{path}, line 1: the columns must be {','.join(COLUMNS)}.")
    for line, row in enumerate(rows[1:], 2):
        where = f"{path}, line {line}"
        if len(row) != len(COLUMNS):
            raise DataError(f"{where}: {len(row)} fields; a row has {len(COLUMNS)} ({', '.join(COLUMNS)}).")
        edge = _edge(row, where, known, grid)
        if cited is not None and edge.source not in cited:
            raise DataError(f"{where}: the source {edge.source!r} is not in SOURCES.yaml; add it there or cite one that is.")
        for key in ((row[0], row[1], row[3]), (row[1], row[0], row[3])):
            if key in seen and not (edge.relation == "none" and key[0] == row[1]):
                raise DataError(
                    f"{where}: {row[0]} and {row[1]} are related on line {seen[key]} already; a relation reads both ways, keep one."
                )
        seen[row[0], row[1], row[3]] = line
        edges.append(edge)
    return tuple(edges)


def _edge(row: list[str], where: str, ladders: Mapping[str, Ladder], grid: Grid) -> Edge:
    start, to, relation, condition, source, note = (" ".join(cell.split()) for cell in row)
    kind = next((known for known in RELATIONS if known == relation), None)
    if kind is None:
        raise DataError(f"{where}: unknown relation {relation!r}; it must be one of {', '.join(RELATIONS)}.")
    ends = parse_end(start), parse_end(to)
    if bool(ends[1].position) is (kind == "none"):
        raise DataError(
            f"{where}: with relation 'none' `to` names a ladder alone ('{ends[1].ladder}/'), with any other a position."
        )
    for end in ends if kind != "none" else ends[:1]:
        _check_end(end, where, ladders)
    if ends[1].ladder not in ladders:
        raise DataError(f"{where}: no ladder is named {ends[1].ladder!r}; {suggest_three(ends[1].ladder, ladders)}")
    return Edge(*ends, kind, _conditions(condition, where, grid), source, note)


def _check_end(end: End, where: str, ladders: Mapping[str, Ladder]) -> None:
    if end.ladder == FAMILIES:
        return
    if end.ladder not in ladders:
        raise DataError(f"{where}: no ladder is named {end.ladder!r}; {suggest_three(end.ladder, ladders)}")
    ladder = ladders[end.ladder]
    if not any(end.variant in ("", entry.variant) for entry in ladder.entries(end.position)):
        names = [f"{p.id}@{p.variant}" if end.variant else p.id for p in ladder.positions]
        raise DataError(f"{where}: {end} is no position; {suggest_three(str(end).partition('/')[2], names)}")


def _conditions(text: str, where: str, grid: Grid) -> tuple[Requirement, ...]:
    """``fact=wanted`` must hold, ``fact~wanted`` usually does; several are joined by ``;``."""
    found = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        sign = "~" if "~" in part else "="
        fact, there, wanted = (piece.strip() for piece in part.partition(sign))
        if not there or not fact or not wanted:
            raise DataError(
                f"{where}: the condition {part!r} is not `fact=value` or `fact~value`; write it so, several joined by ';'."
            )
        if fact == "level" and any(level not in grid.levels for level in wanted.split("|")):
            raise DataError(f"{where}: the level {wanted!r} is outside the reference grid; it has {', '.join(grid.levels)}.")
        found.append(Requirement(fact, wanted, sign == "~"))
    return tuple(found)
