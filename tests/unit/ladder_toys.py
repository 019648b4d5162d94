"""Toys for the ladder tests: the real ladders loaded once, and a small ladder file that each test breaks in one place."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from rung.context.statements import Contexts, contexts_from_dict
from rung.grid import Cell, Grid
from rung.ladders.crosswalk import Crossing
from rung.ladders.crosswalk_files import load_crosswalk
from rung.ladders.relations import Crosswalk
from rung.types import Reading

ROOT = Path(__file__).parents[2]
DATA = ROOT / "training_data" / "families" / "product-management"
SCALE = ROOT / "training_data" / "scale.yaml"

TOY = """\
id: our-ladder
label: Our ladder
source: ours
positions:
  - id: builder
    title: Product Builder
    track: ic
    next: [shaper]
    reference: [{position: product-manager, cell: mid/ic, share: 1.0}]
  - id: shaper
    title: Product Shaper
    synonyms: [Shaper of Products]
    track: manager
    people_management: "yes"
    next: [boss]
    reference:
      - {position: group-product-manager, cell: senior/manager, share: 0.75}
      - {position: lead-product-manager, cell: lead/manager, share: 0.25}
  - id: boss
    title: Product Boss
    track: manager
"""


def conditions(place: Reading | Crossing) -> tuple[str, ...]:
    """The conditions of a reading or crossing, each as ``fact: wanted``."""
    return tuple(f"{condition.fact}: {condition.wanted}" for condition in place.conditions)


def cell(text: str) -> Cell:
    """A cell of the graded family from ``level/track``."""
    return Cell.parse("product-management", text)


@lru_cache
def contexts() -> Contexts:
    """The rules of context as they are shipped."""
    shared = DATA.parents[1] / "shared"
    paths = (shared / "contexts.yaml", DATA / "grid.yaml", SCALE)
    data, grid, scale = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths)
    return contexts_from_dict(data, Grid.from_dict(grid, scale).cells)


@lru_cache
def crosswalk() -> Crosswalk:
    """The ladders and relations as they are shipped."""
    return load_crosswalk(DATA, SCALE, contexts().priors, DATA.parents[1] / "SOURCES.yaml")


def write(folder: Path, text: str, name: str = "toy.yaml") -> Path:
    """A file with a text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
