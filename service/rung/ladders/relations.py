"""Relations between positions of ladders: what somebody stated, indexed, and which of them hold under the facts that are known.

A relation follows SKOS: ``from broad to`` means that ``to`` is the broader one. It may be read backwards (``broad`` and ``narrow``
change places, ``none`` has no way back) and is never chained: two relations say nothing of a third. docs/data-format-ladders.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, get_args

from rung.grid import Cell, Grid
from rung.ladders.files import ladder_from_dict
from rung.ladders.model import Ladder, LadderPosition, Share, Variant, normal
from rung.types import REFERENCE, Condition, Relation, YesNo

RELATIONS: tuple[Relation, ...] = get_args(Relation)
FAMILIES = "families"
_BACKWARDS: Mapping[Relation, Relation] = {"exact": "exact", "close": "close", "broad": "narrow", "narrow": "broad"}

Facts = Mapping[str, str]
Pairs = tuple[tuple[str, str], ...]
NO_FACTS: Facts = {}
Names = Mapping[tuple[str, str], tuple[tuple[LadderPosition, tuple[Share, ...]], ...]]


class End(NamedTuple):
    """One end of a relation: a position of a ladder, in one variant or ("") in any; ``position`` is "" where there is none."""

    ladder: str
    position: str
    variant: str = ""

    def __str__(self) -> str:
        return f"{self.ladder}/{self.position}{f'@{self.variant}' if self.variant else ''}"


class Edge(NamedTuple):
    """One stated relation and the facts under which it holds; ``level`` and ``track`` speak of the reference side."""

    start: End
    to: End
    relation: Relation
    conditions: Pairs = ()
    source: str = ""
    note: str = ""

    def backwards(self) -> Edge:
        """The same relation, read from its other end."""
        return Edge(self.to, self.start, _BACKWARDS[self.relation], self.conditions, self.source, self.note)


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """Every ladder and relation, indexed for the hot path. ``priors`` says how often a fact holds where nothing is known of it."""

    grid: Grid
    ladders: Mapping[str, Ladder]
    edges: tuple[Edge, ...]
    priors: Mapping[str, Mapping[str, float]]
    pairs: Mapping[tuple[str, str, str], tuple[Edge, ...]]
    names: Names
    memo: dict[tuple[object, ...], Any] = field(default_factory=dict, repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Plain data that ``crosswalk_from_dict`` reads back."""
        edges = [[str(e.start), str(e.to), e.relation, dict(e.conditions), e.source, e.note] for e in self.edges]
        ladders = [ladder.to_dict() for ladder in self.ladders.values()]
        priors = {key: dict(value) for key, value in self.priors.items()}
        return {"ladders": ladders, "edges": edges, "priors": priors}


def build_crosswalk(
    grid: Grid, ladders: Iterable[Ladder], edges: Iterable[Edge], priors: Mapping[str, Mapping[str, float]] | None = None
) -> Crosswalk:
    """Index ladders and relations; where none is stated from a reference position to a ladder, its shares imply them."""
    stated = tuple(edges)
    # The reference first, then the ladders in the order in which the relations name them.
    order = {ladder: number for number, ladder in enumerate(dict.fromkeys(end.ladder for e in stated for end in (e.start, e.to)))}
    known = {x.id: x for x in sorted(ladders, key=lambda x: (x.id != REFERENCE, order.get(x.id, len(order)), x.id))}
    said = {(a.position, b.ladder) for e in stated for a, b in ((e.start, e.to), (e.to, e.start)) if a.ladder == REFERENCE}
    implied = [edge for ladder in known.values() if ladder.id != REFERENCE for edge in implied_edges(ladder, grid)]
    stated += tuple(edge for edge in implied if (edge.start.position, edge.to.ladder) not in said)
    pairs: dict[tuple[str, str, str], list[Edge]] = {}
    for edge in stated:
        pairs.setdefault((edge.start.ladder, edge.start.position, edge.to.ladder), []).append(edge)
        if edge.relation != "none":
            pairs.setdefault((edge.to.ladder, edge.to.position, edge.start.ladder), []).append(edge.backwards())
    names = _names(known)
    return Crosswalk(grid, known, stated, priors or {}, {key: tuple(value) for key, value in pairs.items()}, names)


