"""An upper bound for reading a text alone: what a careful reader made of real ads without their titles, against the labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from rung.training import metrics
from rung.training.labels import FAMILIES_BY_TEXT, LEVELS_BY_TEXT, read_label_rows
from rung.training.metrics import Figure, figure
from rung.training.report import Cell


def level_row(name: str, data: Path, labels: Mapping[str, tuple[str, str]], levels: Sequence[str]) -> tuple[Cell, ...]:
    """Level and track as the reader guessed them: exact, within one, Spearman of the rank, F1 of manager.

    ``labels`` are the level and the track of ads by id, ``levels`` the ids of the levels in order.
    """
    guesses = [
        (labels[id_], row)
        for id_, row in read_label_rows(data, LEVELS_BY_TEXT, "id", "level", "rank", "track").items()
        if id_ in labels
    ]
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
    guesses = read_label_rows(data, FAMILIES_BY_TEXT, "id", "family")
    return figure(metrics.share, np.array([row["family"] in accepted[id_] for id_, row in guesses.items() if id_ in accepted]))
