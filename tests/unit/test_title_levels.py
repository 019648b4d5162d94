"""Level and track by the words of any job's title: the strongest word decides, and what readers differ on says nothing."""

from pathlib import Path

import pytest

from rung.training.title_levels import TitleLevels

LEVELS = TitleLevels.load(Path(__file__).parents[2] / "training_data" / "shared" / "title_levels.yaml")


@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("Backend Engineer", ("mid", "ic")),
        ("Sr. Backend Engineer", ("senior", "ic")),
        ("Staff Site Reliability Engineer", ("lead", "ic")),
        ("Staff Nurse (nights)", ("mid", "ic")),
        ("Engineering Manager, Payments", ("senior", "manager")),
        ("Senior Engineering Manager", ("lead", "manager")),
        ("Customer Success Manager", ("mid", "ic")),
        ("Senior Technical Account Manager", ("senior", "ic")),
        ("Associate Accountant", ("associate", "ic")),
        ("Warehouse Associate", ("mid", "ic")),
        ("Data Science Intern", ("associate", "ic")),
        ("Executive Assistant", ("mid", "ic")),
        ("Senior Director of Finance", ("head", "manager")),
        ("VP, Sales", ("vp", "manager")),
        ("Chief Financial Officer", ("chief", "manager")),
        ("Head Chef", ("lead", "manager")),
        ("Shift Supervisor", ("senior", "manager")),
        ("Software Engineer III", ("senior", "ic")),
    ],
)
def test_the_strongest_word_of_a_title_decides(title, label):
    assert LEVELS.read(title) == label


@pytest.mark.parametrize(
    "title", ["Chief of Staff", "Engineers (all levels)", "Assistant Manager", "Junior or Senior Developer", "", "..."]
)
def test_a_title_on_which_readers_differ_labels_nothing(title):
    assert LEVELS.read(title) is None


def test_accents_case_and_full_stops_change_nothing():
    assert LEVELS.read("SÉNIOR  s.r. dev") == LEVELS.read("senior sr dev") == ("senior", "ic")
