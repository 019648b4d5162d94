"""Training: duty sentences and postings into the arrays that serving reads.

Two models, both linear, both trained with scikit-learn and exported as plain arrays:

- the sentence model: TF-IDF over words and word pairs, then the family (with "not a duty" as one), the level as thresholds ("above
  associate", "above product manager", …: levels are ordered), and people management (neither, yes, no);
- the document model: over the sentence scores of a whole text and its cues; level thresholds, manager track, graded family. It is
  trained on whole postings with the names of jobs and levels blanked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.preprocessing import StandardScaler

from rung.errors import DataError
from rung.numeric import Floats, softmax
from rung.odds import log_odds
from rung.text.document import Columns
from rung.text.plain_scorer import PlainScorer
from rung.text.plain_scorer import sentences as split
from rung.text.sentences import readable
from rung.training.blank import blank
from rung.training.corpus import NOT_DUTY, DutySentence, Posting
from rung.training.quantise import quantise
from rung.training.text_features import DocumentModel, FeatureReader

_SEED = 7
_FOLDS = 3


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """The ``training`` record of ``weights.yaml``.

    ``family_c``, ``level_c`` and ``people_c`` are scikit-learn's C of each part of the sentence model; ``min_df`` and ``max_terms``
    bound its vocabulary. ``sentences`` says which sentences of whole postings are trained on, ``document`` which features and which
    C each question of the document model has. ``counts`` and ``general`` are the settings of ``rung.training.counts`` and
    ``rung.training.general``.
    """

    family_c: float
    level_c: float
    people_c: float
    min_df: int
    max_terms: int
    sentences: Mapping[str, float]
    document: Mapping[str, Any]
    counts: Mapping[str, int]
    general: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class SentenceModel:
    """The trained sentence model, with the scikit-learn parts that a test compares the export with."""

    vectorizer: TfidfVectorizer
    classifiers: tuple[LogisticRegression, ...]
    columns: Columns
    vocabulary: dict[str, int]
    idf: Floats
    weights: NDArray[np.int8]
    scales: NDArray[np.float32]
    intercepts: Floats

    def scorer(self) -> PlainScorer:
        """The exported model as serving has it, by the plain path: a rebuild is the same with and without a compiler."""
        return PlainScorer(list(self.vocabulary), self.idf, self.weights, self.scales, self.intercepts)


def train_sentences(
    sentences: Sequence[DutySentence], levels: Sequence[str], graded: str, settings: TrainingSettings
) -> SentenceModel:
    """Train the sentence model; ``levels`` in order of rank."""
    texts = [readable(blank(s.text)) for s in sentences]
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=settings.min_df, max_features=settings.max_terms, sublinear_tf=True)
    matrix = vectorizer.fit_transform(texts)
    family = np.array([s.family or "" for s in sentences])
    level = np.array([levels.index(s.level) if s.level else -1 for s in sentences])
    people = np.array([{"yes": 1, "no": 2}.get(s.people_management or "", 0) for s in sentences])
    manager = np.array([s.track == "manager" for s in sentences])

    labelled, graded_level = family != "", level >= 0
    # Sentences of manager positions may speak of managing people without being labelled so: they teach neither side.
    speaks = (people > 0) | (labelled & ~manager)
    classifiers = [_fit(matrix[labelled], family[labelled], settings.family_c)]
    classifiers += [_fit(matrix[graded_level], level[graded_level] > k, settings.level_c) for k in range(len(levels) - 1)]
    classifiers += [_fit(matrix[speaks], people[speaks], settings.people_c)]
    names = tuple(str(c) for c in classifiers[0].classes_)
    columns = Columns(names, names.index(graded), names.index(NOT_DUTY), len(levels) - 1)
    terms = vectorizer.get_feature_names_out()
    return SentenceModel(
        vectorizer,
        tuple(classifiers),
        columns,
        {term: row for row, term in enumerate(terms)},
        np.asarray(vectorizer.idf_),
        *quantise(np.hstack([c.coef_.T for c in classifiers])),
        np.concatenate([c.intercept_ for c in classifiers]),
    )


def _fit(matrix: Any, target: Any, c: float) -> LogisticRegression:
    fitted = LogisticRegression(C=c, max_iter=2000, class_weight="balanced", random_state=_SEED).fit(matrix, target)
    weights, scales = quantise(fitted.coef_.T)
    fitted.coef_ = (weights * scales.astype(np.float64)).T
    return fitted


def posting_sentences(
    postings: Sequence[Posting], model: SentenceModel, bounds: Mapping[str, float], limit: int
) -> list[DutySentence]:
    """The sentences of whole postings with the labels of their posting, as far as a first model is sure that they are duties.

    They bring the sound of whole ads into the sentence model: what surrounds duties there, what every job's ad says, and how little
    most sentences tell of a level. ``bounds`` is the ``sentences`` record of the settings.
    """
    scorer, columns = model.scorer(), model.columns
    found = []
    for posting in postings:
        whole = readable(blank(posting.description))
        texts = [whole[start:end] for start, end in split(whole, limit) if end - start >= bounds["shortest"]]
        if not texts:
            continue
        families = softmax(scorer.score_many(texts)[:, : len(columns.families)])
        for text, shares in zip(texts, families, strict=True):
            if shares[columns.not_duty] > bounds["surely_not"]:
                found.append(DutySentence(text, NOT_DUTY, None, None, None))
            elif shares[columns.not_duty] < bounds["surely_duty"]:
                level = posting.level if shares[columns.graded] > bounds["graded"] else None
                found.append(DutySentence(text, posting.family, level, posting.track, None))
    return found


def train_documents(
    postings: Sequence[Posting],
    sentences: Sequence[DutySentence],
    first: SentenceModel,
    reader: FeatureReader,
    levels: Sequence[str],
    graded: str,
    settings: TrainingSettings,
) -> DocumentModel:
    """Train the document model on whole postings, with the names of jobs and levels blanked.

    The features of each posting come from a sentence model that has not seen it (one fold is left out at a time).
    """
    features: list[dict[str, float]] = [{}] * len(postings)
    for seen, unseen in KFold(_FOLDS, shuffle=True, random_state=_SEED).split(postings):
        extra = posting_sentences([postings[i] for i in seen], first, settings.sentences, reader.limit)
        model = train_sentences([*sentences, *extra], levels, graded, settings)
        texts = [blank(postings[i].description) for i in unseen]
        for i, found in zip(unseen, reader.read(model.scorer(), model.columns, texts), strict=True):
            if found is None:
                raise DataError(f"posting {postings[i].id!r} has no words in its description; write some or take it out")
            features[i] = found
    return _fit_documents(features, postings, levels, graded, settings)


def _fit_documents(
    features: Sequence[dict[str, float]],
    postings: Sequence[Posting],
    levels: Sequence[str],
    graded: str,
    settings: TrainingSettings,
) -> DocumentModel:
    """One linear model a question, each over the features that the settings name for it; the rest of its weights are zero."""
    names = tuple(features[0])
    table = np.array([[row[name] for name in names] for row in features])
    family = np.array([p.family == graded for p in postings])
    level = np.array([levels.index(p.level) if p.level else -1 for p in postings])
    manager = np.array([p.track == "manager" for p in postings])
    scaler = StandardScaler().fit(table)
    scaled = scaler.transform(table)
    targets = [("level", scaled[family], level[family] > k) for k in range(len(levels) - 1)]
    targets += [("manager", scaled[family], manager[family]), ("family", scaled, family)]
    columns, intercepts = [], []
    for question, matrix, target in targets:
        used = [names.index(name) for name in settings.document[question]["features"]]
        model = LogisticRegression(C=settings.document[question]["c"], max_iter=5000, random_state=_SEED).fit(
            matrix[:, used], target
        )
        column = np.zeros(len(names))
        column[used] = model.coef_[0]
        columns.append(column)
        intercepts.append(model.intercept_[0])
    usual_levels = (np.bincount(level[family], minlength=len(levels)) + 1.0) / (family.sum() + len(levels))
    usual = np.array([log_odds(float(manager[family].mean())), log_odds(float(family.mean()))])
    mean, scale = np.asarray(scaler.mean_), np.asarray(scaler.scale_)
    return DocumentModel(names, mean, scale, np.array(columns).T, np.array(intercepts), usual_levels, usual)
