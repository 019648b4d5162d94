"""Reading titles, before any text counts: the words, what they mean, and the job of a named family."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

from rung.assemble import Pipeline
from rung.cache import Recent
from rung.context.statements import OrganisationFact, infer_context
from rung.decision.decide import Decision
from rung.decision.named_weigh import NamedReading
from rung.decision.weigh import TitleMeaning
from rung.grid import Cell
from rung.title.meaning import TitleReading
from rung.title.words import ParsedTitle, Role
from rung.types import Query

_MEANINGS = 2048  # sets of roles whose meaning is cached; real titles name a few hundred
_CLEAN = 128  # cleaned titles that are cached, because two readers need each

Reading = TypeVar("Reading")
Place = Callable[[TitleReading, Cell], tuple[str | None, str | None]]


class ReadTitle(NamedTuple):
    """A title after reading: its parts, its meaning, and what it states about the organisation."""

    parsed: ParsedTitle
    meaning: TitleMeaning
    facts: tuple[OrganisationFact, ...]


class TitleReader:
    """Reads the titles of several queries. Each step runs for all of them before the next one, which suits the processor's cache.

    A title that comes with a text is cached, since it may come again with another text.
    """

    def __init__(self, pipeline: Pipeline, place: Place, size: int) -> None:
        """``place`` gives the position and level that a title names at a cell; ``size`` is the number of cached titles."""
        self._pipeline, self._place = pipeline, place
        self._clean = lru_cache(maxsize=_CLEAN)(pipeline.cleaner.clean)
        self._meaning = lru_cache(maxsize=_MEANINGS)(self._meaning_uncached)
        self._read = Recent[str, ReadTitle](size)
        self._named = Recent[str, NamedReading](size)

    def read(self, queries: Sequence[Query]) -> list[ReadTitle]:
        """What the words of the title of each query mean."""
        return _cached(queries, self._read, self._read_all)

    def named(self, queries: Sequence[Query]) -> list[NamedReading]:
        """The job of a named family in the title of each query."""
        return _cached(queries, self._named, self._named_all)

    @property
    def counts(self) -> tuple[int, int]:
        """Hits and misses of the cache."""
        return self._read.hits, self._read.misses

    def _read_all(self, titles: Sequence[str]) -> list[ReadTitle]:
        cleaned = list(map(self._clean, titles))
        parsed = list(map(self._pipeline.parser.parse, cleaned))
        facts = [infer_context(self._pipeline.contexts, clean.folded, "title", clean.offsets) for clean in cleaned]
        return list(map(ReadTitle, parsed, map(self._meaning_of, parsed), facts))

    def _named_all(self, titles: Sequence[str]) -> list[NamedReading]:
        return self._pipeline.named.read(list(map(self._clean, titles)))

    def _meaning_of(self, parsed: ParsedTitle) -> TitleMeaning:
        return self._meaning(parsed.roles) if parsed.roles else self._placed(self._pipeline.retriever.read(parsed))

    def _meaning_uncached(self, roles: tuple[Role, ...]) -> TitleMeaning:
        """What roles mean, and the decision for a title without a text: the same for all titles with these roles."""
        meaning = self._placed(self._pipeline.retriever.roles(roles))
        return meaning._replace(decision=self._decision(meaning))

    def _placed(self, reading: TitleReading) -> TitleMeaning:
        cell = max(reading.shares, key=reading.shares.__getitem__)
        return TitleMeaning(reading, self._pipeline.weigher.title(reading), *self._place(reading, cell))

    def _decision(self, meaning: TitleMeaning) -> Decision:
        reading = meaning.reading
        return self._pipeline.decider.decide(
            meaning.probabilities, stated=False, match_kind=reading.match_kind, head=reading.head, min_confidence=None
        )


def _cached(queries: Sequence[Query], cache: Recent[str, Reading], read: Callable[[Sequence[str]], list[Reading]]) -> list[Reading]:
    """The reading of each title: that of a title with a text from the cache, if it is there, and the others together."""
    known = [cache.get(query.title) if query.description else None for query in queries]
    fresh = iter(read([query.title for query, reading in zip(queries, known, strict=True) if reading is None]))
    readings = [next(fresh) if reading is None else reading for reading in known]
    for query, before, reading in zip(queries, known, readings, strict=True):
        if before is None and query.description:
            cache.put(query.title, reading)
    return readings
