"""Cues: what is counted in the text of a posting beside its words, such as years asked, number of reports, reporting line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from service.sentences import Floats
from service.strings import Spans, finder


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern whose matches count as a feature: ``measure`` is ``count``, or ``number`` for the largest number in its group.

    ``starts`` are plain strings with one of which every match begins: the pattern is tried only where one of them stands.
    ``towards`` is the people management that a match speaks for (``yes``, ``no``), or nothing.
    """

    id: str
    pattern: re.Pattern[str]
    starts: tuple[str, ...]
    measure: str
    says: str
    towards: str


def compile_cues(records: Sequence[Mapping[str, Any]]) -> tuple[Cue, ...]:
    """The cues of ``cues.yaml`` (plain data) with their patterns compiled."""
    return tuple(
        Cue(r["id"], re.compile("|".join(r["patterns"])), tuple(r["starts"]), r["measure"], r["says"], r.get("towards", ""))
        for r in records
    )


class CueReader:
    """Reads cues in sentences: a pattern is tried only where a match can start."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self.cues = tuple(cues)
        self._finder = finder([cue.starts for cue in cues])

    def read(self, text: str, spans: Spans) -> tuple[Floats, list[tuple[int, int, int]]]:
        """One value a cue (a count, or the largest number read) in the sentences of a readable text, and where each first matched.

        A place is (cue, start, end).
        """
        values = np.zeros(len(self.cues))
        places: list[tuple[int, int, int]] = []
        for index, starts in self._finder.find(text, spans):
            cue = self.cues[index]
            matches = _matches(cue.pattern, text, starts)
            if matches:
                values[index] = max(float(m.group(1)) for m in matches) if cue.measure == "number" else float(len(matches))
                places.append((index, *matches[0].span()))
        return values, places


def _matches(pattern: re.Pattern[str], text: str, starts: Sequence[tuple[int, int]]) -> list[re.Match[str]]:
    """The matches that start at some places and end before their sentences do; none begins within another."""
    found: list[re.Match[str]] = []
    match, behind = pattern.match, -1
    for start, end in starts:
        if start >= behind and (hit := match(text, start, end)):
            found.append(hit)
            behind = hit.end()
    return found
