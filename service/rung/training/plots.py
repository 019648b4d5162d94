"""The report's pictures, drawn with matplotlib where the extra ``report`` is installed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from rung.grid import Grid
from rung.training import metrics
from rung.training.evaluate import FileAnswers, confidences, flags
from rung.training.gold import OTHER

mpl.use("Agg")

_DOTS = 110
# Without the library's version in the file, the same figures give the same bytes for longer.
_METADATA = {"Software": None}


def reliability(files: Sequence[FileAnswers], path: Path) -> None:
    """Confidence against the share right, by file, in bins of equal mass; the diagonal is what it should be."""
    figure, axes = _axes("confidence answered", "share right")
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    lowest = 1.0
    for file in files:
        bins = metrics.reliability(confidences(file.answers), flags(file.answers, lambda a: a.right))
        lowest = min(lowest, *(b.confidence for b in bins), *(b.right for b in bins))
        axes.plot(
            [b.confidence for b in bins], [b.right for b in bins], marker="o", markersize=4, linewidth=1, label=file.file.name
        )
    axes.set_xlim(lowest - 0.03, 1.01)
    axes.set_ylim(lowest - 0.03, 1.01)
    axes.legend(frameon=False)
    _save(figure, path)


def risk_coverage(files: Sequence[FileAnswers], path: Path) -> None:
    """The share wrong among the most confident rows, for every share of rows answered."""
    figure, axes = _axes("share of rows answered", "share of these that is wrong")
    for file in files:
        confidence, right = confidences(file.answers), flags(file.answers, lambda a: a.right)
        ranked = right[np.argsort(-confidence, kind="stable")]
        count = np.arange(1, len(ranked) + 1)
        axes.plot(count / len(ranked), 1.0 - np.cumsum(ranked) / count, linewidth=1.2, label=file.file.name)
    axes.set_ylim(bottom=0.0)
    axes.legend(frameon=False)
    _save(figure, path)


def confusion(files: Sequence[FileAnswers], grid: Grid, path: Path) -> None:
    """What was answered for each level, as shares of the rows of that level, with counts."""
    names = [*grid.levels, OTHER]
    place = {name: index for index, name in enumerate(names)}
    counts = np.zeros((len(names), len(names)))
    for answer in (a for f in files for a in f.answers if a.guess):
        counts[place[answer.row.label.split("/")[0]], place[answer.guess.split("/")[0]]] += 1
    figure, axes = _axes("answered", "right")
    axes.imshow(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0), cmap="Blues", vmin=0.0, vmax=1.0)
    axes.set_xticks(range(len(names)), names, rotation=45)
    axes.set_yticks(range(len(names)), names)
    for (row, column), count in np.ndenumerate(counts):
        if count:
            axes.text(
                column, row, f"{count:.0f}", ha="center", va="center", fontsize=8, color="white" if row == column else "black"
            )
    _save(figure, path)


def _axes(x: str, y: str) -> tuple[Figure, Any]:
    figure = Figure(figsize=(6, 5), layout="constrained")
    axes = figure.add_subplot()
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    return figure, axes


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, dpi=_DOTS, metadata=_METADATA)
