"""The evidence of an answer: every piece of title, text and context, with what the log-odds of the answer lose without it."""

from __future__ import annotations

from functools import partial

from rung.assemble import Pipeline
from rung.context.effects import fact_evidence, ladder_evidence
from rung.decision.decided import Decided
from rung.decision.leave_one_out import Answered
from rung.decision.named import NamedDecision
from rung.grid import Cell
from rung.ladders.relations import Crosswalk
from rung.text.facts import Stated
from rung.types import Evidence

_TRACKS = ("ic", "manager")


class EvidenceWriter:
    """Writes the evidence of answers of one model."""

    def __init__(self, pipeline: Pipeline, crosswalk: Crosswalk, labels: dict[str, str]) -> None:
        """``labels`` are those of the families by id."""
        self._pipeline, self._crosswalk, self._labels = pipeline, crosswalk, labels

    def write(self, decided: Decided) -> tuple[Evidence, ...]:
        """All evidence in order: title, the job that the text names, context, statements, duties; none without any decision."""
        query, weighed, decision, *_ = decided
        answer = decided.named_answer or (decision.cell if decision is not None else None)
        if answer is None:
            return ()
        pipeline, context = self._pipeline, weighed.context
        answered = Answered(pipeline.leave_one_out, self._crosswalk, query, weighed, answer)
        evidence: list[Evidence] = []
        if isinstance(answer, NamedDecision):
            evidence += pipeline.named.evidence(query.title, answer, partial(answered.without_rank_word, answer))
        elif weighed.title is not None:
            evidence += pipeline.explainer.title(weighed.parsed, answer, answered.without_modifier)
        text = query.description or ""
        if weighed.named_job is not None:
            label = self._labels[weighed.named_job.family]
            evidence.append(pipeline.named.named_in(text, weighed.named_job, label, answered.without_named_job()))
        level = answer.reading.rank.level if isinstance(answer, NamedDecision) else None
        evidence += [fact_evidence(context, fact, level, answered.without_fact(fact)) for fact in context.found]
        if context.contextual is not None:
            weight, least = answered.without_ladder(), pipeline.figures.least_share
            evidence.append(ladder_evidence(context, context.contextual, weighed.plain, weight, least))
        stated = context.elsewhere if isinstance(answer, NamedDecision) else context.stated
        evidence += [self._statement(text, each, answer, answered.without_statement(each)) for each in stated]
        if decision is not None and weighed.duties is not None and self._duties_count(answered, answer):
            told = weighed.management_stated
            evidence += pipeline.explainer.duties(text, weighed.duties, decision.cell, answered, management_stated=told)
        return tuple(evidence)

    def _duties_count(self, answered: Answered, answer: Cell | NamedDecision) -> bool:
        """Whether the duties may change the answer; in the graded family they nearly always do."""
        return isinstance(answer, Cell) or abs(answered.without_duties.weight) >= self._pipeline.figures.least_weight

    def _statement(self, text: str, stated: Stated, answer: Cell | NamedDecision, weight: float) -> Evidence:
        statement = stated.statement
        elsewhere = isinstance(answer, NamedDecision)
        towards = self._towards_elsewhere(stated) if elsewhere else self._towards(stated)
        says = stated.elsewhere if elsewhere else stated.says
        return Evidence("description", text[statement.start : statement.end], statement.start, statement.end, says, towards, weight)

    def _towards_elsewhere(self, stated: Stated) -> dict[str, str]:
        """What a statement speaks for in a job of a named family."""
        rules = self._pipeline.statements
        if rules.reads([stated], "stated_level") and (level := rules.level(stated.statement)):
            return {"level": level}
        manages = rules.claim([stated], "manages")
        return {} if manages == "unknown" else {"track": _TRACKS[manages == "yes"]}

    def _towards(self, stated: Stated) -> dict[str, str]:
        """What a statement speaks for in a job of the graded family."""
        key, weight = stated.effect.strongest
        towards = dict(stated.implies)
        if weight > 0 and not key:  # it speaks for the family alone
            towards["family"] = self._pipeline.lexicon.graded
        elif weight > 0:
            level, _, track = key.partition("/")
            towards |= {"track": level} if level in _TRACKS else {"level": level, "track": track} if track else {"level": level}
        elif key in _TRACKS:
            towards["track"] = next(track for track in _TRACKS if track != key)
        return towards
