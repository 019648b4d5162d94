"""How much a text can tell: what a careful reader made of real ads without their titles, beside the labels of whole ads."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from rung.errors import DataError
from rung.training import metrics
from rung.training.metrics import Figure, figure
from rung.training.report import Cell

LEVELS, FAMILIES = "text_alone_levels", "text_alone_families"


def read_guesses(data: Path, name: str) -> dict[str, dict[str, str]]:
    """The rows of such a file by the id of the ad.

    Raises:
        DataError: the file is missing or has no ids.
    """
    path = data / "shared" / "labels" / f"{name}.csv"
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return {row.pop("id"): row for row in csv.DictReader(line for line in lines if not line.startswith("#"))}
    except (OSError, KeyError) as error:
        raise DataError(f"{path}: not a file of guesses ({error!r}); its opening comment defines the fields") from error


def level_row(name: str, data: Path, labels: Mapping[str, tuple[str, str]], levels: Sequence[str]) -> tuple[Cell, ...]:
    """Level and track as the reader guessed them: exact, within one, Spearman of the rank, F1 of manager.

    ``labels`` are the level and the track of ads by id, ``levels`` the ids of the levels in order.
    """
    guesses = [(labels[id_], row) for id_, row in read_guesses(data, LEVELS).items() if id_ in labels]
    rank = np.array([levels.index(level) + 1 for (level, _), _ in guesses])
    found = np.array([levels.index(row["level"]) + 1 for _, row in guesses])
    expected = np.array([float(row["rank"]) for _, row in guesses])
    manager, told = np.array([(track == "manager", row["track"] == "manager") for (_, track), row in guesses]).reshape(-1, 2).T
    return (
        name,
        len(guesses),
        figure(metrics.exact, rank, found),
        figure(metrics.within_one, rank, found),
        figure(metrics.spearman, rank, expected),
        figure(metrics.f1, manager, told),
    )


def family_figure(data: Path, accepted: Mapping[str, frozenset[str]]) -> Figure:
    """How often the reader's family is one that was accepted, by the ids of postings."""
    guesses = read_guesses(data, FAMILIES)
    return figure(metrics.share, np.array([row["family"] in accepted[id_] for id_, row in guesses.items() if id_ in accepted]))
