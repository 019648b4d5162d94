"""Placements: the positions of another ladder that correspond to a position, each with its likelihood.

Relations between the two ladders come first. If no relation links the position to that ladder, it is placed through the reference
grid, and the placement names the reference as its source. Relations between ladders of other sources are never chained.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rung.grid import Cell
from rung.ladders.conditions import Facts, Requirement
from rung.ladders.model import Ladder, LadderPosition, Share, Variant
from rung.ladders.relations import Crosswalk, Edge, End
from rung.types import REFERENCE, Relation

_MEMO_LIMIT = 4096


class Placement(NamedTuple):
    """A position on a ladder, or ``None`` if there is none; the likelihoods (0 to 1) of one start add up to 1.

    ``conditions`` are those of the relation and of the variants on both sides, without those of the entry itself.
    """

    entry: LadderPosition | None
    likelihood: float
    relation: Relation
    conditions: tuple[Requirement, ...] = ()
    source: str = ""
    note: str = ""

    @property
    def position(self) -> str | None:
        """The id of the position."""
        return self.entry.id if self.entry else None


class _Row(NamedTuple):
    """One relation in one pair of variants, with its part of the likelihood."""

    edge: Edge
    entry: LadderPosition | None
    start_variant: str
    variant: str
    part: float


def placements(crosswalk: Crosswalk, start: End, to: str, facts: Facts) -> tuple[Placement, ...]:
    """The placements of a start on ladder ``to``, most likely first.

    Facts ``level`` and ``track`` apply to a start on the reference. What no relation covers is a placement without a position.
    """
    known = {key: value for key, value in facts.items() if key in crosswalk.used}
    key = (start, to, tuple(sorted(known.items(), key=lambda pair: pair[0])))
    found: tuple[Placement, ...] | None = crosswalk.memo.get(key)
    if found is None:
        found = _placements(crosswalk, start, to, known)
        memoise(crosswalk, key, found)
    return found


def placements_everywhere(crosswalk: Crosswalk, start: End, facts: Facts) -> Mapping[str, tuple[Placement, ...]]:
    """The placements of one start on every ladder except its own and the reference, by ladder."""
    known = {key: value for key, value in facts.items() if key in crosswalk.used}
    key = (start, tuple(sorted(known.items(), key=lambda pair: pair[0])))
    found: Mapping[str, tuple[Placement, ...]] | None = crosswalk.memo.get(key)
    if found is None:
        others = (ladder for ladder in crosswalk.ladders if ladder not in (REFERENCE, start.ladder))
        found = {ladder: placements(crosswalk, start, ladder, known) for ladder in others}
        memoise(crosswalk, key, found)
    return found


def memoise(crosswalk: Crosswalk, key: tuple[object, ...], value: object) -> None:
    """Cache a value in the crosswalk; a full cache is emptied."""
    if len(crosswalk.memo) >= _MEMO_LIMIT:
        crosswalk.memo.clear()
    crosswalk.memo[key] = value


def _placements(crosswalk: Crosswalk, start: End, to: str, facts: Facts) -> tuple[Placement, ...]:
    if unmet(crosswalk.ladders[to].conditions, facts):
        return (Placement(None, 1.0, "none", crosswalk.ladders[to].conditions, crosswalk.ladders[to].source),)
    edges = crosswalk.pairs.get((start.ladder, start.position, to), ())
    if not edges and REFERENCE not in (start.ladder, to):
        return _through_reference(crosswalk, start, to, facts)
    rows = list(_rows(crosswalk, start, to, edges, facts))
    left = 1.0 - sum(row.part for row in rows)
    found = [_merged(crosswalk, start, to, place, facts) for place in _by_position(rows).values()]
    if left > 1e-9:
        stated = next((row for row in found if row.entry is None), None)
        found = [row for row in found if row.entry is not None]
        found.append(stated._replace(likelihood=stated.likelihood + left) if stated else Placement(None, left, "none"))
    return tuple(sorted(found, key=lambda row: -row.likelihood))


def _rows(crosswalk: Crosswalk, start: End, to: str, edges: Sequence[Edge], facts: Facts) -> Iterable[_Row]:
    """Each relation that may hold, in each pair of variants, with its share of the likelihood; the shares add up to at most 1."""
    target = crosswalk.ladders[to]
    for start_variant, here in _starts(crosswalk, start, facts).items():
        for variant, there in variant_shares(crosswalk, target, facts).items():
            rows: list[tuple[Edge, LadderPosition | None, float, float]] = []
            for edge in edges:
                entry = target.find(edge.to.position, variant) if edge.to.position else None
                fits = edge.start.variant in ("", start_variant) and edge.to.variant in ("", variant)
                if not fits or (entry is None and edge.relation != "none") or (entry and unmet(entry.conditions, facts)):
                    continue
                weight, chance = _weight(crosswalk, edge, entry, facts)
                if weight:
                    rows.append((edge, entry, weight, chance))
            whole = sum(weight for _, _, weight, _ in rows)
            uncovered = 1.0
            for *_, chance in rows:
                uncovered *= 1.0 - chance
            for edge, entry, weight, _ in rows:
                yield _Row(edge, entry, start_variant, variant, here * there * (1.0 - uncovered) * weight / whole)


def _weight(crosswalk: Crosswalk, edge: Edge, entry: LadderPosition | None, facts: Facts) -> tuple[float, float]:
    """The weight of a relation relative to others, and the probability that its required conditions hold; both 0 if one fails."""
    figures = crosswalk.likelihood
    weight, chance = figures.relations[edge.relation], 1.0
    if edge.source == REFERENCE:
        weight *= figures.reference
    for condition in (*edge.conditions, *(entry.every_condition if entry else ())):
        holds = condition.holds(facts)
        if condition.typical:
            weight *= figures.unmet_typical if holds == "no" else 1.0
        elif holds == "no":
            return 0.0, 0.0
        elif condition.fact in ("level", "track"):
            continue  # of the reference position: open where the reference is where one goes
        elif holds == "unknown":
            chance *= figures.prior(condition)
        else:
            weight *= figures.met
    return weight * chance, chance


def _by_position(rows: Iterable[_Row]) -> Mapping[str, list[_Row]]:
    found: dict[str, list[_Row]] = {}
    for row in rows:
        found.setdefault(row.entry.id if row.entry else "", []).append(row)
    return found


def _merged(crosswalk: Crosswalk, start: End, to: str, rows: Sequence[_Row], facts: Facts) -> Placement:
    """The rows of one position as one placement, described by the relation with the largest share."""
    parts: dict[Edge, float] = {}
    for row in rows:
        parts[row.edge] = parts.get(row.edge, 0.0) + row.part
    edge = max(parts, key=lambda edge: parts[edge])
    speaking = [row for row in rows if row.edge == edge]
    entry = max(speaking, key=lambda row: row.part).entry
    conditions = (
        *_variants_wanted(crosswalk.ladders.get(start.ladder), {row.start_variant for row in speaking}, start, facts),
        *_variants_wanted(crosswalk.ladders[to], {row.variant for row in speaking}, None, facts),
        *edge.conditions,
    )
    return Placement(entry, sum(parts.values()), edge.relation, tuple(dict.fromkeys(conditions)), edge.source, edge.note)


def _variants_wanted(ladder: Ladder | None, variants: set[str], start: End | None, facts: Facts) -> tuple[Requirement, ...]:
    """The facts that decide whether a ladder has one of these variants; none if every variant will do."""
    if ladder is None or not ladder.variants:
        return ()
    able = {v.id for v in ladder.variants if start is None or ladder.find(start.position, v.id)}
    if variants >= able and start is None:
        return ()
    if start is not None and (variants >= able or start.variant):
        return ()
    return wanted_of([v for v in ladder.variants if v.id in variants], facts)


def wanted_of(variants: Sequence[Variant], facts: Facts) -> tuple[Requirement, ...]:
    """The conditions of some variants as one list; of ``any_of`` those that hold, else the first. Values of one fact are joined."""
    values: dict[str, list[str]] = {}
    for variant in variants:
        held = [c for c in variant.any_of if c.holds(facts) == "yes"] or list(variant.any_of[:1])
        for condition in (*variant.conditions, *held):
            values.setdefault(condition.fact, []).extend(condition.wanted.split("|"))
    every = [{c.fact for c in (*v.conditions, *v.any_of)} for v in variants]
    shared = {fact for fact in values if all(fact in facts_of for facts_of in every)}
    return tuple(
        Requirement(fact, "|".join(dict.fromkeys(found)))
        for fact, found in values.items()
        if len(variants) == 1 or (fact in shared and not any(value[0].isdigit() for value in found))
    )


def _through_reference(crosswalk: Crosswalk, start: End, to: str, facts: Facts) -> tuple[Placement, ...]:
    """The placements through the meaning of the position on the reference grid; none of them is ``exact``."""
    shares: list[Share] = []
    for variant, share_of_variant in _starts(crosswalk, start, facts).items():
        entry = crosswalk.ladders[start.ladder].find(start.position, variant)
        shares += [share._replace(share=share.share * share_of_variant) for share in (entry.reference if entry else ())]
    return tuple(
        row._replace(relation="close" if row.relation == "exact" else row.relation, source=REFERENCE)
        for row in from_shares(crosswalk, shares, to, facts)
    )


def from_shares(crosswalk: Crosswalk, shares: Iterable[Share], to: str, facts: Facts) -> tuple[Placement, ...]:
    """The placements of reference positions at cells, weighted by their shares and added up by position."""
    found: dict[str | None, Placement] = {}
    most: dict[str | None, float] = {}
    for share in shares:
        known = {**facts, "level": share.cell.level, "track": share.cell.track}
        for row in placements(crosswalk, End(REFERENCE, share.position), to, known):
            part = row.likelihood * share.share
            kept = found.get(row.position)
            speaks = row if kept is None or part > most[row.position] else kept
            most[row.position] = max(part, most.get(row.position, 0.0))
            found[row.position] = speaks._replace(likelihood=part + (kept.likelihood if kept else 0.0))
    return tuple(sorted(found.values(), key=lambda row: -row.likelihood)) or (Placement(None, 1.0, "none"),)


def _starts(crosswalk: Crosswalk, start: End, facts: Facts) -> Mapping[str, float]:
    """The possible variants of the start, with shares that add up to 1."""
    ladder = crosswalk.ladders.get(start.ladder)
    if ladder is None or not ladder.variants:
        return {"": 1.0}
    if start.variant:
        return {start.variant: 1.0}
    shares = variant_shares(crosswalk, ladder, facts)
    having = {variant: share for variant, share in shares.items() if ladder.find(start.position, variant)}
    having = having or {p.variant: 1.0 for p in ladder.entries(start.position)}
    whole = sum(having.values())
    return {variant: share / whole for variant, share in having.items()}


def variant_shares(crosswalk: Crosswalk, ladder: Ladder, facts: Facts) -> Mapping[str, float]:
    """The probability of each variant of a ladder; a variant whose conditions hold excludes those with unknown conditions.

    A variant that is likely enough (``settled``) is the only one.
    """
    if not ladder.variants:
        return {"": 1.0}
    rows = {variant.id: variant_state(variant, facts) for variant in ladder.variants}
    best = "yes" if any(state == "yes" for state, _ in rows.values()) else "unknown"
    shares = {
        variant.id: variant.share * crosswalk.likelihood.variant ** rows[variant.id][1]
        for variant in ladder.variants
        if rows[variant.id][0] == best
    }
    whole = sum(shares.values())
    likeliest = max(shares, key=lambda variant: shares[variant], default="")
    if whole and shares[likeliest] / whole >= crosswalk.likelihood.settled:
        return {likeliest: 1.0}
    return {variant: share / whole for variant, share in shares.items()} if whole else {}


def variant_state(variant: Variant, facts: Facts) -> tuple[str, int]:
    """Whether a variant's conditions hold (``yes no unknown``), and how many more of them hold than fail."""
    every = [condition.holds(facts) for condition in variant.conditions]
    some = [condition.holds(facts) for condition in variant.any_of]
    balance = (every + some).count("yes") - (every + some).count("no")
    if "no" in every or (some and set(some) == {"no"}):
        return "no", balance
    open_ = "unknown" in every or (bool(some) and "yes" not in some)
    return ("unknown" if open_ else "yes"), balance


