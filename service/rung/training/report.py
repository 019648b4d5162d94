"""The report: sections of figures, as Markdown for people and JSON for programs, both from the same tables."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rung.training.metrics import Figure
from rung.types import ModelInfo

_HOW_TO_READ = """\
A figure is written as value [low, high]: the interval holds the middle 95% of 1,000 bootstrap draws of the rows. If none of n
rows is wrong, the true error rate may still be up to 3/n."""

_ROWS = """\
A labelled file is JSONL, plain or gzipped: one object a row with `id`, `title`, `description` (may be missing), `family`,
`level`, `track`, `sure`, `accept`, `source`, `bucket`, `lang`. A row is labelled by reading: what a careful recruiter would
write down of this job. `sure` is `no` where two careful readers could differ; `accept` then lists every label that one could
give, as `family/level/track` or `other`, the row's own first. In a file of any job every label names family, level and track.
A case from the field has a `kind` and labels such as `senior ic`. Files are named here by the last word of their names. Duties
alone are measured on the rows that have a text, with the title withheld and every match of the expression in
`service/rung/training/blank.py` (names of product jobs and words of level) blanked."""

Cell = str | int | float | Figure | None


@dataclass(frozen=True, slots=True)
class Section:
    """One table with its heading and what to know about it; the first column names the row. ``plot`` is a picture's file name."""

    id: str
    title: str
    says: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    plot: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A dated report on one model over labelled files (name and number of rows); ``command`` makes it again."""

    date: str
    model: ModelInfo
    files: tuple[tuple[str, int], ...]
    command: str
    sections: tuple[Section, ...]
    glossary: tuple[tuple[str, str], ...]


def write(report: Report, folder: Path) -> list[Path]:
    """Write ``accuracy.md`` and ``accuracy.json`` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {"accuracy.md": markdown(report), "accuracy.json": as_json(report)}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def markdown(report: Report) -> str:
    """The report for people."""
    counts = ", ".join(f"{name} {rows:,}" for name, rows in report.files)
    model = f"{report.model.name} {report.model.version} (`{report.model.digest}`)"
    first, *rest = report.sections
    parts = ["# Accuracy", first.says, table(first.columns, first.rows), _HOW_TO_READ]
    parts += [
        f"Measured on {report.date} with the model {model} on labelled rows: {counts}. This page is written by the command",
        f"```\n{report.command}\n```",
    ]
    for section in rest:
        parts += [f"## {section.title}", section.says, table(section.columns, section.rows)]
        parts += [f"![{section.title}]({section.plot})"] if section.plot else []
    parts += ["## The rows", _ROWS, "## Glossary", table(("word", "meaning"), report.glossary)]
    return "\n\n".join(part for part in parts if part) + "\n"


def table(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """A Markdown table."""
    lines = [columns, ["---"] * len(columns), *[[_escape(show(cell)) for cell in row] for row in rows]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def show(cell: Cell) -> str:
    """A cell for people."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return "–"
    return f"{cell:.3f}" if isinstance(cell, float) else f"{cell:,}" if isinstance(cell, int) else str(cell)


def _escape(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def as_json(report: Report) -> str:
    """The report for programs."""
    document = {
        "date": report.date,
        "model": {"name": report.model.name, "version": report.model.version, "digest": report.model.digest},
        "files": dict(report.files),
        "command": report.command,
        "sections": {
            section.id: [dict(zip(section.columns, map(_plain, row), strict=True)) for row in section.rows]
            for section in report.sections
        },
        "glossary": dict(report.glossary),
    }
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(cell: Cell) -> Any:
    if isinstance(cell, Figure):
        return {"value": _number(cell.value), "low": _number(cell.low), "high": _number(cell.high), "rows": cell.rows}
    return _number(cell) if isinstance(cell, float) else cell


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)
