"""Making a model: ``training_data/`` in, a ``models/`` folder out; the same bytes on the same versions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

import numpy
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from rung import artefact
from rung.assemble import text_reader
from rung.context.statements import context_patterns
from rung.errors import DataError
from rung.ladders.crosswalk_files import load_crosswalk
from rung.ladders.relations import Likelihood
from rung.text.compiling import compile_patterns
from rung.text.cues import compile_cues, cue_patterns
from rung.text.document import Bounds
from rung.text.general import LINES
from rung.text.named_job import named_job_patterns
from rung.text.patterns import Patterns, Tables
from rung.text.statements import statement_kinds, statement_patterns
from rung.title.clean import Cleaner
from rung.title.family_heads import HeadFinder
from rung.title.occupation import FOLDER
from rung.title.spelling import SpellingFigures
from rung.training import arithmetic, build, card, corpus, occupations
from rung.training.counts import Counts
from rung.training.families import FamilySettings, compile_families, train_families
from rung.training.family_text import FamilyTextSettings, train_family_text
from rung.training.general import GeneralModel, GeneralSettings, train_general
from rung.training.levels import levels_dict
from rung.training.npy import array_bytes
from rung.training.sources import graded_family, read_yaml
from rung.training.spelling import compile_spelling
from rung.training.text_features import DocumentModel, FeatureReader
from rung.training.train import SentenceModel, TrainingSettings, posting_sentences, train_documents, train_sentences

MODEL = "rung"
COUNTS = "postings_counts.npz"
_DIGITS = 12
_LIBRARIES = ("numpy", "scikit-learn", "scipy", "rapidfuzz", "marisa-trie")


def taxonomy(data: Path) -> dict[str, Any]:
    """Everything that serving looks up, as plain data."""
    graded = graded_family(data)
    own, shared = data / "families" / graded, data / "shared"
    contexts = read_yaml(shared / "contexts.yaml")
    return {
        "lexicon": build.lexicon_dict(data, graded),
        "grid": read_yaml(own / "grid.yaml"),
        "scale": read_yaml(data / "scale.yaml"),
        "cues": read_yaml(shared / "cues.yaml"),
        "sayings": read_yaml(own / "sayings.yaml"),
        "contexts": contexts,
        "ranks": levels_dict(data),
        "named_sayings": read_yaml(shared / "sayings.yaml"),
        "headings": build.headings_dict(shared / "headings.yaml"),
        "statements": _statements(shared),
        "named_jobs": read_yaml(shared / "named_jobs.yaml"),
        "crosswalk": load_crosswalk(own, data / "scale.yaml", Likelihood.from_contexts(contexts), data / "SOURCES.yaml").to_dict(),
    }


def _statements(shared: Path) -> dict[str, Any]:
    """The rules of statements and their wordings by language."""
    languages = {path.stem: read_yaml(path) for path in sorted((shared / "statements").glob("*.yaml"))}
    return {"rules": read_yaml(shared / "statements.yaml"), "languages": languages}


def compile_wordings(tables: Mapping[str, Any]) -> Tables:
    """The patterns over words of statements, cues, contexts and named jobs, compiled together.

    Raises:
        DataError: a wording cannot be read, or names a kind or role that does not exist.
    """
    kinds = statement_kinds(tables["statements"]["rules"]["statements"])
    stated = statement_patterns(kinds, tables["statements"]["languages"])
    named = named_job_patterns(tables["named_jobs"])
    return compile_patterns(stated, cue_patterns(tables["cues"]), context_patterns(tables["contexts"]), named)


def train_models(
    data: Path, tables: dict[str, Any], weights: dict[str, Any], patterns: Patterns
) -> tuple[SentenceModel, DocumentModel]:
    """The sentence model and the document model."""
    graded, levels = tables["grid"]["family"], list(tables["grid"]["levels"])
    settings = TrainingSettings(**weights["training"])
    limit = weights["duties"]["sentences"]
    written = corpus.duty_sentences(data, graded)
    postings = corpus.postings(data, graded)
    first = train_sentences(written, levels, graded, settings)
    cues, bounds = compile_cues(tables["cues"]["cues"]), Bounds(**weights["duties"]["features"])
    features = FeatureReader(text_reader(tables, patterns), cues, bounds, limit)
    document = train_documents(postings, written, first, features, levels, graded, settings)
    extra = posting_sentences(postings, first, settings.sentences, limit)
    return train_sentences([*written, *extra], levels, graded, settings), document


def general_model(data: Path, weights: Mapping[str, Any], levels: int) -> GeneralModel:
    """What the ads of all families say of the level.

    Raises:
        DataError: the table was counted with other signs.
    """
    counts, signs = Counts.load(data / "shared" / COUNTS), weights["duties"]["signs"]
    if list(counts.names) != list(signs):
        raise DataError(
            f"{data / 'shared' / COUNTS} counts the signs {list(counts.names)}, not {signs}; `rung corpus count` makes it again"
        )
    return train_general(counts, levels, GeneralSettings(**weights["training"]["general"]))


def family_model(
    data: Path, tables: Mapping[str, Any], weights: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The models of family by title and by text, and the words that correct the spelling of titles: a document and arrays."""
    lexicon = tables["lexicon"]
    compiled, heads = compile_families(data, lexicon)
    cleaner, settings = Cleaner(lexicon["patterns"]), FamilySettings(**weights["family_model"])
    terms, arrays = train_families(data, compiled["names"], HeadFinder(compiled, heads), cleaner, settings)
    text = train_family_text(data, graded_family(data), lexicon["named"], FamilyTextSettings(**weights["family_text_model"]))
    families = {**compiled, **terms, "text_names": list(text.names), "text_terms": "\n".join(text.terms)}
    arrays = {**heads, **arrays, **text.arrays}
    common, known = compile_spelling(tables, families, arrays, SpellingFigures(**weights["spelling"]))
    return {**families, "common_words": common}, {**arrays, "known_words": known}


