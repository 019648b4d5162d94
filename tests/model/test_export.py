"""The exported sentence scorer against the scikit-learn pipeline that it came from: the slow and obvious one is the oracle."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from rung.text.plain_scorer import PlainScorer
from rung.text.sentences import readable
from rung.training.corpus import duty_sentences
from rung.training.sources import graded_family, read_yaml
from rung.training.train import TrainingSettings, train_sentences

DATA = Path(__file__).resolve().parents[2] / "training_data"
FAMILY = graded_family(DATA)

TEXTS = [
    "",
    " ",
    "a",
    "You lead a team of product managers and hire two more.",
    "lead lead lead lead lead",
    "Roadmap, roadmap; ROADMAP! road-map road_map r2d2 24/7",
    "Führung von Produktmanagern: Größe, Straße, ÄÖÜ, ﬁnance, Ⅳ, ½ day, x² and 10⁶",
    "Gestion d’une équipe ; l’entreprise, déjà à Besançon. Łódź, Kraków, São Paulo, İstanbul, ΑΓΟΡΆΣ, привет мир",
    "製品管理 プロダクトマネージャー 🧭 👩🏽‍💻 product🧭manager zero\u200bwidth soft\u00adhyphen no\u00a0break \u202eelur",
    "cafe\u0301 versus café, e\u0301quipe, ᾼ ǅ ẞ ŉ",
    "\ud83d half of a pair, \x00 and \x0b controls\x1c\x1d\u2028\u2029",
    "word " * 5_000,
]


@pytest.fixture(scope="module")
def model():
    levels = list(read_yaml(DATA / "families" / FAMILY / "grid.yaml")["levels"])
    settings = TrainingSettings(**read_yaml(DATA / "shared" / "weights.yaml")["training"])
    with threadpool_limits(1):  # threads that wait for one another make this many times slower
        return train_sentences(duty_sentences(DATA, FAMILY), levels, FAMILY, settings)


def pipeline(model, texts):
    """The scores of scikit-learn itself."""
    matrix = model.vectorizer.transform(texts)
    scores = [classifier.decision_function(matrix) for classifier in model.classifiers]
    return np.hstack([s.reshape(len(texts), -1) for s in scores])


def test_the_export_scores_as_the_pipeline_does_on_text_of_every_script(model):
    texts = [readable(text) for text in TEXTS]
    np.testing.assert_allclose(model.scorer().score_many(texts), pipeline(model, texts), rtol=0, atol=1e-9)


def test_the_export_scores_as_the_pipeline_does_on_all_duty_sentences(model):
    texts = [readable(sentence.text) for sentence in duty_sentences(DATA, FAMILY)]
    np.testing.assert_allclose(model.scorer().score_many(texts), pipeline(model, texts), rtol=0, atol=1e-9)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_the_export_scores_as_the_pipeline_does_on_any_text(model, data):
    words = st.one_of(st.sampled_from(sorted(model.vocabulary)[::50]), st.text(max_size=12))
    texts = [readable(" ".join(data.draw(st.lists(words, max_size=12)))) for _ in range(3)]
    np.testing.assert_allclose(model.scorer().score_many(texts), pipeline(model, texts), rtol=0, atol=1e-9)


def test_rounding_for_the_artefact_changes_no_score_by_more_than_rounding_can(model):
    texts = [readable(text) for text in TEXTS]
    parts = (np.round(model.idf, 12), model.weights, model.scales, np.round(model.intercepts, 12))
    rounded = PlainScorer(list(model.vocabulary), *parts)
    np.testing.assert_allclose(rounded.score_many(texts), pipeline(model, texts), rtol=0, atol=1e-9)
