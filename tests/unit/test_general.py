"""Level and track by the ads of all families: words, years and pay point where they should, and each part counts as set."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("sklearn")

from scipy.sparse import csr_matrix

from rung.text.general import Blend, General, GeneralReader, Language
from rung.text.pay import Pay
from rung.text.sentences import readable
from rung.training.blend import Cells, fit_blend
from rung.training.counts import Counts
from rung.training.general import GeneralSettings, held_out_scores, signs_of, telling_terms, train_general

PAY = Pay({"$": 1.0, "£": 1.5, "usd": 1.0, "gbp": 1.5}, {"hour": 1900, "hr": 1900, "month": 12, "monthly": 12}, 20, 500)
ENGLISH = Language(["the", "and"], 40, -0.5)
SETTINGS = GeneralSettings(alpha=1.0)
TERMS = ("assist", "coffee", "oversee", "strategy")


def ads(count=400):
    """Ads in which `assist` tells of low levels, `strategy` of high ones, and the rest of nothing."""
    random = np.random.default_rng(4)
    rank = random.integers(1, 5, count)
    high = (rank[:, None] / 4 > random.random((count, 3))).astype(float)
    matrix = np.column_stack([1 - high[:, 0], random.integers(0, 2, count), high[:, 1], high[:, 2]]) + 0.0
    source = np.array([f"source {at % 8}" for at in range(count)])
    signs = (rank == 1)[:, None] & (random.random((count, 1)) < 0.7)
    return Counts(TERMS, csr_matrix(matrix), rank, rank > 3, rank * 2 - 1, rank * 40 + 20, source, source, signs, ("studying",))


@pytest.fixture(scope="module")
def model():
    return train_general(ads(), 4, SETTINGS)


def reader(model, **blend):
    parts = {**dict.fromkeys(Blend._fields, 0.0), **blend}
    return GeneralReader(model.scorer(), model.lines, Blend(**parts), ENGLISH, PAY, ["studying"])


def likeliest(levels):
    return levels.index(max(levels)) + 1


def test_words_of_high_levels_speak_for_high_levels_and_managers(model):
    read = reader(model, general=1.0, track=1.0)
    low, high = (read.read(readable(text), 0) for text in ("Assist us and assist them.", "Strategy and oversee the strategy."))
    assert likeliest(low.levels) < likeliest(high.levels)
    assert low.levels[0] > high.levels[0]
    assert low.manager < 0 < high.manager


def test_many_years_speak_for_high_levels_and_none_for_nothing(model):
    read = reader(model, years=1.0)
    levels = [likeliest(read.read("", years).levels) for years in (1, 3, 5, 7)]
    assert levels == [1, 2, 3, 4]
    assert read.read("", 0).levels == (0.0,) * 4


def test_high_pay_speaks_for_high_levels_and_none_for_nothing(model):
    read = reader(model, pay=1.0)
    assert [likeliest(read.read(f"we pay ${pay}k", 0).levels) for pay in (50, 110, 200)] == [1, 2, 4]
    assert read.read("we pay well", 0).levels == (0.0,) * 4


def test_a_sign_of_low_levels_speaks_for_them_where_it_stands_in_a_text_of_the_language(model):
    read = reader(model, signs=1.0)
    there, not_there, elsewhere = (read.read(text, 0, None, [found]) for text, found in ((" the ", 2), (" the ", 0), (" der ", 2)))
    assert likeliest(there.levels) == 1
    assert there.levels == tuple(sorted(there.levels, reverse=True))
    assert not_there.levels == elsewhere.levels == (0.0,) * 4


def test_a_sign_of_managers_speaks_for_their_track_beside_the_level():
    counts = ads()
    random = np.random.default_rng(1)
    signs = (counts.manager & (random.random(len(counts.rank)) < 0.8))[:, None] | (random.random((len(counts.rank), 1)) < 0.1)
    row = signs_of(replace(counts, signs=signs), 4)[0]
    assert row.shape == (5,)
    assert row[-1] > 0.5


def test_a_sign_that_no_ad_has_says_nothing():
    counts = replace(ads(), signs=np.zeros((400, 1), dtype=bool))
    assert not signs_of(counts, 4).any()


@pytest.mark.parametrize(
    ("text", "pay"),
    [
        ("$120,000 - $140,000 a year", 130),
        ("£40k to £60 k", 75),
        ("$9,500 of equipment, and $90,000", 90),  # too little for a year's pay
        ("we raised $120,000,000", 0),
        ("$45 an hour", 85.5),
        ("$18.00 - $22.00 per hour", 38),
        ("$5,000 to $7,000 monthly", 72),
        ("a budget of $1,500 a month", 0),
        ("$150,000.00 - $170,000.00", 160),
        ("$120-140k and equity", 130),
        ("£60 – 80,000", 105),
        ("60,000 GBP", 90),
        ("100,000 USD - 140,000 USD", 120),
        ("USD 150,000", 150),
        ("between 90,000 and 100,000 customers", 0),
        ("we raised $63m, of which $1.5 million", 0),
        ("120,000 customers", 0),
    ],
)
def test_pay_is_the_mean_of_the_yearly_amounts(text, pay):
    assert PAY.of(text.lower()) == pytest.approx(pay)


def test_each_part_counts_as_much_as_the_blend_says(model):
    own = [0.5, -0.5, 0.0, 1.0]
    read = reader(model, own=0.4)
    told = read.read("the strategy", 7)
    assert read.levels(told, own) == pytest.approx([0.4 * value for value in own])
    one, two = (reader(model, general=w, years=w, pay=w, track=w).read(" and strategy $90k", 7) for w in (1.0, 2.0))
    assert two.levels == pytest.approx([2 * value for value in one.levels])
    assert two.manager == pytest.approx(2 * one.manager)


def test_the_words_of_a_text_in_another_language_say_nothing(model):
    read = reader(model, general=1.0, track=1.0)
    known, unknown = (read.read(f"{word} strategie und die {word} strategie", 0) for word in ("strategy", "strategii"))
    assert known == unknown
    assert read.read("strategy and the strategy", 0).levels != (0.0,) * 4


def test_another_language_speaks_for_low_levels_where_the_text_is_long_enough_to_tell(model):
    read = reader(model)
    assert read.read("wir suchen eine strategie und eine leitung", 0) == General((0.0, -0.5, -1.0, -1.5), 0.0, in_language=False)
    assert read.read("strategie", 0) == General((0.0,) * 4, 0.0, in_language=False)


def test_serving_scores_as_scikit_learn_does(model):
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(vocabulary=list(TERMS), sublinear_tf=True)
    vectorizer.idf_ = model.idf
    texts = ["strategy strategy coffee", "assist", "nothing known", ""]
    expected = vectorizer.transform(texts) @ (model.weights * model.scales) + model.intercept
    np.testing.assert_allclose(model.scorer().score_many(texts), expected, atol=1e-9)


def test_scores_are_held_out_by_source(model):
    counts = ads()
    scores = held_out_scores(counts, SETTINGS)
    assert np.corrcoef(scores[:, 0], counts.rank)[0, 1] > 0.5
    assert np.corrcoef(scores[:, 1], counts.manager)[0, 1] > 0.3
    # A source with ranks of its own and a word for them that no other source has cannot be told by that word.
    strange = counts.source == "source 0"
    matrix = counts.matrix.toarray()
    matrix[:, 1] = strange
    odd = replace(counts, matrix=csr_matrix(matrix), rank=np.where(strange, 4, 1))
    assert held_out_scores(odd, SETTINGS)[strange, 0].max() < 2.0


def test_the_terms_that_are_kept_are_those_that_tell(model):
    assert [TERMS[place] for place in telling_terms(ads(), SETTINGS, 3)] == ["assist", "oversee", "strategy"]


def test_the_blend_trusts_the_part_that_is_right():
    random = np.random.default_rng(6)
    cell = random.integers(0, 4, 3000)
    parts = random.normal(0, 1, (3000, 4, len(Blend._fields) + 1))
    parts[:, :, 1] = 2.0 * (np.arange(4) == cell[:, None])
    own, years, *others = fit_blend(np.zeros(4), parts, cell)
    assert years > 1.0
    assert max(map(abs, (own, *others))) < 0.3


def test_a_track_that_no_level_has_is_the_nearest_cell():
    cells = Cells(np.array([1, 2, 3, 3, 5]), np.array([False, False, False, True, True]), np.zeros(5))
    assert [cells.of(3, True), cells.of(5, True), cells.of(2, True), cells.of(5, False)] == [3, 4, 1, 4]
