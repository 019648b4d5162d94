"""Cues: what is counted in the text of a posting beside its words, such as years asked, number of reports, reporting line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rung.kernel.patterns import Pattern, Spans, compiled, matcher

# One value a cue (a count, or the largest number read), and where each that matched did so first: (cue, start, end).
Counted = tuple[list[float], list[tuple[int, int, int]]]


class Cue(NamedTuple):
    """A pattern whose matches count as a feature: ``measure`` is ``count``, or ``number`` for the largest number in its group.

    ``towards`` is the people management that a match speaks for (``yes``, ``no``), or nothing.
    """

    id: str
    pattern: Pattern
    measure: str
    says: str
    towards: str


def compile_cues(records: Sequence[Mapping[str, Any]]) -> tuple[Cue, ...]:
    """The cues of ``cues.yaml`` (plain data)."""
    return tuple(
        Cue(r["id"], Pattern("|".join(r["patterns"]), tuple(r["starts"])), r["measure"], r["says"], r.get("towards", ""))
        for r in records
    )


class CueReader:
    """Reads cues in sentences."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self.cues = tuple(cues)
        self._numbers = [index for index, cue in enumerate(cues) if cue.measure == "number"]
        self._matcher = matcher([cue.pattern for cue in cues])

    def read(self, text: str, spans: Spans) -> Counted:
        """What each cue counts in the sentences of a readable text."""
        values = [0.0] * len(self.cues)
        places: list[tuple[int, int, int]] = []
        found, last = self._matcher.find(text, spans), -1
        for match in found:
            index = match[0]
            values[index] += 1.0
            if index != last:
                places.append(match)
                last = index
        for index in self._numbers:
            if values[index]:
                values[index] = max(_number(self.cues[index], text, match) for match in found if match[0] == index)
        return values, places


def _number(cue: Cue, text: str, match: tuple[int, int, int]) -> float:
    """The number in the group of a match."""
    _, start, end = match
    found = compiled(cue.pattern.expression).match(text, start, end)
    assert found is not None  # noqa: S101 - it matched there
    return float(found.group(1))
