"""Building the steps of the pipeline from an artefact: each step with its tables and figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from rung.artefact import Artefact
from rung.context.statements import Contexts, contexts_from_dict
from rung.decision.calibration import Calibration
from rung.decision.decide import Decider, DecisionWeights, Question
from rung.decision.evidence import EvidenceFigures, Explainer, Sayings
from rung.decision.leave_one_out import LeaveOneOut, Steps
from rung.decision.named import NamedDecider, NamedFigures
from rung.decision.named_weigh import NamedWeigher
from rung.decision.questions import OfferedQuestion, offered
from rung.decision.weigh import Weigher, WeighingWeights
from rung.errors import ArtefactError
from rung.grid import Grid, GridLevel
from rung.ladders.relations import Crosswalk, crosswalk_from_dict
from rung.text.cues import compile_cues
from rung.text.document import Bounds, Columns, document
from rung.text.facts import StatementRules
from rung.text.families import FamilyTextReader, family_text_reader
from rung.text.general import general_reader
from rung.text.matches import TextReader
from rung.text.named_job import NamedJobReader, NamedJobWeights, TitleReaders
from rung.text.patterns import Patterns, Tables
from rung.text.reader import DutyReader
from rung.text.sentences import scorer
from rung.text.statements import statement_kinds
from rung.title.clean import Cleaner
from rung.title.family import FamilyReader, FamilyWeights
from rung.title.lexicon import Lexicon
from rung.title.meaning import RetrievalWeights, Retriever
from rung.title.parse import Parser
from rung.title.rank import RankReader
from rung.title.spelling import Speller, SpellingFigures
from rung.tries import trie_of


class Vague(NamedTuple):
    """A text without a title that has fewer sentences of duties and an answer of less confidence is unreadable."""

    amount: float
    confidence: float


class Figures(NamedTuple):
    """Figures of ``weights.yaml`` that belong to no single step."""

    conflict: float
    least_duties: float
    vague: Vague
    least_weight: float
    least_share: float


class Threshold(NamedTuple):
    """At or above a confidence: the share of labelled rows that were answered (coverage) and the share of these that were right."""

    threshold: float
    coverage: float
    precision: float


class Pipeline(NamedTuple):
    """The steps in the order in which a query passes through them, and what they share."""

    lexicon: Lexicon
    grid: Grid
    cleaner: Cleaner
    parser: Parser
    retriever: Retriever
    texts: TextReader
    duties: DutyReader
    contexts: Contexts
    statements: StatementRules
    crosswalk: Crosswalk
    weigher: Weigher
    decider: Decider
    explainer: Explainer
    named_weigher: NamedWeigher
    named: NamedDecider
    leave_one_out: LeaveOneOut
    questions: tuple[OfferedQuestion, ...]
    family_text: FamilyTextReader
    named_jobs: NamedJobReader
    scale: Mapping[str, GridLevel]
    headings: Mapping[str, Any]
    figures: Figures
    thresholds: Mapping[str, float]
    risk_coverage: tuple[Threshold, ...]


def assemble(artefact: Artefact) -> Pipeline:
    """Make every step from the artefact's documents and arrays.

    Raises:
        ArtefactError: a document lacks a key that this version needs, or has one that it does not know.
    """
    try:
        return _assemble(artefact)
    except (KeyError, TypeError) as error:
        raise ArtefactError(
            f"the model {artefact.name} {artefact.version} was built for another version of Rung ({error}); "
            "build it again with `rung train`, or name another with RUNG_MODEL"
        ) from error


def _assemble(artefact: Artefact) -> Pipeline:
    taxonomy, weights = artefact.documents["taxonomy"], artefact.documents["weights"]
    decide = weights["decide"]
    lexicon = Lexicon.from_dict(taxonomy["lexicon"])
    grid = Grid.from_dict(taxonomy["grid"], taxonomy["scale"])
    retriever = Retriever(lexicon, grid, RetrievalWeights(**weights["retrieval"]))
    duties = _duty_reader(artefact, taxonomy, weights)
    statements = StatementRules(taxonomy["statements"]["rules"], grid.cells)
    patterns = Patterns(Tables(artefact.documents["patterns"], artefact.arrays))
    sayings, shown = Sayings(**taxonomy["sayings"]["says"]), EvidenceFigures(**decide["evidence"])
    texts = text_reader(taxonomy, patterns)
    contexts = contexts_from_dict(taxonomy["contexts"], grid.cells, patterns)
    crosswalk = crosswalk_from_dict(taxonomy["crosswalk"], grid)
    decider = _decider(grid, taxonomy, weights)
    questions, named_sayings = offered(taxonomy["sayings"], taxonomy["named_sayings"]), taxonomy["named_sayings"]
    ranks, headings = RankReader.from_dict(taxonomy["ranks"]), taxonomy["headings"]
    scale = {row["id"]: GridLevel(row["id"], row["label"], row["rank"]) for row in taxonomy["scale"]["levels"]}
    wordings, cleaner, parser = taxonomy["named_jobs"], Cleaner(lexicon.patterns), Parser(lexicon)
    del taxonomy  # free its memory before the largest tables are built
    family_reader, speller, family_text = _family_readers(artefact, lexicon, weights)
    weigher = Weigher(grid, WeighingWeights.from_dict(weights), statements)
    named_weigher = NamedWeigher(weigher, statements, family_text, lexicon.graded)
    named = _named(speller, family_reader, ranks, scale, lexicon.graded, named_sayings, weights)
    readers = TitleReaders(cleaner, parser, retriever, family_reader, ranks)
    return Pipeline(
        lexicon=lexicon,
        grid=grid,
        cleaner=cleaner,
        parser=parser,
        retriever=retriever,
        texts=texts,
        duties=duties,
        contexts=contexts,
        statements=statements,
        crosswalk=crosswalk,
        weigher=weigher,
        decider=decider,
        explainer=Explainer(lexicon, retriever, duties.cues, duties.columns, sayings, shown),
        named_weigher=named_weigher,
        named=named,
        leave_one_out=LeaveOneOut(
            Steps(grid, retriever, weigher, duties, statements, contexts, family_text, named_weigher, named, shown.smallest_share)
        ),
        questions=questions,
        family_text=family_text,
        named_jobs=NamedJobReader(wordings, patterns, readers, lexicon.graded, NamedJobWeights(**weights["named_job"])),
        scale=scale,
        headings=headings,
        figures=Figures(
            decide["conflict"], weights["duties"]["least"], Vague(**weights["duties"]["vague"]), shown.least, shown.smallest_share
        ),
        thresholds={
            "classified": weights["fitted"]["threshold"],
            "clear_title": decide["clear_title"],
            "range_mass": decide["range_mass"],
        },
        risk_coverage=tuple(Threshold(**row) for row in weights["fitted"]["risk_coverage"]),
    )


def text_reader(taxonomy: Mapping[str, Any], patterns: Patterns) -> TextReader:
    """The reader that finds statements, cues and contexts in texts."""
    kinds, languages = statement_kinds(taxonomy["statements"]["rules"]["statements"]), taxonomy["statements"]["languages"]
    return TextReader(kinds, languages, patterns)


def _duty_reader(artefact: Artefact, taxonomy: Mapping[str, Any], weights: Mapping[str, Any]) -> DutyReader:
    vocabulary, arrays = artefact.documents["vocabulary"], artefact.arrays
    sentence_scorer = scorer(
        vocabulary["terms"].split("\n"),
        arrays["idf"],
        *(arrays[f"sentence_{name}"] for name in ("weights", "scales", "intercepts")),
    )
    families = tuple(vocabulary["families"])
    graded, not_duty = families.index(vocabulary["graded"]), families.index(vocabulary["not_duty"])
    columns = Columns(families, graded, not_duty, vocabulary["thresholds"])
    cues, duties = compile_cues(taxonomy["cues"]["cues"]), weights["duties"]
    bounds = Bounds(**duties["features"])
    model = document(vocabulary["document_features"], arrays["document"], arrays["document_usual"], columns, cues, bounds)
    general = general_reader(vocabulary["general_terms"].split("\n"), arrays, weights)
    return DutyReader(sentence_scorer, columns, cues, model, duties["sentences"], general)


def _family_readers(
    artefact: Artefact, lexicon: Lexicon, weights: Mapping[str, Any]
) -> tuple[FamilyReader, Speller, FamilyTextReader]:
    """What reads the family of titles, corrects their spelling, and reads the family of texts."""
    families, arrays = artefact.documents["families"], artefact.arrays
    reader = FamilyReader(families, arrays, FamilyWeights(**weights["families"]))
    known, figures = trie_of(arrays["known_words"]), SpellingFigures(**weights["spelling"])
    short = {**lexicon.abbreviations, **lexicon.spellings}
    speller = Speller(families["common_words"], known, reader.rarity, figures, short)
    return reader, speller, family_text_reader(families, arrays, lexicon.graded, weights)


def _named(
    speller: Speller,
    families: FamilyReader,
    ranks: RankReader,
    scale: Mapping[str, GridLevel],
    graded: str,
    sayings: Mapping[str, Any],
    weights: Mapping[str, Any],
) -> NamedDecider:
    decide, fitted = weights["decide"], weights["fitted"]
    figures = NamedFigures(
        range_mass=decide["range_mass"],
        alternatives=decide["alternatives"],
        alternative_floor=decide["alternative_floor"],
        threshold=fitted["threshold"],
        clear_title=decide["clear_title"],
        conflict=decide["conflict"],
        smallest_share=decide["evidence"]["smallest_share"],
        **weights["ranks"],
    )
    places = {level.id: level.rank for level in scale.values()}
    return NamedDecider(speller, families, ranks, places, graded, figures, Calibration(**fitted["named"]), sayings)


def _decider(grid: Grid, taxonomy: Mapping[str, Any], weights: Mapping[str, Any]) -> Decider:
    decide, fitted = weights["decide"], weights["fitted"]
    figures = DecisionWeights(
        fitted["threshold"],
        decide["other_family"],
        decide["range_mass"],
        decide["alternatives"],
        decide["alternative_floor"],
    )
    calibrations = {name: Calibration(**fitted[name]) for name in ("joint", "family", "level", "track")}
    questions = [Question.from_dict(q) for q in taxonomy["sayings"]["questions"]]
    return Decider(grid, figures, calibrations, questions)
