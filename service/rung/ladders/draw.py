"""The drawing: every ladder as its own steps, one below the other, and the relations between them as a list, as SVG.

It is one narrow column, so that its words can be read on a phone and on paper alike. A ladder grows upwards along ``next``: what
follows stands above, the arms of a fork and two ways to one step stand side by side. Every position has the attributes
``data-ladder``, ``data-position`` and ``data-variant``, every relation ``data-from``, ``data-to`` and ``data-relation``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import NamedTuple

from rung.ladders.conditions import NO_FACTS, checked, wording
from rung.ladders.layout import Box, layers
from rung.ladders.model import NOT_STATED, Ladder, LadderPosition
from rung.ladders.relations import FAMILIES, Crosswalk, Edge
from rung.types import REFERENCE, Relation

WIDTH = 480
_MARGIN, _GAP = 12.0, 8.0
_ROW, _BOX = 66.0, 44.0
_HEAD, _VARIANT, _LINE = 44.0, 22.0, 17.0
_SIZE, _SMALL = 12.5, 10.5  # sizes of letters
_LETTER = 0.58  # width of a letter in a wide font, as a share of its size
_SIGNS: Mapping[Relation, str] = {"exact": "=", "close": "≈", "broad": "⊂", "narrow": "⊃", "none": "–"}
_LEGEND = (
    "Arrows lead to the next step. A number is the source's own. Below a title: what it",
    "means on the reference grid. Relations: = the same job, ≈ nearly the same,",
    "⊂ the second takes in more, ⊃ the second takes in less; * judged by this project.",
)
_STYLE = """
.rl{--ink:#1d2430;--dim:#5d6878;--line:#d5dbe4;--paper:#fff;--ic:#dbeafe;--ic-edge:#2563a8;--mg:#fde7c7;--mg-edge:#b4690e;
--both:#ece9f3;--both-edge:#6b6480;font-family:Inter,'Segoe UI',Roboto,'DejaVu Sans',sans-serif}
@media (prefers-color-scheme:dark){.rl{--ink:#e8ecf2;--dim:#9aa6b8;--line:#39424f;--paper:#12171e;--ic:#17324f;--ic-edge:#6cb2f5;
--mg:#4a3210;--mg-edge:#f0b258;--both:#2b2838;--both-edge:#a9a2c0}}
.rl-paper{fill:var(--paper)}.rl-rule{stroke:var(--line);fill:none}
.rl-title{font-size:18px;font-weight:700;fill:var(--ink)}.rl-ladder{font-size:14px;font-weight:700;fill:var(--ink)}
.rl-sub,.rl-relation{font-size:10.5px;fill:var(--dim)}.rl-relation .rl-sign,.rl-relation .rl-end{fill:var(--ink)}
.rl-pos rect{stroke-width:1.2;rx:5}.rl-pos text{font-size:12.5px;font-weight:600;fill:var(--ink);text-anchor:middle}
.rl-pos .rl-means{font-size:10.5px;font-weight:400;fill:var(--dim)}
.rl-ic rect{fill:var(--ic);stroke:var(--ic-edge)}.rl-manager rect{fill:var(--mg);stroke:var(--mg-edge)}
.rl-both rect{fill:var(--both);stroke:var(--both-edge);stroke-dasharray:4 2}
.rl-step{stroke:var(--dim);stroke-width:1.3;fill:none}.rl-tip{fill:var(--dim)}
"""


class _Column(NamedTuple):
    """The drawing of one form of a ladder: its place in pixels, and its positions by rows from the bottom."""

    ladder: Ladder
    variant: str
    x: float
    width: float
    rows: Sequence[Sequence[LadderPosition]]


def draw(crosswalk: Crosswalk) -> str:
    """All ladders of a crosswalk and the relations between them as one SVG document."""
    parts: list[str] = []
    y = 38.0
    for number, line in enumerate(_LEGEND):
        parts.append(_text(_MARGIN, y + 18 + number * 15, line, "rl-sub"))
    y += 18 + len(_LEGEND) * 15
    parts += _colours(y + 8)
    y += 30
    for ladder in crosswalk.ladders.values():
        drawn, height = _panel(ladder, y, crosswalk.grid.short)
        parts += drawn
        y += height
    drawn, height = _relations(crosswalk, y)
    parts += drawn
    y += height + _MARGIN
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="rl" viewBox="0 0 {WIDTH} {y:g}" width="{WIDTH}" height="{y:g}" '
        'role="img" aria-labelledby="rl-name"><title id="rl-name">Ladders and the relations between them</title>'
    )
    paper = f'<rect class="rl-paper" width="{WIDTH}" height="{y:g}"/>'
    return "\n".join((opening, f"<style>{_STYLE}</style>", paper, _text(_MARGIN, 26, "Ladders", "rl-title"), *parts, "</svg>\n"))


def _colours(y: float) -> Iterable[str]:
    x = _MARGIN
    for side, says in (("ic", "IC"), ("manager", "manager"), ("both", "either, or not stated")):
        yield f'<g class="rl-pos rl-{side}"><rect x="{x:g}" y="{y - 10:g}" width="18" height="12"/></g>'
        yield _text(x + 24, y, says, "rl-sub")
        x += 40 + len(says) * _SMALL * _LETTER


def _panel(ladder: Ladder, top: float, short: Mapping[str, str]) -> tuple[list[str], float]:
    """One ladder with its forms side by side, and the height that it takes."""
    forms = list(dict.fromkeys(p.variant for p in ladder.positions))
    width = (WIDTH - 2 * _MARGIN - (len(forms) - 1) * 2 * _GAP) / len(forms)
    columns = [
        _Column(ladder, form, _MARGIN + at * (width + 2 * _GAP), width, layers([p for p in ladder.positions if p.variant == form]))
        for at, form in enumerate(forms)
    ]
    head = _HEAD + (_VARIANT * 2 if forms != [""] else 0.0)
    deepest = max(len(column.rows) for column in columns)
    bottom = top + head + deepest * _ROW
    parts = [
        f'<path class="rl-rule" d="M0 {top:g}H{WIDTH}"/>',
        _text(_MARGIN, top + 22, ladder.label, "rl-ladder"),
        _text(_MARGIN, top + 37, _holds(ladder), "rl-sub"),
    ]
    for column in columns:
        if column.variant:
            lines = _wrap(ladder.variant(column.variant).label, column.width, _SMALL, 3)
            parts += [_text(column.x, top + _HEAD + 10 + n * 12, line, "rl-sub") for n, line in enumerate(lines)]
        parts += _column(column, bottom, short)
    return parts, head + deepest * _ROW + 10


def _holds(ladder: Ladder) -> str:
    facts = "; ".join(sorted(wording(condition) for condition in checked(ladder.conditions, NO_FACTS)))
    return f"source: {ladder.source}{f'; holds where {facts}' if facts else ''}"


def _column(column: _Column, bottom: float, short: Mapping[str, str]) -> Iterable[str]:
    """The boxes of one form from the bottom up, and the arrows between them."""
    boxes: dict[str, Box] = {}
    for number, row in enumerate(column.rows):
        width = min(200.0, (column.width - (len(row) - 1) * _GAP) / len(row))
        used = len(row) * width + (len(row) - 1) * _GAP
        for place, entry in enumerate(row):
            x = column.x + (column.width - used) / 2 + place * (width + _GAP)
            boxes[entry.id] = Box(entry, x, bottom - (number + 1) * _ROW + (_ROW - _BOX) / 2, width, _BOX)
    for box in boxes.values():
        for step in box.entry.next:
            yield _arrow(box, boxes[step])
    for box in boxes.values():
        yield _position(column, box, short)


def _arrow(box: Box, to: Box) -> str:
    """An arrow from the top of a box to the bottom of the next; it passes boxes in between on the right."""
    x1, y1, x2, y2 = box.middle, box.y, to.middle, to.y + to.height
    path = f"M{x1:g} {y1:g}L{x2:g} {y2 + 5:g}"
    if y1 - y2 > _ROW:
        side = max(box.x + box.width, to.x + to.width) + _GAP / 2
        path = f"M{x1:g} {y1:g}V{y1 - 8:g}H{side:g}V{y2 + 12:g}H{x2:g}V{y2 + 5:g}"
    return f'<path class="rl-step" d="{path}"/><path class="rl-tip" d="M{x2:g} {y2:g}l-4 7h8z"/>'


def _position(column: _Column, box: Box, short: Mapping[str, str]) -> str:
    entry = box.entry
    means = _means(entry)
    number = f"{entry.number}. " if entry.number is not None else ""
    lines = _wrap(number + _shorten(entry.title, short), box.width - 6, _SIZE, 2)
    below = _wrap(means, box.width - 6, _SMALL, 1)[0] if means else ""
    top = box.y + _BOX / 2 - (len(lines) + bool(below) - 1) * 7 + 4
    texts = [f'<text x="{box.middle:g}" y="{top + n * 14:g}">{escape(line)}</text>' for n, line in enumerate(lines)]
    if below:
        texts.append(f'<text class="rl-means" x="{box.middle:g}" y="{top + len(lines) * 14:g}">{escape(below)}</text>')
    says = " · ".join(filter(None, (entry.title, ", ".join(s.title for s in entry.synonyms), entry.scope, means)))
    side = entry.track if entry.track in ("ic", "manager") else "both"
    data = f'data-ladder="{column.ladder.id}" data-position="{entry.id}" data-variant="{column.variant}"'
    rect = f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{_BOX:g}"/>'
    track = "track not stated" if entry.track == NOT_STATED else entry.track
    return f'<g class="rl-pos rl-{side}" {data} tabindex="0"><title>{escape(f"{says} · {track}")}</title>{rect}{"".join(texts)}</g>'


def _means(entry: LadderPosition) -> str:
    """What a title means on the reference grid, in few words: ``senior, head/manager``."""
    levels, tracks = dict.fromkeys(s.cell.level for s in entry.reference), dict.fromkeys(s.cell.track for s in entry.reference)
    return f"{', '.join(levels)}/{', '.join(tracks)}" if entry.reference else ""


def _relations(crosswalk: Crosswalk, top: float) -> tuple[list[str], float]:
    """The relations between ladders other than the reference, by pairs of ladders, and the height that they take."""
    pairs: dict[tuple[str, str], list[Edge]] = {}
    for edge in crosswalk.edges:
        if edge.relation != "none" and not {REFERENCE, FAMILIES} & {edge.start.ladder, edge.to.ladder}:
            pairs.setdefault((edge.start.ladder, edge.to.ladder), []).append(edge)
    parts = [f'<path class="rl-rule" d="M0 {top:g}H{WIDTH}"/>', _text(_MARGIN, top + 22, "Relations between ladders", "rl-ladder")]
    y = top + 44
    for (start, to), edges in pairs.items():
        labels = (crosswalk.ladders[start].label, crosswalk.ladders[to].label)
        parts.append(_text(_MARGIN, y, f"{labels[0]} → {labels[1]}", "rl-sub"))
        for edge in edges:
            y += _LINE
            parts.append(_relation(crosswalk, edge, y))
        y += _LINE + 8
    return parts, y - top


def _relation(crosswalk: Crosswalk, edge: Edge, y: float) -> str:
    """One relation as a line: from, its sign, to, and what it depends on."""
    names = [_end(crosswalk, end.ladder, end.position, end.variant) for end in (edge.start, edge.to)]
    star = "*" if edge.source == REFERENCE else ""
    conditions = "; ".join(wording(condition) for condition in checked(edge.conditions, NO_FACTS))
    data = f'data-from="{edge.start}" data-to="{edge.to}" data-relation="{edge.relation}"'
    says = " · ".join(filter(None, (f"{edge.start} {edge.relation} {edge.to}", conditions, edge.note)))
    return (
        f'<text class="rl-relation" {data} x="{_MARGIN:g}" y="{y:g}"><title>{escape(says)}</title>'
        f'<tspan class="rl-end">{escape(names[0])}</tspan><tspan class="rl-sign" x="200">{_SIGNS[edge.relation]}{star}</tspan>'
        f'<tspan class="rl-end" x="222">{escape(names[1])}</tspan><tspan dx="6">{escape(conditions)}</tspan></text>'
    )


def _end(crosswalk: Crosswalk, ladder: str, position: str, variant: str) -> str:
    entry = crosswalk.ladders[ladder].find(position, variant or None)
    title = _shorten(entry.title if entry else position, crosswalk.grid.short)
    return f"{title} ({variant})" if variant else title


def _text(x: float, y: float, text: str, css: str) -> str:
    return f'<text class="{css}" x="{x:g}" y="{y:g}">{escape(text)}</text>'


def _shorten(title: str, short: Mapping[str, str]) -> str:
    for long, abbreviation in short.items():
        title = title.replace(long, abbreviation)
    return title


def _wrap(text: str, width: float, size: float, most: int) -> list[str]:
    """Lines that fit a width; what does not fit ends with an ellipsis (the whole is in the element's own title)."""
    letters = max(4, int(width / (size * _LETTER)))
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > letters:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    kept = [*lines[: most - 1], " ".join(lines[most - 1 :])] if len(lines) > most else lines
    return [line if len(line) <= letters else f"{line[: letters - 1]}…" for line in kept]
