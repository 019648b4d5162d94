"""Rendering: builds the answer from a decision, and the parts of the answer that are sent on request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from rung.assemble import Parts
from rung.context.effects import Context
from rung.decision.decide import Decision
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

    def __init__(self, parts: Parts, crosswalk: Crosswalk, model: ModelInfo) -> None:
        self._parts = parts
        self._grid = parts.grid
        self._crosswalk = crosswalk
        self._model = model
        graded = parts.lexicon.graded
        labels = {graded: parts.lexicon.families[graded], **parts.named.labels, UNKNOWN: parts.lexicon.families[UNKNOWN]}
        self.families = {id_: Family(id_, label, id_ == graded) for id_, label in labels.items()}
        self._evidence = EvidenceWriter(parts, crosswalk, {**labels})
        self._scale = parts.scale

    def answer(
        self, query: Query, weighed: Weighed, decision: Decision | None, named: NamedDecision | None, flags: Sequence[str]
    ) -> Result:
        """The answer without the parts that are sent on request.

        ``decision`` is ``None`` if nothing in the query can be read; ``named`` is ``None`` if the job is of the graded family, or
        if no word names a job.
        """
        flags = tuple(dict.fromkeys((*weighed.parsed.flags, *self._flags(query, weighed), *flags)))
        if (other := _named_answer(decision, named)) is not None:
            return self._answer_by_name(query, weighed, other, flags)
        if decision is None:
            blank = (None,) * 4
            flags = (*_without_language(flags), *_language_flag(self._parts.named.script_language(query.title)))
            return Result(query.id, "unreadable", *blank, "unknown", None, None, Range(), (*flags, "no_job_words"), self._model)
        family, position, level, track = self._job(weighed, decision)
        return Result(
            id=query.id,
            status=decision.status,
            family=family,
            position=position,
            level=level,
            track=track,
            people_management=self._parts.statements.claim(weighed.context.stated, "manages"),
            confidence=decision.confidence,
            confidences=decision.confidences,
            range=self._range(decision, named),
            flags=flags,
            model=self._model,
        )

    def with_parts(
        self,
        answer: Result,
        query: Query,
        weighed: Weighed,
        decision: Decision | None,
        named: NamedDecision | None,
        include: Sequence[Part],
    ) -> Result:
        """The answer with the parts that ``include`` names."""
        parts: dict[str, Any] = {}
        evidence: tuple[Evidence, ...] = ()
        if "evidence" in include or "facts" in include:
            evidence = self._evidence.write(query, weighed, decision, _named_answer(decision, named))
        if "evidence" in include:
            parts["evidence"] = evidence
        if "query" in include:
            parts["query"] = _view(query, weighed.parsed.view, _named_answer(decision, named))
        if "alternatives" in include:
            parts["alternatives"] = self._alternatives(weighed, decision, named)
        if "readings" in include:
            parts["readings"] = self.readings(weighed, decision, named)
        if "facts" in include:
            parts["facts"] = self._facts(weighed, _named_answer(decision, named), evidence)
        return answer.changed(**parts) if parts else answer

    def place(self, reading: TitleReading, cell: Cell) -> tuple[str | None, str | None]:
        """The position and the level that a title names at a cell; both ``None`` for ``OTHER``."""
        return (None, None) if cell == OTHER else (position_of(self._grid, reading, cell), cell.level)

    def readings(self, weighed: Weighed, decision: Decision | None, named: NamedDecision | None) -> tuple[Reading, ...]:
        """The job on every ladder; none for an unreadable query."""
        facts = weighed.context.known.facts
        if (other := _named_answer(decision, named)) is not None:
            return family_readings(self._crosswalk, other.family, other.confidence, facts)
        if decision is None:
            return ()
        cell = decision.cell
        title = weighed.title
        tracks = {other.track for other in decision.cells if other != OTHER}
        cells = {c: p for c, p in self._parts.decider.probabilities(decision).items() if c != OTHER}
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
            people_management=self._parts.statements.claim(weighed.context.elsewhere, "manages"),
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

    def _alternatives(self, weighed: Weighed, decision: Decision | None, named: NamedDecision | None) -> tuple[Alternative, ...]:
        if (other := _named_answer(decision, named)) is not None:
            listed = self._parts.named.alternatives(other, weighed.probabilities)
            return tuple(self._alternative(weighed, Cell(family, *rank), confidence) for family, rank, confidence in listed)
        if decision is None:
            return ()
        # For a job of another family, the likeliest of these stands.
        instead = Cell(named.family, named.level, named.track) if named is not None else None
        return tuple(
            self._alternative(weighed, instead if cell == OTHER else cell, confidence)
            for cell, confidence in self._parts.decider.alternatives(decision)
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
        used = told or (duties is not None and duties.amount >= self._parts.figures.least_duties)
        if (query.description or "").strip() and not used:
            flags.append("description_not_used")
        return flags

    def _conflict(self, plain: Mapping[Cell, float], context: Context) -> bool:
        """Whether the title is clear and statements speak for another cell."""
        if not context.stated:
            return False
        best, odds, least = max(plain, key=plain.__getitem__), context.odds, self._parts.figures.conflict
        if best == OTHER or plain[best] < self._parts.thresholds["clear_title"]:
            return False
        against_track = odds.track if best.track == "ic" else -odds.track
        return against_track >= least or max(odds.cells) - odds.cells[self._grid.cells.index(best)] >= least

    def _facts(self, weighed: Weighed, other: NamedDecision | None, evidence: Sequence[Evidence]) -> Facts:
        """The facts that the text states about the job, each with the index of the evidence that states it."""
        rules = self._parts.statements
        stated = weighed.context.stated if other is None else weighed.context.elsewhere
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
        parts = self._parts
        parsed = parts.parser.parse(parts.cleaner.clean(words))
        if not parsed.roles:
            return None
        reading = parts.retriever.roles(parsed.roles)
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


def _named_answer(decision: Decision | None, named: NamedDecision | None) -> NamedDecision | None:
    """The decision for a named family, if that is the answer; ``None`` if the job is of the graded family."""
    return named if decision is None or decision.cell == OTHER else None
