"""The normaliser: the steps in their order. This is the only file that knows it.

accept → clean → parse → retrieve → weigh → decide → render; every door (HTTP, command line, files, Spark) leads here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from rung import artefact as artefacts
from rung.artefact import Artefact
from rung.context.effects import Context, context_evidence, described, read_context, reread
from rung.context.statements import Found, conflicts, contexts_from_dict, infer_context
from rung.decision.decide import Decider, Decision, DecisionWeights, Question
from rung.decision.evidence import EvidenceFigures, Explainer, Sayings
from rung.decision.weigh import Calibration, DutyOdds, Weigher, WeighingWeights
from rung.errors import ArtefactError, FieldError, InvalidQuery, TooLarge
from rung.grid import OTHER, Grid
from rung.ladders.crosswalk import family_readings, find_ladder, readings
from rung.ladders.own import with_own_ladders
from rung.ladders.relations import crosswalk_from_dict
from rung.text.cues import compile_cues
from rung.text.document import Bounds, Columns, document
from rung.text.general import general_reader
from rung.text.reader import DutyReader, DutyReading
from rung.text.sentences import scorer
from rung.title.clean import Cleaner, fold_with_offsets
from rung.title.lexicon import Lexicon
from rung.title.meaning import RetrievalWeights, Retriever, TitleReading
from rung.title.parse import Parser
from rung.types import (
    NOTHING_STATED,
    REFERENCE,
    Alternative,
    Evidence,
    Level,
    ModelInfo,
    Named,
    ParsedTitle,
    PeopleManagement,
    Query,
    QueryView,
    Range,
    Reading,
    Result,
    Role,
    Track,
)

_EMPLOYERS = 4096  # names of employers of which it is remembered what they state
_NAME = 200  # characters
_SOME = 64  # queries of which each step is done before the next
_MEANINGS = 2048  # sets of roles whose meaning is remembered; real titles name a few hundred
MODELS = (Path(__file__).parent / "models", Path(__file__).parents[2] / "models")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a query is accepted, in characters; and how many titles are remembered (0: none)."""

    title: int = 500
    description: int = 50_000
    cache: int = 20_000


class _Thresholds(NamedTuple):
    """The figures of ``weights.yaml``'s ``decide`` record that rendering uses."""

    manages_sentence: float
    conflict: float
    shortest: int


class Threshold(NamedTuple):
    """At or above a confidence: the share of labelled rows that were answered (coverage) and the share of these that were right."""

    threshold: float
    coverage: float
    precision: float


class Placed(NamedTuple):
    """Where a job stands: the part of an answer that follows from the probabilities, whatever the words were."""

    decision: Decision
    family: Named
    position: Named | None
    level: Level | None
    track: Track | None
    alternatives: tuple[Alternative, ...]
    readings: tuple[Reading, ...]


class Weighed(NamedTuple):
    """A query before decision: what its title and its text mean (``None`` where there is none), and the probabilities of the cells.

    ``plain`` is by the title alone, ``prior`` by the title as its context means it, ``probabilities`` by both and the duties; they
    are empty where nothing in the query can be read. ``alone`` is what the duties add by themselves; ``placed`` is the place, where
    the title alone decides and is remembered.
    """

    parsed: ParsedTitle
    title: TitleReading | None
    duties: DutyReading | None
    context: Context
    plain: Mapping[str, float]
    prior: Mapping[str, float]
    probabilities: Mapping[str, float]
    alone: DutyOdds | None = None
    placed: Placed | None = None

    @property
    def found(self) -> str:
        """How the title's meaning was found."""
        return self.title.found if self.title else "untitled"


class _Meant(NamedTuple):
    """What a title means by itself: the reading, its probabilities, and the place that it comes to where that is remembered.

    ``position`` and ``level`` are those of its largest share; ``None`` where that is of no cell.
    """

    title: TitleReading
    plain: Mapping[str, float]
    position: str | None
    level: str | None
    placed: Placed | None = None


