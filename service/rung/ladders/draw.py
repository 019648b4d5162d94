"""The drawing: every ladder side by side on the reference grid, with the steps of each and the relations between them, as SVG.

Levels are rows, ladders (or their variants) are columns, ICs stand left and managers right in each. Every position has the
attributes ``data-ladder``, ``data-position`` and ``data-variant``, every relation ``data-from`` and ``data-to``: a page can light
them by the classes ``is-lit`` and ``is-dim``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from rung.grid import Grid
from rung.ladders.model import Ladder, LadderPosition
from rung.ladders.relations import FAMILIES, Crosswalk, Edge, End
from rung.types import REFERENCE

WIDTH = 1400
_LEFT, _RIGHT, _TOP, _FOOT = 98, 10, 108, 74
_BOX, _GAP, _PAD = 36, 7, 11
_CHAR = 6.7
_SHORT = (("Product Management", "PM"), ("Product Manager", "PM"), ("Chief Product Officer", "CPO"))
_EXPLAINS = (
    "Rows are levels of the reference grid. Boxes stand where the title mostly means there; relations between neighbouring columns "
    "are drawn strong, others faint. Relations are never chained."
)
_STYLE = """
.rl{--ink:#1d2430;--dim:#5d6878;--line:#d5dbe4;--band:#f5f7fa;--paper:#fff;--near:#64748b;--cross:#c2264b;
--ic:#dbeafe;--ic-edge:#2563a8;--mg:#fde7c7;--mg-edge:#b4690e;--both:#e9e4f7;--both-edge:#6d4fb3;
font-family:Inter,'Segoe UI',Roboto,'DejaVu Sans',sans-serif}
@media (prefers-color-scheme:dark){.rl{--ink:#e8ecf2;--dim:#9aa6b8;--line:#39424f;--band:#1b222c;--paper:#12171e;--near:#8695aa;
--cross:#ff7a97;--ic:#17324f;--ic-edge:#6cb2f5;--mg:#4a3210;--mg-edge:#f0b258;--both:#322a4d;--both-edge:#b6a0f0}}
.rl-paper{fill:var(--paper)}.rl-band{fill:var(--band)}.rl-rule{stroke:var(--line);stroke-width:1;fill:none}
.rl-half{stroke:var(--line);stroke-width:1;stroke-dasharray:2 4}
.rl-title{font-size:20px;font-weight:700;fill:var(--ink)}.rl-sub{font-size:12.5px;fill:var(--dim)}
.rl-level{font-size:13px;font-weight:700;fill:var(--ink)}.rl-ladder{font-size:13px;font-weight:700;fill:var(--ink)}
.rl-variant,.rl-side{font-size:11px;fill:var(--dim)}
.rl-pos rect{stroke-width:1.2;rx:5}.rl-pos text{font-size:12px;font-weight:600;fill:var(--ink);text-anchor:middle}
.rl-ic rect{fill:var(--ic);stroke:var(--ic-edge)}.rl-manager rect{fill:var(--mg);stroke:var(--mg-edge)}
.rl-both rect{fill:var(--both);stroke:var(--both-edge)}
.rl-reach{stroke-width:2.2;stroke-linecap:round;fill:none;opacity:.75}
.rl-reach.rl-ic{stroke:var(--ic-edge)}.rl-reach.rl-manager{stroke:var(--mg-edge)}.rl-reach.rl-both{stroke:var(--both-edge)}
.rl-step{stroke:var(--dim);stroke-width:1.3;fill:none}.rl-tip{fill:var(--dim)}
.rl-edge{stroke:var(--near);stroke-width:1.1;fill:none;opacity:.75}.rl-edge.rl-far{opacity:.16}
.rl-edge.rl-cross{stroke:var(--cross)}.rl-edge.rl-cross.rl-far{opacity:.28}.rl-edge.rl-exact{stroke-width:2.2}
.rl-edge.rl-broad,.rl-edge.rl-narrow{stroke-dasharray:5 3}
.rl-pos.is-lit rect{stroke-width:3.5}.rl-pos.is-dim,.rl-edge.is-dim{opacity:.12}.rl-edge.is-lit{opacity:1;stroke-width:2.6}
"""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the drawing: a ladder or one variant of it."""

    ladder: Ladder
    variant: str
    x: float
    width: float

    @property
    def entries(self) -> list[LadderPosition]:
        """The mapped positions that stand in the column."""
        return [p for p in self.ladder.positions if p.variant == self.variant and p.reference]


@dataclass(frozen=True, slots=True)
class Box:
    """A position as it is drawn; ``side`` is ic, manager or both, ``lowest`` and ``highest`` the ranks that its names may mean."""

    entry: LadderPosition
    column: int
    side: str
    rank: int
    lowest: int
    highest: int
    x: float
    y: float
    width: float

    @property
    def key(self) -> tuple[int, str]:
        """The column and the position's id."""
        return self.column, self.entry.id


def draw(crosswalk: Crosswalk) -> str:
    """All ladders of a crosswalk as one SVG document."""
    grid = crosswalk.grid
    columns = _columns(crosswalk.ladders.values())
    rows = _rows(grid, columns)
    boxes = {box.key: box for number, column in enumerate(columns) for box in _boxes(grid, number, column, rows)}
    bottom = max(y + height for y, height in rows.values())
    height = bottom + _FOOT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="rl" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" height="{height:g}" '
        'role="img" aria-labelledby="rl-name"><title id="rl-name">Ladders on the reference grid</title>',
        f"<style>{_STYLE}</style>",
        f'<rect class="rl-paper" width="{WIDTH}" height="{height:g}"/>',
        *_grid_lines(grid, columns, rows, bottom),
        *_headings(columns),
        *_edges(crosswalk, columns, boxes),
        *(line for box in boxes.values() for line in _steps(box, boxes)),
        *(line for box in boxes.values() for line in _reach(box, rows)),
        *(_position(box, columns[box.column]) for box in boxes.values()),
        *_legend(height),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _columns(ladders: Iterable[Ladder]) -> list[Column]:
    """The reference first, then ladder by ladder; the variants of one stand side by side."""
    pairs = [(ladder, variant) for ladder in ladders for variant in dict.fromkeys(p.variant for p in ladder.positions)]
    width = (WIDTH - _LEFT - _RIGHT) / max(1, len(pairs))
    return [Column(ladder, variant, _LEFT + width * number, width) for number, (ladder, variant) in enumerate(pairs)]


def _rows(grid: Grid, columns: Sequence[Column]) -> dict[int, tuple[float, float]]:
    """For each rank its top and height: the highest rank on top, each as high as its fullest cell."""
    tallest = {level.rank: 1 for level in grid.levels.values()}
    for column in columns:
        stacks: dict[tuple[int, str], int] = {}
        for entry in column.entries:
            key = (_rank(grid, entry), _side(entry))
            stacks[key] = stacks.get(key, 0) + 1
        for rank, most in tallest.items():
            both = stacks.get((rank, "both"), 0)
            tallest[rank] = max(most, both + max(stacks.get((rank, "ic"), 0), stacks.get((rank, "manager"), 0)))
    rows: dict[int, tuple[float, float]] = {}
    y = float(_TOP)
    for rank in sorted(tallest, reverse=True):
        height = tallest[rank] * (_BOX + _GAP) - _GAP + 2 * _PAD
        rows[rank] = (y, height)
        y += height
    return rows


def _rank(grid: Grid, entry: LadderPosition) -> int:
    return grid.rank(entry.cell) if entry.cell else 0


def _side(entry: LadderPosition) -> str:
    """The side of the column that its title means: both where its shares at the usual level lie on both."""
    level = entry.cell.level if entry.cell else ""
    sides = {share.cell.track for share in entry.reference if share.cell.level == level}
    return sides.pop() if len(sides) == 1 else "both"


def _boxes(grid: Grid, number: int, column: Column, rows: dict[int, tuple[float, float]]) -> list[Box]:
    """The boxes of one column, stacked in their cells with what comes later on the ladder above."""
    cells: dict[int, list[LadderPosition]] = {}
    for entry in column.entries:
        cells.setdefault(_rank(grid, entry), []).append(entry)
    half = column.width / 2
    boxes = []
    for rank, entries in cells.items():
        top, height = rows[rank]
        used = {"ic": 0, "manager": 0}
        sides_of = [_side(entry) for entry in entries]
        deep = sides_of.count("both") + max(sides_of.count("ic"), sides_of.count("manager"))
        for entry in _lowest_first(column, entries):
            side = _side(entry)
            sides = ("ic", "manager") if side == "both" else (side,)
            order = max(used[s] for s in sides)
            used.update(dict.fromkeys(sides, order + 1))
            y = top + height / 2 + deep * (_BOX + _GAP) / 2 - _GAP / 2 - _BOX - order * (_BOX + _GAP)
            width = column.width - 34 if side == "both" else half - 13
            x = column.x + (17 if side == "both" else 6.5 if side == "ic" else half + 6.5)
            ranks = [grid.rank(share.cell) for name in entry.names for share in name.reference]
            boxes.append(Box(entry, number, side, rank, min(ranks), max(ranks), x, y, width))
    return boxes


def _lowest_first(column: Column, entries: Sequence[LadderPosition]) -> list[LadderPosition]:
    ladder = column.ladder
    return sorted(
        entries, key=lambda e: sum(ladder.precedes(other.id, e.id, column.variant) for other in entries if other is not e)
    )


def _grid_lines(grid: Grid, columns: Sequence[Column], rows: dict[int, tuple[float, float]], bottom: float) -> Iterable[str]:
    for level in grid.levels.values():
        y, height = rows[level.rank]
        if level.rank % 2:
            yield f'<rect class="rl-band" x="0" y="{y:g}" width="{WIDTH}" height="{height:g}"/>'
        for line, text in enumerate(words := level.label.replace("/", "/ ").split()):
            offset = y + height / 2 + 4.5 + (line - (len(words) - 1) / 2) * 16
            yield f'<text class="rl-level" x="14" y="{offset:g}">{escape(text)}</text>'
        yield f'<path class="rl-rule" d="M0 {y:g}H{WIDTH}"/>'
    for number, column in enumerate(columns):
        same = number and columns[number - 1].ladder is column.ladder
        yield f'<path class="rl-rule" d="M{column.x:g} {_TOP - 38 if same else _TOP - 60}V{bottom:g}"/>'
        yield f'<path class="rl-half" d="M{column.x + column.width / 2:g} {_TOP}V{bottom:g}"/>'
    yield f'<path class="rl-rule" d="M0 {bottom:g}H{WIDTH}"/>'


def _headings(columns: Sequence[Column]) -> Iterable[str]:
    yield '<text class="rl-title" x="14" y="26">Ladders on the reference grid</text>'
    for number, column in enumerate(columns):
        if not number or columns[number - 1].ladder is not column.ladder:
            yield f'<text class="rl-ladder" x="{column.x + 7:g}" y="{_TOP - 44}">{escape(column.ladder.label)}</text>'
        holds = ", ".join(value for _, value in column.ladder.conditions)
        if column.variant or holds:
            label = column.ladder.variant(column.variant).label.split(",")[0] if column.variant else f"in {holds}"
            yield f'<text class="rl-variant" x="{column.x + 7:g}" y="{_TOP - 26}">{escape(label)}</text>'
        for side, share in (("IC", 0.25), ("manager", 0.75)):
            yield f'<text class="rl-side" x="{column.x + column.width * share:g}" y="{_TOP - 7}" text-anchor="middle">{side}</text>'


def _edges(crosswalk: Crosswalk, columns: Sequence[Column], boxes: dict[tuple[int, str], Box]) -> Iterable[str]:
    """The relations between ladders; those with the reference are the rows of the grid themselves."""
    drawn = [
        e
        for e in crosswalk.edges
        if REFERENCE not in (e.start.ladder, e.to.ladder) and e.relation != "none" and e.start.ladder != FAMILIES
    ]
    for edge in drawn:
        starts, targets = _ends(edge.start, columns, boxes), _ends(edge.to, columns, boxes)
        # An end without a variant is drawn once, at the column nearest to the other end.
        for start, to in sorted(((a, b) for a in starts for b in targets), key=lambda pair: abs(pair[0].column - pair[1].column))[
            :1
        ]:
            yield _edge(edge, *sorted((start, to), key=lambda box: box.x))


def _ends(end: End, columns: Sequence[Column], boxes: dict[tuple[int, str], Box]) -> list[Box]:
    """The boxes that an end of a relation may stand for: one, or without a variant one a column that has the position."""
    return [
        boxes[number, end.position]
        for number, column in enumerate(columns)
        if column.ladder.id == end.ladder and end.variant in ("", column.variant) and (number, end.position) in boxes
    ]


def _edge(edge: Edge, left: Box, right: Box) -> str:
    x1, y1, x2, y2 = left.x + left.width, left.y + _BOX / 2, right.x, right.y + _BOX / 2
    if left.column == right.column:
        x2 = right.x + right.width
    bend = max(14.0, min(60.0, abs(x2 - x1) / 2))
    kind = f"rl-edge rl-{edge.relation}"
    kind += " rl-cross" * (left.rank != right.rank) + " rl-far" * (right.column - left.column > 1)
    conditions = "; ".join(f"{key}={value}" for key, value in edge.conditions)
    says = " · ".join(filter(None, (f"{edge.start} {edge.relation} {edge.to}", conditions, edge.note)))
    data = f'data-from="{escape(str(edge.start))}" data-to="{escape(str(edge.to))}" data-relation="{edge.relation}"'
    path = f"M{x1:g} {y1:g}C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}"
    return f'<path class="{kind}" {data} d="{path}"><title>{escape(says)}</title></path>'


def _steps(box: Box, boxes: dict[tuple[int, str], Box]) -> Iterable[str]:
    """An arrow to each position that follows."""
    for step in box.entry.next:
        to = boxes.get((box.column, step))
        if to is None:
            continue
        x1, x2 = box.x + box.width / 2, to.x + to.width / 2
        if to.y + _BOX <= box.y:
            y1, y2, tip = box.y, to.y + _BOX, "l-3.5 6h7z"
        elif box.y + _BOX <= to.y:
            y1, y2, tip = box.y + _BOX, to.y, "l-3.5 -6h7z"
        else:
            right = to.x > box.x
            x1, x2 = (box.x + box.width, to.x) if right else (box.x, to.x + to.width)
            y1, y2, tip = box.y + _BOX / 2, to.y + _BOX / 2, f"l{-6 if right else 6} -3.5v7z"
        yield f'<path class="rl-step" d="M{x1:g} {y1:g}L{x2:g} {y2:g}"/><path class="rl-tip" d="M{x2:g} {y2:g}{tip}"/>'


def _reach(box: Box, rows: dict[int, tuple[float, float]]) -> Iterable[str]:
    """A bar from the box over every other level that one of its names may mean."""
    for rank, start in ((box.highest, box.y), (box.lowest, box.y + _BOX)):
        if rank != box.rank:
            top, height = rows[rank]
            x, stop = box.x + box.width - 6, top + height - 7 if rank > box.rank else top + 7
            yield f'<path class="rl-reach rl-{box.side}" d="M{x:g} {start:g}V{stop:g}m-4 0h8"/>'


def _position(box: Box, column: Column) -> str:
    entry = box.entry
    names = ", ".join(s.title for s in entry.synonyms)
    means = ", ".join(f"{share.cell} {share.share:.0%}" for share in entry.reference)
    says = " · ".join(filter(None, (entry.title, names and f"also {names}", entry.scope, means)))
    lines = _wrap(_short(entry.title), int((box.width - 4) / _CHAR))
    middle = box.x + box.width / 2
    texts = "".join(
        f'<text x="{middle:g}" y="{box.y + _BOX / 2 + 4 + (n - (len(lines) - 1) / 2) * 13:g}">{escape(line)}</text>'
        for n, line in enumerate(lines)
    )
    data = f'data-ladder="{column.ladder.id}" data-position="{entry.id}" data-variant="{column.variant}"'
    rect = f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{_BOX}"/>'
    return f'<g class="rl-pos rl-{box.side}" {data} tabindex="0"><title>{escape(says)}</title>{rect}{texts}</g>'


def _short(title: str) -> str:
    for long, short in _SHORT:
        title = title.replace(long, short)
    return title


def _wrap(text: str, width: int) -> list[str]:
    """At most two lines; what does not fit ends with an ellipsis (the whole title is in the element's own title)."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > 2:
        lines = [lines[0], " ".join(lines[1:])]
    return [line if len(line) <= width + 1 else f"{line[: width - 1]}…" for line in lines]


def _legend(height: float) -> Iterable[str]:
    y = height - _FOOT + 28
    x = 14.0
    for side, text in (("ic", "IC"), ("manager", "manager"), ("both", "may be either")):
        yield f'<g class="rl-pos rl-{side}"><rect x="{x:g}" y="{y - 12:g}" width="22" height="16"/></g>'
        yield f'<text class="rl-sub" x="{x + 28:g}" y="{y:g}">{text}</text>'
        x += 48 + len(text) * 6.6
    for css, text in (
        ("rl-step", "next step"),
        ("rl-reach rl-manager", "reaches into another level"),
        ("rl-edge rl-exact", "exact"),
        ("rl-edge rl-close", "close"),
        ("rl-edge rl-broad", "broad, narrow"),
        ("rl-edge rl-close rl-cross", "changes level"),
    ):
        yield f'<path class="{css}" d="M{x:g} {y - 4:g}h26"/><text class="rl-sub" x="{x + 32:g}" y="{y:g}">{text}</text>'
        x += 52 + len(text) * 6.6
    yield f'<text class="rl-sub" x="14" y="{y + 26:g}">{_EXPLAINS}</text>'
