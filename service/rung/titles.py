"""Reading titles, before any text counts: the words, what they mean, and the job of a named family."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from rung.assemble import Parts
from rung.context.statements import OrganisationFact, infer_context
from rung.decision.decide import Decision
from rung.decision.named import NamedReading
from rung.decision.weigh import TitleMeaning
from rung.grid import Cell
from rung.title.meaning import TitleReading
from rung.types import ParsedTitle, Role

_MEANINGS = 2048  # sets of roles whose meaning is cached; real titles name a few hundred
_CLEAN = 128  # cleaned titles that are cached, because two readers need each

Place = Callable[[TitleReading, Cell], tuple[str | None, str | None]]


class ReadTitle(NamedTuple):
    """A title after reading: its parts, its meaning, and what it states about the organisation."""

    parsed: ParsedTitle
    meaning: TitleMeaning
    facts: tuple[OrganisationFact, ...]


class TitleReader:
    """Reads titles; a title that may come again with another text is cached."""

    def __init__(self, parts: Parts, place: Place, size: int) -> None:
        """``place`` gives the position and level that a title names at a cell; ``size`` is the number of cached titles."""
        self._parts, self._place = parts, place
        self._clean = lru_cache(maxsize=_CLEAN)(parts.cleaner.clean)
        self._meaning = lru_cache(maxsize=_MEANINGS)(self._meaning_uncached)
        self._read_cached = lru_cache(maxsize=size)(self._read)
        self._named_cached = lru_cache(maxsize=size)(self._named)

    def read(self, title: str, *, cached: bool) -> ReadTitle:
        """What the words of a title mean."""
        return (self._read_cached if cached else self._read)(title)

    def named(self, title: str, *, cached: bool) -> NamedReading:
        """The job of a named family in a title."""
        return (self._named_cached if cached else self._named)(title)

    @property
    def counts(self) -> tuple[int, int]:
        """Hits and misses of the cache."""
        return self._read_cached.cache_info()[:2]

    def _read(self, title: str) -> ReadTitle:
        clean = self._clean(title)
        parsed = self._parts.parser.parse(clean)
        facts = infer_context(self._parts.contexts, clean.folded, "title", clean.offsets)
        if parsed.roles:
            return ReadTitle(parsed, self._meaning(parsed.roles), facts)
        return ReadTitle(parsed, self._placed(self._parts.retriever.read(parsed)), facts)

    def _named(self, title: str) -> NamedReading:
        return self._parts.named.read(self._clean(title))

    def _meaning_uncached(self, roles: tuple[Role, ...]) -> TitleMeaning:
        """What roles mean, and the decision for a title without a text: the same for all titles with these roles."""
        meaning = self._placed(self._parts.retriever.roles(roles))
        return meaning._replace(decision=self._decision(meaning))

    def _placed(self, reading: TitleReading) -> TitleMeaning:
        cell = max(reading.shares, key=reading.shares.__getitem__)
        return TitleMeaning(reading, self._parts.weigher.title(reading), *self._place(reading, cell))

    def _decision(self, meaning: TitleMeaning) -> Decision:
        reading = meaning.reading
        return self._parts.decider.decide(
            meaning.probabilities, stated=False, match_kind=reading.match_kind, head=reading.head, min_confidence=None
        )
