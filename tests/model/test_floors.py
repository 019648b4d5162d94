"""The model may not fall: figures on the golden cases, by the functions of `rung evaluate`, against the floors of floors.yaml."""

from pathlib import Path

import pytest
import yaml

from rung.normaliser import Normaliser
from rung.training.evaluate import answer_files, calibration, duties_alone, normaliser_answers, targets
from rung.training.gold import read_gold
from rung.types import Limits

HERE = Path(__file__).parent
FLOORS = yaml.safe_load((HERE / "floors.yaml").read_text(encoding="utf-8"))
BOUNDS = [
    pytest.param(group, name, side, bound, id=f"{group}: {name}")
    for group, sides in FLOORS.items()
    for side, bounds in sides.items()
    for name, bound in bounds.items()
]


@pytest.fixture(scope="module")
def figures():
    normaliser = Normaliser.load(limits=Limits(cache=0))
    graded = normaliser.lexicon.graded
    files = [
        read_gold(HERE.parent / "golden" / f"{name}.jsonl", list(normaliser.grid.levels), graded) for name in ("titles", "postings")
    ]
    answered = {a.file.name: a for a in answer_files(normaliser_answers(normaliser), files)}
    found = {name: {**targets(a.answers), **calibration(a.answers)} for name, a in answered.items()}
    return {**found, "duties alone": duties_alone(answered["postings"].duties, normaliser.grid)}


@pytest.mark.parametrize(("group", "name", "side", "bound"), BOUNDS)
def test_the_model_keeps_what_it_reached(figures, group, name, side, bound):
    value = figures[group][name].value
    assert value >= bound if side == "at_least" else value <= bound
