"""Rendering: a decision into the answer, and the parts of the answer that are sent on request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from rung.assemble import Parts
from rung.context.effects import context_evidence
from rung.decision.decide import Decision
from rung.decision.weigh import DutyOdds, Weighed
from rung.grid import OTHER, Cell
from rung.ladders.crosswalk import family_readings, readings
from rung.ladders.relations import Crosswalk
from rung.text.reader import DutyReading
from rung.title.meaning import TitleReading
from rung.types import (
    Alternative,
    Evidence,
    Facts,
    Family,
    Level,
    ModelInfo,
    Named,
    Part,
    Query,
    Range,
    Reading,
    Result,
    Track,
    YesNo,
)

_UNKNOWN = "unknown"  # the id of the family of a job whose words name none


class Renderer:
    """Renders answers of one model."""

    def __init__(self, parts: Parts, crosswalk: Crosswalk, model: ModelInfo) -> None:
        self._parts = parts
        self._grid = parts.grid
        self._crosswalk = crosswalk
        self._model = model
        self.families = {id_: Family(id_, label, id_ == parts.lexicon.graded) for id_, label in parts.lexicon.families.items()}

    def answer(self, query: Query, weighed: Weighed, decision: Decision | None, flags: Sequence[str]) -> Result:
        """The answer without the parts that are sent on request; ``decision`` is ``None`` where nothing can be read."""
        flags = tuple(dict.fromkeys((*weighed.parsed.flags, *self._flags(weighed), *flags)))
        if decision is None:
            blank = (None,) * 4
            return Result(query.id, "unreadable", *blank, "unknown", None, None, Range(), (*flags, "no_job_words"), self._model)
        family, position, level, track = self._job(weighed, decision.cell, decision)
        return Result(
            id=query.id,
            status=decision.status,
            family=family,
            position=position,
            level=level,
            track=track,
            people_management=self._people_management(weighed.duties, track),
            confidence=decision.confidence,
            confidences=self._parts.decider.confidences(decision),
            range=self._range(weighed, decision),
            flags=flags,
            model=self._model,
        )

    def with_parts(
        self, answer: Result, query: Query, weighed: Weighed, decision: Decision | None, include: Sequence[Part]
    ) -> Result:
        """The answer with the parts that ``include`` names."""
        make: Mapping[str, Callable[[], Any]] = {
            "evidence": lambda: self._evidence(query, weighed, decision),
            "query": lambda: weighed.parsed.view,
            "alternatives": lambda: self._alternatives(weighed, decision) if decision else (),
            "readings": lambda: self.readings(weighed, decision),
            "facts": Facts,
        }
        return replace(answer, **{part: make[part]() for part in include if part in make})

    def place(self, reading: TitleReading, cell: Cell) -> tuple[str | None, str | None]:
        """The position and the level that a title names at a cell; ``None`` for a job of another family."""
        return (None, None) if cell == OTHER else (self._position(reading, cell), cell.level)

    def readings(self, weighed: Weighed, decision: Decision | None) -> tuple[Reading, ...]:
        """The job on every ladder; none for an unreadable query."""
        if decision is None:
            return ()
        cell = decision.cell
        if cell == OTHER:
            return family_readings(self._crosswalk, self._other_family(weighed).id, decision.confidence)
        title, sense = weighed.title, weighed.context.contextual
        tracks = {other.track for other in decision.cells if other != OTHER}
        cells = {c: p for c, p in self._parts.decider.probabilities(decision).items() if c != OTHER}
        return readings(
            self._crosswalk,
            cells,
            # Without a title nothing names a position, and the best relation of any position at the cell counts.
            position=self._position(title.reading, cell) if title is not None else None,
            level=cell.level,
            track=cell.track if len(tracks) < 2 else None,
            facts=weighed.context.known.facts,
            meaning=sense.meaning if sense is not None else None,
        )

    def _job(self, weighed: Weighed, cell: Cell, decision: Decision) -> tuple[Family, Named | None, Level | None, Track | None]:
        """Family, position, level and track of a cell."""
        if cell == OTHER:
            return self._other_family(weighed), None, None, None
        reading = weighed.title.reading if weighed.title else None
        level = self._grid.levels[cell.level]
        return (
            self.families[cell.family],
            self._grid.named(self._position(reading, cell)),
            Level(level.id, level.label, level.rank, self._parts.decider.expected_rank(decision)),
            cast(Track, cell.track),
        )

    def _other_family(self, weighed: Weighed) -> Family:
        """The family of a job that is not of the graded one: by its title, else by its duties."""
        graded = self._parts.lexicon.graded
        title = weighed.title.reading if weighed.title else None
        if title is not None and title.family not in (_UNKNOWN, graded):
            return self.families[title.family]
        return self.families[weighed.duties.nearest if weighed.duties is not None else _UNKNOWN]

    def _range(self, weighed: Weighed, decision: Decision) -> Range:
        inside = [cell for cell in decision.cells if cell != OTHER]
        levels = {cell.level for cell in inside}
        families = dict.fromkeys(cell.family or self._other_family(weighed).id for cell in decision.cells)
        return Range(
            decision.about,
            tuple(families),
            tuple(level for level in self._grid.levels if level in levels),
            tuple(sorted({cell.track for cell in inside})),
            decision.question,
        )

    def _position(self, reading: TitleReading | None, cell: Cell) -> str:
        """The position for a cell: what the title means there, else one that it names and that may stand there, else the usual."""
        if reading is not None:
            named = [reading.positions[cell]] if cell in reading.positions else list(reading.positions.values())
            for position in named:
                if cell in self._grid.positions[position].cells:
                    return position
        return self._grid.default_position(cell, reading.head if reading else None)

    def _alternatives(self, weighed: Weighed, decision: Decision) -> tuple[Alternative, ...]:
        reading = weighed.title.reading if weighed.title else None
        return tuple(
            Alternative(self._other_family(weighed).id, None, None, None, confidence)
            if cell == OTHER
            else Alternative(cell.family, self._position(reading, cell), cell.level, cast(Track, cell.track), confidence)
            for cell, confidence in self._parts.decider.alternatives(decision)
        )

    def _people_management(self, duties: DutyReading | None, track: Track | None) -> YesNo:
        """What the text says of managing people, where the answer's track agrees."""
        if duties is None:
            return "unknown"
        if track == "manager" and duties.manages >= self._parts.figures.manages_sentence:
            return "yes"
        denied = any(self._parts.duties.cues[index].id == "no-reports" for index, _, _ in duties.cues)
        return "no" if track == "ic" and denied else "unknown"

    def _flags(self, weighed: Weighed) -> list[str]:
        flags = []
        if weighed.title is not None and weighed.title.reading.level_span:
            flags.append("level_span")
        if weighed.duties is not None:
            if weighed.duties.truncated:
                flags.append("truncated_description")
            if weighed.title is not None and self._conflict(weighed.prior, weighed.text_alone):
                flags.append("title_description_conflict")
        return flags

    def _conflict(self, prior: Mapping[Cell, float], odds: DutyOdds | None) -> bool:
        """True where the text alone would leave the title's answer far behind its own."""
        weigher, conflict = self._parts.weigher, self._parts.figures.conflict
        inside = weigher.combine(weigher.title(None), odds)
        other = inside.pop(OTHER)
        best = max(prior, key=prior.__getitem__)
        if (best == OTHER) != (other > 0.5):
            return max(other, 1.0 - other) > 1.0 - conflict / 2
        return best != OTHER and inside[best] < conflict / 10 * max(inside.values())

    def _evidence(self, query: Query, weighed: Weighed, decision: Decision | None) -> tuple[Evidence, ...]:
        if decision is None:
            return ()
        evidence: list[Evidence] = []
        if weighed.title is not None:
            evidence += self._parts.explainer.title(weighed.parsed, decision.cell)
        evidence += context_evidence(weighed.context, weighed.plain)
        if weighed.duties is not None:
            evidence += self._parts.explainer.duties(query.description or "", weighed.duties, decision.cell)
        return tuple(evidence)
