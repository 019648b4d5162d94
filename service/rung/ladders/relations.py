"""Relations between positions of ladders, as sources state them, indexed by both ends.

A relation follows SKOS: ``from broad to`` means that ``to`` is the broader one. It may be read backwards (``broad`` and ``narrow``
change places, ``none`` has no way back) and is never chained: two relations say nothing of a third. docs/data-format-ladders.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, get_args

from rung.grid import Cell, Grid
from rung.ladders.conditions import Requirement
from rung.ladders.files import ladder_from_dict
from rung.ladders.model import Ladder, LadderPosition, Share, normal
from rung.types import REFERENCE, Relation

RELATIONS: tuple[Relation, ...] = get_args(Relation)
FAMILIES = "families"
_BACKWARDS: Mapping[Relation, Relation] = {"exact": "exact", "close": "close", "broad": "narrow", "narrow": "broad"}

NamedRow = tuple[LadderPosition, tuple[Share, ...]]  # an entry, and what a title of it means
Names = Mapping[tuple[str, str], tuple[NamedRow, ...]]


class End(NamedTuple):
    """One end of a relation: a position of a ladder, in one variant or ("") in any. ``position`` is "" for a whole ladder."""

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
    conditions: tuple[Requirement, ...] = ()
    source: str = ""
    note: str = ""

    def backwards(self) -> Edge:
        """The same relation, read from its other end."""
        return Edge(self.to, self.start, _BACKWARDS[self.relation], self.conditions, self.source, self.note)


class Likelihood(NamedTuple):
    """The figures by which relations become likelihoods; ``contexts.yaml`` defines each under ``likelihood``."""

    relations: Mapping[str, float]
    reference: float
    met: float
    unmet_typical: float
    variant: float
    settled: float
    open: float
    enough: float
    near: float
    follow: float
    likeness: float
    chance: float
    least_cell: float
    priors: Mapping[str, Mapping[str, float]]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Likelihood:
        """Read the figures as plain data."""
        return cls(**{name: data[name] for name in cls._fields})

    @classmethod
    def from_contexts(cls, contexts: Mapping[str, Any]) -> Likelihood:
        """Read the figures from ``contexts.yaml`` as plain data."""
        return cls.from_dict({**contexts["likelihood"], "priors": contexts["priors"]})

    def prior(self, condition: Requirement) -> float:
        """The probability (0 to 1) of a condition about which nothing is known."""
        known = self.priors.get(condition.fact)
        return self.open if known is None else sum(known.get(value, 0.0) for value in condition.wanted.split("|"))


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """Every ladder and relation, indexed; ``used`` names the facts that conditions refer to, ``memo`` caches results."""

    grid: Grid
    ladders: Mapping[str, Ladder]
    edges: tuple[Edge, ...]
    likelihood: Likelihood
    used: frozenset[str]
    pairs: Mapping[tuple[str, str, str], tuple[Edge, ...]]
    names: Names
    memo: dict[tuple[object, ...], Any] = field(default_factory=dict, repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Plain data that ``crosswalk_from_dict`` reads back."""
        edges = [[str(e.start), str(e.to), e.relation, [list(c) for c in e.conditions], e.source, e.note] for e in self.edges]
        ladders = [ladder.to_dict() for ladder in self.ladders.values()]
        return {"ladders": ladders, "edges": edges, "likelihood": self.likelihood._asdict()}


def build_crosswalk(grid: Grid, ladders: Iterable[Ladder], edges: Iterable[Edge], likelihood: Likelihood) -> Crosswalk:
    """Index ladders and relations. If no relation of a reference position to a ladder is stated, the ladder's shares imply it."""
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
    used = frozenset(condition.fact for condition in _every_condition(known.values(), stated))
    index = {key: tuple(value) for key, value in pairs.items()}
    return Crosswalk(grid, known, stated, likelihood, used, index, _names(known))


def _every_condition(ladders: Iterable[Ladder], edges: Iterable[Edge]) -> Iterable[Requirement]:
    for ladder in ladders:
        yield from ladder.conditions
        for variant in ladder.variants:
            yield from (*variant.conditions, *variant.any_of)
        for position in ladder.positions:
            yield from position.every_condition
    for edge in edges:
        yield from edge.conditions


def crosswalk_from_dict(data: Mapping[str, Any], grid: Grid) -> Crosswalk:
    """A crosswalk from plain data, as ``Crosswalk.to_dict`` gives it."""
    edges = (
        Edge(parse_end(start), parse_end(to), relation, tuple(Requirement(*c) for c in conditions), source, note)
        for start, to, relation, conditions, source, note in data["edges"]
    )
    return build_crosswalk(
        grid, [ladder_from_dict(item, grid) for item in data["ladders"]], edges, Likelihood.from_dict(data["likelihood"])
    )


def parse_end(text: str) -> End:
    """``ladder/position@variant`` in its parts."""
    ladder, _, rest = text.partition("/")
    position, _, variant = rest.partition("@")
    return End(ladder, position, variant)


def implied_edges(ladder: Ladder, grid: Grid) -> Iterable[Edge]:
    """The relations that the shares of a ladder imply: exact for one to one, broad or narrow if one side covers more."""
    claims: dict[tuple[str, Cell], dict[str, list[LadderPosition]]] = {}
    for entry in ladder.positions:
        for place in dict.fromkeys((share.position, share.cell) for name in entry.names for share in name.reference):
            claims.setdefault(place, {}).setdefault(entry.id, []).append(entry)
    for position in grid.positions.values():
        for cell in position.cells:
            direct = claims.get((position.id, cell))
            near = direct or {key: found for place, ids in claims.items() if place[1] == cell for key, found in ids.items()}
            for key, found in near.items():
                relation = _implied_relation(found, direct=direct is not None, alone=len(near) == 1)
                # A position that means the cell in each of its variants is related once, for all of them.
                variants = [""] if len(found) == len(ladder.entries(key)) else [entry.variant for entry in found]
                conditions = (Requirement("level", cell.level), Requirement("track", cell.track))
                for variant in variants:
                    yield Edge(End(REFERENCE, position.id), End(ladder.id, key, variant), relation, conditions, REFERENCE)


def _implied_relation(entries: Iterable[LadderPosition], *, direct: bool, alone: bool) -> Relation:
    """The relation of a reference position to a position of a ladder with these entries.

    ``direct``: the entries have shares of the position itself, not only of its cell; ``alone``: no other position has such shares.
    """
    if not direct:
        return "close"
    if any(len({share for name in entry.names for share in name.reference}) > 1 for entry in entries):
        return "broad"
    return "exact" if alone else "narrow"


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
