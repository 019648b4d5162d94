"""Toys for the ladder tests: the real ladders loaded once, and a small ladder file that each test breaks in one place."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from rung.context.statements import Contexts, context_patterns, contexts_from_dict
from rung.grid import Cell
from rung.ladders.conditions import wording
from rung.ladders.crosswalk import Crossing
from rung.ladders.crosswalk_files import load_crosswalk
from rung.ladders.relations import Crosswalk, Likelihood
from rung.text.compiling import compile_patterns
from rung.text.patterns import Patterns
from rung.types import Reading

ROOT = Path(__file__).parents[2]
DATA = ROOT / "training_data" / "families" / "product-management"

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


def _shared() -> dict[str, Any]:
    return yaml.safe_load((DATA.parents[1] / "shared" / "contexts.yaml").read_text(encoding="utf-8"))


@lru_cache
def contexts() -> Contexts:
    """The rules of context as they are shipped."""
    return contexts_from_dict(_shared(), crosswalk().grid.cells, Patterns(compile_patterns(context_patterns(_shared()))))


@lru_cache
def crosswalk() -> Crosswalk:
    """The ladders and relations as they are shipped."""
    root = DATA.parents[1]
    return load_crosswalk(DATA, root / "scale.yaml", Likelihood.from_contexts(_shared()), root / "SOURCES.yaml")


def cell(text: str) -> Cell:
    """A cell of the shipped grid from ``level/track``."""
    return Cell.parse(crosswalk().grid.family, text)


def conditions(found: Reading | Crossing) -> tuple[str, ...]:
    """The conditions of a reading or crossing as people read them."""
    return tuple(wording(condition) for condition in found.conditions)


def write(folder: Path, text: str, name: str = "toy.yaml") -> Path:
    """A file with a text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
