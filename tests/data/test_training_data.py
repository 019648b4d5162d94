"""The training data: enough of it, nothing twice, nothing that no query could reach, and errors that name file, line and mend."""

import shutil
from collections import Counter
from pathlib import Path

import pytest
import yaml

from rung import artefact
from rung.errors import DataError
from rung.normaliser import newest_model
from rung.training import build, corpus
from rung.training.sources import graded_family

DATA = Path(__file__).parents[2] / "training_data"
FAMILY = graded_family(DATA)
ALIASES = f"families/{FAMILY}/aliases.yaml"
NEAREST = (
    "project-management", "programme-management", "delivery-management", "product-marketing", "product-design", "product-analytics",
    "product-operations", "engineering-management", "business-analysis", "brand-management", "category-management", "merchandising",
    "production-management",
)  # fmt: skip


@pytest.fixture(scope="module")
def duties():
    return corpus.duty_sentences(DATA, FAMILY)


@pytest.fixture
def copy(tmp_path):
    return Path(shutil.copytree(DATA, tmp_path / "training_data"))


def test_every_cell_of_the_grid_has_its_duties(duties):
    cells = Counter(f"{s.level}/{s.track}" for s in duties if s.level)
    grid = yaml.safe_load((DATA / "families" / FAMILY / "grid.yaml").read_text())
    used = {p["cells"][0] for p in grid["positions"]}
    assert {cell: cells[cell] for cell in used if cells[cell] < 60} == {}


@pytest.mark.parametrize("family", NEAREST)
def test_every_near_family_has_its_duties(duties, family):
    assert sum(s.family == family for s in duties) >= 60


def test_people_management_and_what_looks_like_it(duties):
    counts = Counter(s.people_management for s in duties)
    assert counts["yes"] >= 60
    assert counts["no"] >= 60
    assert sum(s.family == corpus.NOT_DUTY for s in duties) >= 300


def test_the_whole_data_compiles():
    tables = build.lexicon_dict(DATA, FAMILY)
    assert len(tables["aliases"]) > 200


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (
            "families.yaml",
            "[product manager, prod manager,",
            "[product marketer, product manager,",
            "remove it from one",
        ),
        (
            f"families/{FAMILY}/aliases.yaml",
            "[staff product manager,",
            "[senior product manager, staff product manager,",
            "already claimed",
        ),
        (ALIASES, "[staff product manager,", "[wizard, staff product manager,", "no query could reach"),
        (ALIASES, "source: uk-government", "source: hearsay", "SOURCES.yaml"),
        (ALIASES, "cell: vp/manager", "cell: vp/ic", "not on the grid"),
        ("shared/modifiers.yaml", "strength: 62", "stength: 62", "unknown field"),
        ("shared/modifiers.yaml", "business development: [bus dev,", "business development: [busdev,", "as many"),
        ("shared/modifiers.yaml", "business manager: [bus manager]", "business manager: [bus dev]", "stands for"),
        ("shared/modifiers.yaml", "20[1-4]", "(20[1-4]", "is not a valid regular expression"),
    ],
)
def test_a_wrong_entry_is_named_with_file_and_line(copy, file, old, new, says):
    path = copy / file
    text = path.read_text()
    if old not in text and file.endswith("aliases.yaml"):
        old = "source: reference"
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(DataError, match=says) as caught:
        build.lexicon_dict(copy, FAMILY)
    assert f"{path.name}:" in caught.value.detail


def test_a_sentence_that_appears_twice_is_refused(copy):
    path = copy / "families" / FAMILY / "duties" / "zz.jsonl"
    path.write_text((copy / "families" / FAMILY / "duties" / "vp-product.jsonl").read_text().splitlines()[0] + "\n")
    with pytest.raises(DataError, match=r"zz\.jsonl:1: the same sentence is at .*vp-product\.jsonl:1"):
        corpus.duty_sentences(copy, FAMILY)


def test_no_wording_begins_with_nearly_any_word():
    """A gap behind optional words makes a wording begin anywhere, and it is then tried at each word of a text."""
    model = artefact.load(newest_model())
    document, groups = model.documents["patterns"], len(model.documents["patterns"]["groups"])
    begins, offsets = (model.arrays[f"pattern_{name}"].tolist() for name in ("begins", "offsets"))
    patterns = [number for number, _, _ in model.arrays["pattern_starts"].tolist()]
    letters = Counter(begins)
    beginning = Counter[int]()
    for kind, count in letters.items():
        starts = set(patterns[offsets[kind * groups] : offsets[(kind + 1) * groups]])
        beginning.update(dict.fromkeys(starts, count))
    most = len(begins) / 2
    assert [document["expressions"][number] for number, count in beginning.items() if count > most] == []
