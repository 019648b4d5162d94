"""Groups and the crosswalk of occupations, on numbers that can be checked by hand."""

import numpy as np
import pytest
from scipy import sparse

from rung.title.occupation import ARRAYS, OccupationSettings, Scheme, Words
from rung.training.occupation_links import crosswalk, ratios
from rung.training.occupation_points import Trained
from rung.training.occupation_tables import Tables, Title, groups_of

NAMES = {
    "esco": [["cook", "cook", "5120"], ["baker", "baker", "5121"], ["nurse", "nurse", "2221"]],
    "soc": [["35-2014.00", "Cooks"], ["29-1141.00", "Nurses"]],
}
GROUPS = {"esco": [4, 2], "soc": [2]}
LIKELIHOOD = {"levels": [0.5, 0.25], "held_back": 1.0}
CROSSWALK = {"official": 3.0, "point": 1.0, "direction": 0.0, "least": 0.01}
SETTINGS = {"groups": GROUPS, "likelihood": LIKELIHOOD, "crosswalk": CROSSWALK}
TABLES = Tables(NAMES, {}, Words(frozenset(), {}), frozenset(), {}, SETTINGS)


def test_groups_are_numbered_after_the_occupations():
    assert groups_of(TABLES, "esco").tolist() == [[4, 5, 3], [7, 7, 6]]
    assert groups_of(TABLES, "soc").tolist() == [[3, 2]]


def test_a_ratio_compares_the_titles_of_an_occupation_and_of_its_groups_with_all():
    has_term = sparse.csr_matrix(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]))
    owners = np.array([0, 0, 1, 2])
    found = ratios(has_term, owners, np.ones(4), groups_of(TABLES, "esco"), LIKELIHOOD).toarray()
    assert found.shape == (2, 8)
    assert found[0, 0] == pytest.approx((2 / 3) / 0.5)  # both titles and one that is held back, where half of all have it
    assert found[0, 4] == pytest.approx(0.5 * (2 / 3) / 0.5)
    assert found[0, 7] == pytest.approx(0.25 * (2 / 4) / 0.5)  # cooks and bakers together
    assert found[0, [1, 2, 3, 5, 6]].tolist() == [0.0] * 5


def scheme(ratio, walk):
    empty = dict.fromkeys(ARRAYS, np.zeros(0))
    arrays = empty | {
        "groups": groups_of(TABLES, "esco"),
        "term_shares": np.array([1.0, 0.5]),
        **{f"ratio_{part}": array for part, array in zip(("rows", "classes", "weights"), ratio, strict=True)},
        **{f"crosswalk_{part}": array for part, array in zip(("rows", "classes", "weights"), walk, strict=True)},
    }
    return Scheme(arrays, [], OccupationSettings(84.0, 5, 0.7, [3], 0.1, 0.01))


def test_an_occupation_shares_the_words_of_its_group():
    ratio = (np.array([0, 2, 3]), np.array([0, 7, 2]), np.array([2.0, 0.4, 3.0]))
    read = scheme(ratio, (np.zeros(3, int), np.zeros(0, int), np.zeros(0)))
    assert read._likelihood({0: 1.0}) == pytest.approx(np.log([2.5, 0.5, 0.1]))
    assert read._likelihood({0: 1.0, 1: 0.6}) == pytest.approx((np.log([2.5, 0.5, 0.1]) + 0.3 * np.log([0.1, 0.1, 3.1])) / 2**0.5)
    assert read._likelihood({}).tolist() == [0.0, 0.0, 0.0]


def test_an_occupation_gets_the_probabilities_of_those_it_goes_with():
    walk = (np.array([0, 2, 3]), np.array([0, 1, 2]), np.array([0.6, 0.3, 0.8]))
    read = scheme((np.zeros(1, int),) * 3, walk)
    assert read._crosswalk(np.array([0.5, 0.25])) == pytest.approx(np.log([0.31, 0.16, 0.21]))


def test_occupations_go_together_where_their_titles_stand_alike():
    titles = [*(Title(owner, "title", "official") for owner in range(3)), Title(2, "ward", "vacancy")]
    points = np.array([[9.0, 0.0], [9.0, 0.0], [0.0, 9.0], [0.0, 9.0]], np.float32)
    layer = {"point_weights": np.eye(2), "point_biases": np.zeros(2), "directions": np.eye(2)}
    found = crosswalk(TABLES, "esco", titles, Trained({}, {"soc": layer}, {"esco": points}))
    assert found["crosswalk_rows"].tolist() == [0, 2, 3]
    assert found["crosswalk_classes"].tolist() == [0, 1, 2]
    assert found["crosswalk_weights"] == pytest.approx([3 / 7, 3 / 7, 4 / 5], rel=1e-3)  # one more in each sum


def test_only_esco_has_a_crosswalk():
    found = crosswalk(TABLES, "soc", [], Trained({}, {}, {}))
    assert [found[f"crosswalk_{part}"].tolist() for part in ("rows", "classes", "weights")] == [[0], [], []]
