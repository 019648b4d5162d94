"""Ladders: the positions of one source or organisation, their descriptions, and the steps between them.

A ladder is a graph, not a numbered list: ``next`` lists the positions that follow, so branches stay apart and an expert is never
ranked against a manager. A ladder with variants (by size of the organisation) has one graph per variant. ``reference`` maps the
title of a position to the reference grid. docs/data-format-ladders.md is the specification.
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
    """The share (0 to 1) of jobs with a title that are at this reference position and cell."""

    position: str
    cell: Cell
    share: float


class Synonym(NamedTuple):
    """Another title of a position; ``reference`` is empty if it is that of the position."""

    title: str
    reference: tuple[Share, ...] = ()


class Variant(NamedTuple):
    """One form of a ladder: the facts that it needs, all of ``conditions`` and one of ``any_of``.

    ``share`` (0 to 1) is how often it applies if the facts are not known.
    """

    id: str
    label: str
    conditions: tuple[Requirement, ...] = ()
    any_of: tuple[Requirement, ...] = ()
    share: float = 1.0


class LadderPosition(NamedTuple):
    """A position of a ladder. ``variant`` is "" if the ladder has none; ``number`` is the number that the source gives it.

    ``conditions`` must hold for the position to exist, ``typical`` usually hold. ``modality`` maps a field to the qualification by
    the source ("often", "in mature organisations"). ``judged`` names the fields that this project filled in because the
    source leaves them open. ``reference`` is empty if the file has no mapping. An empty text or list: the source states nothing.
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
        """The title and every synonym, each with its shares."""
        return (
            Synonym(self.title, self.reference),
            *(s if s.reference else Synonym(s.title, self.reference) for s in self.synonyms),
        )

    @property
    def cell(self) -> Cell | None:
        """The reference cell with the largest share; ``None`` if the position has no mapping."""
        return max(self.reference, key=lambda share: share.share).cell if self.reference else None

    @property
    def every_condition(self) -> tuple[Requirement, ...]:
        """``conditions``, then ``typical``."""
        return (*self.conditions, *self.typical)

    def to_dict(self) -> dict[str, Any]:
        """Plain data in the format of the file, without empty fields."""
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
    """One ladder. ``positions`` has one entry for each variant of a position.

    ``summary`` says where the ladder is used, ``seniority`` lists what makes people senior there, ``conditions`` are the facts
    under which it applies.
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
        """The entry of a position in a variant, or in the first variant that has it; ``None`` if there is none."""
        return next((p for p in self.positions if p.id == position and variant in (None, p.variant)), None)

    def entries(self, position: str) -> tuple[LadderPosition, ...]:
        """The entries of a position, one for each variant that has it."""
        return tuple(p for p in self.positions if p.id == position)

    def variant(self, variant: str) -> Variant:
        """A variant by its id; a ladder without variants has one named ""."""
        return next((v for v in self.variants if v.id == variant), Variant("", self.label))

    def precedes(self, lower: str, higher: str, variant: str | None = None) -> bool:
        """Whether steps lead from ``lower`` to ``higher``; ``False`` both ways if they are on different branches."""
        steps = {(p.variant, p.id): p.next for p in self.positions}
        heads = [(p.variant, p.id) for p in self.entries(lower) if variant in (None, p.variant)]
        return any((start[0], higher) in reach(steps, start) for start in heads)

    def to_dict(self) -> dict[str, Any]:
        """Plain data in the format of the file."""
        data: dict[str, Any] = {"id": self.id, "label": self.label, "source": self.source}
        rest: dict[str, Any] = {"summary": self.summary, "seniority": list(self.seniority), "note": self.note}
        rest |= {"conditions": _conditions(self.conditions), "variants": [_variant(v) for v in self.variants]}
        return data | {key: value for key, value in rest.items() if value} | {"positions": [p.to_dict() for p in self.positions]}


def reach(steps: Mapping[tuple[str, str], Sequence[str]], start: tuple[str, str]) -> set[tuple[str, str]]:
    """Every ``(variant, position)`` that ``steps`` lead to from ``start``."""
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
    """A title in the form in which titles are compared: folded, words only."""
    return " ".join("".join(c if c.isalnum() else " " for c in fold(title)).split())


def _shares(shares: Sequence[Share]) -> list[dict[str, Any]]:
    return [{"position": s.position, "cell": str(s.cell), "share": s.share} for s in shares]


def _conditions(conditions: Sequence[Requirement]) -> dict[str, str]:
    return {condition.fact: condition.wanted for condition in conditions}


def _variant(variant: Variant) -> dict[str, Any]:
    data: dict[str, Any] = {"id": variant.id, "label": variant.label, "share": variant.share}
    rest = {"conditions": _conditions(variant.conditions), "any_of": _conditions(variant.any_of)}
    return data | {key: value for key, value in rest.items() if value}
