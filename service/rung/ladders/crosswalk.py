"""The crosswalk: one job read on every ladder, a position of one ladder on another, and what a bare title means on a ladder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz import fuzz, process

from rung.errors import FieldError, UnknownLadder
from rung.grid import Cell, Grid
from rung.ladders.model import Ladder, LadderPosition, normal
from rung.ladders.relations import (
    FAMILIES,
    NO_FACTS,
    Crosswalk,
    Facts,
    count_conditions,
    landing,
    nearest,
    open_variants,
    ranked,
    stated_conditions,
    variant_conditions,
)  # fmt: skip
from rung.types import REFERENCE, Condition, Reading, Relation

_MEMO_LIMIT = 4096


@dataclass(frozen=True, slots=True)
class Crossing:
    """A position of one ladder on another; with ``none`` there is none, and ``below`` and ``above`` are the nearest."""

    position: str | None
    title: str | None
    relation: Relation
    conditions: tuple[Condition, ...] = ()
    source: str = ""
    note: str = ""
    below: str | None = None
    above: str | None = None


class LadderSense(NamedTuple):
    """What a bare title means on one ladder: a share (0 to 1) of each reference cell, and a sentence that says it.

    ``variant`` is "" where the ladder has none or the organisation's is not known; ``positions`` names the reference position that
    the ladder states for each cell.
    """

    ladder: str
    position: str
    variant: str
    cells: Mapping[Cell, float]
    positions: Mapping[Cell, str]
    says: str


class _Row(NamedTuple):
    """A reading without its likelihood: that is ``factor`` times the probability of ``cells``."""

    ladder: str
    position: str | None
    title: str | None
    relation: Relation
    conditions: tuple[Condition, ...] = ()
    source: str = ""
    below: str | None = None
    above: str | None = None
    cells: tuple[Cell, ...] = ()
    factor: float = 1.0


class GridPlace(NamedTuple):
    """A place on the reference grid; ``position`` is ``None`` where no title names one, ``track`` where both are open."""

    position: str | None
    level: str
    track: str | None

    def covers(self, cell: Cell) -> bool:
        """Whether a cell is this place, or one of its two where the track is open."""
        return cell.level == self.level and self.track in (None, cell.track)


def readings(
    crosswalk: Crosswalk,
    cells: Mapping[Cell, float],
    *,
    position: str | None,
    level: str,
    track: str | None,
    facts: Facts = NO_FACTS,
    meaning: LadderSense | None = None,
) -> tuple[Reading, ...]:
    """The job on every ladder, one reading each, the reference first.

    ``cells`` maps each cell to its probability. ``position`` is ``None`` where no title names one: then the best relation of
    any position at that level and track counts. ``track`` is ``None`` where both are open: then conditions say what would decide.
    ``facts`` is what is known of the organisation. ``meaning`` is how the ladder that the title is read by means it.
    """
    key = (position, level, track, tuple(sorted(facts.items())), meaning and (meaning.ladder, meaning.position, meaning.variant))
    rows = crosswalk.memo.get(key)
    if rows is None:
        if len(crosswalk.memo) >= _MEMO_LIMIT:
            crosswalk.memo.clear()
        rows = crosswalk.memo[key] = tuple(_rows(crosswalk, GridPlace(position, level, track), facts, meaning))
    found = []
    for r in rows:
        total = 0.0
        for cell in r.cells:
            total += cells.get(cell, 0.0)
        likelihood = round(r.factor * total, 4)
        found.append(Reading(r.ladder, r.position, r.title, r.relation, likelihood, r.conditions, r.source, r.below, r.above))
    return tuple(found)


def family_readings(crosswalk: Crosswalk, family: str, confidence: float) -> tuple[Reading, ...]:
    """The ladders that take in a neighbouring family, with the position that it has there."""
    rows = crosswalk.memo.get((family,))
    if rows is None:
        edges = (edge for edge in crosswalk.edges if edge.start.ladder == FAMILIES and edge.start.position == family)
        found = ((edge, crosswalk.ladders[edge.to.ladder].find(edge.to.position)) for edge in edges)
        rows = tuple(
            _Row(e.to.ladder, p.id, p.title, e.relation, stated_conditions(e.conditions, NO_FACTS), e.source) for e, p in found if p
        )
        crosswalk.memo[family,] = rows
    return tuple(Reading(r.ladder, r.position, r.title, r.relation, confidence, r.conditions, r.source) for r in rows)


def _rows(crosswalk: Crosswalk, place: GridPlace, facts: Facts, meaning: LadderSense | None) -> Iterable[_Row]:
    """One row a ladder: the best relation of the answer, and the cells whose own best relation leads to the same place."""
    grid = crosswalk.grid
    places = []
    for cell in grid.cells:
        stays = place.position is None or cell in grid.positions[place.position].cells
        places.append((cell, GridPlace(place.position if stays else grid.default_position(cell, None), cell.level, cell.track)))
    for ladder in crosswalk.ladders.values():
        best = _row(crosswalk, ladder, meaning, place, facts)
        others = ((cell, _row(crosswalk, ladder, meaning, other, facts)) for cell, other in places)
        here = (best.position, best.below, best.above)
        yield best._replace(cells=tuple(cell for cell, row in others if (row.position, row.below, row.above) == here))


def _row(crosswalk: Crosswalk, ladder: Ladder, meaning: LadderSense | None, place: GridPlace, facts: Facts) -> _Row:
    """The reading of a place on a ladder: by the title's own name there, else by the best relation."""
    return _by_name(ladder, meaning, place, facts) or _by_relation(crosswalk, ladder, place, facts)


