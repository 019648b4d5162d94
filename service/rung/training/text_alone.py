"""An upper bound for reading a text without its title: how often a careful reader of real ads got the labels right that way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from rung.training import metrics
from rung.training.labels import FAMILIES_BY_TEXT, LEVELS_BY_TEXT, read_label_rows
from rung.training.metrics import Figure, figure
from rung.training.report import Cell


def level_row(name: str, data: Path, labels: Mapping[str, tuple[str, str]], levels: Sequence[str]) -> tuple[Cell, ...]:
    """The row of the reader's levels and tracks: name, ads, exact, within one, Spearman of the rank, F1 of manager.

    ``labels`` are the right level and track of ads by id, ``levels`` the ids of the levels in order. Ads without a label are
    left out.
    """
    guesses = [
        (labels[id_], row)
        for id_, row in read_label_rows(data, LEVELS_BY_TEXT, "id", "level", "rank", "track").items()
        if id_ in labels
    ]
    rank = np.array([levels.index(level) + 1 for (level, _), _ in guesses])
    found = np.array([levels.index(row["level"]) + 1 for _, row in guesses])
    expected = np.array([float(row["rank"]) for _, row in guesses])
    manager, guessed = np.array([(track == "manager", row["track"] == "manager") for (_, track), row in guesses]).reshape(-1, 2).T
    return (
        name,
        len(guesses),
        figure(metrics.exact, rank, found),
        figure(metrics.within_one, rank, found),
        figure(metrics.spearman, rank, expected),
        figure(metrics.f1, manager, guessed),
    )


def family_figure(data: Path, accepted: Mapping[str, frozenset[str]]) -> Figure:
    """The share of ads whose family by the reader is ``accepted`` (families by id of the ad)."""
    guesses = read_label_rows(data, FAMILIES_BY_TEXT, "id", "family")
    return figure(metrics.share, np.array([row["family"] in accepted[id_] for id_, row in guesses.items() if id_ in accepted]))
