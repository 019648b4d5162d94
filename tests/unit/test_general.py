"""The level by the ads of all families: words and years point up the scale where they should, and each part counts as set."""

import numpy as np
import pytest

pytest.importorskip("sklearn")

from scipy.sparse import csr_matrix

from rung.text.general import Blend, GeneralReader, Language, YearBuckets
from rung.text.sentences import readable
from rung.training.carry import fit_blend
from rung.training.counts import Counts
from rung.training.general import GeneralSettings, held_out_scores, telling_terms, train_general

BUCKETS = YearBuckets((1, 3, 5), 15)
ENGLISH = Language(["the", "and"], 40)
SETTINGS = GeneralSettings(alpha=1.0, smooth=1.0)
TERMS = ("assist", "coffee", "oversee", "strategy")


def ads(count=400):
    """Ads in which `assist` tells of low levels, `strategy` of high ones, and the rest of nothing."""
    random = np.random.default_rng(4)
    rank = random.integers(1, 5, count)
    high = (rank[:, None] / 4 > random.random((count, 3))).astype(float)
    matrix = np.column_stack([1 - high[:, 0], random.integers(0, 2, count), high[:, 1], high[:, 2]]) + 0.0
    source = np.array([f"source {at % 8}" for at in range(count)])
    return Counts(TERMS, csr_matrix(matrix), rank, rank > 3, rank * 2 - 1, source, source)


@pytest.fixture(scope="module")
def model():
    return train_general(ads(), 4, SETTINGS, BUCKETS)


def reader(model, **blend):
    parts = {"own": 0.0, "years": 0.0, "general": 0.0, "shift": 0.0, **blend}
    return GeneralReader(model.scorer(), model.words, model.years, BUCKETS, Blend(**parts), ENGLISH)


def likeliest(levels):
    return levels.index(max(levels)) + 1


def test_words_of_high_levels_speak_for_high_levels(model):
    read = reader(model, general=1.0)
    low, high = (
        read.levels(readable(text), 0, [0.0] * 4) for text in ("Assist us and assist them.", "Strategy and oversee the strategy.")
    )
    assert likeliest(low) < likeliest(high)
    assert low[0] > high[0]


def test_many_years_speak_for_high_levels_and_none_for_little(model):
    read = reader(model, years=1.0)
    by_years = {years: read.levels("", years, [0.0] * 4) for years in (0, 1, 7)}
    assert likeliest(by_years[1]) < likeliest(by_years[7])
    assert max(map(abs, by_years[0])) < max(map(abs, by_years[7]))


def test_the_age_of_a_firm_counts_as_no_years_asked(model):
    read = reader(model, years=1.0)
    assert read.levels("", 70, [0.0] * 4) == read.levels("", 0, [0.0] * 4)


def test_each_part_counts_as_much_as_the_blend_says(model):
    own = [0.5, -0.5, 0.0, 1.0]
    assert reader(model, own=0.4).levels("the strategy", 7, own) == pytest.approx([0.4 * value for value in own])
    one, two = (reader(model, general=weight).levels(" and strategy", 7, own) for weight in (1.0, 2.0))
    assert two == pytest.approx([2 * value for value in one])


def test_the_words_of_a_text_in_another_language_say_nothing(model):
    read = reader(model, general=1.0)
    assert read.levels("strategy strategie und die strategy", 0, [0.0] * 4) == (0.0,) * 4
    assert read.levels("strategy and the strategy", 0, [0.0] * 4) != (0.0,) * 4


def test_the_shift_moves_where_the_words_are_centred(model):
    low, high = (reader(model, general=1.0, shift=shift).levels(" the oversee", 0, [0.0] * 4) for shift in (0.5, -0.5))
    assert high[3] - high[0] > low[3] - low[0]


def test_serving_scores_as_scikit_learn_does(model):
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(vocabulary=list(TERMS), sublinear_tf=True)
    vectorizer.idf_ = model.idf
    texts = ["strategy strategy coffee", "assist", "nothing known", ""]
    expected = vectorizer.transform(texts) @ model.weights + model.intercept
    np.testing.assert_allclose(model.scorer().score(texts)[:, 0], expected, atol=1e-9)


def test_scores_are_held_out_by_source(model):
    counts = ads()
    scores = held_out_scores(counts, SETTINGS)
    assert np.corrcoef(scores, counts.rank)[0, 1] > 0.5
    # A source with ranks of its own and a word for them that no other source has cannot be told by that word.
    strange = counts.source == "source 0"
    matrix = counts.matrix.toarray()
    matrix[:, 1] = strange
    odd = Counts(TERMS, csr_matrix(matrix), np.where(strange, 4, 1), counts.manager, counts.years, counts.source, counts.ids)
    assert held_out_scores(odd, SETTINGS)[strange].max() < 2.0


def test_the_terms_that_are_kept_are_those_that_tell(model):
    assert [TERMS[place] for place in telling_terms(ads(), SETTINGS, 3)] == ["assist", "oversee", "strategy"]


def test_the_blend_trusts_the_part_that_is_right():
    random = np.random.default_rng(6)
    rank = random.integers(1, 5, 600)
    right = 2.0 * (np.arange(1, 5) == rank[:, None])
    parts = np.stack([random.normal(0, 1, (600, 4)), right, random.normal(0, 1, (600, 4))], axis=2)
    own, years, general = fit_blend(parts, rank)
    assert years > 1.0
    assert max(abs(own), abs(general)) < 0.3
