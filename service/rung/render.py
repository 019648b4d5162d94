"""Rendering: builds the answer from a decision, and the parts of the answer that are sent on request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from rung.assemble import Pipeline
from rung.context.effects import Context
from rung.decision.decide import Decision
from rung.decision.decided import Decided
from rung.decision.named import NamedDecision
from rung.decision.weigh import Weighed
from rung.evidence import EvidenceWriter
from rung.grid import OTHER, UNKNOWN, Cell
from rung.ladders.crosswalk import places_by_title
from rung.ladders.readings import LadderPlaces, family_readings, readings
from rung.ladders.relations import Crosswalk
from rung.parts import CLAIMS
from rung.text.facts import Stated
from rung.title.clean import fold
from rung.title.meaning import TitleReading, position_of
from rung.types import (
    Alternative,
    Count,
    Evidence,
    Facts,
    Family,
    Level,
    ModelInfo,
    Modifier,
    Named,
    Part,
    Query,
    QueryView,
    Range,
    Reading,
    ReportsTo,
    Result,
    Track,
)


class Renderer:
    """Renders answers of one model."""

    def __init__(self, pipeline: Pipeline, crosswalk: Crosswalk, model: ModelInfo) -> None:
        self._pipeline = pipeline
        self._grid = pipeline.grid
        self._crosswalk = crosswalk
        self._model = model
        graded = pipeline.lexicon.graded
        labels = {graded: pipeline.lexicon.families[graded], **pipeline.named.labels, UNKNOWN: pipeline.lexicon.families[UNKNOWN]}
        self.families = {id_: Family(id_, label, id_ == graded) for id_, label in labels.items()}
        self._evidence = EvidenceWriter(pipeline, crosswalk, {**labels})
        self._scale = pipeline.scale

    def render(self, decided: Decided, include: Sequence[Part], flags: Sequence[str]) -> Result:
        """The answer with the parts that ``include`` names; ``flags`` are further flags of it."""
        answer, query = self._answer(decided, flags), decided.query
        parts: dict[str, Any] = {}
        evidence: tuple[Evidence, ...] = ()
        if "evidence" in include or "facts" in include:
            evidence = self._evidence.write(decided)
        if "evidence" in include:
            parts["evidence"] = evidence
        if "query" in include:
            parts["query"] = _view(query, decided.weighed.parsed.view, decided.named_answer)
        if "alternatives" in include:
            parts["alternatives"] = self._alternatives(decided)
        if "readings" in include:
            parts["readings"] = self._readings(decided)
        if "facts" in include:
            parts["facts"] = self._facts(decided, evidence)
        return answer.changed(**parts) if parts else answer

    def _answer(self, decided: Decided, flags: Sequence[str]) -> Result:
        """The answer without the parts that are sent on request."""
        query, weighed, decision, named, _ = decided
        flags = tuple(dict.fromkeys((*weighed.parsed.flags, *self._flags(query, weighed), *flags)))
        if (other := decided.named_answer) is not None:
            return self._answer_by_name(query, weighed, other, flags)
        if decision is None:
            blank = (None,) * 4
            flags = (*_without_language(flags), *_language_flag(self._pipeline.named.script_language(query.title)))
            return Result(query.id, "unreadable", *blank, "unknown", None, None, Range(), (*flags, "no_job_words"), self._model)
        family, position, level, track = self._job(weighed, decision)
        return Result(
            id=query.id,
            status=decision.status,
            family=family,
            position=position,
            level=level,
            track=track,
            people_management=self._pipeline.statements.claim(weighed.context.stated, "manages"),
            confidence=decision.confidence,
            confidences=decision.confidences,
            range=self._range(decision, named),
            flags=flags,
            model=self._model,
        )

    def place(self, reading: TitleReading, cell: Cell) -> tuple[str | None, str | None]:
        """The position and the level that a title names at a cell; both ``None`` for ``OTHER``."""
        return (None, None) if cell == OTHER else (position_of(self._grid, reading, cell), cell.level)

    def _readings(self, decided: Decided) -> tuple[Reading, ...]:
        """The job on every ladder; none for an unreadable query."""
        _, weighed, decision, *_ = decided
        facts = weighed.context.known.facts
        if (other := decided.named_answer) is not None:
            return family_readings(self._crosswalk, other.family, other.confidence, facts)
        if decision is None:
            return ()
        cell = decision.cell
        title = weighed.title
        tracks = {other.track for other in decision.cells if other != OTHER}
        cells = {c: p for c, p in self._pipeline.decider.probabilities(decision).items() if c != OTHER}
        return readings(
            self._crosswalk,
            cells,
            # Without a title nothing names a position.
            position=position_of(self._grid, title.reading, cell) if title is not None else None,
            cell=cell,
            track=cell.track if len(tracks) < 2 else None,
            facts=weighed.context.known.facts,
            ladder_places=weighed.ladder_places or self._ladder_places(weighed),
        )

    def _ladder_places(self, weighed: Weighed) -> LadderPlaces | None:
        """The place of the title on the ladder that gives it its meaning, if that replaces enough of the plain meaning."""
        sense = weighed.context.contextual
        if sense is None or sense.strength < self._crosswalk.likelihood.follow:
            return None
        return places_by_title(sense.meaning, named=sense.by_ladder)

    def _answer_by_name(self, query: Query, weighed: Weighed, named: NamedDecision, flags: Sequence[str]) -> Result:
        """The answer for a job of a named family."""
        level = self._scale[named.level] if named.level else None
        ranges = (named.families, named.levels, named.tracks) if level else (named.families, (), ())
        if named.conflict:
            flags = (*flags, "title_description_conflict")
        if weighed.context.is_corporate(named.reading.rank.level):
            flags = (*flags, "corporate_rank")
        if named.reading.rank.span:
            flags = (*flags, "level_span")
        flags = (*_without_language(flags), *_language_flag(named.reading.family.language))
        if named.reading.rank.several and "several_roles" not in flags:
            flags = (*flags, "several_roles")
        return Result(
            id=query.id,
            status=named.status,
            family=self.families[named.family],
            position=None,
            level=level and Level(level.id, level.label, level.rank, named.expected_rank),
            track=cast(Track, named.track),
            people_management=self._pipeline.statements.claim(weighed.context.elsewhere, "manages"),
            confidence=named.confidence,
            confidences=named.confidences,
            range=Range(named.about, *ranges, named.question),
            flags=tuple(flags),
            model=self._model,
        )

    def _job(self, weighed: Weighed, decision: Decision) -> tuple[Family, Named, Level, Track]:
        """Family, position, level and track of a cell of the graded family."""
        cell, reading = decision.cell, weighed.title.reading if weighed.title else None
        level = self._grid.levels[cell.level]
        return (
            self.families[cell.family],
            self._grid.named(position_of(self._grid, reading, cell)),
            Level(level.id, level.label, level.rank, decision.expected_rank),
            cast(Track, cell.track),
        )

    def _range(self, decision: Decision, named: NamedDecision | None) -> Range:
        inside = [cell for cell in decision.cells if cell != OTHER]
        levels = {cell.level for cell in inside}
        other = named.family if named is not None else UNKNOWN
        families = dict.fromkeys(cell.family or other for cell in decision.cells)
        return Range(
            decision.about,
            tuple(families),
            tuple(level for level in self._grid.levels if level in levels),
            tuple(sorted({cell.track for cell in inside})),
            decision.question,
        )

    def _alternatives(self, decided: Decided) -> tuple[Alternative, ...]:
        _, weighed, decision, named, _ = decided
        if (other := decided.named_answer) is not None:
            listed = self._pipeline.named.alternatives(other, weighed.probabilities)
            return tuple(self._alternative(weighed, Cell(family, *rank), confidence) for family, rank, confidence in listed)
        if decision is None:
            return ()
        # For a job of another family, the likeliest of these stands.
        instead = Cell(named.family, named.level, named.track) if named is not None else None
        return tuple(
            self._alternative(weighed, instead if cell == OTHER else cell, confidence)
            for cell, confidence in self._pipeline.decider.alternatives(decision)
        )

    def _alternative(self, weighed: Weighed, cell: Cell | None, confidence: float) -> Alternative:
        """One alternative; without a cell, that the job is of a family that no word names."""
        if cell is None:
            return Alternative(UNKNOWN, None, None, None, confidence)
        reading = weighed.title.reading if weighed.title else None
        position = position_of(self._grid, reading, cell) if cell in self._grid.cells else None
        return Alternative(cell.family, position, cell.level, cast(Track, cell.track), confidence)

    def _flags(self, query: Query, weighed: Weighed) -> list[str]:
        title, duties = weighed.title, weighed.duties
        flags = [f"stated_otherwise:{fact}" for fact in weighed.context.known.disputed]
        if title is not None and title.reading.level_span:
            flags.append("level_span")
        if duties is not None and duties.truncated:
            flags.append("truncated_description")
        if title is not None and self._conflict(weighed.plain, weighed.context):
            flags.append("title_description_conflict")
        told = bool(weighed.context.stated) or weighed.named_job is not None
        used = told or (duties is not None and duties.amount >= self._pipeline.figures.least_duties)
        if (query.description or "").strip() and not used:
            flags.append("description_not_used")
        return flags

    def _conflict(self, plain: Mapping[Cell, float], context: Context) -> bool:
        """Whether the title is clear and statements speak for another cell."""
        if not context.stated:
            return False
        best, odds, least = max(plain, key=plain.__getitem__), context.odds, self._pipeline.figures.conflict
        if best == OTHER or plain[best] < self._pipeline.thresholds["clear_title"]:
            return False
        against_track = odds.track if best.track == "ic" else -odds.track
        return against_track >= least or max(odds.cells) - odds.cells[self._grid.cells.index(best)] >= least

    def _facts(self, decided: Decided, evidence: Sequence[Evidence]) -> Facts:
        """The facts that the text states about the job, each with the index of the evidence that states it."""
        rules, context = self._pipeline.statements, decided.weighed.context
        stated = context.stated if decided.named_answer is None else context.elsewhere
        places = {(e.start, e.end, e.says): at for at, e in enumerate(evidence)}

        def index(found: Stated) -> int | None:
            return places.get((found.statement.start, found.statement.end, found.says))

        def count(fact: str) -> Count | None:
            found = rules.reads(stated, fact)
            if found is None or not found.statement.has_number:
                return None
            least, most = found.statement.least, found.statement.most
            if found.statement.sense == "denied" and (least or most):  # "no one", "none of the three"
                return None
            return Count(least, most, index(found))

        boss, level = rules.reads(stated, "reports_to"), rules.reads(stated, "stated_level")
        to = boss.statement.words if boss else ""
        found = Facts(
            reports=count("reports"),
            teams=count("teams"),
            products=count("products"),
            years=count("years"),
            reports_to=ReportsTo(to, self._named_position(to), index(boss)) if boss else None,
            stated_level=rules.level(level.statement) if level else None,
        )
        claims: dict[str, Any] = {fact: rules.claim(stated, fact) for fact in CLAIMS}
        return replace(found, **claims)

    def _named_position(self, words: str) -> str | None:
        """The reference position that some words name as a title."""
        pipeline = self._pipeline
        parsed = pipeline.parser.parse(pipeline.cleaner.clean(words))
        if not parsed.roles:
            return None
        reading = pipeline.retriever.roles(parsed.roles)
        return self.place(reading, max(reading.shares, key=reading.shares.__getitem__))[0]


def _without_language(flags: Sequence[str]) -> list[str]:
    """The flags without the language that the words of the graded family tell."""
    return [flag for flag in flags if not flag.startswith("language:")]


def _language_flag(language: str) -> tuple[str, ...]:
    """The flag for a job that is named in another language than English; "" is no known language."""
    return () if language in ("", "en") else (f"language:{language}",)


def _view(query: Query, view: QueryView, named: NamedDecision | None) -> QueryView:
    """The title as understood; if the parser knows no job, with the head and the words of level that the named family has."""
    if named is None or view.head is not None:
        return view
    ranks = named.reading.rank.evidence
    places = [named.reading.family.head, *((each.start, each.end) for each in ranks if not each.modifier)]
    place = next((place for place in places if place is not None), None)
    if place is None:
        return view
    head, levels = fold(query.title[slice(*place)]), [each for each in ranks if each.modifier]
    modifiers = tuple(Modifier("seniority", each.text, each.modifier) for each in levels)
    return replace(view, head=head, modifiers=modifiers, roles=(" ".join((*(fold(each.text) for each in levels), head)),))
