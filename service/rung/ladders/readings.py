"""Readings: one job on every ladder, the likeliest place on each, with its likelihood and what it depends on.

Where the job stands on a ladder (named by the caller, or chosen by the facts), readings on the others follow that ladder's own
relations; the rest of the probability follows those of the reference grid. Both are added up by place, then the likeliest is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from rung.grid import Cell
from rung.ladders.conditions import NO_FACTS, Facts, Requirement, checked
from rung.ladders.landings import Landing, landings_everywhere, nearest, unmet, wanted_of
from rung.ladders.model import Ladder, LadderPosition
from rung.ladders.relations import FAMILIES, Crosswalk, End
from rung.types import REFERENCE, Candidate, Reading

_OF_ANSWER = ("level", "track")  # facts of the answer itself, which its readings do not repeat where they are settled
_LEAST = 0.002  # cells less likely than this change no reading


class Standing(NamedTuple):
    """A job on one ladder: for each cell, which ``(position, variant)`` it would be there and how likely (up to 1).

    ``named``: the caller names the ladder, so that its own conditions rule nothing out.
    """

    ladder: str
    places: Mapping[Cell, Mapping[tuple[str, str], float]]
    named: bool = True


class _Start(NamedTuple):
    """One place from which readings start, its probability, and where it lands on each other ladder."""

    end: End
    probability: float
    landings: Mapping[str, tuple[Landing, ...]]


def readings(
    crosswalk: Crosswalk,
    cells: Mapping[Cell, float],
    *,
    position: str | None,
    cell: Cell,
    facts: Facts = NO_FACTS,
    standing: Standing | None = None,
    track: str | None = None,
) -> tuple[Reading, ...]:
    """The job on every ladder, one reading each, the reference first.

    ``cells`` maps each cell to its probability, ``cell`` is the answer's and ``position`` the reference position that the title
    names there (``None``: none). ``track`` is the answer's where it is settled; conditions on an open one stay ``unknown``.
    """
    starts = list(_starts(crosswalk, cells, position, cell, facts, standing))
    shown = {key: value for key, value in facts.items() if key in crosswalk.used} | ({"track": track} if track else {})
    found = [_reference(crosswalk, position, cell, cells.get(cell, 0.0))]
    for ladder in crosswalk.ladders.values():
        if ladder.id != REFERENCE:
            places = _collected(ladder, starts)
            here = standing is not None and standing.ladder == ladder.id and standing.named
            found.append(_reading(crosswalk, ladder, places, cell, shown, here))
    return tuple(found)


def family_readings(crosswalk: Crosswalk, family: str, likelihood: float, facts: Facts = NO_FACTS) -> tuple[Reading, ...]:
    """The ladders that take in a neighbouring family, with the position that it has there."""
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
    crosswalk: Crosswalk, cells: Mapping[Cell, float], position: str | None, answer: Cell, facts: Facts, standing: Standing | None
) -> Iterable[_Start]:
    """The places on the standing's ladder, and on the reference for each cell that has none there."""
    grid = crosswalk.grid
    on_ladder: dict[tuple[str, str], float] = {}
    for cell, probability in cells.items():
        if probability < _LEAST and cell != answer:
            continue
        left = probability
        for place, share in (standing.places.get(cell, {}) if standing else {}).items():
            on_ladder[place] = on_ladder.get(place, 0.0) + share * probability
            left -= share * probability
        if left <= _LEAST / 2:
            continue
        stays = position is not None and cell in grid.positions[position].cells
        here = position if stays and position else grid.default_position(cell, None)
        end = End(REFERENCE, here)
        yield _Start(end, left, landings_everywhere(crosswalk, end, {**facts, "level": cell.level, "track": cell.track}))
    if standing is not None:
        for (name, variant), probability in on_ladder.items():
            end = End(standing.ladder, name, variant)
            yield _Start(end, probability, landings_everywhere(crosswalk, end, facts))


def _reference(crosswalk: Crosswalk, position: str | None, cell: Cell, likelihood: float) -> Reading:
    """The answer itself."""
    grid = crosswalk.grid
    here = position if position is not None and cell in grid.positions[position].cells else grid.default_position(cell, None)
    return Reading(REFERENCE, here, grid.positions[here].label, "exact", round(likelihood, 4), (), REFERENCE)


def _collected(ladder: Ladder, starts: Iterable[_Start]) -> list[Landing]:
    """Every place on a ladder with its whole likelihood, likeliest first; the relation that carries most of it speaks for it."""
    found: dict[str | None, tuple[float, Landing]] = {}
    for start in starts:
        if start.end.ladder == ladder.id:
            entry = ladder.find(start.end.position, start.end.variant or None)
            rows: Iterable[Landing] = (Landing(entry, 1.0, "exact", (), (entry and entry.source) or ladder.source),)
        else:
            rows = start.landings[ladder.id]
        for row in rows:
            part = row.likelihood * start.probability
            most, kept = found.get(row.position, (0.0, row._replace(likelihood=0.0)))
            speaks = row._replace(likelihood=0.0) if part > most else kept
            found[row.position] = (max(part, most), speaks._replace(likelihood=kept.likelihood + part))
    return sorted((row for _, row in found.values()), key=lambda row: -row.likelihood)


def _reading(crosswalk: Crosswalk, ladder: Ladder, places: list[Landing], cell: Cell, facts: Facts, named: bool) -> Reading:
    """The likeliest place as a reading; none where it is less likely than the figure ``enough``."""
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


def _of_variant(ladder: Ladder, entry: LadderPosition, best: Landing, facts: Facts) -> tuple[Requirement, ...]:
    """What the form of the ladder depends on, where the job stands on it by its own title."""
    return (
        wanted_of([ladder.variant(entry.variant)], facts)
        if best.relation == "exact" and entry.variant and not best.conditions
        else ()
    )


def _candidate(row: Landing) -> Candidate:
    title = row.entry.title if row.entry else None
    return Candidate(row.position, title, row.relation, round(row.likelihood, 4))
