"""The meaning of a parsed title: the cells that it may mean, each with its share.

First the alias with the role's modifiers and head is looked up; then the same without its weakest modifiers. If no head is known,
the nearest alias by rapidfuzz counts, if it reaches the cut-off, no title of another family is as near, and the title has each of
its words, perhaps misspelt.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import ceil, floor, inf
from typing import NamedTuple

from rapidfuzz import fuzz, process

from rung.grid import OTHER, UNKNOWN, Cell, Grid
from rung.title.lexicon import Alias, AliasSense, Lexicon
from rung.title.words import ParsedTitle, Role

_LONGEST_FUZZY = 60
_NEAREST = 8


class TitleReading(NamedTuple):
    """What a title means: shares by cell (``OTHER`` among them, adding up to 1), and the position of each cell.

    ``match_kind`` is how it was matched: ``strong``, ``weak``, ``shortened``, ``span``, ``several``, ``fuzzy``, ``neighbour``,
    ``function``, ``generic``, ``bare`` or ``none``.
    """

    match_kind: str
    shares: Mapping[Cell, float]
    positions: Mapping[Cell, str]
    family: str
    head: str | None
    alias: str = ""
    level_span: bool = False


class RetrievalWeights(NamedTuple):
    """Figures of ``weights.yaml``: the fuzzy cut-off and margin (0 to 100), and shares (0 to 1).

    ``span_lowest`` is the share of the lowest of several levels, ``first_role`` that of the first of several jobs,
    ``unknown_function`` that of the plain job if a title names the function alone.
    """

    cutoff: float
    margin: float
    span_lowest: float
    first_role: float
    unknown_function: float


class Retriever:
    """Finds the cells that a title may mean, with one lexicon."""

    def __init__(self, lexicon: Lexicon, grid: Grid, weights: RetrievalWeights) -> None:
        self._lexicon = lexicon
        self._grid = grid
        self._weights = weights
        # By length, so that titles too short or too long to reach the cut-off are not compared.
        known = sorted((" ".join(sorted(title.split())), number) for number, title in enumerate(lexicon.titles))
        known.sort(key=lambda row: len(row[0]))
        self._titles, self._numbers = [text for text, _ in known], [number for _, number in known]
        self._lengths = [len(text) for text in self._titles]
        self._by_text = {alias.text: alias for alias in lexicon.aliases.values()}
        self._bare = {word for phrase, head in lexicon.heads.items() if head.kind == "bare" for word in phrase}
        self._bare_heads = {head.head for head in lexicon.heads.values() if head.kind == "bare"}

    def read(self, parsed: ParsedTitle) -> TitleReading:
        """The meaning of a title: of its roles, or of the nearest known title if it has none."""
        return self.roles(parsed.roles) if parsed.roles else self._fuzzy(parsed) or self._unknown(parsed)

    def roles(self, roles: Sequence[Role]) -> TitleReading:
        """The meaning of the first role, mixed with those of the others."""
        first = self._role(roles[0])
        others = [r for r in roles[1:] if (r.family, r.head, r.modifiers) != (roles[0].family, roles[0].head, roles[0].modifiers)]
        if not others:
            return first
        return self._several(first, [self._role(r) for r in others])

    def without(self, roles: tuple[Role, ...], modifier: str) -> TitleReading:
        """The meaning of some roles without one modifier of the first."""
        first = roles[0]
        left = tuple(value for value in first.modifiers if value != modifier)
        spans = tuple(tuple(value for value in span if value != modifier) for span in first.spans)
        return self.roles((first._replace(modifiers=left, spans=spans), *roles[1:]))

    def _several(self, first: TitleReading, others: Sequence[TitleReading]) -> TitleReading:
        """The first role counts most; of several levels of one job, the lowest does."""
        graded = self._lexicon.graded
        if first.family == graded and all(o.family == graded for o in others):
            least = min(reading.shares.get(OTHER, 0.0) for reading in (first, *others))
            readings = sorted((_at_most(reading, least) for reading in (first, *others)), key=self._rank)
            return self._mix(readings, self._weights.span_lowest, "span", level_span=readings[0].shares != readings[-1].shares)
        return self._mix((first, *others), self._weights.first_role, "several")

    def _rank(self, reading: TitleReading) -> float:
        cells = [(share, cell) for cell, share in reading.shares.items() if cell != OTHER]
        return self._grid.rank(max(cells)[1]) if cells else 0

    def _mix(self, readings: Sequence[TitleReading], lead: float, match_kind: str, level_span: bool = False) -> TitleReading:
        shares: dict[Cell, float] = defaultdict(float)
        positions: dict[Cell, str] = {}
        rest = (1.0 - lead) / max(1, len(readings) - 1)
        for index, reading in enumerate(readings):
            for cell, share in reading.shares.items():
                shares[cell] += share * (lead if index == 0 else rest)
            positions = {**reading.positions, **positions}
        first = readings[0]
        return TitleReading(match_kind, dict(shares), positions, first.family, first.head, first.alias, level_span)

    def _role(self, role: Role) -> TitleReading:
        if role.family != self._lexicon.graded:
            head = self._lexicon.heads.get(tuple(role.head.split()))
            if head is not None and head.share < 1.0:
                plain = self._meaning(role._replace(head=self._lexicon.plain_head), frozenset(role.modifiers))
                rest = {cell: share * (1.0 - head.share) for cell, share in plain.shares.items() if cell != OTHER}
                return TitleReading("weak", {OTHER: 1.0 - sum(rest.values()), **rest}, plain.positions, role.family, role.head)
            match_kind = "generic" if head is None else "neighbour"
            return TitleReading(match_kind, {OTHER: 1.0}, {}, role.family, role.head)
        if role.spans:
            # Two corporate ranks may be one grade ("Associate / AVP"); two levels of the ladder are a span.
            ranks = self._lexicon.corporate.intersection(role.modifiers)
            if not ranks or self._alias(frozenset(role.modifiers), role.head) is None:
                readings = [self._meaning(role, frozenset(span)) for span in role.spans]
                readings = sorted((r for r in readings if r.shares.get(OTHER, 0) < 1), key=self._rank) or readings
                if len({tuple(sorted(r.shares.items())) for r in readings}) == 1:
                    return readings[0]
                return self._mix(readings, self._weights.span_lowest, "span", level_span=True)
        unknown = role.kind == "department" or (frozenset(), role.head) not in self._lexicon.aliases
        if role.kind in ("function", "department") and not role.modifiers and unknown:
            return self._function(role)
        return self._meaning(role, frozenset(role.modifiers))

    def _meaning(self, role: Role, modifiers: frozenset[str]) -> TitleReading:
        """The meaning of the first known alias when the weakest modifiers are dropped one by one."""
        left = sorted(modifiers, key=self._lexicon.strength)
        match_kind = ""
        while True:
            alias = self._alias(frozenset(left), role.head)
            if alias is not None:
                return self._reading(role, alias, match_kind or ("strong" if alias.strong else "weak"))
            if not left:
                return self._function(role)
            match_kind = "shortened"
            left = left[1:]

    def _function(self, role: Role) -> TitleReading:
        return TitleReading("function", {OTHER: 1.0 - self._weights.unknown_function, **self._plain()}, {}, role.family, role.head)

    def _plain(self) -> dict[Cell, float]:
        """The shares of the family's plain job, for a title that names the subject and no level."""
        alias = self._lexicon.aliases[frozenset(), self._lexicon.plain_head]
        return {sense.cell: sense.share * self._weights.unknown_function for sense in alias.senses}

    def _alias(self, modifiers: frozenset[str], head: str | None) -> Alias | None:
        """The alias of a head, or of the head that it falls back to; ``None`` for a bare subject without modifiers."""
        while head is not None:
            alias = self._lexicon.aliases.get((modifiers, head))
            if alias is not None:
                return alias
            if head in self._bare_heads and not modifiers:
                return None
            head = self._lexicon.falls_back.get(head)
        return None

    def _reading(self, role: Role, alias: Alias, match_kind: str) -> TitleReading:
        shares = _shares(alias)
        return TitleReading(match_kind, shares, _positions(alias.senses), role.family, role.head, alias.text)

    def _fuzzy(self, parsed: ParsedTitle) -> TitleReading | None:
        """The meaning of the nearest known title, if it is near enough and no title of another family is as near."""
        words = parsed.view.cleaned.split()
        query = " ".join(sorted(w for w in words if (w,) not in self._lexicon.specialisms))
        if not query or len(query) > _LONGEST_FUZZY:
            return None
        best: dict[str, tuple[float, str]] = {}
        for score, number in self._nearest(query):
            title = self._lexicon.titles[number]
            if self._has_words(title, words):
                best.setdefault(self._family(title), (score, title))
        if not best:
            return None
        (score, title), family = max((v, k) for k, v in best.items())
        second = max((v[0] for k, v in best.items() if k != family), default=0.0)
        if family != self._lexicon.graded:
            return TitleReading("fuzzy", {OTHER: 1.0}, {}, family, title, title)
        if score - second < self._weights.margin:
            return None
        head = self._lexicon.heads.get(tuple(title.split()))
        alias = self._by_text.get(title) or (self._alias(frozenset(head.implies), head.head) if head else None)
        if alias is None:
            return None
        name = head.head if head else self._lexicon.plain_head
        return TitleReading("fuzzy", _shares(alias), _positions(alias.senses), family, name, title)

    def _has_words(self, title: str, words: Sequence[str]) -> bool:
        """Whether each word of a known title is similar to, or part of, one of some words."""
        cutoff = self._weights.cutoff
        return all(any(known in word or fuzz.ratio(known, word) >= cutoff for word in words) for known in title.split())

    def _nearest(self, query: str) -> list[tuple[float, int]]:
        """The nearest known titles in order: (score from 0 to 100, index into ``Lexicon.titles``)."""
        cutoff = self._weights.cutoff
        # The ratio is twice the common letters over the letters of both, so the length of the shorter text bounds it.
        shorter = cutoff / (200.0 - cutoff)
        first = bisect_left(self._lengths, floor(len(query) * shorter))
        end = bisect_right(self._lengths, ceil(len(query) / shorter) if shorter else inf)
        near = process.extract(query, self._titles[first:end], scorer=fuzz.ratio, score_cutoff=cutoff, limit=_NEAREST)
        return sorted(((score, self._numbers[first + at]) for _, score, at in near), key=lambda row: (-row[0], row[1]))

    def _family(self, title: str) -> str:
        head = self._lexicon.heads.get(tuple(title.split()))
        return head.family if head is not None else self._lexicon.graded

    def _unknown(self, parsed: ParsedTitle) -> TitleReading:
        named = any(word in self._bare for word in parsed.view.cleaned.split())
        return TitleReading("bare" if named else "none", {OTHER: 1.0}, {}, UNKNOWN, None)


