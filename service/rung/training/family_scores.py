"""Measuring the model of families on titles that it was not trained on: ``python -m rung.training.family_scores``.

A fifth of O*NET's titles is held out with every row of the same title in any table. The right family is that of the occupation's
code; a title of several occupations has several. The heads that are written down for each family stay.
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from rung.title.clean import Cleaner
from rung.title.family import FamilyReader, FamilyWeights
from rung.title.family_heads import HeadFinder
from rung.title.words import CleanTitle
from rung.training import metrics
from rung.training.families import (
    FamilySettings,
    compile_families,
    family_records,
    longest_prefix,
    prefixes,
    read_table,
    train_families,
)
from rung.training.make import taxonomy
from rung.training.sources import read_yaml

FOLDS = 5
_ALL = "all"


def held_out(titles: Iterator[tuple[str, str]], cleaner: Cleaner) -> dict[str, tuple[CleanTitle, set[str]]]:
    """The titles of one fold by their cleaned text, each with its families; ``titles``: pairs of a title and a family."""
    held: dict[str, tuple[CleanTitle, set[str]]] = {}
    for title, family in titles:
        clean = cleaner.clean(title)
        if clean.text and zlib.crc32(clean.text.encode()) % FOLDS == 0:
            held.setdefault(clean.text, (clean, set()))[1].add(family)
    return held


def onet_titles(data: Path, columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The titles of some columns of ``onet.tsv.gz``, each with the family of its occupation's code."""
    families = prefixes(family_records(data), "soc")
    for row in read_table(data / "occupations" / "onet.tsv.gz"):
        if family := longest_prefix(families, row["code"]):
            yield from ((title, family) for column in columns for title in row[column].split("|") if title)


def measure(reader: FamilyReader, held: Mapping[str, tuple[CleanTitle, set[str]]]) -> dict[str, metrics.Figure]:
    """The share of titles whose family is right: of all, and by how the family was found."""
    right: dict[str, list[bool]] = {_ALL: []}
    for clean, families in held.values():
        found = reader.read(clean)
        for name in (_ALL, found.match_kind):
            right.setdefault(name, []).append(found.best in families)
    return {name: metrics.figure(metrics.share, np.array(hits)) for name, hits in right.items()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Train without the held-out titles, measure on them, and print."""
    parser = argparse.ArgumentParser(prog="python -m rung.training.family_scores", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("training_data"), help="folder of the training data")
    data = parser.parse_args(arguments).data
    weights = read_yaml(data / "shared" / "weights.yaml")
    lexicon = taxonomy(data)["lexicon"]
    cleaner, (compiled, heads) = Cleaner(lexicon["patterns"]), compile_families(data, lexicon)
    kinds = {"alternate and reported titles": ("title", "titles", "reported"), "reported titles": ("reported",)}
    held = {kind: held_out(onet_titles(data, columns), cleaner) for kind, columns in kinds.items()}
    left_out = frozenset().union(*held.values())
    with threadpool_limits(limits=1):
        settings = FamilySettings(**weights["family_model"])
        terms, arrays = train_families(data, compiled["names"], HeadFinder(compiled, heads), cleaner, settings, left_out)
    reader = FamilyReader({**compiled, **terms}, {**heads, **arrays}, FamilyWeights(**weights["families"]))
    for kind, titles in held.items():
        print(f"O*NET, {kind}, held out by title")
        for name, figure in measure(reader, titles).items():
            print(f"  {name}: {figure} of {figure.rows}")


if __name__ == "__main__":
    main()
