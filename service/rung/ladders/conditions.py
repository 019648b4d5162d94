"""Conditions: a fact, the wanted value, the known value, and whether the condition holds.

A fact is a text (``sector: government``), a count, or a range of counts (``reports``: from 2 to any number). What is wanted is
written as text: one value, several joined by ``|``, or a range of counts with both ends included (``1..5``, ``2..``). A required
condition that fails rules a relation out; a typical one makes it less likely. docs/data-format-ladders.md is the specification.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from rung.types import Condition, YesNo

FactValue = str | int | tuple[int, int | None]
Facts = Mapping[str, FactValue]

NO_FACTS: Facts = {}
UNKNOWN = "unknown"  # a fact with this value counts as not known
_RANGE = re.compile(r"(\d+)(\.\.)?(\d*)\Z")


class Requirement(NamedTuple):
    """A fact and the wanted value, as written. ``typical``: it usually holds, and rules nothing out if it fails."""

    fact: str
    wanted: str
    typical: bool = False

    def holds(self, facts: Facts) -> YesNo:
        """Whether the facts meet it; ``unknown`` if the fact is not known, or its range is only partly inside."""
        here = facts.get(self.fact)
        if here is None or here == UNKNOWN:
            return "unknown"
        span, counted = span_of(self.wanted), span_of(here)
        if span is None or counted is None:
            return "yes" if _text(here) in self.wanted.split("|") else "no"
        (low, high), (least, most) = span, counted
        if (high is not None and least > high) or (most is not None and most < low):
            return "no"
        inside = least >= low and (high is None or (most is not None and most <= high))
        return "yes" if inside else "unknown"

    @property
    def wording(self) -> str:
        """What is wanted, for people: ``medium or large``, ``typically 1 to 5``, ``2 or more``."""
        said = words(self.wanted)
        return f"typically {said}" if self.typical else said


def checked(requirements: Iterable[Requirement], facts: Facts) -> tuple[Condition, ...]:
    """Each requirement once, in order, as an answer shows it: what is wanted, what is known here, whether it holds."""
    return tuple(Condition(r.fact, r.wording, _here(facts.get(r.fact)), r.holds(facts)) for r in dict.fromkeys(requirements))


def wording(condition: Condition) -> str:
    """A condition for people: ``reports: typically 1 to 5 (here 8)``."""
    known = f" (here {condition.here})" if condition.here is not None and condition.holds == "no" else ""
    return f"{condition.fact.replace('_', ' ')}: {condition.wanted}{known}"


def span_of(value: FactValue) -> tuple[int, int | None] | None:
    """A count or a range of counts as its lowest and highest number (``None``: no upper end); ``None`` if it is neither."""
    if isinstance(value, int):
        return value, value
    if isinstance(value, tuple):
        return value
    match = _RANGE.match(value)
    if match is None:
        return None
    low, dots, high = match.groups()
    if not dots:
        return (int(low + high), int(low + high))
    return int(low), int(high) if high else None


def disagree(one: FactValue, other: FactValue) -> bool:
    """Whether two values of one fact exclude each other: texts that differ, or ranges without a common count."""
    first, second = span_of(one), span_of(other)
    if first is None or second is None:
        return one != other and UNKNOWN not in (one, other)
    (low, high), (least, most) = first, second
    return (high is not None and least > high) or (most is not None and low > most)


def words(value: FactValue) -> str:
    """A value for people: ``medium or large``, ``1 to 5``, ``2 or more``, ``3``."""
    span = span_of(value)
    if span is None:
        return " or ".join(_text(value).split("|"))
    low, high = span
    return f"{low} or more" if high is None else f"{low}" if low == high else f"{low} to {high}"


def parse_conditions(pairs: Iterable[tuple[str, str]], *, typical: bool = False) -> tuple[Requirement, ...]:
    """Conditions from pairs of fact and what is wanted."""
    return tuple(Requirement(fact, wanted, typical) for fact, wanted in pairs)


def _here(value: FactValue | None) -> str | None:
    return None if value is None or value == UNKNOWN else words(value)


def _text(value: FactValue) -> str:
    return value if isinstance(value, str) else words(value)