def position_of(grid: Grid, reading: TitleReading | None, cell: Cell) -> str:
    """The position for a cell: the title's own for it, else one that the title names and the cell allows, else the default."""
    if reading is not None:
        named = [reading.positions[cell]] if cell in reading.positions else list(reading.positions.values())
        for position in named:
            if cell in grid.positions[position].cells:
                return position
    return grid.default_position(cell, reading.head if reading else None)


def _shares(alias: Alias) -> dict[Cell, float]:
    """The shares of an alias's cells, and the rest for other families."""
    shares = {sense.cell: sense.share for sense in alias.senses}
    shares[OTHER] = max(0.0, 1.0 - sum(shares.values()))
    return shares


def _positions(senses: Iterable[AliasSense]) -> dict[Cell, str]:
    return {sense.cell: sense.position for sense in reversed(tuple(senses))}


def _at_most(reading: TitleReading, other: float) -> TitleReading:
    """The reading with at most this share for another family: a sure job of a title speaks for its other jobs, too."""
    held = reading.shares.get(OTHER, 0.0)
    if not other < held < 1.0:
        return reading
    factor = (1.0 - other) / (1.0 - held)
    shares = {cell: share * factor for cell, share in reading.shares.items() if cell != OTHER}
    return reading._replace(shares={**shares, OTHER: other} if other else shares)
