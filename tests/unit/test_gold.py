"""Labelled files: what is read, and what a wrong row says."""

import gzip
import json

import pytest

from rung.errors import DataError
from rung.training.gold import UNREADABLE, read_gold, read_gold_files

LEVELS = ("mid", "senior")
ROW = {
    "id": "a", "title": "Senior Product Manager", "description": "Work with the product managers on PM tools.", "family": "jobs",
    "level": "senior", "track": "ic", "sure": "yes", "accept": ["jobs/senior/ic"], "bucket": "plain", "lang": "en",
}  # fmt: skip


def write(path, *rows):
    text = "\n".join(json.dumps(row) for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def test_a_gzipped_file_reads_as_a_plain_one(tmp_path):
    plain = read_gold(write(tmp_path / "new_titles.jsonl", ROW), LEVELS, "jobs")
    zipped = read_gold(write(tmp_path / "new_titles.jsonl.gz", ROW), LEVELS, "jobs")
    assert plain == zipped
    assert (plain.name, plain.rows[0].label, plain.rows[0].sure) == ("titles", "senior/ic", True)


def test_every_family_but_the_graded_one_is_other(tmp_path):
    row = {**ROW, "family": "marketing", "level": None, "track": None, "accept": ["other"]}
    assert read_gold(write(tmp_path / "a.jsonl", row), LEVELS, "jobs").rows[0].label == "other"


def test_duties_alone_withholds_the_title_and_blanks_the_names_of_levels(tmp_path):
    row = read_gold(write(tmp_path / "a.jsonl", ROW), LEVELS, "jobs").rows[0].duties_alone
    assert row.title == ""
    assert row.description == "Work with the on tools."
    assert row.label == "senior/ic"


@pytest.mark.parametrize(
    "change",
    [{"sure": "perhaps"}, {"level": "chief"}, {"accept": ["other"]}, {"accept": None}, {"family": None}],
    ids=["sure", "level", "own label first", "accept", "family"],
)
def test_a_wrong_row_is_named_by_file_and_line(tmp_path, change):
    path = write(tmp_path / "a.jsonl", ROW, {**ROW, **change})
    with pytest.raises(DataError, match=r"a\.jsonl:2: "):
        read_gold(path, LEVELS, "jobs")


def test_a_missing_and_an_empty_file_say_what_is_needed(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read_gold(tmp_path / "none.jsonl", LEVELS, "jobs")
    with pytest.raises(DataError, match="no rows"):
        read_gold(write(tmp_path / "empty.jsonl"), LEVELS, "jobs")


def test_files_of_one_name_are_told_apart(tmp_path):
    paths = [write(tmp_path / f"{name}_titles.jsonl", ROW) for name in ("old", "new")]
    assert [file.name for file in read_gold_files(paths, LEVELS, "jobs")] == ["titles", "titles 2"]


def test_readers_who_differ_share_what_the_label_of_the_row_leaves(tmp_path):
    accept = ["jobs/senior/ic", "jobs/mid/ic", "other"]
    row = read_gold(write(tmp_path / "a.jsonl", {**ROW, "sure": "no", "accept": accept}), LEVELS, "jobs").rows[0]
    assert row.readers == {"senior/ic": 0.6, "mid/ic": pytest.approx(0.2), "other": pytest.approx(0.2)}
    alone = read_gold(write(tmp_path / "b.jsonl", {**ROW, "sure": "no"}), LEVELS, "jobs").rows[0]
    assert alone.readers == {}


def test_a_file_of_any_job_keeps_the_family_in_its_labels(tmp_path):
    nursing = {**ROW, "family": "nursing", "level": "mid", "accept": ["nursing/mid/ic"]}
    nothing = {**ROW, "family": "unknown", "level": "", "track": "", "accept": ["unknown//"]}
    file = read_gold(write(tmp_path / "new_titles.jsonl", ROW, nursing, nothing), LEVELS, "jobs")
    assert (file.form, file.name) == ("any", "titles, any job")
    assert [row.label for row in file.rows] == ["jobs/senior/ic", "nursing/mid/ic", UNREADABLE]


def test_cases_of_the_field_have_a_kind_that_stands_for_their_source(tmp_path):
    cases = [
        {"kind": "junk", "title": "Apply now", "description": None, "accept": ["unreadable", "other"], "sure": "no"},
        {"kind": "plain", "title": "Senior PM", "description": "Own it.", "accept": ["senior ic"], "sure": "yes"},
    ]
    file = read_gold(write(tmp_path / "cases.jsonl", *cases), LEVELS, "jobs")
    assert (file.form, file.name) == ("field", "field")
    assert [(row.label, row.source) for row in file.rows] == [(UNREADABLE, "junk"), ("senior/ic", "plain")]
