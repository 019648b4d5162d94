"""Training the model of family by text.

It learns from counts of tasks and real ads (``family_counts.npz``), from the duty sentences of every family (``duties.yaml``), from
those of the graded family and its neighbours, and from the titles of all families, for the words of other languages.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import SGDClassifier

from rung.errors import DataError
from rung.training.corpus import duty_sentences
from rung.training.families import THREADS, family_records
from rung.training.family_table import FAMILY_COUNTS, TASKS, FamilyCounts
from rung.training.quantise import quantise
from rung.training.sources import read_yaml, source_ids

_SENTENCES = "duties.yaml"
_FOLDS = 5


class FamilyTextSettings(NamedTuple):
    """The settings of ``family_text_model`` in ``weights.yaml``.

    The weights of the rows of each kind: ``tasks`` of an occupation; ``ads`` with the family of their title; ads labelled
    ``by_reading``; ``own`` sentences of the data; those of the ``graded`` family; ``titles``. ``balance`` (0 to 1) is how much rows
    of small families gain; ``alpha`` and ``rounds`` are those of scikit-learn. Words of titles are used from ``least_titles``
    titles on.
    """

    tasks: float
    ads: float
    by_reading: float
    own: float
    graded: float
    titles: float
    balance: float
    alpha: float
    rounds: int
    least_titles: int


class TextModel(NamedTuple):
    """The model as data: its families in order, its terms, and its arrays by name."""

    names: tuple[str, ...]
    terms: tuple[str, ...]
    arrays: Mapping[str, NDArray[Any]]


def own_sentences(data: Path) -> Iterator[tuple[str, str]]:
    """The sentences of each family's ``duties.yaml``, with the family.

    Raises:
        DataError: a source that is not known.
    """
    sources = source_ids(data)
    for path in sorted((data / "families").glob(f"*/{_SENTENCES}")):
        record = read_yaml(path)
        if record.pop("source") not in sources:
            raise DataError(f"{path}: the source is not in SOURCES.yaml; add it there or cite another")
        yield from ((sentence, path.parent.name) for sentences in record.values() for sentence in sentences)


def train_family_text(data: Path, graded: str, named: Mapping[str, str], settings: FamilyTextSettings) -> TextModel:
    """Train on all rows; ``named`` gives the family that answers name for each neighbour of the graded one."""
    counts = FamilyCounts.load(data / "shared" / FAMILY_COUNTS)
    family_of = {**named, graded: graded}
    own = [*own_sentences(data), *((s.text, family_of[s.family]) for s in duty_sentences(data, graded) if s.family in family_of)]
    titles = [(form, record["id"]) for record in family_records(data) for forms in record["heads"].values() for form in forms]
    texts = [text.lower() for text, _ in (*own, *titles)]
    # The table has terms of English and of some Portuguese ads; the words of other languages are those of sentences and titles.
    spoken = CountVectorizer().fit(texts[: len(own)]).vocabulary_
    terms = sorted({*counts.terms, *spoken, *CountVectorizer(min_df=settings.least_titles).fit(texts[len(own) :]).vocabulary_})
    written = CountVectorizer(ngram_range=(1, 2), vocabulary=terms).transform(texts)
    counted = _with_columns(counts.matrix, counts.terms, terms)
    family = np.array([*counts.family, *(name for _, name in (*own, *titles))])
    weights = np.concatenate(
        [
            np.where(counts.source == TASKS, settings.tasks, np.where(counts.by_reading, settings.by_reading, settings.ads)),
            [settings.graded if name == graded else settings.own for _, name in own],
            [settings.titles] * len(titles),
        ]
    )
    transformer = TfidfTransformer(sublinear_tf=True)
    matrix = transformer.fit_transform(csr_matrix(vstack([counted, written])))
    model = _fit(matrix, family, weights, settings)
    weights, scales = quantise(model.coef_.T)
    arrays = {
        "family_text_idf": transformer.idf_.astype(np.float32),
        "family_text_weights": weights,
        "family_text_scales": scales,
        "family_text_intercepts": model.intercept_.astype(np.float32),
    }
    return TextModel(tuple(map(str, model.classes_)), tuple(terms), arrays)


def _with_columns(matrix: csr_matrix, own: Sequence[str], terms: Sequence[str]) -> csr_matrix:
    """The same counts with a column for each of more terms."""
    place = {term: at for at, term in enumerate(terms)}
    columns = np.array([place[term] for term in own], dtype=np.int32)
    return csr_matrix((matrix.data, columns[matrix.indices], matrix.indptr), shape=(matrix.shape[0], len(terms)))


def telling_terms(matrix: csr_matrix, family: NDArray[np.str_], settings: FamilyTextSettings, most: int) -> NDArray[np.int64]:
    """The indices, in order, of the ``most`` terms with the largest effect on the scores."""
    weighed = TfidfTransformer(sublinear_tf=True).fit_transform(matrix)
    model = _fit(weighed, family, np.ones(len(family)), settings)
    moves = model.coef_.std(axis=0) * np.sqrt(np.asarray(weighed.multiply(weighed).mean(axis=0)).ravel())
    return np.sort(np.argsort(-moves, kind="stable")[:most])


def read_apart(counts: FamilyCounts, settings: FamilyTextSettings) -> NDArray[np.str_]:
    """The family of each row as a model reads it that was trained without the rows of its source; that of tasks as it is given."""
    weighed = TfidfTransformer(sublinear_tf=True).fit_transform(counts.matrix)
    fold = np.array([zlib.crc32(name.encode()) % _FOLDS for name in counts.source.tolist()])
    read = counts.family.copy()
    for number in range(_FOLDS):
        aside = (fold == number) & (counts.source != TASKS)
        if aside.any():
            model = _fit(weighed[~aside], counts.family[~aside], np.ones(np.count_nonzero(~aside)), settings)
            read[aside] = model.predict(weighed[aside])
    return read


def _fit(matrix: csr_matrix, family: NDArray[np.str_], weights: NDArray[np.float64], settings: FamilyTextSettings) -> SGDClassifier:
    """One model a family against the rest, rows of small families weighing more."""
    mass: Counter[str] = Counter()
    for name, weight in zip(family.tolist(), weights.tolist(), strict=True):
        mass[name] += weight
    mean = sum(mass.values()) / len(mass)
    made_up = np.array([(mean / mass[name]) ** settings.balance for name in family.tolist()])
    model = SGDClassifier(
        loss="log_loss", alpha=settings.alpha, random_state=0, max_iter=settings.rounds, tol=None, average=True, n_jobs=THREADS
    )
    return model.fit(matrix, family, sample_weight=weights * made_up)
