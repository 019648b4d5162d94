"""What is fitted on real ads: it changes one line of the weights, and labels are read by their columns."""

import pytest

pytest.importorskip("sklearn")

from rung.errors import DataError
from rung.training import carry

WEIGHTS = """# a comment
duties:
  blend: {own: 1, years: 0, general: 0, shift: 0}   # not yet
  years: {starts: [1], most: 15}   # stays
"""
FIGURES = {"own": 0.394, "years": 0.5, "general": 0.6, "shift": -0.1}


def test_only_the_blend_of_the_file_changes(tmp_path):
    path = tmp_path / "weights.yaml"
    path.write_text(WEIGHTS)
    carry.write_blend(path, FIGURES, "fitted here")
    carry.write_blend(path, FIGURES, "fitted here")
    blend = "  blend: {own: 0.39, years: 0.50, general: 0.60, shift: -0.10}   # fitted here"
    assert path.read_text().splitlines() == [*WEIGHTS.splitlines()[:2], blend, WEIGHTS.splitlines()[3]]


def test_a_file_without_a_blend_is_refused(tmp_path):
    path = tmp_path / "weights.yaml"
    path.write_text("duties: {}\n")
    with pytest.raises(DataError, match="blend"):
        carry.write_blend(path, FIGURES, "fitted here")


def test_labels_are_read_by_the_id_of_the_ad(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("# a comment\nid,family,level,track,people_management,sure\nc1,nursing,mid,ic,,no\n")
    assert carry.read_labels(path) == {"c1": carry.Label("nursing", "mid", "ic", "", False)}
    path.write_text("id,level\nc1,mid\n")
    with pytest.raises(DataError, match=r"labels\.csv"):
        carry.read_labels(path)
