"""Readings: the most likely position of one job on every ladder, with its likelihood and conditions.

If the job has a place on a ladder (named by the caller, or chosen by the facts), readings on other ladders follow the relations of
that ladder. The rest of the probability follows the relations of the reference grid. Both are added up by position.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from rung.grid import Cell
from rung.ladders.conditions import NO_FACTS, Facts, Requirement, checked
from rung.ladders.model import Ladder, LadderPosition
from rung.ladders.placements import Placement, nearest, placements_everywhere, unmet, wanted_of
from rung.ladders.relations import FAMILIES, Crosswalk, End
from rung.types import REFERENCE, Candidate, Reading

_OF_ANSWER = ("level", "track")  # facts of the answer itself, which readings do not repeat if they are settled
_LEAST = 0.002  # cells less likely than this are ignored


class LadderPlaces(NamedTuple):
    """The places of a job on one ladder: for each cell, the shares of each ``(position, variant)``, which add up to at most 1.

    If ``named``, the caller names the ladder, so the ladder's own conditions exclude nothing.
    """

    ladder: str
    places: Mapping[Cell, Mapping[tuple[str, str], float]]
    named: bool = True


class _Start(NamedTuple):
    """One position from which readings start, its probability, and its placements on each other ladder."""

    end: End
    probability: float
    placements: Mapping[str, tuple[Placement, ...]]


def readings(
    crosswalk: Crosswalk,
    cells: Mapping[Cell, float],
    *,
    position: str | None,
    cell: Cell,
    facts: Facts = NO_FACTS,
    ladder_places: LadderPlaces | None = None,
    track: str | None = None,
) -> tuple[Reading, ...]:
    """One reading for every ladder, the reference first.

    ``cells`` maps each cell to its probability, ``cell`` is the answer's, and ``position`` is the reference position that the title
    names there, if any. ``track`` is the answer's if it is settled; conditions on an open track stay ``unknown``.
    """
    starts = list(_starts(crosswalk, cells, position, cell, facts, ladder_places))
    shown = {key: value for key, value in facts.items() if key in crosswalk.used} | ({"track": track} if track else {})
    found = [_reference(crosswalk, position, cell, cells.get(cell, 0.0))]
    for ladder in crosswalk.ladders.values():
        if ladder.id != REFERENCE:
            places = _collected(ladder, starts)
            here = ladder_places is not None and ladder_places.ladder == ladder.id and ladder_places.named
            found.append(_reading(crosswalk, ladder, places, cell, shown, here))
    return tuple(found)


def family_readings(crosswalk: Crosswalk, family: str, likelihood: float, facts: Facts = NO_FACTS) -> tuple[Reading, ...]:
    """The readings on ladders that have a position for a neighbouring family."""
    found = []
    for edge in crosswalk.edges:
        if edge.start.ladder == FAMILIES and edge.start.position == family:
            ladder = crosswalk.ladders[edge.to.ladder]
            entry = ladder.find(edge.to.position)
            if entry is not None:
                conditions = checked((*ladder.conditions, *edge.conditions, *entry.every_condition), facts)
                found.append(Reading(ladder.id, entry.id, entry.title, edge.relation, likelihood, conditions, edge.source))
    return tuple(found)


def _starts(
    crosswalk: Crosswalk,
    cells: Mapping[Cell, float],
    position: str | None,
    answer: Cell,
    facts: Facts,
    ladder_places: LadderPlaces | None,
) -> Iterable[_Start]:
    """The positions of ``ladder_places``, and the reference positions for the rest of each cell's probability."""
    grid = crosswalk.grid
    on_ladder: dict[tuple[str, str], float] = {}
    for cell, probability in cells.items():
        if probability < _LEAST and cell != answer:
            continue
        left = probability
        for place, share in (ladder_places.places.get(cell, {}) if ladder_places else {}).items():
            on_ladder[place] = on_ladder.get(place, 0.0) + share * probability
            left -= share * probability
        if left <= _LEAST / 2:
            continue
        stays = position is not None and cell in grid.positions[position].cells
        here = position if stays and position else grid.default_position(cell, None)
        end = End(REFERENCE, here)
        yield _Start(end, left, placements_everywhere(crosswalk, end, {**facts, "level": cell.level, "track": cell.track}))
    if ladder_places is not None:
        for (name, variant), probability in on_ladder.items():
            end = End(ladder_places.ladder, name, variant)
            yield _Start(end, probability, placements_everywhere(crosswalk, end, facts))


