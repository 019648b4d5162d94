"""Weighing a job of a named family: its families by title and text, and what is stated about its rank, before the decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from rung.decision.weigh import Weighed, Weigher
from rung.grid import OTHER, UNKNOWN
from rung.text.facts import Stated, StatementRules
from rung.text.families import FamilyTextReader
from rung.text.named_job import NAMED
from rung.title.family import FamilyReading
from rung.title.rank import Rank, RankReading


class RankStatements(NamedTuple):
    """What a text states about the rank: log-odds for the manager track, whether the job manages people, and a level.

    ``ranks`` are the shares of the ranks by the words of the text, if there is no title. ``weights`` are the log-odds, by level or
    cell, of a level that the query states.
    """

    manager_odds: float = 0.0
    manages: Literal["yes", "no", "unknown"] = "unknown"
    level: str | None = None
    ranks: Mapping[Rank, float] = {}
    weights: Mapping[str, float] = {}


NO_RANK_STATEMENTS = RankStatements()


def rank_statements(
    rules: StatementRules, stated: Sequence[Stated], track: float, ranks: Mapping[Rank, float], weights: Mapping[str, float]
) -> RankStatements:
    """What a text states about the rank; ``track`` are the log-odds that its statements add for the manager track."""
    level = rules.reads(stated, "stated_level")
    named = rules.level(level.statement) if level else None
    return RankStatements(track, rules.claim(stated, "manages"), named, ranks, weights)


class NamedReading(NamedTuple):
    """The family and the rank that the words of a title give.

    ``corrections`` are words whose spelling was corrected: start and end in the raw title, and the corrected word.
    """

    family: FamilyReading
    rank: RankReading
    corrections: tuple[tuple[int, int, str], ...] = ()

    @property
    def names_job(self) -> bool:
        """Whether the title names a job: by a word for some work, or by a noun for any job, such as "supervisor"."""
        return self.family.match_kind != "none"


class NamedWeighed(NamedTuple):
    """The probabilities of the families, the most likely first, and what a text states about the rank.

    ``match_kind`` is how the family was found. ``mass`` is the probability that the job is outside the graded family.
    """

    families: Mapping[str, float]
    match_kind: str
    mass: float
    stated: RankStatements = NO_RANK_STATEMENTS


class NamedWeigher:
    """Combines what a title and its text say of a job outside the graded family."""

    def __init__(self, weigher: Weigher, statements: StatementRules, family_text: FamilyTextReader, graded: str) -> None:
        self._weigher, self._statements, self._family_text, self._graded = weigher, statements, family_text, graded

    def weigh(self, description: str | None, weighed: Weighed, reading: NamedReading) -> NamedWeighed | None:
        """What speaks for the job of a query; ``None`` if no word names a job."""
        graded = weighed.title is not None and weighed.title.reading.family == self._graded
        alone, named = graded or reading.family.best == UNKNOWN, weighed.named_job
        shares, kind = reading.family.probabilities, reading.family.match_kind
        if named is not None:
            shares, kind, alone = named.shares, NAMED, False
        families, kind = self._family_text.families(description, shares, kind, alone=alone)
        if graded and kind not in ("duties", "head"):  # the title names the graded family, and no other
            families = {UNKNOWN: 1.0}
        elif kind == "none":
            return None
        ranks = self._weigher.ranks(weighed.duties if weighed.title is None or named is not None else None, named)
        context = weighed.context
        weights = context.rank_weights(reading.rank.level)
        stated = rank_statements(self._statements, context.elsewhere, context.odds.track, ranks, weights)
        mass = weighed.probabilities.get(OTHER, 1.0) if weighed.probabilities else 1.0
        return NamedWeighed(families, kind, mass, stated)