def _by_name(ladder: Ladder, meaning: LadderSense | None, place: GridPlace, facts: Facts) -> _Row | None:
    """The position that the title itself names on the ladder it is read by, where the place is one that the title means there."""
    if meaning is None or meaning.ladder != ladder.id or not any(map(place.covers, meaning.cells)):
        return None
    entry = ladder.find(meaning.position, meaning.variant or None)
    if entry is None:
        return None
    variant = ladder.variant(meaning.variant).conditions if meaning.variant else ()
    conditions = (*stated_conditions((*ladder.conditions, *variant, *entry.conditions), facts), *count_conditions(entry))
    return _Row(ladder.id, entry.id, entry.title, "exact", conditions, entry.source or ladder.source)


def _by_relation(crosswalk: Crosswalk, ladder: Ladder, place: GridPlace, facts: Facts) -> _Row:
    """The best relation from a reference position at a place to a ladder, or none with the nearest positions."""
    if ladder.id == REFERENCE:
        position = place.position or _at(crosswalk.grid, place)[0]
        return _Row(REFERENCE, position, crosswalk.grid.positions[position].label, "exact", source=REFERENCE)
    known = {**facts, "level": place.level, **({"track": place.track} if place.track else {})}
    positions = [place.position] if place.position else _at(crosswalk.grid, place)
    edges = [edge for position in positions for edge in crosswalk.pairs.get((REFERENCE, position, ladder.id), ())]
    best = next(iter(ranked(crosswalk, edges, known)), None)
    if best is None or best.relation == "none":
        below, above = nearest(crosswalk.grid, ladder, crosswalk.grid.levels[place.level].rank, place.track, facts)
        return _Row(ladder.id, None, None, "none", stated_conditions(ladder.conditions, facts), ladder.source, below, above)
    entry, factor, where = landing(ladder, best.to, facts)
    shown = [pair for pair in best.conditions if pair[0] not in ("level", "track") or pair[0] not in known]
    for key, value in best.conditions:
        if key not in known and key in crosswalk.priors:
            factor *= sum(crosswalk.priors[key].get(option, 0.0) for option in value.split("|"))
    conditions = (*stated_conditions((*ladder.conditions, *where, *shown, *entry.conditions), known), *count_conditions(entry))
    return _Row(ladder.id, entry.id, entry.title, best.relation, conditions, best.source, factor=factor)


def _at(grid: Grid, place: GridPlace) -> list[str]:
    """Every reference position that serves any head and stands at a place, the usual one first."""
    found = [p for p in grid.positions.values() if not p.heads and any(map(place.covers, p.cells))]
    return [p.id for p in sorted(found, key=lambda p: not place.covers(p.cells[0]))]


