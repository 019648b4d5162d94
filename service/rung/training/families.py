"""Job families: checking and compiling their data, and training the model of titles on it.

The titles of O*NET, ESCO and JobBERT are labelled by the codes of their occupations. If a title has a head of the data, the family
of the head counts instead: some codes cover jobs of several families.
"""

from __future__ import annotations

import gzip
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier

from rung.errors import DataError
from rung.title.clean import Cleaner, fold
from rung.title.family_heads import HeadFinder, parted
from rung.training.npy import trie_array
from rung.training.quantise import quantise
from rung.training.sources import line, read_yaml
from rung.tries import trie_of

THREADS = 2  # each fits one family against the rest, so how many there are changes no weight
_FIELDS = {"id", "label", "definition", "near", "source", "codes", "heads", "subjects"}
_PLAIN = {"sublinear_tf": True, "lowercase": False}


class FamilySettings(NamedTuple):
    """The settings of ``training: families`` in ``weights.yaml``: bounds of the terms, regularisation, and weights of the rows.

    ``own``, ``official`` and ``posted`` are the weights of heads of the data, of official titles and of posted ones; ``translated``
    is that of heads in other languages than English, ``subject`` that of subjects. In other languages, a subject is put into
    ``frames`` frames only.
    """

    min_words: int
    min_letters: int
    letters: int
    terms: int
    letters_share: float
    alpha: float
    rounds: int
    own: float
    translated: float
    subject: float
    frames: int
    official: float
    posted: float


class Row(NamedTuple):
    """A title with its family and its weight in training."""

    title: str
    family: str
    weight: float


def family_records(data: Path) -> list[dict[str, Any]]:
    """The ``family.yaml`` of every family, in the order of their ids.

    Raises:
        DataError: an unknown or missing field, an id that is not its folder's, or a neighbour that is no family.
    """
    records = []
    for path in sorted((data / "families").glob("*/family.yaml")):
        record = read_yaml(path)
        if unknown := set(record) - _FIELDS:
            raise DataError(f"{path}: unknown field {sorted(unknown)}; use {sorted(_FIELDS)}")
        if missing := _FIELDS - set(record):
            raise DataError(f"{path}: the field {sorted(missing)[0]!r} is missing; add it")
        if record["id"] != path.parent.name:
            raise DataError(f"{line(path, record)}: the id {record['id']!r} is not the name of the folder {path.parent.name!r}")
        records.append(dict(record))
    return records


class Head(NamedTuple):
    """A head: its family, whether titles of its language begin with it, and the language, or "" where several have the form."""

    family: str
    first: bool
    language: str


def heads_of(records: Sequence[Mapping[str, Any]], head_first: Collection[str]) -> dict[str, Head]:
    """Each head in normal form; ``head_first`` are the languages whose titles begin with it. English counts first."""
    heads: dict[str, Head] = {}
    twice: list[str] = []
    languages = list(dict.fromkeys(language for record in records for language in record["heads"]))
    for language in sorted(languages, key=lambda language: (language != "en", language)):
        own: dict[str, str] = {}
        for record in records:
            for form in record["heads"].get(language, ()):
                text = _normal(form)
                if own.setdefault(text, record["id"]) != record["id"]:
                    twice.append(f"{form!r} ({language}) in {own[text]} and {record['id']}")
                known = heads.setdefault(text, Head(record["id"], language in head_first, language))
                if known.language not in ("en", language):
                    heads[text] = known._replace(language="")
    if twice:
        raise DataError(f"families: these heads are in two families; remove each from one: {'; '.join(twice)}")
    return heads


