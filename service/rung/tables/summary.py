"""Counts of a run: statuses, levels by track, confidence, and the rows that most need a look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from rung.tables.answers import Slot

BINS = 20
EXAMPLES = 10
SHOWN = 120  # characters of an example's title


@dataclass(slots=True)
class Summary:
    """The counts; ``bins`` are rows by confidence in steps of 1/20, ``lowest`` holds (confidence, title, status, answer).

    ``errors`` holds the first rows that failed: their number from 1, and why; ``levels`` are the ids of levels in order of rank.
    """

    levels: tuple[str, ...] = ()
    rows: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    grid: Counter[str] = field(default_factory=Counter)
    families: Counter[str] = field(default_factory=Counter)
    bins: list[int] = field(default_factory=lambda: [0] * BINS)
    lowest: list[tuple[float, str, str, str]] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)

    def add(self, slots: Sequence[Slot]) -> None:
        """Count the rows of a block."""
        first = self.rows
        least = 1.0
        for (status, family, level, track, confidence, _), count in Counter([slot.facts for slot in slots]).items():
            if status == "blank":
                continue
            self.rows += count
            self.statuses[status] += count
            if level is not None:
                self.grid[f"{level}/{track}"] += count
            if family is not None:
                self.families[family] += count
            if confidence is not None:
                self.bins[min(int(confidence * BINS), BINS - 1)] += count
                least = min(least, confidence)
        if len(self.lowest) < EXAMPLES or least < self.lowest[-1][0]:
            self._lows(slots)
        if self.statuses["error"] and len(self.errors) < EXAMPLES:
            self._errors(first, slots)

    def _lows(self, slots: Sequence[Slot]) -> None:
        """Keep the rows of the lowest confidence; nearly all blocks of a large file have none."""
        for slot in dict.fromkeys(slots):
            confidence = slot.facts.confidence
            if confidence is not None and (len(self.lowest) < EXAMPLES or confidence < self.lowest[-1][0]):
                self._low(confidence, slot)

    def _low(self, confidence: float, slot: Slot) -> None:
        title = (slot.key if isinstance(slot.key, str) else slot.key[0] if isinstance(slot.key, tuple) else "")[:SHOWN]
        if all(title != other for _, other, _, _ in self.lowest):
            facts = slot.facts
            answer = f"{facts.level}/{facts.track}" if facts.level else facts.family or ""
            self.lowest = sorted([*self.lowest, (confidence, title, facts.status, answer)])[:EXAMPLES]

    def _errors(self, first: int, slots: Sequence[Slot]) -> None:
        """The first rows that failed, by their number from 1."""
        rows = [slot.facts for slot in slots if slot.facts.status != "blank"]
        failed = ((number, facts.reason or "") for number, facts in enumerate(rows, first + 1) if facts.status == "error")
        self.errors += islice(failed, EXAMPLES - len(self.errors))

    def as_dict(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {
            "rows": self.rows, "statuses": self.statuses, "grid": self.grid, "families": self.families, "bins": self.bins,
            "lowest": self.lowest, "errors": self.errors,
        }  # fmt: skip

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], levels: tuple[str, ...]) -> Summary:
        """From what ``as_dict`` gave."""
        return cls(
            levels,
            data["rows"],
            Counter(data["statuses"]),
            Counter(data["grid"]),
            Counter(data["families"]),
            list(data["bins"]),
            [(c, t, s, a) for c, t, s, a in data["lowest"]],
            [(n, r) for n, r in data["errors"]],
        )
