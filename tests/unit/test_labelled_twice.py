"""Rows that were labelled twice: what is accepted, what is sure, and what counts as right."""

import gzip
import json

import pytest

pytest.importorskip("sklearn")

from rung.errors import DataError
from rung.training import labelled_twice
from rung.training.labels import read_double_labels

FIELDS = "id,family,level,track,people_management,sure\n"
AGREED, DOUBTED, FELL_OUT = "j1,nursing,mid,ic,unknown,yes\n", "j2,sales,mid,ic,yes,yes\n", "j3,data,mid,ic,unknown,yes\n"
FIRST = FIELDS + AGREED + DOUBTED + FELL_OUT
SECOND = FIELDS + AGREED + "j2,sales,mid,ic,no,no\n" + "j3,science,senior,ic,unknown,yes\n"


def write(folder, name, first, second):
    labels = folder / "shared" / "labels"
    labels.mkdir(parents=True, exist_ok=True)
    (labels / f"{name}_a.csv").write_text("# a comment\n" + first)
    (labels / f"{name}_b.csv").write_text("# a comment\n" + second)
    return folder


def test_a_row_is_sure_where_both_readers_are_and_agree(tmp_path):
    rows = read_double_labels(write(tmp_path, "any_postings", FIRST, SECOND), "any_postings", "id")
    assert {key: row.sure for key, row in rows.items()} == {"j1": True, "j2": False, "j3": False}
    assert rows["j3"].accepted["family"] == {"data", "science"}
    assert rows["j2"].accepted["people_management"] == {"yes", "no"}


def test_a_second_family_of_a_title_is_accepted(tmp_path):
    write(tmp_path, "two_families", "title,family,also,sure\nX,data,science,no\n", "title,family,also,sure\nX,data,,no\n")
    assert read_double_labels(tmp_path, "two_families", "title")["X"].accepted["family"] == {"data", "science"}


def test_readings_of_different_rows_are_refused(tmp_path):
    write(tmp_path, "any_postings", FIRST, FIELDS + AGREED + DOUBTED)
    with pytest.raises(DataError, match="'j3'"):
        read_double_labels(tmp_path, "any_postings", "id")


@pytest.mark.parametrize("content", ["title,level\nX,mid\n", "id,family,sure\nj1,data,yes\n"])
def test_a_file_without_its_fields_is_refused(tmp_path, content):
    with pytest.raises(DataError, match=r"two_families_a\.csv"):
        read_double_labels(write(tmp_path, "two_families", content, content), "two_families", "title")


def test_the_family_of_titles_is_scored(tmp_path, normaliser):
    labels = "title,family,also,sure\nRegistered Nurse,nursing,,yes\nPlumber,nursing,,yes\nChef,design,hospitality,no\n"
    (row,) = labelled_twice.titles(write(tmp_path, "two_families", labels, labels), normaliser).rows
    assert (row[1].value, row[2].value) == (0.5, pytest.approx(2 / 3))


def test_postings_are_scored_with_and_without_their_title(tmp_path, normaliser):
    labels = FIELDS + "j1,nursing,mid,ic,unknown,yes\nj2,sales,senior,manager,yes,yes\nj9,data,mid,ic,unknown,yes\n"
    write(tmp_path, "any_postings", labels, labels)
    claims = "id,said,right\nj1,unknown,unknown\nj2,unknown,yes\nj4,yes,unknown\n"
    (tmp_path / "shared" / "labels" / "management_claims.csv").write_text(claims)
    (tmp_path / "shared" / "labels" / "text_alone_families.csv").write_text("# a comment\nid,family\nj1,nursing\nj2,marketing\n")
    ads = [
        {"id": "j1", "source": "s", "title": "Registered Nurse", "description": "Registered Nurse: a post for the night shift."},
        {"id": "j2", "source": "s", "title": "Sales Manager", "description": "You hire, coach and appraise eight sales people."},
        {"id": "j3", "source": "s", "title": "Not labelled", "description": "Nobody read this one."},
        {"id": "j4", "source": "s", "title": "Chef", "description": "You have no direct reports."},
    ]
    path = tmp_path / "ads.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, ads)).encode()))
    section = labelled_twice.postings(tmp_path, [path], normaliser)
    found = {row[0]: row[1:] for row in section.rows}
    assert section.says.startswith("2 real postings")
    assert found["family by title and text"][0].value == 1.0
    assert found["the same, the title blanked in the text"][0].value < 1.0
    assert found["family by the text alone, read by a person"][0].value == 0.5
    assert found["statements of management, precision (1 stated)"][1].value == 1.0
    assert found["statements of management, recall (1 labelled)"][1].value == 1.0
    assert found["claims of 'yes', precision (1 stated)"][1].value == 1.0
    assert found["claims of 'yes', recall (1 labelled)"][1].value == 1.0
    assert found["claims of 'no', precision (1 stated)"][1].value == 0.0


def test_managers_are_scored_on_product_ads(tmp_path, normaliser):
    labels = FIELDS + "j1,product-management,head,manager,yes,yes\nj2,design,mid,ic,unknown,yes\nj3,sales,senior,manager,yes,yes\n"
    write(tmp_path, "product_ads", labels, labels)
    (tmp_path / "families.yaml").write_text("families:\n  - {id: product-management, graded: true}\n")
    ads = [("j1", "Director of Product"), ("j2", "UX Designer"), ("j3", "Sales Clerk"), ("j4", "Nurse")]
    lines = [json.dumps({"id": id_, "source": "s", "title": title, "description": "A post in Leeds."}) for id_, title in ads]
    (tmp_path / "ads.jsonl").write_text("\n".join(lines))
    product, every = labelled_twice.product_ads(tmp_path, [tmp_path / "ads.jsonl"], normaliser).rows
    assert (product[1], product[2].value) == (1, 1.0)
    assert (every[1], every[2].value) == (3, pytest.approx(2 / 3))


def test_claims_without_their_fields_are_refused(tmp_path, normaliser):
    write(tmp_path, "any_postings", FIRST, SECOND)
    (tmp_path / "shared" / "labels" / "text_alone_families.csv").write_text("id,family\nj1,nursing\n")
    (tmp_path / "shared" / "labels" / "management_claims.csv").write_text("id,said\nj1,yes\n")
    (tmp_path / "ads.jsonl").write_text('{"id": "j1", "source": "s", "title": "Nurse", "description": "Nurses."}\n')
    with pytest.raises(DataError, match=r"management_claims\.csv"):
        labelled_twice.postings(tmp_path, [tmp_path / "ads.jsonl"], normaliser)


def test_files_without_a_labelled_posting_are_refused(tmp_path, normaliser):
    write(tmp_path, "any_postings", FIRST, SECOND)
    (tmp_path / "ads.jsonl").write_text('{"id": "other", "source": "s", "title": "Cook", "description": "Cooks."}\n')
    with pytest.raises(DataError, match="none of the postings"):
        labelled_twice.postings(tmp_path, [tmp_path / "ads.jsonl"], normaliser)