def unmet(conditions: Iterable[Requirement], facts: Facts) -> bool:
    """Whether a required condition fails."""
    return any(not condition.typical and condition.holds(facts) == "no" for condition in conditions)


def nearest(crosswalk: Crosswalk, ladder: Ladder, cell: Cell, facts: Facts) -> tuple[str | None, str | None]:
    """The nearest positions below a cell's level, and at or above it, in the longest variant that the facts allow.

    For a manager they are managers, if there are any.
    """
    grid = crosswalk.grid
    allowed = variant_shares(crosswalk, ladder, facts) or dict.fromkeys(p.variant for p in ladder.positions)
    longest = max(allowed, key=lambda variant: sum(p.variant == variant for p in ladder.positions))
    cells = [(p, p.cell) for p in ladder.positions if p.cell and p.variant == longest]
    side, rank = cell.track, grid.rank(cell)
    rows = [(grid.rank(there), there.track == side, order, p.id) for order, (p, there) in enumerate(cells)]
    low, high = [row for row in rows if row[0] < rank], [row for row in rows if row[0] >= rank]
    if side == "manager":
        low, high = [row for row in low if row[1]] or low, [row for row in high if row[1]] or high
    below = max(low, default=None)
    above = min(high, key=lambda row: (row[0], not row[1], row[2]), default=None)
    return (below[3] if below else None), (above[3] if above else None)
