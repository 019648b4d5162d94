"""What a person made of texts without titles, beside the labels of whole ads."""

from __future__ import annotations

import pytest

from rung.errors import DataError
from rung.training import text_alone
from rung.training.labels import FAMILIES_BY_TEXT, LEVELS_BY_TEXT

LEVELS = ("associate", "mid", "senior", "lead")


def write(folder, name, text):
    labels = folder / "shared" / "labels"
    labels.mkdir(parents=True, exist_ok=True)
    (labels / f"{name}.csv").write_text(text)


def test_levels_are_compared_with_the_labels_of_the_same_ads(tmp_path):
    write(tmp_path, LEVELS_BY_TEXT, "# said\nid,level,rank,track\na,mid,2.1,ic\nb,lead,3.4,manager\nother,mid,2.0,ic\n")
    name, count, exact, within, spearman, f1 = text_alone.level_row(
        "read", tmp_path, {"a": ("mid", "ic"), "b": ("senior", "manager"), "unread": ("mid", "ic")}, LEVELS
    )
    assert (name, count) == ("read", 2)
    assert (exact.value, within.value, spearman.value, f1.value) == pytest.approx((0.5, 1.0, 1.0, 1.0))


def test_families_count_where_they_are_accepted(tmp_path):
    write(tmp_path, FAMILIES_BY_TEXT, "id,family\na,data\nb,sales\nc,sales\n")
    figure = text_alone.family_figure(tmp_path, {"a": frozenset({"data", "finance"}), "b": frozenset({"marketing"})})
    assert (figure.value, figure.rows) == (0.5, 2)


def test_a_file_without_ids_is_refused(tmp_path):
    write(tmp_path, FAMILIES_BY_TEXT, "family\ndata\n")
    with pytest.raises(DataError, match=r"text_alone_families\.csv"):
        text_alone.family_figure(tmp_path, {})