class _ReadTitle(NamedTuple):
    """A title read: its words, what they mean, and what they state of the organisation."""

    parsed: ParsedTitle
    meant: _Meant
    facts: tuple[Found, ...]


class Normaliser:
    """Places jobs on the reference grid and on every ladder. Safe to share between threads; holds no state but a cache."""

    def __init__(self, artefact: Artefact, limits: Limits | None = None, ladders: Path | None = None) -> None:
        taxonomy, weights = artefact.documents["taxonomy"], artefact.documents["weights"]
        self.limits = limits or Limits()
        self.model = ModelInfo(artefact.name, artefact.version, artefact.digest)
        self.lexicon = Lexicon.from_dict(taxonomy["lexicon"])
        self.grid = Grid.from_dict(taxonomy["positions"])
        self._cleaner = Cleaner(self.lexicon.patterns)
        self._parser = Parser(self.lexicon)
        self._retriever = Retriever(self.lexicon, self.grid, RetrievalWeights(**weights["retrieval"]))
        self._duties = _duty_reader(artefact, taxonomy, weights)
        self._weigher = Weigher(self.grid, WeighingWeights.from_dict(weights))
        decide = weights["decide"]
        self.thresholds: Mapping[str, float] = {
            "clear_title": decide["clear"]["title"],
            "clear_text": decide["clear"]["text"],
            "range_mass": decide["range_mass"],
        }
        self.risk_coverage = tuple(Threshold(**row) for row in weights["fitted"]["risk_coverage"])
        self.decider = _decider(self.grid, taxonomy, weights)
        self._thresholds = _Thresholds(decide["manages_sentence"], decide["conflict"], weights["duties"]["shortest"])
        sayings = Sayings(**taxonomy["sayings"]["says"])
        self._explainer = Explainer(
            self.lexicon,
            self._retriever,
            self._duties.cues,
            self._duties.columns,
            sayings,
            EvidenceFigures(**decide["evidence"]),
        )
        self._contexts = contexts_from_dict(taxonomy["contexts"], self.grid.cells)
        self._context_trust = weights["context"]["trust"]
        self.crosswalk = crosswalk_from_dict(taxonomy["crosswalk"], self.grid)
        self._remember()
        if ladders is not None:
            # Last, because positions that state no mapping are mapped by classifying them.
            self.crosswalk = with_own_ladders(self.crosswalk, ladders, self.classify)
            self._remember()

    def _remember(self) -> None:
        """Start remembering: titles, within the limit for them, and what sets of roles mean."""
        self._meaning = lru_cache(maxsize=_MEANINGS)(self._meaning_afresh)
        self._known_employer = lru_cache(maxsize=_EMPLOYERS)(self._employer_afresh)
        self._read_title = (
            lru_cache(maxsize=self.limits.cache)(self._read_title_afresh) if self.limits.cache else self._read_title_afresh
        )

    @classmethod
    def load(cls, folder: Path | str | None = None, limits: Limits | None = None, ladders: Path | None = None) -> Normaliser:
        """Load and verify a model folder (the newest one shipped with Rung where none is named) and a folder of further ladders.

        Raises:
            ArtefactError: the folder is missing, altered or of another format.
            DataError: a ladder file is wrong; none is loaded then.
        """
        return cls(artefacts.load(Path(folder) if folder is not None else newest_model()), limits, ladders)

    def classify_many(self, queries: Iterable[Query], *, explain: bool = True) -> list[Result | InvalidQuery]:
        """One outcome a query, in order: a result, or the error that says what was wrong with that query alone.

        The outcomes are those of ``classify``, sooner: each step is done for some queries before the next.
        """
        outcomes: list[Result | InvalidQuery] = []
        left = iter(queries)
        while some := list(islice(left, _SOME)):
            refused = [self._refused(query) for query in some]
            accepted = [query for query, error in zip(some, refused, strict=True) if error is None]
            results = iter(self._classified(accepted, explain))
            outcomes += [error if error is not None else next(results) for error in refused]
        return outcomes

    def classify(self, query: Query, *, explain: bool = True) -> Result:
        """Place one job; without ``explain`` the answer is the same, but may lack all that explains it.

        That is evidence, alternatives, readings, the confidences of its parts, and how the title was understood.

        Raises:
            InvalidQuery: title and description are both blank, one is over its limit, a field is out of its range, facts of the
                organisation contradict each other, or there is no such ladder.
        """
        self._accept(query)
        read = self._weigh(query, explain)
        placed = self._placed(query, read, explain)
        return self._render(query, read, placed, explain) if placed is not None else self._unreadable(query, read.parsed)

    def _refused(self, query: Query) -> InvalidQuery | None:
        """What is wrong with a query."""
        try:
            self._accept(query)
        except InvalidQuery as error:
            return error
        return None

    def _classified(self, queries: Sequence[Query], explain: bool) -> list[Result]:
        """The answers of accepted queries."""
        read = [self._read_title(query.title, explain) for query in queries]
        duties = self._read_duties(queries)
        stated = [self._described(query) for query in queries]
        context = [self._context(*each) for each in zip(queries, read, stated, strict=True)]
        weighed = [self._together(*each) for each in zip(read, duties, context, strict=True)]
        placed = [self._placed(query, each, explain) for query, each in zip(queries, weighed, strict=True)]
        return [
            self._render(query, each, place, explain) if place is not None else self._unreadable(query, each.parsed)
            for query, each, place in zip(queries, weighed, placed, strict=True)
        ]

    def employer_tells(self, name: str) -> bool:
        """Whether the name of an employer can change what a title means there, as a bank's does."""
        return bool(self._employer(name))

    @property
    def titles_read(self) -> tuple[int, int]:
        """How many titles were remembered when they came, and how many were read; where none are remembered, neither is counted."""
        info = getattr(self._read_title, "cache_info", None)
        return info()[:2] if info is not None else (0, 0)

    def threshold(self, precision: float) -> Threshold | None:
        """The lowest confidence at which labelled answers reached a precision (0 to 1), or ``None`` where none did."""
        return next((t for t in self.risk_coverage if t.precision >= precision), None)

    def _least(self, query: Query) -> float | None:
        """The confidence that the caller asks for, directly or by the precision that it gives."""
        if query.min_precision is None:
            return query.min_confidence
        known = self.threshold(query.min_precision)
        return max(query.min_confidence or 0.0, known.threshold if known is not None else 1.0)

    def weigh(self, query: Query) -> Weighed:
        """What title and text of a valid query come to, before calibration and decision: what these are fitted and measured on."""
        return self._weigh(query, True)

    def _weigh(self, query: Query, explain: bool) -> Weighed:
        read = self._read_title(query.title, explain)
        duties = self._duties.read(query.description or "") if self._says_duties(query) else None
        return self._together(read, duties, self._context(query, read, self._described(query)))

    def _says_duties(self, query: Query) -> bool:
        """Whether there is a description, and not one too short to say anything."""
        return query.description is not None and len(query.description.strip()) >= self._thresholds.shortest

    def _read_duties(self, queries: Sequence[Query]) -> list[DutyReading | None]:
        """What the description of each query says, where it says anything."""
        texts = {at: query.description or "" for at, query in enumerate(queries) if self._says_duties(query)}
        found: list[DutyReading | None] = [None] * len(queries)
        for at, reading in zip(texts, self._duties.read_many(list(texts.values())), strict=True):
            found[at] = reading
        return found

    def _described(self, query: Query) -> tuple[Found, ...]:
        """What the description of a query states of the organisation."""
        return described(self._contexts, query.description) if query.description else ()

    def _together(self, read: _ReadTitle, duties: DutyReading | None, context: Context) -> Weighed:
        """Title, duties and context, put together."""
        parsed, meant = read.parsed, read.meant
        title = meant.title if parsed.readable else None
        if title is None and duties is None:
            return Weighed(parsed, None, None, Context(), {}, {}, {})
        plain = meant.plain if title is not None else self._weigher.title(None)
        if duties is None and context.plain:
            return Weighed(parsed, title, None, context, plain, plain, plain, placed=meant.placed)
        prior = reread(plain, context, self._context_trust, self._weigher.move)
        alone = self._weigher.duties(duties)
        odds = self._weigher.beside(alone, title) if alone is not None else None
        if odds is not None and context.of_family:
            # The ladder that the title is read by has this very title: duties cannot take it out of the family.
            odds = odds._replace(family=max(0.0, odds.family))
        return Weighed(parsed, title, duties, context, plain, prior, self._weigher.combine(prior, odds), alone)

    def _accept(self, query: Query) -> None:
        errors = []
        if not query.title.strip() and not (query.description or "").strip():
            errors.append(FieldError("title", "title and description are both blank; state at least one of them"))
        for field, figure in (("min_confidence", query.min_confidence), ("min_precision", query.min_precision)):
            if figure is not None and not 0.0 <= figure <= 1.0:
                errors.append(FieldError(field, f"{field} must lie between 0 and 1"))
        errors += conflicts(self._contexts, query.organisation)
        if errors:
            raise InvalidQuery(errors[0].message, errors)
        _within("title", query.title, self.limits.title)
        _within("description", query.description or "", self.limits.description)
        find_ladder(self.crosswalk, query.ladder)

    def _read_title_afresh(self, title: str, explain: bool) -> _ReadTitle:
        clean = self._cleaner.clean(title)
        parsed = self._parser.parse(clean, explain)
        facts = infer_context(self._contexts, clean.folded, "title", clean.offsets)
        if parsed.roles:
            return _ReadTitle(parsed, self._meaning(parsed.roles), facts)
        reading = self._retriever.read(parsed)
        return _ReadTitle(parsed, _Meant(reading, self._weigher.title(reading), *self._largest(reading)), facts)

    def _employer(self, name: str) -> tuple[Found, ...]:
        """What the name of an employer states; only what is short enough to be a name is remembered."""
        return self._known_employer(name) if len(name) <= _NAME else self._employer_afresh(name)

    def _employer_afresh(self, name: str) -> tuple[Found, ...]:
        """What the name of an employer states."""
        folded, offsets = fold_with_offsets(name)
        return infer_context(self._contexts, folded, "company", offsets)

    def _meaning_afresh(self, roles: tuple[Role, ...]) -> _Meant:
        """What roles mean, and where a title that names them stands by itself: the same for all the titles that name them."""
        reading = self._retriever.roles(roles)
        plain = self._weigher.title(reading)
        view = QueryView("", "", None)
        alone = Weighed(ParsedTitle(view, roles, readable=True), reading, None, Context(), plain, plain, plain)
        return _Meant(reading, plain, *self._largest(reading), self._place(alone))

    def _largest(self, title: TitleReading) -> tuple[str | None, str | None]:
        """The position and the level of the largest share of a title's meaning."""
        cell = max(title.shares, key=lambda c: title.shares[c])
        return (None, None) if cell == OTHER else (self._position(title, cell), cell.split("/")[0])

    def _context(self, query: Query, read: _ReadTitle, described: tuple[Found, ...]) -> Context:
        """What stands around the title: the organisation, the ladder it is read by, and what the texts say of them."""
        stated = (*read.facts, *(self._employer(query.company) if query.company else ()), *described)
        position, level = (read.meant.position, read.meant.level) if read.parsed.readable else (None, None)
        if not stated and query.ladder == REFERENCE and query.organisation == NOTHING_STATED:
            return Context(position=position)  # as of most
        words = read.parsed.view.cleaned
        return read_context(self.crosswalk, self._contexts, query, stated, position=position, level=level, text=words)

    # --- rendering

    def _placed(self, query: Query, read: Weighed, explain: bool) -> Placed | None:
        """Where a job stands; ``None`` where nothing of its query can be read."""
        if not read.probabilities:
            return None
        least = self._least(query)
        return read.placed if read.placed is not None and least is None else self._place(read, least, explain)

    def _place(self, read: Weighed, least: float | None = None, explain: bool = True) -> Placed:
        """Decide; below the confidence ``least`` the answer is ``ambiguous`` in any case."""
        title = read.title
        decision = self.decider.decide(
            read.probabilities,
            has_text=read.duties is not None,
            found=read.found,
            head=title.head if title else None,
            min_confidence=least,
            explain=explain,
        )
        cell = decision.cell
        level, track = cell.split("/") if cell else (None, None)
        position = self._position(title, cell) if cell else None
        family = self._family(title, read.duties, cell)
        return Placed(
            decision,
            family,
            self.grid.named(position) if position else None,
            self.grid.levels[level] if level else None,
            track,  # type: ignore[arg-type]
            tuple(self._alternative(title, c, p) for c, p in decision.alternatives) if explain else (),
            self._readings(read, decision, position, family.id) if explain else (),
        )

    def _render(self, query: Query, read: Weighed, placed: Placed, explain: bool) -> Result:
        decision = placed.decision
        return Result(
            id=query.id,
            status=decision.status,
            query=read.parsed.view,
            family=placed.family,
            position=placed.position,
            level=placed.level,
            track=placed.track,
            people_management=self._manages(read.duties, placed.track) if decision.cell else "unknown",
            confidence=decision.confidence,
            confidences=decision.confidences,
            range=decision.range,
            alternatives=placed.alternatives,
            readings=placed.readings,
            evidence=self._evidence(query, read, decision.cell) if explain else (),
            flags=tuple(dict.fromkeys((*read.parsed.flags, *self._flags(read), *self._coverage(query)))),
            model=self.model,
        )

    def _readings(self, read: Weighed, decision: Decision, position: str | None, family: str) -> tuple[Reading, ...]:
        """The job on every ladder; the probabilities of the cells are scaled so that the answer's is its calibrated confidence."""
        if decision.cell is None or position is None:
            return family_readings(self.crosswalk, family, decision.confidence)
        rest = 1.0 - read.probabilities[decision.cell] or 1.0
        cells = {c: p / rest * (1.0 - decision.confidence) for c, p in read.probabilities.items() if c != OTHER}
        cells[decision.cell] = decision.confidence
        level, track = decision.cell.split("/")
        meant = read.context.contextual
        decided = track if len(decision.range.tracks) < 2 else None
        return readings(
            self.crosswalk,
            cells,
            # Without a title nothing names a position, and the best relation of any position at the cell counts.
            position=position if read.title is not None else None,
            level=level,
            track=decided,
            facts=read.context.known.facts,
            meaning=meant.meaning if meant is not None else None,
        )

    def _unreadable(self, query: Query, parsed: ParsedTitle) -> Result:
        return Result(
            id=query.id, status="unreadable", query=parsed.view, family=None, position=None, level=None, track=None,
            people_management="unknown", confidence=None, confidences=None, range=Range(), alternatives=(), readings=(),
            evidence=(),             flags=(*parsed.flags, "no_job_words"), model=self.model,
        )  # fmt: skip

    def _position(self, title: TitleReading | None, cell: str) -> str:
        """The position for a cell: what the title means there, else one that it names and that may stand there, else the usual."""
        if title is not None:
            named = [title.positions[cell]] if cell in title.positions else list(title.positions.values())
            for position in named:
                if cell in self.grid.positions[position].cells:
                    return position
        return self.grid.default_position(cell, title.head if title else None)

    def _family(self, title: TitleReading | None, duties: DutyReading | None, cell: str | None) -> Named:
        if cell is not None:
            family = self.lexicon.graded
        elif title is not None and title.family not in ("unknown", self.lexicon.graded):
            family = title.family
        else:
            family = duties.nearest if duties is not None else "unknown"
        return Named(family, self.lexicon.families[family])

    def _alternative(self, title: TitleReading | None, cell: str, confidence: float) -> Alternative:
        if cell == OTHER:
            return Alternative(None, None, None, confidence)
        level, track = cell.split("/")
        return Alternative(self._position(title, cell), level, track, confidence)

    def _manages(self, duties: DutyReading | None, track: str | None) -> PeopleManagement:
        """People management by the text alone: a title says only what is usual."""
        if duties is None:
            return "unknown"
        if track == "manager" and duties.manages >= self._thresholds.manages_sentence:
            return "yes"
        denied = any(self._duties.cues[index].id == "no-reports" for index, _, _ in duties.cues)
        return "no" if track == "ic" and denied else "unknown"

    def _flags(self, read: Weighed) -> list[str]:
        flags = []
        if read.title is not None and read.title.level_span:
            flags.append("level_span")
        if read.duties is not None:
            if read.duties.truncated:
                flags.append("truncated_description")
            if read.title is not None and self._conflict(read.prior, read.alone):
                flags.append("title_description_conflict")
        return flags

    def _coverage(self, query: Query) -> list[str]:
        """How many answers to expect at the precision that was asked for."""
        if query.min_precision is None:
            return []
        known = self.threshold(query.min_precision)
        return [f"expected_coverage:{known.coverage if known is not None else 0.0}"]

    def _conflict(self, prior: Mapping[str, float], odds: DutyOdds | None) -> bool:
        """True where the text alone would leave the title's answer far behind its own."""
        inside = self._weigher.combine(self._weigher.title(None), odds)
        other = inside.pop(OTHER)
        best = max(prior, key=prior.__getitem__)
        if (best == OTHER) != (other > 0.5):
            return max(other, 1.0 - other) > 1.0 - self._thresholds.conflict / 2
        return best != OTHER and inside[best] < self._thresholds.conflict / 10 * max(inside.values())

    def _evidence(self, query: Query, read: Weighed, cell: str | None) -> tuple[Evidence, ...]:
        found: list[Evidence] = []
        if read.title is not None:
            found += self._explainer.title(read.parsed, cell)
        found += context_evidence(read.context, read.plain)
        if read.duties is not None:
            found += self._explainer.duties(query.description or "", read.duties, cell)
        return tuple(found)


