"""Level and track by words: the rules for every job, each kind of them by titles, and what the data check refuses."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rung.errors import DataError
from rung.title.clean import Cleaner
from rung.title.rank import RankReader
from rung.training.levels import levels_dict, spelt
from rung.training.sources import read_yaml

DATA = Path(__file__).parents[2] / "training_data"
TITLES = Path(__file__).with_name("rank_titles.tsv")


@pytest.fixture(scope="module")
def reader() -> RankReader:
    return RankReader.from_dict(levels_dict(DATA))


@pytest.fixture(scope="module")
def cleaner() -> Cleaner:
    patterns = read_yaml(DATA / "shared" / "modifiers.yaml")["patterns"]
    return Cleaner([(row["kind"], row["pattern"], "at" in row) for row in patterns])


def rows() -> list[tuple[str, str, str]]:
    """Kind of case, title, and the cell; two cells with "|" where a careful reader could give either."""
    lines = TITLES.read_text(encoding="utf-8").splitlines()
    found = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(kind, title, cell) for kind, title, cell in found]


@pytest.mark.parametrize(("kind", "title", "cell"), rows())
def test_title_has_the_cell_of_the_rules(reader: RankReader, cleaner: Cleaner, kind: str, title: str, cell: str) -> None:
    reading = reader.read(cleaner.clean(title))
    accepted = cell.split("|")
    assert f"{reading.level}/{reading.track}" == accepted[0], kind
    assert set(accepted) <= {"/".join(rank) for rank in reading.probabilities}, kind


def test_shares_sum_to_one_and_are_led_by_the_answer(reader: RankReader, cleaner: Cleaner) -> None:
    for _, title, _ in rows():
        reading = reader.read(cleaner.clean(title))
        assert sum(reading.probabilities.values()) == pytest.approx(1.0), title
        assert reading.probabilities[reading.level, reading.track] == max(reading.probabilities.values()), title


def test_evidence_names_the_words_that_decided(reader: RankReader, cleaner: Cleaner) -> None:
    raw = "Urgent: Senior Ward Manager (Nights)"
    evidence = reader.read(cleaner.clean(raw)).evidence
    assert evidence
    assert all(raw[e.start : e.end] == e.text and e.says for e in evidence)
    assert any("Ward Manager" in e.text for e in evidence)


def test_a_grade_that_cleaning_set_aside_is_evidence(reader: RankReader, cleaner: Cleaner) -> None:
    raw = "Zoologist (GS-13)"
    reading = reader.read(cleaner.clean(raw))
    assert (reading.level, reading.stated) == ("senior", True)
    assert "GS-13" in [raw[e.start : e.end] for e in reading.evidence]


def test_a_title_with_no_word_of_level_is_not_stated(reader: RankReader, cleaner: Cleaner) -> None:
    assert not reader.read(cleaner.clean("Beekeeper")).stated
    assert reader.read(cleaner.clean("Trainee Beekeeper")).stated
    assert reader.read(cleaner.clean("Supervisor")).stated


@pytest.mark.parametrize(
    ("title", "span"),
    [
        ("(Senior) Software Engineer", True),
        ("Accountant / Senior Accountant", True),
        ("Junior/Senior Accountant", True),
        ("Nurse I / II", True),
        ("Executive / Sr. Executive", True),
        ("Merchandiser / Sr. Merchandiser for Knitwear", True),
        ("Senior Accountant", False),
        ("Software Engineer (Senior)", False),
        ("Nurse / Senior Teacher", False),
        ("Kaufmann / Kauffrau", False),
        ("Senior UX/UI Designer", False),
        ("(Remote) Senior Accountant", False),
    ],
)
def test_a_title_that_names_several_levels_of_one_job_is_a_span(
    reader: RankReader, cleaner: Cleaner, title: str, span: bool
) -> None:
    assert reader.read(cleaner.clean(title)).span is span


@pytest.mark.parametrize(
    ("title", "several"),
    [
        ("Nurse / Teacher", True),
        ("Video Producer & Editor", True),
        ("Nurse Practitioner or Physician Assistant", True),
        ("Kaufmann / Kauffrau", False),
        ("Senior UX/UI Designer", False),
        ("Accountant / Senior Accountant", False),
        ("Sales and Marketing Manager", False),
    ],
)
def test_a_title_that_names_two_jobs_says_so(reader: RankReader, cleaner: Cleaner, title: str, several: bool) -> None:
    assert reader.read(cleaner.clean(title)).several is several


@pytest.mark.parametrize("title", ["", "  ", "-", "/ / /", "of the", "(((", "1", "& and &", "a" * 2000])
def test_a_title_without_words_is_the_plain_job(reader: RankReader, cleaner: Cleaner, title: str) -> None:
    reading = reader.read(cleaner.clean(title))
    assert (reading.level, reading.track, reading.evidence) == ("mid", "ic", ())


def test_the_family_helps_where_the_title_is_silent(reader: RankReader, cleaner: Cleaner) -> None:
    title = cleaner.clean("Manager, Zephyr")
    assert reader.read(title, "software-engineering").track == "manager"
    assert reader.read(title, "marketing").track == "ic"


def test_choices_of_spelling_are_spelt_out() -> None:
    assert list(spelt("leiter(|in)")) == ["leiter", "leiterin"]
    assert list(spelt("jef(e|a) de equip(o|e)")) == ["jefe de equipo", "jefe de equipe", "jefa de equipo", "jefa de equipe"]


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("kinds.yaml", "alone: lead/manager", "alone: boss/manager", "unknown cell"),
        ("kinds.yaml", "lead/ic: 0.7, head/ic: 0.3", "lead/ic: 0.7, head/ic: 0.4", "sum to 1.10"),
        ("kinds.yaml", "like: plain", "like: nothing", "not a kind above"),
        ("kinds.yaml", "id: profession", "id: plain", "listed twice"),
        ("kinds.yaml", "junior: associate/ic", "younger: associate/ic", "unknown modifier"),
        ("heads.yaml", "kind: hourly", "kind: weekly", "unknown kind"),
        ("heads.yaml", "en: [cashier,", "en: [engineer,", "is both"),
        ("heads.yaml", "en: [cashier,", "en: [1,", "put it in quotes"),
        ("modifiers.yaml", "strength: 95", "force: 95", "unknown field"),
        ("modifiers.yaml", "    strength: 95\n", "", "missing"),
        ("reading.yaml", "first: 0.67\n", "", "missing"),
        ("reading.yaml", "plain: plain", "plain: odd", "is not a kind"),
        ("subjects.yaml", "class: craft", "class: art", "no kind asks"),
        ("modifiers.yaml", "place: anywhere", "place: nowhere", "unknown place"),
        ("modifiers.yaml", "as: trainee", "as: pupil", "is not a modifier"),
        ("modifiers.yaml", "follows: true", "follow: true", "unknown field"),
        ("subjects.yaml", "source: reference", "source: hearsay", "SOURCES.yaml"),
    ],
)
def test_wrong_data_is_refused_with_its_place(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    folder = tmp_path / "shared" / "levels"
    shutil.copytree(DATA / "shared" / "levels", folder)
    for name in ("SOURCES.yaml", "scale.yaml"):
        shutil.copy(DATA / name, tmp_path / name)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=message) as error:
        levels_dict(tmp_path)
    assert f"{file}:" in str(error.value)
