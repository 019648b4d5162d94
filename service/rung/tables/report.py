"""The report of a run as one self-contained HTML page: counts, confidence, open questions, examples to review."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from pathlib import Path

from rung.errors import TableError
from rung.tables.summary import BINS, CONFLICT, Summary

FAMILIES = 40  # rows of the table of families; the others are summed up
QUESTIONS = 15
BANDS = ((0.0, 0.5), (0.5, 0.8), (0.8, 0.95), (0.95, 1.0))  # of confidence; each bound is a bound of a bin
STATUSES = {
    "classified": "One answer: its confidence reaches the threshold.",
    "ambiguous": "The best guess, and what is open.",
    "unreadable": "No word names a job.",
    "error": "The row is not valid; the reason is in rung_error.",
}
OPEN = {
    "family": "Family open",
    "level": "Level open",
    "track": "Track open: IC or manager",
    CONFLICT: "Title and description disagree",
    "unreadable": "Unreadable",
}
FLAGS = {
    "title_description_conflict": "The title and the description disagree.",
    "stated_otherwise": "The text contradicts a stated fact about the organisation; the stated one counts.",
    "corporate_rank": "A word of the title is a rank of the company, not a level of the job.",
    "several_roles": "The title names several jobs; Rung classified the first.",
    "level_span": "The title names several levels at once.",
    "interim": "An interim post.",
    "contract": "A contract, not a permanent post.",
    "programme": "A place on a programme for beginners.",
    "truncated_description": "The description is too long; Rung did not read its end.",
    "description_not_used": "The description states nothing that Rung can use.",
    "no_job_words": "No word in it names a job.",
    "expected_coverage": "The share of answers that are confident enough for the precision asked for.",
    "language": "The title names its job in another language than English.",
}
STYLE = """
:root { --ic: #2a6bb5; --manager: #c27a1a; --line: #d9d9d5; --dim: #5a5e66; }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; color: #17181b; background: #fff;
  -webkit-print-color-adjust: exact; print-color-adjust: exact; }
