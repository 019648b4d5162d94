"""The normaliser: runs the steps in order. No other module knows the order.

accept → clean, parse and retrieve the title → read the text and the context → weigh → decide → render. HTTP, the command line,
files, Spark and Python all call this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import compress, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rung import artefact as artefacts
from rung.artefact import Artefact
from rung.assemble import Threshold, assemble
from rung.cache import Recent
from rung.context.effects import Context, PlainTitle, description_facts, read_context
from rung.context.statements import OrganisationFact, conflicts, infer_context, read_stated_level
from rung.decision.decide import Decision
from rung.decision.decided import Decided
from rung.decision.named import NamedDecision
from rung.decision.named_weigh import NamedReading
from rung.decision.weigh import Weighed
from rung.errors import ArtefactError, FieldError, InvalidQuery, TooLarge
from rung.grid import OTHER
from rung.ladders.crosswalk import find_ladder
from rung.ladders.own import with_own_ladders
from rung.ladders.text_places import place_text
from rung.memory import gc_paused
from rung.queries import with_blanks
from rung.render import Renderer
from rung.text.decode import DecodedQuery, decoded_query
from rung.text.matches import TextMatches
from rung.text.reader import DutyReading
from rung.title.clean import fold_with_offsets
from rung.title.family import FamilyDescription
from rung.titles import ReadTitle, TitleReader
from rung.types import NOTHING_STATED, REFERENCE, Family, Limits, ModelInfo, Part, Query, Result

if TYPE_CHECKING:
    from rung.title.occupation import OccupationReader

_EMPLOYERS = 4096  # names of employers whose statements are cached
_LEVELS = 512  # stated levels whose meaning is cached
_NAME = 200  # characters of an employer's name up to which it is cached, and of a stated level that are read
_BATCH = 64  # queries that go through each step together
MODELS = (Path(__file__).parent / "models", Path(__file__).parents[2] / "models")


class Normaliser:
    """Answers queries. Safe to share between threads: it holds no state but caches."""

    def __init__(self, artefact: Artefact, limits: Limits | None = None, ladders: Path | None = None) -> None:
        self.limits = limits or Limits()
        self.model = ModelInfo(artefact.name, artefact.version, artefact.digest)
        self._artefact = replace(artefact, documents={}, arrays={})  # for files that are read on demand
        self.pipeline = assemble(artefact)
        self.lexicon, self.grid, self.headings = self.pipeline.lexicon, self.pipeline.grid, self.pipeline.headings
        self.decider, self.crosswalk = self.pipeline.decider, self.pipeline.crosswalk
        self._reset()
        if ladders is not None:
            # Last, because positions that state no mapping are mapped by classifying them.
            self.crosswalk = with_own_ladders(self.crosswalk, ladders, self.classify)
            self._reset()

    def _reset(self) -> None:
        """Rebuild what depends on the crosswalk, and empty the caches."""
        self._renderer = Renderer(self.pipeline, self.crosswalk, self.model)
        self._employer_facts = lru_cache(maxsize=_EMPLOYERS)(self._employer_facts_uncached)
        self._stated_level = lru_cache(maxsize=_LEVELS)(self._stated_level_uncached)
        self._titles = TitleReader(self.pipeline, self._renderer.place, self.limits.cache)
        self._answers = Recent[Query, Result](self.limits.cache)

    @classmethod
    def load(cls, folder: Path | str | None = None, limits: Limits | None = None, ladders: Path | None = None) -> Normaliser:
        """Load and verify a model folder (by default the newest one shipped with Rung) and a folder of further ladders.

        Raises:
            ArtefactError: the folder is missing, altered, of another format or built for another version.
            DataError: a ladder file is wrong; none is loaded then.
        """
        with gc_paused():
            return cls(artefacts.load(Path(folder) if folder is not None else newest_model()), limits, ladders)

    def classify(self, query: Query) -> Result:
        """Answer one query.

        Raises:
            InvalidQuery: title and description are both blank, one is over its limit, a field is out of its range, facts of the
                organisation contradict each other, or there is no such ladder.
        """
        outcome = self.classify_many([query])[0]
        if isinstance(outcome, InvalidQuery):
            raise outcome
        return outcome

    def classify_many(self, queries: Iterable[Query]) -> list[Result | InvalidQuery]:
        """One outcome a query, in order: a result, or the error that says what was wrong with that query alone."""
        outcomes: list[Result | InvalidQuery] = []
        left = iter(queries)
        while batch := list(islice(left, _BATCH)):
            checked = [self._check(query) for query in batch]
            known = [self._ready_answer(query) for query in checked]
            fresh = [query for query, answer in zip(checked, known, strict=True) if answer is None and isinstance(query, Query)]
            rendered = map(self._rendered, fresh, self._decide(fresh) if fresh else ())
            outcomes += [next(rendered) if answer is None else answer for answer in known]
        return outcomes

    def _ready_answer(self, query: Query | InvalidQuery) -> Result | InvalidQuery | None:
        """An outcome that needs no decision: an error, or the cached answer of a title without a text."""
        if isinstance(query, InvalidQuery):
            return query
        if query.description:
            return None
        answer = self._answers.get(_without_id(query))
        return answer if answer is None or query.id is None else answer.changed(id=query.id)

    def _rendered(self, query: Query, decided: Decided) -> Result:
        """The answer with the parts that its query names; cached if the query has no text."""
        answer = self.render(decided, query.include)
        if not query.description:
            self._answers.put(_without_id(query), answer if query.id is None else answer.changed(id=None))
        return answer

    def decide_many(self, queries: Iterable[Query]) -> list[Decided | InvalidQuery]:
        """What is decided of each query, in order; ``render`` makes the answers."""
        outcomes: list[Decided | InvalidQuery] = []
        left = iter(queries)
        while batch := list(islice(left, _BATCH)):
            checked = [self._check(query) for query in batch]
            decided = iter(self._decide([each for each in checked if isinstance(each, Query)]))
            outcomes += [next(decided) if isinstance(each, Query) else each for each in checked]
        return outcomes

    def render(self, decided: Decided, include: Sequence[Part]) -> Result:
        """The answer with the parts that ``include`` names."""
        result = self._renderer.render(decided, include, self._coverage_flag(decided.query))
        if "occupation" in include:
            # Without the noise of a title: pay, a requisition number, a gender marker.
            result = replace(result, occupation=self._occupations.read(decided.weighed.parsed.view.cleaned))
        return result if decided.decoded is None else decided.decoded.restore(result)

    def weigh(self, query: Query) -> Weighed:
        """The probabilities by title, text and context of a valid query, before the decision: what models are fitted on."""
        decoded = decoded_query(query)
        return self._weigh([query if decoded is None else decoded.query])[0]

    def _decide(self, queries: Sequence[Query]) -> list[Decided]:
        """Every step up to the decisions, for accepted queries."""
        decoded = [decoded_query(query) for query in queries]
        queries = [query if each is None else each.query for query, each in zip(queries, decoded, strict=True)]
        weighed = self._weigh(queries)
        decisions = list(map(self._decision, queries, weighed))
        readings = self._named_readings(queries, decisions)
        return list(map(self._decided, queries, weighed, decisions, readings, decoded))

    def _named_readings(self, queries: Sequence[Query], decisions: Sequence[Decision | None]) -> list[NamedReading | None]:
        """What each title says of a job of a named family, where the job may be of one."""
        other = [decision is None or OTHER in decision.cells for decision in decisions]
        read = iter(self._titles.named(list(compress(queries, other))))
        return [next(read) if is_other else None for is_other in other]

    def _decided(
        self,
        query: Query,
        weighed: Weighed,
        decision: Decision | None,
        reading: NamedReading | None,
        decoded: DecodedQuery | None,
    ) -> Decided:
        named = self._decide_named(query, weighed, reading)
        if not self._names_work(weighed, reading, decision, named):
            decision = named = None
        return Decided(query, weighed, decision, named, decoded)

    def _weigh(self, queries: Sequence[Query]) -> list[Weighed]:
        titles = self._titles.read(queries)
        matches = [self.pipeline.texts.read(query.description) if query.description else None for query in queries]
        duties = self._read_duties(queries, matches)
        contexts = [self._read_context(*each) for each in zip(queries, titles, matches, strict=True)]
        weigh = self.pipeline.weigher.weigh
        weighed = [weigh(t.parsed, t.meaning, d, c) for t, d, c in zip(titles, duties, contexts, strict=True)]
        weighed = [self._apply_named_job(*each) for each in zip(queries, weighed, matches, strict=True)]
        return [self._apply_ladder(query, each) for query, each in zip(queries, weighed, strict=True)]

    def _apply_named_job(self, query: Query, weighed: Weighed, found: TextMatches | None) -> Weighed:
        """If the title names no job: add the job that the text names, and the evidence of its words against the graded family."""
        if weighed.names_job or found is None:
            return weighed
        named = None if self._titles.named([query])[0].names_job else self.pipeline.named_jobs.read(found.tokens)
        against = self.pipeline.family_text.against_graded(query.description or "") if weighed.title is None else 0.0
        return self.pipeline.weigher.with_named_job(weighed, against, named)

    def _apply_ladder(self, query: Query, weighed: Weighed) -> Weighed:
        """If there is no title: place the text on the ladder that the caller names."""
        if query.ladder == REFERENCE or weighed.title is not None or weighed.duties is None or not query.description:
            return weighed
        ladder = find_ladder(self.crosswalk, query.ladder)
        found = place_text(self.crosswalk, ladder, query.description, weighed.probabilities, weighed.context.known.facts)
        if found is None:
            return weighed
        return weighed._replace(probabilities=found.probabilities, ladder_places=found.ladder_places)

    def _check(self, query: Query) -> Query | InvalidQuery:
        """The query with blanks for missing values, or the error that says what is wrong with it."""
        try:
            query = with_blanks(query)
            self._accept(query)
        except InvalidQuery as error:
            return error
        return query

    def _accept(self, query: Query) -> None:
        errors = []
        if not query.title.strip() and not (query.description or "").strip():
            errors.append(FieldError("title", "title and description are both blank; state at least one of them"))
        for field, figure in (("min_confidence", query.min_confidence), ("min_precision", query.min_precision)):
            if figure is not None and not 0.0 <= figure <= 1.0:
                errors.append(FieldError(field, f"{field} must lie between 0 and 1"))
        errors += conflicts(self.pipeline.contexts, query.organisation)
        if errors:
            raise InvalidQuery(errors[0].message, errors)
        _check_length("title", query.title, self.limits.title)
        _check_length("description", query.description or "", self.limits.description)
        find_ladder(self.crosswalk, query.ladder)

    def _read_duties(self, queries: Sequence[Query], matches: Sequence[TextMatches | None]) -> list[DutyReading | None]:
        """What the duties in each description say; ``None`` for a query without a description."""
        if not any(matches):
            return [None] * len(queries)
        given = {at: (q.description, found.cues) for at, (q, found) in enumerate(zip(queries, matches, strict=True)) if found}
        read: list[DutyReading | None] = [None] * len(queries)
        texts, cues = [text or "" for text, _ in given.values()], [found for _, found in given.values()]
        for at, reading in zip(given, self.pipeline.duties.read_many(texts, cues), strict=True):
            read[at] = reading
        return read

    def _read_context(self, query: Query, title: ReadTitle, matches: TextMatches | None) -> Context:
        """What is known around the title: the organisation, the ladder it is read by, and what the texts state about the job."""
        text = description_facts(self.pipeline.contexts, matches) if matches is not None else ()
        employer = self._read_employer(query.company) if query.company else ()
        level = self._stated_level(query.stated_level[:_NAME]) if query.stated_level else ()
        facts = (*title.facts, *employer, *level, *text)
        statements = matches.statements if matches is not None else ()
        words = title.parsed.view.cleaned
        plain = PlainTitle(title.meaning.position, title.meaning.level, words) if title.parsed.readable else PlainTitle(words=words)
        if not facts and not statements and query.ladder == REFERENCE and query.organisation == NOTHING_STATED:
            return Context(position=plain.position)
        position = (plain.position or "") if title.parsed.readable else None
        level_named = any(role.modifiers for role in title.parsed.roles[:1])
        job = self.pipeline.statements.job_statements(statements, position, level_named, words)
        return read_context(self.crosswalk, self.pipeline.contexts, query, facts, plain, job)

    def _decision(self, query: Query, weighed: Weighed) -> Decision | None:
        """The decision; ``None`` where nothing in the query can be read."""
        if not weighed.probabilities:
            return None
        least = self._min_confidence(query)
        if weighed.title is not None and weighed.title_alone and least is None and weighed.title.decision is not None:
            return weighed.title.decision
        title = weighed.title
        return self.decider.decide(
            weighed.probabilities,
            stated=weighed.stated,
            match_kind=weighed.match_kind,
            head=title.reading.head if title else None,
            min_confidence=least,
        )

    def _decide_named(self, query: Query, weighed: Weighed, reading: NamedReading | None) -> NamedDecision | None:
        """The decision for a named family, in case the job is not of the graded one; ``None`` if no word names a job."""
        if reading is None:
            return None
        named = self.pipeline.named_weigher.weigh(query.description, weighed, reading)
        return self.pipeline.named.decide(reading, named, self._min_confidence(query)) if named is not None else None

    def _names_work(
        self, weighed: Weighed, reading: NamedReading | None, decision: Decision | None, named: NamedDecision | None
    ) -> bool:
        """Whether title or text name a job or its work: placeholders and pages of errors do not, nor does a bare word of level."""
        answer = named if decision is None or decision.cell == OTHER else decision
        if answer is None:
            return False
        if weighed.names_job or (reading is not None and reading.names_job) or weighed.named_job is not None:
            return True
        amount, figures = weighed.duties.amount if weighed.duties is not None else 0.0, self.pipeline.figures
        if weighed.context.stated or weighed.context.elsewhere or amount >= figures.vague.amount:
            return True
        return amount >= figures.least_duties and answer.confidence >= figures.vague.confidence

    @cached_property
    def _occupations(self) -> OccupationReader:
        """The reader of occupation codes. Few callers ask for them, so its files are verified and mapped on first use."""
        from rung.title.occupation import FOLDER, OccupationReader  # noqa: PLC0415 - it imports numpy, which nothing else needs

        return OccupationReader.open(artefacts.verify_optional(self._artefact, FOLDER))

    # --- employers, thresholds, families

    @property
    def families(self) -> tuple[Family, ...]:
        """The job families, in the order of the data."""
        return tuple(self._renderer.families.values())

    def describe_families(self) -> list[dict[str, Any]]:
        """Every family with its definition, the families near it and its code prefixes.

        Fields: ``id``, ``label``, ``graded``, ``definition`` (or ""), ``near`` (ids), ``isco`` (ISCO-08) and ``soc`` (O*NET-SOC).
        """
        known, none = self.pipeline.named.descriptions, FamilyDescription("", (), (), ())
        return [{"id": f.id, "label": f.label, "graded": f.graded, **known.get(f.id, none)._asdict()} for f in self.families]

    def _read_employer(self, name: str) -> tuple[OrganisationFact, ...]:
        """What the name of an employer states; cached unless it is too long for a name."""
        return self._employer_facts(name) if len(name) <= _NAME else self._employer_facts_uncached(name)

    def _employer_facts_uncached(self, name: str) -> tuple[OrganisationFact, ...]:
        folded, offsets = fold_with_offsets(name)
        return infer_context(self.pipeline.contexts, folded, "company", offsets)

    def _stated_level_uncached(self, value: str) -> tuple[OrganisationFact, ...]:
        return read_stated_level(self.pipeline.contexts, *fold_with_offsets(value))

    def employer_matters(self, name: str) -> bool:
        """Whether the name of an employer can change what a title means, as a bank's does."""
        return bool(self._read_employer(name))

    @property
    def title_cache(self) -> tuple[int, int]:
        """Hits and misses of the caches of titles, with a text or without; (0, 0) if none is cached."""
        if not self.limits.cache:
            return (0, 0)
        hits, misses = self._titles.counts
        return (self._answers.hits + hits, self._answers.misses + misses)

    def threshold(self, precision: float) -> Threshold | None:
        """The lowest confidence at which labelled answers reached a precision (0 to 1), or ``None`` if none did."""
        return next((t for t in self.pipeline.risk_coverage if t.precision >= precision), None)

    def _min_confidence(self, query: Query) -> float | None:
        """The confidence that the caller asks for, directly or by the precision that it gives."""
        if query.min_precision is None:
            return query.min_confidence
        known = self.threshold(query.min_precision)
        return max(query.min_confidence or 0.0, known.threshold if known is not None else 1.0)

    def _coverage_flag(self, query: Query) -> tuple[str, ...]:
        """The flag ``expected_coverage``: the share of answers that reach the precision that the caller asks for."""
        if query.min_precision is None:
            return ()
        known = self.threshold(query.min_precision)
        return (f"expected_coverage:{known.coverage if known is not None else 0.0}",)


def _without_id(query: Query) -> Query:
    """The query without its id, which does not change the answer."""
    return query if query.id is None else replace(query, id=None)


def _check_length(field: str, value: str, limit: int) -> None:
    if len(value) > limit:
        message = f"{field} has {len(value):,} characters; at most {limit:,} are accepted"
        raise TooLarge(message, [FieldError(field, message)])


def newest_model() -> Path:
    """The newest model folder shipped with Rung.

    Raises:
        ArtefactError: there is none.
    """
    for root in MODELS:
        folders = sorted(p.parent for p in root.glob(f"*/{artefacts.MANIFEST}"))
        if folders:
            return max(folders, key=lambda p: [int(n) if n.isdigit() else 0 for n in p.name.rpartition("-")[2].split(".")])
    raise ArtefactError(f"no model in {', '.join(map(str, MODELS))}; build one with `rung train` or name one with RUNG_MODEL")
