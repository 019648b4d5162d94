"""Counts of a run: statuses, families by level, confidence by level, open questions, and examples to review."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from rung.tables.answers import AnswerFacts, Slot
from rung.tables.table import SEVERAL

BINS = 20
EXAMPLES = 10
ANSWERS = 8_192  # different answers whose keys are cached
SHOWN = 120  # characters of an example's title
CONFLICT = "title_description_conflict"
Example = tuple[float, str, str, str]  # confidence (0.0 where there is none), title, status, answer: "family level/track"


@dataclass(slots=True)
class Summary:
    """The counts, in memory that does not grow with the rows.

    ``levels`` are the ids of levels in order of rank, ``labels`` what families are called by id. ``grid`` counts rows by
    ``level/track``, ``cells`` by ``family/level``, where the level is empty if none is answered; ``bins`` holds, by level, rows by
    confidence in steps of 1/20. ``questions`` and ``flags`` count the rows that have them. ``lowest`` are the least confident
    examples, ``review`` those of each reason. ``errors`` are the first rows that failed: their number from 1, and why.
    """

    levels: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    rows: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    grid: Counter[str] = field(default_factory=Counter)
    families: Counter[str] = field(default_factory=Counter)
    cells: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    questions: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    bins: dict[str, list[int]] = field(default_factory=dict)
    lowest: list[Example] = field(default_factory=list)
    review: dict[str, list[Example]] = field(default_factory=dict)
    errors: list[tuple[int, str]] = field(default_factory=list)

    def add(self, slots: Sequence[Slot]) -> None:
        """Count the rows of a block."""
        first = self.rows
        all_facts = [slot.facts for slot in slots]
        # Equal answers are nearly always one object, and hashing its id is several times faster than hashing its fields.
        distinct = {id(facts): facts for facts in all_facts}
        doubtful: set[int] = set()
        for key, count in Counter(map(id, all_facts)).items():
            facts = distinct[key]
            if facts.status != "blank":
                self._count(facts, count)
                if self._is_example(facts):
                    doubtful.add(key)
        # Nearly all blocks of a large file have no row that is less confident than the examples so far.
        if doubtful:
            for slot in dict.fromkeys(slots):
                if id(slot.facts) in doubtful:
                    self._example(slot)
        if self.statuses["error"] and len(self.errors) < EXAMPLES:
            self._errors(first, slots)

    def _count(self, facts: AnswerFacts, count: int) -> None:
        """Count rows of one answer."""
        keys = _keys(facts)
        self.rows += count
        self.statuses[facts.status] += count
        if keys.grid is not None:
            self.grid[keys.grid] += count
        if facts.family is not None:
            self.families[facts.family] += count
            self.cells[keys.cell] += count
        if keys.bin is not None:
            if keys.level not in self.bins:
                self.bins[keys.level] = [0] * BINS
            self.bins[keys.level][keys.bin] += count
        if facts.question:
            self.questions[facts.question] += count
        for flag in keys.flags:
            self.flags[flag] += count
        for reason in keys.reasons:
            self.reasons[reason] += count

    def _lists(self, facts: AnswerFacts) -> list[list[Example]]:
        """The lists of examples that a row of this answer may belong to."""
        lists = [self.review.setdefault(reason, []) for reason in _keys(facts).reasons]
        return lists if facts.confidence is None else [self.lowest, *lists]

    def _is_example(self, facts: AnswerFacts) -> bool:
        confidence = facts.confidence or 0.0
        return any(len(kept) < EXAMPLES or confidence < kept[-1][0] for kept in self._lists(facts))

    def _example(self, slot: Slot) -> None:
        """Add a row to the examples; each title appears once in a list."""
        title = (slot.key if isinstance(slot.key, str) else slot.key[0] if isinstance(slot.key, tuple) else "")[:SHOWN]
        facts = slot.facts
        answer = f"{facts.family} {facts.level}/{facts.track}" if facts.level else facts.family or ""
        for kept in self._lists(facts):
            if all(title != other for _, other, _, _ in kept):
                kept.append((facts.confidence or 0.0, title, facts.status, answer))
                kept.sort()
                del kept[EXAMPLES:]

    def _errors(self, first: int, slots: Sequence[Slot]) -> None:
        """The first rows that failed, by their number from 1."""
        rows = [slot.facts for slot in slots if slot.facts.status != "blank"]
        failed = ((number, facts.reason or "") for number, facts in enumerate(rows, first + 1) if facts.status == "error")
        self.errors += islice(failed, EXAMPLES - len(self.errors))

    def label(self, family: str) -> str:
        """The label of a family; its id if it has none."""
        return self.labels.get(family, family)

    def as_dict(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {name: getattr(self, name) for name in _KEPT}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], levels: tuple[str, ...], labels: Mapping[str, str]) -> Summary:
        """From what ``as_dict`` gave."""
        counters = {name: Counter(data[name]) for name in _COUNTERS}
        return cls(
            levels,
            labels,
            rows=data["rows"],
            bins={level: list(bins) for level, bins in data["bins"].items()},
            lowest=_examples(data["lowest"]),
            review={reason: _examples(examples) for reason, examples in data["review"].items()},
            errors=[(number, why) for number, why in data["errors"]],
            **counters,
        )


_COUNTERS = ("statuses", "grid", "families", "cells", "reasons", "questions", "flags")
_KEPT = ("rows", *_COUNTERS, "bins", "lowest", "review", "errors")


def _examples(data: Sequence[Sequence[Any]]) -> list[Example]:
    return [(confidence, title, status, answer) for confidence, title, status, answer in data]


class Keys(NamedTuple):
    """Where the rows of one answer are counted."""

    level: str
    grid: str | None
    cell: str
    bin: int | None
    flags: tuple[str, ...]
    reasons: tuple[str, ...]


@lru_cache(maxsize=ANSWERS)
def _keys(facts: AnswerFacts) -> Keys:
    level = facts.level or ""
    flags = tuple(facts.flags.split(SEVERAL)) if facts.flags else ()
    return Keys(
        level,
        f"{level}/{facts.track}" if level else None,
        f"{facts.family}/{level}",
        None if facts.confidence is None else min(int(facts.confidence * BINS), BINS - 1),
        flags,
        tuple(_reasons(facts, flags)),
    )


def _reasons(facts: AnswerFacts, flags: Sequence[str]) -> Iterator[str]:
    """Why a row needs review: what is open, a conflict, or that it is unreadable. Rows that failed are listed on their own."""
    if facts.about:
        yield from facts.about.split(SEVERAL)
    if CONFLICT in flags:
        yield CONFLICT
    if facts.status == "unreadable":
        yield facts.status