h1 { font-size: 1.4rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2.2rem 0 .2rem; } h3 { font-size: .95rem; margin: 1.2rem 0 .2rem; }
p { margin: .2rem 0 .6rem; color: var(--dim); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; }
td, th { padding: .25rem 1rem .25rem 0; text-align: left; vertical-align: top; }
td { overflow-wrap: break-word; } tbody th { font-weight: 500; min-width: 8.5rem; } .text { min-width: 10rem; }
thead th { border-bottom: 1px solid var(--line); font-weight: 600; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.heat .n { padding: .25rem .7rem; border: 1px solid #fff; }
.key-ic { color: var(--ic); } .key-manager { color: #85500a; }
.bar { display: flex; width: 12rem; height: .8rem; margin-top: .3rem; background: #efefec; }
.bar i { display: block; } .ic { background: var(--ic); } .manager { background: var(--manager); }
svg { display: block; width: 10rem; height: 1.7rem; border-bottom: 1px solid var(--line); } rect { fill: #4b4f57; }
@media print {
  body { font-size: 10pt; margin: 0; max-width: none; padding: 0; }
  .wide { overflow: visible; } tbody th, .text { min-width: 0; } td, th { padding-right: .6rem; } svg { width: 6rem; }
  h2, h3 { break-after: avoid; } tr, svg { break-inside: avoid; } thead { display: table-header-group; }
}
"""


def write(summary: Summary, path: Path, name: str) -> None:
    """Write the page.

    Raises:
        TableError: it cannot be written.
    """
    try:
        path.write_text(page(summary, name), encoding="utf-8")
    except OSError as error:
        raise TableError(f"the report {path} cannot be written: {error.strerror}") from error


def page(summary: Summary, name: str) -> str:
    """The page; the same summary gives the same page."""
    parts = [
        f"<h1>{_text(name)}</h1><p>{_counted(summary.rows)}</p>",
        _statuses(summary),
        _families(summary),
        _tracks(summary),
        _confidence(summary),
        _questions(summary),
        _review(summary),
        _flags(summary),
        _table(
            "Rows that failed",
            "The first of them, by their number in the file.",
            ("row", "reason"),
            [(f"{n:,}", r) for n, r in summary.errors],
        ),
    ]
    view = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    head = f"{view}<title>{_text(name)}</title><style>{STYLE}</style>"
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>\n'


def _statuses(summary: Summary) -> str:
    rows = [(status, f"{n:,}", _share(n, summary.rows), STATUSES.get(status, "")) for status, n in summary.statuses.most_common()]
    return _table("Status", "", ("status", "rows", "share", "meaning"), rows)


def _families(summary: Summary) -> str:
    """Families by level; a cell is the darker the more rows it holds."""
    levels = _levels(summary)
    shown = [family for family, _ in summary.families.most_common(FAMILIES)]
    most = max(summary.cells.values(), default=1)
    rows = [
        f"<tr><th>{_text(summary.label(family))}</th>"
        + "".join(_heat(summary.cells[f"{family}/{level}"], most) for level in levels)
        + f'<td class="n"><b>{summary.families[family]:,}</b></td></tr>'
        for family in shown
    ]
    rest = [family for family in summary.families if family not in set(shown)]
    if rest:
        sums = [sum(summary.cells[f"{family}/{level}"] for family in rest) for level in levels]
        label = f"{len(rest)} more {'family' if len(rest) == 1 else 'families'}"
        rows.append(f"<tr><th>{label}</th>{''.join(_heat(n, most) for n in sums)}<td class='n'><b>{sum(sums):,}</b></td></tr>")
    head = "".join(f'<th class="n">{_text(_level(level))}</th>' for level in levels)
    return _section(
        "Families by level", "Rows of each family at each level.", f"<th>family</th>{head}<th class='n'>all</th>", rows, "heat"
    )


def _tracks(summary: Summary) -> str:
    """Rows by level, IC and manager."""
    counts = [(level, summary.grid[f"{level}/ic"], summary.grid[f"{level}/manager"]) for level in reversed(summary.levels)]
    most = max((ic + manager for _, ic, manager in counts), default=0) or 1
    rows = [
        f'<tr><th>{_text(_level(level))}</th><td class="n">{ic:,}</td><td class="n">{manager:,}</td>'
        f"<td>{_bar(ic / most, manager / most)}</td></tr>"
        for level, ic, manager in counts
    ]
    key = "<span class='key-ic'>IC</span>, <span class='key-manager'>manager</span>"
    head = f"<th>level</th><th class='n'>IC</th><th class='n'>manager</th><th>{key}</th>"
    return _section("Levels by track", "All families together.", head, rows if any(summary.grid.values()) else [])


def _bar(ic: float, manager: float) -> str:
    """A bar of two parts, shares of its length."""
    parts = f'<i class="ic" style="width:{ic:.1%}"></i><i class="manager" style="width:{manager:.1%}"></i>'
    return f'<span class="bar" aria-hidden="true">{parts}</span>'


def _confidence(summary: Summary) -> str:
    """How confident the answers of each level are."""
    rows = []
    for level in reversed(_levels(summary)):
        bins = summary.bins.get(level)
        if bins is None:
            continue
        bands = [sum(bins[round(low * BINS) : round(high * BINS)]) for low, high in BANDS]
        shares = "".join(f'<td class="n">{_share(n, sum(bins))}</td>' for n in bands)
        rows.append(f'<tr><th>{_text(_level(level))}</th><td class="n">{sum(bins):,}</td>{shares}<td>{_histogram(bins)}</td></tr>')
    names = [f"{low:.0%} to {high:.0%}" if low else f"under {high:.0%}" for low, high in BANDS]
    head = "<th>level</th><th class='n'>rows</th>" + "".join(f'<th class="n">{name}</th>' for name in names) + "<th>0% to 100%</th>"
    note = "Share of each level's rows by confidence: the probability that family, level and track are all right."
    return _section("Confidence by level", note, head, rows)


def _histogram(bins: Sequence[int]) -> str:
    """Rows by confidence as bars from 0% to 100%."""
    most = max(bins) or 1
    bars = "".join(
        f'<rect x="{5 * at}" y="{17 - 16 * n / most:.1f}" width="4" height="{16 * n / most:.1f}"/>'
        for at, n in enumerate(bins)
        if n
    )
    return f'<svg viewBox="0 0 100 17" preserveAspectRatio="none" role="img" aria-label="rows by confidence">{bars}</svg>'


def _questions(summary: Summary) -> str:
    rows = [(f"{n:,}", question) for question, n in summary.questions.most_common(QUESTIONS)]
    note = "What would settle ambiguous rows, by the number of rows that ask it."
    return _table("Open questions", note, ("rows", "question"), rows)


def _review(summary: Summary) -> str:
    """Examples by the reason for which they need review, least confident first."""
    parts = []
    for reason, label in OPEN.items():
        examples = summary.review.get(reason, [])
        rows = [
            (f"{confidence:.2f}" if confidence else "", title, *_answered(summary, answer))
            for confidence, title, _, answer in examples
        ]
        if rows:
            head = f"<h3>{_text(label)} ({_counted(summary.reasons[reason])})</h3>"
            parts.append(_rows(head, ("confidence", "title", "family", "level and track"), rows))
    return "<h2>Examples to review</h2><p>Titles with the least confident answers, each once.</p>" + "".join(parts) if parts else ""


def _answered(summary: Summary, answer: str) -> tuple[str, str]:
    """The family and the level with the track of an example."""
    family, _, level = answer.partition(" ")
    return summary.label(family), level.replace("/ic", ", IC").replace("/", ", ")


def _flags(summary: Summary) -> str:
    rows = [(flag, f"{n:,}", _meaning(flag)) for flag, n in summary.flags.most_common()]
    return _table("Flags", "", ("flag", "rows", "meaning"), rows)


def _meaning(flag: str) -> str:
    return FLAGS.get(flag.partition(":")[0], "")


def _levels(summary: Summary) -> list[str]:
    """The levels in order of rank; an empty one first where rows have none."""
    return [*([""] if any(cell.endswith("/") for cell in summary.cells) else []), *summary.levels]


def _level(level: str) -> str:
    return level or "no level"


def _counted(rows: int) -> str:
    return f"{rows:,} row{'' if rows == 1 else 's'}"


def _share(part: int, whole: int) -> str:
    return f"{part / max(whole, 1):.1%}"


def _text(text: str) -> str:
    return html.escape(text)


def _heat(count: int, most: int) -> str:
    shade = f' style="background:rgb(116 89 184/{0.06 + 0.4 * (count / most) ** 0.5:.2f})"' if count else ""
    return f'<td class="n"{shade}>{f"{count:,}" if count else "·"}</td>'


def _section(title: str, note: str, head: str, rows: Sequence[str], kind: str = "") -> str:
    if not rows:
        return ""
    note = f"<p>{_text(note)}</p>" if note else ""
    table = f'<table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    return f'<h2>{_text(title)}</h2>{note}<div class="wide">{table}</div>'


def _table(title: str, note: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return _rows(f"<h2>{_text(title)}</h2>" + (f"<p>{_text(note)}</p>" if note else ""), headings, rows) if rows else ""


NUMBERS = frozenset({"rows", "row", "share", "confidence"})
TEXTS = frozenset({"title", "meaning", "question", "reason"})


def _rows(head: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    kinds = [' class="n"' if heading in NUMBERS else ' class="text"' if heading in TEXTS else "" for heading in headings]
    titles = "".join(f"<th{kind}>{_text(heading)}</th>" for heading, kind in zip(headings, kinds, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{kind}>{_text(cell)}</td>" for cell, kind in zip(row, kinds, strict=True)) + "</tr>" for row in rows
    )
    return f'{head}<div class="wide"><table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>'