def _within(field: str, value: str, limit: int) -> None:
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


def _duty_reader(artefact: Artefact, taxonomy: Mapping[str, Any], weights: Mapping[str, Any]) -> DutyReader:
    vocabulary = artefact.documents["vocabulary"]
    arrays = artefact.arrays
    sentence_scorer = scorer(
        {term: row for row, term in enumerate(vocabulary["terms"])},
        arrays["idf"],
        arrays["sentence_weights"],
        arrays["sentence_intercepts"],
    )
    families = tuple(vocabulary["families"])
    columns = Columns(
        families, families.index(vocabulary["graded"]), families.index(vocabulary["not_duty"]), vocabulary["thresholds"]
    )
    cues, duties = compile_cues(taxonomy["cues"]["cues"]), weights["duties"]
    bounds = Bounds(**duties["features"])
    model = document(vocabulary["document_features"], arrays["document"], arrays["document_usual"], columns, cues, bounds)
    general = general_reader(vocabulary["general_terms"], arrays, weights)
    return DutyReader(sentence_scorer, columns, cues, model, bounds, duties["sentences"], general)


def _decider(grid: Grid, taxonomy: Mapping[str, Any], weights: Mapping[str, Any]) -> Decider:
    decide, fitted = weights["decide"], weights["fitted"]
    figures = DecisionWeights(
        decide["clear"]["title"],
        decide["clear"]["text"],
        decide["out_of_family"],
        decide["range_mass"],
        decide["alternatives"],
        decide["alternative_floor"],
    )
    calibrations = {name: Calibration(**fitted[name]) for name in ("joint", "family", "level", "track")}
    questions = [Question.from_dict(q) for q in taxonomy["sayings"]["questions"]]
    return Decider(grid, figures, calibrations, questions)
