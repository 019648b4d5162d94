"""The model card, written with the model from its own documents and the figures recorded in ``measured.json``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_INTENDED = """\
## What it is for

Placing job-board titles and descriptions in product management on one reference grid of seven levels and two tracks, with the
evidence, a calibrated confidence and the reading on other ladders: recruiting pipelines, compensation analysis, enriching listings.

## What it is not for

- Deciding about a person: it reads how an employer describes a job, not who does it or how well.
- Setting pay from one answer: the same title differs between organisations, which is why ranges and questions are given.
- Other job families: it says that a job is not product management and names the nearest family, and grades nothing there.
- Texts in other languages than English and German; titles are known in seven languages more or less well.
"""
_FAILURES = """\
## Known failures

Examples written for this project; each is a kind, not a row.

- A title of several jobs whose text speaks of another than the first: "Product Manager, Backend Developer" over servers.
- A Product Owner whose text only specifies and prioritises, read as one who also owns the product, and the other way round.
- "Product Manager" in name only over a short text of another trade, such as looking after buildings.
- A senior job and a plain one told apart by duties alone: most ads for both read alike, and careful readers differ too.
- Managers whose ad is silent on the people they manage.
- Words run together or letters spaced out ("P R O D U C T").
"""
_CITE = """\
## How to cite

The Rung authors ({year}). Rung: job titles on career ladders. Model {name} {version}.

## How to reproduce

`rung train` builds these files again from `training_data/`, byte for byte, with the library versions that `manifest.json` lists.
`rung evaluate --gold FILES --record` measures them on labelled rows of the form that docs/accuracy.md describes.
"""


def render(name: str, version: str, documents: Mapping[str, Any], texts: Mapping[str, int]) -> str:
    """The card as Markdown; ``texts`` counts the texts that the model was trained on by kind."""
    measured = documents["metrics"]
    return "\n".join(
        [
            f"# Model card: {name} {version}\n",
            _INTENDED,
            _data(documents, texts),
            *_figures(measured),
            _FAILURES,
            _CITE.format(name=name, version=version, year=measured["date"][:4]),
        ]
    )


def _data(documents: Mapping[str, Any], texts: Mapping[str, int]) -> str:
    lexicon = documents["taxonomy"]["lexicon"]
    rows = [
        ("titles known, as combinations of modifiers and head", len(lexicon["aliases"])),
        ("forms of heads, all job families", len(lexicon["heads"])),
        *texts.items(),
        ("terms of the sentence model", len(documents["vocabulary"]["terms"])),
        ("terms of real postings", len(documents["vocabulary"]["general_terms"])),
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