def make(data: Path, models: Path, version: str) -> tuple[Path, str]:
    """Build and train the model of one version; returns its folder and digest.

    Raises:
        DataError: a file of ``data`` is wrong; the message says where and what to do.
    """
    tables = taxonomy(data)
    weights = read_yaml(data / "shared" / "weights.yaml")
    compiled = compile_wordings(tables)
    # One thread: the order of floating-point sums must not depend on the machine's cores.
    with threadpool_limits(limits=1):
        sentences, document = train_models(data, tables, weights, Patterns(compiled))
        general = general_model(data, weights, len(tables["grid"]["levels"]))
        families, family_arrays = family_model(data, tables, weights)
        codes = occupations.make(data)
    documents = {
        "taxonomy": tables,
        "weights": weights,
        "patterns": compiled.document,
        "vocabulary": _vocabulary(tables["grid"]["family"], sentences, document, general),
        "families": families,
        "metrics": json.loads((data / "shared" / "measured.json").read_text(encoding="utf-8")),
    }
    folder = models / f"{MODEL}-{version}"
    arrays: dict[str, Any] = {**_model_arrays(sentences, document, general), **family_arrays, **compiled.arrays}
    digest = artefact.save(
        folder,
        name=MODEL,
        version=version,
        documents=documents,
        arrays={name: array_bytes(array) for name, array in arrays.items()},
        texts={"MODEL_CARD.md": _card(data, version, documents)},
        data_digest=artefact.digest_of_folder(data),
        built_with={name: version_of(name) for name in _LIBRARIES} | arithmetic.pinned(),
        optional={f"{FOLDER}/{name}": content for name, content in codes.items()},
    )
    return folder, digest


def _vocabulary(graded: str, sentences: SentenceModel, document: DocumentModel, general: GeneralModel) -> dict[str, Any]:
    """The document ``vocabulary``: the terms of the models in order, and what their columns are."""
    columns = sentences.columns
    return {
        "terms": "\n".join(sorted(sentences.vocabulary, key=sentences.vocabulary.__getitem__)),
        "families": list(columns.families),
        "graded": graded,
        "not_duty": corpus.NOT_DUTY,
        "thresholds": columns.thresholds,
        "document_features": list(document.names),
        "general_terms": "\n".join(general.terms),
    }


def _model_arrays(sentences: SentenceModel, document: DocumentModel, general: GeneralModel) -> dict[str, NDArray[Any]]:
    """The arrays of the models of texts; those of floats are rounded, so that the last digits do not differ between machines."""
    model, usual = document.arrays()
    arrays = {
        "idf": sentences.idf,
        "sentence_intercepts": sentences.intercepts,
        "document": model,
        "document_usual": usual,
        "general_idf": general.idf,
        "general_intercept": general.intercept,
        **{f"general_{name}": general.lines[name] for name in LINES},
    }
    return {
        **{name: numpy.round(array, _DIGITS) for name, array in arrays.items()},
        "sentence_weights": sentences.weights,
        "sentence_scales": sentences.scales,
        "general_weights": general.weights,
        "general_scales": general.scales,
    }


def _card(data: Path, version: str, documents: Mapping[str, Any]) -> str:
    """The model card."""
    graded = documents["taxonomy"]["grid"]["family"]
    texts = {
        "duty sentences": len(corpus.duty_sentences(data, graded)),
        "whole postings": len(corpus.postings(data, graded)),
        "real postings, as counts of words": len(Counts.load(data / "shared" / COUNTS).ids),
    }
    template = (data / "model-card.md").read_text(encoding="utf-8")
    return card.render(template, MODEL, version, documents, texts)
