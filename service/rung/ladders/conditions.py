"""Conditions: a fact, what is wanted of it, what is known of it here, and whether it holds.

A fact is a text (``sector: government``), a count, or a range of counts (``reports``: from 2 to any number). What is wanted is written
as text: one value, several joined by ``|``, or a range of counts with both ends included (``1..5``, ``2..``). A required condition
that fails rules a relation out; a typical one that fails makes it less likely. docs/data-format-ladders.md is the specification.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

Holds = Literal["yes", "no", "unknown"]
FactValue = str | int | tuple[int, int | None]
Facts = Mapping[str, FactValue]

NO_FACTS: Facts = {}
UNKNOWN = "unknown"  # a fact with this value counts as not known
_RANGE = re.compile(r"(\d+)(\.\.)?(\d*)\Z")


class Condition(NamedTuple):
    """A fact and what is wanted of it, as written; ``typical``: it usually holds, and nothing is ruled out where it fails."""

    fact: str
    wanted: str
    typical: bool = False

    def holds(self, facts: Facts) -> Holds:
        """Whether the facts meet it: ``unknown`` where the fact is not known, or its range lies only partly inside."""
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

    def __str__(self) -> str:
        return f"{self.fact.replace('_', ' ')}: {self.wording}"


class Checked(NamedTuple):
    """A condition under the facts of one query, as an answer shows it; ``here`` is ``None`` where the fact is not known."""

    fact: str
    wanted: str
    here: str | None
    holds: Holds

    def __str__(self) -> str:
        known = f" (here {self.here})" if self.here is not None and self.holds == "no" else ""
        return f"{self.fact.replace('_', ' ')}: {self.wanted}{known}"


def checked(conditions: Iterable[Condition], facts: Facts) -> tuple[Checked, ...]:
    """Each condition once, in order, under these facts."""
    rows = (Checked(c.fact, c.wording, _here(facts.get(c.fact)), c.holds(facts)) for c in dict.fromkeys(conditions))
    return tuple(dict.fromkeys(rows))


def span_of(value: FactValue) -> tuple[int, int | None] | None:
    """A count or a range of counts as its lowest and highest number (``None``: no highest); ``None`` where it is neither."""
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


def words(value: FactValue) -> str:
    """A value for people: ``medium or large``, ``1 to 5``, ``2 or more``, ``3``."""
    span = span_of(value)
    if span is None:
        return " or ".join(_text(value).split("|"))
    low, high = span
    return f"{low} or more" if high is None else f"{low}" if low == high else f"{low} to {high}"


def parse_conditions(pairs: Iterable[tuple[str, str]], *, typical: bool = False) -> tuple[Condition, ...]:
    """Conditions from pairs of fact and what is wanted."""
    return tuple(Condition(fact, wanted, typical) for fact, wanted in pairs)


def _here(value: FactValue | None) -> str | None:
    return None if value is None or value == UNKNOWN else words(value)


def _text(value: FactValue) -> str:
    return value if isinstance(value, str) else words(value)
