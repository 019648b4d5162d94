"""Training: duty sentences and postings into the arrays that serving reads.

Two models, both linear, both trained with scikit-learn and exported as plain arrays:

- the sentence model: TF-IDF over words and word pairs, then the family (with "not a duty" as one), the level as thresholds ("above
  associate", "above product manager", …: levels are ordered), and people management (neither, yes, no);
- the document model: over the sentence scores of a whole text and its cues; level thresholds, manager track, graded family. It is
  trained on whole postings with the names of jobs and levels blanked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from service.duties import Columns, DocumentModel, DutyReader, Floats, SentenceScorer, readable
from service.training.blank import blank
from service.training.corpus import NOT_DUTY, DutySentence, Posting

_SEED = 7


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """The settings of ``weights.yaml``'s ``training`` record: regularisation (scikit-learn's C) and the vocabulary's bounds."""

    family_c: float
    level_c: float
    people_c: float
    document_c: float
    min_df: int
    max_terms: int


@dataclass(frozen=True, slots=True)
class SentenceModel:
    """The trained sentence model, with the scikit-learn parts that a test compares the export with."""

    vectorizer: TfidfVectorizer
    classifiers: tuple[LogisticRegression, ...]
    columns: Columns
    vocabulary: dict[str, int]
    idf: Floats
    weights: Floats
    intercepts: Floats

    def scorer(self) -> SentenceScorer:
        """The exported model as serving has it."""
        return SentenceScorer(self.vocabulary, self.idf, self.weights, self.intercepts)


def train_sentences(sentences: Sequence[DutySentence], levels: Sequence[str], graded: str, settings: TrainingSettings) -> SentenceModel:
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
        np.hstack([c.coef_.T for c in classifiers]),
        np.concatenate([c.intercept_ for c in classifiers]),
    )


def _fit(matrix: Any, target: Any, c: float) -> LogisticRegression:
    return LogisticRegression(C=c, max_iter=2000, class_weight="balanced", random_state=_SEED).fit(matrix, target)


def train_documents(
    postings: Sequence[Posting], reader: DutyReader, levels: Sequence[str], graded: str, settings: TrainingSettings
) -> DocumentModel:
    """Train the document model on whole postings, their names of jobs and levels blanked."""
    read = [(p, reader.features(blank(p.description))) for p in postings]
    rows = [(p, found[0]) for p, found in read if found is not None]
    features = np.array([f for _, f in rows])
    family = np.array([p.family == graded for p, _ in rows])
    level = np.array([levels.index(p.level) if p.level else -1 for p, _ in rows])
    manager = np.array([p.track == "manager" for p, _ in rows])
    scaler = StandardScaler().fit(features)
    scaled = scaler.transform(features)
    models = [_plain(scaled[family], level[family] > k, settings.document_c) for k in range(len(levels) - 1)]
    models += [_plain(scaled[family], manager[family], settings.document_c), _plain(scaled, family, settings.document_c)]
    usual_levels = (np.bincount(level[family], minlength=len(levels)) + 1.0) / (family.sum() + len(levels))
    usual = np.array([_odds(manager[family].mean()), _odds(family.mean())])
    return DocumentModel(
        np.asarray(scaler.mean_),
        np.asarray(scaler.scale_),
        np.vstack([m.coef_[0] for m in models]).T,
        np.concatenate([m.intercept_ for m in models]),
        usual_levels,
        usual,
    )


def _plain(matrix: Any, target: Any, c: float) -> LogisticRegression:
    return LogisticRegression(C=c, max_iter=2000, random_state=_SEED).fit(matrix, target)


def _odds(share: float) -> float:
    return float(np.log(share / (1.0 - share)))