def crosswalk_from_dict(data: Mapping[str, Any], grid: Grid) -> Crosswalk:
    """A crosswalk from plain data, as ``Crosswalk.to_dict`` gives it."""
    edges = (
        Edge(parse_end(start), parse_end(to), relation, tuple(conditions.items()), source, note)
        for start, to, relation, conditions, source, note in data["edges"]
    )
    return build_crosswalk(grid, [ladder_from_dict(item, grid) for item in data["ladders"]], edges, data["priors"])


def parse_end(text: str) -> End:
    """``ladder/position@variant`` in its parts."""
    ladder, _, rest = text.partition("/")
    position, _, variant = rest.partition("@")
    return End(ladder, position, variant)


def implied_edges(ladder: Ladder, grid: Grid) -> Iterable[Edge]:
    """The relations that a ladder's own shares state: exact for one to one, broad or narrow where one side covers more."""
    claims: dict[tuple[str, Cell], dict[str, list[LadderPosition]]] = {}
    for entry in ladder.positions:
        for place in dict.fromkeys((share.position, share.cell) for name in entry.names for share in name.reference):
            claims.setdefault(place, {}).setdefault(entry.id, []).append(entry)
    for position in grid.positions.values():
        for cell in position.cells:
            direct = claims.get((position.id, cell))
            near = direct or {key: found for place, ids in claims.items() if place[1] == cell for key, found in ids.items()}
            for key, found in near.items():
                one = all(len({share for name in entry.names for share in name.reference}) == 1 for entry in found)
                relation: Relation = "close" if not direct else "broad" if not one else "narrow" if len(near) > 1 else "exact"
                # A position that means the cell in each of its variants is related once, for all of them.
                variants = [""] if len(found) == len(ladder.entries(key)) else [entry.variant for entry in found]
                for variant in variants:
                    end = End(ladder.id, key, variant)
                    conditions = (("level", cell.level), ("track", cell.track))
                    yield Edge(End(REFERENCE, position.id), end, relation, conditions, ladder.source or ladder.id)


def ranked(crosswalk: Crosswalk, edges: Sequence[Edge], known: Facts) -> list[Edge]:
    """The relations that the known facts allow: fewest conditions open first, then most met, then the closest."""
    found = []
    for order, edge in enumerate(edges):
        sides = [variant_conditions(crosswalk, end) for end in (edge.start, edge.to)]
        states = [holds(key, value, known) for key, value in (*edge.conditions, *sides[0], *sides[1])]
        if False not in states and exists(crosswalk, edge.start, known) and exists(crosswalk, edge.to, known):
            found.append((states.count(None), -states.count(True), RELATIONS.index(edge.relation), order, edge))
    return [edge for *_, edge in sorted(found, key=lambda row: row[:4])]


def holds(key: str, value: str, known: Facts) -> bool | None:
    """Whether a condition (``a`` or ``a|b``) is met; ``None`` where the fact is not known."""
    return known[key] in value.split("|") if key in known else None


def variant_conditions(crosswalk: Crosswalk, end: End) -> Pairs:
    """The facts that the variant of an end needs; none where it names no variant."""
    return crosswalk.ladders[end.ladder].variant(end.variant).conditions if end.variant and end.ladder in crosswalk.ladders else ()


def exists(crosswalk: Crosswalk, end: End, known: Facts) -> bool:
    """Whether some variant that the facts allow has the position; what is no ladder's position (a family, none) passes."""
    ladder = crosswalk.ladders.get(end.ladder)
    return ladder is None or not end.position or bool(entries(ladder, end, known))


def entries(ladder: Ladder, end: End, known: Facts) -> list[LadderPosition]:
    """The entries that an end stands for, in the variants that the facts allow."""
    allowed = {v.id for v in open_variants(ladder, known)}
    return [p for p in ladder.entries(end.position) if end.variant in ("", p.variant) and (not p.variant or p.variant in allowed)]


