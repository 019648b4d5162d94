"""Cues: features of a posting's text other than its words, such as years required, number of reports, reporting line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from rung.text.finders import Fields
from rung.text.patterns import Pattern, Patterns, PatternSet
from rung.text.tokens import Tokens

_FILE = "cues.yaml"
# One value for each cue (a count, or the largest number), and the first match of each cue that matched: (cue, start, end).
Counted = tuple[list[float], list[tuple[int, int, int]]]


class Cue(NamedTuple):
    """One feature. ``measure`` is ``count``, or ``number`` for the largest captured number that is at most ``most``.

    ``towards`` is ``yes`` or ``no`` if a match is evidence for or against people management, else "".
    """

    id: str
    measure: str
    says: str
    towards: str
    most: float


class CueMatch(NamedTuple):
    """A match: the index of the cue, offsets into the text, and the captured number, 0 if there is none."""

    cue: int
    start: int
    end: int
    number: int


def compile_cues(records: Sequence[Mapping[str, Any]]) -> tuple[Cue, ...]:
    """The cues of ``cues.yaml`` (plain data)."""
    return tuple(Cue(r["id"], r["measure"], r["says"], r.get("towards", ""), r.get("most", float("inf"))) for r in records)


def cue_patterns(data: Mapping[str, Any]) -> PatternSet:
    """The patterns of ``cues.yaml`` (plain data); the meaning of a pattern is the index of its cue."""
    rows = [
        Pattern(f"{_FILE}: {record['id']}, row {at}", pattern, _FILE, number)
        for number, record in enumerate(data["cues"])
        for at, pattern in enumerate(record["patterns"], 1)
    ]
    return PatternSet(rows, {_FILE: data["classes"]})


def cue_matches(patterns: Patterns, tokens: Tokens, matches: Iterable[Fields]) -> list[CueMatch]:
    """The matches of cues in the tokens of a text, in order; if matches of one cue overlap, the first counts."""
    behind: dict[int, int] = {}
    found = []
    for pattern, start, end, (captured, _) in matches:
        cue: int = patterns.meanings[pattern]
        if start < behind.get(cue, 0):
            continue
        behind[cue] = end
        number = patterns.alphabet.number(tokens.word(captured)) if captured >= 0 else None
        found.append(CueMatch(cue, *tokens.span(start, end), number or 0))
    return found


def count_cues(cues: Sequence[Cue], matches: Iterable[CueMatch], readable: str, end: int) -> Counted:
    """The value of each cue in a readable text up to the offset ``end``.

    Repeated sentences are blank in ``readable``, so matches in them do not count again.
    """
    values = [0.0] * len(cues)
    first: dict[int, tuple[int, int, int]] = {}
    for match in matches:
        number, start = match.cue, match.start
        cue = cues[number]
        if start >= end or readable[start] == " " or match.number > cue.most:
            continue
        if cue.measure != "number":
            values[number] += 1.0
        elif match.number:
            values[number] = max(values[number], float(match.number))
        else:  # no number was captured
            continue
        first.setdefault(number, (number, start, match.end))
    return values, [first[number] for number in sorted(first)]