def compile_families(data: Path, lexicon: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The data for reading, except the model: names, weak heads, junk, and words without content; and the heads as arrays.

    ``lexicon`` is the compiled lexicon of titles; its words of level and place are without content, too.
    """
    records = family_records(data)
    words = read_yaml(data / "shared" / "family-words.yaml")
    heads = _without_loans(_plurals(records) | _neighbour_heads(lexicon) | heads_of(records, words["head_first"]))
    names = [record["id"] for record in records]
    languages = sorted({head.language for head in heads.values()})
    empty = _empty([*words["empty"], *words["nouns"]], lexicon)
    compiled = {
        "names": names,
        "languages": languages,
        "labels": {record["id"]: record["label"] for record in records},
        "definitions": {lexicon["graded"]: lexicon["definition"], **{record["id"]: record["definition"] for record in records}},
        "near": {lexicon["graded"]: lexicon["near"], **{record["id"]: record["near"] for record in records}},
        "codes": {lexicon["graded"]: {"isco": [], "soc": []}, **{record["id"]: record["codes"] for record in records}},
        "weak": sorted({form for weak in map(_normal, words["weak"]) for form in (weak, _plural(weak))}),
        "functions": sorted(_subjects(records) & set(heads)),
        "leading": sorted({form for lead in map(_normal, words["leading"]) for form in (lead, _plural(lead))}),
        "junk": sorted(_normal(text) for text in words["junk"]),
        "links": sorted(lexicon["links"]),
        "joins": sorted(lexicon["joins"]),
        "empty": sorted(empty),
        "nouns": sorted(map(_normal, words["nouns"])),
        "scripts": [[script["language"], script["letters"], script.get("with", "")] for script in words["scripts"]],
    }
    small = {word for name in ("links", "joins", "transparent") for phrase in lexicon[name] for word in phrase.split()}
    return compiled, _head_arrays(heads, names, languages) | _subject_arrays(records, empty, small, names)


def _subjects(records: Sequence[Mapping[str, Any]]) -> set[str]:
    return {_normal(form) for record in records for forms in record["subjects"].values() for form in forms}


def _subject_arrays(
    records: Sequence[Mapping[str, Any]], empty: Collection[str], small: Collection[str], names: Sequence[str]
) -> dict[str, NDArray[Any]]:
    """The subjects of one family only, without ``small`` words, as a trie; and, by their numbers, the family of each.

    What is left of a subject with another ``empty`` word says too little: of "technical program", "technical".
    """
    owners: dict[str, set[str]] = {}
    for record in records:
        for form in (form for forms in record["subjects"].values() for form in forms):
            words = [word for word in parted(_normal(form)).split() if word not in small]
            owners.setdefault(" ".join(words), set()).add(record["id"])
    owners = {
        text: families
        for text, families in owners.items()
        if text and len(families) == 1 and not any(word in empty for word in text.split())
    }
    phrases = trie_array(owners)
    families = [names.index(min(owners[phrase])) for phrase in _in_order(phrases)]
    return {"family_subjects": phrases, "family_of_subject": np.array(families, dtype=np.uint8)}


def _head_arrays(heads: Mapping[str, Head], names: Sequence[str], languages: Sequence[str]) -> dict[str, NDArray[Any]]:
    """The heads as a trie, and, by their numbers, the family of each, whether titles begin with it, and its language."""
    phrases = trie_array(heads)
    meanings = [heads[phrase] for phrase in _in_order(phrases)]
    return {
        "family_heads": phrases,
        "family_of_head": np.array([names.index(head.family) for head in meanings], dtype=np.uint8),
        "family_head_first": np.array([head.first for head in meanings], dtype=np.uint8),
        "family_head_language": np.array([languages.index(head.language) for head in meanings], dtype=np.uint8),
    }


def _in_order(phrases: NDArray[np.uint8]) -> list[str]:
    """The phrases of a trie in the order of their numbers."""
    trie = trie_of(phrases)
    return [trie.restore_key(number) for number in range(len(trie))]


def _plurals(records: Sequence[Mapping[str, Any]]) -> dict[str, Head]:
    """The plurals of the English heads; without them, "sales engineers" would be read by its last word only."""
    return {_plural(_normal(form)): Head(record["id"], False, "en") for record in records for form in record["heads"].get("en", ())}


def _without_loans(heads: Mapping[str, Head]) -> dict[str, Head]:
    """The heads; one of another language that has only words of English heads ("senior consultant") is English, too."""
    english = {word for text, head in heads.items() if head.language == "en" for word in text.split()}
    return {text: head._replace(language="en") if english.issuperset(text.split()) else head for text, head in heads.items()}


def _plural(text: str) -> str:
    return text if text.endswith("s") else f"{text}s"


def _neighbour_heads(lexicon: Mapping[str, Any]) -> dict[str, Head]:
    """The heads of the graded family's neighbours, each with the family that answers name."""
    named = lexicon["named"]
    return {text: Head(named[head[0]], False, head[-1]) for text, head in lexicon["heads"].items() if head[0] in named}


def _empty(own: Sequence[str], lexicon: Mapping[str, Any]) -> set[str]:
    """The words without content: of level, of place, links and joins."""
    phrases = [*own]
    for name in ("seniority_forms", "locations", "links", "joins", "transparent"):
        phrases += lexicon[name]
    return {word for phrase in phrases for word in phrase.split()}


def rows(data: Path, records: Sequence[Mapping[str, Any]], settings: FamilySettings) -> Iterator[Row]:
    """Every title to train on: heads of the data, its subjects in frames, and the titles of occupations by their codes."""
    frames = read_yaml(data / "shared" / "family-words.yaml")["frames"]
    for record in records:
        for language, forms in record["heads"].items():
            weight = settings.own if language == "en" else settings.translated
            yield from (Row(form, record["id"], weight) for form in forms)
        for language, subjects in record["subjects"].items():
            every = frames[language]
            each = len(every) if language == "en" else min(settings.frames, len(every))
            for start, subject in zip(count(0, each), subjects):  # in turn, so that all frames are used
                some = (every[(start + turn) % len(every)] for turn in range(each))
                yield from (Row(frame.format(subject), record["id"], settings.subject) for frame in some)
    yield from _occupations(data, records, settings)


def _occupations(data: Path, records: Sequence[Mapping[str, Any]], settings: FamilySettings) -> Iterator[Row]:
    soc, isco = (prefixes(records, code) for code in ("soc", "isco"))
    for row in read_table(data / "occupations" / "onet.tsv.gz"):
        if family := longest_prefix(soc, row["code"]):
            titles = [row["title"], *row["titles"].split("|"), *row["reported"].split("|")]
            yield from (Row(title, family, settings.official) for title in titles if title)
    by_uri: dict[str, str] = {}
    for row in read_table(data / "occupations" / "esco.tsv.gz"):
        if family := longest_prefix(isco, row["isco"]):
            by_uri[row["uri"]] = family
            titles = [row["label"], *row["titles"].split("|")]
            yield from (Row(title, family, settings.official) for title in titles if title)
    for row in read_table(data / "occupations" / "jobbert.tsv.gz"):
        if family := by_uri.get(row["uri"]):
            yield Row(row["title"], family, settings.posted)


def read_table(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a gzipped table: comments, then a heading, then tab-separated cells."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        cells = (text.rstrip("\n").split("\t") for text in lines if not text.startswith("#"))
        heading = next(cells)
        for row in cells:
            yield dict(zip(heading, row, strict=True))


def prefixes(records: Sequence[Mapping[str, Any]], code: str) -> dict[str, str]:
    """The family of each prefix of the codes of a scheme (``isco`` or ``soc``)."""
    return {prefix: record["id"] for record in records for prefix in record["codes"][code]}


def longest_prefix(families: Mapping[str, str], code: str) -> str | None:
    """The family of the longest known prefix of a code; ``None`` if there is none."""
    return next((families[code[:end]] for end in range(len(code), 0, -1) if code[:end] in families), None)


def train_families(
    data: Path,
    names: Sequence[str],
    heads: HeadFinder,
    cleaner: Cleaner,
    settings: FamilySettings,
    left_out: Collection[str] = frozenset(),
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The share of letters in the family model, and its arrays.

    The arrays are words and runs of letters as tries, idf, weights (int8), scales and intercepts.
    ``names`` are the ids of the families. ``left_out`` are cleaned titles that are not used, so that the model can be measured on
    them.
    """
    titles, families, weights = [], [], []
    for row in rows(data, family_records(data), settings):
        clean = cleaner.clean(row.title)
        if clean.text in left_out:
            continue
        titles.append(parted(clean.text))
        head = heads.strong(clean)
        families.append(head[0] if head else row.family)
        weights.append(row.weight)
    words = TfidfVectorizer(tokenizer=str.split, token_pattern=None, ngram_range=(1, 2), min_df=settings.min_words, **_PLAIN)
    letters = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), min_df=settings.min_letters, max_features=settings.letters, **_PLAIN
    )
    features = hstack([words.fit_transform(titles), settings.letters_share * letters.fit_transform(titles)]).tocsr()
    model = SGDClassifier(
        loss="log_loss", alpha=settings.alpha, random_state=0, max_iter=settings.rounds, tol=None, average=True, n_jobs=THREADS
    )
    model.fit(features, families, sample_weight=weights)
    if list(model.classes_) != list(names):
        raise DataError("families: a family has no title to train on; give it heads")
    return _export(words, letters, model, settings)


def _export(
    words: TfidfVectorizer, letters: TfidfVectorizer, model: SGDClassifier, settings: FamilySettings
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The terms with the largest weights, and their weights as int8: words, then runs of letters, in the order of their numbers."""
    names = [*words.get_feature_names_out(), *letters.get_feature_names_out()]
    idf = np.concatenate([words.idf_, letters.idf_])
    coefficients = model.coef_.T
    strength = np.abs(coefficients * idf[:, None]).max(axis=1)
    kept = np.sort(np.argsort(-strength, kind="stable")[: settings.terms])
    row_of = {names[row]: row for row in kept.tolist() if row < len(words.idf_)}
    phrases = trie_array(row_of)
    run_of = {names[row]: row for row in kept[len(row_of) :].tolist()}
    runs = trie_array(run_of)
    rows = [*(row_of[phrase] for phrase in _in_order(phrases)), *(run_of[run] for run in _in_order(runs))]
    weights, scales = quantise(coefficients[rows])
    arrays = {
        "family_words": phrases,
        "family_letters": runs,
        "family_idf": idf[rows].astype(np.float32),
        "family_weights": weights,
        "family_scales": scales,
        "family_intercepts": model.intercept_.astype(np.float32),
    }
    return {"letters_share": settings.letters_share}, arrays


def _normal(form: str) -> str:
    """A form, cleaned as a title is."""
    return " ".join(token.text for token in Cleaner(()).clean(fold(form)).tokens)