def open_variants(ladder: Ladder, known: Facts) -> list[Variant]:
    """The variants of a ladder that the known facts do not rule out."""
    return [v for v in ladder.variants if all(holds(key, value, known) is not False for key, value in v.conditions)]


def landing(ladder: Ladder, end: End, known: Facts) -> tuple[LadderPosition, float, Pairs]:
    """The entry that a relation leads to, how much of the ladder has it (by share of its variants), and what that depends on."""
    found = entries(ladder, end, known)
    if not ladder.variants:
        return found[0], 1.0, ()
    allowed = open_variants(ladder, known)
    having = [v for v in allowed if any(p.variant == v.id for p in found)]
    whole = sum(v.share for v in allowed)
    factor = sum(v.share for v in having) / whole if whole else 1.0
    if len(having) == len(ladder.variants):
        return found[0], 1.0, ()
    return found[0], factor, _together([pair for v in having for pair in v.conditions])


def _together(pairs: Sequence[tuple[str, str]]) -> Pairs:
    """Conditions of several variants as one: the values of a fact joined by ``|``."""
    values: dict[str, list[str]] = {}
    for key, value in pairs:
        values.setdefault(key, []).append(value)
    return tuple((key, "|".join(dict.fromkeys(found))) for key, found in values.items())


def nearest(grid: Grid, ladder: Ladder, rank: int, track: str | None, facts: Facts = NO_FACTS) -> tuple[str | None, str | None]:
    """The nearest positions below a rank and at or above it: for a manager among managers where there are any."""
    allowed = {v.id for v in open_variants(ladder, facts)} or {""}
    placed = [(p, p.cell) for p in ladder.positions if p.cell and p.variant in {"", *allowed}]
    rows = [(grid.rank(cell), cell.track == track, order, p.id) for order, (p, cell) in enumerate(placed)]
    low, high = [row for row in rows if row[0] < rank], [row for row in rows if row[0] >= rank]
    if track == "manager":
        low, high = [row for row in low if row[1]] or low, [row for row in high if row[1]] or high
    below = max(low, default=None)
    above = min(high, key=lambda row: (row[0], not row[1], row[2]), default=None)
    return (below[3] if below else None), (above[3] if above else None)


def _names(ladders: Mapping[str, Ladder]) -> Names:
    """For each ladder, what each of its names means; a name that the reference ladder knows is found by ``=position`` too."""
    reference = ladders[REFERENCE].positions if REFERENCE in ladders else ()
    plain = {normal(name.title): entry.id for entry in reference for name in entry.names}
    found: dict[tuple[str, str], list[tuple[LadderPosition, tuple[Share, ...]]]] = {}
    for ladder in ladders.values():
        for entry in ladder.positions:
            for name in (name for name in entry.names if name.reference):
                title = normal(name.title)
                for key in [title, f"={plain[title]}"] if title in plain else [title]:
                    rows = found.setdefault((ladder.id, key), [])
                    if entry not in [row[0] for row in rows]:
                        rows.append((entry, name.reference))
    return {key: tuple(rows) for key, rows in found.items()}


def stated_conditions(pairs: Iterable[tuple[str, str]], known: Facts) -> tuple[Condition, ...]:
    """Conditions with what is known of each, every one once; alternatives of a value are joined by "or"."""
    found = {}
    for key, value in pairs:
        met = holds(key, value, known)
        state: YesNo = "unknown" if met is None else "yes" if met else "no"
        found[key, value] = Condition(key, value.replace("|", " or "), known.get(key), state)
    return tuple(found.values())


def count_conditions(entry: LadderPosition) -> tuple[Condition, ...]:
    """What can be counted of a position: so many reports, teams or products."""
    return tuple(
        Condition(name, f"{low} to {high}" if low != high else f"{low}", None, "unknown") for name, low, high in entry.counts
    )
