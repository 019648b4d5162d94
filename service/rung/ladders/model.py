"""Ladders: the positions of one source or organisation, what each means there, and where one goes from it.

A ladder is a graph, never a numbered list: ``next`` says where a position leads, so that a fork stays a fork and an expert is never
ranked against a manager. A ladder with variants (by size of the organisation) has one graph a variant. What a position's title
means on the reference grid stands in its ``reference`` shares. docs/data-format-ladders.md is the specification.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rung.grid import Cell
from rung.ladders.conditions import Requirement
from rung.title.clean import fold

NOT_STATED = "not stated"
TRACKS = ("ic", "manager", "either", NOT_STATED)
ANSWERS = ("yes", "no", "sometimes", NOT_STATED)
Pairs = tuple[tuple[str, str], ...]


class Share(NamedTuple):
    """How often a title means a reference position at a cell (0 to 1)."""

    position: str
    cell: Cell
    share: float


class Synonym(NamedTuple):
    """Another title of a position; ``reference`` is empty where it means what the title means."""

    title: str
    reference: tuple[Share, ...] = ()


class Variant(NamedTuple):
    """One form of a ladder: the facts that it needs, all of ``conditions`` and one of ``any_of``.

    ``share`` (0 to 1) is how often it is met where the facts are unknown.
    """

    id: str
    label: str
    conditions: tuple[Requirement, ...] = ()
    any_of: tuple[Requirement, ...] = ()
    share: float = 1.0


class LadderPosition(NamedTuple):
    """A named rung. ``variant`` is "" where the ladder has none; ``number`` is the source's own.

    ``conditions`` must hold for the position to exist, ``typical`` usually do. ``modality`` maps a field to the reservation of the
    source ("often", "in mature organisations"); ``judged`` names the fields that this project filled in, left open by the source.
    ``reference`` is empty where the file states no mapping. Empty texts and lists mean that the source states nothing.
    """

    id: str
    title: str
    variant: str = ""
    number: int | None = None
    synonyms: tuple[Synonym, ...] = ()
    stage: str = ""
    mastery: tuple[str, ...] = ()
    track: str = NOT_STATED
    people_management: str = NOT_STATED
    executive: str = NOT_STATED
    scope: str = ""
    duties: tuple[str, ...] = ()
    autonomy: str = ""
    org_span: tuple[str, ...] = ()
    team: Pairs = ()
    reports_to: tuple[str, ...] = ()
    works_with: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    takes_in: tuple[str, ...] = ()
    optional: str = ""
    criteria: tuple[str, ...] = ()
    likened_to: tuple[str, ...] = ()
    conditions: tuple[Requirement, ...] = ()
    typical: tuple[Requirement, ...] = ()
    modality: Pairs = ()
    judged: tuple[str, ...] = ()
    reference: tuple[Share, ...] = ()
    note: str = ""
    source: str = ""

    @property
    def names(self) -> tuple[Synonym, ...]:
        """The title and every synonym, each with its own shares."""
        return (
            Synonym(self.title, self.reference),
            *(s if s.reference else Synonym(s.title, self.reference) for s in self.synonyms),
        )

    @property
    def cell(self) -> Cell | None:
        """The reference cell that the title means most often; ``None`` where the position states no mapping."""
        return max(self.reference, key=lambda share: share.share).cell if self.reference else None

    @property
    def every_condition(self) -> tuple[Requirement, ...]:
        """What must hold, then what usually does."""
        return (*self.conditions, *self.typical)

    def to_dict(self) -> dict[str, Any]:
        """Plain data in the form of the file, without what is empty; what the source leaves open says so."""
        data: dict[str, Any] = {"id": self.id, "title": self.title}
        if self.number is not None:
            data["number"] = self.number
        if self.synonyms:
            data["synonyms"] = [
                {"title": s.title, "reference": _shares(s.reference)} if s.reference else s.title for s in self.synonyms
            ]
        data |= {"track": self.track, "people_management": self.people_management, "executive": self.executive}
        rest: dict[str, Any] = {name: getattr(self, name) for name in _TEXTS}
        rest |= {name: list(getattr(self, name)) for name in LISTS}
        rest |= {"team": dict(self.team), "conditions": _conditions(self.conditions), "typical": _conditions(self.typical)}
        rest |= {"modality": dict(self.modality), "reference": _shares(self.reference)}
        data |= {key: value for key, value in rest.items() if value}
        if self.variant:
            data["variants"] = {self.variant: {}}
        return data


_TEXTS = ("stage", "scope", "autonomy", "optional", "note", "source")
LISTS = ("mastery", "duties", "org_span", "reports_to", "works_with", "next", "takes_in", "criteria", "likened_to", "judged")


class Ladder(NamedTuple):
    """One ladder: where it holds, what moves people up on it, its variants and its positions (one entry a variant).

    ``seniority`` lists what makes people senior there; ``conditions`` are facts under which the ladder holds.
    """

    id: str
    label: str
    source: str
    positions: tuple[LadderPosition, ...]
    variants: tuple[Variant, ...] = ()
    summary: str = ""
    seniority: tuple[str, ...] = ()
    conditions: tuple[Requirement, ...] = ()
    note: str = ""

    def find(self, position: str, variant: str | None = None) -> LadderPosition | None:
        """The entry of a position, in one variant or in the first that has it."""
        return next((p for p in self.positions if p.id == position and variant in (None, p.variant)), None)

    def entries(self, position: str) -> tuple[LadderPosition, ...]:
        """Every entry of a position: one a variant that has it."""
        return tuple(p for p in self.positions if p.id == position)

    def variant(self, variant: str) -> Variant:
        """A variant by its id; a ladder without variants has one named ""."""
        return next((v for v in self.variants if v.id == variant), Variant("", self.label))

    def precedes(self, lower: str, higher: str, variant: str | None = None) -> bool:
        """Whether steps lead from one position to the other; ``False`` both ways where they stand on different arms."""
        steps = {(p.variant, p.id): p.next for p in self.positions}
        heads = [(p.variant, p.id) for p in self.entries(lower) if variant in (None, p.variant)]
        return any((start[0], higher) in reach(steps, start) for start in heads)

    def to_dict(self) -> dict[str, Any]:
        """Plain data in the form of the file."""
        data: dict[str, Any] = {"id": self.id, "label": self.label, "source": self.source}
        rest: dict[str, Any] = {"summary": self.summary, "seniority": list(self.seniority), "note": self.note}
        rest |= {"conditions": _conditions(self.conditions), "variants": [_variant(v) for v in self.variants]}
        return data | {key: value for key, value in rest.items() if value} | {"positions": [p.to_dict() for p in self.positions]}


def reach(steps: Mapping[tuple[str, str], Sequence[str]], start: tuple[str, str]) -> set[tuple[str, str]]:
    """Every ``(variant, position)`` that steps lead to from one of them."""
    found: set[tuple[str, str]] = set()
    waiting = [start]
    while waiting:
        variant, here = waiting.pop()
        for step in steps.get((variant, here), ()):
            if (variant, step) not in found:
                found.add((variant, step))
                waiting.append((variant, step))
    return found


def normal(title: str) -> str:
    """A title in the form in which names are compared: folded, words only."""
    return " ".join("".join(c if c.isalnum() else " " for c in fold(title)).split())


def _shares(shares: Sequence[Share]) -> list[dict[str, Any]]:
    return [{"position": s.position, "cell": str(s.cell), "share": s.share} for s in shares]


def _conditions(conditions: Sequence[Requirement]) -> dict[str, str]:
    return {condition.fact: condition.wanted for condition in conditions}


def _variant(variant: Variant) -> dict[str, Any]:
    data: dict[str, Any] = {"id": variant.id, "label": variant.label, "share": variant.share}
    rest = {"conditions": _conditions(variant.conditions), "any_of": _conditions(variant.any_of)}
    return data | {key: value for key, value in rest.items() if value}