def cross(
    crosswalk: Crosswalk, start: str, position: str, to: str, *, size: str | None = None, sector: str | None = None
) -> tuple[Crossing, ...]:
    """A position of one ladder on another: the best relation first, the alternatives after it; never empty."""
    entry = _position(find_ladder(crosswalk, start, "from"), position)
    target = find_ladder(crosswalk, to, "to")
    facts = {key: value for key, value in (("size", size), ("sector", sector)) if value}
    found = []
    for edge in ranked(crosswalk, crosswalk.pairs.get((start, position, to), ()), facts):
        if edge.relation == "none":
            continue
        there, _, where = landing(target, edge.to, facts)
        pairs = (*variant_conditions(crosswalk, edge.start), *where, *edge.conditions, *there.conditions)
        conditions = (*stated_conditions(pairs, facts), *count_conditions(there))
        found.append(Crossing(there.id, there.title, edge.relation, conditions, edge.source, edge.note))
    if start == to:
        found.insert(0, Crossing(entry.id, entry.title, "exact", source=entry.source or target.source))
    if found:
        return tuple(found)
    notes = [edge for edge in crosswalk.pairs.get((start, position, to), ()) if edge.relation == "none"]
    cell = entry.cell
    below, above = nearest(crosswalk.grid, target, crosswalk.grid.rank(cell), cell.track, facts) if cell else (None, None)
    note, source = (notes[0].note, notes[0].source) if notes else ("", target.source)
    return (
        Crossing(None, None, "none", stated_conditions(notes[0].conditions, facts) if notes else (), source, note, below, above),
    )


def find_ladder(crosswalk: Crosswalk, ladder: str, field: str = "ladder") -> Ladder:
    """A ladder by its id; ``UnknownLadder`` names the nearest ids, and the field of the caller's that named none."""
    if ladder not in crosswalk.ladders:
        message = f"There is no ladder {ladder!r}; {_nearest_names(ladder, list(crosswalk.ladders))}"
        raise UnknownLadder(message, [FieldError(field, message)])
    return crosswalk.ladders[ladder]


def _position(ladder: Ladder, position: str) -> LadderPosition:
    entry = ladder.find(position)
    if entry is None:
        names = list(dict.fromkeys(p.id for p in ladder.positions))
        message = f"The ladder {ladder.id!r} has no position {position!r}; {_nearest_names(position, names)}"
        raise UnknownLadder(message, [FieldError("position", message)])
    return entry


def _nearest_names(name: str, known: Sequence[str]) -> str:
    near = [found for found, *_ in process.extract(normal(name).replace(" ", "-"), known, scorer=fuzz.ratio, limit=3)]
    return f"the nearest are {', '.join(near)}."


def title_prior(
    crosswalk: Crosswalk, ladder: str, position: str | None, level: str | None, *, facts: Facts = NO_FACTS, text: str = ""
) -> LadderSense | None:
    """What the bare title means on a ladder, or ``None`` where the ladder has no such title (or is the reference itself).

    ``text`` is the title's words, for titles that only this ladder knows; else the title is known by the reference ``position`` and
    ``level`` that it names, as long as it is that position's plain title ("Senior Product Owner" is not Product Owner's).
    """
    found = find_ladder(crosswalk, ladder)
    if ladder == REFERENCE:
        return None
    rows = crosswalk.names.get((ladder, normal(text)), ()) if text else ()
    if not rows and position:
        plain = crosswalk.ladders[REFERENCE].find(position)
        if plain and (level is None or any(share.cell.level == level for share in plain.reference)):
            rows = crosswalk.names.get((ladder, f"={position}"), ())
    allowed = {v.id: v.share for v in open_variants(found, facts)} if found.variants else {"": 1.0}
    rows = tuple(row for row in rows if row[0].variant in allowed)
    whole = sum(allowed[entry.variant] for entry, _ in rows)
    if not whole:
        return None
    cells: dict[Cell, float] = {}
    positions: dict[Cell, str] = {}
    for entry, shares in rows:
        for share in shares:
            cells[share.cell] = cells.get(share.cell, 0.0) + share.share * allowed[entry.variant] / whole
            positions.setdefault(share.cell, share.position)
    entry = rows[0][0]
    variant = entry.variant if len(rows) == 1 else ""
    where = f"{found.label} ({found.variant(variant).label.lower()})" if variant else found.label
    scopes = {row[0].scope for row in rows}
    means = (
        f"{entry.title} there answers for: {entry.scope[:1].lower()}{entry.scope[1:]}." if len(scopes) == 1 and entry.scope else ""
    )
    return LadderSense(ladder, entry.id, variant, cells, positions, f"Read by the ladder “{where}”. {means}".strip())