def _reference(crosswalk: Crosswalk, position: str | None, cell: Cell, likelihood: float) -> Reading:
    """The answer itself."""
    grid = crosswalk.grid
    here = position if position is not None and cell in grid.positions[position].cells else grid.default_position(cell, None)
    return Reading(REFERENCE, here, grid.positions[here].label, "exact", round(likelihood, 4), (), REFERENCE)


def _collected(ladder: Ladder, starts: Iterable[_Start]) -> list[Placement]:
    """Every position on a ladder with its total likelihood, most likely first, described by the relation with the largest share."""
    found: dict[str | None, tuple[float, Placement]] = {}
    for start in starts:
        if start.end.ladder == ladder.id:
            entry = ladder.find(start.end.position, start.end.variant or None)
            rows: Iterable[Placement] = (Placement(entry, 1.0, "exact", (), (entry and entry.source) or ladder.source),)
        else:
            rows = start.placements[ladder.id]
        for row in rows:
            part = row.likelihood * start.probability
            most, kept = found.get(row.position, (0.0, row._replace(likelihood=0.0)))
            speaks = row._replace(likelihood=0.0) if part > most else kept
            found[row.position] = (max(part, most), speaks._replace(likelihood=kept.likelihood + part))
    return sorted((row for _, row in found.values()), key=lambda row: -row.likelihood)


def _reading(crosswalk: Crosswalk, ladder: Ladder, places: list[Placement], cell: Cell, facts: Facts, named: bool) -> Reading:
    """The most likely position as a reading; ``none`` if it is less likely than the figure ``enough``."""
    figures = crosswalk.likelihood
    best = places[0]
    near = [row for row in places[:2] if row.likelihood >= figures.near]
    open_ = best.likelihood < figures.enough
    candidates = tuple(_candidate(row) for row in (places[:2] if open_ else near)) if open_ or len(near) > 1 else ()
    whole = ladder.conditions if not named else tuple(c for c in ladder.conditions if c.holds(facts) != "no")
    if best.entry is None or open_ or (not named and unmet(whole, facts)):
        below, above = nearest(crosswalk, ladder, cell, facts)
        conditions = checked((*whole, *(best.conditions if best.entry is None else ())), facts)
        source = best.source or ladder.source
        return Reading(ladder.id, None, None, "none", round(best.likelihood, 4), conditions, source, candidates, below, above)
    of_relation = tuple(c for c in best.conditions if c.fact not in _OF_ANSWER or (c.fact == "track" and "track" not in facts))
    every = (*whole, *of_relation, *_of_variant(ladder, best.entry, best, facts), *best.entry.every_condition)
    conditions = checked(every, facts)
    return Reading(
        ladder.id, best.entry.id, best.entry.title, best.relation, round(best.likelihood, 4), conditions, best.source,
        candidates,
    )  # fmt: skip


def _of_variant(ladder: Ladder, entry: LadderPosition, best: Placement, facts: Facts) -> tuple[Requirement, ...]:
    """The conditions of the position's variant, if the job has the position by its own title."""
    return (
        wanted_of([ladder.variant(entry.variant)], facts)
        if best.relation == "exact" and entry.variant and not best.conditions
        else ()
    )


def _candidate(row: Placement) -> Candidate:
    title = row.entry.title if row.entry else None
    return Candidate(row.position, title, row.relation, round(row.likelihood, 4))
