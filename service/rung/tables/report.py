"""The summary of a run as one self-contained HTML page: levels by track, confidence, and what to look at."""

from __future__ import annotations

import html
import importlib
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rung.errors import TableError
from rung.tables.summary import BINS, Summary

STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}
table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left}
td.n{text-align:right;font-variant-numeric:tabular-nums}svg{max-width:100%;height:auto}"""
INK = {"ic": "#2f6db3", "manager": "#c2701c"}


def write(summary: Summary, path: Path, name: str) -> None:
    """Write the page.

    Raises:
        TableError: it cannot be written, or drawing is not installed.
    """
    try:
        path.write_text(page(summary, name), encoding="utf-8")
    except OSError as error:
        raise TableError(f"the report {path} cannot be written: {error.strerror}") from error


def page(summary: Summary, name: str) -> str:
    """The page."""
    statuses = [(status, f"{count:,}", f"{count / max(summary.rows, 1):.1%}") for status, count in summary.statuses.most_common()]
    families = [(family, f"{count:,}") for family, count in summary.families.most_common(12)]
    lowest = [(f"{confidence:.2f}", title, status, answer) for confidence, title, status, answer in summary.lowest]
    errors = [(f"{number:,}", reason) for number, reason in summary.errors]
    parts = [
        f"<h1>{html.escape(name)}</h1><p>{summary.rows:,} rows</p>",
        _table("Statuses", ("status", "rows", "share"), statuses),
        f"<h2>Levels by track</h2>{_levels(summary)}",
        f"<h2>Confidence</h2>{_confidence(summary)}",
        _table("Families", ("family", "rows"), families),
        _table("Least sure", ("confidence", "title", "status", "answer"), lowest),
        _table("First rows that failed", ("row", "reason"), errors),
    ]
    head = f'<meta charset="utf-8"><title>{html.escape(name)}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>\n'


def _table(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    if not body:
        return ""
    head = "".join(f"<th>{html.escape(h)}</th>" for h in headings)
    return f"<h2>{html.escape(title)}</h2><table><tr>{head}</tr>{body}</table>"


def _levels(summary: Summary) -> str:
    """Bars of rows by level, one colour a track."""
    figure, axes = _axes(7.5, 3.2)
    for offset, (track, colour) in enumerate(INK.items()):
        heights = [summary.grid[f"{level}/{track}"] for level in summary.levels]
        axes.bar([i + 0.4 * offset - 0.2 for i in range(len(heights))], heights, 0.4, label=track, color=colour)
    axes.set_xticks(range(len(summary.levels)), summary.levels)
    axes.set_ylabel("rows")
    axes.legend(frameon=False)
    return _svg(figure)


def _confidence(summary: Summary) -> str:
    """Bars of rows by confidence."""
    figure, axes = _axes(7.5, 2.6)
    axes.bar([(i + 0.5) / BINS for i in range(BINS)], summary.bins, 0.9 / BINS, color="#4b5563")
    axes.set_xlim(0, 1)
    axes.set_xlabel("confidence")
    axes.set_ylabel("rows")
    return _svg(figure)


def _axes(width: float, height: float) -> tuple[Any, Any]:
    figure = drawing().Figure((width, height), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def drawing() -> Any:
    """The library that draws.

    Raises:
        TableError: it is not installed.
    """
    try:
        return importlib.import_module("matplotlib.figure")
    except ImportError as error:
        raise TableError("the report's plots need matplotlib; install it with: pip install 'rung[report]'") from error


def _svg(figure: Any) -> str:
    out = io.StringIO()
    # No date, so that the same summary gives the same page.
    figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()[out.getvalue().index("<svg") :]
