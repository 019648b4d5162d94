"""The crosswalk: the position of another ladder that corresponds to one, and the meaning of a title on a ladder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rung.errors import FieldError, UnknownLadder
from rung.grid import Cell
from rung.ladders.conditions import NO_FACTS, Facts, checked
from rung.ladders.model import Ladder, LadderPosition, normal
from rung.ladders.placements import Placement, from_shares, nearest, placements, variant_shares
from rung.ladders.readings import LadderPlaces
from rung.ladders.relations import Crosswalk, End, NamedRow
from rung.nearest import suggest_three
from rung.types import REFERENCE, Condition, Relation

_SHOWN = 100  # characters of an unknown name that a message repeats


@dataclass(frozen=True, slots=True)
class Crossing:
    """A position of one ladder on another; with ``none`` there is none, and ``below`` and ``above`` are the nearest."""

    position: str | None
    title: str | None
    relation: Relation
    likelihood: float
    conditions: tuple[Condition, ...] = ()
    source: str = ""
    note: str = ""
    below: str | None = None
    above: str | None = None


class LadderSense(NamedTuple):
    """The meaning of a title on one ladder: a share (0 to 1) of each reference cell, and a sentence that says it.

    ``variant`` is "" if the ladder has none or the variant is not known. ``positions`` maps each cell to the reference position
    that the ladder states. ``one_post`` is false if the title names a position in several variants.
    """

    ladder: str
    position: str
    variant: str
    cells: Mapping[Cell, float]
    positions: Mapping[Cell, str]
    says: str
    one_post: bool = True


def cross(crosswalk: Crosswalk, start: str, position: str, to: str, facts: Facts = NO_FACTS) -> tuple[Crossing, ...]:
    """A position of one ladder on another: the most likely crossing first; never empty."""
    entry = _position(find_ladder(crosswalk, start, "from"), position)
    target = find_ladder(crosswalk, to, "to")
    if start == to:
        same = Crossing(entry.id, entry.title, "exact", 1.0, source=entry.source or target.source)
        return (same, *(_compared(crosswalk, target, entry.id, facts)))
    if start == REFERENCE:
        found = from_shares(crosswalk, entry.reference, to, facts)
    else:
        found = placements(crosswalk, End(start, position), to, facts)
    return tuple(_crossing(crosswalk, row, target, entry, facts) for row in found)


def _crossing(crosswalk: Crosswalk, row: Placement, target: Ladder, entry: LadderPosition, facts: Facts) -> Crossing:
    if row.entry is None:
        below, above = nearest(crosswalk, target, entry.cell, facts) if entry.cell else (None, None)
        conditions = checked(row.conditions, facts)
        return Crossing(
            None, None, "none", round(row.likelihood, 4), conditions, row.source or target.source, row.note, below, above
        )
    conditions = checked((*target.conditions, *row.conditions, *row.entry.every_condition), facts)
    return Crossing(row.entry.id, row.entry.title, row.relation, round(row.likelihood, 4), conditions, row.source, row.note)


def _compared(crosswalk: Crosswalk, ladder: Ladder, position: str, facts: Facts) -> list[Crossing]:
    """The relations of a position to positions in other variants of its own ladder."""
    found = []
    for edge in crosswalk.pairs.get((ladder.id, position, ladder.id), ()):
        there = ladder.find(edge.to.position, edge.to.variant or None)
        if there is not None:
            sides = (ladder.variant(end.variant).label.lower() for end in (edge.start, edge.to))
            note = f"{edge.note} From: {' To: '.join(sides)}."
            found.append(Crossing(there.id, there.title, edge.relation, 1.0, checked(edge.conditions, facts), edge.source, note))
    return found


def find_ladder(crosswalk: Crosswalk, ladder: str, field: str = "ladder") -> Ladder:
    """A ladder by its id.

    Raises:
        UnknownLadder: there is none; the message names the most similar ids, and the error names ``field``.
    """
    if ladder not in crosswalk.ladders:
        message = f"There is no ladder {ladder[:_SHOWN]!r}; {_three_ids(ladder, crosswalk.ladders)}"
        raise UnknownLadder(message, [FieldError(field, message)])
    return crosswalk.ladders[ladder]


def _position(ladder: Ladder, position: str) -> LadderPosition:
    entry = ladder.find(position)
    if entry is None:
        ids = [p.id for p in ladder.positions]
        message = f"The ladder {ladder.id!r} has no position {position[:_SHOWN]!r}; {_three_ids(position, ids)}"
        raise UnknownLadder(message, [FieldError("position", message)])
    return entry


def _three_ids(name: str, ids: Iterable[str]) -> str:
    """The nearest ids; the name may be written as a title is."""
    return suggest_three(normal(name[:_SHOWN]).replace(" ", "-"), ids)


def places_by_title(sense: LadderSense, *, named: bool) -> LadderPlaces:
    """The place of a title that means one position of a ladder, in every cell that the position may mean."""
    return LadderPlaces(sense.ladder, {cell: {(sense.position, sense.variant): 1.0} for cell in sense.cells}, named)


def title_prior(
    crosswalk: Crosswalk, ladder: str, position: str | None, level: str | None, *, facts: Facts = NO_FACTS, text: str = ""
) -> LadderSense | None:
    """The meaning of a title on a ladder; ``None`` if the ladder has no such title, or is the reference itself.

    ``text`` is the title's words, for titles that only this ladder knows. Otherwise the title is found by the reference
    ``position`` and ``level`` that it names, if it is the plain title of that position ("Senior Product Owner" is not that of
    Product Owner).
    """
    found = find_ladder(crosswalk, ladder)
    if ladder == REFERENCE:
        return None
    allowed = variant_shares(crosswalk, found, facts)
    rows = [row for row in _named_rows(crosswalk, ladder, position, level, text) if row[0].variant in allowed]
    whole = sum(allowed[entry.variant] for entry, _ in rows)
    if not whole:
        return None
    cells: dict[Cell, float] = {}
    positions: dict[Cell, str] = {}
    for entry, shares in rows:
        for share in shares:
            cells[share.cell] = cells.get(share.cell, 0.0) + share.share * allowed[entry.variant] / whole
            positions.setdefault(share.cell, share.position)
    first, alone = rows[0][0], len(rows) == 1
    variant = first.variant if alone else ""
    where = f"{found.label} ({found.variant(variant).label.lower()})" if variant else found.label
    same = first.scope and all(entry.scope == first.scope for entry, _ in rows)
    means = f"{first.title} there answers for: {first.scope[:1].lower()}{first.scope[1:]}." if same else ""
    says = f"Read by the ladder “{where}”. {means}".strip()
    return LadderSense(ladder, first.id, variant, cells, positions, says, alone)


def _named_rows(crosswalk: Crosswalk, ladder: str, position: str | None, level: str | None, text: str) -> Sequence[NamedRow]:
    """The rows of a ladder that a title names: by its words, else as the plain title of a reference position."""
    if text and (rows := crosswalk.names.get((ladder, normal(text)))):
        return rows
    plain = crosswalk.ladders[REFERENCE].find(position) if position else None
    if plain and (level is None or any(share.cell.level == level for share in plain.reference)):
        return crosswalk.names.get((ladder, f"={position}"), ())
    return ()
