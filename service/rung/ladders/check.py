"""Validating a ladder: ids, aliases, steps, shares and ranks; errors name line and fix."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rung.grid import Grid
from rung.ladders.conditions import Requirement, span_of
from rung.ladders.model import NOT_STATED, Ladder, LadderPosition, Share, normal, reach
from rung.nearest import suggest, suggest_three
from rung.records import Record

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_TOLERANCE = 1e-6


def check(ladder: Ladder, grid: Grid, record: Record, items: Sequence[Record], sources: set[str] | None) -> None:
    """Refuse a ladder that breaks a rule; ``items`` are the records of ``ladder.positions``, in the same order."""
    _ids(ladder, record, items)
    _aliases(ladder, items)
    known: dict[str, dict[str, None]] = {}  # the positions of each variant, in order
    for entry in ladder.positions:
        known.setdefault(entry.variant, {})[entry.id] = None
    for entry, item in zip(ladder.positions, items, strict=True):
        for field in ("next", "takes_in"):
            _known(known[entry.variant], entry, item, field)
        _fields(entry, item)
        for field in ("conditions", "typical"):
            _ranges(getattr(entry, field), item, field)
        _shares(entry.reference, grid, item, "reference")
        for synonym in entry.synonyms:
            _shares(synonym.reference, grid, item, "synonyms")
        _source(entry.source or ladder.source, sources, item)
        if entry.people_management == "yes" and entry.track == "ic":
            item.fail("people_management", f"{entry.id!r} manages people on the track 'ic'; make the track 'manager' or 'either'.")
    for variant in dict.fromkeys(entry.variant for entry in ladder.positions):
        _graph(ladder, variant, record, items)


def _ids(ladder: Ladder, record: Record, items: Sequence[Record]) -> None:
    if not _ID.match(ladder.id):
        record.fail("id", f"the ladder id {ladder.id!r} must be lower-case words joined by hyphens, such as 'our-ladder'.")
    if not ladder.positions:
        record.fail(None, "the ladder has no positions; add at least one under `positions:`.")
    variants = [variant.id for variant in ladder.variants]
    for variant in variants:
        if not _ID.match(variant) or variants.count(variant) > 1:
            record.fail("variants", f"the variant id {variant!r} must be lower-case words joined by hyphens and stand once.")
    seen: dict[tuple[str, str], Record] = {}
    for entry, item in zip(ladder.positions, items, strict=True):
        if not _ID.match(entry.id):
            item.fail("id", f"the position id {entry.id!r} must be lower-case words joined by hyphens.")
        first = seen.setdefault((entry.variant, entry.id), item)
        if first is not item:
            item.fail("id", f"the position id {entry.id!r} appears twice (first on line {_line(first)}); rename one.")


def _aliases(ladder: Ladder, items: Sequence[Record]) -> None:
    """No title or synonym may name two positions of one variant."""
    seen: dict[tuple[str, str], str] = {}
    for entry, item in zip(ladder.positions, items, strict=True):
        for name in dict.fromkeys(normal(name.title) for name in entry.names):
            if not name:
                item.fail("title", f"a name of {entry.id!r} holds no letters or digits; write the title out.")
            other = seen.setdefault((entry.variant, name), entry.id)
            if other != entry.id:
                item.fail("synonyms", f"the title {name!r} is claimed by {other!r} and by {entry.id!r}; leave it to one of them.")


def _known(known: Mapping[str, None], entry: LadderPosition, item: Record, field: str) -> None:
    """What a position names in ``next`` or ``takes_in`` must be positions of its own variant."""
    for step in getattr(entry, field):
        if step not in known:
            where = f" of the variant {entry.variant!r}" if entry.variant else ""
            item.fail(field, f"no position{where} is named {step!r}. {suggest(step, known, 'Add it or take it out.')}")


def _fields(entry: LadderPosition, item: Record) -> None:
    """``modality`` and ``judged`` must speak of fields that the position fills in."""
    for field, names in (("modality", [name for name, _ in entry.modality]), ("judged", entry.judged)):
        for name in names:
            if name not in LadderPosition._fields:
                item.fail(field, f"no field is named {name!r}. {suggest(name, LadderPosition._fields, 'Take it out.')}")
            if getattr(entry, name) in ("", (), None, NOT_STATED):
                item.fail(field, f"{entry.id!r} leaves {name!r} open; fill it in or take it out of {field!r}.")


def _ranges(requirements: Sequence[Requirement], item: Record, field: str) -> None:
    """A range of counts must begin with its lowest."""
    for requirement in requirements:
        span = span_of(requirement.wanted)
        if span is not None and span[1] is not None and span[1] < span[0]:
            item.fail(
                field, f"{requirement.wanted!r} of {requirement.fact!r} must be the lowest and the highest number, such as 1..5."
            )


def _shares(shares: Sequence[Share], grid: Grid, item: Record, key: str) -> None:
    for share in shares:
        if share.position not in grid.positions:
            near = suggest_three(share.position, grid.positions)
            item.fail(key, f"no reference position is named {share.position!r}; {near}")
        if share.cell.level not in grid.levels:
            item.fail(key, f"the level {share.cell.level!r} is outside the reference grid; it has {', '.join(grid.levels)}.")
        if share.cell not in grid.positions[share.position].cells:
            cells = ", ".join(map(str, grid.positions[share.position].cells))
            item.fail(key, f"{share.position!r} is not at '{share.cell}' on the reference grid; it is at {cells}.")
    if shares and abs(sum(share.share for share in shares) - 1.0) > _TOLERANCE:
        item.fail(key, f"the shares add up to {sum(share.share for share in shares):g}; make them add up to 1.")


def _source(source: str, sources: set[str] | None, item: Record) -> None:
    if sources is not None and source not in sources:
        item.fail("source", f"the source {source!r} is not in SOURCES.yaml; add it there or cite one that is.")


def _graph(ladder: Ladder, variant: str, record: Record, items: Sequence[Record]) -> None:
    """One variant's steps must hang together and never lead back."""
    rows = [(p, item) for p, item in zip(ladder.positions, items, strict=True) if p.variant == variant]
    steps: dict[tuple[str, str], tuple[str, ...]] = {("", p.id): p.next for p, _ in rows}
    both: dict[tuple[str, str], list[str]] = {key: list(ahead) for key, ahead in steps.items()}
    circle = _circle({p.id: p.next for p, _ in rows})
    for entry, item in rows:
        if entry.id in circle:
            item.fail("next", f"the steps from {entry.id!r} lead back to it; take out the step that closes the circle.")
        for step in entry.next:
            both["", step].append(entry.id)
    start = rows[0][0].id
    reached = reach(both, ("", start)) | {("", start)}
    for entry, item in rows:
        if ("", entry.id) not in reached:
            item.fail("next", f"no steps join {entry.id!r} to {start!r}; name it in the `next` of the position below it.")


def _circle(steps: Mapping[str, Sequence[str]]) -> set[str]:
    """The positions of one cycle of steps; empty if there is none. Takes linear time."""
    before: dict[str, list[str]] = {name: [] for name in steps}
    for name, ahead in steps.items():
        for step in ahead:
            before[step].append(name)
    open_steps = {name: len(ahead) for name, ahead in steps.items()}
    ends = [name for name, number in open_steps.items() if not number]
    while ends:  # what leads nowhere further is in no circle, nor is what then leads nowhere
        end = ends.pop()
        del open_steps[end]
        for name in before[end]:
            open_steps[name] -= 1
            if not open_steps[name]:
                ends.append(name)
    at = next(iter(open_steps), None)
    path: dict[str, int] = {}
    while at is not None and at not in path:  # each that is left has a step to another that is left
        path[at] = len(path)
        at = next(step for step in steps[at] if step in open_steps)
    return {name for name, number in path.items() if number >= path[at]} if at is not None else set()


def _line(item: Record) -> str:
    lines = item.lined.lines
    return str(lines.get(item.where, "?"))
