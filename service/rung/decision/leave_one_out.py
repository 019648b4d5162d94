"""Leave one out: by how much the log-odds of an answer fall if one piece of its evidence is taken away.

The query is weighed again without the piece, and the log-odds of the answer given are compared. Pieces that say the same thing can
each have a weight near 0, and the weights need not add up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from rung.context.effects import read_context
from rung.context.statements import Contexts, OrganisationFact
from rung.decision.evidence import Loss
from rung.decision.named import NamedDecider, NamedDecision
from rung.decision.named_weigh import NamedWeigher
from rung.decision.weigh import TitleMeaning, Weighed, Weigher
from rung.grid import OTHER, Cell, Grid
from rung.ladders.relations import Crosswalk
from rung.odds import log_odds
from rung.text.facts import JobStatements, Stated, StatedOdds, StatementRules
from rung.text.families import FamilyTextReader
from rung.text.reader import DutyReader, blanked
from rung.title.meaning import Retriever, position_of
from rung.title.rank import Rank
from rung.title.words import Role
from rung.types import Query

_CACHED = 512  # titles without one of their words of level whose meaning is cached


class Steps(NamedTuple):
    """The steps that weigh a query again. A probability counts as at least ``smallest_share``, and at most 1 minus that."""

    grid: Grid
    retriever: Retriever
    weigher: Weigher
    duties: DutyReader
    statements: StatementRules
    contexts: Contexts
    family_text: FamilyTextReader
    named_weigher: NamedWeigher
    named: NamedDecider
    smallest_share: float


class LeaveOneOut:
    """Weighs queries again; made once."""

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self.title_without = lru_cache(maxsize=_CACHED)(self._title_without_uncached)

    def _title_without_uncached(self, roles: tuple[Role, ...], modifier: str) -> TitleMeaning:
        """The meaning of some roles without one modifier of the first."""
        reading = self.steps.retriever.without(roles, modifier)
        cell = max(reading.shares, key=reading.shares.__getitem__)
        position = None if cell == OTHER else position_of(self.steps.grid, reading, cell)
        return TitleMeaning(reading, self.steps.weigher.title(reading), position, cell.level or None)


class Answered:
    """One answer, a cell of the graded family or a decision for a named one. Each method is the loss without a piece."""

    def __init__(
        self, leave_one_out: LeaveOneOut, crosswalk: Crosswalk, query: Query, weighed: Weighed, answer: Cell | NamedDecision
    ) -> None:
        self._title_without, self._steps = leave_one_out.title_without, leave_one_out.steps
        self._crosswalk = crosswalk
        self._query, self._weighed, self._answer = query, weighed, answer
        self._text = query.description or ""

    def _odds(self, probability: float) -> float:
        return log_odds(probability, self._steps.smallest_share)

    @cached_property
    def _whole(self) -> float:
        """The log-odds of the answer with all evidence."""
        weighed, answer = self._weighed, self._answer
        if not isinstance(answer, Cell):
            return self._odds(answer.probability)
        # A ladder that places a text replaces the probabilities, and is left out on both sides.
        return self._log_odds(weighed, self._text) if weighed.ladder_places else self._odds(weighed.probabilities[answer])

    def _log_odds(self, weighed: Weighed, text: str) -> float:
        """The log-odds of the answer given, if the query were weighed like this."""
        steps, answer = self._steps, self._answer
        probabilities = steps.weigher.reweigh(weighed)
        if isinstance(answer, Cell):
            return self._odds(probabilities.get(answer, 0.0))
        named = steps.named_weigher.weigh(text, weighed._replace(probabilities=probabilities), answer.reading)
        if named is None:
            return self._odds(0.0)
        return self._odds(steps.named.probability(answer.reading, named, answer.family, (answer.level, answer.track)))

    def _lost(self, weighed: Weighed, text: str | None = None) -> float:
        return self._fall(self._log_odds(weighed, self._text if text is None else text))

    def _fall(self, left: float) -> float:
        """By how much the log-odds fall to what is left, without a negative zero."""
        return round(self._whole - left, 2) + 0.0

    def without_modifier(self, value: str) -> float:
        """Without a word of level of a title in the graded family."""
        title = self._title_without(self._weighed.parsed.roles, value)
        if self._weighed.title_alone and isinstance(self._answer, Cell):
            return self._fall(self._odds(title.probabilities[self._answer]))
        weighed, context = self._weighed._replace(title=title, plain=title.probabilities), self._weighed.context
        if context.contextual is None and not context.found:
            return self._lost(weighed)
        return self._lost_in(context.found, context.stated, context.elsewhere, weighed)

    def without_rank_word(self, answer: NamedDecision, shares: Mapping[Rank, float]) -> float:
        """Without a word of a title in a named family that leaves these shares of level and track."""
        level, track = max(shares, key=shares.__getitem__)
        rank = answer.reading.rank._replace(level=level, track=track, probabilities=shares)
        reading, answered = answer.reading._replace(rank=rank), (answer.level, answer.track)
        left = self._steps.named.probability(reading, answer.weighed, answer.family, answered)
        return self._fall(self._odds(left))

    def without_statement(self, piece: Stated) -> float:
        """Without a statement. The strongest of several that make the same claim has the weight of all."""
        context, rules = self._weighed.context, self._steps.statements
        counts = piece.decides
        if isinstance(self._answer, NamedDecision):
            states_rank = rules.claim([piece], "manages") != "unknown" or rules.level(piece.statement)
            counts = bool(piece.effect.family or states_rank)
        if not counts and context.contextual is None:
            return 0.0
        stated, elsewhere = self._left(context.stated, piece), self._left(context.elsewhere, piece)
        if context.contextual is None:  # there is no other meaning that depends on what is stated
            odds = self._statement_odds(stated)
            return self._lost(self._weighed._replace(context=context._replace(stated=stated, elsewhere=elsewhere, odds=odds)))
        return self._lost_in(context.found, stated, elsewhere)

    def _statement_odds(self, stated: Sequence[Stated]) -> StatedOdds:
        level_named = any(role.modifiers for role in self._weighed.parsed.roles[:1])
        return self._steps.statements.odds(stated, [each.statement for each in stated], level_named)

    def _left(self, stated: Sequence[Stated], piece: Stated) -> tuple[Stated, ...]:
        """The statements without a piece, and without those that make its claim if it is the strongest of them."""
        claims = self._steps.statements.claims
        alike = [s for s in stated if s.statement == piece.statement or claims(s) & claims(piece)]
        strongest = max(alike, key=lambda s: abs(s.effect.strongest[1]), default=piece)
        gone = alike if strongest.statement == piece.statement else [piece]
        return tuple(s for s in stated if all(s.statement != other.statement for other in gone))

    def without_fact(self, fact: OrganisationFact) -> float:
        """Without a fact about the organisation."""
        context = self._weighed.context
        if context.contextual is None and not (fact.weights or fact.elsewhere.levels):
            return 0.0
        return self._lost_in([other for other in context.found if other is not fact], context.stated, context.elsewhere)

    def _lost_in(
        self,
        facts: Sequence[OrganisationFact],
        stated: tuple[Stated, ...],
        elsewhere: tuple[Stated, ...],
        weighed: Weighed | None = None,
    ) -> float:
        """With these facts about the organisation and these statements alone."""
        rules, weighed = self._steps.statements, weighed or self._weighed
        job = JobStatements(stated, elsewhere, self._statement_odds(stated), rules.facts(stated))
        context = read_context(self._crosswalk, self._steps.contexts, self._query, facts, weighed.plain_title, job)
        return self._lost(weighed._replace(context=context))

    def without_ladder(self) -> float:
        """If no ladder gave the title another meaning."""
        return self._lost(self._weighed._replace(context=self._weighed.context._replace(contextual=None)))

    @cached_property
    def without_duties(self) -> Loss:
        """Without the words of the description, except for its statements."""
        return self._lost_words(self._weighed._replace(duties=None, against=0.0), "")

    def without_words(self, start: int, end: int) -> Loss:
        """Without some words of the description, as far as these are a duty."""
        weighed, text, duties = self._weighed, blanked(self._text, start, end), self._weighed.duties
        if duties is not None:
            # The level of a job of a named family does not depend on duties if its title names one.
            same_level = isinstance(self._answer, NamedDecision) and weighed.title is not None and weighed.named_job is None
            duties = self._steps.duties.without(duties, start, end, same_level=same_level)
        against = self._steps.family_text.against_graded(text) if weighed.against else 0.0
        return self._lost_words(weighed._replace(duties=duties, against=against), text)

    def _lost_words(self, left: Weighed, text: str) -> Loss:
        answer = self._answer
        if not isinstance(answer, Cell):
            return Loss(self._lost(left, text), of_family=True)
        probabilities = self._steps.weigher.reweigh(left)
        weight = self._fall(self._odds(probabilities[answer]))
        before, after = (self._odds(1.0 - each[OTHER]) for each in (self._weighed.probabilities, probabilities))
        return Loss(weight, of_family=abs(before - after) > abs(weight) / 2)

    def without_named_job(self) -> float:
        """If the description did not name its job."""
        return self._lost(self._weighed._replace(named_job=None))
