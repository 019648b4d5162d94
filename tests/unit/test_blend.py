"""What is fitted on real ads: it changes one line of the weights, and labels are read by their columns."""

import pytest

pytest.importorskip("sklearn")

from rung.errors import DataError
from rung.training import blend, labels

WEIGHTS = """# a comment
duties:
  blend: {own: 1, years: 0, general: 0, shift: 0}   # not yet
  years: {starts: [1], most: 15}   # stays
"""
FIGURES = {"own": 0.394, "years": 0.5, "general": 0.6, "shift": -0.1}


def test_only_the_blend_of_the_file_changes(tmp_path):
    path = tmp_path / "weights.yaml"
    path.write_text(WEIGHTS)
    blend.write_blend(path, FIGURES, "fitted here")
    blend.write_blend(path, FIGURES, "fitted here")
    written = "  blend: {own: 0.39, years: 0.50, general: 0.60, shift: -0.10}   # fitted here"
    assert path.read_text().splitlines() == [*WEIGHTS.splitlines()[:2], written, WEIGHTS.splitlines()[3]]


def test_a_file_without_a_blend_is_refused(tmp_path):
    path = tmp_path / "weights.yaml"
    path.write_text("duties: {}\n")
    with pytest.raises(DataError, match="blend"):
        blend.write_blend(path, FIGURES, "fitted here")


def test_labels_are_read_by_the_id_of_the_ad_and_the_first_reading_counts(tmp_path):
    head = "# a comment\nid,family,level,track,people_management,sure\n"
    folder = tmp_path / "shared" / "labels"
    folder.mkdir(parents=True)
    (folder / "ads_a.csv").write_text(f"{head}c1,nursing,mid,ic,,no\n")
    (folder / "ads_b.csv").write_text(f"{head}c1,nursing,senior,ic,,no\nc2,legal,head,manager,yes,yes\n")
    first, second = labels.Label("nursing", "mid", "ic", "", False), labels.Label("legal", "head", "manager", "yes", True)
    assert labels.read_ad_labels(tmp_path, "ads") == {"c1": first, "c2": second}
    (folder / "ads_b.csv").write_text("id,level\nc1,mid\n")
    with pytest.raises(DataError, match=r"ads_b\.csv"):
        labels.read_ad_labels(tmp_path, "ads")
