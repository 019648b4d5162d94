"""An answer as HTML, for notebooks: what it is, how sure, and the evidence marked in the title."""

from __future__ import annotations

from html import escape

from rung.types import Evidence, Result

_MARK = "background:#ffe08a;color:#222;border-radius:2px"
_QUIET = "opacity:.7"


def to_html(result: Result) -> str:
    """The answer as a piece of HTML. All texts of the query are escaped.

    The title is shown where the answer holds it (``include`` names ``query``); other evidence is quoted.
    """
    lines = [f"<div><b>{escape(_headline(result))}</b></div>"]
    if result.confidence is not None:
        lines.append(f'<div style="{_QUIET}">{escape(result.status)}, confidence {result.confidence:.2f}</div>')
    if result.query is not None:
        lines.append(f"<div>{_marked(result.query.title, result.evidence or ())}</div>")
    if result.range.question:
        lines.append(f"<div>Question: {escape(result.range.question)}</div>")
    lines += [_row(piece) for piece in result.evidence or ()]
    if result.flags:
        lines.append(f'<div style="{_QUIET}">flags: {escape(", ".join(result.flags))}</div>')
    return f"<div>{''.join(lines)}</div>"


def _headline(result: Result) -> str:
    """Position or family, level and track, as far as there are any."""
    if result.family is None:
        return "Unreadable: no words of a job in it"
    name = (result.position or result.family).label
    parts = [result.level.label if result.level else "", result.track or ""]
    return " · ".join([name, *filter(None, parts)])


def _marked(title: str, evidence: tuple[Evidence, ...]) -> str:
    """The title with its evidence marked."""
    pieces, at = [], 0
    spans = sorted((e.start, e.end) for e in evidence if e.source == "title")
    for start, end in spans:
        if start >= at:
            pieces += [escape(title[at:start]), f'<mark style="{_MARK}">{escape(title[start:end])}</mark>']
            at = end
    return "".join([*pieces, escape(title[at:])])


def _row(piece: Evidence) -> str:
    mark = f'<mark style="{_MARK}">{escape(piece.text)}</mark>'
    return f'<div>“{mark}” {escape(piece.says)} <span style="{_QUIET}">{piece.weight:+.2f}</span></div>'
