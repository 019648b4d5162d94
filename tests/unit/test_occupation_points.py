"""The model over points, on numbers that can be checked by hand."""

import numpy as np
import pytest

from rung.training.occupation_points import _groups, _Layer, _side_by_side


def test_a_group_gives_each_of_its_occupations_a_share_of_its_mean_step():
    groups = _groups(np.array([[3, 3, 4], [5, 5, 5]]), [0.5, 0.1])
    steps = np.array([[1.0], [3.0], [8.0]])
    assert groups.shape == (3, 3)
    shared = groups.T @ (groups @ steps)
    assert shared.ravel() == pytest.approx([0.5 * 2 + 0.1 * 4, 0.5 * 2 + 0.1 * 4, 0.5 * 8 + 0.1 * 4])


def test_models_side_by_side_have_the_mean_of_their_scores():
    def layer(weights, biases):
        return _Layer(None, None, np.zeros(0, int), np.zeros(0), np.array(weights), np.array(biases), np.zeros((2, 1)))

    both = _side_by_side([layer([[1.0], [2.0]], [0.0, 1.0]), layer([[3.0], [5.0]], [2.0, 1.0])])
    assert both.weights @ np.array([10.0, 100.0]) + both.biases == pytest.approx([(10 + 302) / 2, (21 + 501) / 2])
