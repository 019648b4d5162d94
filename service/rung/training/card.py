"""The model card, written with the model from its own documents and the figures recorded in ``measured.json``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def render(template: str, name: str, version: str, documents: Mapping[str, Any], texts: Mapping[str, int]) -> str:
    """The card as Markdown, from ``model-card.md``; ``texts`` counts the texts that the model was trained on by kind."""
    measured = documents["metrics"]
    return template.format(
        name=name, version=version, year=measured["date"][:4], data=_data(documents, texts), figures="\n".join(_figures(measured))
    )


def _data(documents: Mapping[str, Any], texts: Mapping[str, int]) -> str:
    lexicon = documents["taxonomy"]["lexicon"]
    rows = [
        ("titles known, as combinations of modifiers and head", len(lexicon["aliases"])),
        ("forms of heads, all job families", len(lexicon["heads"])),
        *texts.items(),
        ("terms of the sentence model", len(documents["vocabulary"]["terms"].split("\n"))),
        ("terms of real postings", len(documents["vocabulary"]["general_terms"].split("\n"))),
    ]
    table = "\n".join(f"| {label} | {count:,} |" for label, count in rows)
    return (
        "## Data\n\nEvery sentence was written for this project. Of real postings it has seen no text but counts of words, which "
        "teach how the ads of all job families differ by level. The calibration "
        f"was fitted on an external development set ({documents['weights']['fitted']['from']}).\n\n"
        f"| what | how many |\n|---|---|\n{table}\n"
    )


def _figures(measured: Mapping[str, Any]) -> Iterator[str]:
    files = ", ".join(f"{name} ({rows} rows)" for name, rows in measured["files"].items())
    yield f"## Measured on {measured['date']}\n"
    yield f"On external labelled rows that were not trained on but were tuned against: {files}. Intervals: 95% bootstrap.\n"
    for rows in measured["sections"].values():
        if rows:
            yield _table(rows)


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    columns = list(rows[0])
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(_cell(row[column]) for column in columns) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(cell: Any) -> str:
    if not isinstance(cell, dict):
        return str(cell)
    if cell.get("value") is None:
        return "–"
    return f"{cell['value']:.3f} [{cell['low']:.3f}, {cell['high']:.3f}]"
